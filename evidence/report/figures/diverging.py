"""Two stances of a facet against each other, as bars to the left and to the right."""

from collections.abc import Mapping

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Codes, meant
from evidence.report.figures import style
from evidence.report.figures.grid import Rows
from evidence.report.figures.style import GAP, LINE, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import STUDY, a, spoken, spoken_counts
from evidence.words import count, label, opening, part, percent

TOTAL = "Studies"
ROW_HEIGHT = 17.0
Sides = Mapping[str, Mapping[str, int]]


def diverging(
    evidence: Evidence, facet: str, left: str, right: str, *, noun: str | None = None
) -> Figure:
    """Draw each code of a facet with one stance to the left and another to the right.

    A study in both stances counts once in all.

    Parameters
    ----------
    facet, left, right
        The codes, and two stances or roles of stances.
    noun
        What a code is called, where not as the facet; with its plural as in "study/studies".
    """
    stances = {side: meant(evidence, facet, stances=side)[1] for side in (left, right)}
    codes = Codes(evidence, facet, [left, right], noun)
    sides: Sides = {side: codes.by_code(of_side) for side, of_side in stances.items()}
    ones, others = sides[left], sides[right]
    both = {code: ones[code] + others[code] - total for code, total in codes.totals.items()}
    frame = codes.frame(
        {label(left): ones, label(right): others, "Both": both, "Either": codes.totals}
    )
    frame["Share"] = [str(percent(total, codes.total)) for total in codes.totals.values()]
    if not codes.total:
        return nothing_drawn(f"bar chart of {codes.nouns}", frame, "No studies")
    rows = Rows(codes.studies, LINE + GAP, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    zero, scale = _zero_and_scale(rows.left, sides, codes.totals)
    middle = LINE / 2
    canvas.swatch(zero - GAP - style.SWATCH, middle, style.WARM, hatched=True)
    canvas.write(zero - 1.5 * GAP - style.SWATCH, middle, label(left), align="right")
    canvas.swatch(zero + GAP, middle, style.DARK)
    canvas.write(zero + 1.5 * GAP + style.SWATCH, middle, label(right))
    canvas.write_last(middle, TOTAL)
    for middle, (code, total) in zip(rows.middles, codes.totals.items(), strict=True):
        top, length = middle - LINE / 2, ones[code] * scale
        size, name = (length, LINE), f"{code}: {left}"
        canvas.bar((zero - length, top), size, style.WARM, name, hatched=True)
        canvas.write(zero - length - GAP / 2, middle, count(ones[code]).text, align="right")
        length = others[code] * scale
        canvas.bar((zero, top), (length, LINE), style.DARK, f"{code}: {right}")
        canvas.write(zero + length + GAP / 2, middle, count(others[code]).text)
        canvas.write_last(middle, count(total).text)
    canvas.line((zero, rows.top), (zero, rows.bottom))
    naming = {side: codes.number(of_side) for side, of_side in stances.items()}
    note = codes.note(
        f"A study counts once on each side; one that names {a(codes.noun)} as both counts once "
        "in the total."
    )
    alt = _alt(codes, sides, naming)
    return Figure(canvas, alt, _headline(sides, naming), note, frame)


def _headline(sides: Sides, naming: Mapping[str, int]) -> str:
    said = []
    for side, by_code in sides.items():
        names, most = phrases.foremost(spoken_counts(by_code))
        each = "each by" if len(names) > 1 else "by"
        noun = spoken(side) if len(names) == 1 else phrases.plural(spoken(side))
        said.append(
            f"{phrases.is_or_are(names)} the {noun} named most often ({each} "
            f"{part(most, naming[side]):study that names/studies that name} one)"
            if names
            else f"no study names {a(spoken(side))}"
        )
    return opening("; ".join(said))


def _zero_and_scale(left: float, sides: Sides, totals: Mapping[str, int]) -> tuple[float, float]:
    """Return where the bars meet and points per study, with room for each count and heading."""
    right = WIDTH - style.text_width(TOTAL, bold=True) - 2 * GAP
    room = max(style.text_width(count(number).text) for number in totals.values()) + GAP
    one, other = (max(by_code.values()) for by_code in sides.values())
    scale = (right - left - 2 * room) / (one + other)
    heading = style.text_width(label([*sides][1])) + style.SWATCH + 2 * GAP
    reach = max(other * scale + room, heading)
    if one:
        scale = min(scale, (right - left - reach - room) / one)
    return right - reach, scale


def _alt(codes: Codes, sides: Sides, naming: Mapping[str, int]) -> str:
    (left, ones), (right, others) = sides.items()
    one, other = a(spoken(left)), a(spoken(right))
    named = [
        f"as {a(spoken(side))}, most often {top}"
        for side, by_code in sides.items()
        if (top := phrases.leading(spoken_counts(by_code), 2))
    ]
    more = [spoken(code) for code in codes.totals if ones[code] > others[code]]
    return " ".join(
        [
            f"Diverging bar chart of {format(count(len(codes.totals)), codes.form)}: studies "
            f"naming each as {one} to the left, as {other} to the right.",
            f"{phrases.in_all(codes.total, STUDY)}, {naming[left]:,} naming {one} and "
            f"{naming[right]:,} {other}; most often "
            f"{phrases.leading(spoken_counts(codes.totals), 3)}.",
            f"Named {'; '.join(named)}.",
            f"More studies name {one} than {other} for {sentence_list(more)}."
            if more
            else f"No {codes.noun} is named more often as {one} than as {other}.",
        ]
    )
