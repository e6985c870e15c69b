"""What more than one figure counts: sources by code, and the year that divides them."""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class CodeCount:
    """A code and the counted sources that hold it."""

    code: str
    sources: frozenset[str]


def count_codes(
    evidence: Evidence, facet: str, stances: Iterable[str] | None = None
) -> tuple[CodeCount, ...]:
    """Return each code of a facet with its sources: most sources first, ties as in the codebook."""
    wanted = None if stances is None else frozenset(stances)
    unsorted = (
        CodeCount(code, evidence.holding(facet, [code], wanted))
        for code in evidence.codebook.facets[facet].codes
    )
    return tuple(sorted(unsorted, key=lambda row: -len(row.sources)))


def baseline_year(evidence: Evidence) -> int | None:
    """Return the year of the baseline review, None in an edition that ends before it."""
    return next((row.year for row in evidence.sources.values() if row.role == "baseline"), None)
