"""Results of cells kept between runs, under a key of all that they can depend on.

A change of prose alone leaves the key as it is; a change of anything else, and of what cells may
read of prose, gives another. An entry holds what the kernel answered and the files that the cells
wrote, and is put in place whole or not at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from evidence.engine import kept
from evidence.engine.document import Cell, Document, Executed
from evidence.engine.environment import settings

# Of prose, cells may read the headings, the fences that hide some, and calls.
READ_BY_CELLS = re.compile(r"^(#|```|~~~)|\w\(")


@dataclass(frozen=True)
class Entry:
    """One run of the cells.

    Attributes
    ----------
    executed
        What running each part gave.
    files
        The files that the cells wrote, relative to the project, with their content.
    """

    executed: tuple[Executed, ...]
    files: tuple[tuple[str, bytes], ...] = ()


def key(document: Document, depends: Iterable[Path]) -> str:
    """Return a hash of everything that the results of the cells can depend on.

    Parameters
    ----------
    document
        The document whose cells run.
    depends
        The files that the cells read or import, relative to the project's folder.
    """
    whole = hashlib.sha256()
    for text in _texts(document):
        whole.update(f"{len(text)} {text}\n".encode())
    for path in depends:
        content = hashlib.sha256((document.project.root / path).read_bytes()).hexdigest()
        whole.update(f"{path.as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def load(folder: Path, name: str, document: Document) -> Entry | None:
    """Return the entry of a key, or nothing where there is none.

    Parameters
    ----------
    folder
        The folder of the cache.
    name
        The key.
    document
        The document as it is written now; its prose may have changed since the run.
    """
    content = kept.load(folder, name)
    if content is None:
        return None
    entry = json.loads(content)
    executed = tuple(
        Executed(part, tuple(outputs), tuple(values))
        for part, (outputs, values) in zip(document.parts, entry["results"], strict=True)
    )
    return Entry(executed, tuple((n, base64.b64decode(c)) for n, c in entry["files"]))


def save(folder: Path, name: str, entry: Entry) -> None:
    """Keep an entry.

    Parameters
    ----------
    folder
        The folder of the cache.
    name
        The key.
    entry
        What to keep.
    """
    content = {
        "files": [(file, base64.b64encode(content).decode()) for file, content in entry.files],
        "results": [(done.outputs, done.values) for done in entry.executed],
    }
    kept.save(folder, name, json.dumps(content).encode())


def written(root: Path, since: float, apart: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files in a project's `_` folders that were written from a moment on.

    Quarto leaves folders alone whose names begin with `_`: cells put there what they make.

    Parameters
    ----------
    root
        The project's folder.
    since
        The moment, in seconds since 1970.
    apart
        The folder of the documents, which may be one of them.
    """
    for folder in sorted(root.glob("_*/")):
        for path in sorted(folder.rglob("*")):
            if path.is_relative_to(apart):
                continue
            if path.is_file() and path.stat().st_mtime >= since:
                yield path.relative_to(root).as_posix(), path.read_bytes()


def restore(root: Path, entry: Entry) -> None:
    """Put the files of an entry into the project where they are not there as they were.

    Parameters
    ----------
    root
        The project's folder.
    entry
        The entry.
    """
    for name, content in entry.files:
        path = root / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _texts(document: Document) -> Iterator[str]:
    yield platform.python_version()
    yield platform.machine()
    yield " ".join(sorted(p.name for place in sys.path for p in Path(place).glob("*.dist-info")))
    yield json.dumps(settings())
    for module in ("environment.py", "run.py", "kernel.py"):
        yield resources.files("evidence.engine").joinpath(module).read_text(encoding="utf-8")
    yield str(document.project.epoch)
    yield json.dumps(dict(document.titles))
    for part in document.parts:
        if isinstance(part, Cell):
            yield part.start.section
            yield json.dumps(dict(part.options), sort_keys=True, default=str)
            yield part.code
            continue
        yield "prose"
        yield from (line.text for line in part.lines if READ_BY_CELLS.search(line.text))
        for code, line in part.expressions():
            yield line.section
            yield code
