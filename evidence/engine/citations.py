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
from evidence.engine.constructs import NUMBERED
from evidence.engine.nodes import elements, walk
from evidence.engine.results import Cache

# Of the metadata, what citeproc goes by.
_SETTINGS = {"lang", "link-citations", "nocite"}
_CROSS_REFERENCE = re.compile(rf"^({NUMBERED})-")
# Citeproc moves marks across a note, and drops a space before it.
_BEFORE, _BEHIND = 2, 1
_BESIDE = {"Str", "Space", "SoftBreak"}

Element = dict[str, Any]
# Citations with what stands right beside them: a list of inlines, and a part of it.
_Passage = tuple[list[Element], slice]


def cite(
    document: Element,
    bibliographies: Sequence[Path],
    style: Path | None,
    folder: Path,
    cache: Cache,
) -> None:
    """Resolve the citations of a document, in place.

    Cross-references, which look like citations, wait for `structure.lua`.

    Parameters
    ----------
    document
        The document in Pandoc's JSON.
    bibliographies
        BibTeX or CSL JSON. Citeproc reads them itself: a form in between would lose what braces
        protect, and dates in words such as "in press".
    style
        The CSL style, or nothing for Pandoc's own.
    folder
        Where Pandoc runs.
    cache
        Keeps what citeproc gives.
    """
    meta = document["meta"]
    cited = [[meta[name] for name in meta if name != "nocite"], document["blocks"]]
    lists = (found for found in walk(cited) if isinstance(found, list))
    passages = [passage for inlines in lists for passage in _passages(inlines)]
    if not passages and "nocite" not in meta:
        return
    files = [("csl", style)] if style else []
    files += [("bibliography", file) for file in bibliographies]
    *resolved, references = _resolve(document, passages, files, folder, cache)
    # From the end, for a passage may come back with another length.
    for (inlines, part), block in zip(reversed(passages), reversed(resolved), strict=True):
        inlines[part] = block["c"]
    places = (node for node in elements(document["blocks"]) if node.get("t") == "Div")
    if place := next((div for div in places if div["c"][0][0] == "refs"), None):
        place["c"] = references["c"]
    elif references["c"][1]:
        document["blocks"].append(references)


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
    passages: Sequence[_Passage],
    files: Sequence[tuple[str, Path]],
    folder: Path,
    cache: Cache,
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
        *(name.encode() + file.read_bytes() for name, file in files),
    )
    key = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    answer = cache.get(key)
    if answer is None:
        how = ["--from=json", "--to=json", "--citeproc"]
        how += [f"--{name}={file}" for name, file in files]
        answer = pandoc.run(how, folder=folder, text=asked)
        cache.put(key, answer)
    resolved: list[Element] = json.loads(answer)["blocks"]
    return resolved
