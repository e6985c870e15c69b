"""Headings whose levels skip one, which readers of none of the formats should get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.engine.facts import Heading, Sections
from evidence.engine.faults import Problem
from evidence.engine.nodes import WRITTEN
from evidence.engine.source import Line, line_of


def unfit(sections: Sections) -> Iterator[Problem]:
    """Find headings more than a level below the one above them, as each format shows them."""
    headings = [
        (heading, at, number)
        for at, (facts, _) in enumerate(sections)
        for number, heading in enumerate(facts.headings)
        if not heading.is_title
    ]
    found: dict[tuple[int, int], tuple[Heading, int]] = {}
    for target in WRITTEN:
        shown = [row for row in headings if target in row[0].formats]
        above = min((heading.level for heading, *_ in shown), default=1) - 1
        for heading, *place in shown:
            if heading.level > above + 1:
                found[place[0], place[1]] = heading, above
            above = heading.level
    levels = {heading.level for heading, *_ in headings}
    for (at, number), (heading, above) in found.items():
        facts, lines = sections[at]
        message = f"a heading of level {heading.level} follows one of level {above}"
        if above not in levels:
            message = f"the first heading is of level {heading.level}, and higher ones follow"
        hint = f"write it with {'#' * (above + 1)}"
        line = _line(facts.headings[: number + 1], lines)
        yield line.problem("level-skipped", message, hint)


def _line(headings: Sequence[Heading], lines: Sequence[Line]) -> Line:
    """Find the line of the last of the headings, going down the text with them."""
    found, at = line_of("", lines), 0
    for heading in headings:
        start = re.compile(rf"[\s>]*#{{{heading.level}}}[ \t]")
        for number, line in enumerate(lines[at:], at + 1):
            if start.match(line.text) and all(word in line.text for word in heading.words):
                found, at = line, number
                break
        else:
            found = line_of(" ".join(heading.words), lines)
    return found
