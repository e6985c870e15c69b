"""Whether a build can see a change of each file that goes into its documents.

What a build goes by is listed before it starts. A file beside the list would change a document and
leave its fingerprint and the kept results as they are; it is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from evidence.engine.faults import Problem, RenderCode
from evidence.engine.source import Line


def unlisted(
    used: Iterable[tuple[Path, Line]], root: Path, listed: Collection[Path] | None
) -> list[Problem]:
    """Refuse files of a project that are not on the list of what a build goes by.

    Parameters
    ----------
    used
        The files, absolute, and the line that names each. Those outside the project, hidden ones
        and those in a folder whose name begins with `_`, which builds make, are left alone.
    root
        The project's folder.
    listed
        The list, relative to the project; without it every file counts.
    """
    if listed is None:
        return []
    known = {root / path for path in listed}
    folders = sorted({f"{path.parts[0]}/" for path in listed if len(path.parts) > 1})
    hint = f"move it to one of {', '.join(folders)}" if folders else "list it"
    found: dict[Path, Line] = {}
    for path, line in used:
        if path not in known and path.is_relative_to(root) and not _is_made(path, root):
            found.setdefault(path, line)
    return [
        line.problem(
            RenderCode.UNLISTED_INPUT,
            f"{path.relative_to(root).as_posix()} goes into the documents, and no build would see "
            "it change",
            hint,
        )
        for path, line in sorted(found.items())
    ]


def _is_made(path: Path, root: Path) -> bool:
    first = path.relative_to(root).parts[0]
    return first.startswith(".") or (first.startswith("_") and path.parent != root)
