"""Words for quantities, by the scale declared in `data/quantities.yml` and no other."""

from collections.abc import Mapping

from evidence.findings.verdicts import holds
from evidence.model.evidence import Quantities
from evidence.words import Number, part, ratio


def quantity_word(quantities: Quantities, numerator: int, denominator: int) -> str:
    """Return the word for a part of a whole, to stand before a noun: "most".

    Under the scale's lowest denominator there is no word: the counts are given ("3 of 5").
    """
    if denominator < quantities.minimum:
        return part(numerator, denominator).text
    return _word(quantities.words, ratio(numerator, denominator))


def change_word(quantities: Quantities, old: Number, new: Number) -> str:
    """Return the word for a change: "rose", "fell" or "hardly changed".

    Shares are compared by their difference, other numbers by their relative difference.
    """
    difference = new.value - old.value
    if new.of is None and old.value:
        difference /= old.value
    # Binary fractions would put 0.4 - 0.5 on the wrong side of a bound at -0.1.
    return _word(quantities.changes, round(difference, 9))


def comparison_word(quantities: Quantities, old: Number, new: Number) -> str:
    """Return the word that compares new with old: "more than", "fewer than" or "as many as"."""
    return _word(quantities.comparisons, new.value - old.value)


def _word(bounds: Mapping[str, str], value: float) -> str:
    # A scale with a gap would leave a value without a word; its last word then has to do.
    return next((word for word, bound in bounds.items() if holds(value, bound)), [*bounds][-1])
