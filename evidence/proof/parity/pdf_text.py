"""The text of a PDF by the marks that tie it to the structure tree."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject
from pypdfium2 import raw

from evidence.proof.parity.content import LINE_END

_NOT_MARKED = -1
# What PDFium makes of a hyphen at the end of a line, be it the author's or the typesetter's.
_HYPHEN = "\x02"
# A line of a font's map that takes its hyphen for the typesetter's.
_SOFT = re.compile(rb"^\s*<[0-9A-F]+>[ \t]*<00AD>", re.IGNORECASE | re.MULTILINE)
_HYPHENS = ("-", "\u2010", "\u2011")
_DIVIDED = ("\u00ad", "\u200b")
# After these a line may end where the text has no space, as Unicode's rules have it (UAX #14).
_BREAKS_AFTER = tuple("-\u2010\u2012\u2013\u2014/\\|?!…}")
# As a last resort a line ends anywhere in what is so long, or in what is no word but code.
_LONG = 12
_CODE = re.compile(r"\w[^\w\s]+\w")
_BEFORE_BRACKETS = tuple(")].,:;%$+")


@dataclass(frozen=True)
class Marked:
    """A piece of marked content.

    Attributes
    ----------
    top, left
        Where its first character stands, in points from the foot and the left edge of the page.
    """

    text: str
    top: float
    left: float


Marks = Mapping[tuple[int, int], Marked]


def read(path: Path, soft: Set[str] = frozenset()) -> Marks:
    """Read the marked content of all pages: page (from 0) and mark to text.

    Parameters
    ----------
    soft
        The fonts that `soft_fonts` finds.
    """
    found: dict[tuple[int, int], Marked] = {}
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.update({(number, mark): said for mark, said in _page(text.raw, soft).items()})
            text.close()
            page.close()
    finally:
        document.close()
    return found


def _page(page: object, soft: Set[str]) -> Mapping[int, Marked]:
    texts: dict[int, list[str]] = {}
    corners: dict[int, tuple[float, float]] = {}
    last, gap, word = _NOT_MARKED, "", ""
    for index in range(raw.FPDFText_CountChars(page)):
        character = chr(raw.FPDFText_GetUnicode(page, index))
        owner = raw.FPDFText_GetTextObject(page, index)
        if not owner:
            gap = character if gap != "\n" else gap
            continue
        mark, later = raw.FPDFPageObj_GetMarkedContentID(owner), ""
        if character in (_HYPHEN, "\u00ad"):
            # In a dense table PDFium tells the end of a line before the hyphen that stands there.
            gap, later = later, gap
        if character == _HYPHEN:
            character = "\u00ad" if is_soft(owner, soft) else "-"
        if mark != _NOT_MARKED:
            if mark not in texts:
                texts[mark], corners[mark] = [], _corner(page, index)
            said = _between(gap, word, character, same=mark == last) + character
            texts[mark].append(said)
            word = "" if said[-1].isspace() else said if said[0].isspace() else word + said
        last, gap = mark, later
    return {mark: Marked("".join(said), *corners[mark]) for mark, said in texts.items()}


def _between(gap: str, word: str, follower: str, *, same: bool) -> str:
    """Tell what a gap that PDFium saw is in the text: a space, nothing, or either.

    A line that ends where the author has a space keeps it, so that one that ends without was ended
    by the author, unless an address or a word may break there.
    """
    if gap == " ":
        return " " if same else ""
    if gap != "\n" or not word or "//" in word or word.endswith(_DIVIDED):
        return ""
    opens = word.endswith(_BEFORE_BRACKETS) and follower in "([{"
    breaks = opens or word.endswith(_BREAKS_AFTER)
    return LINE_END if breaks or len(word) >= _LONG or _CODE.search(word) else " "


def soft_fonts(reader: PdfReader) -> frozenset[str]:
    """Find the fonts whose hyphen is the typesetter's, where the PDF says nothing in its place.

    One sign serves both hyphens, and a font's map has what the first that was set stands for.
    """
    found: set[str] = set()
    for page in reader.pages:
        for font in _dictionary(_dictionary(page, "/Resources"), "/Font").values():
            entry = font.get_object()
            glyphs = entry.get("/ToUnicode") if isinstance(entry, DictionaryObject) else None
            stream = glyphs.get_object() if glyphs else None
            if isinstance(stream, StreamObject) and _SOFT.search(stream.get_data()):
                found.add(str(entry.get("/BaseFont", ""))[1:].removesuffix("-Identity-H"))
    return frozenset(found)


def _dictionary(parent: DictionaryObject, key: str) -> DictionaryObject:
    entry = parent.get(key)
    found = entry.get_object() if entry is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def is_soft(owner: object, soft: Set[str]) -> bool:
    """Tell a hyphen that the typesetter put in: by what the PDF says of it, else by its font."""
    size = ctypes.c_ulong()
    for index in range(raw.FPDFPageObj_CountMarks(owner)):
        value = (raw.FPDFPageObj_GetMark(owner, index), b"ActualText")
        if raw.FPDFPageObjMark_GetParamStringValue(*value, None, 0, size):
            text = ctypes.create_string_buffer(size.value)
            wide = ctypes.cast(text, ctypes.POINTER(raw.FPDF_WCHAR))
            raw.FPDFPageObjMark_GetParamStringValue(*value, wide, size, size)
            return text.raw.decode("utf-16-le").rstrip("\0") not in _HYPHENS
    font = raw.FPDFTextObj_GetFont(owner)
    name = ctypes.create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
    raw.FPDFFont_GetBaseFontName(font, name, len(name))
    return name.value.decode("utf-8", "replace") in soft


def _corner(page: object, index: int) -> tuple[float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(page, index, left, right, bottom, top)
    return top.value, left.value
