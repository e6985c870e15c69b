"""What Pandoc read, searched for faults that would reach the reader."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from evidence.engine.constructs import NUMBERED, OTHERS, refusal
from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.source import Fences, Line

Node = dict[str, Any]
# A text by which to find the line, a code, what is wrong, and the way out.
Fault = tuple[str, RenderCode, str, str]

_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_RULE_OF_TABLE = re.compile(r"[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$")
_NOTE_TEXT = re.compile(r"^\s*\[\^([^\]\s]+)\]:")
_NOTE_MARK = re.compile(r"(?<![\\\]])\[\^([^\]\s^]+)\](?!:)")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?=\S)([^$]*[^\s$\\])\$(?![\d$])")
_CUT = re.compile(r"(?<!\\)%")
_REFERENCE = re.compile(rf"^({NUMBERED})-")
_OTHER_REFERENCE = re.compile(rf"^({OTHERS})-")
SAY_WHAT = (
    'say what it shows: `fig-alt: "..."` in the cell, a list for several, {fig-alt="..."} behind '
    "a picture in Markdown"
)
_EQUATION = re.compile(r"\{#(eq-[\w-]*)")
# To Pandoc, attributes that belong to nothing are words.
_LOOSE = re.compile(r"\{(?P<name>#(?:fig|tbl|sec)-[\w-]+|\.of-cell-\d+|fig-alt=)")
NO_TABLE = "let a table be the last that the cell shows, or stand right above its caption"
_QUARTO_CLASS = re.compile(
    r"^(panel-|page-|cell-code-|layout|callout-(?!title)|content-|hidden$|verse$"
    r"|margin-|column-(?!margin$|(body|page|screen)\b))"
)
CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
_CONDITIONAL = {"content-visible", "content-hidden"}
_CONDITIONS = {"when-format", "unless-format"}
_FORMATS = {"html", "typst", "pdf", "docx"}
_WHEN = ("when-format", "unless-format")
# As the engine writes them; Quarto also knows what sets the PDF.
WRITTEN = ("html", "pdf", "docx")
_ALIASES = {"typst": "pdf"}
_LAYOUT = re.compile(
    r"^(layout(?!-v?align)|fig-(?!alt$|align$|pos$|env$)|tbl-(?!colwidths$)|out-|filename$)"
)
_GRID = {"layout", "layout-ncol", "layout-nrow"}
_WITH_ATTRIBUTES = {"Div", "Span", "Header", "Image", "Table", "Figure", "CodeBlock"}


def line_of(text: str, lines: Sequence[Line]) -> Line:
    """Find the first line with a name or whatever else stood in it, or the first of all."""
    pattern = re.compile(re.escape(text) + r"(?![a-zA-Z0-9_-])")
    found = (line for line in lines if pattern.search(line.text))
    return next(found, next(iter(lines), Line("", "", 0)))


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


def check(
    nodes: Sequence[Node], lines: Sequence[Line], *, citations: Collection[str], numbered: bool
) -> None:
    """Refuse what the engine does not know, references to nothing and pictures without a text.

    Citations are the keys of the bibliography; `numbered` tells whether sections have numbers.
    """
    problems = [*constructs(nodes, lines), *floats(nodes, lines), *unfit(nodes, lines)]
    if problems := [*problems, *_placed(_references(nodes, citations, numbered), lines)]:
        raise RenderError(*problems)


def lost(lines: Iterable[Line]) -> list[Problem]:
    """Find what was typed and Pandoc drops or shows as typed: cells of tables, notes, formulas."""
    fences, columns = Fences(), 0
    shown = [
        (line, _INLINE_CODE.sub(lambda match: "x" * len(match[0]), line.text))
        for line in lines
        if not fences.hold(line.text)
    ]
    defined = {name for _, text in shown for name in _NOTE_TEXT.findall(text)}
    problems = []
    for line, text in shown:
        if _RULE_OF_TABLE.match(text):
            columns = len(_cells(text))
        elif not text.strip():
            columns = 0
        elif columns and len(_cells(text)) > columns:
            message = f"this row has more cells than the {columns} columns of its table"
            problems.append(line.problem("odd-markdown", message, "write a bar in a cell as `\\|`"))
        for name in _NOTE_MARK.findall(text):
            if name not in defined:
                message, hint = f"the note [^{name}] has no text", f"add `[^{name}]: …`"
                problems.append(line.problem("odd-markdown", message, hint))
        if any(_CUT.search("".join(found)) for found in _FORMULA.findall(text)):
            message = "a formula ends at its %, which begins a comment in TeX"
            problems.append(line.problem("odd-markdown", message, "write `\\%`"))
    return problems


def _cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))


def unfit(nodes: Sequence[Node], lines: Sequence[Line]) -> list[Problem]:
    """Find identities given twice and pictures without a text."""
    return _placed(
        itertools.chain(_identities(nodes), *map(_pictures, nodes), _loose(nodes)), lines
    )


def _placed(faults: Iterable[Fault], lines: Sequence[Line]) -> list[Problem]:
    return [line_of(text, lines).problem(code, what, hint) for text, code, what, hint in faults]


def constructs(nodes: Iterable[Node], lines: Sequence[Line]) -> list[Problem]:
    """Find what Quarto gives a meaning and the engine does not know."""
    return [
        line_of(text, lines).problem("unsupported-construct", what, hint)
        for text, what, hint in itertools.chain.from_iterable(map(_constructs, nodes))
    ]


def copy_images(
    nodes: Iterable[Node],
    lines: Sequence[Line],
    *,
    root: Path,
    build: Path,
    extensions: Collection[str],
) -> list[tuple[Path, Line]]:
    """Bring the project's pictures to the folder where documents are built.

    Figures of cells are there already. A name without extension stands for one file in each of the
    wanted formats. Returns the pictures of the project, and the lines that name them.
    """
    problems, copied = [], []
    for row in pictures(nodes, lines, root, extensions, build):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        copy = build / row[0].relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(row[0].read_bytes())
        copied.append(row)
    if problems:
        raise RenderError(*problems)
    return copied


def pictures(
    nodes: Iterable[Node],
    lines: Sequence[Line],
    root: Path,
    extensions: Collection[str],
    build: Path | None = None,
) -> Iterator[tuple[Path, Line] | Problem]:
    """Yield each picture that is not made yet, with the line that names it, or what is wrong."""
    for target in dict.fromkeys(node["c"][2][0] for node in nodes if node.get("t") == "Image"):
        names = [target] if PurePosixPath(target).suffix else [f"{target}.{e}" for e in extensions]
        for name in names:
            if build and (build / name).is_file():
                continue
            line, path = line_of(target, lines), root / name
            if "://" in name or not path.resolve().is_relative_to(root):
                message, hint = f"the picture {name} is elsewhere", "put it into the project"
                yield line.problem("outside-project", message, hint)
            elif not path.is_file():
                message, hint = f"the picture {name} does not exist", "make it, or correct its name"
                yield line.problem("no-picture", message, hint)
            else:
                yield path, line


def attributes_of(node: Node) -> tuple[str, list[str], dict[str, str]]:
    """Return the identity, the classes and the other attributes of an element that has some."""
    identity, classes, pairs = node["c"][1 if node["t"] == "Header" else 0]
    return identity, classes, dict(pairs)


def _constructs(node: Node) -> Iterator[tuple[str, str, str]]:
    """Yield a text by which to find the line, what is unsupported, and the way out."""
    if other := _OTHER_REFERENCE.match(node.get("citationId", "")):
        place = f"@{node['citationId']}"
        yield place, *refusal("reference", other[1], f"`{place}`")
    if node.get("t") in {"Para", "Plain"}:
        yield from _equations(node["c"])
    if node.get("t") not in _WITH_ATTRIBUTES:
        return
    identity, classes, pairs = attributes_of(node)
    for name in set(classes) - CALLOUTS - _CONDITIONAL:
        if _QUARTO_CLASS.match(name):
            yield f".{name}", *refusal("class", name, f"`.{name}`")
    if _CONDITIONAL & set(classes):
        yield from _unknown(pairs, _CONDITIONS, "condition")
        for key in pairs.keys() & _CONDITIONS:
            if pairs[key] not in _FORMATS:
                text = f'{key}="{pairs[key]}"'
                yield text, *refusal("form", "condition-format", f"`{text}`")
    elif CALLOUTS & set(classes):
        yield from _unknown(pairs, {"title", "collapse", "appearance", "icon"}, "callout")
    else:
        yield from _layouts(pairs, is_division=node["t"] == "Div")
    if other := _OTHER_REFERENCE.match(identity):
        yield f"#{identity}", *refusal("reference", other[1], f"`#{identity}`")


def _layouts(pairs: dict[str, str], *, is_division: bool) -> Iterator[tuple[str, str, str]]:
    grid = pairs.keys() & _GRID if is_division else set()
    for key in filter(_LAYOUT.match, pairs.keys() - grid):
        yield key, *refusal("attribute", key, f"`{key}`")
    for key in grid:
        if not _is_grid(key, pairs[key]):
            yield key, *refusal("form", "layout", f'`{key}="{pairs[key]}"`')


def _equations(inlines: Sequence[Node]) -> Iterator[tuple[str, str, str]]:
    """Find labels that no equation has: to Pandoc they are words behind it."""
    for at, part in enumerate(inlines):
        if part["t"] != "Str" or not (label := _EQUATION.match(part["c"])):
            continue
        before = [n for n in inlines[max(at - 2, 0) : at] if n["t"] not in {"Space", "SoftBreak"}]
        is_whole = part["c"] == f"{label[0]}}}" and label[1] != "eq-"
        if not (is_whole and before and _is_display(before[-1])):
            yield f"#{label[1]}", *refusal("form", "equation", f"`#{label[1]}`")


def _is_display(inline: Node) -> bool:
    return bool(inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath")


def _is_layout(node: Node) -> bool:
    if node.get("t") != "Div":
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


def floats(nodes: Iterable[Node], lines: Sequence[Line]) -> list[Problem]:
    """Find figures and tables written as divisions that hold something else."""
    found: list[Fault] = []
    for node in nodes:
        identity = attributes_of(node)[0] if node.get("t") == "Div" else ""
        if re.match("fig-|tbl-", identity) and not _is_float(node, identity):
            form = "figure" if identity.startswith("fig-") else "table"
            refused = refusal("form", form, f"`#{identity}`")
            found.append((f"#{identity}", "unsupported-construct", *refused))
    return _placed(found, lines)


def _unknown(pairs: dict[str, str], known: set[str], form: str) -> Iterator[tuple[str, str, str]]:
    for key in pairs.keys() - known:
        yield key, *refusal("form", form, f"`{key}`")


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


def _references(
    nodes: Sequence[Node], citations: Collection[str], numbered: bool
) -> Iterator[Fault]:
    headings = [attributes_of(node) for node in nodes if node.get("t") == "Header"]
    bare = {name for name, classes, _ in headings if "unnumbered" in classes or not numbered}
    targets = {attributes_of(n)[0] for n in nodes if n.get("t") in {"Figure", "Table", "Div"}}
    targets |= {name for name, _, _ in headings} - bare
    # A picture in a layout or a link is a figure, though it has or shares a paragraph.
    around = [n for n in nodes if n.get("t") == "Link" or _is_layout(n)]
    targets |= {attributes_of(n)[0] for n in elements(around) if n.get("t") == "Image"}
    targets |= {
        label[1]
        for node in nodes
        if node.get("t") == "Str" and (label := _EQUATION.match(node["c"]))
    }
    known = {name for name in targets if _REFERENCE.match(name)}
    known |= {key for key in citations if not _REFERENCE.match(key)}
    for node in nodes:
        if node.get("t") == "Cite":
            keys = [citation["citationId"] for citation in node["c"][0]]
            if len({bool(_REFERENCE.match(key)) for key in keys}) == 2:
                message = "citations and cross-references share a bracket"
                yield f"@{keys[0]}", "mixed-bracket", message, "give each its own"
        key = node.get("citationId", "*")
        if key == "*" or key in known:
            continue
        place = f"@{key}"
        if _OTHER_REFERENCE.match(key):
            continue
        if not _REFERENCE.match(key):
            hint = "add it to the bibliography, or correct the key"
            yield place, "citation-without-entry", f"the citation {place} has no entry", hint
        elif key in bare:
            message = f"{place} refers to a section without number"
            hint = f"number the section, or link to it: `[its title](#{key})`"
            yield place, "target-without-number", message, hint
        else:
            message = f"the cross-reference {place} has no target"
            hint = f"give the target {{#{key}}}, or correct the reference"
            yield place, "no-target", message, hint


def _identities(nodes: Sequence[Node]) -> Iterator[Fault]:
    kinds = {"Figure", "Table", "Div", "Header", "Span"}
    counts = Counter(attributes_of(node)[0] for node in nodes if node.get("t") in kinds)
    for name, count in counts.items():
        if name and count > 1:
            yield f"#{name}", "identity-twice", f"#{name} is given {count} times", "give it once"


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
    if not _CONDITIONAL & set(classes):
        return None
    when, unless = ({_ALIASES.get(pairs.get(key, ""), pairs.get(key, ""))} - {""} for key in _WHEN)
    applies = (when or {*WRITTEN}) - unless
    return applies if "content-visible" in classes else {*WRITTEN} - applies


def _loose(nodes: Iterable[Node]) -> Iterator[Fault]:
    for node in nodes:
        match node:
            case {"t": "Str", "c": text} if loose := _LOOSE.search(text):
                name = loose["name"]
            case {"t": "Link", "c": [[name, _, pairs], *_]} if "fig-alt" in dict(pairs):
                name = f"#{name}" if name else "fig-alt="
            case _:
                continue
        if name.startswith(("#tbl-", ".of-")):
            yield name, "no-table", "a caption has no table", NO_TABLE
            continue
        what = "heading" if name.startswith("#sec-") else "picture"
        hint = "close all brackets before it, or write one that stays open as `\\[`"
        yield name, "odd-markdown", f"`{name}` belongs to no {what}", hint


def _pictures(node: Node) -> Iterator[Fault]:
    if node.get("t") == "Image":
        pairs, target = attributes_of(node)[2], node["c"][2][0]
        if not pairs.get("fig-alt", pairs.get("alt", "")).strip():
            message = f"the picture {target} has no alternative text"
            yield target, "no-alternative-text", message, SAY_WHAT
    elif node.get("t") in {"Figure", "Table"}:
        name = attributes_of(node)[0]
        if re.match("fig-|tbl-", name) and not node["c"][1][1]:
            yield f"#{name}", "no-caption", f"#{name} has no caption", "give it one"
