"""The verdicts through the editions: every claim with its verdict and main number in each."""

from collections import Counter

import pandas as pd

from evidence.findings.editions import Course, Standing, courses
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SILENT, SUPPORTED, Finding
from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.account import bound_of, noun_of
from evidence.report.figures import style
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import spoken
from evidence.words import count, label, number, opening, part, short_verdict, verdict

CLOSE = "*"
LABEL_WIDTH = 122.0
COLUMNS = ("Statement", "Supported if")
# The shape and the colour of each verdict; its word says the same.
SIGNS = {
    SUPPORTED: ("●", style.DARK),
    PARTLY: ("◉", style.DARK),
    NOT_SUPPORTED: ("✘", style.WARM),
    SILENT: ("○", style.MUTED),
    NO_DATA: ("◌", style.MUTED),
}


def editions(evidence: Evidence) -> Figure:
    """Draw each claim's verdict and main number in the editions, side by side.

    A line joins editions where the verdict holds, an arrow those where it moves.
    """
    claims = tuple(courses(evidence).values())
    standings = claims[0].standings if claims else ()
    headings = ["All" if row.current else f"To {row.year}" for row in standings]
    counted = [count(len(evidence.up_to(row.year).counted())) for row in standings]
    heads = [*zip(headings, (f"{number:source}" for number in counted), strict=True)]
    named = [
        (label(course.claim.claim_id), f"{noun_of(course)}: {bound_of(course)}")
        for course in claims
    ]
    frame = pd.DataFrame(
        [
            (*names, *map(_cell, course.standings))
            for names, course in zip(named, claims, strict=True)
        ],
        columns=[*COLUMNS, *(f"{heading} ({size})" for heading, size in heads)],
    )
    if not evidence.counted() or not claims:
        return nothing_drawn("chart of verdicts by edition", frame)
    texts = [tuple(style.wrap(text, LABEL_WIDTH) for text in names) for names in named]
    heights = [(len(name) + len(needed)) * LINE + GAP for name, needed in texts]
    top, key = 2 * LINE + GAP, _key(claims)
    bottom = top + sum(heights)
    canvas = Canvas(bottom + GAP + len(key) * LINE)
    left = LABEL_WIDTH + 2 * GAP
    lefts = [left + (WIDTH - left) / len(standings) * place for place in range(len(standings))]
    for x, (heading, size) in zip((MARGIN, *lefts), (COLUMNS, *heads), strict=True):
        canvas.write(x, LINE / 2, heading, bold=True)
        canvas.write(x, 1.5 * LINE, size, colour=style.MUTED)
    rows = zip(claims, texts, heights, strict=True)
    for index, (course, (name, needed), height) in enumerate(rows):
        if index % 2 == 0:
            canvas.band(top, height)
        middle = top + height / 2
        start = middle - LINE * (len(name) + len(needed)) / 2
        canvas.write(MARGIN, start + LINE / 2 * len(name), "\n".join(name))
        below = start + LINE * len(name) + LINE / 2 * len(needed)
        canvas.write(MARGIN, below, "\n".join(needed), colour=style.MUTED)
        _draw_course(canvas, course, lefts, middle)
        top += height
    for index, text in enumerate(key):
        canvas.write(MARGIN, bottom + GAP + LINE * (index + 0.5), text, colour=style.MUTED)
    note = phrases.source_note(
        evidence,
        "the findings of this report, judged anew on each edition",
        "Numbers are counts of sources, or shares of studies, as each rule has it.",
    )
    return Figure(canvas.figure, _alt(claims), _headline(claims), note, frame)


def _cell(standing: Standing) -> str:
    written = f", {number(standing.value)}" if standing.judged else ", no number"
    close = ", close call" if standing.finding.close else ""
    return f"{short_verdict(standing.finding)}{written}{close}"


def _headline(claims: tuple[Course, ...]) -> str:
    first, last = claims[0].standings[0], claims[0].standings[-1]
    if first.year == last.year:
        return f"There is one edition of {count(len(claims)):statement}, so no verdict has moved"
    changed = sum(
        verdict(course.standings[0].finding) != verdict(course.standings[-1].finding)
        for course in claims
    )
    have = "has" if changed == 1 else "have"
    return (
        f"{opening(f'{part(changed, len(claims)):statement}')} {have} another verdict on all "
        f"sources than on those up to {first.year}"
    )


def _draw_course(canvas: Canvas, course: Course, lefts: list[float], middle: float) -> None:
    upper, lower = middle - LINE / 2, middle + LINE / 2
    moved = {move.after.year for move in course.verdict_moves}
    end: style.Pair | None = None
    for left, standing in zip(lefts, course.standings, strict=True):
        moves = standing.year in moved
        if end:
            (canvas.arrow if moves else canvas.line)(end, (left - GAP / 2, upper))
        shape, colour = SIGNS[standing.finding.outcome]
        written = number(standing.value).text if standing.judged else ""
        after = left + style.text_width(shape) + GAP / 2
        canvas.write(left, upper, shape, colour=colour)
        canvas.write(after, upper, written)
        star = CLOSE if standing.finding.close else ""
        word = short_verdict(standing.finding) + star
        canvas.write(left, lower, word, bold=moves, colour=style.INK if moves else style.MUTED)
        end = after + style.text_width(written) + (GAP / 2 if written else 0), upper


def _key(claims: tuple[Course, ...]) -> tuple[str, ...]:
    """Return the lines of the key: the signs that occur, with the verdicts in full."""
    found = [standing.finding for course in claims for standing in course.standings]
    named = {finding.outcome: verdict(finding) for finding in found}
    entries = [f"{shape} {named[kind]}" for kind, (shape, _) in SIGNS.items() if kind in named]
    if any(finding.close for finding in found):
        entries.append(f"{CLOSE} A close call: one source would change it")
    lines = entries[:1]
    for entry in entries[1:]:
        joined = f"{lines[-1]}    {entry}"
        if style.text_width(joined) <= WIDTH - 2 * MARGIN:
            lines[-1] = joined
        else:
            lines.append(entry)
    return tuple(lines)


def _alt(claims: tuple[Course, ...]) -> str:
    standings = claims[0].standings
    moved = [_alt_moves(course) for course in claims if course.verdict_moves]
    still = [course.standings[0].finding for course in claims if not course.verdict_moves]
    said = (
        f"Chart of {count(len(claims)):statement} in {count(len(standings)):edition}, with the "
        "verdict and the main number of each."
    )
    if moved:
        said += f" The verdict moved for {count(len(moved)):statement}: {'; '.join(moved)}."
    if still:
        still.sort(key=lambda finding: [*SIGNS].index(finding.outcome))
        words = Counter(map(_short, still))
        tally = sentence_list([f"{number:,} {word}" for word, number in words.items()])
        said += f" It is the same throughout for {count(len(still)):statement}: {tally}."
    return said


def _alt_moves(course: Course) -> str:
    steps = [
        f"to {_short(after.finding)} {'now' if after.current else f'by {after.year}'}"
        for after in (move.after for move in course.verdict_moves)
    ]
    first = _short(course.standings[0].finding)
    return f"{spoken(course.claim.claim_id)} from {first} {sentence_list(steps)}"


def _short(finding: Finding) -> str:
    return short_verdict(finding).lower()
