"""The text of a Word file as it was built, and where in it comments and changes are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from evidence.proof.parity.word_reader import W
from evidence.review import word_looks
from evidence.review.remarks import Passage
from evidence.review.word_changes import Change, Changes, Place
from evidence.review.word_comments import when_of

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXTS = {
    f"{W}t": "", f"{W}delText": "", f"{_MATH}t": "", f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ",
    f"{W}noBreakHyphen": "-",
}  # fmt: skip
_BREAKS = re.compile(r"[\t\n\r]+")
_CHANGES = {f"{W}{name}": name for name in ("ins", "del", "moveFrom", "moveTo")}
_CELL_CHANGES = {f"{W}cellIns": "ins", f"{W}cellDel": "del"}
_MOVES = {f"{W}{name}Range{edge}": (name, edge)
          for name in ("moveFrom", "moveTo") for edge in ("Start", "End")}  # fmt: skip
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_UNSEEN = (
    f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}instrText", f"{W}delInstrText",
)  # fmt: skip


@dataclass(frozen=True)
class Styles:
    """The styles of paragraphs by identifier: what they are called, and what kind they make."""

    names: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass
class _Open:
    """A passage that is being read."""

    kind: str
    texts: list[str] = field(default_factory=list)
    length: int = 0
    bookmarks: list[str] = field(default_factory=list)
    row: list[int] = field(default_factory=list)


class Reader:
    """Reads the parts of a file into passages, in reading order.

    Attributes
    ----------
    changes
        The tracked changes.
    starts, ends
        Where the words begin and end that a comment is about, by its number.
    """

    def __init__(self, styles: Styles, notes: Mapping[tuple[str, str], etree._Element]) -> None:
        self.changes = Changes()
        self.starts: dict[str, Place] = {}
        self.ends: dict[str, Place] = {}
        self._styles = styles
        self._notes = dict(notes)
        self._passages: list[_Open] = []
        # The passage that is being read, the cell around it, and what its kind is in any case.
        self._here = -1
        self._cell = -1
        self._kind = ""
        # Whether the next paragraph was one with this before somebody split it.
        self._continues = False
        # What stands between passages and belongs to the next: bookmarks, and where comments begin.
        self._bookmarks: list[str] = []
        self._waiting: list[str] = []
        # Open fields, and whether what each shows has begun; until then stands its code.
        self._fields: list[bool] = []
        # The names of the moves whose ends are open.
        self._moves: dict[tuple[str, str], str] = {}

    def read(self, part: etree._Element, kind: str = "") -> None:
        """Read a part, whose passages may all be of one kind."""
        with self._aside(kind):
            self._blocks(part, None)

    def read_other_notes(self) -> None:
        """Read the notes to which nothing in the text refers any more."""
        for key in list(self._notes):
            self._note(key, None)

    @property
    def lengths(self) -> list[int]:
        """How long each passage is."""
        return [passage.length for passage in self._passages]

    @property
    def passages(self) -> list[Passage]:
        """What was read."""
        texts = ["".join(passage.texts) for passage in self._passages]
        return [
            Passage(
                passage.kind,
                text,
                bookmarks=tuple(passage.bookmarks),
                row=tuple(texts[cell] for cell in passage.row),
            )
            for passage, text in zip(self._passages, texts, strict=True)
        ]

    # Blocks --------------------------------------------------------------------------------------

    @contextmanager
    def _aside(self, kind: str) -> Iterator[None]:
        """Read what stands for itself, such as a note, and return to what surrounds it."""
        saved = (self._here, self._cell, self._kind, self._continues, self._fields)
        group, self.changes.current = self.changes.current, None
        self._cell, self._kind, self._continues, self._fields = -1, kind, False, []
        yield
        self._here, self._cell, self._kind, self._continues, self._fields = saved
        self.changes.current = group

    def _blocks(self, parent: etree._Element, change: Change | None) -> None:
        for child in parent:
            tag = str(child.tag)
            if tag == f"{W}p":
                self._paragraph(child, change)
            elif tag == f"{W}tbl":
                self._rows(child, change)
                self._continues = False
            elif tag == f"{W}sectPr":
                self._layouts(child)
            elif tag in _CHANGES:
                self._blocks(child, self._within(change, child, _CHANGES[tag]))
            elif tag not in _UNSEEN and not self._is_mark(child, between=True):
                self._blocks(child, change)

    def _paragraph(self, paragraph: etree._Element, change: Change | None) -> None:
        properties = paragraph.find(f"{W}pPr")
        self._begin(properties)
        start = self._place
        self._inline(paragraph, change)
        # One that nobody closed would swallow the rest of the text.
        self._fields = [shows for shows in self._fields if shows]
        if properties is not None:
            self._layouts(properties)
            self._look(word_looks.of_paragraph(properties, self._styles.names), start)
            for mark in properties.iterfind(f"{W}rPr/*"):
                if (does := _CHANGES.get(str(mark.tag))) is not None:
                    change = self._within(change, mark, does)
        self._continues = change is not None and not change.takes
        if change is None:
            self.changes.stop()
        else:
            self.changes.change(change, self._place, self._place, "\n")

    def _begin(self, properties: etree._Element | None) -> None:
        """Begin a paragraph: mostly a passage, but not in a cell, nor where one was split."""
        style = properties.find(f"{W}pStyle") if properties is not None else None
        name = "" if style is None else str(style.get(f"{W}val"))
        kind = self._kind or self._styles.kinds.get(name, "paragraph")
        if self._cell >= 0:
            self._here = self._cell
            if not self._continues and self._passages[self._here].length:
                self._add(" ")
        elif not self._continues:
            self._open(kind)
        elif not self._passages[self._here].length:
            self._passages[self._here].kind = kind
        self._passages[self._here].bookmarks += self._bookmarks
        self.starts.update(dict.fromkeys(self._waiting, self._place))
        self._bookmarks, self._waiting = [], []
        self.changes.begin(self._place)

    def _open(self, kind: str) -> None:
        self._passages.append(_Open(kind))
        self._here = len(self._passages) - 1

    # Tables --------------------------------------------------------------------------------------

    def _rows(self, parent: etree._Element, change: Change | None) -> None:
        for child in parent:
            tag = str(child.tag)
            if tag == f"{W}tr":
                self._row(child, change)
            elif tag in (f"{W}tblPr", f"{W}tblGrid"):
                self._layouts(child)
            elif tag not in _UNSEEN and not self._is_mark(child, between=True):
                self._rows(child, change)

    def _row(self, row: etree._Element, change: Change | None) -> None:
        for mark in row.iterfind(f"{W}trPr/*"):
            if (does := _CHANGES.get(str(mark.tag))) is not None:
                change = self._within(change, mark, does)
        if change is not None and not change.takes:
            own = (cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row)
            self._added(row, change, " | ".join(map(_words, own)) + "\n")
            return
        cells: list[int] = []
        self._cells(row, change, cells)
        for cell in cells:
            self._passages[cell].row = cells

    def _cells(self, parent: etree._Element, change: Change | None, cells: list[int]) -> None:
        for child in parent:
            tag = str(child.tag)
            if tag == f"{W}tc":
                self._read_cell(child, change, cells)
            elif tag in (f"{W}trPr", f"{W}tblPrEx"):
                self._layouts(child)
            elif tag not in _UNSEEN and not self._is_mark(child, between=True):
                self._cells(child, change, cells)

    def _read_cell(self, cell: etree._Element, change: Change | None, cells: list[int]) -> None:
        for mark in cell.iterfind(f"{W}tcPr/*"):
            if (does := _CELL_CHANGES.get(str(mark.tag))) is not None:
                change = self._within(change, mark, does)
        if change is not None and not change.takes:
            self._added(cell, change, f"{_words(cell)}\n")
            return
        outer = self._cell
        self._open(self._kind or "cell")
        self._cell = self._here
        cells.append(self._cell)
        self.changes.begin(self._place)
        properties = cell.find(f"{W}tcPr")
        if properties is not None:
            self._layouts(properties)
        self._blocks(cell, change)
        self._here, self._cell, self._continues = self._cell, outer, False

    # Words ---------------------------------------------------------------------------------------

    def _inline(self, parent: etree._Element, change: Change | None) -> None:
        for child in parent:
            tag = str(child.tag)
            if tag in _TEXTS:
                self._say(_TEXTS[tag] or _BREAKS.sub(" ", child.text or ""), change)
            elif tag == f"{W}r":
                self._run(child, change)
            elif tag in _CHANGES:
                self._inline(child, self._within(change, child, _CHANGES[tag]))
            elif tag == f"{W}fldChar":
                self._field(str(child.get(f"{W}fldCharType")))
            elif tag in _NOTES:
                self._note((_NOTES[tag], str(child.get(f"{W}id"))), change)
            elif tag in _PICTURES:
                self._picture(child, change)
            elif tag == f"{_COMPATIBLE}AlternateContent":
                # The alternatives say the same.
                for alternative in islice(child, 1):
                    self._inline(alternative, change)
            elif tag not in _UNSEEN and not self._is_mark(child):
                self._inline(child, change)

    def _run(self, run: etree._Element, change: Change | None) -> None:
        start = self._place
        self._inline(run, change)
        if start != self._place:
            self._look(word_looks.of_run(run, self._styles.names), start)

    def _look(self, look: word_looks.Look | None, start: Place) -> None:
        if look is not None:
            element, words = look
            self.changes.look(_done(element), start, self._place, words)

    def _say(self, text: str, change: Change | None) -> None:
        """Take words into the passage, or what was added to it."""
        if not text or not all(self._fields):
            return
        if change is None:
            self.changes.stop()
            self._add(text)
        elif change.takes:
            start = self._place
            self._add(text)
            self.changes.change(change, start, self._place, text)
        else:
            self.changes.change(change, self._place, self._place, text)

    def _add(self, text: str) -> None:
        passage = self._passages[self._here]
        added = text if passage.length else text.lstrip()
        passage.texts.append(added)
        passage.length += len(added)

    def _added(self, element: etree._Element, change: Change, words: str) -> None:
        """Take what no built file had as words that were added here."""
        if self._here < 0:
            self._open(self._kind or "paragraph")
        self.changes.change(change, self._place, self._place, words)
        for child in element.iter():
            self._is_mark(child)

    def _field(self, what: str) -> None:
        if what == "begin":
            self._fields.append(False)
        elif self._fields and what == "separate":
            self._fields[-1] = True
        elif self._fields and what == "end":
            self._fields.pop()

    def _note(self, key: tuple[str, str], change: Change | None) -> None:
        note = self._notes.pop(key, None)
        if note is None:
            return
        if change is not None and not change.takes:
            self._added(note, change, f"[note: {_words(note)}]")
            return
        with self._aside("note"):
            self._blocks(note, change)

    def _picture(self, picture: etree._Element, change: Change | None) -> None:
        """Read an alternative text: alone in its paragraph it is the passage's own."""
        described = next(picture.iter(f"{_DRAWING}docPr"), None)
        alone = self._cell < 0 and not self._passages[self._here].length
        if described is not None and next(described.iter(_DECORATIVE), None) is None:
            text = _BREAKS.sub(" ", str(described.get("descr") or ""))
            if change is not None and not change.takes:
                self._added(picture, change, f"[picture: {text}]")
                return
            if change is not None and not text:
                self.changes.change(change, self._place, self._place, "")
            if alone and text and _is_alone(picture):
                self._passages[self._here].kind = self._kind or "figure"
                self._say(text, change)
            elif text:
                with self._aside(""):
                    self._open(self._kind or "figure")
                    self._say(text, change)
        for box in picture.iter(f"{W}txbxContent"):
            if next(box.iterancestors(f"{W}txbxContent", *_PICTURES)) is picture:
                with self._aside(self._kind):
                    self._blocks(box, change)

    # Marks ---------------------------------------------------------------------------------------

    @property
    def _place(self) -> Place:
        if self._here < 0:
            return (0, 0)
        return (self._here, self._passages[self._here].length)

    def _is_mark(self, element: etree._Element, *, between: bool = False) -> bool:
        """Tell what only marks a place, and note it."""
        tag, number = str(element.tag), str(element.get(f"{W}id"))
        if tag == f"{W}bookmarkStart":
            self._bookmark(str(element.get(f"{W}name")), between=between)
        elif tag == f"{W}commentRangeStart":
            if between:
                self._waiting.append(number)
            else:
                self.starts.setdefault(number, self._place)
        elif tag in (f"{W}commentRangeEnd", f"{W}commentReference"):
            self.ends.setdefault(number, self._place)
        elif tag in _MOVES:
            does, edge = _MOVES[tag]
            if edge == "Start":
                self._moves[does, number] = str(element.get(f"{W}name") or "")
            else:
                self._moves.pop((does, number), None)
        else:
            return False
        return True

    def _bookmark(self, name: str, *, between: bool) -> None:
        if between or self._here < 0:
            self._bookmarks.append(name)
        else:
            self._passages[self._here].bookmarks.append(name)

    def _within(self, change: Change | None, element: etree._Element, does: str) -> Change:
        """Return what is done to words within an element, whatever was done to what it is in."""
        names = [name for (open_for, _), name in self._moves.items() if open_for == does]
        inner = _done(element, does, names[-1] if names else "")
        if change is None or change.takes or not inner.takes:
            return inner
        return Change(inner.does, inner.author, inner.when, of=change.of or change)

    def _layouts(self, properties: etree._Element) -> None:
        """Note changes of layout, of those that follow one another only the first."""
        for element, words in word_looks.of_layout(properties):
            change = _done(element)
            last = self.changes.looks[-1] if self.changes.looks else None
            if last is None or (last[0].author, last[3]) != (change.author, words):
                self.changes.look(change, self._place, self._place, words)


def _done(element: etree._Element, does: str = "", move: str = "") -> Change:
    return Change(does, str(element.get(f"{W}author") or ""), when_of(element), move)


def _is_alone(picture: etree._Element) -> bool:
    """Tell a picture in whose paragraph no words stand."""
    paragraph = next(picture.iterancestors(f"{W}p"), None)
    texts = () if paragraph is None else paragraph.iter(f"{W}t", f"{W}delText")
    return not any((text.text or "").strip() for text in texts
                   if next(text.iterancestors(f"{W}p"), None) is paragraph)  # fmt: skip


def _words(element: etree._Element) -> str:
    """Return the words of something that was added, on one line."""
    paragraphs: Iterable[str] = (
        "".join(_TEXTS[str(node.tag)] or node.text or "" for node in paragraph.iter(*_TEXTS)
                if node.tag != f"{W}delText")
        for paragraph in element.iter(f"{W}p")
    )  # fmt: skip
    return " ".join(" ".join(paragraphs).split())
