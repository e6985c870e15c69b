"""How far two coders agree: percent, Cohen's kappa and Krippendorff's alpha (nominal).

The units are source x code for a facet, with the stances held as the value (none held is a value
too), and the source for an attribute. Kappa follows Cohen (1960), alpha Krippendorff (2011); both
are computed by libraries (scikit-learn, krippendorff).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import krippendorff
from sklearn.metrics import cohen_kappa_score

from analysis.evidence import Evidence
from analysis.numbers import ratio

CODERS = ("A", "B")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of the two coders on one question.

    Attributes
    ----------
    units
        Number of things both coders judged.
    percent, kappa, alpha
        Shares between 0 and 1 (kappa and alpha from -1); None where undefined, as when neither
        coder ever varied.
    """

    question: str
    units: int
    percent: float | None
    kappa: float | None
    alpha: float | None


def agree(question: str, first: Sequence[str], second: Sequence[str]) -> Agreement:
    """Return the agreement of two equally long sequences of nominal values, unit by unit."""
    values = sorted({*first, *second})
    units = len(first)
    same = sum(a == b for a, b in zip(first, second, strict=True))
    if units == 0:
        return Agreement(question, 0, None, None, None)
    if len(values) < 2:
        return Agreement(question, units, ratio(same, units), None, None)
    number = {value: position for position, value in enumerate(values)}
    ratings = [[number[value] for value in coder] for coder in (first, second)]
    alpha = krippendorff.alpha(reliability_data=ratings, level_of_measurement="nominal")
    return Agreement(
        question,
        units,
        ratio(same, units),
        float(cohen_kappa_score(*ratings)),
        float(alpha),
    )


def attribute_agreement(evidence: Evidence, attribute: str) -> Agreement:
    """Return the agreement on an attribute (design, sector or weight), a unit a source."""
    counted = sorted(evidence.counted())
    by_coder: Mapping[str, dict[str, str]] = {
        coder: {
            row.source_id: str(getattr(row, attribute))
            for row in evidence.appraisals
            if row.coder == coder
        }
        for coder in CODERS
    }
    first, second = ([by_coder[coder][key] for key in counted] for coder in CODERS)
    return agree(attribute, first, second)


def facet_agreement(evidence: Evidence, facet: str) -> Agreement:
    """Return the agreement on a facet, a unit a source x code.

    Codes that neither coder ever used are left out (they had no such code), and so are, for the
    facet `failure`, the sources that neither coder took for an inquiry: they were not asked.
    """
    first, second = (_held(evidence, facet, coder) for coder in CODERS)
    codes = sorted({code for _, code in {*first, *second}})
    units = [(source, code) for source in _asked(evidence, facet) for code in codes]
    return agree(facet, [first.get(u, "") for u in units], [second.get(u, "") for u in units])


def agreements(evidence: Evidence) -> tuple[Agreement, ...]:
    """Return the agreement on every attribute, then on every facet, in codebook order."""
    return (
        *(attribute_agreement(evidence, name) for name in evidence.codebook.attributes),
        *(facet_agreement(evidence, name) for name in evidence.codebook.facets),
    )


def lowest_alpha(rows: Iterable[Agreement]) -> tuple[str, float]:
    """Return the question with the lowest defined alpha, and that alpha."""
    return min(
        ((row.question, row.alpha) for row in rows if row.alpha is not None), key=itemgetter(1)
    )


def unanimous(rows: Iterable[Agreement]) -> tuple[str, ...]:
    """Return the questions on which the coders agree in every unit."""
    return tuple(row.question for row in rows if row.percent == 1)


def _asked(evidence: Evidence, facet: str) -> list[str]:
    counted = evidence.counted()
    if facet != "failure":
        return sorted(counted)
    inquiries = {
        row.source_id
        for row in evidence.appraisals
        if row.coder in CODERS and row.design == "inquiry"
    }
    return sorted(counted & inquiries)


def _held(evidence: Evidence, facet: str, coder: str) -> dict[tuple[str, str], str]:
    stances: dict[tuple[str, str], set[str]] = {}
    counted = evidence.counted()
    for row in evidence.codings:
        if row.coder == coder and row.facet == facet and row.source_id in counted:
            stances.setdefault((row.source_id, row.code), set()).add(row.stance)
    return {unit: " ".join(sorted(held)) for unit, held in stances.items()}
