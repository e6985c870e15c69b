"""What more than one figure counts: sources by code, and the year that divides them."""

from collections.abc import Iterable, Mapping

from evidence.model.evidence import Evidence

Stances = str | Iterable[str] | None
"""One stance or role, or several; all where left out."""


def stances_of(evidence: Evidence, facet: str, stances: Stances = None) -> tuple[str, ...]:
    """Return the stances of a facet that are meant, each role taken for its stances.

    Raises
    ------
    ValueError
        For a stance or role that the facet does not have.
    """
    known = evidence.codebook.facets[facet]
    if stances is None:
        return tuple(known.stances)
    wanted = (stances,) if isinstance(stances, str) else tuple(stances)
    if unknown := [name for name in wanted if name not in {**known.stances, **known.roles}]:
        raise ValueError(
            f"facet {facet!r} has no {', '.join(unknown)}; it has {', '.join(known.stances)}"
        )
    return tuple(dict.fromkeys(known.expand(wanted)))


def holders(
    evidence: Evidence, facet: str, stances: Stances = None
) -> Mapping[str, frozenset[str]]:
    """Return each code of a facet with its sources: most sources first, else as in the codebook."""
    wanted = stances_of(evidence, facet, stances)
    found = {
        code: evidence.holding(facet, [code], wanted)
        for code in evidence.codebook.facets[facet].codes
    }
    return dict(sorted(found.items(), key=lambda row: -len(row[1])))


def baseline_year(evidence: Evidence) -> int | None:
    """Return the year of the baseline review, None where there is none in this edition."""
    baseline = evidence.baseline()
    return baseline.year if baseline else None
