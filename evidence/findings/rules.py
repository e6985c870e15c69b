"""Rules counted on the evidence: the interpreter of the language of claims.yml.

What a rule counts are parts: sources or studies in a selection, or codes. Its numbers are made of
the sizes of its parts, so that they can be had for sizes that are one more or one fewer too.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, combinations
from types import MappingProxyType

from evidence.findings.selections import select
from evidence.model.claims import (
    NO_DATA,
    NOT_SUPPORTED,
    PARTLY,
    RATIO,
    SHARE,
    STUDY,
    SUPPORTED,
    AllOf,
    AnyOf,
    Claim,
    Codes,
    Count,
    Having,
    Held,
    Named,
    Not,
    Number,
    Quotient,
    Ranked,
    SameCoding,
    Selection,
    Value,
    holds,
)
from evidence.model.evidence import Evidence

# A share this near to its threshold is written with a decimal, lest it look like it.
NEAR = 0.01
_MOST_DECIMALS = 5
# With more parts not every set of them is tried: one, all but one, or all of them move.
_MOST_PARTS = 10

Part = Count | Codes
Sizes = Mapping[Part, int]


def count(evidence: Evidence, part: Part) -> int:
    """Return the number of sources, studies or codes."""
    if isinstance(part, Codes):
        return sum(len(holders) >= part.held_by for holders in _holders(evidence, part))
    found = select(evidence, part.selection)
    return len(evidence.studies(found)) if part.unit == STUDY else len(found)


def members(evidence: Evidence, part: Part) -> frozenset[tuple[str, str]]:
    """Return the sources that are counted; where codes are, each with a code that it holds."""
    if not isinstance(part, Codes):
        return frozenset(("", source_id) for source_id in select(evidence, part.selection))
    codes = part.codes or evidence.codebook.facets[part.facet].codes
    held = zip(codes, _holders(evidence, part), strict=True)
    return frozenset((code, source_id) for code, holders in held for source_id in holders)


def falls(evidence: Evidence, part: Part) -> Mapping[str, int]:
    """Return by how much each source that is taken out lowers a count, if it does.

    A study stays where another source reports it, and a code where enough others hold it.
    """
    if isinstance(part, Codes):
        return Counter(
            source_id
            for holders in _holders(evidence, part)
            if len(holders) == part.held_by
            for source_id in holders
        )
    found = select(evidence, part.selection)
    studies = Counter(evidence.sources[source_id].study for source_id in found)
    alone = part.unit != STUDY
    return {one: 1 for one in found if alone or studies[evidence.sources[one].study] == 1}


def parts_of(numbers: Iterable[Number]) -> Iterator[Part]:
    """Yield the parts that numbers are made of."""
    for number in numbers:
        if isinstance(number, Quotient):
            yield from (number.of, number.to)
        elif not isinstance(number, Ranked):
            yield number


def value(number: Number, numbers: Mapping[str, Number], sizes: Sizes) -> Value:
    """Return a number of a rule, as it is among all of them where its parts have these sizes."""
    match number:
        case Quotient():
            return Value(sizes[number.of], sizes[number.to], number.kind, number.decimals)
        case Ranked():
            values = (value(numbers[name], numbers, sizes) for name in number.names)
            return sorted(values, key=float, reverse=True)[number.rank - 1]
        case _:
            return Value(sizes[number])


@dataclass(frozen=True, slots=True)
class Tally:
    """A claim's rule counted on the evidence."""

    claim: Claim
    sizes: Sizes

    @classmethod
    def of(cls, claim: Claim, evidence: Evidence) -> "Tally":
        """Count what the rule of a claim speaks of."""
        parts = {*parts_of(claim.rule.numbers.values()), claim.rule.base}
        return cls(claim, {part: count(evidence, part) for part in parts})

    def values(self) -> Mapping[str, Value]:
        """Return the numbers of the rule by name."""
        numbers = self.claim.rule.numbers
        return MappingProxyType(
            {
                name: self._written(name, value(number, numbers, self.sizes))
                for name, number in numbers.items()
            }
        )

    def verdict(self) -> str:
        """Return the verdict."""
        return _judging(self.claim)(self.sizes)

    def close(self) -> bool:
        """Say whether one source more or fewer would give another verdict.

        Tried is a source that comes or goes in any of the parts that the verdict turns on, alone or
        in several at once: in numerator and denominator, in the denominator alone, or in the
        numerator alone, as one that is there already and is coded otherwise.
        """
        return self._turns(1) or self._turns(-1)

    def without(self, falls: Mapping[Part, int]) -> "Tally":
        """Return the tally with these parts so much smaller."""
        return replace(
            self, sizes={part: size - falls.get(part, 0) for part, size in self.sizes.items()}
        )

    def _turns(self, by: int) -> bool:
        claim, verdict_of = self.claim, _judging(self.claim)
        judged, verdict = claim.judged(), verdict_of(self.sizes)
        parts = tuple({*parts_of(judged), claim.rule.base})
        shares = [row for row in judged if isinstance(row, Quotient) and row.kind != RATIO]
        for moving in _sets(len(parts)):
            sizes = {**self.sizes, **{parts[at]: self.sizes[parts[at]] + by for at in moving}}
            possible = all(sizes[part] >= 0 for part in parts) and all(
                sizes[row.of] <= sizes[row.to] for row in shares
            )
            if possible and verdict_of(sizes) != verdict:
                return True
        return False

    def _written(self, name: str, found: Value) -> Value:
        claim = self.claim
        bounds = [row[name] for row in (claim.supported, claim.partly) if name in row]
        near = any(abs(float(found) - float(bound.split()[1])) < NEAR for bound in bounds)
        fewest = 1 if found.kind == SHARE and near else found.decimals
        # 1.95 must not stand as 2.0 beside "at least 2".
        exact = Decimal(found.numerator) / Decimal(found.denominator or 1)
        for decimals in range(fewest, _MOST_DECIMALS):
            step = Decimal(1).scaleb(-decimals - (2 if found.kind == SHARE else 0))
            shown = float(exact.quantize(step, ROUND_HALF_UP))
            if all(holds(shown, bound) == holds(float(found), bound) for bound in bounds):
                return replace(found, decimals=decimals)
        return found


def _judging(claim: Claim) -> Callable[[Sizes], str]:
    """Return what gives a claim's verdict by the sizes of the parts of its rule."""
    numbers, base = claim.rule.numbers, claim.rule.base
    wholes = [row.to for row in claim.judged() if isinstance(row, Quotient)]

    def met(conditions: Mapping[str, str], sizes: Sizes) -> bool:
        return all(
            holds(float(value(numbers[name], numbers, sizes)), condition)
            for name, condition in conditions.items()
        )

    def verdict(sizes: Sizes) -> str:
        # Of nothing there is no share, whatever the minimum.
        if sizes[base] < claim.minimum or not all(sizes[whole] for whole in wholes):
            return NO_DATA
        if met(claim.supported, sizes):
            return SUPPORTED
        return PARTLY if met(claim.partly, sizes) else NOT_SUPPORTED

    return verdict


def leaning(claim: Claim, evidence: Evidence) -> frozenset[tuple[str, str]]:
    """Return the codes, with their facet, and values, with their attribute, of a verdict.

    The codes are those counted or, where a claim counts none, those that it counts among; the
    values are those of either.
    """
    counted = [selection for number in claim.judged() for selection in _counted(number)]
    base = claim.rule.base.selection
    found = {key for selection in counted for key in _codes(evidence, selection)}
    values = {key for selection in (*counted, base) for key in _values(evidence, selection)}
    return frozenset(found or _codes(evidence, base)) | values


def _holders(evidence: Evidence, part: Codes) -> Iterator[frozenset[str]]:
    within = select(evidence, part.within)
    for code in part.codes or evidence.codebook.facets[part.facet].codes:
        yield select(evidence, Held(part.facet, (code,), part.stances)) & within


def _counted(number: Number) -> tuple[Selection, ...]:
    match number:
        case Quotient():
            also = (number.to.selection,) if number.kind == RATIO else ()
            return number.counted, *also
        case Codes():
            return (Held(number.facet, number.codes),)
        case Count():
            return (number.selection,)
        case _:
            return ()


def _codes(evidence: Evidence, selection: Selection) -> Iterator[tuple[str, str]]:
    match selection:
        case Held(facet, codes) if facet:
            yield from ((facet, code) for code in codes or evidence.codebook.facets[facet].codes)
        case Named():
            yield from _codes(evidence, selection.selection)
        case AllOf() | AnyOf() | SameCoding():
            for part in selection.parts:
                yield from _codes(evidence, part)


def _values(evidence: Evidence, selection: Selection) -> Iterator[tuple[str, str]]:
    match selection:
        case Having(name, values) if name in evidence.codebook.attributes:
            yield from ((name, value) for value in values)
        case Named():
            yield from _values(evidence, selection.selection)
        case Not():
            yield from _values(evidence, selection.part)
        case AllOf() | AnyOf():
            for part in selection.parts:
                yield from _values(evidence, part)


def _sets(parts: int) -> Iterable[Collection[int]]:
    """Return the sets of parts that are tried: all of them, if they are not too many."""
    places = range(parts)
    if parts <= _MOST_PARTS:
        return chain.from_iterable(combinations(places, size) for size in range(1, parts + 1))
    return [{*places}, *({place} for place in places), *({*places} - {place} for place in places)]
