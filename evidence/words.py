"""Every word that data choose: numbers, labels, verdicts, and words for quantities.

Each is written once, here, and never again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from evidence.model.claims import (
    NO_DATA,
    NOT_SUPPORTED,
    PART,
    PARTLY,
    RATIO,
    SHARE,
    SILENT,
    SUPPORTED,
    Finding,
    Value,
    holds,
)
from evidence.model.codebook import LABELS
from evidence.model.declared import DISSENT, STUDIES, Criterion
from evidence.model.evidence import Quantities

_WORDS = {"0": "no", "1": "one"}


class Undefined(str):
    """What is written of a share or ratio of nothing; prose cannot state it.

    Placed in prose, it stops the build: the filter of chapters finds its class.
    """

    __slots__ = ()

    def capitalize(self) -> "Undefined":
        """Return it as it is: it opens no sentence."""
        return self

    def _repr_markdown_(self) -> str:
        return f"[{self}]{{.undefined}}"


UNDEFINED = Undefined("not defined")
# What stands for the numbers of a claim where there is nothing to count.
NOTHING = "nothing to count"
_UNITS = {"sources": "source", "studies": "study/studies"}
# In full and in short; silence of the texts is called so and never denial.
_VERDICTS = {
    SUPPORTED: ("Supported", "Supported"),
    PARTLY: ("Partly supported", "Partly"),
    NOT_SUPPORTED: ("Not supported", "Not"),
    SILENT: ("Not shown (most texts are silent)", "Silent"),
    NO_DATA: ("Too few sources to judge", "Too few"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its one wording; a share has the denominator that it is a share `of`.

    A format spec names what is counted: ``f"{number:source}"`` gives "12 sources", "one source"
    or "no sources"; an irregular plural follows a slash: ``f"{number:inquiry/inquiries}"``, and a
    verb may be part of both: ``f"{number:source says/sources say}"``.
    """

    value: float
    text: str
    of: int | None = None

    def __str__(self) -> str:
        return self.text

    def __format__(self, spec: str) -> str:
        if not spec or self.text is UNDEFINED:
            return self.text
        singular, _, plural = spec.partition("/")
        one = self.text == "1" or self.of == 1
        noun = singular if one else plural or f"{singular}s"
        return f"{_WORDS.get(self.text, self.text)} {noun}"

    def _repr_markdown_(self) -> str:
        return UNDEFINED._repr_markdown_() if self.text is UNDEFINED else self.text

    @property
    def sources(self) -> str:
        """The number of sources, in words: "12 sources", "one source"."""
        return self.counting("source")

    @property
    def studies(self) -> str:
        """The number of studies, in words."""
        return self.counting("study/studies")

    def counting(self, noun: str) -> str:
        """Return the number with a noun, whose plural may follow a slash: "inquiry/inquiries"."""
        return format(self, noun)


def count(value: int) -> Number:
    """Return a count with thousands separated: 1,200."""
    return Number(value, f"{value:,}")


def part(numerator: int, denominator: int) -> Number:
    """Return a part of a whole in words: "12 of 22", "none of 8", "all 5"; value is the share."""
    if not denominator:
        return _of_nothing()
    text = f"{numerator:,} of {denominator:,}" if numerator else f"none of {denominator:,}"
    if numerator == denominator > 1:
        text = f"all {denominator:,}"
    return Number(ratio(numerator, denominator), text, denominator)


def percent(numerator: int, denominator: int, digits: int = 0) -> Number:
    """Return a share as a percentage, halves rounded up: 55%.

    Only none is 0% and only all is 100%; what would round to them is "under 1%" or "over 99%".
    """
    if not denominator:
        return _of_nothing()
    step, whole = Decimal(1).scaleb(-digits), Decimal(100)
    rounded = (whole * numerator / denominator).quantize(step, ROUND_HALF_UP)
    text = f"{rounded}%"
    if not rounded and numerator:
        text = f"under {step}%"
    elif rounded == whole and numerator < denominator:
        text = f"over {whole - step}%"
    return Number(ratio(numerator, denominator), text, denominator)


def decimal(value: float, digits: int) -> Number:
    """Return a number with fixed decimals, halves rounded up: 2.6."""
    return Number(value, _fixed(Decimal(value), digits))


def ratio(numerator: int, denominator: int) -> float:
    """Return numerator / denominator, 0 where there is nothing to divide by."""
    return numerator / denominator if denominator else 0.0


def _of_nothing() -> Number:
    return Number(0, UNDEFINED, 0)


def _fixed(value: Decimal, digits: int) -> str:
    # Adding 0 takes the sign from a negative zero.
    return str(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0)


def number(value: Value) -> Number:
    """Return a value of a finding as prose writes it."""
    parts = value.numerator, value.denominator
    if not value.denominator:
        return _of_nothing()
    if value.kind == SHARE:
        return percent(*parts, value.decimals)
    if value.kind == PART:
        return part(*parts)
    if value.kind == RATIO:
        exactly = Decimal(value.numerator) / Decimal(value.denominator)
        return Number(float(value), _fixed(exactly, value.decimals))
    return count(value.numerator)


def numbers(finding: Finding) -> Mapping[str, Number]:
    """Return the numbers of a finding by name; beside its share, the same as a `part`."""
    found: dict[str, Number] = {}
    for name, value in finding.values.items():
        if name == SHARE:
            found[PART] = part(value.numerator, value.denominator)
        found[name] = number(value)
    return found


def interval(bounds: tuple[float, float]) -> str:
    """Return the bounds of a share as prose writes them: "26% to 37%"."""
    return " to ".join(f"{_fixed(Decimal(100 * bound), 0)}%" for bound in bounds)


def headline(finding: Finding) -> str:
    """Return what was counted in one phrase, for tables: "12 of 22 (55%)"."""
    values = {name: finding.values[name] for name in finding.main}
    alone = sum(value.kind in (SHARE, RATIO) for value in values.values()) == 1
    phrases: list[str] = []
    for name, value in values.items():
        written = number(value)
        if name in _UNITS:
            phrases.append(format(written, _UNITS[name]))
        elif alone and value.kind == RATIO and (value.numerator or value.denominator):
            of = f"{value.numerator:,}" if value.numerator else "none"
            to = f"{value.denominator:,} ({written})" if value.denominator else "none"
            phrases.append(f"{of} to {to}")
        elif not value.denominator:
            continue
        elif alone and value.kind == SHARE:
            phrases.append(f"{part(value.numerator, value.denominator)} ({written})")
        else:
            phrases.append(f"{in_words(name)} {written}")
    return ("; " if alone else ", ").join(phrases) or NOTHING


def in_words(name: str) -> str:
    """Return the name of a number as words: ``family_support`` as "family support"."""
    return name.replace("_", " ").replace("-", " ")


def label(code: str) -> str:
    """Return a code as a reader sees it: ``early-start`` as "Early start".

    A codebook may call codes otherwise, under `labels`. What has capitals is a name, as of a
    country, and stays as it is.
    """
    if code in LABELS:
        return LABELS[code]
    if code != code.lower():
        return code
    if code.startswith(("inter-", "multi-", "co-", "one-")):
        return code.capitalize()
    return code.replace("-", " ").capitalize()


def verdict(finding: Finding) -> str:
    """Return the verdict in words."""
    return outcome_word(finding.outcome)


def outcome_word(outcome: str) -> str:
    """Return a verdict, silence among them, in words."""
    return _VERDICTS[outcome][0]


def short_verdict(outcome: str) -> str:
    """Return the outcome of a finding in a word or two, for a narrow column."""
    return _VERDICTS[outcome][1]


def opening(text: str) -> str:
    """Return text with the capital that opens a sentence."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """Return what opens a sentence as it stands within one; names such as CSV stay as they are."""
    first = text.partition(" ")[0]
    is_name = len(text) == 1 or first[1:] != first[1:].lower()
    return text if is_name else text[:1].lower() + text[1:]


def quantity_word(quantities: Quantities, numerator: int, denominator: int) -> str:
    """Return the word for a part of a whole, to stand before a noun: "most".

    Under the scale's lowest denominator there is no word: the counts are given ("3 of 5").
    """
    if not denominator or denominator < quantities.minimum:
        return part(numerator, denominator).text
    return _word(quantities.words, ratio(numerator, denominator))


def change_word(quantities: Quantities, old: Number, new: Number) -> str:
    """Return the word for a change: "rose", "fell" or "hardly changed".

    Shares are compared by their difference, other numbers by their relative difference.
    """
    if UNDEFINED in (old.text, new.text):
        return UNDEFINED
    difference = new.value - old.value
    if new.of is None and old.value:
        difference /= old.value
    # Binary fractions would put 0.4 - 0.5 on the wrong side of a bound at -0.1.
    return _word(quantities.changes, round(difference, 9))


def comparison_word(quantities: Quantities, old: Number, new: Number) -> str:
    """Return the word that compares new with old: "more than", "fewer than" or "as many as"."""
    if UNDEFINED in (old.text, new.text):
        return UNDEFINED
    return _word(quantities.comparisons, new.value - old.value)


def reason(criterion: Criterion, value: Value, finding: Finding) -> str:
    """Return what was measured of the sources behind a finding, in words."""
    if criterion.built_in == DISSENT:
        return f"{count(len(finding.supporting)):source} for it, {len(finding.contrary):,} against"
    if criterion.built_in == STUDIES:
        return f"{number(value):study/studies} behind it"
    return f"{number(value):source} behind it {criterion.phrase}"


def _word(bounds: Mapping[str, str], value: float) -> str:
    # A scale with a gap would leave a value without a word; its last word then has to do.
    return next((word for word, bound in bounds.items() if holds(value, bound)), [*bounds][-1])
