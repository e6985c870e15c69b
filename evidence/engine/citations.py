"""Citations resolved once for all formats, by Pandoc's citeproc.

Citeproc goes by the citations, the bibliography and, of the text, what stands right beside a
citation. It gets just that: what it gave can be kept while the text around changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evidence.engine import pandoc
from evidence.engine.lint import walk
from evidence.engine.results import Cache

REFERENCES = "references.json"
# Of the metadata, what citeproc goes by.
_SETTINGS = {"bibliography", "lang", "link-citations", "nocite"}
_CROSS_REFERENCE = re.compile(r"^(fig|tbl|sec)-")
# Citeproc moves marks across a note, and drops a space before it.
_BEFORE, _BEHIND = 2, 1
_BESIDE = {"Str", "Space", "SoftBreak"}

Element = dict[str, Any]
# Citations with what stands right beside them: a list of inlines, and a part of it.
_Passage = tuple[list[Element], slice]


def cite(document: Element, style: Path | None, folder: Path, cache: Cache) -> None:
    """Resolve the citations of a document, in place.

    Cross-references, which look like citations, become spans of the class `cross-references`;
    `structure.lua` resolves them for each format. Where a citation is the sentence's subject, its
    link spans author and year, for a list of links would else be a list of years.

    Parameters
    ----------
    document
        The document in Pandoc's JSON.
    style
        The CSL style, or nothing for Pandoc's own.
    folder
        Where Pandoc runs, with the bibliography in `references.json`.
    cache
        Keeps what citeproc gives.
    """
    lists = list(_with_citations(document))
    for inlines in lists:
        inlines[:] = [_waiting(inline) if _refers(inline) else inline for inline in inlines]
    passages = [passage for inlines in lists for passage in _passages(inlines)]
    if not passages and "nocite" not in document["meta"]:
        return
    *resolved, references = _resolve(document, passages, style, folder, cache)
    # From the end, for a passage may come back with another length.
    for (inlines, part), block in zip(reversed(passages), reversed(resolved), strict=True):
        inlines[part] = block["c"]
    for inline in (inline for inlines in lists for inline in inlines):
        if inline["t"] == "Cite":
            _link_whole(inline)
    places = (node for node in walk(document["blocks"]) if node.get("t") == "Div")
    if place := next((div for div in places if div["c"][0][0] == "refs"), None):
        place["c"] = references["c"]
    elif references["c"][1]:
        document["blocks"].append(references)


def _with_citations(node: Any) -> Iterator[list[Element]]:
    """Find the lists of inlines that hold citations, in the order of the document."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node.get("t") != "Cite":
            waiting += [node[key] for key in reversed(node) if key != "nocite"]
        elif isinstance(node, list):
            if any(isinstance(part, dict) and part.get("t") == "Cite" for part in node):
                yield node
            waiting += reversed(node)


def _refers(inline: Element) -> bool:
    return inline["t"] == "Cite" and bool(_CROSS_REFERENCE.match(inline["c"][0][0]["citationId"]))


def _span(content: list[Element], classes: Sequence[str] = (), **attributes: str) -> Element:
    return {"t": "Span", "c": [["", [*classes], [*map(list, attributes.items())]], content]}


def _waiting(cite: Element) -> Element:
    """Turn a cross-reference into a span with one span for each target."""
    targets = [
        _span(
            [_span(target["citationPrefix"]), _span(target["citationSuffix"])],
            key=target["citationId"],
            mode=target["citationMode"]["t"],
        )
        for target in cite["c"][0]
    ]
    return _span(targets, ["cross-references"])


def _passages(inlines: list[Element]) -> Iterator[_Passage]:
    spans: list[tuple[int, int]] = []
    for place in (i for i, inline in enumerate(inlines) if inline["t"] == "Cite"):
        start, end = place, place + 1
        while start > max(place - _BEFORE, 0) and inlines[start - 1]["t"] in _BESIDE:
            start -= 1
        while end < min(place + 1 + _BEHIND, len(inlines)) and inlines[end]["t"] in _BESIDE:
            end += 1
        if spans and start <= spans[-1][1]:
            start, _ = spans.pop()
        spans.append((start, end))
    return ((inlines, slice(*span)) for span in spans)


def _resolve(
    document: Element, passages: Sequence[_Passage], style: Path | None, folder: Path, cache: Cache
) -> list[Element]:
    """Return a paragraph for each passage, and the references."""
    blocks = [{"t": "Para", "c": inlines[part]} for inlines, part in passages]
    alone = {
        **document,
        "meta": {name: value for name, value in document["meta"].items() if name in _SETTINGS},
        "blocks": [*blocks, {"t": "Div", "c": [["refs", [], []], []]}],
    }
    asked = json.dumps(alone).encode()
    parts = (
        version("pypandoc_binary").encode(),
        asked,
        (folder / REFERENCES).read_bytes(),
        style.read_bytes() if style else b"",
    )
    key = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    answer = cache.get(key)
    if answer is None:
        how = ["--from=json", "--to=json", "--citeproc", *([f"--csl={style}"] if style else [])]
        answer = pandoc.run(how, folder=folder, text=asked)
        cache.put(key, answer)
    resolved: list[Element] = json.loads(answer)["blocks"]
    return resolved


def _link_whole(cite: Element) -> None:
    citations, inlines = cite["c"]
    if len(citations) != 1 or citations[0]["citationMode"]["t"] != "AuthorInText":
        return
    links = [node for node in walk(inlines) if node.get("t") == "Link"]
    if links:
        link = {"t": "Link", "c": [["", [], []], _without_links(inlines), links[0]["c"][2]]}
        cite["c"][1] = [link]


def _without_links(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_links(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    parts: list[Any] = []
    for part in node:
        linked = isinstance(part, dict) and part.get("t") == "Link"
        parts += _without_links(part["c"][1]) if linked else [_without_links(part)]
    return parts
