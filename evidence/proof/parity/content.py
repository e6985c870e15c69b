"""One model for what a document says, whatever its format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter

KINDS = {
    "headings": "headings",
    "captions": "captions",
    "cells": "table cells",
    "prose": "paragraphs and items of prose",
    "citations": "citations",
    "notes": "notes",
    "alts": "alt texts",
}

# Where a line of a PDF ends, and the text may have a space or none. No text holds this character.
LINE_END = "\ufdd0"
FORMATTING = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u2011": "-"}
)
FINGERPRINT = re.compile(r"(?<![\w/.-])[0-9a-f]{12}(?![\w/-])")
_AT_SPACE = re.compile(rf"(?<!\S){LINE_END}|{LINE_END}(?!\S)")
_ENTRY = 60


def plain(text: str) -> str:
    """Return the text without what serves only its setting in lines."""
    return _spaced(text.replace(LINE_END, ""))


def _spaced(text: str) -> str:
    return " ".join(text.translate(FORMATTING).translate(LIGATURES).split())


@dataclass(frozen=True)
class Link:
    """A link inside the document, and the entry of the bibliography it leads to, if any."""

    text: str
    target: str


@dataclass
class Block:
    """A heading, a caption or a paragraph ("prose"), filled by a reader as it goes.

    Its text comes in pieces and without the marks of notes; the notes stand beside it.
    """

    kind: str = "prose"
    level: int = 0
    texts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its whole text."""
        return "".join(self.texts)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.text.strip() or self.notes or self.alts)


@dataclass(frozen=True)
class Cell:
    """A cell of a table, and whether it heads a column or a row."""

    block: Block
    header: bool


@dataclass(frozen=True)
class Table:
    """The rows of a table."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class LeftOut:
    """Something that the list of differences declares, met in a document."""

    name: str


Part = Block | Table | LeftOut


def merged(parts: Iterable[Part], kind: str = "prose") -> Block:
    """Put what was found inside a cell, a caption or a note into one block."""
    whole = Block(kind)
    for block in parts:
        if isinstance(block, Block):
            whole.texts += [" "] * bool(whole.texts) + block.texts
            whole.links += block.links
            whole.notes += block.notes
            whole.alts += block.alts
    return whole


@dataclass(frozen=True)
class Item:
    """What is compared, and where a person finds it.

    At `line_ends` a line of a PDF ends, and a space may be lost.
    """

    text: str
    place: str = field(compare=False)
    line_ends: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Document:
    """What a document in a format ("HTML", "PDF" or "Word") says, by the `KINDS` and in order.

    It has the build's fingerprint if its title page does, and how often each declared difference
    was met.
    """

    format: str
    items: Mapping[str, tuple[Item, ...]]
    fingerprint: str
    left_out: Mapping[str, int]


def document(name: str, parts: Iterable[Part]) -> Document:
    """Sort what a reader of a format found, in reading order, into kinds."""
    items: dict[str, list[Item]] = {kind: [] for kind in KINDS}
    in_notes: list[Item] = []
    left_out: Counter[str] = Counter()
    heading, tables = "", 0
    front: list[str] = []
    for part in parts:
        if isinstance(part, LeftOut):
            left_out[part.name] += 1
            continue
        if isinstance(part, Block) and part.kind == "heading":
            heading = plain(part.text)
        place = f"under “{heading}”" if heading else "before the first heading"
        blocks = [(part, place)] if isinstance(part, Block) else []
        if isinstance(part, Table):
            tables += 1
            for where, cell in _cells(part, f"table {tables} {place}"):
                text = f"header: {cell.block.text}" if cell.header else cell.block.text
                items["cells"].append(_item(text, where))
                blocks.append((cell.block, where))
        elif part.kind == "heading":
            items["headings"].append(_item(f"level {part.level}: {part.text}", place))
        elif part.kind == "caption":
            items["captions"].append(_item(part.text, place))
        else:
            items["prose"] += filter(attrgetter("text"), [_item(part.text, place)])
        for block, where in blocks:
            if not heading:
                front.append(plain(block.text))
            items["alts"] += [Item(plain(alt), where) for alt in block.alts]
            items["citations"] += _citations(block, where)
            for note in block.notes:
                items["notes"].append(_item(note.text, where))
                in_notes += _citations(note, f"in a note {where}")
    items["citations"] += in_notes
    build = FINGERPRINT.search(" ".join(front))
    found = {kind: tuple(of_kind) for kind, of_kind in items.items()}
    return Document(name, found, build.group() if build else "", dict(left_out))


def _cells(table: Table, place: str) -> Iterator[tuple[str, Cell]]:
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells, 1):
            yield f"row {row}, column {column} of {place}", cell


def _item(text: str, place: str) -> Item:
    pieces = _spaced(_AT_SPACE.sub("", text)).split(LINE_END)
    *ends, _ = accumulate(map(len, pieces))
    return Item("".join(pieces), place, tuple(ends))


def _citations(block: Block, place: str) -> Iterator[Item]:
    for link in block.links:
        if link.target:
            yield Item(f"{plain(link.text)} → {plain(link.target)[:_ENTRY].strip()}", place)
