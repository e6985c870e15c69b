"""A grid of circles whose areas are numbers of sources, each number written beside its circle."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from matplotlib.axes import Axes

from evidence.report.figures.rows import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LINE,
    MARGIN,
    MUTED,
    WIDTH,
    Pair,
    bubble,
    text_width,
    wrap,
    write,
)
from evidence.words import count

TOTAL = "All"
RADIUS = 9.0
ROW_HEIGHT = 2 * RADIUS + 3
EMPTY = "·"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid, with the fill and the outline of its circles."""

    code: str
    label: str
    fill: str = DARK
    edge: str = DARK


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid: sources per column code, and in all."""

    code: str
    counts: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines and columns, and where on the canvas they fall.

    Attributes
    ----------
    above
        Height of what stands over the headings of the columns.
    total
        Sources in all; a grid leaves room for this number over its last column.
    """

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    above: float
    total: int

    @property
    def rows(self) -> Rows:
        """Return the rows, placed under the headings of the columns."""
        height = max(len(self.heading(column)) for column in self.columns) * LINE
        return Rows(tuple(row.code for row in self.lines), self.above + height + GAP, ROW_HEIGHT)

    @property
    def left(self) -> float:
        """Return where the first column begins."""
        return Rows(tuple(row.code for row in self.lines), 0, ROW_HEIGHT).left

    @property
    def column_width(self) -> float:
        """Return the width of each column."""
        totals = [self.total, *(row.total for row in self.lines)]
        widest = max(
            text_width(text, bold=True) for text in [TOTAL, *(count(n).text for n in totals)]
        )
        right = WIDTH - 1.5 * GAP - widest
        return (right - self.left) / len(self.columns)

    def centre(self, index: int) -> float:
        """Return the middle of a column."""
        return self.left + self.column_width * (index + 0.5)

    def heading(self, column: Column) -> tuple[str, ...]:
        """Return the lines of a column's heading."""
        return wrap(column.label, self.column_width - 2)


def draw_grid(axes: Axes, grid: Grid) -> None:
    """Draw the headings and rows of a grid."""
    rows = grid.rows
    rows.draw(axes)
    base = rows.top - GAP / 2
    for place, column in enumerate(grid.columns):
        text = grid.heading(column)
        middle = base - LINE * len(text) / 2
        write(axes, grid.centre(place), middle, "\n".join(text), align="center")
    write(axes, WIDTH - MARGIN, base - LINE / 2, TOTAL, align="right", bold=True)
    largest = max(value for row in grid.lines for value in row.counts.values())
    for index, row in enumerate(grid.lines):
        middle = rows.middle(index)
        write(axes, WIDTH - MARGIN, middle, count(row.total).text, align="right", bold=True)
        for place, column in enumerate(grid.columns):
            _draw_cell(axes, (grid.centre(place), middle), row, column, largest)


def _draw_cell(axes: Axes, centre: Pair, row: Line, column: Column, largest: int) -> None:
    x, y = centre
    value = row.counts[column.code]
    if not value:
        write(axes, x, y, EMPTY, align="center", colour=MUTED)
        return
    radius = RADIUS * sqrt(value / largest)
    # The number hangs from the same place in every cell, so that numbers line up in a column.
    name = f"{row.code}: {column.code}"
    bubble(axes, (x - 7, y), radius, fill=column.fill, edge=column.edge, name=name)
    write(axes, x + 5, y, count(value).text)
