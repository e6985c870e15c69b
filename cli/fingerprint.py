"""The fingerprint of a build: one hash over all that goes into its documents."""

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

# What a document depends on, beside the versions in the lock; the same list names CI's inputs.
INPUTS = (
    "_quarto.yml", "report.qmd", "chapters", "data", "analysis", "render", "fonts",
    "requirements.lock",
)  # fmt: skip
TOOLS = ("pypandoc-binary", "typst", "matplotlib", "pandas")
LENGTH = 12


def input_files(project: Path) -> Iterator[Path]:
    """Yield the files that go into a build, in one order on every machine.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.

    Yields
    ------
    Path
        Paths relative to `project`, without what Python and editors leave behind.
    """
    for name in INPUTS:
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
    for tool in TOOLS:
        whole.update(f"{tool}\0{version(tool)}\n".encode())
    whole.update(f"python\0{sys.version_info.major}.{sys.version_info.minor}\n".encode())
    return whole.hexdigest()[:LENGTH]
