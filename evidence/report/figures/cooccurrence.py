"""Codes together: which codes of a facet the same sources hold."""

from collections.abc import Mapping
from itertools import combinations, pairwise

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import Stances, holders, stances_of
from evidence.report.figures.grid import EMPTY, TOTAL, Rows
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
    Canvas,
    Figure,
    nothing_drawn,
    text_width,
)
from evidence.report.figures.words import (
    leading,
    opening,
    plural,
    singular,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import NONE, sentence_list
from evidence.words import count, label

Pairs = Mapping[tuple[str, str], int]
ROW_HEIGHT = 19.0


def cooccurrence(
    evidence: Evidence,
    facet: str,
    stances: Stances = None,
    *,
    noun: str | None = None,
    verb: str = "hold",
) -> Figure:
    """Draw, for each pair of codes, how many sources hold both.

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
        Half a matrix with its numbers, shaded by them.
    """
    noun = noun or spoken(facet)
    wanted = stances_of(evidence, facet, stances)
    codes = holders(evidence, facet, wanted)
    pairs = {(one, other): len(codes[one] & codes[other]) for one, other in combinations(codes, 2)}
    frame = _frame(codes, pairs, singular(noun))
    if not any(codes.values()):
        return nothing_drawn(f"matrix of {plural(noun)} together", frame)
    columns = [*codes][:-1]
    headings = max((text_width(label(code)) for code in columns), default=0)
    rows = Rows(tuple(codes), LINE + 2 * GAP + headings, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    edge = WIDTH - MARGIN
    width = (edge - text_width(TOTAL, bold=True) - GAP - rows.left) / max(len(columns), 1)
    largest = max(pairs.values(), default=0)
    _key(canvas, f"Sources that {verb} both:", largest)
    canvas.write(edge, rows.top - GAP / 2 - LINE / 2, TOTAL, align="right", bold=True)
    for place, code in enumerate(columns):
        x = rows.left + width * (place + 0.5)
        canvas.write_upward(x, rows.top - GAP / 2, label(code))
    for index, (code, sources) in enumerate(codes.items()):
        middle, height = rows.middle(index), rows.heights[index]
        canvas.write(edge, middle, count(len(sources)).text, align="right", bold=True)
        for place, other in enumerate([*codes][:index]):
            number = pairs[other, code]
            tint = TINTS[shade(number, largest)]
            corner = (rows.left + width * place, middle - height / 2)
            canvas.tile(corner, (width, height), tint, f"{other} + {code}")
            ink = PAPER if tint == DARK else INK if number else MUTED
            text = count(number).text if number else EMPTY
            canvas.write(corner[0] + width / 2, middle, text, align="center", colour=ink)
    several = sum(
        sum(source in sources for sources in codes.values()) > 1
        for source in evidence.holding(facet, stances=wanted)
    )
    as_stance = (
        "" if stances is None else f" (stance: {sentence_list([spoken(s) for s in wanted])})"
    )
    note = source_note(
        evidence,
        f"agreed codings of {plural(noun)}{as_stance}",
        f"A source counts once for each pair of {plural(noun)}.",
    )
    more = f"{verb} more than one {singular(noun)}"
    headline = _headline(pairs, f"{count(several):source} that {more}", f"{verb}s two", noun)
    total = len(evidence.holding(facet, stances=wanted))
    alt = _alt(
        codes, pairs, f"{sources_in_all(total)}, {count(several)} of them with several", noun
    )
    return Figure(canvas.figure, alt, headline, note, frame)


def shade(number: int, largest: int) -> int:
    """Return the step of `TINTS` for a number: none at all, then quarters of the largest."""
    return -(-number * (len(TINTS) - 1) // largest) if number else 0


def _frame(codes: Mapping[str, frozenset[str]], pairs: Pairs, noun: str) -> pd.DataFrame:
    rows = []
    for index, (code, sources) in enumerate(codes.items()):
        above = sorted((-pairs[other, code], label(other)) for other in [*codes][:index])
        with_some = [f"{name} {-number:,}" for number, name in above if number]
        never = [name for number, name in above if not number]
        nothing = NONE if above else f"no {noun} above"
        said = ("; ".join(with_some) or nothing, "; ".join(never) or nothing)
        rows.append((label(code), len(sources), *said))
    of_above = f"Together with, of the {plural(noun)} above, by so many"
    columns = [opening(noun), "Sources", of_above, "Never together with"]
    return pd.DataFrame(rows, columns=columns)


def _key(canvas: Canvas, title: str, largest: int) -> None:
    """Say what the shades stand for."""
    x = MARGIN
    steps = len(TINTS) - 1
    canvas.write(x, LINE / 2, title)
    x += text_width(title) + GAP
    bounds = sorted({largest * step // steps for step in range(steps + 1)})
    for low, high in pairwise(bounds):
        text = str(high) if low + 1 == high else f"{low + 1:,} to {high:,}"
        canvas.swatch(x, LINE / 2, TINTS[shade(high, largest)])
        canvas.write(x + GAP / 2 + 8, LINE / 2, text)
        x += 8 + GAP / 2 + text_width(text) + 1.5 * GAP


def _headline(pairs: Pairs, several: str, two: str, noun: str) -> str:
    most = max(pairs.values(), default=0)
    if not most:
        return f"No source {two} of the {plural(noun)}"
    named = [
        f"{spoken(one)} with {spoken(other)}"
        for (one, other), number in pairs.items()
        if number == most
    ]
    each = "each " if len(named) > 1 else ""
    return f"Most often together: {sentence_list(named)}, {each}by {count(most)} of the {several}"


def _alt(codes: Mapping[str, frozenset[str]], pairs: Pairs, sources: str, noun: str) -> str:
    top = leading(
        [(f"{spoken(one)} and {spoken(other)}", number) for (one, other), number in pairs.items()],
        3,
    )
    with_others = {code for pair, number in pairs.items() if number for code in pair}
    alone = [spoken(code) for code in codes if codes[code] and code not in with_others]
    apart = sum(not number for number in pairs.values())
    return " ".join(
        [
            f"Half a matrix of {format(count(len(codes)), noun)}: each cell is the number of "
            "sources with both, shaded by that number.",
            sources + (f"; most often together: {top}." if top else "."),
            f"{opening(f'{count(apart):pair}')} of {count(len(pairs))} never occur together.",
            *([f"With no other: {sentence_list(alone)}."] if alone else []),
        ]
    )
