"""The project that a command is meant for, and the faults that stop a command."""

import fcntl
import json
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.engine.project import Project

MARKER = "_quarto.yml"
FORMATS = ("html", "pdf", "docx")
# The folder of the evidence in a project.
DATA = "data"
# That of its documents; an edition's are in a folder of its year in there.
OUTPUT = "_output"
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CommandCode(StrEnum):
    """The stable codes of messages on the command itself; `docs/errors.md` explains them."""

    NO_PROJECT = "no-project"
    NO_CLAIM = "no-claim"
    NO_EDITION = "no-edition"
    FILE_EXISTS = "file-exists"
    NO_REVISION = "no-revision"
    NO_DOCUMENT = "no-document"
    UNREADABLE_DOCUMENT = "unreadable-document"
    NOT_COMPARABLE = "not-comparable"
    SYSTEM = "system"
    UNEXPECTED = "unexpected"
    WRONG_USAGE = "wrong-usage"
    NO_MANIFEST = "no-manifest"
    BUILD_FAILED = "build-failed"
    NOT_RELEASED = "not-released"
    NO_PORT = "no-port"
    UNCLEAN = "unclean"
    STOPPED_BY_SIGNAL = "stopped-by-signal"


class NoProjectError(Exception):
    """Neither the current folder nor any above it is a project."""


class FaultsError(Exception):
    """Something in the project that its author has to correct.

    The message is ready to print where its lines have codes of their own; else it is given one.
    """

    def __init__(self, message: str, code: CommandCode | None = None) -> None:
        super().__init__(coded(code, message) if code else message)


def coded(code: CommandCode, message: str) -> str:
    """Return the line to print: `evidence: CODE: what; what to do`."""
    return f"evidence: {code}: {message}"


def find_project(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds `_quarto.yml`."""
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return folder
    raise NoProjectError(
        f"no {MARKER} in {start} or any folder above it; change to the project's folder first"
    )


def document_paths(project: Path, folder: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """Return the paths at which the project's document is rendered into a folder."""
    stem = _settings(project).document.stem
    return [folder / f"{stem}.{name}" for name in formats]


def named_document(project: Path, mark: str) -> tuple[str, bool]:
    """Return the name of the document, and whether no time and no commit changes its date.

    It is noted for the next time that the inputs have this mark: settings take long to read.
    """
    from evidence.engine.staging import WORK

    place = project / WORK / "document.json"
    with suppress(OSError, ValueError, TypeError):
        known, stem, is_dated = json.loads(place.read_text("utf-8"))
        if known == mark:
            return stem, is_dated
    settings = _settings(project)
    told = settings.document.stem, settings.is_dated
    with suppress(OSError):
        # Half of it is no JSON.
        place.write_text(json.dumps([mark, *told]), "utf-8")
    return told


def _settings(project: Path) -> "Project":
    from evidence.engine.faults import RenderError
    from evidence.engine.project import load

    try:
        return load(project)
    except RenderError as error:
        raise FaultsError(str(error)) from error


def shown(path: Path) -> Path:
    """Return a path relative to the current folder, if it is below that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@contextmanager
def copied_data(project: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """Give a copy of the data in which some files hold other texts, to try them."""
    import shutil
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="evidence-") as name:
        data = Path(name) / DATA
        data.mkdir()
        for path in (project / DATA).iterdir():
            if path.is_file() and path.name not in texts:
                shutil.copy(path, data)
        for file, text in texts.items():
            (data / file).write_bytes(text.encode())
        yield data


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet: the whole of it or, if there is no room, nothing."""
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            path.unlink()
            raise


@contextmanager
def only_writer(project: Path) -> Iterator[None]:
    """Wait until no other command writes the data: what it adds shall be read, and not lost."""
    data = project / DATA
    folder = os.open(data if data.is_dir() else project, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Not every disk knows locks on folders.
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def _unstopped() -> Iterator[None]:
    """Let signals that end the command wait; whichever thread of it gets them, this one hears."""
    came: list[int] = []
    heard = {one: signal.getsignal(one) for one in _STOPPING}
    # What is ignored, as under nohup, stays so; and handlers are the main thread's alone.
    ours = {one: old for one, old in heard.items() if old not in (None, signal.SIG_IGN)}
    if threading.current_thread() is not threading.main_thread():
        ours = {}
    for one in ours:
        signal.signal(one, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for one, handler in ours.items():
            signal.signal(one, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def write_data(project: Path, texts: Mapping[str, str]) -> None:
    """Put all files in their places, having written each beside its place first."""
    data = project / DATA
    written = {data / f"{file}.new": (data / file, text) for file, text in texts.items()}
    try:
        for beside, (_, text) in written.items():
            beside.write_bytes(text.encode())
        # The files belong together: Ctrl-C waits until all are in their places.
        with _unstopped():
            for beside, (place, _) in written.items():
                beside.replace(place)
    finally:
        for beside in written:
            beside.unlink(missing_ok=True)
