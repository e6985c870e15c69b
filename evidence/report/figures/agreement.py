"""Agreement of the two coding passes: alpha with its interval, question by question."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from evidence.findings.agreement import LEVEL, TENTATIVE_BELOW, Agreement, agreements
from evidence.model.evidence import Evidence
from evidence.report.figures.rows import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LINE,
    MARGIN,
    MUTED,
    PAPER,
    RULE,
    WIDTH,
    Figure,
    bubble,
    canvas,
    line,
    no_sources,
    text_width,
    write,
)
from evidence.report.figures.words import opening, source_note, spoken
from evidence.report.markup import sentence_list
from evidence.words import count, decimal, part

ROW_HEIGHT = 21.0
RADIUS = 4.0
UNDEFINED = "not defined"
COLUMNS = ("Alpha", "Kappa")


def agreement_of_passes(evidence: Evidence) -> Figure:
    """Draw Krippendorff's alpha with its interval for each question, kappa beside it.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        A dot and an interval a question, the lowest limit for conclusions marked, and its words.
    """
    found = agreements(evidence) if evidence.counted() else ()
    rows = sorted(found, key=lambda row: -2 if row.alpha is None else row.alpha, reverse=True)
    if not any(row.units for row in rows):
        return no_sources("chart of agreement")
    placed = Rows(tuple(row.question for row in rows), 2 * LINE + GAP, ROW_HEIGHT)
    figure, axes = canvas(placed.bottom + LINE + GAP)
    placed.draw(axes)
    right = _numbers(axes, placed, rows)
    left = placed.left + GAP
    lows = [row.interval[0] if row.interval else row.alpha or 0 for row in rows]
    floor = min(0.0, *lows)

    def x(value: float) -> float:
        return left + (right - left) * (value - floor) / (1 - floor)

    bottom = placed.bottom + GAP / 2
    for tick in (0.0, 0.5, 1.0):
        line(axes, (x(tick), placed.top), (x(tick), bottom), colour=RULE)
        text = str(decimal(tick, 1))
        write(axes, x(tick), bottom + LINE / 2, text, align="center", colour=MUTED)
    limit = x(TENTATIVE_BELOW)
    line(axes, (limit, placed.top - GAP / 2), (limit, placed.bottom), dashed=True)
    text = f"lowest limit, {TENTATIVE_BELOW:.3f}"
    write(axes, limit, placed.top - GAP / 2 - LINE / 2, text, align="center", colour=MUTED)
    for index, row in enumerate(rows):
        if row.alpha is not None:
            middle = placed.middle(index)
            if row.interval:
                ends = [(x(bound), middle) for bound in row.interval]
                line(axes, ends[0], ends[1], colour=DARK, width=2.0)
            reached = row.alpha >= TENTATIVE_BELOW
            name = f"{row.question}: alpha"
            centre = (x(row.alpha), middle)
            bubble(axes, centre, RADIUS, fill=DARK if reached else PAPER, name=name)
    note = source_note(
        evidence,
        "the codings of both passes before they were reconciled",
        f"The line through each dot is the {LEVEL:.0%} interval of alpha; a hollow dot lies below "
        "the limit.",
    )
    return Figure(figure, _alt(rows), _headline(rows), note)


def _numbers(axes: Axes, placed: Rows, rows: Sequence[Agreement]) -> float:
    """Write alpha and kappa against the right margin and return where the drawing may end."""
    edge = WIDTH - MARGIN
    for heading, values in zip(
        reversed(COLUMNS), ([row.kappa for row in rows], [row.alpha for row in rows]), strict=True
    ):
        cells = ["–" if value is None else str(decimal(value, 2)) for value in values]
        bold = heading == COLUMNS[0]
        write(axes, edge, placed.top - GAP / 2 - LINE / 2, heading, align="right", bold=bold)
        for index, cell in enumerate(cells):
            write(axes, edge, placed.middle(index), cell, align="right", bold=bold)
        edge -= max(text_width(text, bold) for text in (heading, *cells)) + 2 * GAP
    return edge


def _headline(rows: Sequence[Agreement]) -> str:
    defined = [(spoken(row.question), row.alpha) for row in rows if row.alpha is not None]
    if not defined:
        return "The agreement of the two passes beyond chance is not defined for any question"
    reaching = sum(alpha >= TENTATIVE_BELOW for _, alpha in defined)
    lowest = min(alpha for _, alpha in defined)
    names = sentence_list([name for name, alpha in defined if alpha == lowest])
    reach = "reach" if reaching != 1 else "reaches"
    return (
        f"{opening(part(reaching, len(defined)).text)} questions {reach} the lowest limit of alpha "
        f"for a conclusion ({TENTATIVE_BELOW:.3f}); the passes agree least on {names} "
        f"({decimal(lowest, 2)})"
    )


def _alt(rows: Sequence[Agreement]) -> str:
    said = [
        f"{spoken(row.question)} {decimal(row.alpha, 2)}"
        + (f" ({' to '.join(str(decimal(b, 2)) for b in row.interval)})" if row.interval else "")
        for row in rows
        if row.alpha is not None
    ]
    undefined = [spoken(row.question) for row in rows if row.alpha is None]
    return " ".join(
        [
            "Dots with intervals on a scale up to 1: Krippendorff's alpha of the two coding "
            f"passes on {count(len(rows)):question}, with a dashed line at "
            f"{TENTATIVE_BELOW:.3f}.",
            *([f"From the highest: {'; '.join(said)}."] if said else []),
            *([f"Not defined for {sentence_list(undefined)}."] if undefined else []),
        ]
    )
