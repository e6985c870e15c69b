"""Numbers as they stand in prose: formatted once, here, and never again."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_WORDS = {"0": "no", "1": "one"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its one wording.

    Attributes
    ----------
    value
        The number itself, for comparisons and for axes.
    text
        How the report writes it.
    of
        Denominator, where the value is a share.

    Notes
    -----
    A format spec names what is counted: ``f"{number:source}"`` gives "12 sources", "one source"
    or "no sources"; an irregular plural follows a slash: ``f"{number:inquiry/inquiries}"``.
    """

    value: float
    text: str
    of: int | None = None

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        if not spec:
            return self.text
        singular, _, plural = spec.partition("/")
        noun = singular if self.text == "1" else plural or f"{singular}s"
        return f"{_WORDS.get(self.text, self.text)} {noun}"

    def _repr_markdown_(self) -> str:
        return self.text


def count(value: int) -> Number:
    """Return a count with thousands separated: 1,200."""
    return Number(value, f"{value:,}")


def part(numerator: int, denominator: int) -> Number:
    """Return a part of a whole in words: "12 of 22", "none of 8", "all 5"; value is the share."""
    text = f"{numerator:,} of {denominator:,}" if numerator else f"none of {denominator:,}"
    if denominator and numerator == denominator:
        text = f"all {denominator:,}"
    return Number(ratio(numerator, denominator), text, denominator)


def percent(numerator: int, denominator: int, digits: int = 0) -> Number:
    """Return a share as a percentage, halves rounded up: 55%; of nothing, 0%."""
    step = Decimal(1).scaleb(-digits)
    rounded = (Decimal(numerator * 100) / Decimal(denominator or 1)).quantize(step, ROUND_HALF_UP)
    return Number(ratio(numerator, denominator), f"{rounded}%", denominator)


def decimal(value: float, digits: int) -> Number:
    """Return a number with fixed decimals, halves rounded up: 2.6."""
    return Number(value, _fixed(Decimal(value), digits))


def ratio(numerator: int, denominator: int) -> float:
    """Return numerator / denominator, 0 where there is nothing to divide by."""
    return numerator / denominator if denominator else 0.0


def _fixed(value: Decimal, digits: int) -> str:
    # Adding 0 takes the sign from a negative zero.
    return str(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0)
