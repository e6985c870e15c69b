"""A build of the project's inputs in another folder, under conditions that should not matter."""

import locale
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evidence.proof.manifest import inputs

HOSTILE = Path(__file__).parent / "hostile"
CONDITIONS = (
    "another folder, with a space and an accent in its name, another home and user",
    "the time zone of Kiritimati, a foreign locale, a random hash seed, umask 077",
    "a clock nine years ahead, folders listed backwards, one processor core",
    "nothing kept from earlier runs",
)
_FOLDER = "an \N{LATIN SMALL LETTER E WITH ACUTE}dition"
_LAST_LINES = 12


class BuildFailed(Exception):  # noqa: N818 - the public name says what it is
    """A build in a process of its own has failed, in a folder, and this is the last it said."""

    def __init__(self, folder: Path, said: str) -> None:
        super().__init__(said)
        self.folder = folder


def hostile(project: Path, temporary: Path, show: Callable[[str], None]) -> Path:
    """Build a copy of the project where nothing is as usual, and return its `_output`.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    temporary
        An empty folder, which takes the copy.
    show
        Called with a line at each stage.

    Raises
    ------
    BuildFailed
        If the build fails.
    """
    copy, home = temporary / _FOLDER, temporary / "home"
    home.mkdir()
    show("copying the inputs")
    # The code comes with the rest, wherever this package is installed.
    for name, path in sorted(inputs(project).items(), reverse=True):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy / name)
    build(copy, (), environment(os.environ, home), show, umask=0o077)
    return copy / "_output"


def environment(usual: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the environment of a build in a strange place, with an empty folder for home."""
    kept = {
        name: value
        for name, value in usual.items()
        # What a user has set for Python, matplotlib or dates shall not make two builds alike.
        if not name.startswith(("PYTHON", "MPL", "LC_", "XDG_", "SOURCE_DATE"))
    }
    return kept | {
        "PYTHONPATH": str(HOSTILE),
        "PYTHONHASHSEED": str(random.SystemRandom().randrange(1, 2**32)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": _foreign_locale(),
        "LANGUAGE": "tr",
        "HOME": str(home),
        "USER": "somebody",
        "LOGNAME": "somebody",
    }


def build(
    project: Path,
    arguments: Sequence[str],
    variables: Mapping[str, str],
    show: Callable[[str], None],
    umask: int = -1,
) -> None:
    """Run `evidence render` in a process of its own, by the code that lies in the folder if any.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`, in which the process runs.
    arguments
        What follows `evidence render`.
    variables
        The environment.
    show
        Called with each line of progress.
    umask
        The umask of the process; -1 leaves it as it is.

    Raises
    ------
    BuildFailed
        If it fails.
    """
    said: list[str] = []
    command = [sys.executable, "-m", "evidence", "render", *arguments]
    with subprocess.Popen(  # noqa: S603 - this very program
        command,
        cwd=project,
        env=dict(variables),
        umask=umask,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stderr  # noqa: S101 - it was asked for
        for line in process.stderr:
            said.append(line.rstrip())
            show(line.partition(" s  ")[2].rstrip() or line.strip())
    if process.returncode:
        raise BuildFailed(project, "\n".join(said[-_LAST_LINES:]))


def _foreign_locale() -> str:
    """Return a locale that spells and sorts in its own way, or the plainest."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "tr_TR.UTF-8")
    except locale.Error:
        # Under plain C, Python 3.11 itself does not start in a folder with an accent.
        return "C.UTF-8"
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return "tr_TR.UTF-8"
