"""The evidence map: codes by the stances in which sources hold them, results by direction."""

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import Stances, holders, stances_of
from evidence.report.figures.grid import TOTAL, Column, Grid
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
    Canvas,
    Figure,
    nothing_drawn,
)
from evidence.report.figures.words import (
    a,
    counted_list,
    foremost,
    is_or_are,
    leading,
    opening,
    plural,
    singular,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.words import count, label, part

MEASURED, BETTER = "measured", "better"
# Fill and outline by role; the headings say the same, so that grey print loses nothing.
FILLS = {
    BETTER: (DARK, DARK),
    "no-difference": (GREY, MUTED),
    "mixed": (LIGHT, DARK),
    "worse": (WARM, WARM),
}
RING = (PAPER, DARK)


def evidence_map(
    evidence: Evidence, facet: str, stances: Stances = None, *, noun: str | None = None
) -> Figure:
    """Draw the codes of a facet by stance, what was measured by its direction.

    Which stances are measured, and in which direction, the codebook says by their roles
    `measured`, `better`, `no-difference`, `mixed` and `worse`; without them, the figure speaks
    only of what was counted.

    Parameters
    ----------
    evidence
        The edition to draw.
    facet, stances
        The codes and the columns; all stances where left out.
    noun
        What a code is called, where not as the facet: "outcome", "study/studies".

    Returns
    -------
    Figure
        Circles sized by number of sources, rings where nothing was measured.
    """
    noun = noun or spoken(facet)
    wanted = stances_of(evidence, facet, stances)
    roles = evidence.codebook.facets[facet].roles
    directed = {stance for name in FILLS for stance in roles.get(name, ())}
    measured = [s for s in wanted if s in roles.get(MEASURED, directed)]
    codes = holders(evidence, facet, wanted)
    total = len(evidence.holding(facet, stances=wanted))
    counts = {c: {s: len(evidence.holding(facet, [c], [s])) for s in wanted} for c in codes}
    totals = {code: len(sources) for code, sources in codes.items()}
    frame = pd.DataFrame(
        [(label(code), *counts[code].values(), totals[code]) for code in codes],
        columns=[opening(singular(noun)), *map(label, wanted), TOTAL],
    )
    if not total:
        return nothing_drawn(f"evidence map of {plural(noun)}", frame)
    fills = {stance: fill for name, fill in FILLS.items() for stance in roles.get(name, ())}
    columns = tuple(
        Column(s, label(s.removeprefix(f"{MEASURED}-")), *fills.get(s, RING))
        for s in sorted(wanted, key=measured.__contains__)
    )
    grid = Grid(counts, totals, columns, LINE + GAP, total)
    canvas = Canvas(grid.rows.bottom)
    canvas.write(MARGIN, LINE / 2, "Number of sources", colour=MUTED)
    if measured:
        # One heading stands over all columns of what was measured; they are the last.
        half = grid.column_width / 2 - GAP / 2
        start = grid.centre(len(columns) - len(measured)) - half
        end = grid.centre(len(columns) - 1) + half
        canvas.write((start + end) / 2, LINE / 2, label(MEASURED), align="center")
        canvas.line((start, grid.above - GAP / 2), (end, grid.above - GAP / 2))
    grid.draw(canvas)
    better = [stance for stance in roles.get(BETTER, ()) if stance in wanted]
    headline = (
        _headline_measured(evidence, facet, noun, measured, better)
        if measured and better
        else _headline_counted(totals, total, noun)
    )
    note = source_note(
        evidence,
        f"agreed codings of {plural(noun)}",
        "A source counts once in each cell and may stand in several.",
    )
    alt = _alt(evidence, facet, noun, grid, measured)
    return Figure(canvas.figure, alt, headline, note, frame)


def _headline_counted(totals: dict[str, int], total: int, noun: str) -> str:
    names, most = foremost([(spoken(code), number) for code, number in totals.items()])
    subject = opening(is_or_are(names))
    if len(names) > 1:
        return (
            f"{subject} the {plural(noun)} that the most sources write about ({count(most)} each)"
        )
    return f"{subject} the {singular(noun)} that the most sources write about: {part(most, total)}"


def _headline_measured(
    evidence: Evidence, facet: str, noun: str, measured: list[str], better: list[str]
) -> str:
    everyone = len(evidence.holding(facet, stances=measured))
    if not everyone:
        speaking = len(evidence.holding(facet))
        writes = "writes" if speaking == 1 else "write"
        return f"No source measured {a(noun)}; {count(speaking):source} {writes} about one"
    found = {
        code: len(evidence.holding(facet, [code], better))
        for code in evidence.codebook.facets[facet].codes
    }
    codes, most = foremost([*found.items()])
    if not codes:
        return f"None of the {count(everyone):source} that measured {a(noun)} found one better"
    subject = opening(is_or_are([spoken(code) for code in codes]))
    if len(codes) > 1:
        return f"{subject} the {plural(noun)} that the most sources found better ({most:,} each)"
    among = len(evidence.holding(facet, codes, measured))
    return (
        f"{subject} the {singular(noun)} that the most sources found better: "
        f"{part(most, among)} that measured it"
    )


def _alt(evidence: Evidence, facet: str, noun: str, grid: Grid, measured: list[str]) -> str:
    by_column = [
        (spoken(column.code), len(evidence.holding(facet, stances=[column.code])))
        for column in grid.columns
    ]
    cells = [
        (f"{spoken(code)} {spoken(column.code)}", numbers[column.code])
        for code, numbers in grid.counts.items()
        for column in grid.columns
    ]
    measuring = len(evidence.holding(facet, stances=measured))
    totals = [(spoken(code), number) for code, number in grid.totals.items()]
    return " ".join(
        [
            f"Grid of {format(count(len(totals)), noun)} by how sources write about them; the area "
            "of a circle is a number of sources.",
            sources_in_all(grid.total)
            + (f", {count(measuring)} measuring {a(noun)}" if measured else "")
            + f": {counted_list(by_column)}.",
            f"Most often written about: {leading(totals, 2)}.",
            f"The largest circles: {leading(cells, 3)}; "
            f"{count(sum(not value for _, value in cells))} of {count(len(cells))} cells are "
            "empty.",
        ]
    )
