"""Rows with the label of a code, and a grid of circles whose areas are numbers of sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from evidence.report.figures import style
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, text_width, wrap
from evidence.words import count, label

LABEL_WIDTH = 94.0
TOTAL = "All"
RADIUS = 9.0
ROW_HEIGHT = 2 * RADIUS + 3
EMPTY = "·"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers beside a drawing, headed with the sample of a colour where it has one."""

    title: str
    cells: Sequence[str]
    colour: str | None = None
    bold: bool = True

    @property
    def width(self) -> float:
        """Return the width of the widest text, the sample of the colour included."""
        widest = max(text_width(text, self.bold) for text in (self.title, *self.cells))
        return widest + (style.SWATCH + GAP / 2 if self.colour else 0)


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

    def draw_numbers(
        self, canvas: Canvas, columns: Sequence[NumberColumn], head: float = LINE / 2
    ) -> float:
        """Write columns against the right margin and return where the drawing may end."""
        edge = WIDTH - MARGIN
        for column in reversed(columns):
            canvas.write(edge, head, column.title, align="right", bold=column.bold)
            for index, cell in enumerate(column.cells):
                canvas.write(edge, self.middle(index), cell, align="right", bold=column.bold)
            edge -= column.width
            if column.colour:
                canvas.swatch(edge, head, column.colour)
            edge -= 2 * GAP
        return edge

    def _labels(self) -> list[tuple[str, ...]]:
        return [wrap(label(code), LABEL_WIDTH) for code in self.codes]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid: its heading, and the fill and the outline of its circles."""

    code: str
    heading: str
    fill: str = style.DARK
    edge: str = style.DARK


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
        canvas.write_last(base - LINE / 2, TOTAL)
        largest = max(value for row in self.counts.values() for value in row.values())
        for index, (code, numbers) in enumerate(self.counts.items()):
            y = rows.middle(index)
            canvas.write_last(y, count(self.totals[code]).text)
            for place, column in enumerate(self.columns):
                x, value = self.centre(place), numbers[column.code]
                if not value:
                    canvas.write(x, y, EMPTY, align="center", colour=style.MUTED)
                    continue
                # The number hangs from the same place in every cell, so that they line up.
                radius, name = RADIUS * sqrt(value / largest), f"{code}: {column.code}"
                canvas.bubble((x - 7, y), radius, fill=column.fill, edge=column.edge, name=name)
                canvas.write(x + 5, y, count(value).text)
