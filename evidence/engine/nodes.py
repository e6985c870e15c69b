"""What Pandoc read, as its JSON has it: elements, their attributes, and who sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]

# As the engine writes them; Quarto also knows what sets the PDF.
WRITTEN = ("html", "pdf", "docx")
CONDITIONAL = {"content-visible", "content-hidden"}
_ALIASES = {"typst": "pdf"}
_WHEN = ("when-format", "unless-format")


def walk(node: Any) -> Iterator[Any]:
    """Visit all objects and lists of Pandoc's JSON in the order of the document."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            yield node
            waiting += [*(node.values() if isinstance(node, dict) else node)][::-1]


def elements(node: Any) -> Iterator[Node]:
    """Visit all elements, and the parts of citations."""
    return (n for n in walk(node) if isinstance(n, dict) and ("t" in n or "citationId" in n))


def attributes_of(node: Node) -> tuple[str, list[str], dict[str, str]]:
    """Return the identity, the classes and the other attributes of an element that has some."""
    identity, classes, pairs = node["c"][1 if node["t"] == "Header" else 0]
    return identity, classes, dict(pairs)


def readers(nodes: Iterable[Node]) -> dict[int, frozenset[str]]:
    """Return the formats that show an element, by its `id`, for those that not all formats show."""
    found: dict[int, frozenset[str]] = {}
    for node in nodes:
        if (shown := conditions(node)) is not None:
            for part in elements(node):
                found[id(part)] = found.get(id(part), frozenset(WRITTEN)) & shown
    return found


def conditions(node: Node) -> set[str] | None:
    """Return the formats that a part is shown in, or nothing where it does not say so."""
    classes, pairs = attributes_of(node)[1:] if node.get("t") in {"Div", "Span"} else ([], {})
    if CONDITIONAL.isdisjoint(classes):
        return None
    when, unless = ({_ALIASES.get(pairs.get(key, ""), pairs.get(key, ""))} - {""} for key in _WHEN)
    applies = (when or {*WRITTEN}) - unless
    return applies if "content-visible" in classes else {*WRITTEN} - applies
