"""Read Word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from evidence.proof.parity.content import (
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

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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
_LIST_STYLES = re.compile(r"toc \d|toc heading|list heading|table of figures")
_CAPTIONS = re.compile(r"(image |table )?caption")


@dataclass(frozen=True)
class _Style:
    """A style of paragraphs: its name, those of the styles it is based on, and its level."""

    name: str = ""
    names: tuple[str, ...] = ()
    level: int = 0


class _Reader:
    def __init__(self, parts: Mapping[str, etree._Element]) -> None:
        self.styles = _styles(parts.get("styles"))
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
        name = _value(properties, "pStyle") if properties is not None else ""
        return self.styles.get(name) or self.styles.get("", _Style())

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Part]:
        style = self._style(paragraph)
        block = Block()
        yield from self._inline(paragraph, block)
        if _LIST_STYLES.fullmatch(style.name):
            return
        if style.level and block.text.strip():
            block.kind, block.level = "heading", style.level
        elif any(_CAPTIONS.fullmatch(name) for name in style.names):
            block.kind = "caption"
        if block.kind == "caption" or not block.is_empty:
            yield block

    def _in_list(self) -> bool:
        return any(re.match(r"\s*TOC\b", code) for code in self.fields)

    def _inline(self, parent: etree._Element, block: Block) -> Iterator[Part]:
        """Fill a block with what stands in a paragraph, and yield what is left out of it."""
        for child in parent:
            tag = str(child.tag)
            if tag in _TEXTS:
                if not self._in_list():
                    block.texts.append(_TEXTS[tag] or child.text or "")
            elif tag == f"{W}fldChar":
                yield from self._field(str(child.get(f"{W}fldCharType")))
            elif tag == f"{W}instrText":
                if self.fields:
                    self.fields[-1] += child.text or ""
            elif tag in _REFERENCES:
                note = self.notes.get((_REFERENCES[tag], str(child.get(f"{W}id"))))
                if note is not None:
                    block.notes.append(merged(self.parts(note)))
            elif tag == f"{W}drawing":
                yield from self._drawing(child, block)
            elif tag in _FORMULAS:
                yield LeftOut("formulas")
            elif tag not in _UNSEEN:
                before = len(block.texts)
                yield from self._inline(child, block)
                if tag == f"{W}hyperlink" and (target := child.get(f"{W}anchor")):
                    text = "".join(block.texts[before:])
                    block.links.append(Link(text, self.bookmarks.get(str(target), "")))

    def _field(self, what: str) -> Iterator[Part]:
        if what == "begin":
            self.fields.append("")
        elif what == "separate" and self._in_list():
            yield LeftOut("contents")
        elif what == "end" and self.fields:
            self.fields.pop()

    def _drawing(self, drawing: etree._Element, block: Block) -> Iterator[Part]:
        properties = next(drawing.iter(f"{_DRAWING}docPr"), None)
        if properties is not None and next(properties.iter(_DECORATIVE), None) is not None:
            yield LeftOut("decorative")
        elif properties is not None:
            block.alts.append(str(properties.get("descr") or ""))

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
    chain: list[etree._Element] = []
    while name in own and own[name] not in chain:
        chain.append(own[name])
        name = _value(own[name], "basedOn")
    names = tuple(_value(style, "name").lower() for style in chain)
    titles = (re.fullmatch(r"heading ([1-6])", name) for name in names)
    level = next((int(title[1]) for title in titles if title), 0)
    return _Style(names[0], names, 0 if _LIST_STYLES.fullmatch(names[0]) else level)


def _value(element: etree._Element, name: str) -> str:
    """Return the value of a child element; empty without one."""
    child = element.find(f"{W}{name}")
    return str(child.get(f"{W}val") or "") if child is not None else ""


def read(path: Path) -> Document:
    """Read a Word file."""
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = {
            name.removeprefix("word/").removesuffix(".xml"): etree.fromstring(
                archive.read(name), parser
            )
            for name in names
            if re.fullmatch(r"word/(document|styles|footnotes|endnotes)\.xml", name)
        }
    if "document" not in parts:
        raise ValueError("it has no word/document.xml")
    body = parts["document"].find(f"{W}body")
    if body is None:
        raise ValueError("it has no body")
    running = (name for name in names if re.fullmatch(r"word/(header|footer)[^/]*\.xml", name))
    found = [*(LeftOut("running") for _ in running), *_Reader(parts).parts(body)]
    return document("Word", found)
