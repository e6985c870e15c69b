"""Builds in a process of their own, also under conditions that should not matter.

The process imports the code as it is now, and ends with all that it started.
"""

import locale
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from evidence.engine.project import load
from evidence.proof.manifest import inputs

HOSTILE = Path(__file__).parent / "hostile"
CONDITIONS = (
    "another folder, with a space and an accent in its name, another home and user",
    "the time zone of Kiritimati, a foreign locale, a random hash seed, umask 077",
    "a clock nine years ahead, folders listed backwards, one processor core",
    "nothing kept from earlier runs",
)
_FOLDER = "an \N{LATIN SMALL LETTER E WITH ACUTE}dition"
COMMAND = (sys.executable, "-m", "evidence", "render")
# As `evidence.cli.terminal` writes a line where there is no terminal.
PROGRESS = re.compile(r" *\d+\.\d s  (?P<message>.*)")
# Seconds that a build which is interrupted has to clean up.
_PATIENCE = 20


class BuildFailed(Exception):  # noqa: N818 - the public name says what it is
    """A build in a process of its own has failed, in a folder; this is what it said of it."""

    def __init__(self, folder: Path, said: str, code: int) -> None:
        super().__init__(said)
        self.folder, self.code = folder, code


def of_edition(year: str) -> tuple[str, ...]:
    """Return the options that ask for an edition; none where there is no year."""
    return ("--edition", year) if year else ()


def hostile(project: Path, temporary: Path, show: Callable[[str], None], edition: str = "") -> Path:
    """Build a copy of the project, in an empty folder and where nothing is as usual.

    Returns the folder of the documents, in the copy.
    """
    copy, home = temporary / _FOLDER, temporary / "home"
    home.mkdir()
    show("copying the inputs")
    # The code comes with the rest, wherever this package is installed.
    for name, path in sorted(inputs(project).items(), reverse=True):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy / name)
    variables, loaded = environment(os.environ, home), load(project)
    if not loaded.is_dated:
        # The copy has no history that would tell of the last change.
        variables["SOURCE_DATE_EPOCH"] = str(loaded.epoch)
    build(copy, of_edition(edition), show, variables, umask=0o077)
    return copy / "_output" / edition


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
    show: Callable[[str], None],
    variables: Mapping[str, str] | None = None,
    umask: int = -1,
) -> str:
    """Run `evidence render` in a process of its own and return what it prints.

    Parameters
    ----------
    project
        The folder in which the process runs, by the code that lies in it if any.
    arguments
        What follows `evidence render`.
    show
        Called with each message of progress.
    variables, umask
        Those of the process; by default as they are.

    Raises
    ------
    BuildFailed
        With all that the process said but its progress.
    """
    with subprocess.Popen(  # noqa: S603 - this very program
        [*COMMAND, *arguments],
        cwd=project,
        env=variables,
        umask=umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said = heard(process.stderr or (), show)
            printed = process.stdout.read() if process.stdout else ""
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise BuildFailed(project, said, process.returncode)
    return printed


def heard(lines: Iterable[str], show: Callable[[str], None]) -> str:
    """Show the progress among the lines that a build says, and return the others."""
    said = []
    for line in lines:
        if progress := PROGRESS.match(line):
            show(progress["message"])
        else:
            said.append(line)
    return "".join(said).strip()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process with all that it started, leaving it time to clean up behind itself."""
    # No second signal may keep us from waiting for that.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


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
