"""Results of cells kept between runs, under a key of all that they can depend on.

A change of prose alone leaves the key as it is; a change of anything else, and of what cells may
read of prose, gives another. An entry holds what the kernel answered and the files that the cells
wrote, and is put in place whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import nbformat

from render.cells import Cell, Prose
from render.execute import Executed
from render.project import Project

MOST_ENTRIES = 4
# Of prose, cells may read the headings, the fences that hide some, and calls.
READ_BY_CELLS = re.compile(r"^(#|```|~~~)|\w\(")
# Environment variables by which Python and its numbers go.
_SETTINGS = ("PYTHON", "OMP_", "OPENBLAS_", "MKL_", "NPY_")
# These change what Python leaves behind and how it prints, and no result.
_NO_MATTER = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
_RESULTS = "results.json"
_FILES = "files"


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


def key(project: Project, parts: Sequence[Prose | Cell], depends: Iterable[Path]) -> str:
    """Return a hash of everything that the results of the cells can depend on.

    Parameters
    ----------
    project
        The project whose cells run.
    parts
        Prose and cells in the order of the document.
    depends
        The files that the cells read or import, relative to the project's folder.
    """
    whole = hashlib.sha256()
    for text in _texts(project, parts):
        whole.update(f"{len(text)} {text}\n".encode())
    for path in depends:
        content = hashlib.sha256((project.root / path).read_bytes()).hexdigest()
        whole.update(f"{path.as_posix()}\0{content}\n".encode())
    return whole.hexdigest()


def load(folder: Path, name: str, parts: Sequence[Prose | Cell]) -> Entry | None:
    """Return the entry of a key, or nothing where there is none that can be read.

    Parameters
    ----------
    folder
        The folder of the cache.
    name
        The key.
    parts
        The parts as they are written now; prose may have changed since the run.
    """
    place = folder / name
    try:
        kept = json.loads((place / _RESULTS).read_text(encoding="utf-8"))
        files = tuple((file, (place / _FILES / str(n)).read_bytes()) for n, file in kept["files"])
        executed = tuple(
            Executed(
                part,
                tuple(nbformat.from_dict(output) for output in outputs),  # type: ignore[no-untyped-call]
                tuple(values),
            )
            for part, (outputs, values) in zip(parts, kept["results"], strict=True)
        )
    except (OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(place, ignore_errors=True)
        return None
    place.touch()
    return Entry(executed, files)


def save(folder: Path, name: str, entry: Entry) -> None:
    """Keep an entry, and let the least used give way to it.

    Parameters
    ----------
    folder
        The folder of the cache; made if it does not exist.
    name
        The key.
    entry
        What to keep.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        (beside / _FILES).mkdir()
        for number, (_, content) in enumerate(entry.files):
            (beside / _FILES / str(number)).write_bytes(content)
        kept = {
            "files": [(number, file) for number, (file, _) in enumerate(entry.files)],
            "results": [(done.outputs, done.values) for done in entry.executed],
        }
        (beside / _RESULTS).write_text(json.dumps(kept), encoding="utf-8")
        shutil.rmtree(folder / name, ignore_errors=True)
        beside.replace(folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    # What a run left that was killed while it wrote begins with a dot, and goes first.
    by_use = sorted(folder.iterdir(), key=lambda e: (e.name[0] != ".", e.stat().st_mtime))
    for old in by_use[:-MOST_ENTRIES]:
        shutil.rmtree(old, ignore_errors=True)


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


def _texts(project: Project, parts: Sequence[Prose | Cell]) -> Iterator[str]:
    yield platform.python_version()
    yield platform.machine()
    yield " ".join(sorted(p.name for place in sys.path for p in Path(place).glob("*.dist-info")))
    settings = {name: os.environ[name] for name in sorted(os.environ.keys() - _NO_MATTER)}
    yield json.dumps({k: v for k, v in settings.items() if k.startswith(_SETTINGS)})
    for module in ("kernel.py", "execute.py"):
        yield resources.files("render").joinpath(module).read_text(encoding="utf-8")
    yield str(project.epoch)
    for part in parts:
        if isinstance(part, Cell):
            yield json.dumps(dict(part.options), sort_keys=True, default=str)
            yield part.code
            continue
        yield from (line.text for line in part.lines if READ_BY_CELLS.search(line.text))
        yield from (code for code, _ in part.expressions())
