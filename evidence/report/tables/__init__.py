"""Tables of the report: each a frame of counts or rows, ready for `markup.table`.

Counts are of the agreed coding: of studies where they are of codes, and of sources or records where
they are of documents. The table beside a figure is made of the figure's own frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from evidence.findings.agreement import FOLLOW_UP, Agreement, Code
from evidence.findings.confidence import confidence
from evidence.findings.measures import wilson
from evidence.findings.verdicts import judge_editions, main_condition
from evidence.model.claims import NO_DATA, RATIO, SHARE, Claim, Finding, Ranked
from evidence.model.evidence import Evidence
from evidence.report.codes import CODEBOOK, Codes, Names, codebook_rows
from evidence.report.coefficients import COEFFICIENTS, coefficients
from evidence.report.framed import framed
from evidence.report.markup import escape
from evidence.report.tables.effects import (
    effect_directions,
    effect_list,
    effect_samples,
    effect_votes,
)
from evidence.rule_text import noun
from evidence.words import (
    interval,
    label,
    number,
    part,
    short_verdict,
    within,
)

if TYPE_CHECKING:
    import pandas as pd

# The tables of effects are in a module of their own.
__all__ = [
    "by_author",
    "code_agreement",
    "codebook",
    "effect_agreement",
    "effect_directions",
    "effect_list",
    "effect_samples",
    "effect_votes",
    "exclusions",
    "gists",
    "searches",
    "sources",
    "sources_by",
    "stances",
    "verdicts",
]

DECISIONS = {"exclude": "Left out", "merged": "Merged", "include": "Included"}


def searches(evidence: Evidence) -> pd.DataFrame:
    """Return queries, records and decisions per search, and their totals."""
    queries = Counter(row.search for row in evidence.searches)
    records = Counter(row.search for row in evidence.screening)
    decided = Counter((row.search, row.decision) for row in evidence.screening)
    # Queries need not be on record.
    names = [*dict.fromkeys((*queries, *records))]
    rows = [
        (queries[name], records[name], *(decided[name, decision] for decision in DECISIONS))
        for name in names
    ]
    columns = ["Queries", "Records", *DECISIONS.values()]
    frame = framed(rows, columns=columns).astype(int)
    frame.loc[len(frame)] = frame.sum()
    frame = frame.map("{:,}".format)
    frame.insert(0, "Search", [*map(label, names), "**All**"])
    return frame


def exclusions(evidence: Evidence) -> pd.DataFrame:
    """Return the reasons for leaving records out, most frequent first."""
    reasons = Counter(row.reason for row in evidence.screening if row.decision == "exclude")
    rows = [(label(reason), number) for reason, number in reasons.most_common()]
    return framed(rows, columns=["Reason", "Records"])


def sources_by(evidence: Evidence, attribute: str) -> pd.DataFrame:
    """Return the sources per value of an attribute, up to the baseline's year, since, and in all.

    Without a baseline review there is one column. A field of sources.csv will do, too; a source
    may have several values.
    """
    year = evidence.first_year()
    found, then = (
        Counter(value for key in of.counted() for value in of.values(key, attribute))
        for of in (evidence, evidence.up_to(year))
    )
    rows = [
        (label(value), then[value], found[value] - then[value], found[value])
        for value in sorted(found)
    ]
    columns = [label(attribute), f"Up to {year}", f"After {year}", "All"]
    frame = framed(rows, columns=columns).sort_values("All", ascending=False, kind="stable")
    return frame if evidence.baseline() else frame[[columns[0], "All"]]


def stances(
    evidence: Evidence, facet: str, columns: Mapping[str, Names], *, heading: str | None = None
) -> pd.DataFrame:
    """Return the studies of each code of a facet; most in the first column first.

    Parameters
    ----------
    columns
        Heading to the stance, role or stances that the column counts; None for all.
    heading
        Of the codes, where not the name of the facet.
    """
    counted = [Codes(evidence, facet, wanted).totals for wanted in columns.values()]
    rows = [
        (escape(meaning), *(totals[code] for totals in counted))
        for code, meaning in evidence.codebook.facets[facet].codes.items()
    ]
    frame = framed(rows, columns=[heading or label(facet), *columns])
    return frame.sort_values(next(iter(columns)), ascending=False, kind="stable")


def gists(evidence: Evidence, facet: str, stances: Mapping[str, str]) -> pd.DataFrame:
    """Return what each source says on the codes of a facet, code by code, stance by stance.

    Parameters
    ----------
    stances
        Stance to the word for it.
    """
    order = list(evidence.codebook.facets[facet].codes)
    rows = sorted(
        evidence.agreed_codings(facet, stances=stances),
        key=lambda row: (order.index(row.code), row.stance, row.source_id),
    )
    return framed(
        [(label(r.code), stances[r.stance], escape(r.gist), f"@{r.source_id}") for r in rows],
        columns=[label(facet), "Stance", "What it says", "Source"],
    )


_FIELDS = {FOLLOW_UP: "Follow-up"}


def code_agreement(rows: Mapping[Code, Agreement]) -> pd.DataFrame:
    """Return percent agreement, kappa, and alpha with its interval, per code or value.

    The lowest alpha comes first.
    """
    ordered = sorted(rows.items(), key=lambda item: -2 if item[1].alpha is None else item[1].alpha)
    return framed(
        [(label(code), label(facet), *coefficients(row)) for (facet, code), row in ordered],
        columns=["Code or value", "Question", *COEFFICIENTS],
    )


def effect_agreement(rows: Iterable[Agreement]) -> pd.DataFrame:
    """Return percent agreement, kappa, and alpha with its interval, per field of effects."""
    return framed(
        [
            (_FIELDS.get(row.question, label(row.question)), f"{row.units:,}", *coefficients(row))
            for row in rows
        ],
        columns=["Field", "Compared", *COEFFICIENTS],
    )


def verdicts(evidence: Evidence) -> pd.DataFrame:
    """Return each statement with its verdict up to the baseline's year, since, and on all sources.

    With a verdict stands the claim's main number, a share with its 95% interval. Without a baseline
    review there is one verdict; without rules for it, no confidence.
    """
    editions, year, numbers = (
        judge_editions(evidence),
        evidence.first_year(),
        evidence.claims.entries(),
    )
    spans = {"All sources": editions.now}
    if editions.then:
        spans = {f"Up to {year}": editions.then, f"After {year}": editions.since, **spans}
    claims = evidence.claims.claims
    columns = {
        "Statement": [f"**{numbers[key]}** {escape(row.statement)}" for key, row in claims.items()],
        **{
            span: [_judged(row, findings[key]) for key, row in claims.items()]
            for span, findings in spans.items()
        },
    }
    if evidence.confidence.levels:
        levels = [confidence(evidence, row).level for row in editions.now.values()]
        columns["Confidence"] = [label(level) if level else "–" for level in levels]
    return framed(columns)


def _judged(claim: Claim, finding: Finding) -> str:
    said = f"**{short_verdict(finding.outcome)}**"
    if finding.verdict == NO_DATA:
        return said
    name, counted = main_condition(claim), claim.rule.numbers
    value = finding.values[name]
    main = f"{number(value):source}" if name == "sources" else str(number(value))
    if value.kind == RATIO:
        main = f"{value.numerator:,} to {value.denominator:,} ({main})"
    elif value.kind == SHARE:
        parts = value.numerator, value.denominator
        main = f"{part(*parts)} ({main}; {interval(wilson(*parts))})"
    if isinstance(counted[name], Ranked):
        main = f"{noun(counted[name], counted)} {main}"
    return f"{said}{', close' if finding.close else ''}: {escape(main)}"


def sources(evidence: Evidence, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return every source reviewed, by author and year, with what it is.

    Parameters
    ----------
    columns
        Attribute or field of sources.csv to the heading of its column.
    """
    rows = [
        (f"@{key}", *(_listed(evidence, key, name) for name in columns))
        for key in by_author(evidence)
    ]
    return framed(rows, columns=["Source", *columns.values()])


def by_author(evidence: Evidence) -> list[str]:
    """Return the counted sources by author, then year."""
    rows = map(evidence.sources.__getitem__, evidence.counted())
    return [key for *_, key in sorted((r.authors.casefold(), r.year, r.source_id) for r in rows)]


def _listed(evidence: Evidence, key: str, name: str) -> str:
    attribute = evidence.codebook.attributes.get(name)
    found = map(label, evidence.values(key, name))
    return "; ".join(map(within, found) if attribute and attribute.multiple else found)


def codebook(evidence: Evidence) -> pd.DataFrame:
    """Return the whole codebook as `codebook_rows` has it."""
    return framed(codebook_rows(evidence), columns=CODEBOOK)
