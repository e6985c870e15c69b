"""A redline as its reader sees it: paragraphs and tables with what came, what went and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from evidence.review.redline import AUTHOR, Node, blocks, said, w
from evidence.review.redline_word import Redline

SAME, CAME, WENT = "", "ins", "del"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_ABOUT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that came or went together, with the same looks."""

    text: str
    how: str = SAME
    looks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or caption.

    Attributes
    ----------
    style
        The name of its style in Word.
    how
        Whether all of it came or went.
    notes
        The comments on it, each in lines, with how much of its text stands before their end.
    pictures
        The relationship and the alternative text of each picture.
    """

    style: str
    how: str
    pieces: tuple[Piece, ...]
    notes: tuple[tuple[int, tuple[str, ...]], ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything in it came or went, or its picture is another."""
        return bool(self.how or self.notes or any(piece.how for piece in self.pieces))

    def text(self, without: str = WENT) -> str:
        """Return its text without what went, or without what came."""
        return "".join(piece.text for piece in self.pieces if piece.how != without)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the paragraphs of each cell."""

    how: str
    is_head: bool
    cells: tuple[tuple[Paragraph, ...], ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it came or went."""
        return bool(self.how) or any(one.changed for cell in self.cells for one in cell)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the rows of both documents."""

    rows: tuple[Row, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it came or went."""
        return any(row.changed for row in self.rows)


def read(found: Redline) -> Iterator[Paragraph | Table]:
    """Yield the paragraphs and tables of a redline in their order."""
    notes = {
        row.get(w("id"), ""): tuple(
            "".join(said(child) for run in line.iter(w("r")) for child in run)
            for line in row.iter(w("p"))
        )
        for row in found.comments
        if row.get(w("author")) == AUTHOR
    }
    for block in blocks(found.body):
        if block.tag == w("p"):
            yield _paragraph(block, notes)
        else:
            yield Table(tuple(_row(row, notes) for row in block.findall(w("tr"))))


def headed(
    read_blocks: Iterable[Paragraph | Table],
) -> Iterator[tuple[str, list[Paragraph | Table]]]:
    """Yield what stands under each heading, or above the first, with the heading's text."""

    def is_heading(block: Paragraph | Table) -> bool:
        return isinstance(block, Paragraph) and level(block) > 0 and block.how != WENT

    title = ""
    under: list[Paragraph | Table] = []
    for block in read_blocks:
        if is_heading(block) and isinstance(block, Paragraph):
            yield title, under
            title, under = " ".join(block.text().split()), []
        under.append(block)
    yield title, under


def level(paragraph: Paragraph) -> int:
    """Return the level of a heading, or 0."""
    name, _, number = paragraph.style.partition("Heading")
    return int(number) if not name and number.isdigit() and int(number) < 7 else 0


def _row(row: Node, notes: Mapping[str, tuple[str, ...]]) -> Row:
    properties = row.find(w("trPr"))
    cells = tuple(
        tuple(_paragraph(one, notes) for one in cell.iter(w("p"))) for cell in row.findall(w("tc"))
    )
    is_head = properties is not None and properties.find(w("tblHeader")) is not None
    return Row(_marked(properties), is_head, cells)


def _paragraph(paragraph: Node, notes: Mapping[str, tuple[str, ...]]) -> Paragraph:
    properties = paragraph.find(w("pPr"))
    style = None if properties is None else properties.find(w("pStyle"))
    marked = _marked(None if properties is None else properties.find(w("rPr")))
    words: list[Piece] = []
    placed: list[tuple[int, tuple[str, ...]]] = []
    for run in paragraph.iter(w("r")):
        for child in run:
            if child.tag == w("commentReference") and (note := notes.get(child.get(w("id"), ""))):
                placed.append((sum(len(piece.text) for piece in words), note))
            elif said(child):
                words.append(Piece(said(child), _how(run), _looks(run)))
    pieces = tuple(
        Piece("".join(one.text for one in group), how, looks)
        for (how, looks), group in groupby(words, key=lambda one: (one.how, one.looks))
    )
    pictures = tuple(
        (str(blip.get(_EMBED)), _about(blip)) for blip in paragraph.iter(_BLIP) if blip.get(_EMBED)
    )
    return Paragraph(
        "" if style is None else style.get(w("val"), ""),
        marked,
        pieces,
        tuple(placed),
        pictures,
    )


def _about(blip: Node) -> str:
    for above in blip.iterancestors():
        if (found := above.find(_ABOUT)) is not None:
            return found.get("descr", "")
    return ""


def _marked(properties: Node | None) -> str:
    for name in (CAME, WENT):
        if properties is not None and properties.find(w(name)) is not None:
            return name
    return SAME


def _how(run: Node) -> str:
    for above in run.iterancestors(w(CAME), w(WENT)):
        return etree.QName(above).localname
    return SAME


def _looks(run: Node) -> frozenset[str]:
    properties = run.find(w("rPr"))
    if properties is None:
        return frozenset()
    raised = properties.find(w("vertAlign"))
    names = {name for name in ("b", "i") if _is_on(properties.find(w(name)))}
    if raised is not None:
        names.add({"superscript": "sup", "subscript": "sub"}.get(raised.get(w("val"), ""), ""))
    return frozenset(names - {""})


def _is_on(switch: Node | None) -> bool:
    return switch is not None and switch.get(w("val"), "1") not in ("0", "false", "off")
