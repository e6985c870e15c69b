"""The fingerprint of a build: one hash over all that goes into its documents."""

import hashlib
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

# What a document depends on, beside the versions in the lock; the same list names CI's inputs.
INPUTS = (
    "_quarto.yml", "_variables.yml", "report.qmd", "chapters", "data", "analysis", "evidence",
    "fonts", "requirements.lock",
)  # fmt: skip
# Of these the cells know: not the prose, and not what turns it into documents.
READ_BY_CELLS = (
    "_quarto.yml", "data", "analysis", "evidence/findings", "evidence/model", "evidence/report",
    "evidence/words.py", "fonts", "requirements.lock",
)  # fmt: skip
TOOLS = ("pypandoc-binary", "typst", "matplotlib", "pandas")
LENGTH = 12


def input_files(project: Path, names: tuple[str, ...] = INPUTS) -> Iterator[Path]:
    """Yield the files that go into a build, in one order on every machine.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    names
        The files and folders to look at.

    Yields
    ------
    Path
        Paths relative to `project`, without what Python and editors leave behind.
    """
    for name in names:
        place = project / name
        found = place.rglob("*") if place.is_dir() else [place]
        for path in sorted(found, key=lambda path: path.as_posix()):
            relative = path.relative_to(project)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
            if path.is_file() and not hidden:
                yield relative


def fingerprint(project: Path) -> str:
    """Return the first digits of the SHA-256 over inputs and versions of tools.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.

    Returns
    -------
    str
        Twelve hexadecimal digits, the same for the same inputs whatever the machine.
    """
    whole = hashlib.sha256()
    for path in input_files(project):
        content = hashlib.sha256((project / path).read_bytes()).hexdigest()
        whole.update(f"{path.as_posix()}\0{content}\n".encode())
    for tool, number in tools().items():
        whole.update(f"{tool}\0{number}\n".encode())
    return whole.hexdigest()[:LENGTH]


def tools() -> Mapping[str, str]:
    """Return the versions of what makes the documents, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {**{tool: version(tool) for tool in TOOLS}, "python": python}
