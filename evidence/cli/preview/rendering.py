"""One rendering of the page, in a process of its own.

The process imports analysis as it is now, and ends with all that it started. To keep one process
with the libraries loaded would save a second of each rendering, and show results of old code.
"""

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from evidence.cli.preview.serving import View
from evidence.cli.project import CommandCode, coded
from evidence.cli.terminal import progress

COMMAND = (sys.executable, "-m", "evidence", "render", "--to", "html", "--output")
# As `evidence.cli.terminal` writes a line where there is no terminal.
PROGRESS = re.compile(r" *\d+\.\d s  (?P<message>.*)")
PAUSE = 0.5
PATIENCE = 20


def render(project: Path, stream: TextIO) -> View:
    """Return the project's HTML, or the fault that prevents it, after any other build has ended.

    Parameters
    ----------
    stream
        Where progress is shown.
    """
    from evidence.engine.staging import WORK

    work = project / WORK
    while True:
        made = _once(work / "preview", stream)
        if not made.fault or not busy(work / "lock"):
            return made
        with progress(stream) as show:
            show("waiting for another build of this project to end")
            while busy(work / "lock"):
                time.sleep(PAUSE)


def busy(lock: Path) -> bool:
    """Tell whether a build holds the lock of a project's builds."""
    if not lock.is_file():
        return False
    with lock.open("a+") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _once(folder: Path, stream: TextIO) -> View:
    said = []
    with _child([*COMMAND, str(folder)]) as child, progress(stream) as show:
        for line in child.stderr or ():
            found = PROGRESS.match(line)
            if found:
                show(found["message"])
            else:
                said.append(line)
        path = child.stdout.read().rstrip("\n") if child.stdout else ""
    if child.returncode:
        silent = coded(CommandCode.BUILD_FAILED, f"the rendering ended with {child.returncode}")
        return View(fault="".join(said).strip() or silent)
    return View(page=Path(path).read_bytes())


@contextmanager
def _child(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a group of its own, and end all of the group when the block fails."""
    child = subprocess.Popen(  # noqa: S603 - a command of ours
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    with child:
        try:
            yield child
        except BaseException:
            # It cleans up behind itself, and no second signal may keep us from waiting for that.
            for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(end, signal.SIG_IGN)
            _signal(child, signal.SIGINT)
            try:
                child.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
            raise


def _signal(child: subprocess.Popen[str], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return
