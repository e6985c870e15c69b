"""The screening flow of PRISMA 2020: from the records identified to the sources that count.

The log keeps one decision and one reason for each record and not the stage at which it fell. The
stage follows from the reason, by `STAGES`. Each box is counted by itself, and the sums are proved.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import pandas as pd

from evidence.model.evidence import Evidence, Record
from evidence.report import phrases
from evidence.report.figures import style
from evidence.report.figures.style import GAP, LINE, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import spoken, spoken_counts
from evidence.words import count, label, opening, percent

INCLUDE, EXCLUDE, MERGED = "include", "exclude", "merged"
# Of each stage: its phase, what came and was done with it, and what became of those that fell.
SCREENING = "Screening"
BOXES = (
    ("Identification", "record", "identified by search", "removed before screening"),
    (SCREENING, "record", "screened", "excluded"),
    (SCREENING, "report", "sought for retrieval", "not retrieved"),
    (SCREENING, "report", "assessed for eligibility", "excluded"),
)
NOWHERE, REMOVED, SCREENED_OUT, NOT_RETRIEVED, NOT_ELIGIBLE, PASSED = range(-1, 5)
# What follows such a reason tells more: "off-topic-wrong-place" was seen from the title, too. A
# reason not named here is one of eligibility.
STAGES = {
    "duplicate": REMOVED,
    "off-topic": SCREENED_OUT,
    "not-taken-up": SCREENED_OUT,
    "no-readable-text": NOT_RETRIEVED,
}
FROM_LOG = "counted in the log"

EDGE = 1.0
STEP = 17.0
PHASE_WIDTH = 20.0
LEFT = EDGE + PHASE_WIDTH + GAP
TRUNK_WIDTH = 186.0
TRUNK = LEFT + TRUNK_WIDTH / 2
SIDE = LEFT + TRUNK_WIDTH + 3 * GAP
SIDE_WIDTH = WIDTH - EDGE - SIDE
PADDING = 5.0


@dataclass(frozen=True, slots=True)
class Group:
    """A number of records, reports or documents, what became of them, and its parts by name."""

    number: int
    noun: str
    fate: str
    items: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the fate without the number: "Records screened"."""
        return opening(f"{self.noun}s {self.fate}")


@dataclass(frozen=True, slots=True)
class Stage:
    """A box of the trunk, what left the flow there, and the phase that both belong to.

    Attributes
    ----------
    parts
        What the number of the box is made up of: what left there, and what came further.
    """

    phase: str
    came: Group
    left: tuple[Group, ...]
    parts: tuple[int, ...]

    @property
    def proof(self) -> str:
        """Return the sum that its number is."""
        return _sum(self.came.number, self.parts)


def flow(evidence: Evidence) -> Figure:
    """Draw how records became sources, in the boxes of PRISMA 2020, each proved by a sum.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    if not evidence.screening:
        return nothing_drawn("flow chart of the screening", _frame(()), "No records")
    stages = screening_stages(evidence)
    queries = f"{count(len(evidence.searches)):query/queries}"
    note = (
        f"Source: the log of {queries} and of every record, counted by "
        "record. The log keeps one reason for each record, and the stage follows from the reason. "
        f"Every sum was checked: {'; '.join(stage.proof for stage in stages)}."
    )
    alt, headline = _alt(stages, queries), _headline(stages)
    return Figure(_draw(stages), alt, headline, note, _frame(stages))


def screening_stages(evidence: Evidence) -> tuple[Stage, ...]:
    """Return the boxes of the standard from top to bottom, counted.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    records, counted = evidence.screening, evidence.counted()
    reached = [_reached(row) for row in records]
    included = [row.source_id for row in records if row.decision == INCLUDE]
    merged = [row.source_id for row in records if row.decision == MERGED]
    further = (*(sum(at > box for at in reached) for box in range(NOT_ELIGIBLE)), len(included))
    found_by = Counter(row.search for row in records)
    searches = dict.fromkeys([*(row.search for row in evidence.searches), *found_by])
    items = {label(name): found_by[name] for name in searches}
    stages: list[Stage] = []
    number = len(records)
    for at, (phase, noun, done, fate) in enumerate(BOXES):
        reasons = Counter(row.reason for row, to in zip(records, reached, strict=True) if to == at)
        named = {label(reason): many for reason, many in reasons.most_common()}
        left = [Group(reasons.total(), noun, fate, named)] if reasons else []
        if at == NOT_ELIGIBLE and merged:
            into = f"merged into {count(len(set(merged))):document} included"
            left.append(Group(len(merged), "record", into))
        parts = (*(group.number for group in left), further[at])
        stages.append(Stage(phase, Group(number, noun, done, items), tuple(left), parts))
        number, items = further[at], {}
    baseline = len({*included} & {*evidence.sources} - counted)
    later = len(set(included) - set(evidence.sources))
    documents = {f"counted ({count(len(evidence.studies(counted))):study/studies})": len(counted)}
    if baseline:
        documents["the baseline review, not counted"] = baseline
    if later:
        documents["after this edition, not counted"] = later
    last = Group(len(included), "document", "included", documents)
    stages.append(Stage("Included", last, (), (baseline, later, len(counted))))
    for stage in stages:
        if sum(stage.parts) != stage.came.number:
            raise ValueError(
                f"screening.csv: {spoken(stage.came.name)} do not add up "
                f"({stage.proof} is wrong); each record is {INCLUDE}, {EXCLUDE} or {MERGED}, and "
                "each source is included by one"
            )
    return tuple(stages)


def _reached(row: Record) -> int:
    """Return the stage at which a record fell, `PASSED` if it held a report."""
    if row.decision == EXCLUDE:
        named = (at for name, at in STAGES.items() if f"{row.reason}-".startswith(f"{name}-"))
        return next(named, NOT_ELIGIBLE)
    return PASSED if row.decision in (INCLUDE, MERGED) else NOWHERE


def _sum(whole: int, parts: Iterable[int]) -> str:
    """Return a sum written out: "1,020 + 180 = 1,200"."""
    return f"{' + '.join(f'{number:,}' for number in parts if number) or 0} = {whole:,}"


def _frame(stages: tuple[Stage, ...]) -> pd.DataFrame:
    rows: list[tuple[str, str, int, str]] = []
    for stage in stages:
        for group in (stage.came, *stage.left):
            items = group.items
            made = _sum(group.number, items.values()) if len(items) > 1 else FROM_LOG
            if group is stage.came:
                by_search = f"; by search {_sum(group.number, items.values())}"
                made = stage.proof + (by_search if stage is stages[0] else "")
            rows.append((stage.phase, group.name, group.number, made))
            rows += [
                (stage.phase, f"{group.name}: {name}", number, FROM_LOG)
                for name, number in items.items()
            ]
    return pd.DataFrame(rows, columns=["Phase", "Box", "Number", "How it is made up"])


class Box:
    """A box on the canvas: a group's title in bold, and its items led by their numbers."""

    def __init__(self, x: float, y: float, width: float, group: Group) -> None:
        self.x, self.y, self.width = x, y, width
        title = opening(f"{format(count(group.number), group.noun)} {group.fate}")
        self._title = style.wrap(title, width - 2 * GAP, bold=True)
        numbers = {name: count(number).text for name, number in group.items.items()}
        self._edge = max(map(style.text_width, numbers.values()), default=0.0)
        self._items: list[tuple[str, str]] = []
        for name, number in numbers.items():
            first, *more = style.wrap(name, width - self._edge - 3 * GAP)
            self._items += [(number, first), *(("", text) for text in more)]
        self.bottom = y + LINE * (len(self._title) + len(self._items)) + 2 * PADDING

    def draw(self, canvas: Canvas) -> None:
        """Draw the outline and the words within."""
        size = (self.width, self.bottom - self.y)
        canvas.bar((self.x, self.y), size, style.PAPER, edge=style.MUTED, width=0.8)
        y = self.y + PADDING + LINE / 2
        for text in self._title:
            canvas.write(self.x + GAP, y, text, bold=True)
            y += LINE
        edge = self.x + GAP + self._edge
        for number, text in self._items:
            if number:
                canvas.write(edge, y, number, align="right")
            canvas.write(edge + GAP, y, text)
            y += LINE


def _draw(stages: tuple[Stage, ...]) -> Canvas:
    # Of each stage the box of the trunk, then those beside it; of each phase, where it is.
    rows: list[list[Box]] = []
    bands: dict[str, tuple[float, float]] = {}
    y = EDGE
    for phase, of_phase in groupby(stages, lambda stage: stage.phase):
        top = y
        for stage in of_phase:
            boxes = [Box(LEFT, y, TRUNK_WIDTH, stage.came)]
            for group in stage.left:
                boxes.append(Box(SIDE, y, SIDE_WIDTH, group))
                y = boxes[-1].bottom + GAP
            rows.append(boxes)
            bottom = max(box.bottom for box in boxes)
            y = bottom + STEP
        # The name of the phase stands upright beside its boxes.
        bands[phase] = top, max(bottom, top + style.text_width(phase) + 2 * PADDING)
        y = bands[phase][1] + STEP
    canvas = Canvas(y - STEP + EDGE)
    for (upper, *_), (lower, *_) in pairwise(rows):
        canvas.arrow((TRUNK, upper.bottom), (TRUNK, lower.y))
    for box, *beside in rows:
        for one in beside:
            middle = one.y + PADDING + LINE / 2
            start = LEFT + TRUNK_WIDTH if middle < box.bottom else TRUNK
            canvas.arrow((start, middle), (SIDE, middle))
    for box in sorted((box for boxes in rows for box in boxes), key=lambda box: box.x):
        box.draw(canvas)
    for phase, (top, bottom) in bands.items():
        size = (PHASE_WIDTH, bottom - top)
        canvas.bar((EDGE, top), size, style.BAND, edge=style.MUTED, width=0.8)
        start = (top + bottom) / 2 + style.text_width(phase) / 2
        canvas.write_upward(EDGE + PHASE_WIDTH / 2, start, phase)
    return canvas


def _headline(stages: tuple[Stage, ...]) -> str:
    first, last = stages[0].came, stages[-1].came
    baseline, later, counted = stages[-1].parts
    which = f"{count(counted):source} counted"
    if baseline:
        which += " and the review replicated"
    if later:
        which += f", and {count(later)} published after this edition"
    return (
        f"Of {count(first.number):record} identified, {count(last.number)} "
        f"({percent(last.number, first.number)}) became documents included: {which}"
    )


def _alt(stages: tuple[Stage, ...], queries: str) -> str:
    first, last = stages[0].came, stages[-1].came
    baseline, later, counted = stages[-1].parts
    fates = []
    for group in (group for stage in stages for group in stage.left):
        fate = group.fate.removesuffix(" included")
        if group in stages[-2].left and group.items:
            fate += " after assessment"
        why = phrases.counted_list(spoken_counts(group.items))
        fates.append(f"{count(group.number)} {fate}" + (f" ({why})" if why else ""))
    uncounted = [f"{count(baseline)} is the baseline review"] if baseline else []
    if later:
        uncounted.append(f"{count(later)} came after this edition")
    by_search = spoken_counts(first.items)
    return " ".join(
        [
            f"PRISMA 2020 flow chart: {count(len(by_search)):search/searches} with "
            f"{queries} turned up {count(first.number):record}: "
            f"{phrases.counted_list(by_search)}.",
            f"Of the records, {'; '.join([*fates, f'{count(last.number)} included'])}.",
            f"Of the documents, {sentence_list([*uncounted, f'{count(counted)} count'])}.",
        ]
    )
