"""Results kept between runs, under a key of all that they can depend on.

A change of prose alone leaves the key of the cells' results as it is; a change of anything else,
and of titles, which cells are given, gives another. Modules from elsewhere show only when cells
import them: their versions are kept with the results. What a build goes by is listed
before it starts: a file beside the list would change a document and leave its key as it is, and is
refused.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import PackageNotFoundError, packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evidence.engine.document import Cell, Document, Executed
from evidence.engine.faults import Problem
from evidence.engine.installed import version
from evidence.engine.own import OWN, OWN_EXTENSION
from evidence.engine.source import Line

# What Python and its numbers go by, apart from what is personal or changes no result.
_SETTINGS = ("PYTHON", "OMP_", "OPENBLAS_", "MKL_", "NPY_")
_NO_SETTINGS = {
    "PYTHONSTARTUP", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
}  # fmt: skip
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Cache:
    """A content-addressed cache of bytes on disk, of which the least used give way.

    Its folder may be deleted at any time.
    """

    folder: Path
    most: int = 4

    def get(self, key: str) -> bytes | None:
        """Return what is kept under a key, or nothing where it is not there or not whole."""
        try:
            entry = (self.folder / key).read_bytes()
            (self.folder / key).touch()
        except OSError:
            return None
        digest, content = entry[:_DIGEST], entry[_DIGEST:]
        return content if hashlib.sha256(content).digest() == digest else None

    def put(self, key: str, content: bytes) -> None:
        """Keep something, whole or not at all; where nothing can be written, nothing is kept."""
        with suppress(OSError):
            self._put(key, content)

    def keep(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key, or make it and keep it."""
        content = self.get(name)
        if content is None:
            content = make()
            self.put(name, content)
        return content

    def _put(self, key: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".new-", dir=self.folder, delete=False) as file:
            beside = Path(file.name)
            try:
                file.write(hashlib.sha256(content).digest() + content)
                file.flush()
                beside.replace(self.folder / key)
            finally:
                beside.unlink(missing_ok=True)
        if sum(1 for _ in self.folder.iterdir()) <= self.most:
            return
        # What a run left that was killed while it wrote begins with a dot, and goes first.
        entries = [
            (path.name[0] != ".", path.stat().st_mtime, path) for path in self.folder.iterdir()
        ]
        for *_, old in sorted(entries)[: -self.most]:
            old.unlink(missing_ok=True)


def digest(parts: Iterable[bytes]) -> str:
    """Return a key of something made of parts, among them the code that makes it."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@functools.cache
def code() -> bytes:
    """Return what tells one state of the engine from another: code, filters, templates, tools."""
    files = sorted(
        path
        for top in (OWN, OWN_EXTENSION)
        for path in top.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    # What reads, measures and writes beside it.
    tools = (platform.python_version(), *map(version, ("pypandoc_binary", "lxml", "fonttools")))
    return digest([repr(tools).encode(), *(path.read_bytes() for path in files)]).encode()


Row = tuple[str, int, int, tuple[str, ...]]
"""The key of a piece, the number of its part, its place in that, and the files that it wrote."""


@dataclass(frozen=True)
class Run:
    """What running a document gave.

    Attributes
    ----------
    parts
        What each part of the document gave.
    written
        The files of the project that cells wrote.
    imported, absent
        The modules that they imported, standard library apart, and those that they sought and did
        not find, by their top-level names.
    pieces
        What of it goes by nothing that another piece did; none where that is not certain.
    """

    parts: tuple[Executed, ...]
    written: frozenset[Path] = frozenset()
    imported: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    pieces: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Kept:
    """What of an earlier run may go into one of the same project, with other cells.

    Attributes
    ----------
    shown
        By key of a piece, the outputs of a cell or the value of an expression.
    files
        By the same key, the files of the project that it wrote, by name.
    """

    shown: Mapping[str, Any]
    files: Mapping[str, Mapping[str, bytes]]
    imported: tuple[str, ...]
    absent: tuple[str, ...]


def key(document: Document, depends: Iterable[Path]) -> str:
    """Return a hash of everything that the results of the cells can depend on.

    That is the document and the files, relative to its project, that they read or import. It begins
    with the hash of all but the cells and titles.
    """
    around = hashlib.sha256()
    for path in depends:
        content = hashlib.sha256((document.project.root / path).read_bytes()).hexdigest()
        around.update(f"{path.as_posix()}\0{content}\n".encode())
    for whole, texts in ((around, _around(document)), (own := hashlib.sha256(), _own(document))):
        for text in texts:
            whole.update(f"{len(text)} {text}\n".encode())
    return f"{around.hexdigest()}-{own.hexdigest()}"


def settings() -> Mapping[str, str]:
    """Return the environment variables of this process that results of cells can depend on."""
    names = sorted(name for name in os.environ.keys() - _NO_SETTINGS if name.startswith(_SETTINGS))
    return {name: os.environ[name] for name in names}


def load(cache: Cache, name: str, document: Document) -> Run | None:
    """Return what a run with this key gave, if it is kept, and put back what its cells wrote.

    The document's prose may have changed since the run; the modules that it imported may not.
    """
    entry = _entry(cache, name)
    if entry is None:
        return None
    files = {file: base64.b64decode(encoded) for file, encoded in entry["files"].items()}
    parts = zip(document.parts, entry["results"], strict=True)
    return Run(
        tuple(Executed(part, tuple(outputs), tuple(values)) for part, (outputs, values) in parts),
        put_back(document.project.root, files),
    )


def kept(cache: Cache, name: str) -> Kept | None:
    """Return what there is of the last run whose key begins as this one does."""
    beginning = name.partition("-")[0]
    with suppress(OSError):
        there = sorted(cache.folder.glob(f"{beginning}-*"), key=lambda path: path.stat().st_mtime)
        entry = _entry(cache, there[-1].name) if there else None
        if entry and entry["pieces"]:
            shown, files = {}, {}
            for piece, part, at, names in entry["pieces"]:
                outputs, values = entry["results"][part]
                shown[piece] = values[at] if values else outputs
                files[piece] = {file: base64.b64decode(entry["files"][file]) for file in names}
            return Kept(shown, files, tuple(entry["imported"]), tuple(entry["absent"]))
    return None


def put_back(root: Path, files: Mapping[str, bytes]) -> frozenset[Path]:
    """Let files be as cells wrote them, and return where they are."""
    for file, content in files.items():
        path = root / file
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return frozenset(root / file for file in files)


def _entry(cache: Cache, name: str) -> Any:
    """Return what is kept of a run, where what it imported is as it was."""
    content = cache.get(name)
    if content is None:
        return None
    entry = json.loads(content)
    if entry["versions"] != _versions(entry["versions"]) or any(map(find_spec, entry["absent"])):
        return None
    return entry


def save(cache: Cache, name: str, root: Path, run: Run) -> None:
    """Keep what a run gave, the files that its cells wrote, and the versions of what they imported.

    They write to folders whose names begin with `_`, as Quarto leaves those alone.
    """
    files = {
        path.relative_to(root).as_posix(): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(run.written)
        if path.is_file() and path.relative_to(root).parts[0].startswith("_")
    }
    owners = packages_distributions()
    # What a program of theirs wrote is no cell's.
    theirs = {name for *_, names in run.pieces for name in names}
    entry = {
        "pieces": run.pieces if theirs == files.keys() else (),
        "imported": run.imported,
        "files": files,
        "results": [(done.outputs, done.values) for done in run.parts],
        "versions": _versions(row for module in run.imported for row in owners.get(module, ())),
        "absent": run.absent,
    }
    cache.put(name, json.dumps(entry).encode())


def _versions(distributions: Iterable[str]) -> dict[str, str]:
    """Return the versions of those distributions that are installed."""
    found = {}
    for name in distributions:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def unlisted(
    used: Iterable[tuple[Path, Line]], root: Path, listed: Collection[Path] | None
) -> list[Problem]:
    """Refuse files of a project that are not on the list of what a build goes by, if there is one.

    Each comes with the line that names it. Those outside the project, hidden ones and those in a
    folder whose name begins with `_`, which builds make, are left alone.
    """
    if listed is None:
        return []
    found: dict[Path, Line] = {}
    for path, line in used:
        if path.is_relative_to(root) and (inside := path.relative_to(root)) not in listed:
            first, *below = inside.parts
            if not first.startswith((".", "_") if below else "."):
                found.setdefault(path, line)
    folders = sorted({f"{path.parts[0]}/" for path in listed if len(path.parts) > 1})
    hint = f"move it to one of {', '.join(folders)}" if folders else "list it"
    why = "goes into the documents, and no build would see it change"
    return [
        line.problem("unlisted-input", f"{path.relative_to(root).as_posix()} {why}", hint)
        for path, line in sorted(found.items())
    ]


def _around(document: Document) -> Iterator[str]:
    yield platform.python_version()
    yield platform.machine()
    yield json.dumps([settings(), dict(document.environment)])
    for module in ("kernels.py", "pieces.py", "prelude.py", "run.py", "warm.py"):
        yield resources.files("evidence.engine").joinpath(module).read_text(encoding="utf-8")
    yield str(document.project.epoch)
    yield str(document.project.figure_size)
    # Figures are drawn in it.
    yield str(document.project.metadata.get("mainfont"))


def _own(document: Document) -> Iterator[str]:
    yield json.dumps(dict(document.titles))
    for part in document.parts:
        if isinstance(part, Cell):
            yield json.dumps(dict(part.options), sort_keys=True, default=str)
            yield part.code
            continue
        yield "prose"
        yield from (code for code, _ in part.expressions())
