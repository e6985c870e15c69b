"""Documents made out of sight and swapped in as one set; one build of a project at a time."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render.errors import Problem, RenderCode, RenderError

WORK = ".render"
_PREFIX = "build-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def staging(work: Path, beside: Path) -> Iterator[Path]:
    """Give an empty folder for one build, and remove it whatever becomes of the build.

    Parameters
    ----------
    work
        The folder for a project's builds; made if it does not exist.
    beside
        The folder that the documents are meant for.

    Raises
    ------
    RenderError
        If another build of the project is running, or a folder cannot be written to.
    """
    try:
        work.mkdir(parents=True, exist_ok=True)
        beside.parent.mkdir(parents=True, exist_ok=True)
        with (work / "lock").open("a+") as lock:
            _take(lock.fileno(), work)
            # The lock is ours: what lies here was left by builds that were killed.
            for left in (*work.glob(f"{_PREFIX}*"), *beside.parent.glob(f".{beside.name}.*")):
                shutil.rmtree(left, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=work))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except PermissionError as error:
        hint = "make it writable, or give another folder"
        raise RenderError(
            Problem(RenderCode.NOT_WRITABLE, str(error.filename), 0, "cannot be written to", hint)
        ) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        hint = "free some space; earlier documents are as they were"
        raise RenderError(
            Problem(RenderCode.DISK_FULL, str(work), 0, "the disk is full", hint)
        ) from error


def swap(made: Path, output: Path) -> None:
    """Put a folder's files in the place of another's, all at once.

    Files of the old folder that the new one does not have stay.

    Parameters
    ----------
    made
        The folder with the new files.
    output
        The folder that takes them; made if it does not exist.
    """
    # On the same disk as the output, so that moving is renaming and a full disk fails here.
    beside = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    try:
        beside.chmod(0o755)
        if output.is_dir():
            shutil.copytree(output, beside, dirs_exist_ok=True, copy_function=_link)
        for path in made.iterdir():
            copy = beside / path.name
            copy.unlink(missing_ok=True)
            shutil.copyfile(path, copy)
        if output.is_dir():
            _exchange(beside, output)
        else:
            beside.replace(output)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names in one step that no reader can see the middle of."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    if rename and not rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE):
        return
    # Systems without the call see the old set, for a moment none, and then the new one.
    aside = one.with_name(f"{one.name}.old")
    other.replace(aside)
    one.replace(other)
    aside.replace(one)


def _take(lock: int, work: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        hint = "wait until it has ended"
        problem = Problem(
            RenderCode.BUILD_RUNNING,
            str(work.parent),
            0,
            "another build of this project is running",
            hint,
        )
        raise RenderError(problem) from None
