"""What was tested, how, and how it came out: a mark a study, and empty where nothing was tested."""

from collections.abc import Mapping, Sequence

import pandas as pd

from evidence.model.evidence import Evidence
from evidence.report.codes import Names
from evidence.report.effects import BETTER, MIXED, SAME, Group, grouped, note, values_of
from evidence.report.figures import signs, style
from evidence.report.figures.grid import LABEL_WIDTH
from evidence.report.figures.style import GAP, LINE, MARGIN, WIDTH, Canvas, Figure, nothing_drawn
from evidence.report.markup import sentence_list
from evidence.report.phrases import counted_list, plural, spoken, spoken_counts
from evidence.words import count, label, opening, part, within

RADIUS, STEP = 4.6, 12.0
# With more marks in a cell each stands for several studies.
MOST = 60
UNTESTED = "Not tested"
# The marks of studies with most, some and none of their effects better.
WORDS = {BETTER: "most outcomes better", MIXED: "some better", SAME: "none better"}
Cells = Mapping[str, Sequence[Group]]


def by_comparison(
    evidence: Evidence, attribute: str, groups: Mapping[str, Names], **where: Names
) -> Figure:
    """Draw a mark for each study of each value of an attribute, by comparison.

    A study of several values stands at each of them.

    Parameters
    ----------
    attribute
        The attribute of effects that says what was tested, as the form of a service; its values
        are those of `where`, else all.
    groups
        Heading to the values or roles of the comparison.
    **where
        The effects meant: a value, a role, or several, of an attribute of effects.
    """
    values = values_of(evidence, attribute, where.get(attribute))
    found = {value: grouped(evidence, groups, {**where, attribute: value}) for value in values}
    size = {
        value: len({key for group in of for key in group.studies}) for value, of in found.items()
    }
    cells = {value: found[value] for value in sorted(values, key=lambda value: -size[value])}
    frame = pd.DataFrame(
        [(label(value), *map(_cell, of)) for value, of in cells.items()],
        columns=[label(attribute), *groups],
    )
    if not any(size.values()):
        return nothing_drawn(f"chart of {plural(spoken(attribute))} tested", frame, "No studies")
    unit = (
        "The numbers say in how many studies, of all in the cell, more than half of the effects "
        f"are better. A study stands at each {spoken(attribute)} that it tested."
    )
    most = max(len(group.studies) for of in cells.values() for group in of)
    each = -(-most // MOST)
    if each > 1:
        unit += f" A mark stands for up to {each:,} studies."
    said = note(evidence, {name: of for name, of in where.items() if name != attribute}, unit)
    canvas = _draw(cells, tuple(groups), each)
    return Figure(canvas, _alt(cells, size, attribute), _headline(cells, attribute), said, frame)


def _cell(group: Group) -> str:
    among = len(group.studies)
    never = f"; none better in {len(group.never):,}" if group.never else ""
    return f"{part(len(group.mostly), among)} mostly better{never}" if among else UNTESTED


def _marks(group: Group, each: int) -> list[str]:
    """Return the marks of a group's studies: most better, some, none."""
    mostly, never = len(group.mostly), len(group.never)
    numbers = {BETTER: mostly, MIXED: len(group.studies) - mostly - never, SAME: never}
    return [which for which, number in numbers.items() for _ in range(-(-number // each))]


def _draw(cells: Cells, headings: Sequence[str], each: int) -> Canvas:
    names = [style.wrap(label(value), LABEL_WIDTH) for value in cells]
    left = max(style.text_width(text) for lines in names for text in lines) + 2 * GAP
    width = (WIDTH - left) / len(headings)
    heads = [style.wrap(heading, width - GAP, bold=True) for heading in headings]
    a_line = max(int((width - GAP) / STEP), 1)
    lines = [max(-(-len(_marks(group, each)) // a_line) for group in of) for of in cells.values()]
    heights = [
        max(LINE * len(name), LINE + STEP * line if line else LINE) + GAP
        for name, line in zip(names, lines, strict=True)
    ]
    top = max(map(len, heads)) * LINE + GAP
    canvas = Canvas(top + sum(heights) + LINE + 2 * GAP)
    for place, head in enumerate(heads):
        base = top - GAP / 2 - LINE * len(head) / 2
        canvas.write(left + width * place, base, "\n".join(head), bold=True)
    for index, (value, name, height) in enumerate(zip(cells, names, heights, strict=True)):
        if index % 2 == 0:
            canvas.band(top, height)
        canvas.write(MARGIN, top + GAP / 2 + LINE * len(name) / 2, "\n".join(name))
        for place, group in enumerate(cells[value]):
            x, y = left + width * place, top + GAP / 2 + LINE / 2
            text = part(len(group.mostly), len(group.studies)).text if group.studies else UNTESTED
            canvas.write(x, y, text, colour=style.INK if group.studies else style.MUTED)
            for number, which in enumerate(_marks(group, each)):
                line, column = divmod(number, a_line)
                at = (x + STEP * (column + 0.5), y + LINE / 2 + STEP * (line + 0.5))
                signs.draw(canvas, which, at, RADIUS, f"{value}: {headings[place]}: {number + 1}")
        top += height
    key = [(which, RADIUS, words) for which, words in WORDS.items()]
    signs.draw_key(canvas, MARGIN, top + GAP + LINE / 2, key)
    return canvas


def _headline(cells: Cells, attribute: str) -> str:
    first = next(iter(cells.values()))[0].heading
    without = [spoken(value) for value, of in cells.items() if not of[0].studies]
    how = f"tested in the strongest way ({within(first)})"
    if not without:
        return f"Each {spoken(attribute)} was {how}"
    if len(without) == len(cells):
        return f"No {spoken(attribute)} was {how}"
    was = "was" if len(without) == 1 else "were"
    return f"{opening(sentence_list(without))} {was} never {how}"


def _alt(cells: Cells, size: Mapping[str, int], attribute: str) -> str:
    by_group: dict[str, list[str]] = {}
    for value, of in cells.items():
        for group in of:
            if group.studies:
                share = part(len(group.mostly), len(group.studies))
                by_group.setdefault(within(group.heading), []).append(f"{spoken(value)} {share}")
    better = "; ".join(f"{heading}: {', '.join(said)}" for heading, said in by_group.items())
    every = [group for of in cells.values() for group in of]
    return " ".join(
        [
            f"Chart of {count(len(cells)):{spoken(attribute)}} by comparison: a mark for each "
            "study, by whether most, some or none of its outcomes were better.",
            f"Studies in all: {counted_list(spoken_counts({v: size[v] for v in cells}))}.",
            f"Most outcomes better, {better}.",
            f"Not tested: {part(sum(not group.studies for group in every), len(every))} cells.",
        ]
    )
