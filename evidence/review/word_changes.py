"""Tracked changes of a Word file, put together: Word splits one into many, at every run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from evidence.review.remarks import Kind, Remark

# The number of a passage, and the offset in it.
Place = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """What was done to the words that are being read, by whom and when.

    Attributes
    ----------
    does
        "ins", "del", "moveFrom" or "moveTo".
    author, when
        As the file has them.
    move
        Of the two ends of a move, the name that joins them; empty if it has none.
    of
        Of a deletion of words that were inserted: how these came in.
    """

    does: str
    author: str
    when: str
    move: str = ""
    of: Change | None = None

    @property
    def takes(self) -> bool:
        """Whether the words were there before, and are not to be any more."""
        return self.of is None and self.does in ("del", "moveFrom")

    def joins(self, other: Change) -> bool:
        """Tell whether two that stand side by side are parts of one."""
        moves = (self.does, self.move) if self.move else ()
        others = (other.does, other.move) if other.move else ()
        return self.author == other.author and moves == others


@dataclass
class _Group:
    """Changes side by side: what they take away, and the words that they add."""

    first: Change
    start: Place
    end: Place
    takes: bool = False
    ends_paragraph: bool = False
    added: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        if not self.takes:
            return Kind.INSERTION
        return Kind.REPLACEMENT if self.added else Kind.DELETION


@dataclass
class Changes:
    """All tracked changes, gathered in the order of the text."""

    groups: list[_Group] = field(default_factory=list)
    looks: list[tuple[Change, Place, Place, str]] = field(default_factory=list)
    undone: list[Remark] = field(default_factory=list)
    current: _Group | None = None

    def stop(self) -> None:
        """Note words that nobody changed."""
        self.current = None

    def change(self, change: Change, start: Place, end: Place, text: str) -> None:
        """Note words or the end of a paragraph that were taken away or added."""
        if change.of is not None:
            self._undo(change, start, text)
            change = change.of
        group = self.current
        if group is None or not group.first.joins(change):
            group = self.current = _Group(change, start, end)
            self.groups.append(group)
        if not change.takes:
            group.added.append(text)
        elif group.takes:
            group.end = end
        else:
            group.start, group.end, group.takes = start, end, True
        group.ends_paragraph = change.takes and text == "\n"

    def _undo(self, change: Change, place: Place, text: str) -> None:
        """Note that words were taken away which had been added: they were in no built file."""
        remark = Remark(Kind.DELETION, change.author, change.when, *place, place[1], says=text)
        if self.undone:
            last = self.undone[-1]
            if replace(last, when="", says="") == replace(remark, when="", says=""):
                self.undone[-1] = replace(last, says=last.says + text)
                return
        self.undone.append(remark)

    def begin(self, place: Place) -> None:
        """Note that a passage begins: a deletion of the paragraph's end before it reaches here."""
        if self.current is not None and self.current.ends_paragraph:
            self.current.end = place
            self.current.ends_paragraph = False

    def look(self, change: Change, start: Place, end: Place, words: str) -> None:
        """Note words, or a paragraph, whose look was changed."""
        if self.looks:
            last, first, until, said = self.looks[-1]
            if (until, said, last.author) == (start, words, change.author):
                self.looks[-1] = (last, first, end, said)
                return
        self.looks.append((change, start, end, words))

    def remarks(self, lengths: list[int]) -> Iterator[Remark]:
        """Yield what was done, given how long each passage is."""
        targets: dict[str, Place] = {}
        for group in self.groups:
            if group.first.does == "moveTo" and group.first.move:
                targets.setdefault(group.first.move, group.start)
        moves: dict[str, list[_Group]] = defaultdict(list)
        for group in self.groups:
            if group.first.does == "moveFrom" and group.first.move in targets:
                moves[group.first.move].append(group)
        for name, groups in moves.items():
            whole = _Group(groups[0].first, groups[0].start, groups[-1].end, takes=True)
            yield _remark(Kind.MOVE, whole, lengths, target=targets[name])
        for group in self.groups:
            if group.first.move not in moves:
                yield _remark(group.kind, group, lengths)
        for change, start, end, words in self.looks:
            group = _Group(change, start, end, added=[words])
            yield _remark(Kind.FORMATTING, group, lengths)
        yield from self.undone


def _remark(kind: Kind, group: _Group, lengths: list[int], target: Place | None = None) -> Remark:
    start, end = span(group.start, group.end, lengths, is_change=True)
    says = "".join(group.added)
    if end != group.end and says.endswith("\n"):
        # A paragraph took the place of a paragraph.
        says = says[:-1]
    last = end[0] if end[0] != start[0] else -1
    first = group.first
    return Remark(kind, first.author, first.when, *start, end[1], says, last, target)


def span(
    start: Place, end: Place, lengths: list[int], *, is_change: bool = False
) -> tuple[Place, Place]:
    """Return where words begin and end, told by the passages that they stand in.

    What begins behind a passage's last word begins with the next passage, and what ends before a
    passage's first word ends with the one before. A change that takes away the mere end of a
    paragraph, or that together with its last words, joins two and keeps both.
    """
    first, last = start, max(start, end)
    while first[0] < last[0] and first[1] >= lengths[first[0]]:
        first = (first[0] + 1, 0)
    joins = is_change and first[1] > 0
    while first[0] < last[0] and last[1] == 0 and not joins:
        last = (last[0] - 1, lengths[last[0] - 1])
    return (first, last) if first < last else (start, max(start, end))
