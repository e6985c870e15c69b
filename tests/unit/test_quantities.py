"""Words for quantities come from the declared scale, at its bounds and below its minimum."""

from dataclasses import replace

import pytest

from evidence.model.evidence import Evidence, Quantities
from evidence.words import change_word, comparison_word, count, part, quantity_word

SCALE = Quantities(
    minimum=10,
    words={"no": "<= 0", "few": "< 0.2", "most": "< 1", "all": ">= 1"},
    changes={"fell": "<= -0.1", "hardly changed": "< 0.1", "rose": ">= 0.1"},
    comparisons={"fewer than": "< 0", "as many as": "<= 0", "more than": "> 0"},
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "word"),
    [
        (0, 10, "no"),
        (1, 10, "few"),
        (2, 10, "most"),
        (9, 10, "most"),
        (10, 10, "all"),
        (3, 9, "3 of 9"),
        (0, 0, "none of 0"),
    ],
)
def test_the_word_is_that_of_the_first_bound_that_holds(
    numerator: int, denominator: int, word: str
) -> None:
    assert quantity_word(SCALE, numerator, denominator) == word


def test_the_bounds_are_those_of_the_scale() -> None:
    stricter = replace(SCALE, minimum=1, words={"hardly any": "< 0.9", "nearly all": ">= 0.9"})
    assert quantity_word(stricter, 8, 10) == "hardly any"
    assert quantity_word(stricter, 3, 3) == "nearly all"


@pytest.mark.parametrize(("numerator", "word"), [(4, "fell"), (5, "hardly changed"), (7, "rose")])
def test_a_share_changes_by_its_difference(numerator: int, word: str) -> None:
    assert change_word(SCALE, part(5, 10), part(numerator, 10)) == word


@pytest.mark.parametrize(("new", "word"), [(90, "fell"), (105, "hardly changed"), (110, "rose")])
def test_a_count_changes_by_its_proportion(new: int, word: str) -> None:
    assert change_word(SCALE, count(100), count(new)) == word


def test_a_count_from_nothing_rises() -> None:
    assert change_word(SCALE, count(0), count(1)) == "rose"


@pytest.mark.parametrize(("new", "word"), [(4, "fewer than"), (5, "as many as"), (6, "more than")])
def test_numbers_compare(new: int, word: str) -> None:
    assert comparison_word(SCALE, count(5), count(new)) == word


def test_every_share_has_a_word_on_the_real_scale(real: Evidence) -> None:
    words = [quantity_word(real.quantities, number, 100) for number in range(101)]
    positions = [list(real.quantities.words).index(word) for word in words]
    assert positions == sorted(positions)
    assert (words[0], words[-1]) == ("no", "all")
