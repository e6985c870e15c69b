"""Measures counted on the evidence: numbers without a verdict, with their intervals."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from evidence.findings.rules import Part, count, parts_of, value
from evidence.model.claims import (
    RATIO,
    AllOf,
    Codes,
    Count,
    Having,
    Measure,
    Quotient,
    Selection,
    Value,
)
from evidence.model.evidence import Evidence

# The normal quantile of a 95% interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure counted, with the 95% interval of a share; also `by` an attribute's values."""

    value: Value
    interval: tuple[float, float] | None
    by: Mapping[str, "Measured"] = field(default_factory=dict)


def measures(evidence: Evidence) -> Mapping[str, Measured]:
    """Return the measures of claims.yml counted on the evidence, by name."""
    found = {name: measured(row, evidence) for name, row in evidence.claims.measures.items()}
    return MappingProxyType(found)


def measured(measure: Measure, evidence: Evidence) -> Measured:
    """Return a measure counted on the evidence, whole and by the values of its attribute."""
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
    sizes = {part: count(evidence, part) for part in parts_of([number])}
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
