"""Tables of a workbook or a CSV file from a stranger, every cell with its place.

By its place, what is wrong with a cell can be told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.exchange.tables.grids import Grid, letters
from evidence.exchange.tables.table_files import read_grids
from evidence.model.faults import Fault, FaultCode, SheetCode


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


def read_pages(path: Path) -> tuple[Mapping[str, Page], list[Fault]]:
    """Return the tables of a file by name, that of a CSV file without one."""
    grids, faults = read_grids(path)
    return {grid.name: Page(grid.file, grid.name, tuple(_rows(grid))) for grid in grids}, faults


def _rows(grid: Grid) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows, those of a workbook as long as the longest, that each cell has its place."""
    width = grid.width
    header = next(filter(None, grid.rows), ())
    for number, row in enumerate(grid.rows):
        if not any(row):
            continue
        if grid.lines:
            names = [*header, *range(len(header) + 1, len(row) + 1)]
            line = grid.lines[number]
            yield tuple(
                Cell(_one_line(one), line, name) for one, name in zip(row, names, strict=False)
            )
        else:
            cells = [*row, *[""] * (width - len(row))]
            yield tuple(_cell(grid, number, at, one) for at, one in enumerate(cells))


def _cell(grid: Grid, row: int, column: int, text: str) -> Cell:
    place = f"{grid.name}!{letters(column)}{row + 1}"
    made = grid.made.get((row, column), "")
    return Cell(_one_line(text), 0, place, made)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
