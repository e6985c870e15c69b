"""Where a report's words come from, kept until anything that goes into a build changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path

from evidence.engine.document import Document
from evidence.engine.results import Cache
from evidence.engine.staging import WORK
from evidence.model.edition import VARIABLE
from evidence.proof import manifest
from evidence.review.marks import Origin
from evidence.review.origins import Stretch, origins


def kept_origins(
    document: Document, project: Path, progress: Callable[[str], None]
) -> tuple[Stretch, ...]:
    """Return what `origins` tells of a document, which may be an earlier state of a project.

    Raises
    ------
    RenderError
        If the document can't be read or its cells don't run.
    """
    cache = Cache(project / WORK / "origins")
    key = manifest.fingerprint(document.project.root, document.environment.get(VARIABLE, ""))
    if held := cache.get(key):
        return unpacked(held)
    found = origins(document, progress, project)
    cache.put(key, packed(found))
    return found


def packed(report: Sequence[Stretch]) -> bytes:
    """Return stretches as JSON, in which each origin stands once."""
    numbers = {origin: 0 for row in report for origin in row.origins}
    numbers = {origin: number for number, origin in enumerate(numbers)}
    rows = [
        [row.text, row.words, [numbers[origin] for origin in row.origins], row.row]
        for row in report
    ]
    return json.dumps([[astuple(origin) for origin in numbers], rows]).encode()


def unpacked(content: bytes) -> tuple[Stretch, ...]:
    """Return what was packed."""
    listed, rows = json.loads(content)
    known = [Origin(*fields) for fields in listed]
    return tuple(
        Stretch(text, tuple(words), tuple(known[number] for number in numbers), tuple(row))
        for text, words, numbers, row in rows
    )
