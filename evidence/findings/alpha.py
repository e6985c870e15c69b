"""Krippendorff's alpha for nominal data, and its interval by the bootstrap; `agreement` uses it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evidence.findings.agreement import LEVEL, RESAMPLES


def alpha_of(
    units: Sequence[tuple[str | None, ...]], blocks: Sequence[object], seed: int
) -> tuple[float | None, tuple[float, float] | None]:
    """Return alpha and the bounds of its interval; None where nothing varies.

    Parameters
    ----------
    units
        The values that each unit was given.
    blocks
        What each unit belongs to that the bootstrap draws as a whole.
    """
    totals = _totals(units, blocks)
    alpha = float(nominal_alpha(totals.sum(axis=0)))
    return (None, None) if np.isnan(alpha) else (alpha, _interval(totals, seed))


def nominal_alpha(totals: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return alpha of each row of totals (see `_totals`), not a number where nothing varies."""
    observed, values = totals[..., 0], totals[..., 1:]
    given = values.sum(axis=-1)
    expected = given**2 - (values**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (given - 1) * observed / expected, np.nan)


def _totals(
    units: Sequence[tuple[str | None, ...]], blocks: Sequence[object]
) -> npt.NDArray[np.float64]:
    """Return per block the disagreement within its units, then how often each value was given.

    The disagreement in a unit is the number of pairs of unlike values, each pair counted both
    ways, over one less than the values it was given (Krippendorff 2011, section C).
    """
    known = sorted({value for values in units for value in values if value is not None})
    number = {value: place for place, value in enumerate(known)}
    # Many units were given the same.
    counted = {
        values: [row.count(place) for place in range(len(known))]
        for values in {*units}
        for row in [[number[value] for value in values if value is not None]]
    }
    given = np.array([counted[values] for values in units], dtype=np.float64)
    judges = given.sum(axis=1)
    observed = (judges**2 - (given**2).sum(axis=1)) / (judges - 1)
    names, block = np.unique(np.asarray(blocks), return_inverse=True)
    totals = np.zeros((len(names), 1 + len(known)))
    np.add.at(totals, block, np.column_stack([observed, given]))
    return totals


def _interval(totals: npt.NDArray[np.float64], seed: int) -> tuple[float, float] | None:
    number = len(totals)
    if number < 2:
        # Drawn from one, all samples are the same.
        return None
    # Blocks that count alike are drawn as one, as often as there are of them: the same, but quick.
    alike, times = np.unique(totals, axis=0, return_counts=True)
    drawings = np.random.default_rng(seed).multinomial(number, times / number, size=RESAMPLES)
    alphas = nominal_alpha(drawings @ alike)
    defined = alphas[~np.isnan(alphas)]
    if not defined.size:
        return None
    lower, upper = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(lower), float(upper)
