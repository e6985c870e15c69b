"""Marks for how effects came out, told apart by their shape and not by colour alone."""

from collections.abc import Sequence
from typing import NamedTuple

from evidence.report.effects import BETTER, MIXED, SAME, WORSE
from evidence.report.figures import style
from evidence.report.figures.style import GAP, Canvas, Pair


class Sign(NamedTuple):
    """The corners of a mark of radius one, its fill and its outline."""

    corners: Sequence[Pair]
    fill: str
    edge: str


_UP = ((-1.0, 0.9), (1.0, 0.9), (0.0, -0.9))
_HEAD = ((-1.2, 0.0), (-0.45, -0.85), (-0.45, -0.28))
# A triangle up or down, an arrow to both sides, and a hollow diamond that points up and down.
SIGNS = {
    BETTER: Sign(_UP, style.DARK, style.DARK),
    SAME: Sign(
        [
            *_HEAD,
            *((-x, y) for x, y in reversed(_HEAD)),
            *((-x, -y) for x, y in _HEAD[1:]),
            *((x, -y) for x, y in reversed(_HEAD[1:])),
        ],
        style.GREY,
        style.MUTED,
    ),
    MIXED: Sign([(-1, 0), (0, -1.1), (1, 0), (0, 1.1)], style.PAPER, style.DARK),
    WORSE: Sign([(x, -y) for x, y in _UP], style.WARM, style.WARM),
}


def draw(canvas: Canvas, direction: str, centre: Pair, radius: float, name: str = "") -> None:
    """Draw the mark of a direction."""
    sign = SIGNS[direction]
    corners = [(x * radius, y * radius) for x, y in sign.corners]
    canvas.shape(centre, corners, fill=sign.fill, edge=sign.edge, name=name)


def draw_key(canvas: Canvas, x: float, y: float, entries: Sequence[tuple[str, float, str]]) -> None:
    """Draw marks with their words in a line: the direction, radius and words of each."""
    for direction, radius, words in entries:
        draw(canvas, direction, (x + radius, y), radius)
        x += 2 * radius + GAP
        canvas.write(x, y, words, colour=style.MUTED)
        x += style.text_width(words) + 2 * GAP
