"""Excel's workbooks read as tables of text."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from posixpath import join, normpath
from string import ascii_uppercase
from typing import Any
from zipfile import ZipFile

from evidence.exchange.tables.grids import (
    DATE,
    FORMULA,
    Gathered,
    Grid,
    forget,
    parsed,
    tree,
)

_BOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
# Formats of numbers that every workbook knows without saying what they are.
_DATES, _PERCENTS = frozenset({*range(14, 23), *range(45, 48)}), frozenset({9, 10})
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
# What in a format is no sign of a date: what stands in quotes or brackets, or behind a backslash.
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
_DIGITS = "0123456789"
_PERCENT = "%"


def read_xlsx(archive: ZipFile, file: str) -> list[Grid]:
    """Return the tabs of a workbook."""
    book = tree(archive.read(_BOOK))
    targets = _targets(archive)
    strings = [_joined(one) for one in _parts(archive, _named(targets, "sharedStrings"), "{*}si")]
    kinds = _kinds(archive)
    epoch = _EPOCHS[any(one.get("date1904") in ("1", "true") for one in book.iter("{*}workbookPr"))]
    grids = []
    for sheet in book.iter("{*}sheet"):
        relation = next((text for name, text in sheet.items() if name.endswith("}id")), "")
        part = targets.get(relation, ("", ""))[1]
        # Charts and dialogues have tabs of their own.
        if part in archive.namelist() and "worksheets/" in part:
            is_hidden = sheet.get("state", "visible") != "visible"
            reader = _Sheet(strings, kinds, epoch)
            grids.append(reader.read(archive, part, file, sheet.get("name", ""), is_hidden))
    return grids


def _targets(archive: ZipFile) -> Mapping[str, tuple[str, str]]:
    """Return the type and the part that each relation of the workbook names."""
    name = "xl/_rels/workbook.xml.rels"
    if name not in archive.namelist():
        return {}
    return {
        one.get("Id", ""): (one.get("Type", ""), normpath(join("/xl", one.get("Target", "")))[1:])
        for one in tree(archive.read(name))
    }


def _named(targets: Mapping[str, tuple[str, str]], kind: str) -> str:
    return next((part for name, part in targets.values() if name.endswith(kind)), "")


def _parts(archive: ZipFile, part: str, tag: str) -> Any:
    if part in archive.namelist():
        with archive.open(part) as opened:
            for _, element in parsed(opened, (tag,)):
                yield element
                forget(element)


def _joined(element: Any) -> str:
    """Return a text that may be in pieces, without what tells how to say it."""
    pieces = [
        one.text or "" for one in element.iter("{*}t") if not one.getparent().tag.endswith("rPh")
    ]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    """Return a text with the characters that Excel writes as their numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _kinds(archive: ZipFile) -> Sequence[str]:
    """Return for each style whether its numbers are dates or percentages."""
    if _STYLES not in archive.namelist():
        return ()
    root = tree(archive.read(_STYLES))
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter("{*}numFmt")}
    return [
        _kind(one.get("numFmtId", "0"), codes)
        for styles in root.iter("{*}cellXfs")
        for one in styles
    ]


def _kind(number: str, codes: Mapping[str | None, str]) -> str:
    code = _QUOTED.sub("", codes.get(number, "")).lower().split(";")[0]
    if "%" in code or (not code and int(number) in _PERCENTS):
        return _PERCENT
    is_date = any(sign in code for sign in "ymdhs")
    return DATE if is_date or (not code and int(number) in _DATES) else ""


class _Sheet:
    """Reads one tab."""

    def __init__(self, strings: Sequence[str], kinds: Sequence[str], epoch: datetime) -> None:
        self._strings, self._kinds, self._epoch = strings, kinds, epoch
        self._found = Gathered()
        self._row = -1

    def read(self, archive: ZipFile, part: str, file: str, name: str, is_hidden: bool) -> Grid:
        """Return the tab as a table."""
        found = self._found
        with archive.open(part) as opened:
            for _, element in parsed(opened, ("{*}row", "{*}mergeCell", "{*}col")):
                if element.tag.endswith("}row"):
                    self._put(element)
                elif element.tag.endswith("}col"):
                    if element.get("hidden") in ("1", "true"):
                        found.hidden_columns += (
                            int(element.get("max", "1")) - int(element.get("min", "1")) + 1
                        )
                elif area := _AREA.fullmatch(element.get("ref", "")):
                    first, top, last, bottom = (one or area[i] for i, one in _ends(area))
                    found.merged.append((int(top) - 1, int(bottom) - 1, _at(first), _at(last)))
                forget(element)
        return found.grid(file, name, is_hidden=is_hidden)

    def _put(self, row: Any) -> None:
        number = row.get("r")
        self._row = int(number) - 1 if number else self._row + 1
        space = row.tag[: -len("row")]
        cells: dict[int, str] = {}
        column = -1
        in_order = True
        for cell in row:
            place = cell.get("r")
            before, column = column, _at(place.rstrip(_DIGITS)) if place else column + 1
            in_order = in_order and column > before
            text, made = self._cell(cell, space)
            if text or made:
                cells[column] = text
            if made:
                self._found.made[self._row, column] = made
        if cells and row.get("hidden") in ("1", "true"):
            self._found.hidden_rows += 1
        self._found.put(self._row, cells if in_order else dict(sorted(cells.items())))

    def _cell(self, cell: Any, space: str) -> tuple[str, str]:
        """Return what stands in a cell, and what it was made of if it is no text."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _joined(cell), ""
        value, formula = cell.find(f"{space}v"), cell.find(f"{space}f")
        text = (value.text or "") if value is not None else ""
        if formula is not None:
            # Of a formula that nothing has computed yet, only what it is can be told.
            shown = self._shown(cell, kind, text)[0] if text else f"={formula.text or '…'}"
            return shown, FORMULA
        return self._shown(cell, kind, text) if text else ("", "")

    def _shown(self, cell: Any, kind: str, text: str) -> tuple[str, str]:
        match kind:
            case "s":
                return self._strings[int(text)], ""
            case "b":
                return "TRUE" if text == "1" else "FALSE", ""
            case "e":
                return text, ""
            case "d":
                return text.removesuffix("T00:00:00"), DATE
            case "n":
                style = int(cell.get("s", "0"))
                how = self._kinds[style] if style < len(self._kinds) else ""
                return _number(text, how, self._epoch)
        return _unescaped(text), ""


def _ends(area: re.Match[str]) -> Sequence[tuple[int, str | None]]:
    return [(1, area[1]), (2, area[2]), (1, area[3]), (2, area[4])]


@lru_cache(maxsize=4096)
def _at(name: str) -> int:
    """Return the number of a column by its letters, the first being 0."""
    found = 0
    for letter in name:
        found = found * 26 + ascii_uppercase.index(letter) + 1
    return found - 1


@lru_cache(maxsize=65536)
def _number(text: str, how: str, epoch: datetime) -> tuple[str, str]:
    """Return a number as a person would have typed it, and which kind of number it is."""
    if not how and text.isdigit():
        return text, ""
    number = float(text)
    if how == DATE and 0 <= number < 2_958_466:
        moment = epoch + timedelta(seconds=round(number * 86_400))
        if number < 1:
            return f"{moment:%H:%M}", how
        return f"{moment:%Y-%m-%d}" if number.is_integer() else f"{moment:%Y-%m-%d %H:%M}", how
    if how == _PERCENT:
        return f"{number * 100:.12g}%", ""
    return f"{number:.15g}", ""
