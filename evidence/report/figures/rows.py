"""Rows of a figure: each with the label of a code, tinted by turns."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from evidence.report.figures.style import GAP, LINE, MARGIN, band, text_width, wrap, write
from evidence.words import label

LABEL_WIDTH = 94.0


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

    def draw(self, axes: Axes) -> None:
        """Draw the labels and the tint of every second row."""
        for index, lines in enumerate(self._labels()):
            if index % 2 == 0:
                height = self.heights[index]
                band(axes, self.middle(index) - height / 2, height)
            write(axes, MARGIN, self.middle(index), "\n".join(lines))

    def _labels(self) -> list[tuple[str, ...]]:
        return [wrap(label(code), LABEL_WIDTH) for code in self.codes]
