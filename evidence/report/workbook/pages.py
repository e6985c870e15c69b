"""The sheets of a workbook as whatever program writes them: title, lines, table, and measures."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from evidence.engine.dates import worded
from evidence.report.tables.companion import Cell, Sheet

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
FONT, SIZE = "Arial", 12
# The size of a title, and of a heading on the cover.
HEADINGS = (16, 14)
# What Excel allows for the name of a sheet.
_LONGEST_NAME = 31
_EMPTY = (None, "")
# In characters of the usual type.
_WIDEST, _NARROWEST, _COVER_WIDTH = 60, 8, 90
# A tenth of what spreadsheets have room for: more rows are for programs, and take gigabytes.
MOST_ROWS = 100_000
# Letters are narrower than digits, by which columns are measured, and lines end early.
_NARROWER, _EARLY = 0.85, 3
# In points, for a line of the usual size; Excel allows no row higher.
_LEADING, _HIGHEST = 1.3, 409


@dataclass(frozen=True, slots=True)
class About:
    """What the workbook says of itself, as the documents do.

    Attributes
    ----------
    contact
        Where the authors can be written to; nothing where the document does not say.
    licence
        Of the data, with its address; nothing where they have none.
    fingerprint
        Of the build, as all documents bear it.
    """

    title: str
    description: str
    authors: tuple[str, ...]
    contact: str
    licence: str
    lang: str
    date: dt.date
    version: str
    fingerprint: str

    @property
    def name(self) -> str:
        """The title of the workbook."""
        return f"Evidence tables: {self.title}"


@dataclass(frozen=True, slots=True)
class Line:
    """Text in the first column: a heading, or one that leads to a sheet."""

    text: str
    heading: bool = False
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet: its title, lines, and then its table, if it has one.

    Attributes
    ----------
    table
        The name of the table: letters, digits and underscores.
    leads
        Whether the first cell of each row is the name of a sheet to go to.
    """

    name: str
    title: str
    lines: tuple[Line, ...]
    table: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    leads: bool = False

    @property
    def head(self) -> int:
        """The row of the table's head, counted from 0."""
        return 1 + len(self.lines)

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column has numbers and no text, so that it is set to the right."""
        return tuple(
            all(not isinstance(row[at], str) for row in self.rows)
            for at, _ in enumerate(self.columns)
        )

    def widths(self) -> list[int]:
        """Return the width of each column, in characters."""
        if not self.columns:
            return [_COVER_WIDTH]
        return [
            min(max(_NARROWEST, len(name) + 1, *(_longest(row[at]) for row in self.rows)), _WIDEST)
            for at, name in enumerate(self.columns)
        ]

    def heights(self, widths: Sequence[int]) -> Iterator[float]:
        """Yield the height of each row in points: not every program makes them high enough."""
        # Above a table, lines reach over the columns beside them.
        above = [_COVER_WIDTH if not self.columns else 10_000]
        yield _height([self.title], above, HEADINGS[0])
        for line in self.lines:
            yield _height([line.text], above, HEADINGS[1] if line.heading else SIZE)
        if self.columns:
            for row in (self.columns, *self.rows):
                yield _height(row, widths, SIZE)


def pages(sheets: Iterable[Sheet], notes: Sequence[str], about: About) -> tuple[Page, ...]:
    """Return the sheets of a workbook: the cover, its contents, notes, and a sheet a table.

    Left out are tables without rows, and columns without any text or number.
    """
    numbered = tuple((f"Note {number}", text) for number, text in enumerate(notes, 1))
    noted = Sheet(NOTES, "What a reader of the tables has to know.", ("Note", "Text"), numbered)
    held = [_filled(sheet) for sheet in (noted, *sheets) if sheet.rows]
    _, _, *names = _unlike((COVER, CONTENTS, *(sheet.name for sheet in held)), _LONGEST_NAME)
    held = [replace(sheet, name=name) for sheet, name in zip(held, names, strict=True)]
    named = tuple((sheet.name, sheet.about, len(sheet.rows)) for sheet in held)
    what = "What the other worksheets hold; the name of each leads to it."
    contents = Sheet(CONTENTS, what, ("Worksheet", "What it holds", "Rows"), named)
    held = [contents, *held]
    tables = _unlike(["_".join(["Table", *re.findall(r"\w+", sheet.name)]) for sheet in held])
    rows = zip(held, tables, strict=True)
    return (_cover(about), *(_page(sheet, table, sheet is contents) for sheet, table in rows))


def _cover(about: About) -> Page:
    told = {
        "Date": worded(about.date, "long"),
        "Authors": "; ".join(about.authors) or "The authors are not named.",
        "Contact": about.contact or "The authors.",
        "Licence": about.licence or "No licence is stated; ask the authors.",
        "Version": f"{about.version} of the data; build {about.fingerprint}, as in the documents "
        "that these tables belong to.",
        "What is in it": "The evidence behind the report as tables, one to a worksheet, and notes.",
    }
    lines = [Line(about.description)] if about.description else []
    for heading, text in told.items():
        lines += [Line(heading, heading=True), Line(text)]
    return Page(COVER, about.name, (*lines, Line(f"Go to {CONTENTS}", leads_to=CONTENTS)))


def _page(sheet: Sheet, table: str, leads: bool) -> Page:
    lines = [Line("This worksheet contains one table."), Line(sheet.about)]
    if any(cell in _EMPTY for row in sheet.rows for cell in row):
        lines.append(Line("Some cells are empty: there is nothing to say, as note 1 explains."))
    rows, more = sheet.rows[:MOST_ROWS], len(sheet.rows) - MOST_ROWS
    if more > 0:
        where = "the data package (evidence export --to data-package) has all of them"
        lines.append(Line(f"There is no room for {more:,} more rows; {where}."))
    if not leads:
        lines.append(Line(f"Go to {CONTENTS}", leads_to=CONTENTS))
    columns = _unlike(sheet.columns)
    return Page(sheet.name, sheet.name, tuple(lines), table, columns, rows, leads)


def _filled(sheet: Sheet) -> Sheet:
    """Return a sheet without the columns that have nothing in any row."""
    kept = [
        at for at, _ in enumerate(sheet.columns) if any(row[at] not in _EMPTY for row in sheet.rows)
    ]
    rows = tuple(tuple(row[at] for at in kept) for row in sheet.rows)
    return replace(sheet, columns=tuple(sheet.columns[at] for at in kept), rows=rows)


def _unlike(names: Iterable[str], longest: int | None = None) -> tuple[str, ...]:
    """Return names no two of which are the same: nothing else is taken for sheets and columns."""
    found: dict[str, str] = {}
    for name in names:
        number, told = 1, name
        while told.lower() in found:
            number += 1
            end = f"_{number}" if "_" in name else f" {number}"
            told = f"{name[: longest and longest - len(end)]}{end}"
        found[told.lower()] = told
    return tuple(found.values())


def _longest(cell: Cell) -> int:
    return max(_lengths(cell)) if cell is not None else 0


def _lengths(cell: Cell) -> Sequence[int]:
    text = str(cell)
    # Most cells have one line.
    return [*map(len, text.split("\n"))] if "\n" in text else (len(text),)


def _height(row: Sequence[Cell], widths: Sequence[int], size: int) -> float:
    lines = 1
    for cell, width in zip(row, widths, strict=True):
        lengths = _lengths(cell)
        if len(lengths) > 1 or lengths[0] * size > width * SIZE:
            told = sum(_lines(length * size / SIZE, width) for length in lengths)
            lines = max(lines, told)
    return min(round(lines * size * _LEADING, 1), _HIGHEST)


def _lines(length: float, width: int) -> int:
    if length <= width:
        return 1
    return ceil(length * _NARROWER / (width - _EARLY))
