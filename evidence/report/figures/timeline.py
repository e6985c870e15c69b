"""Sources by year and an attribute: when the counted sources were published and what they are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count as numbers_from

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.figures import style
from evidence.report.figures.grid import Column, Grid
from evidence.report.figures.style import GAP, LINE, MARGIN, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import plural, singular, spoken, spoken_counts
from evidence.words import count, label, opening, part

YEARS_PER_BAND = 5
MOST_BANDS = 8
BARS_HEIGHT = 60.0
WIDEST_BAR = 30.0


def timeline(evidence: Evidence, attribute: str, *, noun: str | None = None) -> Figure:
    """Draw the sources by band of years, as bars, and by value of an attribute, as circles.

    Bands are laid so that one ends with the year of the baseline review, if there is one.

    Parameters
    ----------
    attribute
        An attribute of the codebook or a field of sources.csv.
    noun
        What a value is called, where not as the attribute; with its plural: "country/countries".
    """
    noun = noun or spoken(attribute)
    years = {key: evidence.sources[key].year for key in evidence.counted()}
    values = {key: evidence.values(key, attribute) for key in years}
    baseline = evidence.baseline()
    year = baseline.year if baseline else None
    bands = _bands(min(years.values()), max(years.values()), year) if years else ()
    known = evidence.codebook.attributes.get(attribute)
    held = Counter(value for of_source in values.values() for value in of_source)
    order = sorted(known.values if known else sorted(held), key=lambda value: -held[value])
    totals = {value: held[value] for value in order}
    cells = Counter((value, years[key]) for key, of_source in values.items() for value in of_source)
    counts = {
        value: {_named(band): sum(cells[value, one] for one in band) for band in bands}
        for value in order
    }
    by_band = {_named(band): sum(one in band for one in years.values()) for band in bands}
    every = f"All {plural(noun)}"
    frame = pd.DataFrame(
        [
            *((label(value), *counts[value].values(), totals[value]) for value in order),
            (f"**{every}**", *by_band.values(), len(years)),
        ],
        columns=[opening(singular(noun)), *(_named(band, "–") for band in bands), "All"],
    )
    if not held:
        return nothing_drawn(f"chart of sources by year and {singular(noun)}", frame)
    # The colour tells the review's time from what came after it.
    before = [year is None or band[-1] <= year for band in bands]
    columns = tuple(
        Column(_named(band), _named(band, "–\n"), style.DARK if early else style.LIGHT)
        for band, early in zip(bands, before, strict=True)
    )
    grid = Grid(counts, totals, columns, 2 * LINE + GAP + BARS_HEIGHT, len(years))
    canvas = Canvas(grid.rows.bottom)
    grid.draw(canvas)
    _draw_bars(canvas, grid, by_band, every)
    alt = _alt(grid, by_band, years, noun)
    if year is not None and any(before):
        _mark(canvas, grid.left + grid.column_width * sum(before), grid.rows.bottom, year)
        then = sum(value <= year for value in years.values())
        alt += (
            f" A dashed line marks the baseline review of {year}: {count(then):source} up to "
            f"then, {len(years) - then:,} after."
        )
    unit = (
        f"A source has one year and one {singular(noun)} and counts once."
        if all(len(of_source) == 1 for of_source in values.values())
        else f"A source has one year and may have several {plural(noun)}."
    )
    note = phrases.source_note(evidence, "years of publication and agreed appraisals", unit)
    return Figure(canvas, alt, _headline(values, years, year, noun), note, frame)


def _headline(
    values: Mapping[str, Sequence[str]], years: Mapping[str, int], year: int | None, noun: str
) -> str:
    def commonest(keys: Sequence[str]) -> tuple[tuple[str, ...], int]:
        found = Counter(spoken(value) for key in keys for value in values[key])
        return phrases.foremost(sorted(found.items()))

    def named(names: Sequence[str], most: int) -> str:
        if len(names) == 1:
            return f"the commonest {singular(noun)} is {names[0]} ({most:,})"
        return f"the commonest {plural(noun)} are {sentence_list(names)} ({most:,} each)"

    if year is None:
        return opening(f"{named(*commonest([*years]))}, of {count(len(years)):source}")
    then = commonest([key for key in years if years[key] <= year])
    newer = [key for key in years if years[key] > year]
    since, share = commonest(newer), opening(f"{part(len(newer), len(years)):source}")
    said = [f"{share} came after the review of {year}"]
    if then[0] == since[0]:
        are = f"{singular(noun)} is" if len(then[0]) == 1 else f"{plural(noun)} are"
        numbers = f"up to then ({then[1]:,}) and since ({since[1]:,})"
        said.append(f"the commonest {are} {sentence_list(then[0])}, {numbers}")
    else:
        found = (("up to then", then), ("since then", since))
        said += [f"{when} {named(*names)}" for when, names in found if names[0]]
    return "; ".join(said)


def _named(band: range, dash: str = " to ") -> str:
    """Return the first and the last year, or the one year."""
    return dash.join(str(year) for year in dict.fromkeys((band[0], band[-1])))


def _bands(first: int, last: int, anchor: int | None) -> tuple[range, ...]:
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
        range(max(first, end + (k - 1) * length + 1), min(last, end + k * length) + 1)
        for k in range(place(first, length), place(last, length) + 1)
    )


def _draw_bars(canvas: Canvas, grid: Grid, by_band: Mapping[str, int], title: str) -> None:
    """Stand the sources of each band over its column."""
    base = grid.above - GAP / 2
    canvas.write(MARGIN, base - LINE / 2, title, bold=True)
    canvas.write(MARGIN, base - 1.5 * LINE, "Number of sources", colour=style.MUTED)
    canvas.write_last(base - LINE / 2, count(grid.total).text)
    width = min(grid.column_width * 0.6, WIDEST_BAR)
    for index, (name, total) in enumerate(by_band.items()):
        height = BARS_HEIGHT * total / max(by_band.values())
        x, fill = grid.centre(index), grid.columns[index].fill
        canvas.bar((x - width / 2, base - height), (width, height), fill, name)
        text = count(total).text
        canvas.write(x, base - height - LINE / 2, text, align="center", bold=True)
    reach = width / 2 + GAP / 2
    canvas.line((grid.centre(0) - reach, base), (grid.centre(len(by_band) - 1) + reach, base))


def _mark(canvas: Canvas, x: float, bottom: float, year: int) -> None:
    """Mark the year of the baseline review, its name on the side where there is room."""
    canvas.line((x, 0), (x, bottom), dashed=True)
    text = f"Up to the baseline review, {year}"
    if x - GAP >= style.text_width(text):
        canvas.write(x - GAP, LINE / 2, text, align="right", colour=style.MUTED)
    else:
        canvas.write(x + GAP, LINE / 2, text, colour=style.MUTED)


def _alt(grid: Grid, by_band: Mapping[str, int], years: Mapping[str, int], noun: str) -> str:
    first, last = min(years.values()), max(years.values())
    span = f"of {first}" if first == last else f"from {first} to {last}"
    return (
        "Bars of sources by years of publication over a grid of "
        f"{format(count(len(grid.totals)), noun)}, where the area of a circle is a number of "
        f"sources. {phrases.in_all(grid.total, 'source')}, {span}; the most in "
        f"{phrases.leading([*by_band.items()], 1)}. "
        f"{opening(plural(noun))}, {phrases.extremes(spoken_counts(grid.totals), 3)}."
    )
