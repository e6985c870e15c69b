"""Where the words of a returned document stand in the report as it is built.

The words of both are brought together in three rounds: runs of words that occur once on each side,
wherever they stand, so that cut and reordered pages do no harm; what lies between two runs; then
passages of which nothing was found, by the bookmark that the build gave them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate, chain, groupby

from evidence.review.marks import GENERATED, Origin, words_of
from evidence.review.origins import Stretch
from evidence.review.remarks import Remark, Returned

# A run of so many words that occurs once is no chance.
_RUNS = (8, 5, 3)
# What lies between two runs is compared word by word up to this.
_BETWEEN = 1500


class Certainty(StrEnum):
    """How a place was found."""

    EXACT = "exact"
    NEAR = "near"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remark belongs.

    Attributes
    ----------
    certainty
        "exact": its own words were found; "near": words beside them; "lost": none in the passage.
    origins
        The distinct origins of its words in their order; of a lost one none.
    before, after
        The origins of the words right before and behind it, where they were found.
    row
        Of a table's cell, the keys of what its row cites.
    """

    certainty: Certainty
    origins: tuple[Origin, ...] = ()
    before: Origin | None = None
    after: Origin | None = None
    row: tuple[str, ...] = ()

    @property
    def origin(self) -> Origin:
        """The first that leads somewhere."""
        return next((row for row in self.origins if row.file), GENERATED)


def places(
    returned: Returned, report: Sequence[Stretch], bookmarks: Mapping[str, int]
) -> tuple[Place, ...]:
    """Return the place of each remark of a returned document.

    Parameters
    ----------
    report
        All that the report says.
    bookmarks
        The number of the stretch in which each bookmark of the build stands.
    """
    passages = [words_of(passage.text) for passage in returned.passages]
    starts = [0, *accumulate(map(len, passages))]
    there = [word for passage in passages for word, *_ in passage]
    here = list(chain.from_iterable(stretch.words for stretch in report))
    origins = list(chain.from_iterable(stretch.origins for stretch in report))
    first = [0, *accumulate(len(stretch.words) for stretch in report)]
    headings = {stretch.words: at for stretch, at in zip(report, first, strict=False)}
    found = aligned(there, here)
    for number, passage in enumerate(returned.passages):
        low, high = starts[number], starts[number + 1]
        marks = [bookmarks[name] for name in passage.bookmarks if name in bookmarks]
        if marks and all(at < 0 for at in found[low:high]):
            begin, end = first[marks[0]], first[marks[0] + 1]
            _compare(there, here, found, (low, high), (begin, end))
            if high > low and all(at < 0 for at in found[low:high]):
                found[low] = begin
        elif high > low and all(at < 0 for at in found[low:high]):
            # An entry of the contents, with the number of its heading and of its page.
            text = tuple(word for word in there[low:high] if not word.isdecimal())
            if text in headings:
                found[low:high] = [headings[text]] * (high - low)

    def place(remark: Remark) -> Place:
        last = remark.passage if remark.last < 0 else remark.last
        low, high = starts[remark.passage], starts[last + 1]
        ends = [end for _, _, end in passages[remark.passage]]
        begin = low + bisect_right(ends, remark.start)
        begins = [start for _, start, _ in passages[last]]
        stop = max(starts[last] + bisect_left(begins, remark.end), begin)
        own = [origins[at] for at in found[begin:stop] if at >= 0]
        behind = next((origins[at] for at in found[stop:high] if at >= 0), None)
        before = next((origins[at] for at in reversed(found[low:begin]) if at >= 0), None)
        at_once = remark.start == remark.end and before and found[begin - 1] >= 0
        distinct = [row for row, _ in groupby(own)]
        if any(row.file for row in distinct):
            at = next(at for at in found[begin:stop] if at >= 0)
            row = report[bisect_right(first, at) - 1].row
            return Place(Certainty.EXACT, tuple(dict.fromkeys(distinct)), before, behind, row)
        beside = [row for row in (before, behind) if row and row.file]
        if beside:
            how = Certainty.EXACT if at_once else Certainty.NEAR
            return Place(how, tuple(beside[:1]), before, behind)
        return Place(Certainty.LOST)

    return tuple(map(place, returned.remarks))


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
        _compare(there, here, found, (start, end), (left, right))


def _compare(
    there: Sequence[str],
    here: Sequence[str],
    found: list[int],
    one: tuple[int, int],
    other: tuple[int, int],
) -> None:
    matcher = SequenceMatcher(
        None, there[one[0] : one[1]], here[other[0] : other[1]], autojunk=False
    )
    for a, b, size in matcher.get_matching_blocks():
        for step in range(size):
            found[one[0] + a + step] = other[0] + b + step
