"""Read Word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from evidence.proof.parity.model import (
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
from evidence.proof.parity.numbering import Numbering, W, child_value

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_TEXTS = {
    f"{W}t": "", f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-",
}  # fmt: skip
_REFERENCES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_FORMULAS = (f"{_MATH}oMath", f"{_MATH}oMathPara")
# Fallback says once more what stands beside it.
_UNSEEN = (
    f"{W}pPr", f"{W}rPr", f"{W}del",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)  # fmt: skip
_OFF = ("0", "false", "off")
_LIST_STYLES = re.compile(r"toc \d|toc heading|table of figures")
_CAPTIONS = re.compile(r"(image |table )?caption")


@dataclass(frozen=True)
class _Style:
    """A style of paragraphs with what it takes from the styles it is based on."""

    name: str
    names: tuple[str, ...]
    level: int
    number: tuple[str, str]


@dataclass
class _Line:
    """A paragraph, or part of one, while it is read."""

    text: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


class _Reader:
    def __init__(self, parts: Mapping[str, etree._Element]) -> None:
        self.styles = _styles(parts.get("styles"))
        self.numbering = Numbering(parts.get("numbering"))
        self.notes = {
            (kind, str(note.get(f"{W}id"))): note
            for kind in ("footnote", "endnote")
            for note in parts.get(f"{kind}s", ())
        }
        # Open fields: what each says it is; text before "separate" is its code.
        self.fields: list[str] = []
        self.bookmarks: dict[str, str] = {}
        self._find_entries(parts["document"])

    def _find_entries(self, root: etree._Element) -> None:
        """Note which bookmarks are entries of the bibliography, with their text."""
        waiting: list[str] = []
        for element in root.iter(f"{W}bookmarkStart", f"{W}p"):
            if element.tag == f"{W}bookmarkStart":
                waiting.append(str(element.get(f"{W}name")))
                continue
            inside = [str(mark.get(f"{W}name")) for mark in element.iter(f"{W}bookmarkStart")]
            if self._style(element).name == "bibliography":
                text = "".join(node.text or "" for node in element.iter(f"{W}t"))
                self.bookmarks.update(dict.fromkeys([*waiting, *inside], text))
            waiting = []

    def parts(self, parent: etree._Element) -> Iterator[Part]:
        """Read the blocks inside, through what only wraps them."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
                yield from self.parts(child)

    def _style(self, paragraph: etree._Element) -> _Style:
        properties = paragraph.find(f"{W}pPr")
        name = child_value(properties, "pStyle") if properties is not None else ""
        return self.styles.get(name) or self.styles.get("", _Style("", (), 0, ("", "")))

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Part]:
        style = self._style(paragraph)
        line = _Line()
        self._inline(paragraph, line)
        yield from line.left_out
        if _LIST_STYLES.fullmatch(style.name):
            return
        text = "".join(line.text)
        own = (tuple(line.links), tuple(line.notes), tuple(line.alts))
        if style.level and text.strip():
            number = self._number(paragraph, style)
            yield Block("heading", f"{number} {text}", style.level, *own)
        elif any(_CAPTIONS.fullmatch(name) for name in style.names):
            yield Block("caption", text, 0, *own)
        elif text.strip() or line.notes or line.alts:
            yield Block("prose", text, 0, *own)

    def _number(self, paragraph: etree._Element, style: _Style) -> str:
        number, depth = style.number
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is not None:
            number, depth = child_value(own, "numId"), child_value(own, "ilvl") or depth
        if number in ("", "0"):
            return ""
        name = child_value(paragraph.find(f"{W}pPr"), "pStyle")  # type: ignore[arg-type]
        return self.numbering.next(
            number, int(depth) if depth else self.numbering.level_of_style(number, name)
        )

    def _in_list(self) -> bool:
        return any(re.match(r"\s*TOC\b", code) for code in self.fields)

    def _inline(self, parent: etree._Element, line: _Line) -> None:
        for child in parent:
            tag = str(child.tag)
            if tag in _TEXTS:
                if not self._in_list():
                    line.text.append(_TEXTS[tag] or child.text or "")
            elif tag == f"{W}fldChar":
                self._field(str(child.get(f"{W}fldCharType")), line)
            elif tag == f"{W}instrText":
                if self.fields:
                    self.fields[-1] += child.text or ""
            elif tag in _REFERENCES:
                note = self.notes.get((_REFERENCES[tag], str(child.get(f"{W}id"))))
                if note is not None:
                    line.notes.append(merged(self.parts(note)))
            elif tag == f"{W}drawing":
                self._drawing(child, line)
            elif tag in _FORMULAS:
                line.left_out.append(LeftOut("formulas"))
            elif tag not in _UNSEEN:
                before = len(line.text)
                self._inline(child, line)
                if tag == f"{W}hyperlink" and (target := child.get(f"{W}anchor")):
                    text = "".join(line.text[before:])
                    line.links.append(Link(text, self.bookmarks.get(str(target), "")))

    def _field(self, what: str, line: _Line) -> None:
        if what == "begin":
            self.fields.append("")
        elif what == "separate" and self._in_list():
            line.left_out.append(LeftOut("contents"))
        elif what == "end" and self.fields:
            self.fields.pop()

    def _drawing(self, drawing: etree._Element, line: _Line) -> None:
        properties = next(drawing.iter(f"{_DRAWING}docPr"), None)
        if properties is not None and next(properties.iter(_DECORATIVE), None) is not None:
            line.left_out.append(LeftOut("decorative"))
        elif properties is not None:
            line.alts.append(str(properties.get("descr") or ""))

    def _table(self, table: etree._Element) -> Iterator[Part]:
        columns = max((len(row.findall(f"{W}tc")) for row in table.findall(f"{W}tr")), default=0)
        if columns <= 1 and not table.findall(f"{W}tr/{W}trPr/{W}tblHeader"):
            yield LeftOut("layout")
            for cell in table.findall(f"{W}tr/{W}tc"):
                yield from self.parts(cell)
            return
        look = table.find(f"{W}tblPr/{W}tblLook")
        first_column = look is not None and _first_column(look)
        found = []
        for row in table.iterchildren(f"{W}tr"):
            header = row.find(f"{W}trPr/{W}tblHeader")
            heads = header is not None and header.get(f"{W}val") not in _OFF
            cells = [cell for cell in row.iterchildren(f"{W}tc") if not _continues(cell)]
            found.append(tuple(Cell(merged(self.parts(cell)), heads) for cell in cells))
            if first_column and not heads:
                yield LeftOut("rows")
        yield Table(tuple(found))


def _continues(cell: etree._Element) -> bool:
    """Tell a cell that is the lower part of the one above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _first_column(look: etree._Element) -> bool:
    named = look.get(f"{W}firstColumn")
    if named is not None:
        return str(named) not in _OFF
    return bool(int(str(look.get(f"{W}val") or "0"), 16) & 0x80)


def _styles(root: etree._Element | None) -> Mapping[str, _Style]:
    if root is None:
        return {}
    own = {
        str(style.get(f"{W}styleId")): style
        for style in root.iter(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
    }
    styles = {name: _style(name, own) for name in own}
    default = next((name for name, style in own.items() if style.get(f"{W}default")), None)
    return styles if default is None else {**styles, "": styles[default]}


def _style(name: str, own: Mapping[str, etree._Element]) -> _Style:
    chain = []
    while name in own and own[name] not in chain:
        chain.append(own[name])
        name = child_value(own[name], "basedOn")
    names = tuple(child_value(style, "name").lower() for style in chain)
    level = 0
    number, depth = "", ""
    for style in chain:
        title = re.fullmatch(r"heading ([1-6])", child_value(style, "name").lower())
        level = level or (int(title[1]) if title else 0)
        properties = style.find(f"{W}pPr/{W}numPr")
        if properties is not None and not number:
            number, depth = child_value(properties, "numId"), child_value(properties, "ilvl")
    is_list = bool(_LIST_STYLES.fullmatch(names[0])) if names else False
    return _Style(names[0] if names else "", names, 0 if is_list else level, (number, depth))


def read(path: Path) -> Document:
    """Read a Word file.

    Parameters
    ----------
    path
        The file.
    """
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = {
            name.removeprefix("word/").removesuffix(".xml"): etree.fromstring(
                archive.read(name), parser
            )
            for name in names
            if re.fullmatch(r"word/(document|styles|numbering|footnotes|endnotes)\.xml", name)
        }
    if "document" not in parts:
        raise ValueError("it has no word/document.xml")
    body = parts["document"].find(f"{W}body")
    if body is None:
        raise ValueError("it has no body")
    running = (name for name in names if re.fullmatch(r"word/(header|footer)[^/]*\.xml", name))
    found = [*(LeftOut("running") for _ in running), *_Reader(parts).parts(body)]
    return document("Word", found)
