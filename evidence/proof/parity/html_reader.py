"""Read HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

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

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "li",
        "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "ul", *HEADINGS,
    }
)  # fmt: skip
_UNSEEN = frozenset({"head", "noscript", "script", "style", "template", "title"})
# No element or role says that a part is for HTML alone; the explorer's classes begin so.
# Where labels stand that other formats have no words for.
_LABELLED = {"about", "callout-title"}
_EXPLORER = "explorer"
_CONTROLS = frozenset({"dialog", "fieldset", "form", "input", "select", "textarea"})


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self.ids: Mapping[str, etree._Element] = {
            str(element.get("id")): element for element in root.iter() if element.get("id")
        }
        found = root.xpath("//*[@id='refs' or @role='doc-bibliography']")
        self.bibliography = found[0] if isinstance(found, list) and found else None
        self.offset = 0

    def parts(self, element: etree._Element, kind: str = "prose", level: int = 0) -> Iterator[Part]:
        pending = Block(kind, level)
        yield from self._walk(element, pending)
        yield from self._flush(pending)

    def _flush(self, pending: Block) -> Iterator[Part]:
        """Yield what was met since the last block began or ended, and begin anew."""
        if not pending.is_empty:
            yield replace(pending)
        pending.texts, pending.links, pending.notes, pending.alts = [], [], [], []

    def _walk(self, element: etree._Element, pending: Block) -> Iterator[Part]:
        pending.texts.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                yield from self._child(child, pending)
            pending.texts.append(child.tail or "")

    def _child(self, child: etree._Element, pending: Block) -> Iterator[Part]:
        tag, role = str(child.tag), child.get("role") or ""
        if tag in _UNSEEN:
            return
        if left_out := _left_out(child):
            yield LeftOut(left_out)
        elif tag == "table":
            yield from self._flush(pending)
            yield from self._table(child)
        elif role == "doc-endnotes":
            if any(heading.tag in HEADINGS for heading in child.iter()):
                yield LeftOut("notes-heading")
        elif role == "doc-noteref":
            note = self.ids.get((child.get("href") or "").removeprefix("#"))
            if note is not None:
                pending.notes.append(merged(self.parts(note)))
        elif tag in _BLOCKS:
            yield from self._flush(pending)
            yield from self.parts(child, *self._kind(child))
        else:
            yield from self._inline(child, pending)

    def _inline(self, child: etree._Element, pending: Block) -> Iterator[Part]:
        tag, role = str(child.tag), child.get("role") or ""
        if tag == "br":
            pending.texts.append(" ")
        elif tag == "img" or role == "img":
            alt = child.get("alt") if tag == "img" else child.get("aria-label") or _title(child)
            if alt == "" or role in ("presentation", "none"):
                yield LeftOut("decorative")
            else:
                pending.alts.append(alt or "")
        elif tag in ("math", "svg"):
            yield LeftOut("formulas" if tag == "math" else "decorative")
        elif role != "doc-backlink":
            before = len(pending.texts)
            yield from self._walk(child, pending)
            href = child.get("href") or ""
            if href.startswith("#"):
                text = "".join(pending.texts[before:])
                pending.links.append(Link(text, self._entry(href[1:])))

    def _entry(self, target: str) -> str:
        element = self.ids.get(target)
        if element is None or self.bibliography is None:
            return ""
        inside = any(above is self.bibliography for above in element.iterancestors())
        return str(element.xpath("string()")) if inside else ""

    def _kind(self, element: etree._Element) -> tuple[str, int]:
        if element.tag in HEADINGS:
            if _is_title(element):
                return "prose", 0
            return "heading", HEADINGS.index(str(element.tag)) + 1 - self.offset
        return ("caption" if element.tag == "figcaption" else "prose"), 0

    def _table(self, table: etree._Element) -> Iterator[Part]:
        rows = []
        for child in table.iter("caption", "tr"):
            if next(child.iterancestors("table")) is not table:
                continue
            if child.tag == "caption":
                yield merged(self.parts(child), "caption")
                continue
            row = []
            for cell in child.iterchildren("td", "th"):
                names_row = cell.get("scope") in {"row", "rowgroup"}
                block = merged(self.parts(cell))
                # PDF and Word make a header of a corner that is empty, and so heads nothing.
                is_corner = block.is_empty and bool(cell.xpath("ancestor::thead"))
                heads = is_corner or (cell.tag == "th" and not names_row)
                row.append(Cell(block, heads))
                if names_row:
                    yield LeftOut("rows")
            rows.append(tuple(row))
        yield Table(tuple(rows))


def _left_out(element: etree._Element) -> str:
    if element.tag == "nav":
        return "contents"
    if element.tag == "details" and len(element) and any(child.tag == "nav" for child in element):
        return "contents"
    classes = (element.get("class") or "").split()
    if element.tag == "dt" or "visually-hidden" in classes:
        above = {name for row in element.iterancestors() for name in row.get("class", "").split()}
        if above & _LABELLED:
            return "labels"
    folds = element.tag == "summary" and "callout-title" not in classes
    controls = folds or element.tag in _CONTROLS or "popover" in element.attrib
    explorer = any(name.startswith(_EXPLORER) for name in classes)
    return "interactive" if controls or explorer or "hidden" in element.attrib else ""


def _is_title(heading: etree._Element) -> bool:
    """Tell the page's title from the chapters: it stands in the header of the page."""
    return heading.tag == "h1" and any(above.tag == "header" for above in heading.iterancestors())


def _title(element: etree._Element) -> str | None:
    found = element.find("{*}title")
    return found.text if found is not None else None


def read(path: Path) -> Document:
    """Read an HTML page."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml_html.fromstring(path.read_bytes(), parser=parser)
    main = root.find(".//main")
    content = root.find("body") if main is None else main
    if content is None:
        raise ValueError("it has no body")
    reader = _Reader(root)
    headings = [
        HEADINGS.index(str(heading.tag))
        for heading in content.iter(*HEADINGS)
        if not _is_title(heading) and not any(_left_out(above) for above in heading.iterancestors())
    ]
    reader.offset = min(headings, default=0)
    aside = [
        *(LeftOut("contents") for nav in root.iter("nav") if content not in nav.iterancestors()),
        *(LeftOut("levels") for _ in range(reader.offset)),
    ]
    outside = (
        LeftOut("interactive")
        for element in root.iter()
        if "popover" in element.attrib and content not in element.iterancestors()
    )
    return document("HTML", [*aside, *outside, *reader.parts(content)])
