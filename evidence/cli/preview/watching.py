"""What of a project has changed: the system says that something may have, a look decides."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from watchfiles import watch

from evidence.proof.manifest import inputs

# Long enough for an editor to have written all its files, short enough to go unnoticed.
SETTLE = 0.04
# Between two looks where nothing is announced: some file systems never do.
REST = 0.5
# Milliseconds in which what is announced counts as one, and after which folders are looked for.
STEP, FOLDERS = 10, 5000
MOST_NAMED = 3

# When a file was written, as it says and as the system says, its size and its place on the disk.
Stamp = tuple[int, int, int, int]


def look(project: Path) -> Mapping[Path, Stamp]:
    """Return a stamp of every file that goes into the documents; none while a folder is replaced.

    Looking at all of them again is what survives editors that replace a file, branches that replace
    a folder, and file systems that announce no change; it takes some milliseconds.
    """
    stamps = {}
    try:
        for name, path in inputs(project).items():
            stat = path.stat()
            stamps[Path(name)] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
    except FileNotFoundError:
        return {}
    return stamps


def changes(
    look: Callable[[], Mapping[Path, Stamp]], settle: Callable[[], None], rest: Callable[[], None]
) -> Iterator[Sequence[Path]]:
    """Yield the files that have changed, whenever some have and two looks at them agree.

    All are yielded the first time; what changes while the taker is busy, when it asks again.

    Parameters
    ----------
    settle, rest
        Wait while files are being written, and until something may have changed.
    """
    taken: Mapping[Path, Stamp] = {}
    last: Mapping[Path, Stamp] = {}
    while True:
        now = look()
        if now != last:
            last = now
            settle()
        elif now != taken:
            before, taken = taken, now
            yield sorted({path for path, _ in before.items() ^ now.items()})
        else:
            rest()


@contextmanager
def saves(project: Path) -> Iterator[tuple[Iterator[Sequence[Path]], Event]]:
    """Give the changes of a project's files, and an event that says when there may be one."""
    woken, ended = Event(), Event()
    thread = Thread(target=_listen, args=(project, woken, ended), daemon=True)
    thread.start()

    def rest() -> None:
        woken.wait(REST)
        woken.clear()

    def settle() -> None:
        time.sleep(SETTLE)

    try:
        yield changes(lambda: look(project), settle, rest), woken
    finally:
        ended.set()
        thread.join()


def _listen(project: Path, woken: Event, ended: Event) -> None:
    """Set one event at each announced change around the project's files, until another is set."""
    while not ended.is_set():
        try:
            folders = _folders(project)
            for announced in watch(
                *folders, recursive=False, watch_filter=None, stop_event=ended, step=STEP,
                debounce=STEP, rust_timeout=FOLDERS, yield_on_timeout=True, raise_interrupt=False,
            ):  # fmt: skip
                if announced:
                    woken.set()
                # A folder that took the place of another has to be watched anew.
                if _folders(project) != folders:
                    break
        except OSError:
            # A folder has gone in between, or the system watches no more of them.
            ended.wait(REST)


def _folders(project: Path) -> dict[Path, int]:
    """Return the folders that hold files of a project, each with its place on the disk."""
    found = {project, *(path.parent for path in inputs(project).values())}
    return {folder: folder.stat().st_ino for folder in sorted(found)}


def named(paths: Sequence[Path]) -> str:
    """Return the names of files, the first few where there are many."""
    rest = len(paths) - MOST_NAMED
    names = [path.as_posix() for path in paths[:MOST_NAMED]]
    return ", ".join([*names, f"{rest} more"] if rest > 0 else names)
