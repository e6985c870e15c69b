"""Sources by year and design: when the counted sources were published and what they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as numbers_from

from matplotlib.axes import Axes

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import baseline_year
from evidence.report.figures.grid import Column, Grid, Line, draw_grid
from evidence.report.figures.style import (
    DARK,
    GAP,
    LIGHT,
    LINE,
    MARGIN,
    MUTED,
    WIDTH,
    Figure,
    bar,
    canvas,
    line,
    no_sources,
    text_width,
    write,
)
from evidence.report.figures.words import (
    extremes,
    foremost,
    leading,
    opening,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count, part

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
    def label(self) -> str:
        """Return the years as a heading on two lines, or the one year."""
        return str(self.first) if self.first == self.last else f"{self.first}–\n{self.last}"

    @property
    def name(self) -> str:
        """Return the years as a sentence writes them."""
        return self.label.replace("–\n", " to ")

    def holds(self, year: int) -> bool:
        """Say whether the year lies within."""
        return self.first <= year <= self.last


@dataclass(frozen=True, slots=True)
class Timeline:
    """The counted sources by design and band of years.

    Attributes
    ----------
    lines
        A line a design, its counts by the names of the bands; those with most sources first.
    baseline
        The year of the baseline review, None in an edition that ends before it.
    """

    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    years: Mapping[str, int]
    designs: Mapping[str, str]
    baseline: int | None

    @property
    def totals(self) -> tuple[int, ...]:
        """Return the sources of each band."""
        return tuple(sum(map(band.holds, self.years.values())) for band in self.bands)


def timeline(evidence: Evidence) -> Timeline:
    """Count the sources of this edition by design and band of years.

    Bands are laid so that one ends with the baseline's year: its edition is whole columns.
    """
    designs = {key: "".join(evidence.values(key, "design")) for key in evidence.agreed()}
    years = {key: evidence.sources[key].year for key in designs}
    year = baseline_year(evidence)
    bands = _bands(min(years.values()), max(years.values()), year) if years else ()
    return Timeline(bands, _lines(evidence, designs, years, bands), years, designs, year)


def sources_by_year_and_design(evidence: Evidence) -> Figure:
    """Draw the counted sources by band of years, as bars, and by design within it, as circles.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Bars over a grid of circles, the year of the baseline review marked, and its words.
    """
    found = timeline(evidence)
    if not found.bands:
        return no_sources("chart of sources by year and design")
    totals, year = found.totals, found.baseline
    grid = Grid(
        lines=found.lines,
        columns=tuple(
            Column(band.name, band.label, fill=_fill(band, year)) for band in found.bands
        ),
        above=2 * LINE + GAP + BARS_HEIGHT,
        total=len(found.designs),
    )
    figure, axes = canvas(grid.rows.bottom)
    draw_grid(axes, grid)
    _draw_bars(axes, grid, totals)
    alt = _alt(grid, totals, found.years)
    before = sum(band.last <= year for band in found.bands) if year is not None else 0
    if year is not None and before:
        _mark(axes, grid.left + grid.column_width * before, grid.rows.bottom, year)
        then = sum(totals[:before])
        alt += (
            f" A dashed line marks the baseline review of {year}: {count(then):source} up to "
            f"then, {count(grid.total - then)} after."
        )
    note = source_note(
        evidence,
        "years of publication and agreed appraisals",
        "A source has one year and one design and counts once.",
    )
    return Figure(figure, alt, _headline(found), note)


def _headline(found: Timeline) -> str:
    designs, year = found.designs, found.baseline
    if year is None:
        names, most = _commonest(designs.values())
        return opening(f"{_of_design(names, most)}, of {count(len(designs)):source}")
    then = _commonest(design for key, design in designs.items() if found.years[key] <= year)
    since = _commonest(design for key, design in designs.items() if found.years[key] > year)
    after = sum(value > year for value in found.years.values())
    newer = opening(part(after, len(designs)).text)
    phrases = [f"{newer} sources came after the review of {year}"]
    if then[0] == since[0]:
        design = "design is" if len(then[0]) == 1 else "designs are"
        numbers = f"up to then ({count(then[1])}) and since ({count(since[1])})"
        phrases.append(f"the commonest {design} {sentence_list(then[0])}, {numbers}")
    else:
        phrases += [
            f"{when} {_of_design(*found_then)}"
            for when, found_then in (("up to then", then), ("since then", since))
            if found_then[0]
        ]
    return "; ".join(phrases)


def _commonest(designs: Iterable[str]) -> tuple[tuple[str, ...], int]:
    return foremost(sorted(Counter(map(spoken, designs)).items()))


def _of_design(names: Sequence[str], most: int) -> str:
    if len(names) == 1:
        return f"the commonest design is {names[0]} ({count(most)})"
    return f"the commonest designs are {sentence_list(names)} ({count(most)} each)"


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


def _lines(
    evidence: Evidence, designs: dict[str, str], years: dict[str, int], bands: tuple[Band, ...]
) -> tuple[Line, ...]:
    """Return the designs, those with most sources first, ties as in the codebook."""
    lines = []
    for design in evidence.codebook.attributes["design"].values:
        published = [years[key] for key, value in designs.items() if value == design]
        counts = {band.name: sum(map(band.holds, published)) for band in bands}
        lines.append(Line(design, counts, len(published)))
    return tuple(sorted(lines, key=lambda row: -row.total))


def _draw_bars(axes: Axes, grid: Grid, totals: Sequence[int]) -> None:
    """Stand the sources of each band over its column."""
    base = grid.above - GAP / 2
    write(axes, MARGIN, base - LINE / 2, "All designs", bold=True)
    write(axes, MARGIN, base - 1.5 * LINE, "Number of sources", colour=MUTED)
    write(axes, WIDTH - MARGIN, base - LINE / 2, count(grid.total).text, align="right", bold=True)
    width = min(grid.column_width * 0.6, WIDEST_BAR)
    for index, total in enumerate(totals):
        height = BARS_HEIGHT * total / max(totals)
        x = grid.centre(index)
        corner = (x - width / 2, base - height)
        bar(axes, corner, (width, height), grid.columns[index].fill, grid.columns[index].code)
        write(axes, x, base - height - LINE / 2, count(total).text, align="center", bold=True)
    reach = width / 2 + GAP / 2
    line(axes, (grid.centre(0) - reach, base), (grid.centre(len(totals) - 1) + reach, base))


def _fill(band: Band, year: int | None) -> str:
    """Return the colour of a band, which tells the review's time from what came after it."""
    return DARK if year is None or band.last <= year else LIGHT


def _mark(axes: Axes, x: float, bottom: float, year: int) -> None:
    line(axes, (x, 0), (x, bottom), dashed=True)
    text = f"Up to the baseline review, {year}"
    room = x - GAP >= text_width(text)
    write(
        axes,
        x - GAP if room else x + GAP,
        LINE / 2,
        text,
        align="right" if room else "left",
        colour=MUTED,
    )


def _alt(grid: Grid, totals: Sequence[int], years: Mapping[str, int]) -> str:
    by_band = [(band.code, total) for band, total in zip(grid.columns, totals, strict=True)]
    first, last = min(years.values()), max(years.values())
    span = f"of {first}" if first == last else f"from {first} to {last}"
    by_design = [(spoken(row.code), row.total) for row in grid.lines]
    return " ".join(
        [
            "Bars of sources by years of publication over a grid of "
            f"{count(len(by_design)):design}, where the area of a circle is a number of sources.",
            f"{sources_in_all(grid.total)}, {span}; the most in {leading(by_band, 1)}.",
            f"Designs, {extremes(by_design, 3)}.",
        ]
    )
