"""Tracked changes of plain prose made in the chapters; all others refused, with what to change."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.review.home import Item
from evidence.review.marks import words_of
from evidence.review.places import Anchor, Certainty
from evidence.review.reasons import Behind
from evidence.review.remarks import Kind

CHANGES = {Kind.INSERTION, Kind.DELETION, Kind.REPLACEMENT, Kind.MOVE, Kind.FORMATTING}
# What Pandoc and word processors set for what is typed.
_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "\n": " "})
# These would begin markup.
_MARKUP = re.compile(r"[\\`*_\[\]<>$@#~^{}|]")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a chapter and what it becomes, by offsets into the file's text."""

    file: str
    start: int
    end: int
    new: str
    item: Item


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that can't be made by itself, why, and what to do."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class Patch:
    """What can be made of tracked changes, what can't, and what the chapters have already."""

    edits: tuple[Edit, ...]
    refused: tuple[Refused, ...]
    made: tuple[Item, ...] = ()


def patch(items: Iterable[Item], behind: Behind) -> Patch:
    """Return the edits of the chapters that tracked changes ask for, and those refused."""
    chapters = _Chapters(behind.project)
    edits: list[Edit] = []
    refused: list[Refused] = []
    made: list[Item] = []
    for item in items:
        if item.remark.kind not in CHANGES:
            continue
        if _is_made(item, chapters):
            made.append(item)
            continue
        found = list(_edits(item, chapters))
        if not found:
            refused.append(Refused(item, _why(item, behind)))
        elif clash := [row for row in edits for one in found if _overlap(row, one)]:
            by = clash[0].item.remark.author or "another"
            refused.append(Refused(item, f"{by} changed the same words; edit them by hand"))
        else:
            edits += found
    return Patch(tuple(edits), tuple(refused), tuple(made))


def applied(edits: Iterable[Edit], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of files, by name, with the edits made in them."""
    new = dict(texts)
    # From the end of each file, so that offsets stay.
    for edit in sorted(edits, key=lambda row: (row.start, row.end), reverse=True):
        text = new[edit.file]
        new[edit.file] = text[: edit.start] + edit.new + text[edit.end :]
    return new


def unified(edits: Sequence[Edit], project: Path) -> str:
    """Return edits as a unified diff that `git apply` takes."""
    texts = {edit.file: read_chapter(project / edit.file) for edit in edits}
    rows: list[str] = []
    for name, text in sorted(applied(edits, texts).items()):
        old, new = (state.splitlines(keepends=True) for state in (texts[name], text))
        rows += difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
    end = "\n\\ No newline at end of file\n"
    return "".join(row if row.endswith("\n") else f"{row}{end}" for row in rows)


def read_chapter(path: Path) -> str:
    """Return the text of a file with its line ends as they are."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


class _Chapters:
    """The texts of a project's files, and the offsets of places in them."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._texts: dict[str, str] = {}

    def text(self, file: str) -> str:
        """Return the text of a file."""
        if file not in self._texts:
            self._texts[file] = read_chapter(self._project / file)
        return self._texts[file]

    def line(self, file: str, number: int) -> str:
        """Return a line of a file, counted from 1; nothing where it has fewer."""
        return next(iter(self.text(file).splitlines()[number - 1 : number]), "")

    def offsets(self, anchors: Iterable[Anchor]) -> Iterator[tuple[str, int]]:
        """Yield the file and the offset that each anchor leads to, where the text bears it out."""
        for anchor in anchors:
            origin = anchor.origin
            text = self.text(origin.file)
            lines = text.splitlines(keepends=True)
            start = sum(map(len, lines[: origin.line - 1])) + origin.column - 1
            end = start + len(anchor.word)
            gap = (
                (end, end + len(anchor.gap)) if anchor.behind else (start - len(anchor.gap), start)
            )
            if _alike(text[start:end], anchor.word) and _alike(text[slice(*gap)], anchor.gap):
                yield origin.file, gap[1] if anchor.behind else gap[0]


def _is_made(item: Item, chapters: _Chapters) -> bool:
    """Tell whether a chapter has a change already, so that nothing is made twice."""
    remark, place, origin = item.remark, item.place, item.place.origin
    new = item.words if remark.kind is Kind.MOVE else remark.says
    if not words_of(new) or not origin.file:
        return False
    if remark.kind in {Kind.INSERTION, Kind.MOVE}:
        plain = _plain(typed(new))
        return any(
            _plain(text[at : at + len(typed(new))]) == plain
            or _plain(text[max(at - len(typed(new)), 0) : at]) == plain
            for file, at in chapters.offsets(
                place.begins if remark.kind is Kind.INSERTION else place.goes_to
            )
            for text in [chapters.text(file)]
        )
    if remark.kind is not Kind.REPLACEMENT or any(row.kind != "prose" for row in place.origins):
        return False
    line = _spelled(chapters.line(origin.file, origin.line))
    return _spelled(new) in line and _spelled(item.words) not in line


def _spelled(text: str) -> str:
    """Return the words of a text between spaces."""
    return f" {' '.join(word for word, *_ in words_of(text))} "


def _alike(typed: str, shown: str) -> bool:
    return _plain(typed) == _plain(shown)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_TYPED))


def _edits(item: Item, chapters: _Chapters) -> Iterator[Edit]:
    """Yield what a change asks for, or nothing where it can't be made."""
    remark, place = item.remark, item.place
    if place.certainty is not Certainty.EXACT or remark.kind is Kind.FORMATTING:
        return
    begins = list(chapters.offsets(place.begins))
    if remark.kind is Kind.INSERTION:
        if begins:
            yield Edit(*begins[0], begins[0][1], typed(remark.says), item)
        return
    whole = next(
        (
            (file, start, end)
            for file, start in begins
            for other, end in chapters.offsets(place.ends)
            if file == other and start < end and _alike(chapters.text(file)[start:end], item.words)
        ),
        None,
    )
    if not whole:
        return
    file, start, end = whole
    if remark.kind is Kind.DELETION:
        text = chapters.text(file)
        # No space is left where none stood, or twice.
        if text[end : end + 1] == " " and text[start - 1 : start] in {"", " ", "\n"}:
            end += 1
        yield Edit(file, start, end, "", item)
        return
    if remark.kind is Kind.MOVE:
        target = next(chapters.offsets(place.goes_to), None)
        if target:
            yield Edit(file, start, end, "", item)
            yield Edit(*target, target[1], chapters.text(file)[start:end], item)
        return
    yield Edit(file, start, end, typed(remark.says), item)


def typed(text: str) -> str:
    """Return text as an author types it: a new paragraph behind an empty line."""
    return _MARKUP.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "\n\n")


def _overlap(one: Edit, other: Edit) -> bool:
    if one.file != other.file:
        return False
    return (one.start < other.end and other.start < one.end) or (one.start, one.end) == (
        other.start,
        other.end,
    )


def _why(item: Item, behind: Behind) -> str:
    place = item.place
    if place.certainty is not Certainty.EXACT:
        return f"{item.note}; edit it by hand" if item.note else "edit it by hand"
    computed = [row for row in place.origins if row.kind != "prose"]
    if computed and len(computed) < len(place.origins):
        instead = behind.instead(computed[0], item.data)
        return f"a part of it is computed: edit the rest by hand, and for that part {instead}"
    if computed:
        return f"it is computed: {behind.instead(computed[0], item.data)}"
    if item.remark.kind is Kind.FORMATTING:
        return "format it in the chapter by hand"
    return "markup or computed text stands in between; edit it by hand"
