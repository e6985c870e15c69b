"""Citations resolved once for all formats, by Pandoc's citeproc.

Citeproc goes by the citations, the bibliography and, of the text, what stands right beside a
citation. It gets just that: what it gave can be kept while the text around changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evidence.engine import pandoc
from evidence.engine.constructs import NUMBERED
from evidence.engine.installed import version
from evidence.engine.nodes import elements, walk
from evidence.engine.results import Cache, digest

# Of the metadata, what citeproc goes by.
_SETTINGS = {"lang", "link-citations", "nocite"}
_CROSS_REFERENCE = re.compile(rf"^({NUMBERED})-")
# Citeproc moves marks across a note, and drops a space before it.
_BEFORE, _BEHIND = 2, 1
_BESIDE = {"Str", "Space", "SoftBreak"}

Element = dict[str, Any]
# Citations with what stands right beside them: a list of inlines, and a part of it.
_Passage = tuple[list[Element], slice]


def passages(blocks: Any) -> list[list[Element]]:
    """Return the inlines of each passage that cites, in the order of the text.

    Cross-references, which look like citations, wait for `structure.lua`.
    """
    return [inlines[part] for inlines, part in _passages_of(blocks)]


def resolve(
    found: Sequence[list[Element]],
    document: Element,
    files: Sequence[tuple[str, Path]],
    folder: Path,
    cache: Cache,
) -> tuple[list[list[Element]], Element | None]:
    """Return what stands in the place of each passage, and the references, if there are any.

    Parameters
    ----------
    found
        All passages of a document.
    document
        The document in Pandoc's JSON, of which the metadata count.
    files
        The CSL style, if any, as `csl`, and each `bibliography`, BibTeX or CSL JSON. Citeproc reads
        them itself: a form in between would lose what braces protect, and dates such as "in press".
    folder
        Where Pandoc runs.
    cache
        Keeps what citeproc gives.
    """
    if not found and "nocite" not in document["meta"]:
        return [], None
    *resolved, references = _resolve(document, found, files, folder, cache)
    return [block["c"] for block in resolved], references


def fill(blocks: Any, resolved: Sequence[list[Element]], references: Element | None = None) -> None:
    """Put into the place of each passage what it was resolved to, and references into theirs."""
    # From the end, for a passage may come back with another length.
    places = _passages_of(blocks)
    for (inlines, part), new in zip(reversed(places), reversed(resolved), strict=True):
        inlines[part] = new
    if references:
        divs = (node for node in elements(blocks) if node.get("t") == "Div")
        if place := next((div for div in divs if div["c"][0][0] == "refs"), None):
            place["c"] = references["c"]
        elif references["c"][1]:
            blocks.append(references)


def _passages_of(blocks: Any) -> list[_Passage]:
    lists = (found for found in walk(blocks) if isinstance(found, list))
    return [passage for inlines in lists for passage in _passages(inlines)]


def _is_citation(inline: Any) -> bool:
    is_cite = isinstance(inline, dict) and inline.get("t") == "Cite"
    return is_cite and not _CROSS_REFERENCE.match(inline["c"][0][0]["citationId"])


def _passages(inlines: list[Element]) -> Iterator[_Passage]:
    spans: list[tuple[int, int]] = []
    for place in (i for i, inline in enumerate(inlines) if _is_citation(inline)):
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
    document: Element,
    found: Sequence[list[Element]],
    files: Sequence[tuple[str, Path]],
    folder: Path,
    cache: Cache,
) -> list[Element]:
    """Return a paragraph for each passage, and the references."""
    blocks = [{"t": "Para", "c": inlines} for inlines in found]
    alone = {
        **document,
        "meta": {name: value for name, value in document["meta"].items() if name in _SETTINGS},
        "blocks": [*blocks, {"t": "Div", "c": [["refs", [], []], []]}],
    }
    asked = json.dumps(alone).encode()
    named = (name.encode() + file.read_bytes() for name, file in files)
    key = digest((version("pypandoc_binary").encode(), asked, *named))
    how = ["--from=json", "--to=json", "--citeproc"]
    how += [f"--{name}={file}" for name, file in files]
    answer = cache.keep(key, lambda: pandoc.run(how, folder=folder, text=asked))
    resolved: list[Element] = json.loads(answer)["blocks"]
    return resolved
