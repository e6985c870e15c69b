"""Bars of the codes of a facet: how many studies hold each, then and since."""

from collections.abc import Mapping
from typing import NamedTuple

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Codes, Names
from evidence.report.figures import style
from evidence.report.figures.grid import NumberColumn, Rows
from evidence.report.figures.style import GAP, LINE, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import STUDY, spoken_counts
from evidence.words import count, opening

ROW_HEIGHT = 18.0


class Period(NamedTuple):
    """Studies by code in a span of years; with a colour, also the segment of a bar."""

    title: str
    counts: Mapping[str, int]
    colour: str = ""


def bars(
    evidence: Evidence,
    facet: str,
    stances: Names = None,
    *,
    noun: str | None = None,
    verb: str = "hold",
) -> Figure:
    """Draw the studies of each code as bars, divided at the year of the baseline review, if any.

    A study with sources on both sides of that year counts on each, and once in all.

    Parameters
    ----------
    facet, stances
        The codes, and the stances in which a study holds them; any where left out.
    noun
        What a code is called, where not as the facet; with its plural as in "study/studies".
    verb
        What studies do with it: "use".
    """
    codes = Codes(evidence, facet, stances, noun)
    columns = _periods(evidence, codes, facet)
    frame = codes.frame({column.title: column.counts for column in columns})
    if not codes.total:
        return nothing_drawn(f"bar chart of {codes.nouns}", frame, "No studies")
    rows = Rows(codes.studies, LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    canvas.write_unit()
    right = rows.draw_numbers(
        canvas,
        [
            NumberColumn(title, [str(counts[code]) for code in codes.studies], colour, not colour)
            for title, counts, colour in columns
        ],
    )
    periods = [column for column in columns if column.colour]
    longest = max(sum(period.counts[code] for period in periods) for code in codes.studies)
    scale = (right - rows.left) / longest
    for code, middle in zip(codes.studies, rows.middles, strict=True):
        start = rows.left
        for period in periods:
            length, name = period.counts[code] * scale, f"{code}: {period.title}"
            canvas.bar((start, middle - LINE / 2), (length, LINE), period.colour, name)
            start += length
    canvas.line((rows.left, rows.top), (rows.left, rows.bottom))
    unit = f"A study counts once for each {codes.noun}"
    if len(periods) > 1:
        unit += ", and where its sources are of both times, in both but once in all"
    note = codes.note(f"{unit}.")
    return Figure(canvas, _alt(codes, periods, verb), _headline(codes, periods), note, frame)


def _periods(evidence: Evidence, codes: Codes, facet: str) -> tuple[Period, ...]:
    """Return the periods before and after the baseline and all, or one where all lies in one."""
    baseline = evidence.baseline()
    if baseline is None:
        return (Period("In all", codes.totals, style.DARK),)
    year = baseline.year

    def within(span: Evidence) -> Mapping[str, int]:
        found = Codes(span, facet, codes.stances).totals
        return {code: found[code] for code in codes.studies}

    periods = (
        Period(f"Up to {year}", within(evidence.up_to(year)), style.DARK),
        Period(f"After {year}", within(evidence.since(year)), style.LIGHT),
    )
    used = tuple(period for period in periods if any(period.counts.values()))
    return (*used, Period("All", codes.totals)) if len(used) != 1 else used


def _headline(codes: Codes, periods: list[Period]) -> str:
    said = []
    for period in periods:
        names, most = phrases.foremost(spoken_counts(period.counts))
        noun, are, each = (
            (codes.noun, "is", "") if len(names) == 1 else (codes.nouns, "are", " each")
        )
        said.append(
            f"the commonest {noun} {period.title.lower()} {are} {sentence_list(names)} "
            f"({count(most).studies}{each})"
        )
    return opening("; ".join(said))


def _alt(codes: Codes, periods: list[Period], verb: str) -> str:
    pairs = spoken_counts(codes.totals)
    sentences = [
        f"Horizontal bar chart of {format(count(len(pairs)), codes.form)}, by the number of "
        f"studies that {verb} each.",
        f"{phrases.in_all(codes.total, STUDY)}, {phrases.extremes(pairs, 3)}.",
    ]
    if len(periods) > 1:
        by_period = [
            f"{period.title.lower()}, {phrases.leading(spoken_counts(period.counts), 1)}"
            for period in periods
        ]
        sentences.append(f"The most by period: {'; '.join(by_period)}.")
    if unused := [name for name, number in pairs if not number]:
        sentences.append(f"Without a study: {sentence_list(unused)}.")
    return " ".join(sentences)
