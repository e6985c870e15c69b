"""Agreement of the coding passes: alpha with its interval, question by question."""

from collections.abc import Sequence

import pandas as pd

from evidence.findings.agreement import LEVEL, TENTATIVE_BELOW, Agreement, agreements
from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.coefficients import COEFFICIENTS, coefficients, written
from evidence.report.figures import style
from evidence.report.figures.grid import NumberColumn, Rows
from evidence.report.figures.style import GAP, LINE, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import spoken
from evidence.words import count, decimal, label, opening, part

ROW_HEIGHT = 21.0
RADIUS = 4.0


def agreement(evidence: Evidence) -> Figure:
    """Draw Krippendorff's alpha with its interval for each question, kappa beside it.

    The lowest limit of alpha for conclusions is marked.
    """
    found = agreements(evidence) if evidence.counted() else ()
    frame = pd.DataFrame(
        [(label(row.question), f"{row.units:,}", *coefficients(row)) for row in found],
        columns=["Question", "Units", *COEFFICIENTS],
    )
    if not any(row.units for row in found):
        return nothing_drawn("chart of agreement", frame)
    rows = sorted(found, key=lambda row: -2 if row.alpha is None else row.alpha, reverse=True)
    placed = Rows([row.question for row in rows], 2 * LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(placed.bottom + LINE + GAP)
    placed.draw(canvas)
    head = placed.top - GAP / 2
    right = placed.draw_numbers(
        canvas,
        [
            NumberColumn("Alpha", [written(row.alpha, "–") for row in rows]),
            NumberColumn("Kappa", [written(row.kappa, "–") for row in rows], bold=False),
        ],
        head - LINE / 2,
    )
    left = placed.left + GAP
    lows = [row.interval[0] if row.interval else row.alpha or 0 for row in rows]
    floor = min(0.0, *lows)

    def x(value: float) -> float:
        return left + (right - left) * (value - floor) / (1 - floor)

    bottom = placed.bottom + GAP / 2
    for tick in (0.0, 0.5, 1.0):
        canvas.line((x(tick), placed.top), (x(tick), bottom), colour=style.RULE)
        canvas.write(x(tick), bottom + LINE / 2, str(tick), align="center", colour=style.MUTED)
    limit = x(TENTATIVE_BELOW)
    canvas.line((limit, head), (limit, placed.bottom), dashed=True)
    text = f"lowest limit, {TENTATIVE_BELOW:.3f}"
    canvas.write(limit, head - LINE / 2, text, align="center", colour=style.MUTED)
    for middle, row in zip(placed.middles, rows, strict=True):
        if row.alpha is None:
            continue
        if row.interval:
            start, end = ((x(bound), middle) for bound in row.interval)
            canvas.line(start, end, colour=style.DARK, width=2.0)
        fill = style.DARK if row.alpha >= TENTATIVE_BELOW else style.PAPER
        canvas.bubble((x(row.alpha), middle), RADIUS, fill=fill, name=f"{row.question}: alpha")
    note = phrases.source_note(
        evidence,
        "the codings of both passes before they were reconciled",
        f"The line through each dot is the {LEVEL:.0%} interval of alpha; a hollow dot lies below "
        "the limit.",
    )
    return Figure(canvas, _alt(rows), _headline(rows), note, frame)


def _headline(rows: Sequence[Agreement]) -> str:
    defined = [(spoken(row.question), row.alpha) for row in rows if row.alpha is not None]
    if not defined:
        return "The agreement of the passes beyond chance is not defined for any question"
    reaching = sum(alpha >= TENTATIVE_BELOW for _, alpha in defined)
    lowest = min(alpha for _, alpha in defined)
    names = sentence_list([name for name, alpha in defined if alpha == lowest])
    if len(defined) == 1:
        return f"Alpha is defined for one question, {names} ({decimal(lowest, 2)})"
    return (
        f"{opening(f'{part(reaching, len(defined)):question}')} "
        f"{'reaches' if reaching == 1 else 'reach'} the lowest limit of alpha for a conclusion "
        f"({TENTATIVE_BELOW:.3f}); the passes agree least on {names} ({decimal(lowest, 2)})"
    )


def _alt(rows: Sequence[Agreement]) -> str:
    said = [
        f"{spoken(row.question)} {written(row.alpha)}"
        + (f" ({' to '.join(map(written, row.interval))})" if row.interval else "")
        for row in rows
        if row.alpha is not None
    ]
    undefined = [spoken(row.question) for row in rows if row.alpha is None]
    return " ".join(
        [
            "Dots with intervals on a scale up to 1: Krippendorff's alpha of the coding passes on "
            f"{count(len(rows)):question}, with a dashed line at {TENTATIVE_BELOW:.3f}.",
            *([f"From the highest: {'; '.join(said)}."] if said else []),
            *([f"Not defined for {sentence_list(undefined)}."] if undefined else []),
        ]
    )
