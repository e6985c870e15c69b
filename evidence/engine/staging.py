"""Documents made out of sight and swapped in as one set; one build of a project at a time."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from evidence.engine.faults import CellFailed, Problem, RenderCode, RenderError

WORK = ".render"
_PREFIX = "build-"
_OLD = ".old"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

# What is wrong with a folder, by the errors of the system: a code, a message and a hint.
Fault = tuple[RenderCode, str, str]
_FULL: Fault = (
    "disk-full", "the disk is full", "free some space; earlier documents are as they were"
)  # fmt: skip
_CLOSED: Fault = (
    "not-writable", "it cannot be written to", "make it writable, or give another folder"
)  # fmt: skip
_FILE: Fault = ("not-writable", "a file is in the way", "move it, or give another folder")
_MOUNTED: Fault = (
    "not-writable", "a disk is mounted on it, which cannot be swapped", "give a folder inside it"
)  # fmt: skip
_NO_ROOM = dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL)
_NO_FOLDER = {
    **_NO_ROOM,
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _CLOSED),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR), _FILE),
    **dict.fromkeys((errno.EBUSY, errno.EXDEV), _MOUNTED),
}


def check_output(root: Path, output: Path, names: Iterable[str]) -> None:
    """Do nothing where documents of some names may change places with what a folder holds.

    In the project that is a folder whose name begins with `_`, as those that Quarto leaves alone,
    one that holds nothing yet, and one with earlier documents.

    Raises
    ------
    RenderError
        If the folder, links followed, holds the project or is one of its own.
    """
    if root.is_relative_to(output):
        message = "the project itself lies in it"
        hint = "give a folder of its own: it changes places with a new one"
    elif output.is_relative_to(root) and not _is_free(root, output, names):
        message = "it is a folder of the project's own"
        hint = "give one outside the project, a new one, or one whose name begins with `_`"
    else:
        return
    raise RenderError(Problem("output-holds-project", str(output), 0, message, hint))


def _is_free(root: Path, output: Path, names: Iterable[str]) -> bool:
    top = root / output.relative_to(root).parts[0]
    if top.name == WORK:
        # A preview is made in there.
        return output != top
    empty = not top.is_dir() or not any(top.iterdir())
    return top.name.startswith("_") or empty or any((output / name).is_file() for name in names)


@contextmanager
def staging(work: Path, output: Path) -> Iterator[Path]:
    """Give an empty folder in `work` for one build, and remove it whatever becomes of the build.

    Raises
    ------
    RenderError
        If another build of the project is running, or a folder cannot take what is made.
    """
    with _explained(work, _NO_FOLDER):
        work.mkdir(parents=True, exist_ok=True)
        lock = (work / "lock").open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message, hint = "another build of this project is running", "wait until it has ended"
            problem = Problem("build-running", str(work.parent), 0, message, hint)
            raise RenderError(problem) from None
        # The lock is ours: what lies here was left by builds that were killed.
        _sweep(work)
        try:
            with _explained(output, _NO_FOLDER):
                _prove(output)
            with _explained(work, _NO_FOLDER):
                folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=work))
            with _explained(work, _NO_ROOM):
                yield folder
        finally:
            try:
                _sweep(work)
            except KeyboardInterrupt:
                # Who ends a build as it ends leaves nothing of it, either.
                _sweep(work)
                raise


def _sweep(work: Path) -> None:
    # Kernels of killed builds live on for a second, and write.
    for left in work.glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)


def scratch(work: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a folder that goes with the build, or with the next one where this one is killed."""
    return tempfile.TemporaryDirectory(prefix=_PREFIX, dir=work, ignore_cleanup_errors=True)


def swap(made: Path, output: Path) -> None:
    """Put the files of the folder `made` in the place of those in another, all at once.

    Files of the old folder that the new one does not have stay.
    """
    with _explained(output, _NO_FOLDER), _beside(output) as beside:
        new = {path.name for path in made.iterdir()}
        shutil.copytree(made, beside, copy_function=shutil.copyfile, dirs_exist_ok=True)
        beside.chmod(0o755)
        if output.is_dir():
            shutil.copytree(
                output,
                beside,
                symlinks=True,
                ignore=lambda folder, names: new if Path(folder) == output else (),
                copy_function=_link,
                dirs_exist_ok=True,
            )
        _settle(beside, new)
        if not output.is_dir():
            beside.replace(output)
            return
        _exchange(beside, output)
        # What another program put there in the meantime is not ours to remove.
        for path in beside.iterdir():
            if not os.path.lexists(output / path.name):
                path.replace(output / path.name)


@contextmanager
def _explained(place: Path, faults: Mapping[int, Fault]) -> Iterator[None]:
    """Turn an error of the system into a fault of the folder."""
    try:
        yield
    except CellFailed:
        raise
    except (OSError, RenderError) as error:
        # Pandoc, Typst and the errors of a whole tree have the number in their text alone.
        number = getattr(error, "errno", None)
        known = faults if isinstance(error, OSError) else (errno.ENOSPC,)
        number = number or next((n for n in known if os.strerror(n) in str(error)), 0)
        if number not in faults:
            raise
        code, message, hint = faults[number]
        raise RenderError(Problem(code, str(place), 0, message, hint)) from error


def _prove(output: Path) -> None:
    """Fail now rather than after the work where a folder cannot be made or changed."""
    if os.path.lexists(output) and not output.is_dir():
        raise FileExistsError(errno.EEXIST, "", str(output))
    if output.is_mount():
        raise OSError(errno.EBUSY, "", str(output))
    output.parent.mkdir(parents=True, exist_ok=True)
    with _beside(output) as beside:
        (beside / "proof").touch()
    if output.is_dir() and not os.access(output, os.R_OK | os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "", str(output))


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """Give an empty folder on the output's own disk, where moving is renaming."""
    # Two projects may share an output. The lock goes with the process, however that ends.
    parent = os.open(output.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Not every disk knows locks on folders.
        with suppress(OSError):
            fcntl.flock(parent, fcntl.LOCK_EX)
        prefix = f".{output.name}.{_PREFIX}"
        lefts = sorted(path for path in output.parent.iterdir() if path.name.startswith(prefix))
        for left in lefts:
            if left.name.endswith(_OLD) and not output.exists():
                left.replace(output)
            shutil.rmtree(left, ignore_errors=True)
        beside = Path(tempfile.mkdtemp(prefix=prefix, dir=output.parent))
        try:
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    finally:
        os.close(parent)


def _settle(folder: Path, names: Iterable[str]) -> None:
    """Wait until files are on the disk: a power cut, too, shall leave the old set or the new."""
    paths = [path for name in names for path in (folder / name, *(folder / name).rglob("*"))]
    for path in (*(path for path in paths if path.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names in one step that no reader can see the middle of."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    if rename and not rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE):
        return
    # Systems without the call see the old set, for a moment none, and then the new one.
    aside = one.with_name(f"{one.name}{_OLD}")
    try:
        other.replace(aside)
        one.replace(other)
    finally:
        if not other.exists():
            aside.replace(other)
    aside.replace(one)
