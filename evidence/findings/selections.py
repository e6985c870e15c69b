"""Selections of sources, found in the evidence."""

from evidence.model.claims import AllOf, AnyOf, Everything, Having, Held, Named, Not, Selection
from evidence.model.evidence import Evidence

Key = tuple[str, str, str]
"""Facet, code and stance of a coding."""


def select(evidence: Evidence, selection: Selection) -> frozenset[str]:
    """Return the ids of the counted sources in a selection.

    Each selection is looked up once per evidence; what it costs grows with the kinds of codings
    that it speaks of, not with their number.
    """
    found = evidence.selected.get(selection)
    if found is None:
        found = evidence.selected[selection] = _select(evidence, selection)
    return found


def _select(evidence: Evidence, selection: Selection) -> frozenset[str]:
    counted = evidence.counted()
    match selection:
        case Everything():
            found = counted
        case Named():
            found = select(evidence, selection.selection)
        case Not():
            found = counted - select(evidence, selection.part)
        case AllOf():
            found = counted.intersection(*(select(evidence, part) for part in selection.parts))
        case AnyOf():
            found = frozenset().union(*(select(evidence, part) for part in selection.parts))
        case Having(name, wanted):
            has = {key: evidence.values(key, name) for key in counted}
            found = frozenset(
                key for key in counted if (set(wanted) & set(has[key]) if wanted else not has[key])
            )
        case _:
            holders = evidence.holders
            found = frozenset().union(*(holders[key] for key in holders if meets(key, selection)))
    return found


def meets(coding: Key, selection: Selection) -> bool:
    """Say whether a coding is one that a selection of codings describes."""
    match selection:
        case Held():
            facet, code, stance = coding
            return (
                selection.facet in ("", facet)
                and (not selection.codes or code in selection.codes)
                and (not selection.stances or stance in selection.stances)
            )
        case Named():
            return meets(coding, selection.selection)
        case AnyOf():
            return any(meets(coding, part) for part in selection.parts)
        case Not():
            return not meets(coding, selection.part)
        case Everything() | Having():
            return True
        case _:
            return all(meets(coding, part) for part in selection.parts)
