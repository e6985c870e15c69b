"""Sources by year and an attribute: when the counted sources were published and what they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count as numbers_from

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import baseline_year
from evidence.report.figures.grid import Column, Grid
from evidence.report.figures.style import (
    DARK,
    GAP,
    LIGHT,
    LINE,
    MARGIN,
    MUTED,
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
from evidence.words import count, label, part

YEARS_PER_BAND = 5
MOST_BANDS = 8
BARS_HEIGHT = 60.0
WIDEST_BAR = 30.0


@dataclass(frozen=True, slots=True)
class Band:
    """Consecutive years, both ends within."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Return the years as a sentence writes them, or the one year."""
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    def holds(self, year: int) -> bool:
        """Say whether the year lies within."""
        return self.first <= year <= self.last


def timeline(evidence: Evidence, attribute: str, *, noun: str | None = None) -> Figure:
    """Draw the sources by band of years, as bars, and by value of an attribute, as circles.

    Bands are laid so that one ends with the year of the baseline review, if there is one.

    Parameters
    ----------
    evidence
        The edition to draw.
    attribute
        An attribute of the codebook or a field of sources.csv.
    noun
        What a value is called, where not as the attribute: "design", "country/countries".

    Returns
    -------
    Figure
        Bars over a grid of circles, the year of the baseline review marked.
    """
    noun = noun or spoken(attribute)
    years = {key: evidence.sources[key].year for key in evidence.counted()}
    values = {key: evidence.values(key, attribute) for key in years}
    year = baseline_year(evidence)
    bands = _bands(min(years.values()), max(years.values()), year) if years else ()
    known = evidence.codebook.attributes.get(attribute)
    held = Counter(value for of_source in values.values() for value in of_source)
    order = sorted([*known.values] if known else sorted(held), key=lambda value: -held[value])
    counts = {
        value: {
            band.name: sum(value in values[key] and band.holds(years[key]) for key in years)
            for band in bands
        }
        for value in order
    }
    totals = {value: held[value] for value in order}
    by_band = [sum(map(band.holds, years.values())) for band in bands]
    every = f"All {plural(noun)}"
    frame = pd.DataFrame(
        [
            *((label(value), *counts[value].values(), totals[value]) for value in order),
            (f"**{every}**", *by_band, len(years)),
        ],
        columns=[
            opening(singular(noun)),
            *(band.name.replace(" to ", "–") for band in bands),
            "All",
        ],
    )
    if not bands:
        return nothing_drawn(f"chart of sources by year and {singular(noun)}", frame)
    columns = tuple(
        Column(
            band.name,
            band.name.replace(" to ", "–\n"),
            # The colour tells the review's time from what came after it.
            DARK if year is None or band.last <= year else LIGHT,
        )
        for band in bands
    )
    grid = Grid(counts, totals, columns, 2 * LINE + GAP + BARS_HEIGHT, len(years))
    canvas = Canvas(grid.rows.bottom)
    grid.draw(canvas)
    _draw_bars(canvas, grid, by_band, every)
    alt = _alt(grid, by_band, years, noun)
    before = sum(band.last <= year for band in bands) if year is not None else 0
    if year is not None and before:
        _mark(canvas, grid.left + grid.column_width * before, grid.rows.bottom, year)
        then = sum(by_band[:before])
        alt += (
            f" A dashed line marks the baseline review of {year}: {count(then):source} up to "
            f"then, {count(grid.total - then)} after."
        )
    unit = (
        f"A source has one year and one {singular(noun)} and counts once."
        if all(len(of_source) == 1 for of_source in values.values())
        else f"A source has one year and may have several {plural(noun)}."
    )
    note = source_note(evidence, "years of publication and agreed appraisals", unit)
    return Figure(canvas.figure, alt, _headline(values, years, year, noun), note, frame)


def _headline(
    values: Mapping[str, tuple[str, ...]], years: Mapping[str, int], year: int | None, noun: str
) -> str:
    def commonest(keys: Sequence[str]) -> tuple[tuple[str, ...], int]:
        return foremost(
            sorted(Counter(spoken(value) for key in keys for value in values[key]).items())
        )

    def named(names: Sequence[str], most: int) -> str:
        if len(names) == 1:
            return f"the commonest {singular(noun)} is {names[0]} ({count(most)})"
        return f"the commonest {plural(noun)} are {sentence_list(names)} ({count(most)} each)"

    if year is None:
        return opening(f"{named(*commonest([*years]))}, of {count(len(years)):source}")
    then = commonest([key for key in years if years[key] <= year])
    since = commonest([key for key in years if years[key] > year])
    after = sum(value > year for value in years.values())
    newer = opening(part(after, len(years)).text)
    phrases = [f"{newer} sources came after the review of {year}"]
    if then[0] == since[0]:
        are = f"{singular(noun)} is" if len(then[0]) == 1 else f"{plural(noun)} are"
        numbers = f"up to then ({count(then[1])}) and since ({count(since[1])})"
        phrases.append(f"the commonest {are} {sentence_list(then[0])}, {numbers}")
    else:
        phrases += [
            f"{when} {named(*found)}"
            for when, found in (("up to then", then), ("since then", since))
            if found[0]
        ]
    return "; ".join(phrases)


def _bands(first: int, last: int, anchor: int | None) -> tuple[Band, ...]:
    """Cut the years into bands of equal length, the outer two trimmed to years with sources."""
    end = last if anchor is None else anchor

    def place(year: int, length: int) -> int:
        return -((end - year) // length)

    length = next(
        length
        for length in numbers_from(YEARS_PER_BAND, YEARS_PER_BAND)
        if place(last, length) - place(first, length) < MOST_BANDS
    )
    return tuple(
        Band(max(first, end + (k - 1) * length + 1), min(last, end + k * length))
        for k in range(place(first, length), place(last, length) + 1)
    )


def _draw_bars(canvas: Canvas, grid: Grid, totals: Sequence[int], title: str) -> None:
    """Stand the sources of each band over its column."""
    base = grid.above - GAP / 2
    every = count(grid.total).text
    canvas.write(MARGIN, base - LINE / 2, title, bold=True)
    canvas.write(MARGIN, base - 1.5 * LINE, "Number of sources", colour=MUTED)
    canvas.write(WIDTH - MARGIN, base - LINE / 2, every, align="right", bold=True)
    width = min(grid.column_width * 0.6, WIDEST_BAR)
    for index, total in enumerate(totals):
        height = BARS_HEIGHT * total / max(totals)
        x, column = grid.centre(index), grid.columns[index]
        canvas.bar((x - width / 2, base - height), (width, height), column.fill, column.code)
        text = count(total).text
        canvas.write(x, base - height - LINE / 2, text, align="center", bold=True)
    reach = width / 2 + GAP / 2
    canvas.line((grid.centre(0) - reach, base), (grid.centre(len(totals) - 1) + reach, base))


def _mark(canvas: Canvas, x: float, bottom: float, year: int) -> None:
    """Mark the year of the baseline review, its name on the side where there is room."""
    canvas.line((x, 0), (x, bottom), dashed=True)
    text = f"Up to the baseline review, {year}"
    if x - GAP >= text_width(text):
        canvas.write(x - GAP, LINE / 2, text, align="right", colour=MUTED)
    else:
        canvas.write(x + GAP, LINE / 2, text, colour=MUTED)


def _alt(grid: Grid, by_band: Sequence[int], years: Mapping[str, int], noun: str) -> str:
    bands = [(band.code, total) for band, total in zip(grid.columns, by_band, strict=True)]
    first, last = min(years.values()), max(years.values())
    span = f"of {first}" if first == last else f"from {first} to {last}"
    by_value = [(spoken(value), number) for value, number in grid.totals.items()]
    return " ".join(
        [
            "Bars of sources by years of publication over a grid of "
            f"{format(count(len(by_value)), noun)}, where the area of a circle is a number of "
            "sources.",
            f"{sources_in_all(grid.total)}, {span}; the most in {leading(bands, 1)}.",
            f"{opening(plural(noun))}, {extremes(by_value, 3)}.",
        ]
    )
