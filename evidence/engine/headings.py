"""Headings whose levels skip one, which readers of none of the formats should get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.engine.faults import Problem
from evidence.engine.lint import (
    CALLOUTS,
    WRITTEN,
    Node,
    attributes_of,
    elements,
    line_of,
    readers,
)
from evidence.engine.source import Line


def unfit(nodes: Sequence[Node], lines: Sequence[Line]) -> Iterator[Problem]:
    """Find headings more than a level below the one above them, as each format shows them."""
    titles = {
        id(node["c"][1][0])
        for node in nodes
        if node.get("t") == "Div" and node["c"][1] and CALLOUTS & set(attributes_of(node)[1])
    }
    found: dict[int, tuple[Node, int]] = {}
    shown = readers(nodes)
    for target in WRITTEN:
        hidden = {name for name, formats in shown.items() if target not in formats}
        headings = [n for n in nodes if n.get("t") == "Header" and id(n) not in hidden | titles]
        above = min((node["c"][0] for node in headings), default=1) - 1
        for node in headings:
            level = node["c"][0]
            if level > above + 1:
                found[id(node)] = node, above
            above = level
    places = _places(nodes, lines)
    levels = {
        node["c"][0] for node in nodes if node.get("t") == "Header" and id(node) not in titles
    }
    for node, above in found.values():
        message = f"a heading of level {node['c'][0]} follows one of level {above}"
        if above not in levels:
            message = f"the first heading is of level {node['c'][0]}, and higher ones follow"
        hint = f"write it with {'#' * (above + 1)}"
        yield places[id(node)].problem("level-skipped", message, hint)


def _places(nodes: Sequence[Node], lines: Sequence[Line]) -> dict[int, Line]:
    """Find the line of each heading, going down the text with them."""
    found, at = {}, 0
    for node in nodes:
        if node.get("t") != "Header":
            continue
        words = [part["c"] for part in elements(node["c"][2]) if part.get("t") == "Str"]
        start = re.compile(rf"[\s>]*#{{{node['c'][0]}}}[ \t]")
        for number, line in enumerate(lines[at:], at + 1):
            if start.match(line.text) and all(word in line.text for word in words):
                found[id(node)], at = line, number
                break
        else:
            found[id(node)] = line_of(" ".join(words), lines)
    return found
