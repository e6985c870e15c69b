"""Bars of the codes of a facet: how many sources hold each, then and since."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import Stances, baseline_year, holders, stances_of
from evidence.report.figures.grid import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LIGHT,
    LINE,
    MARGIN,
    MUTED,
    SWATCH,
    WIDTH,
    Canvas,
    Figure,
    nothing_drawn,
    text_width,
)
from evidence.report.figures.words import (
    extremes,
    foremost,
    leading,
    opening,
    plural,
    singular,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count, label

ROW_HEIGHT = 18.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of counts by code; with a colour, also the segment of a bar."""

    title: str
    counts: Mapping[str, int]
    colour: str | None = None

    @property
    def width(self) -> float:
        """Return the width of the heading, the sample of its colour included."""
        sample = SWATCH + GAP / 2 if self.colour else 0
        return sample + text_width(self.title, bold=self.colour is None)


def bars(
    evidence: Evidence,
    facet: str,
    stances: Stances = None,
    *,
    noun: str | None = None,
    verb: str = "hold",
) -> Figure:
    """Draw the sources of each code as bars, divided at the year of the baseline review, if any.

    Parameters
    ----------
    evidence
        The edition to draw.
    facet, stances
        The codes, and the stances in which a source holds them; any where left out.
    noun
        What a code is called, where not as the facet: "term", "study/studies".
    verb
        What sources do with it: "use".

    Returns
    -------
    Figure
        Bars sorted by number of sources, each period's count beside them.
    """
    noun = noun or spoken(facet)
    wanted = stances_of(evidence, facet, stances)
    codes = holders(evidence, facet, wanted)
    total = len(evidence.holding(facet, stances=wanted))
    columns = _periods(evidence, codes)
    frame = pd.DataFrame(
        [(label(code), *(column.counts[code] for column in columns)) for code in codes],
        columns=[opening(singular(noun)), *(column.title for column in columns)],
    )
    if not total:
        return nothing_drawn(f"bar chart of {plural(noun)}", frame)
    rows = Rows(tuple(codes), LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    canvas.write(MARGIN, LINE / 2, "Number of sources", colour=MUTED)
    right = _numbers(canvas, rows, columns)
    scale = (right - 2 * GAP - rows.left) / max(map(len, codes.values()))
    for index, code in enumerate(codes):
        start = rows.left
        for column in columns:
            if column.colour:
                size = (column.counts[code] * scale, LINE)
                corner = (start, rows.middle(index) - LINE / 2)
                canvas.bar(corner, size, column.colour, f"{code}: {column.title}")
                start += size[0]
    canvas.line((rows.left, rows.top), (rows.left, rows.bottom))
    periods = [column for column in columns if column.colour]
    as_stance = (
        "" if stances is None else f" (stance: {sentence_list([spoken(s) for s in wanted])})"
    )
    note = source_note(
        evidence,
        f"agreed codings of {plural(noun)}{as_stance}",
        f"A source counts once for each {singular(noun)}.",
    )
    alt = _alt(codes, total, periods, noun, verb)
    return Figure(canvas.figure, alt, _headline(periods, noun), note, frame)


def _periods(evidence: Evidence, codes: Mapping[str, frozenset[str]]) -> tuple[Column, ...]:
    """Return the periods before and after the baseline and all, or one where all lies in one."""
    year = baseline_year(evidence)
    totals = {code: len(sources) for code, sources in codes.items()}
    if year is None:
        return (Column("In all", totals, DARK),)
    earlier = evidence.up_to(year).counted()
    then = {code: len(sources & earlier) for code, sources in codes.items()}
    since = {code: totals[code] - then[code] for code in totals}
    periods = (Column(f"Up to {year}", then, DARK), Column(f"After {year}", since, LIGHT))
    used = tuple(period for period in periods if any(period.counts.values()))
    return (*used, Column("All", totals)) if len(used) != 1 else used


def _numbers(canvas: Canvas, rows: Rows, columns: tuple[Column, ...]) -> float:
    """Write the columns of counts against the right margin and return where they begin."""
    edge = WIDTH - MARGIN
    begin = edge
    for column in reversed(columns):
        begin = edge - column.width
        bold = column.colour is None
        canvas.write(edge, LINE / 2, column.title, align="right", bold=bold)
        if column.colour:
            canvas.swatch(begin, LINE / 2, column.colour)
        for index, code in enumerate(rows.codes):
            text = count(column.counts[code]).text
            canvas.write(edge, rows.middle(index), text, align="right", bold=bold)
        edge = begin - 2 * GAP
    return begin


def _headline(periods: list[Column], noun: str) -> str:
    phrases = []
    for period in periods:
        names, most = foremost([(spoken(code), n) for code, n in period.counts.items()])
        nouns, each = (singular(noun), "") if len(names) == 1 else (plural(noun), " each")
        phrases.append(
            f"the commonest {nouns} {period.title.lower()} {'are' if each else 'is'} "
            f"{sentence_list(names)} ({count(most):source}{each})"
        )
    return opening("; ".join(phrases))


def _alt(
    codes: Mapping[str, frozenset[str]], total: int, periods: list[Column], noun: str, verb: str
) -> str:
    pairs = [(spoken(code), len(sources)) for code, sources in codes.items()]
    sentences = [
        f"Horizontal bar chart of {format(count(len(codes)), noun)}, by the number of sources that "
        f"{verb} each.",
        f"{sources_in_all(total)}, {extremes(pairs, 3)}.",
    ]
    if len(periods) > 1:
        by_period = [
            f"{period.title.lower()}, "
            + leading([(spoken(code), value) for code, value in period.counts.items()], 1)
            for period in periods
        ]
        sentences.append(f"The most by period: {'; '.join(by_period)}.")
    if unused := [name for name, value in pairs if not value]:
        sentences.append(f"Without a source: {sentence_list(unused)}.")
    return " ".join(sentences)
