"""What Pandoc read, searched for faults that would reach the reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.source import Line

_REFERENCE = re.compile(r"^(fig|tbl|sec)-")
_OTHER_REFERENCE = re.compile(
    r"^(lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|eq)-"
)
_QUARTO_CLASS = re.compile(
    r"^(panel-|column-|columns?$|page-|aside$|cell-code-|layout|callout-(?!title)|content-"
    r"|incremental$|nonincremental$|hidden$|verse$|margin-)"
)
_CALLOUTS = {f"callout-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
_CONDITIONAL = {"content-visible", "content-hidden"}
_ATTRIBUTES = {
    "callout": {"title", "collapse"},
    "conditional": {"when-format", "unless-format"},
}
_FORMATS = {"html", "typst", "pdf", "docx"}
_LAYOUT = re.compile(r"^(layout|fig-(?!alt$)|tbl-(?!colwidths$)|out-)")
_QUARTO = "or use `--engine quarto`"


@dataclass(frozen=True)
class Findable:
    """The text that Pandoc read, to find the line of what it read."""

    lines: Sequence[Line]

    def line(self, text: str) -> Line:
        """Find the first line with a name, or the first line of all.

        Parameters
        ----------
        text
            The name, or whatever else stood in the line.
        """
        pattern = re.compile(re.escape(text) + r"(?![a-zA-Z0-9_-])")
        found = (line for line in self.lines if pattern.search(line.text))
        return next(found, next(iter(self.lines), Line("", "", 0)))


def check(
    nodes: Sequence[dict[str, Any]],
    text: Findable,
    *,
    citations: Collection[str],
    numbered: bool,
) -> None:
    """Refuse references to nothing, identities given twice and pictures without a text.

    Parameters
    ----------
    nodes
        All elements of the document, as `walk` gives them.
    text
        The text they were read from.
    citations
        The keys of the bibliography.
    numbered
        Whether sections have numbers.
    """
    problems = [
        *_references(nodes, text, citations, numbered),
        *_identities(nodes, text),
        *(p for node in nodes for p in _pictures(node, text)),
    ]
    if problems:
        raise RenderError(*problems)


def constructs(nodes: Iterable[dict[str, Any]], text: Findable) -> list[Problem]:
    """Find what Quarto gives a meaning and the engine does not know.

    Parameters
    ----------
    nodes
        All elements of the document, as `walk` gives them.
    text
        The text they were read from.
    """
    return [problem for node in nodes for problem in _constructs(node, text)]


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Visit all elements of Pandoc's JSON in the order of the document.

    Parameters
    ----------
    node
        A part of the JSON.
    """
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node or "citationId" in node:
                yield node
            waiting += [*node.values()][::-1]
        elif isinstance(node, list):
            waiting += node[::-1]


def images(nodes: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """List the targets of all pictures.

    Parameters
    ----------
    nodes
        All elements of the document, as `walk` gives them.
    """
    return tuple(dict.fromkeys(n["c"][2][0] for n in nodes if n.get("t") == "Image"))


def copy_images(
    nodes: Iterable[dict[str, Any]],
    text: Findable,
    *,
    root: Path,
    build: Path,
    extensions: Collection[str],
) -> list[tuple[Path, Line]]:
    """Bring the project's pictures to the folder where documents are built.

    Parameters
    ----------
    nodes
        All elements of the document, as `walk` gives them.
    text
        The text they were read from.
    root
        The project's folder.
    build
        The folder where documents are built; figures of cells are there already.
    extensions
        What a name without extension stands for in the wanted formats.

    Returns
    -------
    list of (Path, Line)
        The pictures of the project, and the lines that name them.
    """
    problems, copied = [], []
    for target in images(nodes):
        names = [target] if PurePosixPath(target).suffix else [f"{target}.{e}" for e in extensions]
        for name in names:
            source, copy = (root / name).resolve(), build / name
            if copy.is_file():
                continue
            if "://" in name or not source.is_relative_to(root):
                hint = "put the picture into the project"
                problems.append(
                    text.line(target).problem(
                        RenderCode.OUTSIDE_PROJECT, f"the picture {name} is elsewhere", hint
                    )
                )
            elif not source.is_file():
                message = f"the picture {name} does not exist"
                problems.append(
                    text.line(target).problem(
                        RenderCode.NO_PICTURE, message, "make it, or correct its name"
                    )
                )
            else:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(source.read_bytes())
                copied.append((root / name, text.line(target)))
    if problems:
        raise RenderError(*problems)
    return copied


def _attributes(node: dict[str, Any]) -> tuple[str, list[str], dict[str, str]]:
    place = {"Header": 1}.get(node["t"], 0)
    identity, classes, pairs = node["c"][place]
    return identity, classes, dict(pairs)


def _constructs(node: dict[str, Any], text: Findable) -> Iterator[Problem]:
    kind = node.get("t")
    if kind not in {"Div", "Span", "Header", "Image", "Table", "Figure", "CodeBlock"}:
        return
    identity, classes, pairs = _attributes(node)
    for name in classes:
        if _QUARTO_CLASS.match(name) and name not in _CALLOUTS | _CONDITIONAL:
            line = text.line(f".{name}")
            yield line.problem(
                RenderCode.UNSUPPORTED_CONSTRUCT,
                f"unsupported class .{name}",
                f"leave it out, {_QUARTO}",
            )
    if _CONDITIONAL & set(classes):
        yield from _unknown(pairs, _ATTRIBUTES["conditional"], classes, text)
        for key, value in pairs.items():
            if key in _ATTRIBUTES["conditional"] and value not in _FORMATS:
                line = text.line(f'{key}="{value}"')
                hint = f"the formats are {', '.join(sorted(_FORMATS))}"
                yield line.problem(
                    RenderCode.UNSUPPORTED_CONSTRUCT, f'unsupported {key}="{value}"', hint
                )
    elif _CALLOUTS & set(classes):
        yield from _unknown(pairs, _ATTRIBUTES["callout"], classes, text)
    else:
        for key in filter(_LAYOUT.match, pairs):
            line = text.line(key)
            yield line.problem(
                RenderCode.UNSUPPORTED_CONSTRUCT,
                f"unsupported attribute {key}",
                f"leave it out, {_QUARTO}",
            )
    if _OTHER_REFERENCE.match(identity):
        line = text.line(f"#{identity}")
        hint = f"only fig-, tbl- and sec- are numbered: rename it, {_QUARTO}"
        yield line.problem(
            RenderCode.UNSUPPORTED_CONSTRUCT, f"unsupported cross-reference type #{identity}", hint
        )
    if kind == "Div" and re.match("fig-|tbl-", identity):
        yield from _float(node, identity, text)


def _unknown(
    pairs: dict[str, str], known: set[str], classes: list[str], text: Findable
) -> Iterator[Problem]:
    for key in pairs.keys() - known:
        line = text.line(key)
        message = f"unsupported attribute {key} of .{classes[0]}"
        yield line.problem(
            RenderCode.UNSUPPORTED_CONSTRUCT,
            message,
            f"use {' or '.join(sorted(known))}, {_QUARTO}",
        )


def _float(node: dict[str, Any], identity: str, text: Findable) -> Iterator[Problem]:
    content = node["c"][1]
    wanted = "Para" if identity.startswith("fig-") else "Table"
    kinds = [block["t"] for block in content]
    fits = kinds == [wanted, "Para"]
    if fits and wanted == "Para":
        fits = [inline["t"] for inline in content[0]["c"]] == ["Image"]
    if not fits:
        thing = "one picture without caption" if wanted == "Para" else "one table without caption"
        hint = f"put {thing} into it and the caption as its last paragraph"
        yield text.line(f"#{identity}").problem(
            RenderCode.UNSUPPORTED_CONSTRUCT, f"unsupported content of #{identity}", hint
        )


def _references(
    nodes: Sequence[dict[str, Any]], text: Findable, citations: Collection[str], numbered: bool
) -> Iterator[Problem]:
    targets = {_attributes(n)[0] for n in nodes if n.get("t") in {"Figure", "Table", "Div"}}
    headings = [_attributes(n) for n in nodes if n.get("t") == "Header"]
    sections = {identity for identity, _, _ in headings}
    bare = {i for i, classes, _ in headings if "unnumbered" in classes or not numbered}
    known = {identity for identity in targets | sections - bare if _REFERENCE.match(identity)}
    known |= {key for key in citations if not _REFERENCE.match(key)}
    for node in nodes:
        if node.get("t") == "Cite":
            kinds = {bool(_REFERENCE.match(c["citationId"])) for c in node["c"][0]}
            if len(kinds) == 2:
                line = text.line("@" + node["c"][0][0]["citationId"])
                message = "citations and cross-references share a bracket"
                yield line.problem(RenderCode.MIXED_BRACKET, message, "give each its own")
        key = node.get("citationId", "*")
        if key == "*" or key in known:
            continue
        # Looked for only now: a document may cite a thousand times.
        line = text.line(f"@{key}")
        if _OTHER_REFERENCE.match(key):
            yield line.problem(
                RenderCode.UNSUPPORTED_CONSTRUCT,
                f"unsupported cross-reference @{key}",
                f"name it, {_QUARTO}",
            )
        elif not _REFERENCE.match(key):
            hint = "add it to the bibliography, or correct the key"
            yield line.problem(
                RenderCode.CITATION_WITHOUT_ENTRY, f"the citation @{key} has no entry", hint
            )
        elif key in bare:
            hint = "number the section, or link to it: `[its title](#" + key + ")`"
            yield line.problem(
                RenderCode.TARGET_WITHOUT_NUMBER, f"@{key} refers to a section without number", hint
            )
        else:
            hint = f"give the target {{#{key}}}, or correct the reference"
            yield line.problem(
                RenderCode.NO_TARGET, f"the cross-reference @{key} has no target", hint
            )


def _identities(nodes: Sequence[dict[str, Any]], text: Findable) -> Iterator[Problem]:
    kinds = {"Figure", "Table", "Div", "Header", "Span"}
    counts = Counter(_attributes(n)[0] for n in nodes if n.get("t") in kinds)
    for identity, count in counts.items():
        if identity and count > 1:
            line = text.line(f"#{identity}")
            yield line.problem(
                RenderCode.IDENTITY_TWICE, f"#{identity} is given {count} times", "give it once"
            )


def _pictures(node: dict[str, Any], text: Findable) -> Iterator[Problem]:
    kind = node.get("t")
    if kind == "Image":
        _, _, pairs = _attributes(node)
        target = node["c"][2][0]
        if not pairs.get("fig-alt", pairs.get("alt", "")).strip():
            hint = 'say what it shows: `fig-alt: "..."` in the cell, {fig-alt="..."} in Markdown'
            yield text.line(target).problem(
                RenderCode.NO_ALTERNATIVE_TEXT,
                f"the picture {target} has no alternative text",
                hint,
            )
    elif kind in {"Figure", "Table"}:
        identity = _attributes(node)[0]
        if re.match("fig-|tbl-", identity) and not node["c"][1][1]:
            line = text.line(f"#{identity}")
            yield line.problem(RenderCode.NO_CAPTION, f"#{identity} has no caption", "give it one")
