"""Selections of sources, found in the evidence."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from evidence.model.claims import (
    AllOf,
    AnyOf,
    Conditions,
    Everything,
    Having,
    Held,
    Named,
    Not,
    SameCoding,
    Selection,
    WithEffects,
)
from evidence.model.evidence import Coding, Effect, Evidence

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
            found = evidence.having(name, wanted) if wanted else counted - evidence.having(name)
        case WithEffects():
            found = _with_effects(evidence, selection)
        case _:
            holders = evidence.holders
            found = frozenset().union(*(holders[key] for key in holders if meets(key, selection)))
    return found


def effects_by_study(evidence: Evidence, where: Conditions) -> Mapping[str, tuple[Effect, ...]]:
    """Return the agreed effects meant by the study they come from; what two report alike once."""
    return _by_study(evidence, evidence.effects_with(where))


def _by_study(evidence: Evidence, rows: Iterable[Effect]) -> Mapping[str, tuple[Effect, ...]]:
    by_study: dict[str, dict[Hashable, Effect]] = {}
    for row in rows:
        study = by_study.setdefault(evidence.sources[row.source_id].study, {})
        study[tuple(row.values.items())] = row
    return {study: tuple(effects.values()) for study, effects in by_study.items()}


def _with_effects(evidence: Evidence, selection: WithEffects) -> frozenset[str]:
    studies = set()
    rows = evidence.effects_with(selection.where)
    for study, effects in _by_study(evidence, rows).items():
        mostly = sum(row.meets(selection.mostly) for row in effects) * 2 > len(effects)
        never = selection.never and any(row.meets(selection.never) for row in effects)
        if mostly and not never:
            studies.add(study)
    return frozenset(
        row.source_id for row in rows if evidence.sources[row.source_id].study in studies
    )


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
        case Everything() | Having() | WithEffects():
            return True
        case _:
            return all(meets(coding, part) for part in selection.parts)


def sayings(evidence: Evidence, selection: Selection) -> Mapping[str, Sequence[Coding | Effect]]:
    """Return what puts each source into a selection: its agreed codings, or its effects.

    Of the codings of a source those count that meet most of what the selection asks of codings.
    """
    met: dict[str, list[tuple[int, Coding | Effect]]] = {}
    # Many sources hold the same coding.
    numbers = {
        key: number for key in evidence.holders if (number := _conditions_met(key, selection))
    }
    spoken_of = {facet for facet, _, _ in numbers}
    for facet in evidence.codebook.facets:
        for row in evidence.agreed_codings(facet) if facet in spoken_of else ():
            key = row.facet, row.code, row.stance
            if key in numbers:
                met.setdefault(row.source_id, []).append((numbers[key], row))
    for source_id, effects in effects_meant(evidence, selection).items():
        met.setdefault(source_id, []).extend((1, effect) for effect in effects)
    return {
        key: [row for number, row in rows if number == max(number for number, _ in rows)]
        for key, rows in met.items()
    }


def _conditions_met(coding: Key, selection: Selection) -> int:
    match selection:
        case Held() | SameCoding():
            return int(meets(coding, selection))
        case Named():
            return _conditions_met(coding, selection.selection)
        case AllOf() | AnyOf():
            return sum(_conditions_met(coding, part) for part in selection.parts)
        case _:
            return 0


def asks_for_effects(selection: Selection) -> bool:
    """Say whether what else a study reports may decide that a source is in a selection."""
    match selection:
        case WithEffects():
            return True
        case Named():
            return asks_for_effects(selection.selection)
        case Not():
            return asks_for_effects(selection.part)
        case AllOf() | AnyOf():
            return any(map(asks_for_effects, selection.parts))
        case _:
            return False


def effects_meant(evidence: Evidence, selection: Selection) -> Mapping[str, Sequence[Effect]]:
    """Return the agreed effects that a selection asks for, by source; none where it asks none."""
    found: dict[str, list[Effect]] = {}
    asked = tuple(_conditions(selection))
    for effect in evidence.agreed_effects:
        if any(map(effect.meets, asked)):
            found.setdefault(effect.source_id, []).append(effect)
    return found


def _conditions(selection: Selection) -> Iterator[Conditions]:
    match selection:
        case WithEffects():
            yield selection.where
        case Named():
            yield from _conditions(selection.selection)
        case AllOf() | AnyOf():
            for part in selection.parts:
                yield from _conditions(part)
