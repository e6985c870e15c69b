"""Rows with the label of a code, and a grid of circles whose areas are numbers of sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from evidence.report.figures.style import (
    DARK,
    GAP,
    LINE,
    MARGIN,
    MUTED,
    WIDTH,
    Canvas,
    text_width,
    wrap,
)
from evidence.words import count, label

LABEL_WIDTH = 94.0
TOTAL = "All"
RADIUS = 9.0
ROW_HEIGHT = 2 * RADIUS + 3
EMPTY = "·"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows from the height `top`, as many as there are codes, and where each falls."""

    codes: tuple[str, ...]
    top: float
    least_height: float

    @property
    def heights(self) -> tuple[float, ...]:
        """Return the height of each row."""
        return tuple(max(self.least_height, len(lines) * LINE + GAP) for lines in self._labels())

    @property
    def left(self) -> float:
        """Return where the labels end and the drawing begins."""
        return max(text_width(text) for lines in self._labels() for text in lines) + 2 * GAP

    @property
    def bottom(self) -> float:
        """Return the height at which the last row ends."""
        return self.top + sum(self.heights)

    def middle(self, index: int) -> float:
        """Return the middle height of a row."""
        return self.top + sum(self.heights[:index]) + self.heights[index] / 2

    def draw(self, canvas: Canvas) -> None:
        """Draw the labels and the tint of every second row."""
        for index, lines in enumerate(self._labels()):
            if index % 2 == 0:
                height = self.heights[index]
                canvas.band(self.middle(index) - height / 2, height)
            canvas.write(MARGIN, self.middle(index), "\n".join(lines))

    def _labels(self) -> list[tuple[str, ...]]:
        return [wrap(label(code), LABEL_WIDTH) for code in self.codes]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: its heading, and the fill and the outline of its circles."""

    code: str
    heading: str
    fill: str = DARK
    edge: str = DARK


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers by row and column, and where on the canvas they fall.

    Attributes
    ----------
    counts
        Code of a row to sources by code of a column.
    totals
        Code of a row to its sources in all.
    above
        Height of what stands over the headings of the columns.
    total
        Sources in all; a grid leaves room for this number over its last column.
    """

    counts: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, int]
    columns: tuple[Column, ...]
    above: float
    total: int

    @property
    def rows(self) -> Rows:
        """Return the rows, placed under the headings of the columns."""
        height = max(len(self._heading(column)) for column in self.columns) * LINE
        return Rows(tuple(self.counts), self.above + height + GAP, ROW_HEIGHT)

    @property
    def left(self) -> float:
        """Return where the first column begins."""
        return Rows(tuple(self.counts), 0, ROW_HEIGHT).left

    @property
    def column_width(self) -> float:
        """Return the width of each column."""
        numbers = [count(n).text for n in (self.total, *self.totals.values())]
        widest = max(text_width(text, bold=True) for text in [TOTAL, *numbers])
        return (WIDTH - 1.5 * GAP - widest - self.left) / len(self.columns)

    def centre(self, index: int) -> float:
        """Return the middle of a column."""
        return self.left + self.column_width * (index + 0.5)

    def _heading(self, column: Column) -> tuple[str, ...]:
        return wrap(column.heading, self.column_width - 2)

    def draw(self, canvas: Canvas) -> None:
        """Draw the headings and rows; each number is written beside its circle."""
        rows = self.rows
        rows.draw(canvas)
        base = rows.top - GAP / 2
        for place, column in enumerate(self.columns):
            lines = self._heading(column)
            middle = base - LINE * len(lines) / 2
            canvas.write(self.centre(place), middle, "\n".join(lines), align="center")
        canvas.write(WIDTH - MARGIN, base - LINE / 2, TOTAL, align="right", bold=True)
        largest = max(value for row in self.counts.values() for value in row.values())
        for index, (code, numbers) in enumerate(self.counts.items()):
            y = rows.middle(index)
            total = count(self.totals[code]).text
            canvas.write(WIDTH - MARGIN, y, total, align="right", bold=True)
            for place, column in enumerate(self.columns):
                x, value = self.centre(place), numbers[column.code]
                if not value:
                    canvas.write(x, y, EMPTY, align="center", colour=MUTED)
                    continue
                # The number hangs from the same place in every cell, so that they line up.
                radius, name = RADIUS * sqrt(value / largest), f"{code}: {column.code}"
                canvas.bubble((x - 7, y), radius, fill=column.fill, edge=column.edge, name=name)
                canvas.write(x + 5, y, count(value).text)
