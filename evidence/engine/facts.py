"""What a section holds that faults are found by, gathered in one walk through its blocks.

Facts are plain values: kept with what Pandoc read, they save the walk while the section stays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from evidence.engine import raw
from evidence.engine.constructs import NUMBERED, OTHERS, refusal
from evidence.engine.faults import Fault
from evidence.engine.nodes import CONDITIONAL, WRITTEN, Node, attributes_of, conditions, elements
from evidence.engine.source import Line

SAY_WHAT = (
    'say what it shows: `fig-alt: "..."` in the cell, a list for several, {fig-alt="..."} behind '
    "a picture in Markdown"
)
NO_TABLE = "let a table be the last that the cell shows, or stand right above its caption"
# What can be referred to.
NAME = re.compile(rf"^({NUMBERED})-")
_OTHER_NAME = re.compile(rf"^({OTHERS})-")
_EQUATION = re.compile(r"\{#(eq-[\w-]*)")
# To Pandoc, attributes that belong to nothing are words.
_LOOSE = re.compile(r"\{(?P<name>#(?:fig|tbl|sec)-[\w-]+|\.of-cell-\d+|fig-alt=)")
_FLOAT = re.compile("fig-|tbl-")
_QUARTO_CLASS = re.compile(
    r"^(panel-|page-|cell-code-|layout|callout-(?!title)|content-|hidden$|verse$"
    r"|margin-|column-(?!margin$|(body|page|screen)\b))"
)
_CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
_CONDITIONS = {"when-format", "unless-format"}
_FORMATS = {"html", "typst", "pdf", "docx"}
_LAYOUT = re.compile(
    r"^(layout(?!-v?align)|fig-(?!alt$|align$|pos$|env$)|tbl-(?!colwidths$)|out-|filename$)"
)
_GRID = {"layout", "layout-ncol", "layout-nrow"}
_WITH_IDENTITY = {"Figure", "Table", "Div", "Header", "Span"}
# What holds nothing that is looked for.
_BARE = {"Space", "SoftBreak", "LineBreak", "Math", "Code"}


class Heading(NamedTuple):
    """A heading.

    Attributes
    ----------
    level
        From 1.
    identity
        What it is referred to by.
    is_numbered
        Whether it gets a number where sections have numbers.
    formats
        The formats that show it.
    is_title
        Whether it is the title of a callout.
    words
        Its words, without what stands between them.
    """

    level: int
    identity: str
    is_numbered: bool
    formats: tuple[str, ...]
    is_title: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a section holds.

    Attributes
    ----------
    faults
        What is wrong in it, whatever stands in others.
    floats
        Its figures and tables that are written as divisions and hold something else.
    headings
        Its headings.
    targets
        What else bears a name that can be referred to: figures, tables, parts of them, equations.
    references
        The names that it refers to, each once.
    citations
        The keys that it cites, each once.
    identities
        Each identity, and how often it is given.
    pictures
        The pictures that it names, each once.
    """

    faults: tuple[Fault, ...] = ()
    floats: tuple[Fault, ...] = ()
    headings: tuple[Heading, ...] = ()
    targets: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    identities: tuple[tuple[str, int], ...] = ()
    pictures: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Facts:
        """Return what was made JSON."""
        rows = {name: tuple(map(_frozen, row)) for name, row in values.items()}
        return cls(
            **rows
            | {
                "faults": tuple(Fault(*row) for row in rows["faults"]),
                "floats": tuple(Fault(*row) for row in rows["floats"]),
                "headings": tuple(Heading(*row) for row in rows["headings"]),
            }
        )


# Sections in the order of the document, each with the lines that it was read from.
Sections = Sequence[tuple[Facts, Sequence[Line]]]


def facts(blocks: Sequence[Node], lines: Sequence[Line]) -> Facts:
    """Gather what a section holds.

    Parameters
    ----------
    blocks
        The section as Pandoc read it.
    lines
        What it was read from.
    """
    faults: list[Fault] = []
    floats: list[Fault] = []
    headings: list[Heading] = []
    identities: list[str] = []
    targets: list[str] = []
    keys: list[str] = []
    pictures: list[str] = []
    marked: list[str] = []
    titles: set[int] = set()
    for node, formats, is_part in _visited(blocks):
        kind, content = node["t"], node["c"]
        for rule in _RULES.get(kind, ()):
            faults += rule(node)
        if kind in _WITH_IDENTITY:
            identities.append(attributes_of(node)[0])
        match kind:
            case "Header":
                headings.append(_heading(node, formats, is_title=id(node) in titles))
            case "Div" | "Figure" | "Table":
                targets.append(content[0][0])
                floats += _unfit_float(node)
                if _is_callout(node) and content[1]:
                    titles.add(id(content[1][0]))
            case "Image":
                pictures.append(content[2][0])
                # A picture in a layout or a link is a figure, though it has or shares a paragraph.
                targets += [content[0][0]] if is_part else []
            case "Str" if label := _EQUATION.match(content):
                targets.append(label[1])
            case "Cite":
                keys += (citation["citationId"] for citation in content[0])
            case "RawInline" | "RawBlock" if content[0] != "html" or formats != {"html"}:
                marked.append(content[1])
    faults += raw.unfit(marked, lines)
    return Facts(
        tuple(faults),
        tuple(floats),
        tuple(headings),
        _each(name for name in targets if NAME.match(name)),
        _each(key for key in keys if NAME.match(key)),
        _each(key for key in keys if not NAME.match(key) and not _OTHER_NAME.match(key)),
        tuple(Counter(filter(None, identities)).items()),
        _each(pictures),
    )


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _visited(blocks: Sequence[Node]) -> Iterator[tuple[Node, frozenset[str], bool]]:
    """Visit the elements in their order, but for words and what else nothing is asked of.

    With each come the formats that show it, and whether it stands in a layout or a link.
    """
    waiting: list[tuple[Iterator[Any], frozenset[str], bool]] = [
        (iter(blocks), frozenset(WRITTEN), False)
    ]
    while waiting:
        rest, formats, is_part = waiting[-1]
        for node in rest:
            if isinstance(node, list):
                waiting.append((iter(node), formats, is_part))
                break
            if not isinstance(node, dict):
                continue
            kind: str | None = node.get("t")
            content: Any = node.get("c")
            if kind == "Str":
                if "{" in content:
                    yield node, formats, is_part
                continue
            if kind in _BARE or (kind and content is None):
                continue
            if not kind:
                # A part of a citation.
                content = [*node.values()]
            else:
                if (shown := conditions(node)) is not None:
                    formats &= shown
                yield node, formats, is_part
                is_part = is_part or kind == "Link" or _is_layout(node)
            if isinstance(content, list):
                waiting.append((iter(content), formats, is_part))
                break
            formats, is_part = waiting[-1][1:]
        else:
            waiting.pop()


def _heading(node: Node, formats: frozenset[str], *, is_title: bool) -> Heading:
    identity, classes, _ = attributes_of(node)
    words = (part["c"] for part in elements(node["c"][2]) if part.get("t") == "Str")
    shown = tuple(name for name in WRITTEN if name in formats)
    is_numbered = "unnumbered" not in classes
    return Heading(node["c"][0], identity, is_numbered, shown, is_title, tuple(words))


def _unsupported(place: str, message: str, hint: str) -> Fault:
    return Fault(place, "unsupported-construct", message, hint)


def _constructs(node: Node) -> Iterator[Fault]:
    """Find what Quarto gives a meaning and the engine does not know."""
    identity, classes, pairs = attributes_of(node)
    for name in set(classes) - _CALLOUTS - CONDITIONAL:
        if _QUARTO_CLASS.match(name):
            yield _unsupported(f".{name}", *refusal("class", name, f"`.{name}`"))
    if not CONDITIONAL.isdisjoint(classes):
        yield from _unknown(pairs, _CONDITIONS, "condition")
        for key in pairs.keys() & _CONDITIONS:
            if pairs[key] not in _FORMATS:
                text = f'{key}="{pairs[key]}"'
                yield _unsupported(text, *refusal("form", "condition-format", f"`{text}`"))
    elif not _CALLOUTS.isdisjoint(classes):
        yield from _unknown(pairs, {"title", "collapse", "appearance", "icon"}, "callout")
    else:
        yield from _layouts(pairs, is_division=node["t"] == "Div")
    yield from _unnumbered(f"#{identity}", identity)


def _unnumbered(place: str, name: str) -> Iterator[Fault]:
    if other := _OTHER_NAME.match(name):
        yield _unsupported(place, *refusal("reference", other[1], f"`{place}`"))


def _unknown(pairs: dict[str, str], known: set[str], form: str) -> Iterator[Fault]:
    for key in pairs.keys() - known:
        yield _unsupported(key, *refusal("form", form, f"`{key}`"))


def _layouts(pairs: dict[str, str], *, is_division: bool) -> Iterator[Fault]:
    grid = pairs.keys() & _GRID if is_division else set()
    for key in filter(_LAYOUT.match, pairs.keys() - grid):
        yield _unsupported(key, *refusal("attribute", key, f"`{key}`"))
    for key in grid:
        if not _is_grid(key, pairs[key]):
            yield _unsupported(key, *refusal("form", "layout", f'`{key}="{pairs[key]}"`'))


def _is_callout(node: Node) -> bool:
    return node["t"] == "Div" and not _CALLOUTS.isdisjoint(node["c"][0][1])


def _is_layout(node: Node) -> bool:
    if node["t"] != "Div":
        return False
    identity, _, pairs = attributes_of(node)
    return identity.startswith("fig-") or not _GRID.isdisjoint(pairs)


def _is_grid(key: str, value: str) -> bool:
    """Tell whether a layout is a count of columns or rows, or widths of them."""
    if key != "layout":
        return value.isdecimal() and int(value) > 0
    try:
        rows = json.loads(value)
    except ValueError:
        return False
    if not isinstance(rows, list) or not rows:
        return False
    lists = rows if all(isinstance(row, list) and row for row in rows) else [rows]
    widths = [width for row in lists for width in row]
    is_number = all(type(width) in {int, float} for width in widths)
    return is_number and all(any(width > 0 for width in row) for row in lists)


def _equations(paragraph: Node) -> Iterator[Fault]:
    """Find labels that no equation has: to Pandoc they are words behind it."""
    inlines = paragraph["c"]
    for at, part in enumerate(inlines):
        if part["t"] != "Str" or not (label := _EQUATION.match(part["c"])):
            continue
        before = [n for n in inlines[max(at - 2, 0) : at] if n["t"] not in {"Space", "SoftBreak"}]
        is_whole = part["c"] == f"{label[0]}}}" and label[1] != "eq-"
        if not (is_whole and before and _is_display(before[-1])):
            yield _unsupported(f"#{label[1]}", *refusal("form", "equation", f"`#{label[1]}`"))


def _is_display(inline: Node) -> bool:
    return bool(inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath")


def _unfit_float(node: Node) -> Iterator[Fault]:
    """Find a figure or table written as a division that holds something else."""
    identity = node["c"][0][0]
    if node["t"] == "Div" and _FLOAT.match(identity) and not _is_float(node, identity):
        form = "figure" if identity.startswith("fig-") else "table"
        yield _unsupported(f"#{identity}", *refusal("form", form, f"`#{identity}`"))


def _is_float(node: Node, identity: str) -> bool:
    blocks = node["c"][1]
    kinds = [block["t"] for block in blocks]
    if identity.startswith("tbl-"):
        return kinds == ["Table", "Para"]
    *parts, caption = blocks if len(blocks) > 1 else ({}, {"t": ""})
    return caption["t"] == "Para" and all(map(_holds_pictures, parts))


def _holds_pictures(block: Node) -> bool:
    kinds = {part["t"] for part in block["c"]} if block.get("t") == "Para" else set()
    return block.get("t") == "Figure" or "Image" in kinds <= {"Image", "Space", "SoftBreak"}


def _uncaptioned(node: Node) -> Iterator[Fault]:
    name = node["c"][0][0]
    if _FLOAT.match(name) and not node["c"][1][1]:
        yield Fault(f"#{name}", "no-caption", f"#{name} has no caption", "give it one")


def _untold(image: Node) -> Iterator[Fault]:
    pairs, target = attributes_of(image)[2], image["c"][2][0]
    if not pairs.get("fig-alt", pairs.get("alt", "")).strip():
        message = f"the picture {target} has no alternative text"
        yield Fault(target, "no-alternative-text", message, SAY_WHAT)


def _unfit_citations(cite: Node) -> Iterator[Fault]:
    names = [citation["citationId"] for citation in cite["c"][0]]
    for name in names:
        yield from _unnumbered(f"@{name}", name)
    if len({bool(NAME.match(name)) for name in names}) == 2:
        message = "citations and cross-references share a bracket"
        yield Fault(f"@{names[0]}", "mixed-bracket", message, "give each its own")


def _loose(words: Node) -> Iterator[Fault]:
    if found := _LOOSE.search(words["c"]):
        yield _belongs_to_nothing(found["name"])


def _loose_link(link: Node) -> Iterator[Fault]:
    name, _, pairs = attributes_of(link)
    if "fig-alt" in pairs:
        yield _belongs_to_nothing(f"#{name}" if name else "fig-alt=")


def _belongs_to_nothing(name: str) -> Fault:
    if name.startswith(("#tbl-", ".of-")):
        return Fault(name, "no-table", "a caption has no table", NO_TABLE)
    what = "heading" if name.startswith("#sec-") else "picture"
    hint = "close all brackets before it, or write one that stays open as `\\[`"
    return Fault(name, "odd-markdown", f"`{name}` belongs to no {what}", hint)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


_RULES: dict[str, tuple[Callable[[Node], Iterable[Fault]], ...]] = {
    "Para": (_equations,), "Plain": (_equations,),
    "Header": (_constructs,), "Div": (_constructs,), "Span": (_constructs,),
    "CodeBlock": (_constructs,), "Image": (_constructs, _untold),
    "Figure": (_constructs, _uncaptioned), "Table": (_constructs, _uncaptioned),
    "Cite": (_unfit_citations,), "Str": (_loose,), "Link": (_loose_link,),
}  # fmt: skip
