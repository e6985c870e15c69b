"""Terms together: which words for working together the same sources use."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from matplotlib.axes import Axes

from evidence.model.evidence import Evidence
from evidence.report.figures.bars import FACET, STANCES
from evidence.report.figures.counts import CodeCount, count_codes
from evidence.report.figures.rows import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PAPER,
    TINTS,
    WIDTH,
    Figure,
    canvas,
    no_sources,
    swatch,
    text_width,
    tile,
    write,
    write_upward,
)
from evidence.report.figures.words import leading, opening, source_note, sources_in_all, spoken
from evidence.report.markup import sentence_list
from evidence.words import count, label

Pairing = tuple[str, str]
ROW_HEIGHT = 19.0
TOTAL = "All"


@dataclass(frozen=True, slots=True)
class Together:
    """Terms, most used first, and how many sources use both of each pair.

    Attributes
    ----------
    pairs
        Pair of codes, the one of more sources first, to number of sources; zeros among them.
    several
        Number of sources that use more than one term.
    """

    terms: tuple[CodeCount, ...]
    pairs: Mapping[Pairing, int]
    several: int

    def number(self, one: str, other: str) -> int:
        """Return the number of sources that use both terms, in whichever order."""
        return self.pairs.get((one, other), self.pairs.get((other, one), 0))


def terms_together(evidence: Evidence) -> Together:
    """Count the sources that use two terms, for each pair of terms."""
    terms = count_codes(evidence, FACET, STANCES)
    pairs = {
        (one.code, other.code): len(one.sources & other.sources)
        for one, other in combinations(terms, 2)
    }
    using = evidence.holding(FACET, stances=STANCES)
    several = sum(sum(key in term.sources for term in terms) > 1 for key in using)
    return Together(terms, pairs, several)


def words_together(evidence: Evidence) -> Figure:
    """Draw, for each pair of terms, how many sources use both.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Half a matrix with its numbers, shaded by them, and its words.
    """
    found = terms_together(evidence)
    if not any(term.sources for term in found.terms):
        return no_sources("matrix of terms used together")
    codes = tuple(term.code for term in found.terms)
    columns = codes[:-1]
    headings = max(text_width(label(code)) for code in columns) if columns else 0
    rows = Rows(codes, LINE + 2 * GAP + headings, ROW_HEIGHT)
    figure, axes = canvas(rows.bottom)
    rows.draw(axes)
    edge = WIDTH - MARGIN
    width = (edge - text_width(TOTAL, bold=True) - GAP - rows.left) / max(len(columns), 1)
    _key(axes, max(found.pairs.values(), default=0))
    write(axes, edge, rows.top - GAP / 2 - LINE / 2, TOTAL, align="right", bold=True)
    for place, code in enumerate(columns):
        write_upward(axes, rows.left + width * (place + 0.5), rows.top - GAP / 2, label(code))
    largest = max(found.pairs.values(), default=0)
    for index, term in enumerate(found.terms):
        middle = rows.middle(index)
        write(axes, edge, middle, count(len(term.sources)).text, align="right", bold=True)
        for place, code in enumerate(codes[:index]):
            number = found.pairs[code, term.code]
            step = shade(number, largest)
            height = rows.heights[index]
            corner = (rows.left + width * place, middle - height / 2)
            tile(axes, corner, (width, height), TINTS[step], f"{code} + {term.code}")
            ink = PAPER if TINTS[step] == DARK else INK if number else MUTED
            text = count(number).text if number else "·"
            write(axes, corner[0] + width / 2, middle, text, align="center", colour=ink)
    note = source_note(
        evidence,
        "agreed codings of terms that a source uses as its own",
        "A source counts once for each pair of terms that it uses.",
    )
    return Figure(figure, _alt(evidence, found), _headline(found), note)


def shade(number: int, largest: int) -> int:
    """Return the step of `TINTS` for a number: none at all, then quarters of the largest."""
    return -(-number * (len(TINTS) - 1) // largest) if number else 0


def _key(axes: Axes, largest: int) -> None:
    """Say what the shades stand for."""
    x = MARGIN
    steps = len(TINTS) - 1
    write(axes, x, LINE / 2, "Sources that use both:")
    x += text_width("Sources that use both:") + GAP
    bounds = sorted({largest * step // steps for step in range(steps + 1)})
    for low, high in pairwise(bounds):
        text = str(high) if low + 1 == high else f"{low + 1:,} to {high:,}"
        swatch(axes, x, LINE / 2, TINTS[shade(high, largest)])
        write(axes, x + GAP / 2 + 8, LINE / 2, text)
        x += 8 + GAP / 2 + text_width(text) + 1.5 * GAP


def _named(pair: Pairing) -> str:
    return f"{spoken(pair[0])} and {spoken(pair[1])}"


def _headline(found: Together) -> str:
    most = max(found.pairs.values(), default=0)
    if not most:
        return "No source uses two of the terms"
    pairs = [
        f"{spoken(one)} with {spoken(other)}"
        for (one, other), number in found.pairs.items()
        if number == most
    ]
    by = f"by {count(most)} of the {count(found.several):source} that use more than one term"
    each = "each " if len(pairs) > 1 else ""
    return f"Most often used together: {sentence_list(pairs)}, {each}{by}"


def _alt(evidence: Evidence, found: Together) -> str:
    using = len(evidence.holding(FACET, stances=STANCES))
    pairs = [(_named(pair), number) for pair, number in found.pairs.items()]
    top = leading(pairs, 3)
    alone = [
        spoken(term.code)
        for term in found.terms
        if term.sources and not any(found.number(term.code, o.code) for o in found.terms)
    ]
    apart = sum(not number for number in found.pairs.values())
    return " ".join(
        [
            f"Half a matrix of {count(len(found.terms)):term}: each cell is the number of sources "
            "that use both, shaded by that number.",
            f"{sources_in_all(using)}, {count(found.several)} using more than one"
            + (f"; most often together: {top}." if top else "."),
            f"{opening(f'{count(apart):pair}')} of {count(len(pairs))} never occur together.",
            *([f"Used with no other: {sentence_list(alone)}."] if alone else []),
        ]
    )
