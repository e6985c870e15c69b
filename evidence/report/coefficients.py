"""Coefficients of agreement as tables and figures have them."""

from evidence.findings.agreement import LEVEL, Agreement
from evidence.words import UNDEFINED, decimal

COEFFICIENTS = ("Percent", "Kappa", "Alpha", f"{LEVEL:.0%} interval of alpha")


def coefficients(row: Agreement) -> tuple[str, ...]:
    """Return percent agreement, kappa, and alpha with its interval, as a table has them."""
    return (
        UNDEFINED if row.percent is None else f"{decimal(100 * row.percent, 1)}%",
        written(row.kappa),
        written(row.alpha),
        " to ".join(map(written, row.interval)) if row.interval else UNDEFINED,
    )


def written(value: float | None, undefined: str = UNDEFINED) -> str:
    """Return a coefficient to two places."""
    return undefined if value is None else str(decimal(value, 2))
