"""Rules counted on the evidence: the interpreter of the language of claims.yml.

What a rule counts are parts: sources or studies in a selection, or codes. Its numbers are made of
the sizes of its parts, so that they can be had for sizes that are one more or one fewer too.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
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
    Measure,
    Named,
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
# The normal quantile of a 95% interval.
_Z = 1.959963984540054
# With more parts not every set of them is tried: all but one, one, or all of them move together.
_MOST_PARTS = 10

Part = Count | Codes
Sizes = Mapping[Part, int]


def count(evidence: Evidence, part: Part) -> int:
    """Return the number of sources, studies or codes."""
    if isinstance(part, Codes):
        return sum(len(holders) >= part.held_by for holders in _holders(evidence, part))
    found = select(evidence, part.selection)
    return len(evidence.studies(found)) if part.unit == STUDY else len(found)


def value(number: Number, numbers: Mapping[str, Number], sizes: Sizes) -> Value:
    """Return a number where its parts have these sizes.

    Parameters
    ----------
    numbers
        Those of the rule, among which a `Ranked` finds its own.
    """
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
        parts = {*_parts(claim.rule.numbers.values(), claim.rule.numbers), claim.rule.base}
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
        return self._verdict(self.sizes)

    def close(self) -> bool:
        """Say whether one source more or fewer would give another verdict.

        Tried is a source that comes or goes in any of the parts that the verdict turns on, alone or
        in several at once: in numerator and denominator, in the denominator alone, or in the
        numerator alone, as one that is there already and is coded otherwise.
        """
        return self._turns(lambda _: (1,)) or self._turns(lambda _: (-1,))

    def movable(self, evidence: Evidence) -> bool:
        """Say whether taking out some single source might change the verdict.

        Where not, it is certain without trying: no count falls by more than one source is worth.
        """

        def falls(part: Part) -> Iterable[int]:
            most = 1
            if isinstance(part, Codes):
                holders = map(len, _holders(evidence, part))
                most = sum(number == part.held_by for number in holders)
            return range(-most, 0)

        return self._turns(falls)

    def _verdict(self, sizes: Sizes) -> str:
        claim, numbers = self.claim, self.claim.rule.numbers
        if sizes[claim.rule.base] < claim.minimum:
            return NO_DATA
        for verdict, conditions in ((SUPPORTED, claim.supported), (PARTLY, claim.partly)):
            if all(
                holds(float(value(numbers[name], numbers, sizes)), condition)
                for name, condition in conditions.items()
            ):
                return verdict
        return NOT_SUPPORTED

    def _turns(self, moves: Callable[[Part], Iterable[int]]) -> bool:
        claim, verdict = self.claim, self.verdict()
        judged = [claim.rule.numbers[name] for name in {**claim.supported, **claim.partly}]
        parts = tuple({*_parts(judged, claim.rule.numbers), claim.rule.base})
        shares = [
            row
            for row in _unfolded(judged, claim.rule.numbers)
            if isinstance(row, Quotient) and row.kind != RATIO
        ]
        for steps in _steps([(0, *moves(part)) for part in parts]):
            sizes = {part: self.sizes[part] + by for part, by in zip(parts, steps, strict=True)}
            if _possible(sizes, shares) and self._verdict(sizes) != verdict:
                return True
        return False

    def _written(self, name: str, found: Value) -> Value:
        claim = self.claim
        bounds = [row[name] for row in (claim.supported, claim.partly) if name in row]
        near = any(abs(float(found) - float(bound.split()[1])) < NEAR for bound in bounds)
        return replace(found, decimals=1) if found.kind == SHARE and near else found


def leaning(claim: Claim, evidence: Evidence) -> frozenset[tuple[str, str]]:
    """Return facet and code of the codings that a verdict leans on.

    They are those counted; or, where a claim counts none, those that it counts among.
    """
    judged = [claim.rule.numbers[name] for name in {**claim.supported, **claim.partly}]
    found = {key for row in _counted(judged, claim.rule.numbers) for key in _codes(evidence, row)}
    return frozenset(found or _codes(evidence, claim.rule.base.selection))


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure counted.

    Attributes
    ----------
    interval
        The bounds of its 95% interval; None where it is no share, or a share of nothing.
    by
        The same for the sources of each value of an attribute, in the order of the codebook.
    """

    value: Value
    interval: tuple[float, float] | None
    by: Mapping[str, "Measured"] = field(default_factory=dict)


def measures(evidence: Evidence) -> Mapping[str, Measured]:
    """Return the measures of claims.yml counted on the evidence, by name."""
    found = {name: measured(row, evidence) for name, row in evidence.claims.measures.items()}
    return MappingProxyType(found)


def measured(measure: Measure, evidence: Evidence) -> Measured:
    """Return a measure counted on the evidence."""
    by = evidence.codebook.attributes[measure.by].values if measure.by else ()
    return replace(
        _measured(measure.number, evidence),
        by=MappingProxyType(
            {
                name: _measured(_within(measure.number, Having(measure.by, (name,))), evidence)
                for name in by
            }
        ),
    )


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """Return the 95% interval of a share.

    Notes
    -----
    The score interval of Wilson (1927), Journal of the American Statistical Association 22,
    209-212; recommended for small numbers by Brown, Cai and DasGupta (2001), Statistical Science
    16, 101-133. It takes studies for a sample drawn at random, which those of a review are not.
    """
    share, square = numerator / denominator, _Z**2
    middle = share + square / (2 * denominator)
    half = _Z * math.sqrt(share * (1 - share) / denominator + square / (4 * denominator**2))
    whole = 1 + square / denominator
    return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)


def _measured(number: Part | Quotient, evidence: Evidence) -> Measured:
    sizes = {part: count(evidence, part) for part in _parts([number], {})}
    found = value(number, {}, sizes)
    share = isinstance(number, Quotient) and number.kind != RATIO and found.denominator
    return Measured(found, wilson(found.numerator, found.denominator) if share else None)


def _within(number: Part | Quotient, selection: Selection) -> Part | Quotient:
    match number:
        case Quotient():
            of, to = (
                replace(row, selection=AllOf((row.selection, selection)))
                for row in (number.of, number.to)
            )
            return replace(number, of=of, to=to)
        case Count():
            return replace(number, selection=AllOf((number.selection, selection)))
        case Codes():
            return replace(number, within=AllOf((number.within, selection)))


def _holders(evidence: Evidence, part: Codes) -> Iterator[frozenset[str]]:
    within = select(evidence, part.within)
    for code in part.codes or evidence.codebook.facets[part.facet].codes:
        yield select(evidence, Held(part.facet, (code,), part.stances)) & within


def _unfolded(wanted: Iterable[Number], numbers: Mapping[str, Number]) -> Iterator[Number]:
    for number in wanted:
        if isinstance(number, Ranked):
            yield from (numbers[name] for name in number.names)
        else:
            yield number


def _parts(wanted: Iterable[Number], numbers: Mapping[str, Number]) -> Iterator[Part]:
    for number in _unfolded(wanted, numbers):
        if isinstance(number, Quotient):
            yield from (number.of, number.to)
        elif isinstance(number, Count | Codes):
            yield number


def _counted(wanted: Iterable[Number], numbers: Mapping[str, Number]) -> Iterator[Selection]:
    for number in _unfolded(wanted, numbers):
        match number:
            case Quotient():
                yield number.counted
                if number.kind == RATIO:
                    yield number.to.selection
            case Codes():
                yield Held(number.facet, number.codes)
            case Count():
                yield number.selection


def _codes(evidence: Evidence, selection: Selection) -> Iterator[tuple[str, str]]:
    match selection:
        case Held(facet, codes) if facet:
            yield from ((facet, code) for code in codes or evidence.codebook.facets[facet].codes)
        case Named():
            yield from _codes(evidence, selection.selection)
        case AllOf() | AnyOf() | SameCoding():
            for part in selection.parts:
                yield from _codes(evidence, part)


def _steps(choices: Sequence[tuple[int, ...]]) -> Iterable[tuple[int, ...]]:
    if len(choices) <= _MOST_PARTS:
        return product(*choices)
    farthest = tuple(max(steps, key=abs) for steps in choices)
    alone = [
        tuple(step if place == at else 0 for place, step in enumerate(farthest))
        for at in range(len(choices))
    ]
    others = [
        tuple(0 if place == at else step for place, step in enumerate(farthest))
        for at in range(len(choices))
    ]
    return [*alone, *others, farthest]


def _possible(sizes: Sizes, shares: Iterable[Quotient]) -> bool:
    return min(sizes.values(), default=0) >= 0 and all(
        sizes[row.of] <= sizes[row.to] for row in shares
    )
