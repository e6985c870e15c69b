"""Two stances of a facet against each other, as bars to the left and to the right."""

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import holders, stances_of
from evidence.report.figures.grid import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LINE,
    MARGIN,
    SWATCH,
    WARM,
    WIDTH,
    Canvas,
    Figure,
    nothing_drawn,
    text_width,
)
from evidence.report.figures.words import (
    a,
    foremost,
    is_or_are,
    leading,
    opening,
    plural,
    singular,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count, label, part, percent

TOTAL = "Sources"
ROW_HEIGHT = 17.0
Numbers = dict[str, dict[str, int]]


def diverging(
    evidence: Evidence, facet: str, left: str, right: str, *, noun: str | None = None
) -> Figure:
    """Draw each code of a facet with one stance to the left and another to the right.

    Parameters
    ----------
    evidence
        The edition to draw.
    facet, left, right
        The codes, and two stances or roles of stances.
    noun
        What a code is called, where not as the facet: "theme", "study/studies".

    Returns
    -------
    Figure
        Diverging bars sorted by number of sources; a source in both stances counts once in all.
    """
    noun = noun or spoken(facet)
    sides = {side: stances_of(evidence, facet, side) for side in (left, right)}
    both_sides = [stance for stances in sides.values() for stance in stances]
    codes = holders(evidence, facet, both_sides)
    among = len(evidence.holding(facet, stances=both_sides))
    totals = {code: len(sources) for code, sources in codes.items()}
    numbers: Numbers = {
        side: {code: len(evidence.holding(facet, [code], stances)) for code in codes}
        for side, stances in sides.items()
    }
    ones, others = numbers[left], numbers[right]
    frame = pd.DataFrame(
        [
            (
                label(code),
                ones[code],
                others[code],
                ones[code] + others[code] - either,
                either,
                str(percent(either, among)),
            )
            for code, either in totals.items()
        ],
        columns=[opening(singular(noun)), label(left), label(right), "Both", "Either", "Share"],
    )
    if not among:
        return nothing_drawn(f"bar chart of {plural(noun)}", frame)
    rows = Rows(tuple(codes), LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    zero, scale = _zero_and_scale(rows.left, numbers, totals)
    middle = LINE / 2
    canvas.swatch(zero - GAP - SWATCH, middle, WARM, hatched=True)
    canvas.write(zero - 1.5 * GAP - SWATCH, middle, label(left), align="right")
    canvas.swatch(zero + GAP, middle, DARK)
    canvas.write(zero + 1.5 * GAP + SWATCH, middle, label(right))
    canvas.write(WIDTH - MARGIN, middle, TOTAL, align="right", bold=True)
    for index, code in enumerate(codes):
        middle = rows.middle(index)
        top, length = middle - LINE / 2, ones[code] * scale
        canvas.bar((zero - length, top), (length, LINE), WARM, f"{code}: {left}", hatched=True)
        canvas.write(zero - length - GAP / 2, middle, count(ones[code]).text, align="right")
        length = others[code] * scale
        canvas.bar((zero, top), (length, LINE), DARK, f"{code}: {right}")
        canvas.write(zero + length + GAP / 2, middle, count(others[code]).text)
        canvas.write(WIDTH - MARGIN, middle, count(totals[code]).text, align="right", bold=True)
    canvas.line((zero, rows.top), (zero, rows.bottom))
    naming = {side: len(evidence.holding(facet, stances=sides[side])) for side in sides}
    note = source_note(
        evidence,
        f"agreed codings of {plural(noun)}",
        f"A source counts once on each side; one that names {a(noun)} as both counts once in the "
        "total.",
    )
    alt = _alt(noun, among, naming, numbers, totals)
    return Figure(canvas.figure, alt, _headline(naming, numbers), note, frame)


def _headline(naming: dict[str, int], numbers: Numbers) -> str:
    phrases = []
    for side, by_code in numbers.items():
        names, most = foremost([(spoken(code), number) for code, number in by_code.items()])
        if names:
            each = "each by" if len(names) > 1 else "by"
            phrases.append(
                f"{is_or_are(names)} the {spoken(side)} named most often ({each} "
                f"{part(most, naming[side])} sources that name one)"
            )
        else:
            phrases.append(f"no source names {a(spoken(side))}")
    return opening("; ".join(phrases))


def _zero_and_scale(left: float, numbers: Numbers, totals: dict[str, int]) -> tuple[float, float]:
    """Return where the bars meet and points per source, with room for each count and heading."""
    right = WIDTH - text_width(TOTAL, bold=True) - 2 * GAP
    room = max(text_width(count(number).text) for number in totals.values()) + GAP
    one, other = (max(by_code.values()) for by_code in numbers.values())
    scale = (right - left - 2 * room) / (one + other)
    heading = text_width(label([*numbers][1])) + SWATCH + 2 * GAP
    reach = max(other * scale + room, heading)
    if one:
        scale = min(scale, (right - left - reach - room) / one)
    return right - reach, scale


def _alt(
    noun: str, among: int, naming: dict[str, int], numbers: Numbers, totals: dict[str, int]
) -> str:
    (left, ones), (right, others) = numbers.items()
    sides = [
        f"as {a(spoken(side))}, most often {top}"
        for side, by_code in numbers.items()
        if (top := leading([(spoken(code), n) for code, n in by_code.items()], 2))
    ]
    most_named = leading([(spoken(code), number) for code, number in totals.items()], 3)
    hindering = [spoken(code) for code in totals if ones[code] > others[code]]
    return " ".join(
        [
            f"Diverging bar chart of {format(count(len(totals)), noun)}: sources naming each as "
            f"{a(spoken(left))} to the left, as {a(spoken(right))} to the right.",
            f"{sources_in_all(among)}, {count(naming[left])} naming {a(spoken(left))} and "
            f"{count(naming[right])} {a(spoken(right))}; most often {most_named}.",
            f"Named {'; '.join(sides)}.",
            f"More sources name {a(spoken(left))} than {a(spoken(right))} for "
            f"{sentence_list(hindering)}."
            if hindering
            else f"No {singular(noun)} is named more often as {a(spoken(left))} than as "
            f"{a(spoken(right))}.",
        ]
    )
