"""The effect direction plot: each study's effects by outcome, as marks that point up or down.

Notes
-----
After Boon and Thomson (2021), The effect direction plot revisited, Research Synthesis Methods 12,
29-33: a row a study, a column an outcome, and the more were studied, the larger the mark.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Names
from evidence.report.effects import (
    BETTER,
    DIRECTIONS,
    Group,
    by_value,
    came_out,
    direction,
    grouped,
    largest_sample,
    longest_follow_up,
    note,
    tally,
    values_of,
)
from evidence.report.figures import signs, style
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import spoken, spoken_counts
from evidence.words import count, label, opening, part, within

LABEL_WIDTH = 108.0
UNTOLD = "–"
# Half the width of a mark: below the first bound of the sample, below the second, and from there.
RADII = (3.0, 4.2, 5.4)
# More rows than a page has room for would be too small to read.
MOST = 40
AHEAD, BESIDE = 4.0, 3.0
LAST = ("Better", "Sample", "Months")


class Row(NamedTuple):
    """A study in a comparison.

    Attributes
    ----------
    outcomes
        The directions of a study's effects by outcome: of most, and of how many.
    size
        Of the largest sample of people; 0 where it isn't told.
    """

    group: Group
    study: str
    sources: Sequence[str]
    label: str
    year: int
    outcomes: Mapping[str, tuple[str, int]]
    mostly: bool
    better: str
    sample: str
    size: int
    months: str


def effect_directions(
    evidence: Evidence,
    attribute: str,
    groups: Mapping[str, Names],
    *,
    sizes: tuple[int, int] = (200, 1000),
    people: Collection[str] = (),
    **where: Names,
) -> Figure:
    """Draw the studies of each comparison, oldest first, with a mark for each outcome measured.

    A mark shows the direction of more than half of a study's effects on the outcome, and is mixed
    where there is none; a number beside it says of how many, where there are several. Of very many
    studies those are drawn that rank first, of each comparison its share.

    Parameters
    ----------
    attribute
        The attribute of effects that says which outcome it was.
    groups
        Heading to the values or roles of the comparison.
    sizes
        The least sample of a mark of the second size, and of the third.
    people
        Units whose samples count for the size, such as families, beside bare numbers.
    **where
        The effects meant: a value, a role, or several, of an attribute of effects.
    """
    known = values_of(evidence, attribute)
    found = grouped(evidence, groups, where)
    rows = [
        _row(evidence, attribute, group, study, people)
        for group in found
        for study in group.studies
    ]
    frame = pd.DataFrame(
        [_cells(row) for row in rows],
        columns=["Comparison", "Study", "Outcomes", "Better", "Sample", "Months followed"],
    )
    if len(groups) == 1:
        frame = frame.drop(columns="Comparison")
    if not rows:
        return nothing_drawn("plot of effect directions", frame, "No studies")
    held = Counter(outcome for row in rows for outcome in row.outcomes)
    outcomes = sorted((code for code in known if held[code]), key=lambda code: -held[code])
    drawn = _foremost(evidence, rows)
    canvas = _draw(evidence.first_year(), found, drawn, outcomes, sizes)
    unit = (
        "A mark shows where more than half of a study's effects on an outcome point, and is mixed "
        "where they don't agree; a number beside it says of how many. The dashed line divides "
        f"studies up to {evidence.first_year()} from later ones. +1: one source more reports it. "
        "Sample: the largest told; months: the longest follow-up."
    )
    if len(drawn) < len(rows):
        unit += f" Drawn are {part(len(drawn), len(rows)):study/studies}, those that rank first."
    said = note(evidence, where, unit)
    return Figure(canvas, _alt(found, rows, held), _headline(found), said, frame)


def _foremost(evidence: Evidence, rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that there is room for, in their order."""
    if len(rows) <= MOST:
        return rows
    ranks = {key: at for at, key in enumerate(evidence.ranked(row.sources[0] for row in rows))}
    kept: set[int] = set()
    for group in {id(row.group): row.group for row in rows}.values():
        own = [at for at, row in enumerate(rows) if row.group is group]
        own.sort(key=lambda at: ranks[rows[at].sources[0]])
        kept.update(own[: max(1, MOST * len(own) // len(rows))])
    return [row for at, row in enumerate(rows) if at in kept]


def _row(
    evidence: Evidence, attribute: str, group: Group, study: str, people: Collection[str]
) -> Row:
    sources, effects, _ = group.studies[study]
    first = evidence.sources[sources[0]]
    by_outcome = by_value(attribute, effects)
    size, sample = largest_sample(group.studies[study], people)
    more = f" +{len(sources) - 1}" if len(sources) > 1 else ""
    months = longest_follow_up(group.studies[study])
    better = sum(row.meets(came_out(evidence, BETTER)) for row in effects)
    return Row(
        group,
        study,
        sources,
        _shortened(re.split("[;,(]", first.authors)[0].strip(), f" {first.year}{more}"),
        first.year,
        {key: (direction(evidence, of), len(of)) for key, of in by_outcome.items()},
        study in group.mostly,
        f"{better:,} of {len(effects):,}",
        sample or UNTOLD,
        size,
        f"{months:,}" if months else UNTOLD,
    )


def _shortened(name: str, rest: str) -> str:
    """Return a name before what follows it, cut where both would not fit."""
    whole = name
    while name and style.text_width(f"{name}{rest}") > LABEL_WIDTH:
        name = name[:-1]
        whole = f"{name.rstrip()}…"
    return f"{whole}{rest}"


def _cells(row: Row) -> tuple[str, ...]:
    outcomes = "; ".join(
        f"{spoken(code)} {DIRECTIONS[which]}{f' ({number})' if number > 1 else ''}"
        for code, (which, number) in row.outcomes.items()
    )
    told = (text.replace(UNTOLD, "not told") for text in (row.sample, row.months))
    return (
        row.group.heading,
        "; ".join(f"@{key}" for key in row.sources),
        opening(outcomes),
        row.better,
        *told,
    )


def _draw(
    year: int,
    groups: Sequence[Group],
    rows: Sequence[Row],
    outcomes: Sequence[str],
    sizes: tuple[int, int],
) -> Canvas:
    better, sample, months = _widths(rows)
    last = WIDTH - MARGIN
    ends = last - months - sample - 3 * GAP, last - months - 1.5 * GAP, last
    left = max(style.text_width(row.label) for row in rows) + MARGIN + GAP
    width = (ends[0] - better - GAP - left) / len(outcomes)
    at = {code: left + width * (place + 0.5) for place, code in enumerate(outcomes)}
    heads = {
        group.heading: style.wrap(
            group.heading, last - style.text_width(tally(group)) - 3 * GAP, bold=True
        )
        for group in groups
        if group.studies
    }
    top = max(style.text_width(label(code)) for code in outcomes) + 2 * GAP
    lines = len(rows) + sum(map(len, heads.values()))
    bottom = top + LINE * lines + GAP * len(heads)
    canvas = Canvas(bottom + 2 * LINE + 2 * GAP)
    for code, x in at.items():
        canvas.write_upward(x, top - GAP, label(code))
    for end, heading in zip(ends, LAST, strict=True):
        canvas.write(end, top - GAP - LINE / 2, heading, align="right")
    y = top
    before: Row | None = None
    for index, row in enumerate(rows):
        if not before or before.group is not row.group:
            head = heads[row.group.heading]
            y += LINE * len(head) + GAP
            canvas.write(MARGIN, y - GAP / 2 - LINE * len(head) / 2, "\n".join(head), bold=True)
            canvas.write(last, y - GAP / 2 - LINE / 2, tally(row.group), align="right")
        elif before.year <= year < row.year:
            canvas.line((0, y), (WIDTH, y), dashed=True)
        if index % 2 == 0:
            canvas.band(y, LINE)
        radius = RADII[sum(row.size >= size for size in sizes)]
        _draw_row(canvas, row, y + LINE / 2, at, radius)
        for end, text, bold in zip(ends, _last(row), (row.mostly, False, False), strict=True):
            canvas.write(end, y + LINE / 2, text, align="right", bold=bold)
        y, before = y + LINE, row
    directions = [(which, RADII[-1], words) for which, words in DIRECTIONS.items()]
    signs.draw_key(canvas, MARGIN, y + GAP + LINE / 2, directions)
    few, many = sizes
    bands = (f"under {few:,} studied, or not told", f"{few:,} to {many - 1:,}", f"{many:,} or more")
    entries = [(BETTER, radius, words) for radius, words in zip(RADII, bands, strict=True)]
    signs.draw_key(canvas, MARGIN, y + GAP + 1.5 * LINE, entries)
    return canvas


def _draw_row(
    canvas: Canvas, row: Row, middle: float, at: Mapping[str, float], radius: float
) -> None:
    canvas.write(MARGIN, middle, row.label)
    for code, (which, number) in row.outcomes.items():
        name = f"{row.study}: {code}"
        signs.draw(canvas, which, (at[code] - AHEAD, middle), radius, name)
        if number > 1:
            canvas.write(at[code] + BESIDE, middle, f"{number}")


def _last(row: Row) -> tuple[str, str, str]:
    return row.better, f"{row.size:,}" if row.size else UNTOLD, row.months


def _widths(rows: Sequence[Row]) -> list[float]:
    columns = zip(LAST, *map(_last, rows), strict=True)
    return [max(style.text_width(text, bold=True) for text in column) for column in columns]


def _headline(groups: Sequence[Group]) -> str:
    found = [
        f"{part(len(group.mostly), len(group.studies)):study/studies} ({within(group.heading)})"
        for group in groups
        if group.studies
    ]
    return f"Most outcomes came out better in {sentence_list(found)}"


def _alt(groups: Sequence[Group], rows: Sequence[Row], held: Counter[str]) -> str:
    marks = Counter(DIRECTIONS[which] for row in rows for which, _ in row.outcomes.values())
    studies = [
        f"{within(group.heading)} {count(len(group.studies)):study/studies}, {tally(group)}"
        for group in groups
    ]
    return " ".join(
        [
            f"Plot of effect directions: a row for each of {count(len(rows)):study/studies}, a "
            f"column for each of {count(len(held)):outcome}.",
            f"By comparison: {'; '.join(studies)}.",
            "Marks by direction: "
            f"{phrases.counted_list((words, marks[words]) for words in DIRECTIONS.values())}.",
            f"Most often measured: {phrases.leading(spoken_counts(held), 3)}.",
        ]
    )
