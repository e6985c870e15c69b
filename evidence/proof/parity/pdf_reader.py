"""Read PDF by its structure tree, as a screen reader does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import PdfObject

from evidence.proof.parity import pdf_text
from evidence.proof.parity.content import (
    LINE_END,
    Block,
    Cell,
    Document,
    LeftOut,
    Link,
    Part,
    Table,
    document,
    merged,
)

DAMAGED = (PyPdfError, pypdfium2.PdfiumError)
_INLINE = frozenset(
    {
        "Annot", "BibEntry", "Code", "Em", "Lbl", "Link", "Quote", "Reference", "Ruby", "Span",
        "Strong", "Sub", "Warichu",
    }
)  # fmt: skip
_GROUPS = frozenset(
    {
        "Art", "Aside", "BlockQuote", "Div", "Document", "DocumentFragment", "L", "LBody", "LI",
        "Part", "Sect",
    }
)  # fmt: skip
_CELLS = ("TD", "TH")
# A PDF has no tag for a bibliography that its writers use.
_BIBLIOGRAPHY = re.compile(r"^[\d. ]*(References|Bibliography|Works cited)$")

# In points: how far beside the place that a link leads to its text may begin, within a column.
_LEFT, _RIGHT = 1.0, 150.0
# Typst leads 10 points above what is meant, where a short entry before it may still stand.
_ABOVE = 5.0

Place = tuple[int, float, float]
"""A page, and the distance from its foot and from its left edge."""


@dataclass
class _Element:
    """An element of the structure tree."""

    kind: str
    attributes: dict[str, Any]
    kids: list[_Element | str] = field(default_factory=list)
    alt: str = ""
    dest: Place | None = None
    start: Place | None = None

    def named(self, *kinds: str) -> Iterator[_Element]:
        for kid in self.kids:
            if isinstance(kid, _Element):
                if kid.kind in kinds:
                    yield kid
                else:
                    yield from kid.named(*kinds)

    @property
    def text(self) -> str:
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids)

    @property
    def begin(self) -> Place | None:
        inside = (kid.begin for kid in self.kids if isinstance(kid, _Element))
        return self.start or next((place for place in inside if place), None)


class _Tree:
    """The structure tree with the text of its leaves."""

    def __init__(self, reader: PdfReader, marks: pdf_text.Marks) -> None:
        self.marks = marks
        self.pages = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(reader.pages)
            if page.indirect_reference
        }
        root = reader.root_object.get("/StructTreeRoot")
        if root is None:
            raise ValueError("it has no structure tree, so that nothing can be read by its tags")
        root = root.get_object()
        self.roles = {
            str(name)[1:]: str(role)[1:]
            for name, role in (root.get("/RoleMap") or {}).items()
            if str(name) != "/Title"
        }
        self.named = reader.named_destinations
        self.top = _Element("Document", {})
        self._add(self.top, root.get("/K"), None)

    def _add(self, parent: _Element, kids: Any, page: int | None) -> None:
        kids = _resolved([] if kids is None else kids)
        for raw in kids if isinstance(kids, list) else [kids]:
            kid = _resolved(raw)
            if isinstance(kid, int):
                self._mark(parent, page, kid)
                continue
            own = self._page(kid, page)
            if kid.get("/Type") == "/MCR":
                self._mark(parent, own, int(kid["/MCID"]))
            elif kid.get("/Type") == "/OBJR":
                parent.dest = parent.dest or self._destination(kid["/Obj"])
            else:
                name = str(kid["/S"])[1:]
                element = _Element(
                    self.roles.get(name, name), _attributes(kid), alt=str(kid.get("/Alt", ""))
                )
                parent.kids.append(element)
                self._add(element, kid.get("/K"), own)

    def _mark(self, parent: _Element, page: int | None, mark: int) -> None:
        said = self.marks.get((-1 if page is None else page, mark))
        if said:
            parent.kids.append(said.text)
            parent.start = parent.start or (page or 0, said.top, said.left)

    def _page(self, entry: Any, page: int | None) -> int | None:
        if "/Pg" not in entry:
            return page
        return self.pages.get(entry.raw_get("/Pg").idnum)

    def _destination(self, annotation: Any) -> Place | None:
        target = annotation.get("/Dest") or (annotation.get("/A") or {}).get("/D")
        if isinstance(target, str | bytes):
            name = target if isinstance(target, str) else target.decode("utf-8", "replace")
            known = self.named.get(name)
            target = known.dest_array if known else None
        if target is None:
            return None
        place = _resolved(target)
        place = place.get("/D", place) if isinstance(place, dict) else place
        page = self.pages.get(place[0].idnum if hasattr(place[0], "idnum") else -1)
        if page is None or len(place) < 4 or place[1] != "/XYZ":
            return None
        return page, float(place[3]), float(place[2])


class _Reader:
    def __init__(self, top: _Element) -> None:
        self.entries = _entries(top)

    def parts(self, element: _Element) -> Iterator[Part]:
        kids = element.kids
        pending: list[_Element | str] = []
        for index, kid in enumerate(kids):
            if isinstance(kid, str) or (kid.kind in _INLINE and not _stands_alone(kid, element)):
                pending.append(kid)
                continue
            if pending:
                yield from self._leaf(pending)
                pending = []
            follower = next(
                (next_ for next_ in kids[index + 1 :] if not isinstance(next_, str)), None
            )
            yield from self._part(kid, element, follower)
        if pending:
            yield from self._leaf(pending)

    def _part(
        self, element: _Element, parent: _Element, follower: _Element | str | None
    ) -> Iterator[Part]:
        kind = element.kind
        level = re.fullmatch(r"H([1-6])", kind)
        if kind == "TOC":
            yield LeftOut("contents")
        elif level:
            before_list = isinstance(follower, _Element) and follower.kind == "TOC"
            if not before_list:
                yield self.block("heading", element.kids, int(level[1]))
        elif kind == "Table":
            for caption in element.named("Caption"):
                yield self.block("caption", caption.kids)
            yield Table(tuple(self._row(row) for row in element.named("TR")))
        elif kind == "Caption":
            yield self.block("caption", element.kids)
        elif kind == "Lbl" and parent.kind == "LI" and _is_mark(parent, element):
            yield LeftOut("marks")
        elif kind in _GROUPS or any(
            isinstance(kid, _Element) and kid.kind in ("P", "L", "Table") for kid in element.kids
        ):
            yield from self.parts(element)
        else:
            yield from self._leaf([element] if kind in ("Figure", "Formula") else element.kids)

    def _row(self, row: _Element) -> tuple[Cell, ...]:
        cells = (kid for kid in row.kids if isinstance(kid, _Element) and kid.kind in _CELLS)
        return tuple(Cell(merged(self.parts(cell)), cell.kind == "TH") for cell in cells)

    def _leaf(self, kids: Sequence[_Element | str]) -> Iterator[Part]:
        block = self.block("prose", kids)
        if not block.is_empty:
            yield block
        for _ in _Element("", {}, [*kids]).named("Formula"):
            yield LeftOut("formulas")

    def block(self, kind: str, kids: Sequence[_Element | str], level: int = 0) -> Block:
        """Read everything inside as one block."""
        block = Block(kind, level)

        def walk(parts: Sequence[_Element | str], *, labels: bool) -> None:
            for part in parts:
                if isinstance(part, str):
                    block.texts.append(part)
                elif part.kind in ("Note", "FENote"):
                    own = [kid for kid in part.kids if isinstance(kid, str) or kid.kind != "Lbl"]
                    block.notes.append(self.block("prose", own))
                elif part.kind == "Figure":
                    block.alts.append(part.alt)
                elif part.kind != "Formula" and (part.kind != "Lbl" or labels):
                    if part.kind == "P" and block.texts:
                        block.texts.append(" ")
                    before = len(block.texts)
                    walk(part.kids, labels=labels)
                    if part.dest:
                        text = "".join(block.texts[before:])
                        block.links.append(Link(text, self._entry(part.dest)))

        # A label inside a line is the mark of a note; one by itself is a term.
        alone = len(kids) == 1 and isinstance(kids[0], _Element) and kids[0].kind == "Lbl"
        walk(kids, labels=alone)
        return block

    def _entry(self, dest: Place) -> str:
        """Find what a link leads to: the first text below its place, in its column."""
        page, top, left = dest
        below = (
            (top - y, x, text)
            for other, y, x, text in self.entries
            if other == page and y <= top - _ABOVE and left - _LEFT <= x <= left + _RIGHT
        )
        return min(below, default=(0, 0, ""))[2]


def _entries(top: _Element) -> list[tuple[int, float, float, str]]:
    """List all text by its place, with what it says in the bibliography alone."""
    found = []
    inside = 0
    for element in top.named(
        "H1", "H2", "H3", "H4", "H5", "H6", "P", "Caption", "TD", "TH", "LBody"
    ):
        begin = element.begin
        level = re.fullmatch(r"H([1-6])", element.kind)
        if level and (not inside or int(level[1]) <= inside):
            said = element.text.replace(LINE_END, " ").strip()
            inside = int(level[1]) if _BIBLIOGRAPHY.match(said) else 0
        if begin:
            found.append((*begin, "" if level or not inside else element.text))
    return found


def _attributes(entry: Any) -> dict[str, Any]:
    attributes = _resolved(entry.get("/A") or [])
    listed = attributes if isinstance(attributes, list) else [attributes]
    return {
        str(key): value
        for item in listed
        if isinstance(_resolved(item), dict)
        for key, value in _resolved(item).items()
    }


def _resolved(thing: Any) -> Any:
    """Follow a reference to what it stands for."""
    return thing.get_object() if isinstance(thing, PdfObject) else thing


def _stands_alone(element: _Element, parent: _Element) -> bool:
    """Tell a line of its own that has the tag of a piece of a line."""
    if element.kind == "Lbl":
        return parent.kind == "LI"
    return parent.kind in _GROUPS and element.attributes.get("/Placement") == "/Block"


def _is_mark(item: _Element, label: _Element) -> bool:
    return not re.search(r"\w{3}|\s", label.text.strip())


def read(path: Path) -> Document:
    """Read a tagged PDF."""
    with PdfReader(path) as reader:
        marks = pdf_text.read(path, pdf_text.soft_fonts(reader))
        top = _Tree(reader, marks).top
        pages = len(reader.pages)
    parts = [*_Reader(top).parts(top), *(LeftOut("running") for _ in range(pages))]
    return document("PDF", parts)
