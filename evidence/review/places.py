"""Where the words of a returned document stand in the report as it is built.

Its words are brought together with the report's (`alignment`). A passage of which nothing was found
goes by the bookmark that the build gave it, and an entry of the contents by its heading.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, chain, pairwise

from evidence.review.alignment import aligned, compare
from evidence.review.marks import GENERATED, Origin, words_of
from evidence.review.origins import Stretch
from evidence.review.remarks import Remark, Returned

# A passage of so few words may be a cell of a table.
_FEW = 3
# Of a copy of the report nearly all words stand beside one another in it; of another text, few.
_COPY = 1 / 3


class Certainty(StrEnum):
    """How a place was found."""

    EXACT = "exact"
    NEAR = "near"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place between two characters, told by a word beside it.

    Attributes
    ----------
    origin
        Where the word was typed.
    word
        The word as the document has it; of one that the place is in, what stands before that.
    gap
        The text between the word and the place.
    behind
        Whether the place is behind the word, and not before it.
    """

    origin: Origin
    word: str
    gap: str
    behind: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remark belongs.

    Attributes
    ----------
    certainty
        "exact": its own words were found; "near": words beside them; "lost": none in the passage.
    origins
        The distinct origins of its words in their order; of a lost one none.
    row
        Of a table's cell, what its row is about, as in `Stretch`.
    begins, ends, goes_to
        What tells where the words begin and end in a chapter, and where a move puts them.
    """

    certainty: Certainty
    origins: tuple[Origin, ...] = ()
    row: tuple[str, ...] = ()
    begins: tuple[Anchor, ...] = ()
    ends: tuple[Anchor, ...] = ()
    goes_to: tuple[Anchor, ...] = ()

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
    text = _Text(returned, report, bookmarks)
    return tuple(map(text.place, returned.remarks))


class _Text:
    """The words of a returned document, with those of the report that they are."""

    def __init__(
        self, returned: Returned, report: Sequence[Stretch], bookmarks: Mapping[str, int]
    ) -> None:
        self._returned, self._report = returned, report
        self._words = [words_of(passage.text) for passage in returned.passages]
        # The number of the first word of each passage, and of each stretch.
        self._starts = [0, *accumulate(map(len, self._words))]
        self._first = [0, *accumulate(len(stretch.words) for stretch in report)]
        self._origins = list(chain.from_iterable(stretch.origins for stretch in report))
        there = [word for passage in self._words for word, *_ in passage]
        here = list(chain.from_iterable(stretch.words for stretch in report))
        self._found = aligned(there, here)
        headings = {stretch.words: at for stretch, at in zip(report, self._first, strict=False)}
        for number, passage in enumerate(returned.passages):
            span = low, high = self._starts[number], self._starts[number + 1]
            if _by_chance(self._found[low:high]):
                self._found[low:high] = [-1] * (high - low)
            marks = [bookmarks[name] for name in passage.bookmarks if name in bookmarks]
            # An entry of the contents has the number of its heading, and that of its page.
            named = [at for at in range(low, high) if not there[at].isdecimal()]
            entry = headings.get(tuple(there[at] for at in named))
            if entry is not None and not marks and any(self._found[at] < 0 for at in named):
                self._found[low:high] = [entry] * (high - low)
                for step, at in enumerate(named):
                    self._found[at] = entry + step
            if marks and low < high and all(at < 0 for at in self._found[low:high]):
                begin, end = self._first[marks[0]], self._first[marks[0] + 1]
                compare(there, here, self._found, span, (begin, end))
                if all(at < 0 for at in self._found[low:high]):
                    self._found[low] = begin
        together = sum(1 for one, two in pairwise(self._found) if one >= 0 and two == one + 1)
        marked = any(name in bookmarks for row in returned.passages for name in row.bookmarks)
        self._is_other = not marked and together < _COPY * (len(there) - len(self._words))

    def place(self, remark: Remark) -> Place:
        """Return where a remark belongs."""
        if not self._words or self._is_other:
            return Place(Certainty.LOST)
        last = remark.passage if remark.last < 0 else remark.last
        low, high = self._starts[remark.passage], self._starts[last + 1]
        begin = self._word_at(remark.passage, remark.start)
        stop = max(self._word_before(last, remark.end), begin)
        begins = self._anchors(remark.passage, remark.start)
        ends = self._anchors(last, remark.end)
        goes_to = self._anchors(*remark.target) if remark.target else ()
        own = [at for at in self._found[begin:stop] if at >= 0]
        origins = tuple(dict.fromkeys(self._origins[at] for at in own))
        if any(row.file for row in origins):
            row = self._report[bisect_right(self._first, own[0]) - 1].row
            return Place(Certainty.EXACT, origins, row, begins, ends, goes_to)
        around = (*reversed(range(low, begin)), *range(stop, high))
        beside = [self._origins[at] for at in map(self._found.__getitem__, around) if at >= 0]
        if near := [row for row in beside if row.file]:
            between = remark.start == remark.end and begins
            how = Certainty.EXACT if between else Certainty.NEAR
            return Place(how, (near[0],), (), begins, ends, goes_to)
        return Place(Certainty.LOST)

    def _word_at(self, passage: int, offset: int) -> int:
        """Return the number of the first word that ends behind an offset."""
        ends = [end for _, _, end in self._words[passage]]
        return self._starts[passage] + bisect_right(ends, offset)

    def _word_before(self, passage: int, offset: int) -> int:
        """Return the number behind that of the last word that begins before an offset."""
        begins = [start for _, start, _ in self._words[passage]]
        return self._starts[passage] + bisect_left(begins, offset)

    def _anchors(self, passage: int, offset: int) -> tuple[Anchor, ...]:
        """Return what tells of an offset: the word it is in or behind, and the one it is before."""
        text, first = self._returned.passages[passage].text, self._starts[passage]
        found = []
        behind = self._word_before(passage, offset) - 1
        if behind >= first and (origin := self._typed(behind)):
            _, start, end = self._words[passage][behind - first]
            found.append(Anchor(origin, text[start : min(end, offset)], text[end:offset], True))
        before = self._word_at(passage, offset)
        if before < first + len(self._words[passage]) and (origin := self._typed(before)):
            _, start, end = self._words[passage][before - first]
            if start >= offset:
                found.append(Anchor(origin, text[start:end], text[offset:start], False))
        return tuple(found)

    def _typed(self, word: int) -> Origin | None:
        at = self._found[word]
        origin = self._origins[at] if at >= 0 else None
        return origin if origin and origin.kind == "prose" and origin.column else None


def _by_chance(found: Sequence[int]) -> bool:
    """Tell whether what was found of a passage is no more than a few words that many have."""
    together = sum(1 for one, two in pairwise(found) if one >= 0 and two == one + 1)
    return len(found) > _FEW and together == 0 and sum(at >= 0 for at in found) * 2 <= len(found)
