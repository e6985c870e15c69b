"""The harvest plot: studies as bars by outcome and direction, the higher the stronger.

Notes
-----
After Ogilvie and others (2008), The harvest plot, BMC Medical Research Methodology 8, 8: a study
is a bar in each outcome that it measured, and how high it is says how it compared.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report import phrases
from evidence.report.codes import Names
from evidence.report.effects import (
    BETTER,
    MIXED,
    SAME,
    WORSE,
    Group,
    by_value,
    direction,
    grouped,
    note,
    values_of,
)
from evidence.report.figures import style
from evidence.report.figures.grid import EMPTY, Rows
from evidence.report.figures.style import (
    CAPITAL,
    GAP,
    LINE,
    MARGIN,
    WIDTH,
    Canvas,
    Figure,
    Pair,
    nothing_drawn,
)
from evidence.report.markup import NONE
from evidence.report.phrases import spoken
from evidence.words import count, label, within

ROW_HEIGHT, HIGHEST = 25.0, 21.0
# With more bars in a cell each stands for several studies.
MOST = 80
PANELS = {"Worse": (WORSE,), "No difference or mixed": (SAME, MIXED), "Better": (BETTER,)}
Bars = Mapping[tuple[str, str], Sequence[int]]


class Look(NamedTuple):
    """How the bars of a comparison look: their share of the full height, fill and outline."""

    share: float
    fill: str
    edge: str


# From the strongest comparison on; those after the third differ by their height alone.
LOOKS = (
    Look(1, style.DARK, style.DARK),
    Look(1, style.LIGHT, style.DARK),
    Look(1, style.PAPER, style.MUTED),
)


def harvest(
    evidence: Evidence, attribute: str, groups: Mapping[str, Names], **where: Names
) -> Figure:
    """Draw each study as a bar at each outcome it measured, under the direction that it found.

    That is the direction of more than half of the study's effects on the outcome, or else mixed.

    Parameters
    ----------
    attribute
        The attribute of effects that says which outcome it was.
    groups
        Heading to the values or roles of the comparison, the strongest and highest first.
    **where
        The effects meant: a value, a role, or several, of an attribute of effects.
    """
    found = grouped(evidence, groups, where)
    # By outcome and direction, the studies of each comparison.
    cells: dict[tuple[str, str], list[int]] = {}
    known = values_of(evidence, attribute)
    for place, group in enumerate(found):
        for study in group.studies.values():
            for code, effects in by_value(attribute, study.effects).items():
                which = direction(evidence, effects)
                panel = next(name for name, roles in PANELS.items() if which in roles)
                cells.setdefault((code, panel), [0] * len(found))[place] += 1
    totals = {code: sum(sum(cells.get((code, name), ())) for name in PANELS) for code in known}
    outcomes = sorted(filter(totals.get, known), key=lambda code: -totals[code])
    bars = {
        (code, name): cells.get((code, name), [0] * len(found))
        for code in outcomes
        for name in PANELS
    }
    frame = pd.DataFrame(
        [
            (label(code), group.heading, *(bars[code, name][place] for name in PANELS))
            for code in outcomes
            for place, group in enumerate(found)
        ],
        columns=[label(attribute), "Comparison", *PANELS],
    )
    if not outcomes:
        return nothing_drawn("harvest plot", frame, "No studies")
    unit = (
        "A study is a bar at each outcome that it measured, where more than half of its effects on "
        "it point; where they don't agree, it is mixed."
    )
    each = -(-max(map(sum, bars.values())) // MOST)
    if each > 1:
        unit += f" A bar stands for up to {each:,} studies."
    said = note(evidence, where, unit)
    canvas = _draw(found, outcomes, bars, each)
    return Figure(canvas, _alt(found, bars), _headline(bars), said, frame)


def _draw(groups: Sequence[Group], outcomes: Sequence[str], bars: Bars, each: int) -> Canvas:
    keys = [(group.heading, place) for place, group in enumerate(groups) if group.studies]
    looks = [
        LOOKS[min(place, len(LOOKS) - 1)]._replace(share=1 - place / len(groups))
        for place in range(len(groups))
    ]
    top = LINE * (len(keys) + 1) + 2 * GAP
    rows = Rows(outcomes, top, ROW_HEIGHT)
    canvas = Canvas(rows.bottom)
    rows.draw(canvas)
    for line, (heading, place) in enumerate(keys):
        y = LINE * (line + 0.5)
        _bar(canvas, (MARGIN, y + CAPITAL / 2), looks[place], LINE - 3)
        canvas.write(MARGIN + 2 * GAP, y, heading)
    width = (WIDTH - MARGIN - rows.left) / len(PANELS)
    shown = {key: [-(-number // each) for number in cell] for key, cell in bars.items()}
    numbers = style.text_width(f"{max(map(sum, bars.values())):,}", bold=True) + GAP
    most = max(map(sum, shown.values()))
    step = min(7.0, (width - numbers - 2 * GAP) / most)
    for panel, name in enumerate(PANELS):
        left = rows.left + width * panel
        canvas.write(left + GAP, top - GAP / 2 - LINE / 2, name, bold=True)
        canvas.line((left, top), (left, rows.bottom), colour=style.RULE)
        for code, middle in zip(outcomes, rows.middles, strict=True):
            total, foot = sum(bars[code, name]), middle + HIGHEST / 2
            at = [place for place, number in enumerate(shown[code, name]) for _ in range(number)]
            for index, place in enumerate(at):
                x = left + GAP + step * index
                mark = f"{code}: {name}: {index + 1}"
                _bar(canvas, (x, foot), looks[place], HIGHEST, mark, width=0.7 * step)
            text, colour = (f"{total:,}", style.INK) if at else (EMPTY, style.MUTED)
            end = left + width - GAP / 2
            canvas.write(end, middle, text, align="right", bold=bool(at), colour=colour)
    return canvas


def _bar(
    canvas: Canvas, foot: Pair, look: Look, highest: float, name: str = "", *, width: float = 5.0
) -> None:
    height = highest * look.share
    corner, size = (foot[0], foot[1] - height), (width, height)
    canvas.bar(corner, size, look.fill, name, edge=look.edge, width=0.7)


def _by_panel(bars: Bars) -> Mapping[str, int]:
    return {name: sum(sum(bars[key]) for key in bars if key[1] == name) for name in PANELS}


def _headline(bars: Bars) -> str:
    worse, same, better = (_by_panel(bars)[name] for name in PANELS)
    return (
        f"Taken outcome by outcome, studies found {count(better):result} better, "
        f"{same or NONE} no different or mixed, and {worse or NONE} worse"
    )


def _alt(groups: Sequence[Group], bars: Bars) -> str:
    by_group = {
        within(group.heading): sum(cell[place] for cell in bars.values())
        for place, group in enumerate(groups)
    }
    by_panel = [(within(name), number) for name, number in _by_panel(bars).items()]
    most = []
    for name in PANELS:
        outcomes = [(spoken(code), sum(bars[code, panel])) for code, panel in bars if panel == name]
        most.append(f"{within(name)}: {phrases.leading(outcomes, 3) or NONE}")
    return " ".join(
        [
            "Harvest plot: a bar for each study at each outcome that it measured, the higher the "
            "stronger its comparison.",
            f"Bars by comparison, the highest first: {phrases.counted_list(by_group.items())}.",
            f"By direction: {phrases.counted_list(by_panel)}.",
            f"Outcomes with most bars, {'; '.join(most)}.",
        ]
    )
