"""Remarks on a report as it was, carried over to the chapters as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path

from evidence.review.marks import Origin, words_of
from evidence.review.places import Anchor, Certainty, Place

# Lines as like as this are the same line, edited.
_LIKE = 0.5


@dataclass(frozen=True)
class Lines:
    """The lines of a file at two times."""

    then: tuple[str, ...]
    now: tuple[str, ...]

    @cached_property
    def _became(self) -> Sequence[tuple[str, int, int, int, int]]:
        return SequenceMatcher(None, self.then, self.now, autojunk=False).get_opcodes()

    def carried(self, number: int) -> int:
        """Return the line of today that a line became, both counted from 1, or 0."""
        at = number - 1
        for tag, low, high, start, end in self._became:
            if low <= at < high:
                return start + at - low + 1 if tag == "equal" else self._likest(at, start, end)
        return 0

    def _likest(self, at: int, start: int, end: int) -> int:
        ratios = [
            (SequenceMatcher(None, self.then[at], self.now[row], autojunk=False).ratio(), row + 1)
            for row in range(start, end)
        ]
        best, number = max(ratios, default=(0.0, 0))
        return number if best > _LIKE else 0


def carried(places: Iterable[Place], then: Path, now: Path) -> tuple[Place, ...]:
    """Return places in a project as it was as places in the project as it is.

    What is no longer there has the certainty "lost", and keeps the file and line of then.
    """

    @cache
    def lines(file: str) -> Lines:
        return Lines(_lines(then / file), _lines(now / file))

    @cache
    def today(origin: Origin) -> Origin | None:
        if not origin.file:
            return origin
        return _moved(origin, lines(origin.file), number(origin.file, origin.line))

    @cache
    def number(file: str, then: int) -> int:
        return lines(file).carried(then)

    def anchors(found: Iterable[Anchor]) -> tuple[Anchor, ...]:
        moved = ((row, today(row.origin)) for row in found)
        return tuple(replace(row, origin=now) for row, now in moved if now and now.column)

    def one(place: Place) -> Place:
        first = place.origin
        if not first.file:
            return place
        now_is = today(first)
        if not now_is:
            return replace(place, certainty=Certainty.LOST)
        return Place(
            Certainty.NEAR if first.column and not now_is.column else place.certainty,
            tuple(row for row in map(today, place.origins) if row),
            place.row,
            *map(anchors, (place.begins, place.ends, place.goes_to)),
        )

    return tuple(map(one, places))


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8").splitlines()) if path.is_file() else ()


def _moved(origin: Origin, lines: Lines, number: int) -> Origin | None:
    if not number:
        return None
    then, now = lines.then[origin.line - 1], lines.now[number - 1]
    return replace(origin, line=number, column=origin.column and _column(then, now, origin.column))


def _column(then: str, now: str, column: int) -> int:
    """Return where in a line of today the word of a column stands, or 0."""
    if then == now:
        return column
    matcher = SequenceMatcher(
        None, [word for word, *_ in words_of(then)], [w for w, *_ in words_of(now)], autojunk=False
    )
    starts = [start + 1 for _, start, _ in words_of(then)]
    today = [start + 1 for _, start, _ in words_of(now)]
    for one, two, size in matcher.get_matching_blocks():
        if column in starts[one : one + size]:
            return today[two + starts.index(column) - one]
    return 0
