"""One look for all figures: palette, type, and a canvas measured in points.

A figure is drawn on one axes whose unit is the point, with y running down the page, and every
size, colour and font is given outright: what a reader sees depends on no matplotlib setting and
no font of the machine. The typeface is the project's own, taken from its files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any, Literal

import matplotlib.figure
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.textpath import text_to_path

from evidence.engine import RenderError
from evidence.engine.formats import typeface
from evidence.engine.project import load
from evidence.report.folders import folder
from evidence.report.markup import Text, counts_in_words, table

POINTS_PER_INCH = 72
WIDTH = 6.3 * POINTS_PER_INCH
SIZE = 11.0
LINE = 13.5
GAP = 6.0
MARGIN = 3.0
SWATCH = 8.0
CAPITAL = 0.66 * SIZE

# Text keeps 4.5:1 and graphical objects 3:1 against white and BAND, which only guides the eye.
# GREY does so only with an outline; RULE guides the eye as well.
INK = "#1f2a33"
MUTED = "#4d5963"
DARK = "#1d4f76"
LIGHT = "#4a90c2"
WARM = "#b4500a"
GREY = "#8a949c"
RULE = "#c3ccd3"
PAPER = "#ffffff"
BAND = "#f3f6f8"
# From no source to the most, for cells that hold their number: the darkest bear white figures.
TINTS = (BAND, "#d6e4ef", "#a9c8e0", "#6fa6cf", DARK)

# What each colour becomes on a page that is dark; there the lightest tint stands for the most.
NIGHT = {
    INK: "#e3e9ee",
    MUTED: "#aab6c0",
    DARK: "#8cc2ea",
    LIGHT: "#3f81b3",
    WARM: "#f0935a",
    GREY: "#6f7c87",
    RULE: "#43515c",
    PAPER: "#12191f",
    BAND: "#1c262e",
    **dict(zip(TINTS[1:-1], ("#21384a", "#284d69", "#34678d"), strict=True)),
}

Align = Literal["left", "center", "right"]
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, repr=False)
class Figure:
    """A figure with its words, all of them plain text counted from the data it is drawn from.

    Attributes
    ----------
    drawn
        The canvas that it is drawn on, or a figure of matplotlib.
    alt
        What the figure says to someone who cannot see it.
    headline
        The finding of the figure in a sentence without its stop, to be its caption.
    note
        What was counted, in which unit and edition: "Source: …".
    frame
        The numbers that are drawn, a row a row of the figure.
    """

    drawn: "Canvas | matplotlib.figure.Figure"
    alt: str
    headline: str
    note: str
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return f"<Figure: {self.headline}>"

    @property
    def figure(self) -> matplotlib.figure.Figure:
        """The figure as one of matplotlib."""
        return self.drawn.figure if isinstance(self.drawn, Canvas) else self.drawn

    def _repr_png_(self) -> bytes:
        drawn = BytesIO()
        self.figure.savefig(drawn, format="png", dpi=110)
        return drawn.getvalue()

    def table(self) -> Text:
        """Return the numbers of the figure as a Markdown table; what is empty says so."""
        return table(counts_in_words(self.frame))


class Canvas:
    """A figure as wide as the text block, measured in points from the top left.

    Shapes that stand for a number are given its name. What is drawn is noted, and matplotlib asked
    for it when it is shown: it is slow, and what was shown before may be known by its strokes.
    """

    def __init__(self, height: float) -> None:
        self.height = height
        self.strokes: list[Stroke] = []

    @property
    def figure(self) -> matplotlib.figure.Figure:
        """All that has been drawn so far, as a new figure of matplotlib."""
        size = (WIDTH / POINTS_PER_INCH, self.height / POINTS_PER_INCH)
        figure = matplotlib.figure.Figure(figsize=size, facecolor=PAPER)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(self.height, 0)
        for draw, places, how in self.strokes:
            draw(axes, *places, **how)
        return figure

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: Align = "left",
        bold: bool = False,
        colour: str = INK,
        size: float = SIZE,
    ) -> None:
        """Write the lines of `text` around the height `y`; dollar signs stay dollar signs."""
        lines = text.split("\n")
        # Set on baselines: centred by their ink, words with and without descenders don't align.
        baseline = y + CAPITAL / 2 - LINE * (len(lines) - 1) / 2
        for index, content in enumerate(lines):
            at = baseline + LINE * index
            self._text(x, at, content, bold, ha=align, color=colour, fontsize=size)

    def write_last(self, y: float, text: str) -> None:
        """Write text against the right margin."""
        self.write(WIDTH - MARGIN, y, text, align="right", bold=True)

    def write_unit(self) -> None:
        """Write at the head of the labels what the numbers of the figure are."""
        self.write(MARGIN, LINE / 2, "Number of studies", colour=MUTED)

    def write_upward(self, x: float, bottom: float, text: str) -> None:
        """Write one line of `text` that runs up from the height `bottom`, centred on `x`."""
        turned = {"rotation": 90, "rotation_mode": "anchor"}
        self._text(x + CAPITAL / 2, bottom, text, False, color=INK, **turned)

    def bar(
        self,
        corner: Pair,
        size: Pair,
        fill: str,
        name: str = "",
        *,
        edge: str = PAPER,
        width: float = 0,
        hatched: bool = False,
        layer: int = 1,
    ) -> None:
        """Draw a rectangle from its top left corner: a bar, a cell, or with an edge a box."""
        look = {"edgecolor": edge, "linewidth": width, "zorder": layer, "label": name}
        self._draw(_rectangle, corner, size, hatched, facecolor=fill, **look)

    def swatch(self, x: float, y: float, colour: str, *, hatched: bool = False) -> None:
        """Draw the sample of a colour, centred on the height `y`, that ties a heading to bars."""
        self.bar((x, y - SWATCH / 2), (SWATCH, SWATCH), colour, hatched=hatched)

    def band(self, y: float, height: float) -> None:
        """Tint a row across the whole figure, to lead the eye along it."""
        self.bar((0, y), (WIDTH, height), BAND, layer=0)

    def bubble(
        self, centre: Pair, radius: float, *, fill: str, name: str, edge: str = DARK
    ) -> None:
        """Draw a circle with an outline."""
        look = {"edgecolor": edge, "linewidth": 1.0, "label": name}
        self._draw(_circle, centre, radius, facecolor=fill, **look)

    def shape(
        self, centre: Pair, corners: Sequence[Pair], *, fill: str, edge: str, name: str
    ) -> None:
        """Draw a polygon from its corners around a centre."""
        points = tuple((centre[0] + x, centre[1] + y) for x, y in corners)
        look = {"edgecolor": edge, "linewidth": 0.8, "joinstyle": "miter", "label": name}
        self._draw(_polygon, points, facecolor=fill, **look)

    def line(
        self,
        start: Pair,
        end: Pair,
        *,
        dashed: bool = False,
        colour: str = MUTED,
        width: float = 0.8,
    ) -> None:
        """Draw a straight line."""
        self._draw(_line, start, end, dashed, color=colour, linewidth=width)

    def arrow(self, start: Pair, end: Pair) -> None:
        """Draw a thin arrow whose head touches `end`."""
        self._draw(_arrow, start, end)

    def _text(self, x: float, y: float, text: str, bold: bool, **how: Any) -> None:
        self._draw(_letters, x, y, text, bold, **how)

    def _draw(self, draw: Callable[..., None], *places: object, **how: object) -> None:
        self.strokes.append((draw, places, how))


Stroke = tuple[Callable[..., None], tuple[object, ...], Mapping[str, object]]
"""What draws on axes, and what it is given beside them: plain values, which tell all of it."""


def _rectangle(axes: Axes, corner: Pair, size: Pair, hatched: bool, **look: Any) -> None:
    patch = Rectangle(corner, *size, **look)
    if hatched:
        patch.set_hatch("////")
        patch.set_hatch_linewidth(0.7)
    axes.add_patch(patch)


def _circle(axes: Axes, centre: Pair, radius: float, **look: Any) -> None:
    axes.add_patch(Circle(centre, radius, **look))


def _polygon(axes: Axes, points: Sequence[Pair], **look: Any) -> None:
    axes.add_patch(Polygon(points, closed=True, **look))


def _line(axes: Axes, start: Pair, end: Pair, dashed: bool, **look: Any) -> None:
    drawn = Line2D(*zip(start, end, strict=True), **look)
    drawn.set_linestyle((0, (4, 2)) if dashed else "solid")
    axes.add_line(drawn)


def _arrow(axes: Axes, start: Pair, end: Pair) -> None:
    head = {"arrowstyle": "-|>,head_length=0.35,head_width=0.18", "color": MUTED}
    shaft = {"linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, fontsize=SIZE, arrowprops={**head, **shaft})


def _letters(axes: Axes, x: float, y: float, text: str, bold: bool, **look: Any) -> None:
    look |= {"fontproperties": font(bold), "parse_math": False}
    axes.text(x, y, text, va="baseline", **look)


def nothing_drawn(chart: str, frame: pd.DataFrame, what: str = "No sources") -> Figure:
    """Return a figure that says in words and in its alt text that there is nothing to draw."""
    canvas = Canvas(4 * LINE)
    canvas.write(WIDTH / 2, 2 * LINE, what, align="center", colour=MUTED)
    empty = f"{what}: the {chart} is empty"
    note = "Source: nothing was counted in this edition."
    return Figure(canvas, f"{empty}.", empty, note, frame)


@lru_cache(maxsize=4096)
def text_width(text: str, bold: bool = False) -> float:
    """Return the width in points of one line of text."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, font(bold), ismath=False)
    return float(width)


@lru_cache(maxsize=2)
def font(bold: bool) -> FontProperties:
    """Return the face of the project's `mainfont`, or else matplotlib's own."""
    try:
        files = typeface.of(load(folder(".").resolve())).files
    except RenderError:
        # A figure may be drawn outside a project, too.
        files = {}
    face = files.get("bold" if bold else "regular")
    return FontProperties(
        family="DejaVu Sans", fname=face, size=SIZE, weight="bold" if bold else "normal"
    )


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
