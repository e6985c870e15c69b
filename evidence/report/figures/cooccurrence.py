"""Codes together: which codes of a facet the same studies hold."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations, pairwise

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Codes, Names
from evidence.report.figures import style
from evidence.report.figures.grid import EMPTY, TOTAL, Rows
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import NONE, sentence_list
from evidence.report.phrases import STUDY, spoken
from evidence.words import count, label, opening

Pairs = Mapping[tuple[str, str], int]
ROW_HEIGHT = 19.0
# More pairs that are level are counted, not listed.
MOST_NAMED = 5


def cooccurrence(
    evidence: Evidence,
    facet: str,
    stances: Names = None,
    *,
    noun: str | None = None,
    verb: str = "hold",
) -> Figure:
    """Draw half a matrix: for each pair of codes, how many studies hold both.

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
    pairs = {
        (one, other): len(codes.studies[one] & codes.studies[other])
        for one, other in combinations(codes.studies, 2)
    }
    frame = _frame(codes, pairs)
    if not codes.total:
        return nothing_drawn(f"matrix of {codes.nouns} together", frame, "No studies")
    columns = [*codes.studies][:-1]
    headings = max((style.text_width(label(code)) for code in columns), default=0)
    rows = Rows(codes.studies, LINE + 2 * GAP + headings, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    last = (TOTAL, *(count(total).text for total in codes.totals.values()))
    room = max(style.text_width(text, bold=True) for text in last)
    width = (WIDTH - MARGIN - room - GAP - rows.left) / max(len(columns), 1)
    largest = max(pairs.values(), default=0)
    # In cells that large numbers would leave they are smaller.
    size = style.SIZE * min(1.0, (width - 2) / style.text_width(count(largest).text))
    _key(canvas, f"Studies that {verb} both:", largest)
    canvas.write_last(rows.top - GAP / 2 - LINE / 2, TOTAL)
    for place, code in enumerate(columns):
        x = rows.left + width * (place + 0.5)
        canvas.write_upward(x, rows.top - GAP / 2, label(code))
    places = zip(rows.middles, rows.heights, strict=True)
    for index, (code, (middle, height)) in enumerate(zip(codes.totals, places, strict=True)):
        canvas.write_last(middle, count(codes.totals[code]).text)
        for place, other in enumerate([*codes.studies][:index]):
            number = pairs[other, code]
            tint = style.TINTS[shade(number, largest)]
            corner = (rows.left + width * place, middle - height / 2)
            canvas.bar(corner, (width, height), tint, f"{other} + {code}", width=1)
            ink = style.PAPER if tint == style.DARK else style.INK if number else style.MUTED
            text = count(number).text if number else EMPTY
            canvas.write(corner[0] + width / 2, middle, text, align="center", colour=ink, size=size)
    held = Counter(study for studies in codes.studies.values() for study in studies)
    several = sum(number > 1 for number in held.values())
    note = codes.note(f"A study counts once for each pair of {codes.nouns}.")
    headline = _headline(codes, pairs, several, verb)
    return Figure(canvas, _alt(codes, pairs, several), headline, note, frame)


def shade(number: int, largest: int) -> int:
    """Return the step of `style.TINTS` for a number: none at all, then quarters of the largest."""
    return -(-number * (len(style.TINTS) - 1) // largest) if number else 0


def _frame(codes: Codes, pairs: Pairs) -> pd.DataFrame:
    rows = []
    for index, (code, total) in enumerate(codes.totals.items()):
        above = sorted((-pairs[other, code], label(other)) for other in [*codes.studies][:index])
        with_some = [f"{name} {-number:,}" for number, name in above if number]
        never = [name for number, name in above if not number]
        nothing = NONE if above else f"no {codes.noun} above"
        said = ("; ".join(with_some) or nothing, "; ".join(never) or nothing)
        rows.append((label(code), total, *said))
    of_above = f"Together with, of the {codes.nouns} above, by so many"
    columns = [opening(codes.noun), "Studies", of_above, "Never together with"]
    return pd.DataFrame(rows, columns=columns)


def _key(canvas: Canvas, title: str, largest: int) -> None:
    """Say what the shades stand for."""
    canvas.write(MARGIN, LINE / 2, title)
    x, steps = MARGIN + style.text_width(title) + GAP, len(style.TINTS) - 1
    bounds = sorted({largest * step // steps for step in range(steps + 1)})
    for low, high in pairwise(bounds):
        text = str(high) if low + 1 == high else f"{low + 1:,} to {high:,}"
        canvas.swatch(x, LINE / 2, style.TINTS[shade(high, largest)])
        canvas.write(x + GAP / 2 + 8, LINE / 2, text)
        x += 8 + GAP / 2 + style.text_width(text) + 1.5 * GAP


def _headline(codes: Codes, pairs: Pairs, several: int, verb: str) -> str:
    most = max(pairs.values(), default=0)
    if not most:
        return f"No study {verb}s two of the {codes.nouns}"
    named = [" with ".join(map(spoken, pair)) for pair in pairs if pairs[pair] == most]
    each = "each " if len(named) > 1 else ""
    which = sentence_list(named) if len(named) <= MOST_NAMED else f"{len(named):,} pairs"
    if several == 1:
        return f"One study {verb}s more than one {codes.noun}: {which}"
    return (
        f"Most often together: {which}, {each}by {most:,} of the {several:,} studies that {verb} "
        f"more than one {codes.noun}"
    )


def _alt(codes: Codes, pairs: Pairs, several: int) -> str:
    most = max(pairs.values(), default=0)
    level = [*pairs.values()].count(most)
    top = phrases.leading([(" and ".join(map(spoken, pair)), pairs[pair]) for pair in pairs], 3)
    if top and level > MOST_NAMED:
        top = f"{level:,} pairs ({most:,} each)"
    with_others = {code for pair, number in pairs.items() if number for code in pair}
    alone = [spoken(c) for c, total in codes.totals.items() if total and c not in with_others]
    with_several = f"{several:,}" if several else "none"
    apart = sum(not number for number in pairs.values())
    return " ".join(
        [
            f"Half a matrix of {format(count(len(codes.totals)), codes.form)}: each cell is the "
            "number of studies with both, shaded by that number.",
            f"{phrases.in_all(codes.total, STUDY)}, {with_several} of them with several"
            + (f"; most often together: {top}." if top else "."),
            f"Never together: {apart:,} of {len(pairs):,} pairs.",
            *([f"With no other: {sentence_list(alone)}."] if alone else []),
        ]
    )
