"""Two states of the evidence side by side: what changed, and what that does to the findings.

Compared is what the conclusions rest on: findings, measures, sources with their agreed codings,
effects and appraisals, rules and codebook. Searches, screening and what a single coder says are
not.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from itertools import chain

from evidence.findings.confidence import confidence
from evidence.findings.measures import measures
from evidence.findings.verdicts import judge_editions
from evidence.model.claims import STRENGTH, Claim, Finding, Measure, Value
from evidence.model.evidence import Coding, Effect, Evidence

Key = tuple[str, str, str]
"""Source id, facet and code of a coding."""


class Change(StrEnum):
    """What became of a finding; `otherwise` leaves verdict and main numbers as they were."""

    NEW = "new"
    GONE = "gone"
    STRONGER = "stronger"
    WEAKER = "weaker"
    NUMBER = "number"
    OTHERWISE = "otherwise"
    UNCHANGED = "unchanged"


class Move(StrEnum):
    """What became of a source or an effect."""

    ADDED = "added"
    REMOVED = "removed"
    RECODED = "recoded"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what it was; empty where it is not there."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A claim's finding, its level of confidence, and its finding in the baseline edition."""

    claim_id: str
    change: Change
    old: Finding | None
    new: Finding | None
    confidence: tuple[str, str] = ("", "")
    baseline: tuple[Finding | None, Finding | None] = (None, None)


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A measure that is another number, as a whole or, where `by` names it, for a value."""

    name: str
    by: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class EffectChange:
    """An agreed effect that came, went, or is told otherwise; `what` are the values of its key."""

    what: str
    move: Move
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source that came, went, or has other agreed codings or effects, or is appraised otherwise.

    Reworded are codings with another locator or gist, as they are now.
    """

    source_id: str
    move: Move
    come: tuple[Coding, ...]
    gone: tuple[Coding, ...]
    reworded: tuple[Coding, ...]
    effects: tuple[EffectChange, ...]
    appraisal: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A claim that counts something else, or a measure; None where it is not there."""

    name: str
    old: Claim | Measure | None
    new: Claim | Measure | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs; findings also where nothing does, in the order of claims.yml."""

    findings: tuple[FindingChange, ...]
    measures: tuple[MeasureChange, ...]
    sources: tuple[SourceChange, ...]
    bibliography: tuple[Difference, ...]
    rules: tuple[Difference, ...]
    counted: tuple[RuleChange, ...]
    codebook: tuple[Difference, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs at all."""
        moved = any(row.change is not Change.UNCHANGED for row in self.findings)
        return moved or any(
            (
                self.measures,
                self.sources,
                self.bibliography,
                self.rules,
                self.counted,
                self.codebook,
            )
        )


def compare(old: Evidence, new: Evidence) -> Comparison:
    """Return what differs from the old evidence to the new."""
    return Comparison(
        findings=tuple(_finding_changes(old, new)),
        measures=tuple(_measure_changes(old, new)),
        sources=tuple(_source_changes(old, new)),
        bibliography=tuple(
            change
            for source_id in sorted(old.sources.keys() & new.sources.keys())
            for change in _differences(
                f"{source_id}: ", _flat(old.sources[source_id]), _flat(new.sources[source_id])
            )
        ),
        rules=tuple(_differences("", _rules(old, new), _rules(new, old))),
        counted=tuple(_counted(old, new)),
        codebook=tuple(_differences("", _flat(old.codebook), _flat(new.codebook))),
    )


def recoded(evidence: Evidence, stances: Mapping[Key, Collection[str]]) -> Evidence:
    """Return the evidence as if each source held its code in these stances alone, if any."""
    agreed = evidence.codebook.agreed
    kept = tuple(
        row
        for row in evidence.codings
        if row.coder != agreed or row.stance in stances.get(_key(row), (row.stance,))
    )
    held = {(_key(row), row.stance) for row in kept if row.coder == agreed}
    added = tuple(
        Coding(source_id, agreed, facet, code, stance)
        for (source_id, facet, code), wanted in stances.items()
        for stance in sorted(wanted)
        if ((source_id, facet, code), stance) not in held
    )
    return replace(evidence, codings=kept + added)


def with_effects(evidence: Evidence, effects: Mapping[str, Iterable[Effect]]) -> Evidence:
    """Return the evidence as if the agreed effects of these sources were these alone, if any."""
    agreed = evidence.codebook.agreed
    kept = [row for row in evidence.effects if row.coder != agreed or row.source_id not in effects]
    return replace(evidence, effects=(*kept, *chain.from_iterable(effects.values())))


def _finding_changes(old: Evidence, new: Evidence) -> Iterator[FindingChange]:
    was, now = judge_editions(old), judge_editions(new)
    for claim_id in dict.fromkeys((*now.now, *was.now)):
        before, after = was.now.get(claim_id), now.now.get(claim_id)
        if before and after:
            levels = confidence(old, before).level, confidence(new, after).level
            baseline = was.then.get(claim_id), now.then.get(claim_id)
            same = levels[0] == levels[1] and _compared(baseline[0]) == _compared(baseline[1])
            change = _change(before, after, same)
            yield FindingChange(claim_id, change, before, after, levels, baseline)
        else:
            yield FindingChange(claim_id, Change.NEW if after else Change.GONE, before, after)


def _change(old: Finding, new: Finding, same: bool) -> Change:
    if (rise := STRENGTH.index(new.verdict) - STRENGTH.index(old.verdict)) != 0:
        return Change.STRONGER if rise > 0 else Change.WEAKER
    if _compared(old) != _compared(new):
        return Change.NUMBER
    was, now = (
        (row.silent, row.close, row.supporting, row.contrary, row.values) for row in (old, new)
    )
    return Change.UNCHANGED if same and was == now else Change.OTHERWISE


def _compared(finding: Finding | None) -> tuple[object, ...]:
    if finding is None:
        return ()
    return finding.verdict, *((name, finding.values[name]) for name in finding.main)


def _measure_changes(old: Evidence, new: Evidence) -> Iterator[MeasureChange]:
    were, are = measures(old), measures(new)
    for name in (name for name in are if name in were):
        before, after = ({"": row, **row.by} for row in (were[name], are[name]))
        for by in (by for by in after if by in before):
            if before[by].value != after[by].value:
                yield MeasureChange(name, by, before[by].value, after[by].value)


def _source_changes(old: Evidence, new: Evidence) -> Iterator[SourceChange]:
    were, are = _agreed_codings(old), _agreed_codings(new)
    appraised, appraises = _appraisals(old), _appraisals(new)
    reported, reports = _agreed_effects(old), _agreed_effects(new)
    for move, source_ids in (
        (Move.ADDED, new.sources.keys() - old.sources.keys()),
        (Move.REMOVED, old.sources.keys() - new.sources.keys()),
        (Move.RECODED, old.sources.keys() & new.sources.keys()),
    ):
        for key in sorted(source_ids):
            before, after = were.get(key, {}), are.get(key, {})
            judged = _differences("", appraised.get(key, {}), appraises.get(key, {}))
            change = SourceChange(
                key,
                move,
                come=tuple(row for held, row in after.items() if held not in before),
                gone=tuple(row for held, row in before.items() if held not in after),
                reworded=tuple(
                    row
                    for held, row in after.items()
                    if held in before
                    and (row.locator, row.gist) != (before[held].locator, before[held].gist)
                ),
                effects=tuple(_effect_changes(reported.get(key, {}), reports.get(key, {}))),
                appraisal=tuple(judged) if move is Move.RECODED else (),
            )
            codings = change.come or change.gone or change.reworded
            if codings or change.effects or change.appraisal or move is not Move.RECODED:
                yield change


def _effect_changes(old: Mapping[str, Effect], new: Mapping[str, Effect]) -> Iterator[EffectChange]:
    for what in dict.fromkeys((*new, *old)):
        if what not in old:
            yield EffectChange(what, Move.ADDED, ())
        elif what not in new:
            yield EffectChange(what, Move.REMOVED, ())
        elif told := tuple(_differences("", _told(old[what]), _told(new[what]))):
            yield EffectChange(what, Move.RECODED, told)


def _told(row: Effect) -> Mapping[str, str]:
    months = "" if row.follow_up_months is None else str(row.follow_up_months)
    rest = {"sample": row.sample, "effect": row.effect, "follow_up_months": months}
    return {**_flat(row.values), **rest, "locator": row.locator, "gist": row.gist}


def _agreed_effects(evidence: Evidence) -> Mapping[str, Mapping[str, Effect]]:
    found: dict[str, dict[str, Effect]] = {}
    for row in evidence.effects:
        if row.coder == evidence.codebook.agreed:
            what = " ".join(value for name in evidence.effect_key for value in row.values[name])
            found.setdefault(row.source_id, {})[what] = row
    return found


def _agreed_codings(evidence: Evidence) -> Mapping[str, Mapping[Key, Coding]]:
    found: dict[str, dict[Key, Coding]] = {}
    for row in evidence.codings:
        if row.coder == evidence.codebook.agreed:
            found.setdefault(row.source_id, {})[row.facet, row.code, row.stance] = row
    return {source_id: dict(sorted(rows.items())) for source_id, rows in found.items()}


def _appraisals(evidence: Evidence) -> Mapping[str, Mapping[str, str]]:
    return {
        row.source_id: _flat(row.values)
        for row in evidence.appraisals
        if row.coder == evidence.codebook.agreed
    }


def _key(row: Coding) -> Key:
    return row.source_id, row.facet, row.code


def _rules(evidence: Evidence, other: Evidence) -> Mapping[str, str]:
    # A claim that only one side has is told as a finding that is new or gone, and what a claim
    # counts as a whole.
    claims = evidence.claims
    found = {"version": str(claims.version), "fixed_on": claims.fixed_on}
    for claim_id, claim in claims.claims.items():
        if claim_id in other.claims.claims:
            leaves = _flat(claim, f"claims: {claim_id}")
            own = (f"claims: {claim_id}: claim_id", f"claims: {claim_id}: rule")
            found |= {name: text for name, text in leaves.items() if not name.startswith(own)}
    return (
        found | _flat(evidence.quantities, "quantities") | _flat(evidence.confidence, "confidence")
    )


def _counted(old: Evidence, new: Evidence) -> Iterator[RuleChange]:
    for claim_id, claim in new.claims.claims.items():
        before = old.claims.claims.get(claim_id)
        if before and before.rule != claim.rule:
            yield RuleChange(claim_id, before, claim)
    for name in dict.fromkeys((*new.claims.measures, *old.claims.measures)):
        was, now = old.claims.measures.get(name), new.claims.measures.get(name)
        if was != now:
            yield RuleChange(name, was, now)


def _flat(value: object, path: str = "") -> dict[str, str]:
    """Return each value in nested mappings and dataclasses as text, by the way to it."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for name, part in value.items():
            found |= _flat(part, f"{path}: {name}" if path else name)
        return found
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return {path: text} if path else {}


def _differences(
    prefix: str, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[Difference]:
    for what in dict.fromkeys((*new, *old)):
        before, after = old.get(what, ""), new.get(what, "")
        if before != after:
            yield Difference(f"{prefix}{what}", before, after)
