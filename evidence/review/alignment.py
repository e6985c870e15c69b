"""Two texts brought together word by word, whatever was cut, moved or changed in between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

# A run of so many words that occurs once on each side is no chance.
_RUNS = (8, 5, 3)
# What lies between two runs is compared word by word up to this.
_BETWEEN = 1500


def aligned(there: Sequence[str], here: Sequence[str]) -> list[int]:
    """Return for each word of a text the number of the same word in another, or -1.

    Parameters
    ----------
    there, here
        The words of both; passages may have come, gone, or stand in another order.
    """
    found = [-1] * len(there)
    taken: set[int] = set()
    for length in _RUNS:
        once, other = _once(there, length), _once(here, length)
        for run, at in once.items():
            place = other.get(run, -1)
            if place >= 0 and found[at] < 0 and place not in taken:
                # As far as words are the same on both sides.
                for step in (1, -1):
                    one, two = (at, place) if step > 0 else (at - 1, place - 1)
                    while _goes_on(there, here, one, two) and found[one] < 0 and two not in taken:
                        found[one] = two
                        taken.add(two)
                        one, two = one + step, two + step
    _fill(there, here, found)
    return found


def _once(words: Sequence[str], length: int) -> dict[tuple[str, ...], int]:
    """Return the runs of words that occur once, with where they begin."""
    at: dict[tuple[str, ...], int] = {}
    for start in range(len(words) - length + 1):
        run = tuple(words[start : start + length])
        at[run] = -1 if run in at else start
    return {run: start for run, start in at.items() if start >= 0}


def _goes_on(there: Sequence[str], here: Sequence[str], one: int, two: int) -> bool:
    return 0 <= one < len(there) and 0 <= two < len(here) and there[one] == here[two]


def _fill(there: Sequence[str], here: Sequence[str], found: list[int]) -> None:
    """Compare what lies between runs with what lies between them in the other text."""
    gaps = []
    for is_gap, group in groupby(range(len(found)), key=lambda at: found[at] < 0):
        span = list(group)
        if is_gap:
            gaps.append((span[0], span[-1] + 1))
    known = sorted(at for at in found if at >= 0)
    for start, end in gaps:
        left = found[start - 1] + 1 if start else 0
        right = found[end] if end < len(found) else len(here)
        if not left <= right <= left + _BETWEEN:
            # Something was moved: what follows the left one up to the next word that is taken.
            following = bisect_right(known, left - 1)
            right = known[following] if following < len(known) else len(here)
            right = min(right, left + _BETWEEN)
        compare(there, here, found, (start, end), (left, right))


def compare(
    there: Sequence[str],
    here: Sequence[str],
    found: list[int],
    one: tuple[int, int],
    other: tuple[int, int],
) -> None:
    """Compare the words between two bounds of each text, and note those that are the same."""
    matcher = SequenceMatcher(
        None, there[one[0] : one[1]], here[other[0] : other[1]], autojunk=False
    )
    for a, b, size in matcher.get_matching_blocks():
        for step in range(size):
            found[one[0] + a + step] = other[0] + b + step
