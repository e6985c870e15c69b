"""Terms in use: how many sources use each word for working together, then and since."""

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import CodeCount, baseline_year, count_codes
from evidence.report.figures.rows import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LIGHT,
    LINE,
    MARGIN,
    MUTED,
    SWATCH,
    WIDTH,
    Figure,
    bar,
    canvas,
    line,
    no_sources,
    swatch,
    text_width,
    write,
)
from evidence.report.figures.words import (
    extremes,
    foremost,
    leading,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count

FACET = "term"
STANCES = ("uses",)
ROW_HEIGHT = 18.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of counts by term; with a colour, also the segment of a bar."""

    title: str
    counts: Mapping[str, int]
    colour: str | None = None

    @property
    def width(self) -> float:
        """Return the width of the heading, the sample of its colour included."""
        sample = SWATCH + GAP / 2 if self.colour else 0
        return sample + text_width(self.title, bold=self.colour is None)


def terms_in_use(evidence: Evidence) -> Figure:
    """Draw the sources using each term as bars, divided at the year of the baseline review.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Bars sorted by number of sources, each period's count beside them, and its words.
    """
    terms = count_codes(evidence, FACET, STANCES)
    using = evidence.holding(FACET, stances=STANCES)
    if not using:
        return no_sources("bar chart of terms in use")
    columns = spans_of_use(evidence, terms)
    rows = Rows(tuple(term.code for term in terms), LINE + GAP, ROW_HEIGHT)
    figure, axes = canvas(rows.bottom)
    rows.draw(axes)
    write(axes, MARGIN, LINE / 2, "Number of sources", colour=MUTED)
    right = _numbers(axes, rows, columns)
    scale = (right - 2 * GAP - rows.left) / max(len(term.sources) for term in terms)
    for index, code in enumerate(rows.codes):
        start = rows.left
        for column in columns:
            if column.colour:
                size = (column.counts[code] * scale, LINE)
                corner = (start, rows.middle(index) - LINE / 2)
                bar(axes, corner, size, column.colour, f"{code}: {column.title}")
                start += size[0]
    line(axes, (rows.left, rows.top), (rows.left, rows.bottom))
    note = source_note(
        evidence,
        "agreed codings of terms that a source uses as its own",
        "A source counts once for each term.",
    )
    return Figure(figure, _alt(terms, using, columns), _headline(columns), note)


def _headline(columns: tuple[Column, ...]) -> str:
    spans = [column for column in columns if column.colour]
    tops = [foremost([(spoken(code), n) for code, n in span.counts.items()]) for span in spans]
    first, *rest = (
        f"{'term' if len(names) == 1 else 'terms'} in widest use {span.title.lower()}"
        f"{' is' if len(names) == 1 else ' are'} {sentence_list(names)} ({count(most):source}"
        f"{'' if len(names) == 1 else ' each'})"
        for span, (names, most) in zip(spans, tops, strict=True)
    )
    return "; ".join([f"The {first}", *(f"the {text}" for text in rest)])


def spans_of_use(evidence: Evidence, terms: tuple[CodeCount, ...]) -> tuple[Column, ...]:
    """Return the spans before and after the baseline and all, or one where all lies in one."""
    year = baseline_year(evidence)
    totals = {term.code: len(term.sources) for term in terms}
    if year is None:
        return (Column("In all", totals, DARK),)
    earlier = evidence.up_to(year).counted()
    then = {term.code: len(term.sources & earlier) for term in terms}
    since = {code: totals[code] - then[code] for code in totals}
    spans = (Column(f"Up to {year}", then, DARK), Column(f"After {year}", since, LIGHT))
    used = tuple(span for span in spans if any(span.counts.values()))
    return (*used, Column("All", totals)) if len(used) > 1 else used


def _numbers(axes: Axes, rows: Rows, columns: tuple[Column, ...]) -> float:
    """Write the columns of counts against the right margin and return where they begin."""
    edge = WIDTH - MARGIN
    begin = edge
    for column in reversed(columns):
        begin = edge - column.width
        bold = column.colour is None
        write(axes, edge, LINE / 2, column.title, align="right", bold=bold)
        if column.colour:
            swatch(axes, begin, LINE / 2, column.colour)
        for index, code in enumerate(rows.codes):
            text = count(column.counts[code]).text
            write(axes, edge, rows.middle(index), text, align="right", bold=bold)
        edge = begin - 2 * GAP
    return begin


def _alt(terms: tuple[CodeCount, ...], using: frozenset[str], columns: tuple[Column, ...]) -> str:
    pairs = [(spoken(term.code), len(term.sources)) for term in terms]
    sentences = [
        f"Horizontal bar chart of {count(len(terms)):term} for working together, by the number of "
        "sources using each.",
        f"{sources_in_all(len(using))}, {extremes(pairs, 3)}.",
    ]
    spans = [column for column in columns if column.colour]
    if len(spans) > 1:
        tops = [
            leading([(spoken(code), value) for code, value in span.counts.items()], 1)
            for span in spans
        ]
        by_span = [f"{span.title.lower()}, {top}" for span, top in zip(spans, tops, strict=True)]
        sentences.append(f"Most used by period: {'; '.join(by_span)}.")
    unused = [name for name, value in pairs if not value]
    if unused:
        sentences.append(f"Used by no source: {sentence_list(unused)}.")
    return " ".join(sentences)
