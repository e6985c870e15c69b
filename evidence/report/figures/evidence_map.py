"""The evidence map: outcomes that sources expect, hear reported or measure, with the result."""

from collections.abc import Collection

from matplotlib.axes import Axes

from evidence.findings.rules import IMPROVED, measured_stances
from evidence.model.evidence import Evidence
from evidence.report.figures.counts import count_codes
from evidence.report.figures.grid import Column, Grid, Line, draw_grid
from evidence.report.figures.style import (
    DARK,
    GAP,
    GREY,
    LIGHT,
    LINE,
    MARGIN,
    MUTED,
    PAPER,
    WARM,
    Figure,
    canvas,
    line,
    no_sources,
    write,
)
from evidence.report.figures.words import (
    counted_list,
    foremost,
    leading,
    opening,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count, label, part

FACET = "outcome"
MEASURED = "measured"
# Fill and outline by direction; the headings say the same, so that grey print loses nothing.
FILLS = {
    IMPROVED: (DARK, DARK),
    "measured-no-difference": (GREY, MUTED),
    "measured-mixed": (LIGHT, DARK),
    "measured-worse": (WARM, WARM),
}
RING = (PAPER, DARK)


def evidence_map(evidence: Evidence) -> Figure:
    """Draw outcomes by how sources write about them, measured ones by direction.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Circles sized by number of sources, rings where the outcome was not measured, and its
        words.
    """
    holding = evidence.holding(FACET)
    if not holding:
        return no_sources("evidence map of outcomes")
    stances = tuple(evidence.codebook.facets[FACET].stances)
    measured = measured_stances(evidence)
    grid = Grid(
        lines=tuple(
            Line(
                outcome.code,
                {s: len(evidence.holding(FACET, [outcome.code], [s])) for s in stances},
                len(outcome.sources),
            )
            for outcome in count_codes(evidence, FACET)
        ),
        columns=tuple(
            Column(s, label(s.removeprefix(f"{MEASURED}-")), *FILLS.get(s, RING))
            for s in sorted(stances, key=measured.__contains__)
        ),
        above=LINE + GAP,
        total=len(holding),
    )
    figure, axes = canvas(grid.rows.bottom)
    write(axes, MARGIN, LINE / 2, "Number of sources", colour=MUTED)
    _head_measured(axes, grid, measured)
    draw_grid(axes, grid)
    return Figure(
        figure,
        _alt(evidence, grid),
        _headline(evidence),
        source_note(
            evidence,
            "agreed codings of outcomes",
            "A source counts once in each cell and may stand in several.",
        ),
    )


def _headline(evidence: Evidence) -> str:
    measuring = measured_stances(evidence)
    codes = evidence.codebook.facets[FACET].codes
    better = {code: len(evidence.holding(FACET, [code], [IMPROVED])) for code in codes}
    names, most = foremost([*better.items()])
    everyone = len(evidence.holding(FACET, stances=measuring))
    if not everyone:
        speaking = count(len(evidence.holding(FACET)))
        return f"No source measured an outcome; {speaking:source} expect or report one"
    if not names:
        return f"None of the {count(everyone):source} that measured an outcome found one better"
    if len(names) > 1:
        outcomes = sentence_list([spoken(code) for code in names])
        return (
            f"{opening(outcomes)} are the outcomes that the most sources found better "
            f"({count(most)} each)"
        )
    measured = part(most, len(evidence.holding(FACET, names, measuring)))
    return (
        f"{label(names[0])} is the outcome that the most sources found better: "
        f"{measured} that measured it"
    )


def _head_measured(axes: Axes, grid: Grid, measured: Collection[str]) -> None:
    """Set one heading over the columns of measured outcomes."""
    places = [index for index, column in enumerate(grid.columns) if column.code in measured]
    if places:
        half = grid.column_width / 2 - GAP / 2
        start, end = grid.centre(places[0]) - half, grid.centre(places[-1]) + half
        write(axes, (start + end) / 2, LINE / 2, label(MEASURED), align="center")
        line(axes, (start, grid.above - GAP / 2), (end, grid.above - GAP / 2))


def _alt(evidence: Evidence, grid: Grid) -> str:
    measuring = count(len(evidence.holding(FACET, stances=measured_stances(evidence))))
    by_column = [
        (spoken(column.code), len(evidence.holding(FACET, stances=[column.code])))
        for column in grid.columns
    ]
    cells = [
        (f"{spoken(row.code)} {spoken(column.code)}", row.counts[column.code])
        for row in grid.lines
        for column in grid.columns
    ]
    empty = sum(not value for _, value in cells)
    totals = [(spoken(row.code), row.total) for row in grid.lines]
    return " ".join(
        [
            f"Grid of {count(len(grid.lines)):outcome} by how sources write about them; the area "
            "of a circle is a number of sources.",
            f"{sources_in_all(grid.total)}, {measuring} measuring an outcome: "
            f"{counted_list(by_column)}.",
            f"Most often written about: {leading(totals, 2)}.",
            f"The largest circles: {leading(cells, 3)}; {count(empty)} of "
            f"{count(len(cells))} cells are empty.",
        ]
    )
