"""Bars of the codes of a facet: how many sources hold each, then and since."""

from collections.abc import Mapping
from typing import NamedTuple

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Codes, Names
from evidence.report.figures import style
from evidence.report.figures.grid import NumberColumn, Rows
from evidence.report.figures.style import GAP, LINE, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import spoken_counts
from evidence.words import count, opening

ROW_HEIGHT = 18.0


class Period(NamedTuple):
    """Sources by code in a span of years; with a colour, also the segment of a bar."""

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
    """Draw the sources of each code as bars, divided at the year of the baseline review, if any.

    Parameters
    ----------
    facet, stances
        The codes, and the stances in which a source holds them; any where left out.
    noun
        What a code is called, where not as the facet; with its plural as in "study/studies".
    verb
        What sources do with it: "use".
    """
    codes = Codes(evidence, facet, stances, noun)
    columns = _periods(evidence, codes)
    frame = codes.frame({column.title: column.counts for column in columns})
    if not codes.total:
        return nothing_drawn(f"bar chart of {codes.nouns}", frame)
    rows = Rows(codes.sources, LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    canvas.write_unit()
    right = rows.draw_numbers(
        canvas,
        [
            NumberColumn(title, [*map(str, counts.values())], colour, bold=not colour)
            for title, counts, colour in columns
        ],
    )
    scale = (right - rows.left) / max(codes.totals.values())
    periods = [column for column in columns if column.colour]
    for code, middle in zip(codes.sources, rows.middles, strict=True):
        start = rows.left
        for period in periods:
            length, name = period.counts[code] * scale, f"{code}: {period.title}"
            canvas.bar((start, middle - LINE / 2), (length, LINE), period.colour, name)
            start += length
    canvas.line((rows.left, rows.top), (rows.left, rows.bottom))
    note = codes.note(f"A source counts once for each {codes.noun}.")
    return Figure(canvas.figure, _alt(codes, periods, verb), _headline(codes, periods), note, frame)


def _periods(evidence: Evidence, codes: Codes) -> tuple[Period, ...]:
    """Return the periods before and after the baseline and all, or one where all lies in one."""
    baseline = evidence.baseline()
    if baseline is None:
        return (Period("In all", codes.totals, style.DARK),)
    year = baseline.year
    earlier = evidence.up_to(year).counted()
    then = {code: len(sources & earlier) for code, sources in codes.sources.items()}
    since = {code: total - then[code] for code, total in codes.totals.items()}
    periods = (
        Period(f"Up to {year}", then, style.DARK),
        Period(f"After {year}", since, style.LIGHT),
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
            f"({count(most):source}{each})"
        )
    return opening("; ".join(said))


def _alt(codes: Codes, periods: list[Period], verb: str) -> str:
    pairs = spoken_counts(codes.totals)
    sentences = [
        f"Horizontal bar chart of {format(count(len(pairs)), codes.form)}, by the number of "
        f"sources that {verb} each.",
        f"{phrases.sources_in_all(codes.total)}, {phrases.extremes(pairs, 3)}.",
    ]
    if len(periods) > 1:
        by_period = [
            f"{period.title.lower()}, {phrases.leading(spoken_counts(period.counts), 1)}"
            for period in periods
        ]
        sentences.append(f"The most by period: {'; '.join(by_period)}.")
    if unused := [name for name, number in pairs if not number]:
        sentences.append(f"Without a source: {sentence_list(unused)}.")
    return " ".join(sentences)
