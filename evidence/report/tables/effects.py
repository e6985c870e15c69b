"""Tables of measured effects: votes by comparison, what was printed, how many were studied.

A study counts once in each comparison. What is counted are directions, not sizes: a vote count
in the sense of SWiM.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from statistics import median
from typing import TYPE_CHECKING

from evidence.findings.measures import wilson
from evidence.model.evidence import Effect, Evidence, Source
from evidence.report.codes import Names
from evidence.report.effects import (
    COMPARISON,
    DIRECTIONS,
    Group,
    conditions,
    direction,
    grouped,
    largest_sample,
    longest_follow_up,
)
from evidence.report.framed import framed
from evidence.report.markup import NONE, counts_in_words, escape
from evidence.words import count, interval, label, opening, part

if TYPE_CHECKING:
    import pandas as pd

UNTOLD = "not told"
_DIGITS = re.compile(r"\d{4,}")


def effect_votes(evidence: Evidence, groups: Mapping[str, Names], **where: Names) -> pd.DataFrame:
    """Return how many studies found most of their effects better, and how many none.

    Each with the 95% interval of its share, up to the baseline's year, since, and in all.

    Parameters
    ----------
    groups
        Heading to the values or roles of the comparison.
    **where
        The effects meant: a value, a role, or several, of an attribute of effects.
    """
    year = evidence.first_year()
    spans = {f"Up to {year}": evidence.up_to(year), f"After {year}": evidence.since(year)}
    spans = {**(spans if evidence.baseline() else {}), "All": evidence}
    found = {span: grouped(of, groups, where) for span, of in spans.items()}
    rows = [
        (heading, span, f"{len(of[place].studies):,}", *_vote(of[place]))
        for place, heading in enumerate(groups)
        for span, of in found.items()
    ]
    better, never = ((name, f"95% interval of {name}") for name in ("most better", "none better"))
    columns = ["Comparison", "Published", "Studies", *map(opening, (*better, *never))]
    return framed(rows, columns=columns)


def _vote(group: Group) -> tuple[str, ...]:
    among = len(group.studies)
    if not among:
        return (NONE,) * 4
    return tuple(
        text
        for studies in (group.mostly, group.never)
        for text in (part(len(studies), among).text, interval(wilson(len(studies), among)))
    )


def effect_directions(
    evidence: Evidence, groups: Mapping[str, Names], **where: Names
) -> pd.DataFrame:
    """Return how many studies of each comparison found more than half of their effects so.

    Where no direction has more than half, the study is mixed. The parameters are those of
    `effect_votes`.
    """
    rows = []
    for group in grouped(evidence, groups, where):
        found = Counter(direction(evidence, study.effects) for study in group.studies.values())
        rows.append((group.heading, *(found[role] for role in DIRECTIONS), len(group.studies)))
    words = [*map(opening, DIRECTIONS.values())]
    return counts_in_words(framed(rows, columns=["Comparison", *words, "Studies"]))


def effect_samples(
    evidence: Evidence,
    groups: Mapping[str, Names],
    *,
    people: Collection[str] = (),
    **where: Names,
) -> pd.DataFrame:
    """Return how many were studied and for how long: the smallest, the middle and the largest.

    Of each study the largest sample and the longest follow-up that it tells.

    Parameters
    ----------
    people
        Units whose samples count, such as families, beside bare numbers.
    """
    rows = []
    for group in grouped(evidence, groups, where):
        studies = group.studies.values()
        sizes = [size for study in studies if (size := largest_sample(study, people)[0])]
        months = [told for study in studies if (told := longest_follow_up(study))]
        among = len(studies)
        rows.append((group.heading, *_spread(sizes, among), *_spread(months, among)))
    columns = ["Comparison", "Sample told", "Sample", "Follow-up told", "Months"]
    return framed(rows, columns=columns)


def _spread(numbers: list[int], among: int) -> tuple[str, str]:
    told = part(len(numbers), among).text if among else NONE
    if not numbers:
        return told, UNTOLD
    middle = f"{median(numbers):,.1f}".removesuffix(".0")
    return told, f"{min(numbers):,} to {max(numbers):,}, middle {middle}"


def effect_list(
    evidence: Evidence,
    groups: Mapping[str, Names],
    columns: Mapping[str, str],
    *,
    unprinted: bool = False,
    **where: Names,
) -> pd.DataFrame:
    """Return effects one by one as the texts print them, by comparison and then by author.

    Parameters
    ----------
    groups
        Heading to the values or roles of the comparison, in the order of the rows.
    columns
        Attribute of effects to the heading of its column.
    unprinted
        Whether effects without a printed size stand there too, with what the coder noted.
    **where
        The effects meant: a value, a role, or several, of an attribute of effects.
    """
    rows = []
    for names in groups.values():
        meant = conditions(evidence, {COMPARISON: names, **where})
        found = [
            row for row in evidence.agreed_effects if row.meets(meant) and (row.effect or unprinted)
        ]
        found.sort(key=lambda row: _author(evidence.sources[row.source_id]))
        rows += [(f"@{row.source_id}", *_printed(row, columns)) for row in found]
    headings = ["Source", *columns.values(), "Sample, follow-up", "Effect as printed"]
    return framed(rows, columns=headings)


def _author(source: Source) -> tuple[str, int, str]:
    return source.authors.casefold(), source.year, source.source_id


def _printed(row: Effect, columns: Mapping[str, str]) -> tuple[str, ...]:
    sample = escape(_DIGITS.sub(lambda found: f"{int(found[0]):,}", row.sample))
    months = f"{count(row.follow_up_months):month}" if row.follow_up_months else ""
    return (
        *("; ".join(map(label, row.values.get(name, ()))) for name in columns),
        "; ".join(filter(None, (sample, months))) or UNTOLD,
        escape(row.effect) or f"*{escape(row.gist)}*",
    )
