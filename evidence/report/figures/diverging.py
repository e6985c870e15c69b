"""Barriers and facilitators: how many sources name each theme as the one and as the other."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from evidence.model.evidence import Evidence
from evidence.report.figures.counts import count_codes
from evidence.report.figures.rows import Rows
from evidence.report.figures.style import (
    DARK,
    GAP,
    LINE,
    MARGIN,
    SWATCH,
    WARM,
    WIDTH,
    Figure,
    Pair,
    bar,
    canvas,
    line,
    no_sources,
    swatch,
    text_width,
    write,
)
from evidence.report.figures.words import (
    foremost,
    is_or_are,
    leading,
    opening,
    source_note,
    sources_in_all,
    spoken,
)
from evidence.report.markup import sentence_list
from evidence.words import count, label, part

FACET = "theme"
BARRIER, FACILITATOR = "barrier", "facilitator"
TOTAL = "Sources"
ROW_HEIGHT = 17.0


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with the number of sources naming it as barrier, as facilitator, and at all.

    Attributes
    ----------
    sources
        A source that names the theme as both counts once here.
    """

    code: str
    barrier: int
    facilitator: int
    sources: int


def barriers_and_facilitators(evidence: Evidence) -> Figure:
    """Draw each theme with barriers to the left and facilitators to the right.

    Parameters
    ----------
    evidence
        The edition to draw.

    Returns
    -------
    Figure
        Diverging bars sorted by number of sources naming the theme, and its words.
    """
    themes = tuple(
        Theme(
            theme.code,
            len(evidence.holding(FACET, [theme.code], [BARRIER])),
            len(evidence.holding(FACET, [theme.code], [FACILITATOR])),
            len(theme.sources),
        )
        for theme in count_codes(evidence, FACET)
    )
    if not any(theme.sources for theme in themes):
        return no_sources("bar chart of barriers and facilitators")
    rows = Rows(tuple(theme.code for theme in themes), LINE + GAP, ROW_HEIGHT)
    figure, axes = canvas(rows.bottom)
    rows.draw(axes)
    zero, scale = _zero_and_scale(themes, rows.left)
    _headings(axes, zero)
    for index, theme in enumerate(themes):
        _draw_theme(axes, theme, (zero, rows.middle(index)), scale)
    line(axes, (zero, rows.top), (zero, rows.bottom))
    return Figure(
        figure,
        _alt(evidence, themes),
        _headline(evidence, themes),
        source_note(
            evidence,
            "agreed codings of themes",
            "A source counts once on each side; one that names a theme as both counts once in "
            "the total.",
        ),
    )


def _headline(evidence: Evidence, themes: tuple[Theme, ...]) -> str:
    phrases = []
    for side, pairs in (
        (BARRIER, [(spoken(theme.code), theme.barrier) for theme in themes]),
        (FACILITATOR, [(spoken(theme.code), theme.facilitator) for theme in themes]),
    ):
        names, most = foremost(pairs)
        if names:
            naming = part(most, len(evidence.holding(FACET, stances=[side])))
            each = "each by" if len(names) > 1 else "by"
            phrases.append(
                f"{is_or_are(names)} the {side} named most often ({each} {naming} sources that "
                "name one)"
            )
        else:
            phrases.append(f"no source names a {side}")
    return opening("; ".join(phrases))


def _zero_and_scale(themes: tuple[Theme, ...], left: float) -> tuple[float, float]:
    """Return where the bars meet and points per source, with room for each count and heading."""
    right = WIDTH - text_width(TOTAL, bold=True) - 2 * GAP
    room = max(text_width(count(theme.sources).text) for theme in themes) + GAP
    barriers = max(theme.barrier for theme in themes)
    facilitators = max(theme.facilitator for theme in themes)
    scale = (right - left - 2 * room) / (barriers + facilitators)
    heading = text_width(label(FACILITATOR)) + SWATCH + 2 * GAP
    reach = max(facilitators * scale + room, heading)
    if barriers:
        scale = min(scale, (right - left - reach - room) / barriers)
    return right - reach, scale


def _headings(axes: Axes, zero: float) -> None:
    middle = LINE / 2
    swatch(axes, zero - GAP - SWATCH, middle, WARM, hatched=True)
    write(axes, zero - 1.5 * GAP - SWATCH, middle, label(BARRIER), align="right")
    swatch(axes, zero + GAP, middle, DARK)
    write(axes, zero + 1.5 * GAP + SWATCH, middle, label(FACILITATOR))
    write(axes, WIDTH - MARGIN, middle, TOTAL, align="right", bold=True)


def _draw_theme(axes: Axes, theme: Theme, meeting: Pair, scale: float) -> None:
    zero, middle = meeting
    top = middle - LINE / 2
    length = theme.barrier * scale
    corner, name = (zero - length, top), f"{theme.code}: {BARRIER}"
    bar(axes, corner, (length, LINE), WARM, name, hatched=True)
    write(axes, zero - length - GAP / 2, middle, count(theme.barrier).text, align="right")
    length = theme.facilitator * scale
    bar(axes, (zero, top), (length, LINE), DARK, f"{theme.code}: {FACILITATOR}")
    write(axes, zero + length + GAP / 2, middle, count(theme.facilitator).text)
    write(axes, WIDTH - MARGIN, middle, count(theme.sources).text, align="right", bold=True)


def _alt(evidence: Evidence, themes: tuple[Theme, ...]) -> str:
    naming = len(evidence.holding(FACET))
    barriers = count(len(evidence.holding(FACET, stances=[BARRIER])))
    facilitators = count(len(evidence.holding(FACET, stances=[FACILITATOR])))
    sides = [
        f"{side}, most often {top}"
        for side, top in (
            ("as a barrier", leading([(spoken(t.code), t.barrier) for t in themes], 2)),
            ("as a facilitator", leading([(spoken(t.code), t.facilitator) for t in themes], 2)),
        )
        if top
    ]
    most_named = leading([(spoken(t.code), t.sources) for t in themes], 3)
    hindering = [spoken(theme.code) for theme in themes if theme.barrier > theme.facilitator]
    return " ".join(
        [
            f"Diverging bar chart of {count(len(themes)):theme}: sources naming each as a barrier "
            "to the left, as a facilitator to the right.",
            f"{sources_in_all(naming)}, {barriers} naming a barrier and {facilitators} a "
            f"facilitator; most often {most_named}.",
            f"Named {'; '.join(sides)}.",
            f"More sources name a barrier than a facilitator for {sentence_list(hindering)}."
            if hindering
            else "No theme is named more often as a barrier than as a facilitator.",
        ]
    )
