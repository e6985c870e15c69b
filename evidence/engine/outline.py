"""What the whole document needs of a section: its headings and captions, and the names in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.engine.nodes import Node, attributes_of, elements

_NUMBERED = re.compile(r"(fig|tbl)-")
_EQUATION = re.compile(r"\{#(eq-[^}]+)\}$")
# How raw HTML or an attribute may name a file, as it stands in JSON.
_NAMES_FILES = re.compile(
    r"\b(?:src|srcset|poster|data-background-image|xlink:href)[\s\"]*[=,]|<link\b|@import|url\(",
    re.I,
)
_LAYOUTS = {"layout", "layout-ncol", "layout-nrow"}
_WITH_IDENTITY = {"Div", "Span", "Header", "Image", "Table", "Figure", "CodeBlock"}
_NOTHING: Node = {"t": "Plain", "c": []}


@dataclass(frozen=True)
class Outline:
    """A section as the frame of the document sees it.

    Attributes
    ----------
    blocks
        What has a number or a place in a list, in Pandoc's JSON.
    names
        All that it calls something or refers to.
    stated
        What it states, by the ids that `places.lua` counts the places of, in their order.
    pictures
        The files that it shows.
    may_embed
        Whether it may have HTML embed files.
    """

    blocks: Sequence[Node]
    names: Sequence[str]
    stated: Sequence[str]
    pictures: Sequence[str]
    may_embed: bool


def outline(blocks: Sequence[Node]) -> Outline:
    """Return the outline of a section, whose citations are resolved."""
    nodes = list(elements(blocks))
    shown = pictures(nodes)
    return Outline(
        [kept for block in blocks for kept in _kept(block)],
        sorted({name for node in nodes for name in _names(node)}),
        stated(nodes),
        shown,
        bool(shown or _NAMES_FILES.search(json.dumps(blocks))),
    )


def pictures(nodes: Iterable[Node]) -> list[str]:
    """Return the files that elements show, each once."""
    return list(dict.fromkeys(node["c"][2][0] for node in nodes if node.get("t") == "Image"))


def stated(nodes: Iterable[Node]) -> list[str]:
    """Return the ids of what elements state, in their order."""
    return [attributes_of(node)[2]["of"] for node in nodes if _is_stated(node)]


def _names(node: Node) -> Iterator[str]:
    kind = node.get("t", "")
    if "citationId" in node:
        yield node["citationId"]
    elif kind in _WITH_IDENTITY:
        identity, _, pairs = attributes_of(node)
        # Filters know by attributes of spans what these stand for.
        yield from filter(None, (identity, *(pairs.values() if kind == "Span" else ())))
    elif kind == "Link" and not node["c"][1]:
        yield node["c"][2][0].removeprefix("#")
    elif kind == "Str" and (label := _EQUATION.match(node["c"])):
        yield label[1]


def _is_stated(node: Node) -> bool:
    return node.get("t") == "Span" and "stated" in node["c"][0][1] and "of" in dict(node["c"][0][2])


def _kept(block: Node) -> Iterator[Node]:
    kind = block["t"]
    if kind == "Header":
        yield _bare(block)
    elif kind == "Div":
        identity, classes, pairs = attributes_of(block)
        if "title-page" in classes:
            # The frame alone shows it.
            yield block
        elif _NUMBERED.match(identity) or _LAYOUTS & pairs.keys():
            yield _bare(block)
        elif any(name.startswith("callout-") for name in classes):
            yield from _callout(block)
        elif blocks := [kept for part in block["c"][1] for kept in _kept(part)]:
            yield {"t": "Div", "c": [block["c"][0], blocks]}
    elif kind in {"Figure", "Table"} and _NUMBERED.match(attributes_of(block)[0]):
        yield _bare(_empty(block))
        yield from _stated_alone(block["c"][2:])
    elif any(map(_is_counted, elements(block))):
        yield _bare(block)
    else:
        yield from _stated_alone(block)


def _callout(block: Node) -> Iterator[Node]:
    """Yield a callout whose title stays its first block, if anything in it counts."""
    title, rest = (block["c"][1] or [_NOTHING])[0], block["c"][1][1:]
    if title["t"] != "Header":
        title, rest = _NOTHING, block["c"][1]
    blocks = [kept for part in rest for kept in _kept(part)]
    if blocks or any(map(_is_stated, elements(title))):
        yield {"t": "Div", "c": [block["c"][0], [_bare(title), *blocks]]}


def _empty(block: Node) -> Node:
    """Return a figure or a table with its caption alone."""
    if block["t"] == "Figure":
        return {"t": "Figure", "c": [*block["c"][:2], [_NOTHING]]}
    attributes, caption, columns, head, _, foot = block["c"]
    return {"t": "Table", "c": [attributes, caption, columns, [head[0], []], [], [foot[0], []]]}


def _stated_alone(parts: Any) -> Iterator[Node]:
    if found := [_bare(node) for node in elements(parts) if _is_stated(node)]:
        yield {"t": "Plain", "c": found}


def _is_counted(node: Node) -> bool:
    match node:
        case {"t": "Header"}:
            return True
        case {"t": "Figure" | "Table"}:
            return bool(_NUMBERED.match(attributes_of(node)[0]))
        case {"t": "Image", "c": [[identity, *_], *_]}:
            return bool(identity)
        case {"t": "Str", "c": text}:
            return bool(_EQUATION.match(text))
    return False


def _bare(node: Any) -> Any:
    """Return a part without its notes, which stand where they are called, and what is stated."""
    if isinstance(node, list):
        return [_bare(part) for part in node if not _is_note(part)]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Span" and _is_stated(node):
        return {"t": "Span", "c": [node["c"][0], []]}
    return {key: _bare(value) for key, value in node.items()}


def _is_note(part: Any) -> bool:
    return isinstance(part, dict) and part.get("t") == "Note"
