"""Two texts are brought together word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence.review.alignment import aligned

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=60)


@given(WORDS, WORDS)
def test_only_the_same_words_are_brought_together(there: list[str], here: list[str]) -> None:
    found = aligned(there, here)
    assert len(found) == len(there)
    assert all(at < 0 or here[at] == there[number] for number, at in enumerate(found))


@given(WORDS)
def test_a_text_is_the_same_as_itself(words: list[str]) -> None:
    assert aligned(words, words) == list(range(len(words)))


def test_halves_in_another_order_are_found_whole() -> None:
    one, two = [f"a{n}" for n in range(20)], [f"b{n}" for n in range(20)]
    assert aligned(two + one, one + two) == [*range(20, 40), *range(20)]
