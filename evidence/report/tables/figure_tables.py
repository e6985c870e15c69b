"""The figures as tables: the same numbers, in words where a cell would be empty.

The tables of the map, the themes, the terms and the agreement stand in
`evidence.report.tables`, since chapters show them beside their figures.
"""

import pandas as pd

from evidence.findings.editions import Standing, courses
from evidence.model.evidence import Evidence
from evidence.report.figures.editions import CLOSE, heading, word
from evidence.report.figures.flow import Group, stages
from evidence.report.figures.screening import Sum, screening_counts
from evidence.report.figures.timeline import timeline
from evidence.report.figures.together import terms_together
from evidence.report.tables import NONE, in_words
from evidence.words import count, label

FROM_LOG = "counted in the log"
FIRST = "no term above"


def screening_flow(evidence: Evidence) -> pd.DataFrame:
    """Return each box of the flow with its number, and the sums that prove it.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    flow = screening_counts(evidence)
    by_search, *proofs, documents = flow.sums
    rows: list[tuple[str, str, str, str]] = []
    for stage, proof in zip(stages(flow), (*proofs, documents), strict=True):
        sums = [str(proof)]
        if proof == proofs[0]:
            sums.append(f"by search {by_search}")
        rows.append((stage.phase, stage.came.name, in_words(stage.came.number), "; ".join(sums)))
        rows += _parts(stage.phase, stage.came)
        for group in stage.left:
            parts = tuple(group.items.values())
            said = str(Sum(group.fate, group.number, parts)) if len(parts) > 1 else FROM_LOG
            rows.append((stage.phase, group.name, in_words(group.number), said))
            rows += _parts(stage.phase, group)
    return pd.DataFrame(rows, columns=["Phase", "Box", "Number", "How it is made up"])


def _parts(phase: str, group: Group) -> list[tuple[str, str, str, str]]:
    """Return what a box lists inside it."""
    return [
        (phase, f"{group.name}: {name}", in_words(number), FROM_LOG)
        for name, number in group.items.items()
    ]


def years_and_designs(evidence: Evidence) -> pd.DataFrame:
    """Return each design with its sources per band of years and in all, and all designs."""
    found = timeline(evidence)
    names = [band.name for band in found.bands]
    years = [name.replace(" to ", "–") for name in names]
    rows = [
        (label(row.code), *(in_words(row.counts[name]) for name in names), in_words(row.total))
        for row in found.lines
    ]
    rows.append(("**All designs**", *map(in_words, found.totals), in_words(len(found.designs))))
    return pd.DataFrame(rows, columns=["Design", *years, "All"])


def terms_used_together(evidence: Evidence) -> pd.DataFrame:
    """Return each term with those above it that the same sources use, most sources first."""
    found = terms_together(evidence)
    rows = []
    for index, term in enumerate(found.terms):
        above = found.terms[:index]
        others = sorted((-found.pairs[o.code, term.code], label(o.code)) for o in above)
        together = [f"{name} {count(-number)}" for number, name in others if number]
        never = [name for number, name in others if not number]
        rows.append(
            (
                label(term.code),
                in_words(len(term.sources)),
                "; ".join(together) or (NONE if above else FIRST),
                "; ".join(never) or (NONE if above else FIRST),
            )
        )
    columns = ["Term", "Sources", "Used with, of the terms above, by so many", "Never used with"]
    return pd.DataFrame(rows, columns=columns)


def verdicts_by_edition(evidence: Evidence) -> pd.DataFrame:
    """Return each statement with its verdict and main number in every edition."""
    found = tuple(courses(evidence).values())
    headings = [
        f"{heading(standing)} "
        f"({format(count(len(evidence.up_to(standing.year).counted())), 'source')})"
        for standing in (found[0].standings if found else ())
    ]
    return pd.DataFrame(
        [
            (
                label(course.claim_id),
                f"{course.noun}: {course.bound}",
                *map(_standing, course.standings),
            )
            for course in found
        ],
        columns=["Statement", "Supported if", *headings],
    )


def _standing(standing: Standing) -> str:
    short = word(standing)
    number = f", {standing.number}" if standing.judged else ", no number"
    close = ", close call" if short.endswith(CLOSE) else ""
    return f"{short.removesuffix(CLOSE)}{number}{close}"
