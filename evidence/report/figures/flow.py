"""The screening flow of PRISMA 2020: from the records identified to the sources that count.

The log keeps one decision and one reason for each record and not the stage at which it fell. The
stage follows from the reason, by `STAGES`. Each box is counted by itself, and the sums are proved.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import pandas as pd

from evidence.model.evidence import Evidence, Record
from evidence.report.figures import phrases, style
from evidence.report.figures.phrases import spoken, spoken_counts
from evidence.report.figures.style import GAP, LINE, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.words import count, label, opening, percent

INCLUDE, EXCLUDE, MERGED = "include", "exclude", "merged"
# From the first stage to the last but one; a reason not named here is one of eligibility.
REMOVED, SCREENED_OUT, NOT_RETRIEVED, NOT_ELIGIBLE, LAST = range(5)
STAGES: Mapping[str, int] = MappingProxyType(
    {
        "duplicate": REMOVED,
        "off-topic": SCREENED_OUT,
        "not-taken-up": SCREENED_OUT,
        "no-readable-text": NOT_RETRIEVED,
    }
)
FATES = ("removed before screening", "excluded", "not retrieved", "excluded")
SOUGHT = "sought for retrieval"
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
PHASES = ("Identification", "Screening", "Included")


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
    queries = count(len(evidence.searches))
    note = (
        f"Source: the log of {queries:query/queries} and of every record, counted by "
        "record. The log keeps one reason for each record, and the stage follows from the reason. "
        f"Every sum was checked: {'; '.join(stage.proof for stage in stages)}."
    )
    alt = _alt(stages, f"{queries:query/queries}")
    return Figure(_draw(stages).figure, alt, _headline(stages), note, _frame(stages))


def screening_stages(evidence: Evidence) -> tuple[Stage, ...]:
    """Return the boxes of the standard from top to bottom, counted.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    records = evidence.screening
    stage_of = [_stage(row) for row in records]
    came = [sum(stage is not None and stage >= at for stage in stage_of) for at in range(LAST)]
    fallen = [
        Counter(row.reason for row, stage in zip(records, stage_of, strict=True) if stage == at)
        for at in range(LAST)
    ]
    searches = [row.search for row in evidence.searches] + [row.search for row in records]
    found_by = Counter(row.search for row in records)
    included = [row.source_id for row in records if row.decision == INCLUDE]
    merged = [row.source_id for row in records if row.decision == MERGED]
    counted = evidence.counted()
    baseline = len(evidence.sources) - len(counted)
    later = len(set(included) - set(evidence.sources))
    documents = {f"counted ({count(len(evidence.studies(counted))):study/studies})": len(counted)}
    if baseline:
        documents["the baseline review, not counted"] = baseline
    if later:
        documents["after this edition, not counted"] = later
    into = f"merged into {count(len(set(merged))):document} included"

    def left(at: int, noun: str) -> tuple[Group, ...]:
        items = {label(reason): number for reason, number in fallen[at].most_common()}
        return (Group(sum(items.values()), noun, FATES[at], items),) if items else ()

    by_search = {label(name): found_by[name] for name in dict.fromkeys(searches)}
    joined = (Group(len(merged), "record", into),) if merged else ()
    identification, screening, included_phase = PHASES
    groups = (
        (
            identification,
            Group(len(records), "record", "identified by search", by_search),
            left(REMOVED, "record"),
        ),
        (screening, Group(came[1], "record", "screened"), left(SCREENED_OUT, "record")),
        (screening, Group(came[2], "report", SOUGHT), left(NOT_RETRIEVED, "report")),
        (
            screening,
            Group(came[3], "report", "assessed for eligibility"),
            (*left(NOT_ELIGIBLE, "report"), *joined),
        ),
    )
    further = (*came[1:], len(included))
    stages = [
        Stage(phase, group, aside, (*(one.number for one in aside), more))
        for (phase, group, aside), more in zip(groups, further, strict=True)
    ]
    last = Group(len(included), "document", "included", documents)
    stages.append(Stage(included_phase, last, (), (baseline, later, len(counted))))
    for stage in stages:
        if sum(stage.parts) != stage.came.number:
            raise ValueError(
                f"screening.csv: {spoken(stage.came.name)} do not add up "
                f"({stage.proof} is wrong); each record is {INCLUDE}, {EXCLUDE} or {MERGED}, and "
                "each source is included by one"
            )
    return tuple(stages)


def _stage(row: Record) -> int | None:
    """Return the stage at which a record fell, `LAST` if it held a report, None for neither."""
    if row.decision == EXCLUDE:
        return STAGES.get(row.reason, NOT_ELIGIBLE)
    return LAST if row.decision in (INCLUDE, MERGED) else None


def _sum(whole: int, parts: tuple[int, ...]) -> str:
    """Return a sum written out: "1,020 + 180 = 1,200"."""
    return f"{' + '.join(f'{number:,}' for number in parts if number) or 0} = {whole:,}"


def _frame(stages: tuple[Stage, ...]) -> pd.DataFrame:
    rows: list[tuple[str, str, int, str]] = []
    for stage in stages:
        proof = stage.proof
        if stage is stages[0]:
            by_search = _sum(stage.came.number, tuple(stage.came.items.values()))
            proof = f"{proof}; by search {by_search}"
        for group in (stage.came, *stage.left):
            items = tuple(group.items.values())
            if group is not stage.came:
                proof = _sum(group.number, items) if len(items) > 1 else FROM_LOG
            rows.append((stage.phase, group.name, group.number, proof))
            rows += [
                (stage.phase, f"{group.name}: {name}", number, FROM_LOG)
                for name, number in group.items.items()
            ]
    return pd.DataFrame(rows, columns=["Phase", "Box", "Number", "How it is made up"])


def _draw(stages: tuple[Stage, ...]) -> Canvas:
    trunk: list[Box] = []
    asides: list[list[Box]] = []
    y = EDGE
    for stage in stages:
        trunk.append(_box(LEFT, y, TRUNK_WIDTH, stage.came))
        aside: list[Box] = []
        for group in stage.left:
            aside.append(_box(SIDE, aside[-1].bottom + GAP if aside else y, SIDE_WIDTH, group))
        asides.append(aside)
        y = max(box.bottom for box in (trunk[-1], *aside)) + STEP
    canvas = Canvas(y - STEP + EDGE)
    for upper, lower in pairwise(trunk):
        canvas.arrow((TRUNK, upper.bottom), (TRUNK, lower.y))
    for box, aside in zip(trunk, asides, strict=True):
        for one in aside:
            middle = one.y + PADDING + LINE / 2
            start = LEFT + TRUNK_WIDTH if middle < box.bottom else TRUNK
            canvas.arrow((start, middle), (SIDE, middle))
    for box in (*trunk, *(one for aside in asides for one in aside)):
        _draw_box(canvas, box)
    for phase in PHASES:
        of_phase = [
            box
            for stage, own, aside in zip(stages, trunk, asides, strict=True)
            if stage.phase == phase
            for box in (own, *aside)
        ]
        top, bottom = min(b.y for b in of_phase), max(b.bottom for b in of_phase)
        canvas.frame((EDGE, top), (PHASE_WIDTH, bottom - top), tinted=True)
        start = (top + bottom) / 2 + style.text_width(phase) / 2
        canvas.write_upward(EDGE + PHASE_WIDTH / 2, start, phase)
    return canvas


def _box(x: float, y: float, width: float, group: Group) -> Box:
    lines: list[tuple[str, str]] = []
    edge = max((style.text_width(count(number).text) for number in group.items.values()), default=0)
    for name, number in group.items.items():
        first, *more = style.wrap(name, width - edge - 3 * GAP)
        lines += [(count(number).text, first), *(("", text) for text in more)]
    return Box(x, y, width, style.wrap(group.title, width - 2 * GAP, bold=True), tuple(lines))


def _draw_box(canvas: Canvas, box: Box) -> None:
    canvas.frame((box.x, box.y), (box.width, box.bottom - box.y), tinted=False)
    y = box.y + PADDING + LINE / 2
    for text in box.title:
        canvas.write(box.x + GAP, y, text, bold=True)
        y += LINE
    edge = box.x + GAP + max((style.text_width(number) for number, _ in box.items), default=0)
    for number, text in box.items:
        if number:
            canvas.write(edge, y, number, align="right")
        canvas.write(edge + GAP, y, text)
        y += LINE


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
    for stage in stages:
        for group in stage.left:
            fate = group.fate.removesuffix(" included")
            if stage is stages[-2] and group.items:
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
