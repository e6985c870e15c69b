"""The screening flow: from queries to the sources that count, as boxes and arrows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from analysis.evidence import Evidence
from analysis.figures.screening import Flow, screening_counts
from analysis.figures.style import (
    GAP,
    LINE,
    WIDTH,
    Figure,
    arrow,
    canvas,
    frame,
    line,
    no_sources,
    text_width,
    wrap,
    write,
)
from analysis.figures.words import counted_list, spoken
from analysis.labels import label
from analysis.markdown import sentence_list
from analysis.numbers import count

SEARCHES_PER_ROW = 5
EDGE = 1.0
STEP = 18.0
INSIDE = WIDTH - 2 * EDGE
TRUNK_WIDTH = 166.0
TRUNK = EDGE + TRUNK_WIDTH / 2
SIDE = EDGE + TRUNK_WIDTH + 2 * GAP
SIDE_WIDTH = WIDTH - EDGE - SIDE


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the canvas: its title in bold, lines of text, and items led by their numbers."""

    x: float
    y: float
    width: float
    title: tuple[str, ...]
    lines: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    tinted: bool = False

    @property
    def bottom(self) -> float:
        """Return the height on the canvas at which the box ends."""
        lines = len(self.title) + len(self.lines) + len(self.items)
        return self.y + LINE * lines + 2 * GAP


def screening_flow(evidence: Evidence) -> Figure:
    """Draw how records became sources.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Searches at the top, the way down to the sources that count, what left it to the right,
        and the alt text.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    flow = screening_counts(evidence)
    if not flow.records:
        return no_sources("flow chart of the screening", "No records")
    searches = _searches(flow)
    meeting = searches[-1].bottom + GAP
    records = _trunk(
        meeting + STEP,
        f"{count(flow.records):record}",
        f"{count(flow.queries):query/queries} in {count(len(flow.searches)):search/searches}",
    )
    left = _aside(records.bottom, _left_on_the_way(flow))
    included = _trunk(_below(records, left), f"{count(flow.included):source} included")
    uncounted = _aside(included.bottom, _not_counted(flow))
    counted = _trunk(_below(included, uncounted), f"{count(flow.counted):source} counted")
    figure, axes = canvas(counted.bottom + EDGE)
    _gather(axes, searches, meeting)
    arrow(axes, (TRUNK, meeting), (TRUNK, records.y))
    for upper, lower in pairwise((records, included, counted)):
        arrow(axes, (TRUNK, upper.bottom), (TRUNK, lower.y))
    for box in (*left, *uncounted):
        middle = box.y + GAP + LINE / 2
        arrow(axes, (TRUNK, middle), (box.x, middle))
    for box in (*searches, records, *left, included, *uncounted, counted):
        _draw(axes, box)
    return Figure(figure, _alt(flow))


def _searches(flow: Flow) -> tuple[Box, ...]:
    """Return a box for each search, in rows, all of one height."""
    per_row = min(SEARCHES_PER_ROW, len(flow.searches))
    width = (INSIDE - GAP * (per_row - 1)) / per_row
    titles = {name: wrap(label(name), width - 2 * GAP, bold=True) for name in flow.searches}
    tallest = max(map(len, titles.values()))
    boxes: list[Box] = []
    for index, (name, (queries, records)) in enumerate(flow.searches.items()):
        row, place = divmod(index, per_row)
        above = boxes[(row - 1) * per_row].bottom + GAP if row else EDGE
        padding = ("",) * (tallest - len(titles[name]))
        lines = (f"{count(queries):query/queries}", f"{count(records):record}", *padding)
        boxes.append(Box(EDGE + place * (width + GAP), above, width, titles[name], lines))
    return tuple(boxes)


def _trunk(y: float, title: str, *lines: str) -> Box:
    return Box(EDGE, y, TRUNK_WIDTH, wrap(title, TRUNK_WIDTH - GAP, bold=True), lines, tinted=True)


def _left_on_the_way(flow: Flow) -> Mapping[str, Mapping[str, int]]:
    """Return what became of records that are no source: in words, with reasons."""
    boxes: dict[str, Mapping[str, int]] = {}
    if flow.excluded:
        boxes[f"{count(sum(flow.excluded.values())):record} left out"] = {
            label(reason): number for reason, number in flow.excluded.items()
        }
    if flow.merged:
        merged = f"{count(flow.merged):record} merged into {count(flow.merged_into):source}"
        boxes[f"{merged} as more text"] = {}
    return boxes


def _not_counted(flow: Flow) -> Mapping[str, Mapping[str, int]]:
    """Return the sources included that do not count: in words."""
    boxes: dict[str, Mapping[str, int]] = {}
    if flow.baseline:
        boxes[f"{count(flow.baseline)} baseline review, not counted"] = {}
    if flow.later:
        boxes[f"{count(flow.later)} published after this edition, not counted"] = {}
    return boxes


def _aside(y: float, boxes: Mapping[str, Mapping[str, int]]) -> tuple[Box, ...]:
    """Return boxes one under the other to the right of the trunk."""
    placed: list[Box] = []
    for title, items in boxes.items():
        placed.append(
            Box(
                SIDE,
                placed[-1].bottom + GAP if placed else y + GAP,
                SIDE_WIDTH,
                wrap(title, SIDE_WIDTH - 2 * GAP, bold=True),
                items=tuple((count(number).text, text) for text, number in items.items()),
            )
        )
    return tuple(placed)


def _below(trunk: Box, aside: Iterable[Box]) -> float:
    """Return where the next box of the trunk begins, clear of what stands to its right."""
    return max([trunk.bottom + STEP, *(box.bottom + GAP for box in aside)])


def _gather(axes: Axes, searches: Iterable[Box], y: float) -> None:
    """Draw the lines that lead from the lowest row of searches to one point over the trunk."""
    middles = [box.x + box.width / 2 for box in searches if box.bottom + GAP == y]
    for x in middles:
        line(axes, (x, y - GAP), (x, y))
    line(axes, (min(TRUNK, *middles), y), (max(TRUNK, *middles), y))


def _draw(axes: Axes, box: Box) -> None:
    frame(axes, (box.x, box.y), (box.width, box.bottom - box.y), tinted=box.tinted)
    y = box.y + GAP + LINE / 2
    aside = box.x == SIDE
    x = box.x + GAP if aside else box.x + box.width / 2
    for index, text in enumerate((*box.title, *box.lines)):
        bold = index < len(box.title)
        write(axes, x, y, text, align="left" if aside else "center", bold=bold)
        y += LINE
    edge = box.x + 2 * GAP + max((text_width(number) for number, _ in box.items), default=0)
    for number, text in box.items:
        write(axes, edge, y, number, align="right")
        write(axes, edge + GAP, y, text)
        y += LINE


def _alt(flow: Flow) -> str:
    by_search = [(spoken(name), records) for name, (_, records) in flow.searches.items()]
    by_reason = [(spoken(reason), number) for reason, number in flow.excluded.items()]
    fates = [f"{count(sum(flow.excluded.values()))} left out"]
    if by_reason:
        fates = [f"{fates[0]} because of {counted_list(by_reason)}"]
    if flow.merged:
        fates.append(f"{count(flow.merged)} merged into {count(flow.merged_into):source}")
    uncounted = [f"{count(flow.baseline)} is the baseline review"] if flow.baseline else []
    if flow.later:
        uncounted.append(f"{count(flow.later)} came after this edition")
    return " ".join(
        [
            f"Flow chart of the screening: {count(len(flow.searches)):search/searches} with "
            f"{count(flow.queries):query/queries} turned up {count(flow.records):record}: "
            f"{counted_list(by_search)}.",
            f"Of the records, {'; '.join(fates)}; {count(flow.included)} included as sources.",
            f"Of the sources, {sentence_list([*uncounted, f'{count(flow.counted)} count'])}.",
        ]
    )
