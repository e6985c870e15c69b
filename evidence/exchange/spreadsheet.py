"""Tables of a workbook or a CSV file from a stranger, as text: nothing in them is run or believed.

Every cell comes with its place, so that what is wrong with it can be told.
"""

import csv
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import zip_longest
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from evidence.model.faults import Fault, FaultCode, SheetCode, quote
from evidence.model.tables import records, separator
from evidence.model.text import read_text

# More than any sheet of answers has, and little enough to be read in a moment.
_LARGEST, _UNPACKED = 20_000_000, 100_000_000
_MOST_PARTS, _MOST_ROWS, _MOST_COLUMNS = 2_000, 100_000, 200
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 1
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as text, in one line, and where it stands.

    Attributes
    ----------
    row, column
        As a `Fault` has them.
    made
        What the text was made of where nobody typed it as text: a formula or a date.
    """

    text: str
    row: int
    column: str | int
    made: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A table of a file: a tab of a workbook, whose name it has, or a CSV file.

    Attributes
    ----------
    rows
        Those that are not empty.
    """

    file: str
    name: str
    rows: tuple[tuple[Cell, ...], ...]

    def fault(self, cell: Cell, code: FaultCode | SheetCode, message: str, *hints: str) -> Fault:
        """Return a fault at a cell; hints are what is allowed there, and what is nearest."""
        return Fault(self.file, cell.row, cell.column, code, message, *hints)


class Unreadable(Exception):  # noqa: N818 - what a file is
    """A file that is not read; the message says why and what to do."""


def read_pages(path: Path, expected: Collection[str]) -> tuple[Mapping[str, Page], list[Fault]]:
    """Return the tables of a file by name, that of a CSV file without one.

    Parameters
    ----------
    expected
        The columns of a CSV file, by which it is known what parts them.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise Unreadable(f"the file has {size:,} bytes; {_LARGEST:,} are the most that is read")
        if path.suffix.lower() == ".csv":
            return _csv_page(path, expected)
        return {page.name: page for page in _workbook(path)}, []
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        return {}, [Fault(path.as_posix(), 0, "", FaultCode.MISSING_FILE, reason)]
    except Unreadable as error:
        return {}, [Fault(path.as_posix(), 0, "", SheetCode.UNREADABLE_SHEET, str(error))]


def _csv_page(path: Path, expected: Collection[str]) -> tuple[Mapping[str, Page], list[Fault]]:
    text, faults = read_text(path)
    if text is None:
        return {}, faults
    rows: list[tuple[Cell, ...]] = []
    header: list[str] = []
    try:
        for line, cells in records(text, separator(text, expected)):
            header = header or cells
            names: list[str | int] = [*header, *range(len(header) + 1, len(cells) + 1)]
            found = (Cell(_line(one), line, name) for one, name in zip(cells, names, strict=False))
            rows.append(tuple(found))
            if len(rows) > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
                raise Unreadable(_too_large())
    except csv.Error as error:
        message, line = str(error.args[0]), int(str(error.args[1]))
        return {}, [Fault(path.as_posix(), line, "", FaultCode.MALFORMED_CSV, message)]
    return {"": Page(path.as_posix(), "", tuple(filter(_filled, rows)))}, faults


def _workbook(path: Path) -> Iterator[Page]:
    _hold_back(path)
    # Slow to import, and only needed here.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # Of what it doesn't know and nobody asks for, such as other programs' drop-down lists.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, keep_links=False)
            try:
                for page in book.worksheets:
                    rows = tuple(filter(_filled, _rows(page)))
                    yield Page(path.as_posix(), page.title, rows)
            finally:
                book.close()
    except (Unreadable, OSError):
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise Unreadable(
            f"the workbook is damaged ({quote(what)}); open it in a spreadsheet and save it again"
        ) from error


def _hold_back(path: Path) -> None:
    """Refuse what is no plain workbook, before anything in it is parsed."""
    with path.open("rb") as file:
        start = file.read(len(_OLD))
    if start == _OLD:
        raise Unreadable("it has a password, or is of the old kind .xls; save it as plain .xlsx")
    if not zipfile.is_zipfile(path):
        raise Unreadable("it is no workbook; save it as .xlsx or as .csv")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise Unreadable(_too_large())
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise Unreadable("it has a password; save it without one")
            if "xl/workbook.xml" not in names:
                raise Unreadable("it is no Excel workbook; save it as .xlsx")
            if any("vbaproject" in name.lower() or "macrosheet" in name.lower() for name in names):
                raise Unreadable("it has macros, which no coding sheet has; save it as plain .xlsx")
            for part in parts:
                # No program that writes workbooks declares types; an attack with entities has to.
                if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b"").upper():
                    raise Unreadable(f"{quote(part.filename)} declares types of its own")
    except _DAMAGED as error:
        message = f"the workbook is damaged ({quote(str(error))}); save it again"
        raise Unreadable(message) from error


def _too_large() -> str:
    return (
        f"it unpacks to more than {_UNPACKED // 1_000_000} MB or has over {_MOST_ROWS:,} rows or "
        f"{_MOST_COLUMNS} columns, as no coding sheet has"
    )


def _rows(page: Any) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a tab, all as long as the longest, that each cell has its place."""
    rows, width = [], 0
    for number, row in enumerate(page.iter_rows(), 1):
        filled = [column for column, one in enumerate(row, 1) if one.value is not None]
        width = max([width, *filled])
        if filled:
            rows.append((number, row))
        if number > _MOST_ROWS or width > _MOST_COLUMNS:
            raise Unreadable(_too_large())
    letters = [f"{page.title}!{_letters(column)}" for column in range(1, width + 1)]
    for number, row in rows:
        cells = zip_longest(letters, row[:width])
        yield tuple(_cell(f"{letter}{number}", one) for letter, one in cells)


def _letters(column: int) -> str:
    """Return a column as spreadsheets name it: A, B … Z, AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


def _cell(place: str, cell: Any) -> Cell:
    value = cell.value if cell else None
    if cell and cell.data_type == "f":
        return Cell("=…" if not isinstance(value, str) else _line(value), 0, place, "a formula")
    if isinstance(value, date | time):
        return Cell(str(value), 0, place, "a date")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Cell("" if value is None else _line(str(value)), 0, place)


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _filled(row: tuple[Cell, ...]) -> bool:
    return any(cell.text for cell in row)
