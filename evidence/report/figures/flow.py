"""The screening flow of PRISMA 2020: from the records identified to the sources that count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from matplotlib.axes import Axes

from evidence.model.evidence import Evidence
from evidence.report.figures.screening import Flow, screening_counts
from evidence.report.figures.style import (
    GAP,
    LINE,
    WIDTH,
    Figure,
    arrow,
    canvas,
    frame,
    no_sources,
    text_width,
    wrap,
    write,
    write_upward,
)
from evidence.report.figures.words import counted_list, opening, spoken
from evidence.report.markup import sentence_list
from evidence.words import count, label, percent

EDGE = 1.0
STEP = 17.0
PHASE_WIDTH = 20.0
LEFT = EDGE + PHASE_WIDTH + GAP
TRUNK_WIDTH = 186.0
TRUNK = LEFT + TRUNK_WIDTH / 2
SIDE = LEFT + TRUNK_WIDTH + 3 * GAP
SIDE_WIDTH = WIDTH - EDGE - SIDE
PADDING = 5.0
PHASES = ("Identification", "Screening", "Included")


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the canvas: its title in bold, and items led by their numbers."""

    x: float
    y: float
    width: float
    title: tuple[str, ...]
    items: tuple[tuple[str, str], ...] = ()

    @property
    def bottom(self) -> float:
        """Return the height on the canvas at which the box ends."""
        return self.y + LINE * (len(self.title) + len(self.items)) + 2 * PADDING


@dataclass(frozen=True, slots=True)
class Group:
    """A number of records, reports or documents, what became of them, and its parts by name."""

    number: int
    noun: str
    fate: str
    items: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return number and fate: "1,020 records screened"."""
        return f"{format(count(self.number), self.noun)} {self.fate}"

    @property
    def name(self) -> str:
        """Return the fate without the number: "Records screened"."""
        return opening(f"{self.noun}s {self.fate}")


@dataclass(frozen=True, slots=True)
class Stage:
    """A box of the trunk, what left the flow there, and the phase that both belong to."""

    phase: str
    came: Group
    left: tuple[Group, ...] = ()


def screening_flow(evidence: Evidence) -> Figure:
    """Draw how records became sources, in the boxes of PRISMA 2020.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        The way down from the records identified to the documents included, what left it to the
        right, the phases to the left, and its words.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    flow = screening_counts(evidence)
    if not flow.records:
        return no_sources("flow chart of the screening", "No records")
    found = stages(flow)
    trunk: list[Box] = []
    asides: list[tuple[Box, ...]] = []
    y = EDGE
    for stage in found:
        trunk.append(_box(LEFT, y, TRUNK_WIDTH, stage.came))
        asides.append(_aside(y, stage))
        y = max(box.bottom for box in (trunk[-1], *asides[-1])) + STEP
    figure, axes = canvas(y - STEP + EDGE)
    for upper, lower in pairwise(trunk):
        arrow(axes, (TRUNK, upper.bottom), (TRUNK, lower.y))
    for box, side in zip(trunk, asides, strict=True):
        for one in side:
            middle = one.y + PADDING + LINE / 2
            if middle < box.bottom:
                arrow(axes, (LEFT + TRUNK_WIDTH, middle), (SIDE, middle))
            else:
                arrow(axes, (TRUNK, middle), (SIDE, middle))
    for box in (*trunk, *(one for side in asides for one in side)):
        _draw(axes, box)
    for phase in PHASES:
        of_phase = [
            box
            for stage, own, side in zip(found, trunk, asides, strict=True)
            if stage.phase == phase
            for box in (own, *side)
        ]
        _mark_phase(axes, phase, min(b.y for b in of_phase), max(b.bottom for b in of_phase))
    note = (
        f"Source: the log of {count(flow.queries):query/queries} and of every record, counted by "
        "record. The log keeps one reason for each record, and the stage follows from the reason. "
        f"Every sum was checked: {'; '.join(str(proof) for proof in flow.sums[1:])}."
    )
    return Figure(figure, _alt(flow), _headline(flow), note)


def stages(flow: Flow) -> tuple[Stage, ...]:
    """Return the boxes of the standard from top to bottom, in words."""
    identification, screening, included = PHASES
    documents = {f"counted ({count(flow.studies):study/studies})": flow.counted}
    if flow.baseline:
        documents["the baseline review, not counted"] = flow.baseline
    if flow.later:
        documents["after this edition, not counted"] = flow.later
    into = f"merged into {count(flow.merged_into):document} included"
    merged = (Group(flow.merged, "record", into),) if flow.merged else ()
    by_search = {label(name): records for name, (_, records) in flow.searches.items()}
    return (
        Stage(
            identification,
            Group(flow.records, "record", "identified by search", by_search),
            _left(flow.removed, "record", "removed before screening"),
        ),
        Stage(
            screening,
            Group(flow.screened, "record", "screened"),
            _left(flow.screened_out, "record", "excluded"),
        ),
        Stage(
            screening,
            Group(flow.sought, "report", "sought for retrieval"),
            _left(flow.not_retrieved, "report", "not retrieved"),
        ),
        Stage(
            screening,
            Group(flow.assessed, "report", "assessed for eligibility"),
            (*_left(flow.not_eligible, "report", "excluded"), *merged),
        ),
        Stage(included, Group(flow.included, "document", "included", documents)),
    )


def _left(reasons: Mapping[str, int], noun: str, fate: str) -> tuple[Group, ...]:
    """Return what left the flow, with its reasons; none where nothing did."""
    items = {label(reason): number for reason, number in reasons.items()}
    return (Group(sum(reasons.values()), noun, fate, items),) if reasons else ()


def _box(x: float, y: float, width: float, group: Group) -> Box:
    lines: list[tuple[str, str]] = []
    edge = max((text_width(count(number).text) for number in group.items.values()), default=0)
    for name, number in group.items.items():
        first, *more = wrap(name, width - edge - 3 * GAP)
        lines += [(count(number).text, first), *(("", text) for text in more)]
    return Box(x, y, width, wrap(group.title, width - 2 * GAP, bold=True), tuple(lines))


def _aside(y: float, stage: Stage) -> tuple[Box, ...]:
    """Return boxes one under the other to the right of the trunk."""
    placed: list[Box] = []
    for group in stage.left:
        top = placed[-1].bottom + GAP if placed else y
        placed.append(_box(SIDE, top, SIDE_WIDTH, group))
    return tuple(placed)


def _mark_phase(axes: Axes, phase: str, top: float, bottom: float) -> None:
    frame(axes, (EDGE, top), (PHASE_WIDTH, bottom - top), tinted=True)
    start = (top + bottom) / 2 + text_width(phase) / 2
    write_upward(axes, EDGE + PHASE_WIDTH / 2, start, phase)


def _draw(axes: Axes, box: Box) -> None:
    frame(axes, (box.x, box.y), (box.width, box.bottom - box.y), tinted=False)
    y = box.y + PADDING + LINE / 2
    for text in box.title:
        write(axes, box.x + GAP, y, text, bold=True)
        y += LINE
    edge = box.x + GAP + max((text_width(number) for number, _ in box.items), default=0)
    for number, text in box.items:
        if number:
            write(axes, edge, y, number, align="right")
        write(axes, edge + GAP, y, text)
        y += LINE


def _headline(flow: Flow) -> str:
    share = percent(flow.included, flow.records)
    which = f"{count(flow.counted):source} counted"
    if flow.baseline:
        which += " and the review replicated"
    if flow.later:
        which += f", and {count(flow.later)} published after this edition"
    return (
        f"Of {count(flow.records):record} identified, {count(flow.included)} ({share}) became "
        f"documents included: {which}"
    )


def _alt(flow: Flow) -> str:
    by_search = [(spoken(name), records) for name, (_, records) in flow.searches.items()]
    fates = [
        f"{count(sum(reasons.values()))} {what} ("
        + counted_list([(spoken(reason), number) for reason, number in reasons.items()])
        + ")"
        for reasons, what in (
            (flow.removed, "removed before screening"),
            (flow.screened_out, "excluded"),
            (flow.not_retrieved, "not retrieved"),
            (flow.not_eligible, "excluded after assessment"),
        )
        if reasons
    ]
    if flow.merged:
        fates.append(f"{count(flow.merged)} merged into {count(flow.merged_into):document}")
    uncounted = [f"{count(flow.baseline)} is the baseline review"] if flow.baseline else []
    if flow.later:
        uncounted.append(f"{count(flow.later)} came after this edition")
    return " ".join(
        [
            f"PRISMA 2020 flow chart: {count(len(flow.searches)):search/searches} with "
            f"{count(flow.queries):query/queries} turned up {count(flow.records):record}: "
            f"{counted_list(by_search)}.",
            f"Of the records, {'; '.join([*fates, f'{count(flow.included)} included'])}.",
            f"Of the documents, {sentence_list([*uncounted, f'{count(flow.counted)} count'])}.",
        ]
    )
