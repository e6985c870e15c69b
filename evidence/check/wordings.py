"""The wordings of claims that chapters hold, read from their Markdown without running anything."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.check.prose import without_comments
from evidence.engine.document import Document
from evidence.engine.nodes import WRITTEN, Node, attributes_of, elements, readers
from evidence.engine.source import Line
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SILENT, SUPPORTED, Claim

MOVED = "moved"
OUTCOMES = (SUPPORTED, PARTLY, NOT_SUPPORTED, SILENT, NO_DATA)
CASES = (*OUTCOMES, MOVED)
# What inline code begins with.
EXPRESSION = "{python} "

_CLAIM = re.compile(r"""\bclaim=["']?(?P<name>[\w-]+)""", re.IGNORECASE)
_COUNTED = re.compile(r"\{[^{}]*\.number(?![\w-])|:{3,} *number(?![\w-])")
Written = tuple[Line, int, str]
"""Where a claim is written: the line, the column and the name as it stands there."""
ALTERNATIVES = ("none", "one", "some")


@dataclass(frozen=True, slots=True)
class Placement:
    """A claim as a chapter states it.

    Attributes
    ----------
    claim
        Its short name or its id, as written.
    line, column
        Where that stands.
    cases
        The text of each case by its classes, in words, with ``{savings.part}`` for what is
        computed.
    outside
        Words between the cases, which no reader would see.
    formats
        The formats whose readers see it.
    """

    claim: str
    line: Line
    column: int
    cases: Mapping[str, str]
    outside: str
    formats: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wordings:
    """All claims that a document states, and where `claim=` stands and was not read as such.

    `counted` are the places of `.number`, each with the names of its cases.
    """

    placements: tuple[Placement, ...]
    unread: tuple[tuple[Line, int, str], ...]
    counted: tuple[tuple[Line, int, frozenset[str]], ...] = ()


def wordings(document: Document) -> Wordings:
    """Read the claims that the prose of a document states, in its order.

    Raises
    ------
    RenderError
        If Pandoc finds something odd in it.
    """
    lines = document.prose
    typed = _typed(lines)
    nodes = [*elements(document.blocks)]
    formats = readers(nodes)
    placed, unread = claims_placed(document, nodes)
    found = [
        _placement(element, row, formats.get(id(element), frozenset(WRITTEN)))
        for element, row in placed
    ]
    places = [
        (line, match.start() + 1)
        for line, text in zip(lines, typed, strict=False)
        for match in _COUNTED.finditer(text)
    ]
    counted = zip(places, _alternatives(nodes), strict=False)
    return Wordings(tuple(found), tuple(unread), tuple((*place, cases) for place, cases in counted))


def claims_placed(
    document: Document, nodes: Iterable[Node]
) -> tuple[list[tuple[Node, Written]], list[Written]]:
    """Return each of a document's elements that states a claim with its place, and the rest."""
    lines = document.prose
    rest = iter(
        [
            (line, match.start("name") + 1, match["name"])
            for line, text in zip(lines, _typed(lines), strict=False)
            for match in _CLAIM.finditer(text)
        ]
    )
    found, unread = [], []
    for element, name in _stated(nodes):
        for row in rest:
            if row[2] == name:
                found.append((element, row))
                break
            unread.append(row)
    return found, [*unread, *rest]


def _typed(lines: Sequence[Line]) -> list[str]:
    return without_comments("\n".join(line.text for line in lines)).split("\n")


def needed(claim: Claim) -> tuple[str, ...]:
    """Return the outcomes that the rule of a claim can have, each of which needs a wording."""
    lacking = all(bound.startswith("<") for bound in claim.supported.values())
    if not claim.rule.contrary:
        missed = [SILENT]
    elif lacking:
        # What it lacks was found then, so that the texts are not silent.
        missed = [NOT_SUPPORTED]
    else:
        missed = [NOT_SUPPORTED, SILENT]
    partly = [PARTLY] if claim.partly else []
    return (SUPPORTED, *partly, *missed, *([NO_DATA] if claim.minimum else []))


def words(node: Any) -> str:
    """Return Pandoc's inlines or blocks as plain words, with ``{name}`` for what is computed."""
    text = "".join(_words(node))
    return " ".join(text.split())


def _stated(nodes: Iterable[Node]) -> Iterator[tuple[Node, str]]:
    for node in nodes:
        if node.get("t") in ("Div", "Span"):
            _, classes, pairs = attributes_of(node)
            if (name := pairs.get("claim")) and "stated-in" not in classes:
                yield node, name


def _alternatives(nodes: Iterable[Node]) -> Iterator[frozenset[str]]:
    """Yield the cases of each number, in the order of the text."""
    for node in nodes:
        if node.get("t") in ("Div", "Span") and "number" in attributes_of(node)[1]:
            cases = [row for row in node["c"][1] if row.get("t") in ("Div", "Span")]
            yield frozenset(name for row in cases for name in row["c"][0][1])


def _placement(element: Any, written: tuple[Line, int, str], formats: frozenset[str]) -> Placement:
    cases: dict[str, str] = {}
    outside = []
    for child in element["c"][1]:
        if child["t"] in ("Div", "Span") and child["c"][0][1]:
            for name in child["c"][0][1]:
                cases.setdefault(name, words(child["c"][1]))
        else:
            outside.append(child)
    line, column, name = written
    return Placement(name, line, column, cases, words(outside), formats)


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _words(part)
        return
    if not isinstance(node, dict):
        return
    content: Any = node.get("c")
    match node.get("t"):
        case "Str":
            yield content
        case "Space" | "SoftBreak" | "LineBreak":
            yield " "
        case "Code":
            code = content[1]
            yield f"{{{code.removeprefix(EXPRESSION)}}}" if code.startswith(EXPRESSION) else code
        case "Math":
            yield content[1]
        case "Cite":
            yield from _words(content[1])
        case "Quoted":
            sign = "'" if content[0]["t"] == "SingleQuote" else '"'
            yield sign
            yield from _words(content[1])
            yield sign
        case "Span" | "Link" | "Div":
            yield from _words(content[1])
        case "Para" | "Plain":
            yield from _words(content)
            yield " "
        case _:
            yield from _words(content)
