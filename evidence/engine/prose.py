"""The prose as Pandoc reads it before any cell has run, section by section, kept by content."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.engine import pandoc, workers
from evidence.engine.facts import Facts, facts
from evidence.engine.faults import every
from evidence.engine.nodes import Node
from evidence.engine.results import Cache, code, digest
from evidence.engine.sections import apart, split
from evidence.engine.source import Line


@dataclass(frozen=True)
class Section:
    """A section of the prose: its lines, what it holds, and its blocks in Pandoc's JSON."""

    lines: Sequence[Line]
    facts: Facts
    blocks: Sequence[Node]


def read(lines: Sequence[Line], cache: Cache) -> tuple[Section, ...]:
    """Read prose; the cache keeps what Pandoc gives.

    Raises
    ------
    RenderError
        If Pandoc finds something odd.
    """
    parts = split(lines)
    with (
        workers.staying(),
        TemporaryDirectory() as name,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        folder = Path(name)
        found = every([pool.submit(_section, part, (), folder, cache) for part in parts])
        return tuple(apart(found, lambda at, taken: _section(parts[at], taken, folder, cache)))


def _section(lines: Sequence[Line], taken: Sequence[str], folder: Path, cache: Cache) -> Section:
    def make() -> bytes:
        blocks = pandoc.parse(lines, {}, folder, taken=taken)["blocks"]
        return json.dumps([facts(blocks, lines).to_json(), blocks]).encode()

    told = json.dumps([*taken, [line.text for line in lines]])
    held, blocks = json.loads(cache.keep(digest([code(), told.encode()]), make))
    return Section(lines, Facts.from_json(held), blocks)
