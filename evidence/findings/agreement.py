"""How far two coders agree: percent, Cohen's kappa and Krippendorff's alpha (nominal).

The units are source x code for a facet, with the stances held as the value (none held is a value
too), and the source for an attribute or a single code. Kappa follows Cohen (1960), alpha
Krippendorff (2011); both are computed by libraries (scikit-learn, krippendorff).

The interval of alpha is the percentile bootstrap of Efron (1979). Codings of one text hang
together, so what is drawn with replacement is the source, with all its units; for an attribute or
a code that is the unit itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import krippendorff
import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score

from evidence.findings.selections import select
from evidence.model.claims import Finding
from evidence.model.evidence import Evidence
from evidence.words import ratio

CODERS = ("A", "B")
RESAMPLES = 2000
SEED = 2006
LEVEL = 0.95
# Sources in which either coder held a code; below it the code's alpha says too little.
MINIMUM_CASES = 10
# Krippendorff, Content Analysis (2nd ed. 2004, ch. 11; 4th ed. 2018): the lowest conceivable limit,
# even where only tentative conclusions are drawn.
TENTATIVE_BELOW = 0.667

Code = tuple[str, str]


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
    interval
        Bounds of the bootstrap interval of alpha, or None where alpha is undefined.
    """

    question: str
    units: int
    percent: float | None
    kappa: float | None
    alpha: float | None
    interval: tuple[float, float] | None = None


def agree(
    question: str,
    first: Sequence[str],
    second: Sequence[str],
    drawn: Sequence[str] | None = None,
) -> Agreement:
    """Return the agreement of two equally long sequences of nominal values, unit by unit.

    Parameters
    ----------
    drawn
        What each unit belongs to that the bootstrap draws as a whole, such as its source; left
        out, each unit is drawn by itself.
    """
    values = sorted({*first, *second})
    units = len(first)
    same = sum(a == b for a, b in zip(first, second, strict=True))
    if units == 0:
        return Agreement(question, 0, None, None, None)
    if len(values) < 2:
        return Agreement(question, units, ratio(same, units), None, None)
    number = {value: position for position, value in enumerate(values)}
    ratings = np.array([[number[value] for value in coder] for coder in (first, second)])
    alpha = krippendorff.alpha(reliability_data=ratings, level_of_measurement="nominal")
    return Agreement(
        question,
        units,
        ratio(same, units),
        float(cohen_kappa_score(*ratings)),
        float(alpha),
        _interval(ratings, range(units) if drawn is None else drawn),
    )


def _interval(ratings: npt.NDArray[np.int_], drawn: Sequence[object]) -> tuple[float, float] | None:
    blocks, block = np.unique(np.asarray(drawn), return_inverse=True)
    number = len(blocks)
    values = np.zeros((number, ratings.max() + 1), dtype=np.int_)
    for coder in ratings:
        np.add.at(values, (block, coder), 1)
    disagreeing = np.bincount(block[ratings[0] != ratings[1]], minlength=number)
    # Blocks that count alike are drawn as one, as often as there are of them: the same, but quick.
    alike, times = np.unique(np.column_stack([disagreeing, values]), axis=0, return_counts=True)
    drawings = np.random.default_rng(SEED).multinomial(number, times / number, size=RESAMPLES)
    counts = drawings @ alike
    alphas = nominal_alpha(counts[:, 1:], counts[:, 0])
    defined = alphas[~np.isnan(alphas)]
    if not defined.size:
        return None
    lower, upper = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(lower), float(upper)


def nominal_alpha(
    values: npt.NDArray[np.int_], disagreeing: npt.NDArray[np.int_]
) -> npt.NDArray[np.float64]:
    """Return alpha of each resample, not a number where nothing varies.

    The library takes one set of ratings at a time, too slow for thousands; for two coders and no
    unit missing, Krippendorff (2011), section C, comes down to these counts.

    Parameters
    ----------
    values
        A row a resample: how often each value was given, by either coder.
    disagreeing
        Number of units on which the coders differ, per resample.
    """
    given = values.sum(axis=-1)
    expected = given**2 - (values**2).sum(axis=-1)
    alphas = np.full(expected.shape, np.nan)
    varied = expected > 0
    alphas[varied] = 1 - (given[varied] - 1) * 2 * disagreeing[varied] / expected[varied]
    return alphas


def attribute_agreement(evidence: Evidence, attribute: str) -> Agreement:
    """Return the agreement on an attribute (design, sector or weight), a unit a source."""
    counted = sorted(evidence.counted())
    by_coder: Mapping[str, dict[str, str]] = {
        coder: {
            row.source_id: " ".join(row.values[attribute])
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
    return agree(
        facet,
        [first.get(unit, "") for unit in units],
        [second.get(unit, "") for unit in units],
        drawn=[source for source, _ in units],
    )


def code_agreements(evidence: Evidence) -> Mapping[Code, Agreement]:
    """Return the agreement on each code with enough cases, a unit a source, in codebook order.

    A case is a source in which either coder held the code; `MINIMUM_CASES` are enough.
    """
    rows: dict[Code, Agreement] = {}
    for facet, row in evidence.codebook.facets.items():
        first, second = (_held(evidence, facet, coder) for coder in CODERS)
        asked = _asked(evidence, facet)
        units = frozenset(asked)
        cases = Counter(code for source, code in {*first, *second} if source in units)
        for code in row.codes:
            if cases[code] >= MINIMUM_CASES:
                rows[facet, code] = agree(
                    code,
                    [first.get((source, code), "") for source in asked],
                    [second.get((source, code), "") for source in asked],
                )
    return rows


def tentative(rows: Mapping[Code, Agreement]) -> frozenset[Code]:
    """Return the codes whose alpha is below the limit, or undefined."""
    return frozenset(
        code for code, row in rows.items() if row.alpha is None or row.alpha < TENTATIVE_BELOW
    )


def tentative_codes(evidence: Evidence) -> frozenset[Code]:
    """Return the codes, of those with enough cases, on which the coders agree too little."""
    return tentative(code_agreements(evidence))


def leans_on_tentative(finding: Finding, tentative: Iterable[Code]) -> tuple[Code, ...]:
    """Return the tentative codes among those that a finding leans on, sorted."""
    return tuple(sorted(finding.codes.intersection(tentative)))


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
    asked_of = evidence.codebook.facets[facet].asked_of
    asked = (select(evidence.as_coded_by(coder), asked_of) for coder in CODERS)
    return sorted(frozenset[str]().union(*asked))


def _held(evidence: Evidence, facet: str, coder: str) -> dict[tuple[str, str], str]:
    stances: dict[tuple[str, str], set[str]] = {}
    counted = evidence.counted()
    for row in evidence.codings:
        if row.coder == coder and row.facet == facet and row.source_id in counted:
            stances.setdefault((row.source_id, row.code), set()).add(row.stance)
    return {unit: " ".join(sorted(held)) for unit, held in stances.items()}
