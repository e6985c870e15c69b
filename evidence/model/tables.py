"""CSV files against their Table Schema: header, rows, cells and primary keys.

Columns may be parted by semicolons or tabs, as spreadsheets do in countries of the decimal comma.

Frictionless states the same rules, but gives the number of a row rather than of a line, does not
report encodings or empty tables, and takes longer than `evidence check` may;
`tests/unit/model/test_package.py` holds the two to the same verdict.
"""

import csv
import io
import re
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from evidence.model.faults import Fault, FaultCode, nearest, quote, unfit
from evidence.model.package import Field, TableSchema
from evidence.model.text import read_text

# By default a cell of more than 128 kB is an error.
csv.field_size_limit(2**31 - 1)
# Longer numbers are no counts, and Python refuses to convert very long ones.
_NUMBERS = {
    "integer": (re.compile(r"-?[0-9]{1,15}"), "a whole number"),
    "year": (re.compile(r"[0-9]{4}"), "four digits"),
}
# So many rows are read before they become parts of columns.
_BATCH = 10_000
# So many faults of one column that is mostly faulty are told as one.
_MANY = 20

Wrong = tuple[FaultCode, *tuple[str, ...]]
"""A reason code, what is wrong, and maybe what is allowed and what is nearest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it starts on, its cells by column, and the columns found faulty."""

    line: int
    cells: Mapping[str, str]
    faulty: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read, by columns: it may have a million cells, and few different ones.

    Attributes
    ----------
    sound
        Whether its header is right, so that other tables may be held to it.
    columns
        The cells of each column, from the first row to the last.
    lines
        The line that each row starts on.
    faulty
        The columns found faulty, by the number of the row, from 0.
    """

    schema: TableSchema
    file: str
    sound: bool
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    faulty: Mapping[int, frozenset[str]]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows, each made when it is asked for."""
        return map(self.row, range(len(self)))

    def row(self, number: int) -> Row:
        """Return a row by its number, from 0."""
        cells = {name: column[number] for name, column in self.columns.items()}
        return Row(self.lines[number], cells, self.faulty.get(number, frozenset()))

    def cells(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Yield the cells that each row has in some columns."""
        return zip(*(self.columns[name] for name in names), strict=True)

    def rows_with(self, cells: Collection[tuple[str, ...]], *names: str) -> Iterator[Row]:
        """Yield the rows that have one of these cells, or sets of cells, in some columns."""
        if cells:
            for number, held in enumerate(self.cells(*names)):
                if held in cells:
                    yield self.row(number)

    def fault(self, row: Row, column: str, code: FaultCode, message: str, *hints: str) -> Fault:
        """Return a fault at a cell; hints are what is allowed there, and what is nearest."""
        return Fault(self.file, row.line, column, code, message, *hints)


def read_table(data: Path, schema: TableSchema) -> tuple[Table | None, list[Fault]]:
    """Read one table of the folder `data` with every fault that the table has by itself."""
    path = data / schema.path
    file = path.as_posix()
    text, faults = read_text(path)
    if text is None:
        return None, faults
    header: list[str] = []
    header_faults = [] if text else _header_faults(schema, file, header)
    columns: list[list[str]] = []
    lines = array("L")
    ragged: set[int] = set()
    rows: list[list[str]] = []
    # A text is kept once, however many cells have it.
    kept: dict[str, str] = {}

    def keep() -> None:
        for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
            column.extend(map(kept.setdefault, cells, cells))
        rows.clear()

    sound = True
    try:
        for line, cells in records(text, separator(text, schema.fields)):
            if line == 1:
                header = cells
                header_faults = _header_faults(schema, file, header)
                columns = [[] for _ in header]
            elif cells and not any(cells):
                message = "the row is empty"
                faults.append(Fault(file, line, "", FaultCode.REQUIRED, message, "delete it"))
            else:
                if len(cells) != len(header):
                    ragged.add(len(lines))
                    faults.append(_ragged_row(file, line, len(cells), len(header)))
                    # Its cells may have moved into wrong columns: it is kept for its keys alone.
                    cells = [*cells, *[""] * len(header)][: len(header)]  # noqa: PLW2901
                lines.append(line)
                rows.append(cells)
                if len(rows) == _BATCH:
                    keep()
    except csv.Error as error:
        message, line = str(error.args[0]), int(str(error.args[1]))
        faults.append(Fault(file, line, "", FaultCode.MALFORMED_CSV, message, "quotes in pairs"))
        sound = False
    keep()
    if not lines:
        faults.append(Fault(file, 1, "", FaultCode.EMPTY_TABLE, "the table has no rows"))
    if header_faults:
        # With a cell too few in the header, all rows would be told to have one too many.
        faults = [fault for fault in faults if fault.code is not FaultCode.RAGGED_ROW]
    named = dict(zip(header, columns, strict=True))
    faulty = dict.fromkeys(ragged, frozenset(schema.fields))
    sound = sound and not header_faults and len(lines) > 0
    table, found = _held_to_schema(Table(schema, file, sound, named, lines, faulty), ragged)
    return table, _folded(faults + found, len(lines)) + header_faults + _duplicate_keys(table)


def _held_to_schema(table: Table, ragged: Collection[int]) -> tuple[Table, list[Fault]]:
    """Return a table that knows its faulty cells, and their faults."""
    faults = []
    faulty: dict[int, frozenset[str]] = {**table.faulty}
    for name, field in table.schema.fields.items():
        column = table.columns.get(name, ())
        # Most cells repeat values of their column, so that each value is checked once.
        wrong = {cell: fault for cell in {*column} if (fault := cell_fault(field, cell))}
        for number, cell in enumerate(column) if wrong else ():
            if cell in wrong and number not in ragged:
                faults.append(Fault(table.file, table.lines[number], name, *wrong[cell]))
                faulty[number] = faulty.get(number, frozenset()) | {name}
    return replace(table, faulty=faulty), faults


def _folded(faults: list[Fault], rows: int) -> list[Fault]:
    """Return faults with those of a whole column as one, as where a program rewrote all dates."""
    alike: dict[tuple[str, str | int], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.code, fault.column), []).append(fault)
    found = []
    for first, *others in alike.values():
        if len(others) >= _MANY and 2 * len(others) >= rows:
            message = f"{first.message}, and so in {len(others):,} more rows of the column"
            found.append(replace(first, message=message))
        else:
            found += [first, *others]
    return found


def separator(text: str, expected: Collection[str]) -> str:
    """Return the sign between columns by which most names of the header are those expected."""
    first = text.partition("\n")[0].rstrip("\r")

    def known(sign: str) -> int:
        return len({name.strip('"') for name in first.split(sign)}.intersection(expected))

    return max((",", ";", "\t"), key=known)


def records(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row with the line that it starts on.

    Parameters
    ----------
    sign
        What stands between columns.
    """
    # A cell can span lines, so a record starts on the line after the one before it ended.
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=sign, strict=True)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise csv.Error(str(error), start) from error
        yield start, cells
        start = reader.line_num + 1


def _header_faults(schema: TableSchema, file: str, header: list[str]) -> list[Fault]:
    expected = tuple(schema.fields)
    faults = [
        Fault(file, 1, name, FaultCode.MISSING_COLUMN, "the column is missing", ", ".join(expected))
        for name in expected
        if name not in header
    ]
    for number, name in enumerate(header, start=1):
        if name not in expected:
            message = f"column {number} is called {quote(name)}"
            absent = tuple(column for column in expected if column not in header)
            near = nearest(name, absent)
            allowed = ", ".join(expected)
            faults.append(Fault(file, 1, number, FaultCode.EXTRA_COLUMN, message, allowed, near))
        elif name in header[: number - 1]:
            message = f"column {number} has the same name as column {header.index(name) + 1}"
            faults.append(Fault(file, 1, name, FaultCode.DUPLICATE_COLUMN, message))
    if not faults and tuple(header) != expected:
        first = next(name for name, other in zip(header, expected, strict=True) if name != other)
        message = "the columns stand in another order"
        faults.append(Fault(file, 1, first, FaultCode.COLUMN_ORDER, message, ", ".join(expected)))
    return faults


def _ragged_row(file: str, line: int, held: int, expected: int) -> Fault:
    message = f"the row has {held} cell{'s' * (held != 1)}"
    column, code = min(held, expected) + 1, FaultCode.RAGGED_ROW
    return Fault(file, line, column, code, message, f"{expected} cells")


def _duplicate_keys(table: Table) -> list[Fault]:
    key = table.schema.primary_key
    if not table.columns.keys() >= set(key) or len({*table.cells(*key)}) == len(table):
        return []
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for row in table.rows:
        if row.faulty.intersection(key):
            continue
        value = tuple(row.cells[name] for name in key)
        line = first.setdefault(value, row.line)
        if line != row.line:
            message = f"{' + '.join(key)} {quote(', '.join(value))} stands in row {line} already"
            faults.append(table.fault(row, key[0], FaultCode.DUPLICATE_KEY, message))
    return faults


def cell_fault(field: Field, cell: str) -> Wrong | None:
    """Return what is wrong with a cell, what is allowed and what is nearest; None if it is fine."""
    if not cell:
        return (FaultCode.REQUIRED, "the cell is empty") if field.required else None
    if found := unfit(cell):
        code, message, _ = found
        return code, f"{message} in {quote(cell)}"
    if cell != cell.strip():
        return FaultCode.STRAY_SPACE, f"space before or after {quote(cell.strip())}"
    return _form_fault(field, cell)


def _form_fault(field: Field, cell: str) -> Wrong | None:
    if field.type in _NUMBERS:
        form, what = _NUMBERS[field.type]
        if not form.fullmatch(cell):
            return FaultCode.WRONG_TYPE, f"{quote(cell)} is not {what}", what
        low, high = field.minimum, field.maximum
        if (low is not None and int(cell) < low) or (high is not None and int(cell) > high):
            ends = (("from", low), ("to", high))
            allowed = " ".join(f"{word} {end}" for word, end in ends if end is not None)
            return FaultCode.OUT_OF_RANGE, f"{cell} is out of range", allowed
    if field.type == "date" and not _is_date(cell):
        return FaultCode.WRONG_TYPE, f"{quote(cell)} is not a date", "a date as YYYY-MM-DD"
    if field.enum and cell not in field.enum:
        message, allowed = f"{quote(cell)} is not among the values", ", ".join(field.enum)
        return FaultCode.NOT_ALLOWED, message, allowed, nearest(cell, field.enum)
    if field.pattern and not re.fullmatch(field.pattern, cell):
        example = f"like {field.example}, " if field.example else ""
        allowed = f"{example}by the pattern {field.pattern}"
        return FaultCode.BAD_FORM, f"{quote(cell)} has another form", allowed
    return None


def _is_date(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def uncovered(
    table: Table, covered: Collection[str], code: FaultCode, what: str
) -> Iterator[Fault]:
    """Find sources of a table that are not among those covered."""
    missing = {(source,) for source in table.columns["source_id"] if source not in covered}
    for row in table.rows_with(missing, "source_id"):
        if "source_id" not in row.faulty:
            yield table.fault(row, "source_id", code, f"{what} {quote(row.cells['source_id'])}")
