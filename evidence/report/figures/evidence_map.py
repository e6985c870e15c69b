"""The evidence map: codes by the stances in which studies hold them, results by direction."""

from collections.abc import Mapping

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Codes, Names
from evidence.report.figures import style
from evidence.report.figures.grid import TOTAL, Column, Grid
from evidence.report.figures.style import GAP, LINE, Canvas, Figure, nothing_drawn
from evidence.report.phrases import STUDY, a, spoken, spoken_counts
from evidence.words import count, label, opening, part

MEASURED, BETTER = "measured", "better"
# Fill and outline by role; the headings say the same, so that grey print loses nothing.
FILLS = {
    BETTER: (style.DARK, style.DARK),
    "same": (style.GREY, style.MUTED),
    "mixed": (style.LIGHT, style.DARK),
    "worse": (style.WARM, style.WARM),
}
RING = (style.PAPER, style.DARK)


def evidence_map(
    evidence: Evidence, facet: str, stances: Names = None, *, noun: str | None = None
) -> Figure:
    """Draw the codes of a facet by stance as circles, rings where nothing was measured.

    Which stances are measured, and in which direction, the codebook says by their roles
    `measured`, `better`, `same`, `mixed` and `worse`; without them, the figure speaks
    only of what was counted.

    Parameters
    ----------
    facet, stances
        The codes and the columns; all stances where left out.
    noun
        What a code is called, where not as the facet; with its plural as in "study/studies".
    """
    codes = Codes(evidence, facet, stances, noun)
    by_stance = {stance: codes.by_code([stance]) for stance in codes.stances}
    columned = {label(stance): by for stance, by in by_stance.items()}
    frame = codes.frame({**columned, TOTAL: codes.totals})
    if not codes.total:
        return nothing_drawn(f"evidence map of {codes.nouns}", frame, "No studies")
    roles = evidence.codebook.facets[facet].roles
    fills = {stance: fill for name, fill in FILLS.items() for stance in roles.get(name, ())}
    measured = [stance for stance in codes.stances if stance in roles.get(MEASURED, ())]
    columns = tuple(
        Column(stance, label(stance.removeprefix(f"{MEASURED}-")), *fills.get(stance, RING))
        for stance in sorted(codes.stances, key=measured.__contains__)
    )
    counts = {code: {s: by[code] for s, by in by_stance.items()} for code in codes.studies}
    grid = Grid(counts, codes.totals, columns, LINE + GAP, codes.total)
    canvas = Canvas(grid.rows.bottom)
    canvas.write_unit()
    if measured:
        # One heading stands over all columns of what was measured; they are the last.
        half = grid.column_width / 2 - GAP / 2
        start = grid.centre(len(columns) - len(measured)) - half
        end = grid.centre(len(columns) - 1) + half
        canvas.write((start + end) / 2, LINE / 2, label(MEASURED), align="center")
        canvas.line((start, grid.above - GAP / 2), (end, grid.above - GAP / 2))
    grid.draw(canvas)
    better = [stance for stance in roles.get(BETTER, ()) if stance in measured]
    alt, headline = _alt(codes, grid, measured), _headline(codes, measured, better)
    note = codes.note("A study counts once in each cell and may stand in several.")
    return Figure(canvas, alt, headline, note, frame)


def _headline(codes: Codes, measured: list[str], better: list[str]) -> str:
    counts: Mapping[str, int] = codes.totals
    verb, among = "report on", codes.total
    if better:
        among = codes.number(measured)
        if not among:
            report = "reports" if codes.total == 1 else "report"
            what = f"{count(codes.total).studies} {report} on one"
            return f"No study measured {a(codes.noun)}; {what}"
        counts, verb = codes.by_code(better), "found better"
        if not any(counts.values()):
            if among == 1:
                return f"The one study that measured {a(codes.noun)} found none better"
            return f"None of the {among:,} studies that measured {a(codes.noun)} found one better"
        among = codes.number(measured, max(counts, key=counts.__getitem__))
    names, most = phrases.foremost(spoken_counts(counts))
    subject = opening(phrases.is_or_are(names))
    if len(names) > 1:
        return f"{subject} the {codes.nouns} that the most studies {verb} ({most:,} each)"
    whole = f"{part(most, among)} that measured it" if better else part(most, among)
    return f"{subject} the {codes.noun} that the most studies {verb}: {whole}"


def _alt(codes: Codes, grid: Grid, measured: list[str]) -> str:
    by_column = {column.code: codes.number([column.code]) for column in grid.columns}
    cells = [
        (f"{spoken(code)} {spoken(column.code)}", numbers[column.code])
        for code, numbers in grid.counts.items()
        for column in grid.columns
    ]
    measuring = f", {codes.number(measured):,} measuring {a(codes.noun)}" if measured else ""
    return " ".join(
        [
            f"Grid of {format(count(len(codes.totals)), codes.form)} by how studies report on "
            "them; the area of a circle is a number of studies.",
            f"{phrases.in_all(codes.total, STUDY)}{measuring}: "
            f"{phrases.counted_list(spoken_counts(by_column))}.",
            f"Most often reported on: {phrases.leading(spoken_counts(codes.totals), 2)}.",
            f"The largest circles: {phrases.leading(cells, 3)}; "
            f"empty: {sum(not value for _, value in cells):,} of {len(cells):,} cells.",
        ]
    )
