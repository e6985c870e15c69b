"""Rows with the label of a code, and a grid of circles whose areas are numbers."""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from evidence.report.figures import style
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, text_width, wrap
from evidence.words import count, label

LABEL_WIDTH = 94.0
TOTAL = "All"
RADIUS = 9.0
ROW_HEIGHT = 2 * RADIUS + 3
EMPTY = "·"
# How far from the middle of its column a circle stands to the left, and its number to the right.
AHEAD, BESIDE = 7.0, 5.0


class NumberColumn(NamedTuple):
    """A column of numbers beside a drawing, headed with the sample of a colour where it has one."""

    title: str
    cells: Sequence[str]
    colour: str = ""
    bold: bool = True


class Rows:
    """Rows of codes, one below the other: their labels, and where each falls.

    Attributes
    ----------
    top, bottom
        The heights at which the first begins and the last ends.
    heights, middles
        Of each row.
    left
        Where the labels end and the drawing begins.
    """

    def __init__(self, codes: Iterable[str], top: float, least_height: float) -> None:
        self._labels = [wrap(label(code), LABEL_WIDTH) for code in codes]
        self.heights = [max(least_height, len(lines) * LINE + GAP) for lines in self._labels]
        self.middles = [
            top + sum(self.heights[:index]) + height / 2
            for index, height in enumerate(self.heights)
        ]
        self.top, self.bottom = top, top + sum(self.heights)
        self.left = max(text_width(text) for lines in self._labels for text in lines) + 2 * GAP

    def draw(self, canvas: Canvas) -> None:
        """Draw the labels and the tint of every second row."""
        rows = zip(self._labels, self.middles, self.heights, strict=True)
        for index, (lines, middle, height) in enumerate(rows):
            if index % 2 == 0:
                canvas.band(middle - height / 2, height)
            canvas.write(MARGIN, middle, "\n".join(lines))

    def draw_numbers(
        self, canvas: Canvas, columns: Sequence[NumberColumn], head: float = LINE / 2
    ) -> float:
        """Write columns against the right margin and return where the drawing may end."""
        edge = WIDTH - MARGIN
        for column in reversed(columns):
            texts = (column.title, *column.cells)
            for text, y in zip(texts, (head, *self.middles), strict=True):
                canvas.write(edge, y, text, align="right", bold=column.bold)
            edge -= max(text_width(text, column.bold) for text in texts)
            if column.colour:
                edge -= style.SWATCH + GAP / 2
                canvas.swatch(edge, head, column.colour)
            edge -= 2 * GAP
        return edge


class Column(NamedTuple):
    """A column of a grid: its heading, and the fill and the outline of its circles."""

    code: str
    heading: str
    fill: str = style.DARK
    edge: str = style.DARK


class Grid:
    """Numbers by row and column, and where on the canvas they fall.

    Parameters
    ----------
    counts
        Code of a row to a number by code of a column.
    totals
        Code of a row to its number in all.
    above
        Height of what stands over the headings of the columns.
    total
        The number in all; a grid leaves room for this number over its last column.
    """

    def __init__(
        self,
        counts: Mapping[str, Mapping[str, int]],
        totals: Mapping[str, int],
        columns: Sequence[Column],
        above: float,
        total: int,
    ) -> None:
        self.counts, self.totals, self.columns = counts, totals, columns
        self.above, self.total = above, total
        self.left = Rows(counts, 0, ROW_HEIGHT).left
        last = [TOTAL, *(count(number).text for number in (total, *totals.values()))]
        widest = max(text_width(text, bold=True) for text in last)
        self.column_width = (WIDTH - 1.5 * GAP - widest - self.left) / len(columns)
        self._headings = [wrap(column.heading, self.column_width - 2) for column in columns]
        numbers = (value for row in counts.values() for value in row.values())
        longest = max((text_width(count(value).text) for value in numbers), default=0.0)
        # Where a number would reach the next circle, it stands below its own.
        self.below = longest > self.column_width - BESIDE - RADIUS - AHEAD
        row_height = ROW_HEIGHT + LINE if self.below else ROW_HEIGHT
        self.rows = Rows(counts, above + max(map(len, self._headings)) * LINE + GAP, row_height)

    def centre(self, index: int) -> float:
        """Return the middle of a column."""
        return self.left + self.column_width * (index + 0.5)

    def draw(self, canvas: Canvas) -> None:
        """Draw the headings and rows; each number is written beside its circle."""
        self.rows.draw(canvas)
        base = self.rows.top - GAP / 2
        for place, lines in enumerate(self._headings):
            middle = base - LINE * len(lines) / 2
            canvas.write(self.centre(place), middle, "\n".join(lines), align="center")
        canvas.write_last(base - LINE / 2, TOTAL)
        largest = max(value for row in self.counts.values() for value in row.values())
        for y, (code, numbers) in zip(self.rows.middles, self.counts.items(), strict=True):
            canvas.write_last(y, count(self.totals[code]).text)
            for place, column in enumerate(self.columns):
                x, value = self.centre(place), numbers[column.code]
                if not value:
                    canvas.write(x, y, EMPTY, align="center", colour=style.MUTED)
                    continue
                # The number hangs from the same place in every cell, so that they line up.
                radius, name = RADIUS * sqrt(value / largest), f"{code}: {column.code}"
                centre, at = (
                    ((x, y - LINE / 2), (x, y + RADIUS))
                    if self.below
                    else ((x - AHEAD, y), (x + BESIDE, y))
                )
                canvas.bubble(centre, radius, fill=column.fill, edge=column.edge, name=name)
                align: style.Align = "center" if self.below else "left"
                canvas.write(*at, count(value).text, align=align)
