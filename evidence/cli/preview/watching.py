"""Which files of a project have changed.

Looking at all of them again is what survives editors that replace a file, branches that replace a
folder, and file systems that announce no change; it takes some milliseconds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from evidence.proof.manifest import inputs

# When a file was written, its size and its place on the disk.
Stamp = tuple[int, int, int]


def look(project: Path) -> Mapping[Path, Stamp]:
    """Return a stamp of every file that goes into the documents.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.

    Returns
    -------
    Mapping
        Names of inputs with their stamps; nothing while a folder is being replaced.
    """
    stamps = {}
    try:
        for name, path in inputs(project).items():
            stat = path.stat()
            stamps[Path(name)] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except FileNotFoundError:
        return {}
    return stamps


def changes(
    look: Callable[[], Mapping[Path, Stamp]], wait: Callable[[], None]
) -> Iterator[Sequence[Path]]:
    """Yield the files that have changed, whenever some have and all have come to rest.

    What changes while the taker is busy is yielded when it asks again, as one change.

    Parameters
    ----------
    look
        Gives the stamps of the files.
    wait
        Waits between two looks; a file is at rest when both agree.

    Yields
    ------
    Sequence
        The files that were written, made or removed; all of them the first time.
    """
    taken: Mapping[Path, Stamp] = {}
    last: Mapping[Path, Stamp] = {}
    while True:
        now = look()
        if now == last and now != taken:
            before, taken = taken, now
            yield sorted({path for path, _ in before.items() ^ now.items()})
        last = now
        wait()
