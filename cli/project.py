"""The project that a command is meant for, and the faults that stop a command."""

from pathlib import Path

MARKER = "_quarto.yml"


class NoProjectError(Exception):
    """Neither the folder nor any above it is a project; the message names the way out."""


class FaultsError(Exception):
    """Something in the project is for its author to mend; the message is ready to print."""


def find_project(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds `_quarto.yml`.

    Raises
    ------
    NoProjectError
        If there is none.
    """
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return folder
    raise NoProjectError(
        f"no {MARKER} in {start} or any folder above it; change to the project's folder first"
    )


def shown(path: Path) -> Path:
    """Return the path as short as it can be said from the current folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
