"""One look for all figures: palette, type, and a canvas measured in points.

A figure is drawn on one axes whose unit is the point, with y running down the page, and every
size, colour and font is given outright: what a reader sees depends on no matplotlib setting of
the machine. The font ships with matplotlib for the same reason.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import matplotlib.figure
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.textpath import text_to_path

POINTS_PER_INCH = 72
WIDTH = 6.3 * POINTS_PER_INCH

FONT = "DejaVu Sans"
SIZE = 9.0
LINE = 12.0
GAP = 6.0
MARGIN = 3.0
SWATCH = 7.0
CAPITAL = 0.73 * SIZE

# Text keeps 4.5:1 and graphical objects 3:1 against white; BAND only guides the eye.
INK = "#1A1A1A"
MUTED = "#595959"
DARK = "#08306B"
LIGHT = "#4292C6"
WARM = "#C4500A"
PAPER = "#FFFFFF"
BAND = "#F2F4F7"

Align = Literal["left", "center", "right"]
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and what it says to someone who cannot see it, counted from the same data."""

    figure: matplotlib.figure.Figure
    alt: str


def canvas(height: float) -> tuple[matplotlib.figure.Figure, Axes]:
    """Return a figure as wide as the text block, with axes in points from the top left."""
    figure = matplotlib.figure.Figure(
        figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), facecolor=PAPER
    )
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    return figure, axes


def no_sources(chart: str, what: str = "No sources") -> Figure:
    """Return a figure that says in words and in its alt text that there is nothing to draw."""
    figure, axes = canvas(4 * LINE)
    write(axes, WIDTH / 2, 2 * LINE, what, align="center", colour=MUTED)
    return Figure(figure, f"{what}: the {chart} is empty.")


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    align: Align = "left",
    bold: bool = False,
    colour: str = INK,
) -> None:
    """Write the lines of `text` around the height `y`; dollar signs stay dollar signs."""
    lines = text.split("\n")
    # Set on baselines: centred by their ink, words with and without descenders would not align.
    baseline = y + CAPITAL / 2 - LINE * (len(lines) - 1) / 2
    for index, content in enumerate(lines):
        axes.text(
            x,
            baseline + LINE * index,
            content,
            ha=align,
            va="baseline",
            color=colour,
            fontfamily=FONT,
            fontsize=SIZE,
            fontweight="bold" if bold else "normal",
            parse_math=False,
        )


def bar(axes: Axes, corner: Pair, size: Pair, colour: str, name: str) -> None:
    """Draw a bar from its top left corner; `name` says which number it stands for."""
    axes.add_patch(Rectangle(corner, *size, facecolor=colour, linewidth=0, label=name))


def swatch(axes: Axes, x: float, y: float, colour: str) -> None:
    """Draw the sample of a colour, centred on the height `y`, that ties a heading to its bars."""
    axes.add_patch(Rectangle((x, y - SWATCH / 2), SWATCH, SWATCH, facecolor=colour, linewidth=0))


def frame(axes: Axes, corner: Pair, size: Pair, *, tinted: bool) -> None:
    """Draw the outline of a box from its top left corner."""
    fill = BAND if tinted else PAPER
    axes.add_patch(Rectangle(corner, *size, facecolor=fill, edgecolor=MUTED, linewidth=0.8))


def band(axes: Axes, y: float, height: float) -> None:
    """Tint a row across the whole figure, to lead the eye along it."""
    axes.add_patch(Rectangle((0, y), WIDTH, height, facecolor=BAND, linewidth=0, zorder=0))


def bubble(axes: Axes, centre: Pair, radius: float, *, filled: bool, name: str) -> None:
    """Draw a circle, solid or as a ring; `name` says which number it stands for."""
    fill = DARK if filled else PAPER
    axes.add_patch(
        Circle(centre, radius, facecolor=fill, edgecolor=DARK, linewidth=1.0, label=name)
    )


def line(axes: Axes, start: Pair, end: Pair, *, dashed: bool = False) -> None:
    """Draw a thin straight line."""
    axes.add_line(
        Line2D(
            (start[0], end[0]),
            (start[1], end[1]),
            color=MUTED,
            linewidth=0.8,
            linestyle=(0, (4, 2)) if dashed else "solid",
        )
    )


def arrow(axes: Axes, start: Pair, end: Pair) -> None:
    """Draw a thin arrow whose head touches `end`."""
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        fontsize=SIZE,
        arrowprops={
            "arrowstyle": "-|>,head_length=0.35,head_width=0.18",
            "color": MUTED,
            "linewidth": 0.9,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )


@lru_cache(maxsize=4096)
def text_width(text: str, bold: bool = False) -> float:
    """Return the width in points of one line of text."""
    font = FontProperties(family=FONT, size=SIZE, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def wrap(text: str, width: float, bold: bool = False) -> tuple[str, ...]:
    """Break `text` into lines no wider than `width`, inside a word only where it must."""
    if "\n" in text:
        return tuple(part for whole in text.split("\n") for part in wrap(whole, width, bold))
    lines = [""]
    for word in text.split():
        candidate = f"{lines[-1]} {word}".strip()
        if text_width(candidate, bold) <= width:
            lines[-1] = candidate
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and text_width(lines[-1] + letter, bold) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(lines)
