"""The verdicts through the editions: every claim with its verdict and main number in each."""

from dataclasses import dataclass

import pandas as pd

from evidence.findings.editions import Course, Move, Standing, courses
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SILENT, SUPPORTED
from evidence.model.evidence import Evidence
from evidence.report.account import bound_of, noun_of
from evidence.report.figures import phrases, style
from evidence.report.figures.phrases import spoken
from evidence.report.figures.style import (
    GAP,
    LINE,
    MARGIN,
    WIDTH,
    Canvas,
    Figure,
    Pair,
    nothing_drawn,
    text_width,
    wrap,
)
from evidence.report.markup import sentence_list
from evidence.words import count, label, number, opening, part, short_verdict, verdict

CLOSE = "*"
LABEL_WIDTH = 122.0
# The shape and the colour of each verdict; its word says the same.
SIGNS = {
    SUPPORTED: ("●", style.DARK),
    PARTLY: ("◉", style.DARK),
    NOT_SUPPORTED: ("✘", style.WARM),
    SILENT: ("○", style.MUTED),
    NO_DATA: ("◌", style.MUTED),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A claim's row: where it lies, and the lines of its name and of what its number must be."""

    course: Course
    top: float
    name: tuple[str, ...]
    needed: tuple[str, ...]

    @property
    def height(self) -> float:
        """Return the height of the row."""
        return (len(self.name) + len(self.needed)) * LINE + GAP

    @property
    def middle(self) -> float:
        """Return the middle height of the row."""
        return self.top + self.height / 2


def editions(evidence: Evidence) -> Figure:
    """Draw each claim's verdict and main number in the editions, side by side.

    Parameters
    ----------
    evidence
        The current edition; the earlier ones are drawn from it.

    Returns
    -------
    Figure
        A row of signs per claim, joined by a line where the verdict holds and by an arrow where
        it moves, and its words.
    """
    claims = tuple(courses(evidence).values())
    frame = _frame(evidence, claims)
    if not evidence.counted() or not claims:
        return nothing_drawn("chart of verdicts by edition", frame)
    rows = _rows(claims)
    key = _key(claims)
    bottom = rows[-1].top + rows[-1].height
    canvas = Canvas(bottom + GAP + len(key) * LINE)
    _head(canvas, evidence, claims[0])
    for index, row in enumerate(rows):
        if index % 2 == 0:
            canvas.band(row.top, row.height)
        _draw_row(canvas, row)
    for index, text in enumerate(key):
        canvas.write(MARGIN, bottom + GAP + LINE * (index + 0.5), text, colour=style.MUTED)
    note = phrases.source_note(
        evidence,
        "the findings of this report, judged anew on each edition",
        "Numbers are counts of sources, or shares of studies, as each rule has it.",
    )
    return Figure(canvas.figure, _alt(claims), _headline(claims), note, frame)


def _frame(evidence: Evidence, claims: tuple[Course, ...]) -> pd.DataFrame:
    headings = [
        f"{heading(standing)} "
        f"({format(count(len(evidence.up_to(standing.year).counted())), 'source')})"
        for standing in (claims[0].standings if claims else ())
    ]
    rows = [
        (
            label(course.claim.claim_id),
            f"{noun_of(course)}: {bound_of(course)}",
            *map(_cell, course.standings),
        )
        for course in claims
    ]
    return pd.DataFrame(rows, columns=["Statement", "Supported if", *headings])


def _cell(standing: Standing) -> str:
    written = f", {number(standing.value)}" if standing.judged else ", no number"
    close = ", close call" if standing.finding.close else ""
    return f"{short_verdict(standing.finding)}{written}{close}"


def _headline(claims: tuple[Course, ...]) -> str:
    first, last = claims[0].standings[0], claims[0].standings[-1]
    changed = sum(
        verdict(course.standings[0].finding) != verdict(course.standings[-1].finding)
        for course in claims
    )
    number = part(changed, len(claims)).text
    if first.year == last.year:
        return f"There is one edition of {count(len(claims)):statement}, so no verdict has moved"
    have = "has" if changed == 1 else "have"
    return (
        f"{opening(number)} statements {have} another verdict on all sources than on those up to "
        f"{first.year}"
    )


def _rows(claims: tuple[Course, ...]) -> tuple[Row, ...]:
    rows: list[Row] = []
    top = 2 * LINE + GAP
    for course in claims:
        name = wrap(label(course.claim.claim_id), LABEL_WIDTH)
        rows.append(
            Row(course, top, name, wrap(f"{noun_of(course)}: {bound_of(course)}", LABEL_WIDTH))
        )
        top += rows[-1].height
    return tuple(rows)


def _lefts(course: Course) -> tuple[float, ...]:
    """Return where the columns begin."""
    left = LABEL_WIDTH + 2 * GAP
    width = (WIDTH - left) / len(course.standings)
    return tuple(left + width * index for index in range(len(course.standings)))


def _head(canvas: Canvas, evidence: Evidence, course: Course) -> None:
    canvas.write(MARGIN, LINE / 2, "Statement", bold=True)
    canvas.write(MARGIN, 1.5 * LINE, "Supported if", colour=style.MUTED)
    for left, standing in zip(_lefts(course), course.standings, strict=True):
        sources = count(len(evidence.up_to(standing.year).counted()))
        canvas.write(left, LINE / 2, heading(standing), bold=True)
        canvas.write(left, 1.5 * LINE, f"{sources:source}", colour=style.MUTED)


def heading(standing: Standing) -> str:
    """Return the edition of a column."""
    return "All" if standing.current else f"To {standing.year}"


def _draw_row(canvas: Canvas, row: Row) -> None:
    half = LINE / 2
    texts = len(row.name) + len(row.needed)
    start = row.middle - LINE * texts / 2
    canvas.write(MARGIN, start + half * len(row.name), "\n".join(row.name))
    below = start + LINE * len(row.name) + half * len(row.needed)
    canvas.write(MARGIN, below, "\n".join(row.needed), colour=style.MUTED)
    moved = {move.after.year for move in row.course.verdict_moves}
    end: Pair | None = None
    for left, standing in zip(_lefts(row.course), row.course.standings, strict=True):
        upper, lower = row.middle - half, row.middle + half
        moves = standing.year in moved
        if end:
            (canvas.arrow if moves else canvas.line)(end, (left - GAP / 2, upper))
        shape, colour = SIGNS[standing.finding.outcome]
        written = number(standing.value).text if standing.judged else ""
        canvas.write(left, upper, shape, colour=colour)
        after = left + text_width(shape) + GAP / 2
        colour = style.INK if moves else style.MUTED
        canvas.write(after, upper, written)
        canvas.write(left, lower, word(standing), bold=moves, colour=colour)
        end = after + text_width(written) + (GAP / 2 if written else 0), upper


def word(standing: Standing) -> str:
    """Return the verdict of a cell in short, with a star where it is a close call."""
    return short_verdict(standing.finding) + (CLOSE if standing.finding.close else "")


def _key(claims: tuple[Course, ...]) -> tuple[str, ...]:
    """Return the lines of the key: the signs that occur, with the verdicts in full."""
    found = [standing.finding for course in claims for standing in course.standings]
    named = {finding.outcome: verdict(finding) for finding in found}
    entries = [f"{shape} {named[kind]}" for kind, (shape, _) in SIGNS.items() if kind in named]
    if any(finding.close for finding in found):
        entries.append(f"{CLOSE} A close call: one source would change it")
    lines = [""]
    for entry in entries:
        joined = f"{lines[-1]}    {entry}" if lines[-1] else entry
        if text_width(joined) <= WIDTH - 2 * MARGIN:
            lines[-1] = joined
        else:
            lines.append(entry)
    return tuple(lines)


def _alt(claims: tuple[Course, ...]) -> str:
    standings = claims[0].standings
    moved = [course for course in claims if course.verdict_moves]
    kept = [course for course in claims if not course.verdict_moves]
    sentences = [
        f"Chart of {count(len(claims)):statement} in {count(len(standings)):edition}, with the "
        "verdict and the main number of each.",
    ]
    if moved:
        sentences.append(
            f"The verdict moved for {count(len(moved)):statement}: "
            f"{'; '.join(_alt_moves(course) for course in moved)}."
        )
    if kept:
        said = [course.standings[0].finding for course in kept]
        tally = [
            f"{len(alike):,} {short_verdict(alike[0]).lower()}"
            for kind in SIGNS
            if (alike := [finding for finding in said if finding.outcome == kind])
        ]
        sentences.append(
            f"It is the same throughout for {count(len(kept)):statement}: {sentence_list(tally)}."
        )
    return " ".join(sentences)


def _alt_moves(course: Course) -> str:
    first = short_verdict(course.standings[0].finding).lower()
    steps = [f"to {_alt_move(move)}" for move in course.verdict_moves]
    return f"{spoken(course.claim.claim_id)} from {first} {sentence_list(steps)}"


def _alt_move(move: Move) -> str:
    edition = "now" if move.after.current else f"by {move.after.year}"
    return f"{short_verdict(move.after.finding).lower()} {edition}"
