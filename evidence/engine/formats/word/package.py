"""A Word file as its parts, and the elements in them."""

from __future__ import annotations

import functools
import string
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

# lxml brings no types.
Element = Any

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = {
    "w": MAIN,
    "r": RELATIONS,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}

# The blocks of a text, apart from the marks between them.
BLOCKS = f"{{{MAIN}}}p", f"{{{MAIN}}}tbl"

# Compressed already.
_STORED = {".png", ".jpg", ".jpeg", ".gif"}
# In half the time of the usual level, for two bytes more in a hundred.
_LEVEL = 4

# The schema's order of a paragraph's properties, as far as they are set here or by Pandoc.
_PROPERTIES = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "pBdr", "shd", "tabs",
    "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr",
)  # fmt: skip
_RANKS = {f"{{{MAIN}}}{name}": rank for rank, name in enumerate(_PROPERTIES)}


def read(content: bytes) -> dict[str, bytes]:
    """Read the parts of a Word file."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Make a Word file whose bytes follow from its parts alone."""
    content = BytesIO()
    # "[Content_Types].xml" has to come first, and "[" sorts before small letters.
    with zipfile.ZipFile(content, "w") as file:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name)
            is_small = PurePosixPath(name).suffix in _STORED
            info.compress_type = zipfile.ZIP_STORED if is_small else zipfile.ZIP_DEFLATED
            file.writestr(info, parts[name], compresslevel=_LEVEL)
    return content.getvalue()


def template(name: str, **values: object) -> bytes:
    """Fill one of the templates beside this module with the XML for each `$name` in it."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return string.Template(text).substitute(values).encode()


def element(name: str, **values: object) -> Element:
    """Fill a template, and read its XML without the space between elements."""
    return etree.fromstring(template(name, **values), etree.XMLParser(remove_blank_text=True))


def parse(part: bytes) -> Element:
    """Read a part's XML."""
    return etree.fromstring(part)


def serialise(root: Element) -> bytes:
    """Write a part's XML."""
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def find(element: Element, path: str) -> list[Element]:
    """Find elements by an XPath with the prefixes of `NAMES`."""
    found: Any = _compiled(path)(element)
    return list(found)


@functools.cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces=NAMES)


def w(name: str) -> str:
    """Give a name in Word's main namespace."""
    return f"{{{MAIN}}}{name}"


def make(name: str, **attributes: object) -> Element:
    """Make an element of Word's main namespace with attributes of the same."""
    given = {w(key): str(value) for key, value in attributes.items()}
    return etree.Element(w(name), given, nsmap={"w": MAIN})


def child(element: Element, name: str) -> Element:
    """Find a child of Word's main namespace, which is made the first one where there is none."""
    found = element.find(w(name))
    if found is None:
        found = make(name)
        element.insert(0, found)
    return found


def style_of(block: Element | None) -> str:
    """Tell the style of a paragraph; nothing for other elements, and where there is none."""
    if block is None or block.tag != w("p"):
        return ""
    style = block.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val")))


def text_of(element: Element) -> str:
    """Tell the text in an element."""
    return "".join(text.text or "" for text in element.iter(w("t")))


def next_block(block: Element) -> Element | None:
    """Find the paragraph or table that follows another."""
    return next(block.itersiblings(*BLOCKS), None)


def block_before(block: Element) -> Element | None:
    """Find the paragraph or table before another."""
    return next(block.itersiblings(*BLOCKS, preceding=True), None)


def set_property(paragraph: Element, name: str, **attributes: object) -> None:
    """Give a paragraph a property in the place of an earlier one."""
    put_property(paragraph, make(name, **attributes))


def put_property(paragraph: Element, element: Element) -> None:
    """Give a paragraph a property made before, where the schema wants it."""
    properties = child(paragraph, "pPr")
    rank, place = _RANKS[element.tag], 0
    for other in list(properties):
        if other.tag == element.tag:
            properties.remove(other)
        else:
            place += _RANKS.get(other.tag, rank) < rank
    properties.insert(place, element)
