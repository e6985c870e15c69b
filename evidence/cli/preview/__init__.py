"""`evidence preview`: the report in a browser, rendered again whenever a file changes."""

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from evidence.cli.preview.resident import Resident
from evidence.cli.preview.serving import View, serve
from evidence.cli.project import CommandCode, coded
from evidence.cli.render import add_assumed
from evidence.cli.terminal import progress
from evidence.engine.staging import WORK
from evidence.proof.manifest import inputs
from evidence.proof.rebuild import BuildFailed

DESCRIPTION = """\
Serve the report as HTML to browsers on this machine only, and watch chapters, data, code and
settings. When a file is saved, the report is rendered again as by `evidence render --to html`, and
the page reloads at the place where you were reading.

A fault is shown here and on the page, with file and line; the last good version stays until you
have corrected it. A change of prose takes seconds; after a change of data, code or cells, all cells
run again. The page is in .render/preview/; the documents in _output/ do not change.

Open the address that is printed. Press Ctrl-C to end.

examples:
  evidence preview               at the same address each time
  evidence preview --port 8000   at another port
  evidence preview --port 0      at any port that is free
  evidence preview --as savings=supported
                                 with the wording that this verdict would call for"""

HOST = "127.0.0.1"
PORT = 4170
MOST_PORT = 65535
# Long enough for an editor to have written all its files, short enough to go unnoticed.
PAUSE = 0.2
MOST_NAMED = 3
# Between two looks at the lock of another build.
LOCK_PAUSE = 0.5

# When a file was written, its size and its place on the disk.
Stamp = tuple[int, int, int]
# Renders with options, shows its progress and returns what it prints.
Build = Callable[[Sequence[str], Callable[[str], None]], str]


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--port",
        type=port,
        default=PORT,
        metavar="PORT",
        help=f"port to serve at; 0 for any that is free (default: {PORT})",
    )
    add_assumed(command)


def port(text: str) -> int:
    """Return the number of a port."""
    number = int(text) if text.isdecimal() else MOST_PORT + 1
    if number > MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give one from 0 to {MOST_PORT}")
    return number


def run(project: Path, options: argparse.Namespace) -> None:
    """Serve the report and render it after each change, until a signal asks it to end."""
    # A shell that starts it in the background has it ignore this one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _follow(project, options.port, [f"--as={'='.join(row)}" for row in options.assumed])
    except KeyboardInterrupt:
        say("preview ended")


def _follow(project: Path, port: int, assumed: Sequence[str]) -> None:
    with serve(HOST, port) as server, Resident(project) as resident:
        say(f"preview at http://{HOST}:{server.port}/ (Ctrl-C ends it)")
        for changed in changes(partial(look, project), partial(time.sleep, PAUSE)):
            if server.view != View():
                say(f"{named(changed)} changed")
            start = time.perf_counter()
            made = render(project, sys.stderr, resident.build, assumed)
            if made.fault:
                server.view = View(server.view.page, made.fault)
                say(f"{made.fault}\nwaiting for a change")
            else:
                server.view = View(made.page)
                say(f"rendered in {time.perf_counter() - start:.1f} s; waiting for a change")


def look(project: Path) -> Mapping[Path, Stamp]:
    """Return a stamp of every file that goes into the documents; none while a folder is replaced.

    Looking at all of them again is what survives editors that replace a file, branches that replace
    a folder, and file systems that announce no change; it takes some milliseconds.
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
    """Yield the files that have changed, whenever some have and two looks at them agree.

    All are yielded the first time; what changes while the taker is busy, when it asks again.
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


def render(project: Path, stream: TextIO, build: Build, assumed: Sequence[str] = ()) -> View:
    """Return the project's HTML, or the fault that prevents it, after any other build has ended."""
    work = project / WORK
    while True:
        with progress(stream) as show:
            try:
                output = str(work / "preview")
                made = build(("--to", "html", "--output", output, *assumed), show)
                return View(page=(project / made.rstrip("\n")).read_bytes())
            except BuildFailed as error:
                silent = coded(CommandCode.BUILD_FAILED, f"the rendering ended with {error.code}")
                if not busy(work / "lock"):
                    return View(fault=str(error) or silent)
            show("waiting for another build of this project to end")
            while busy(work / "lock"):
                time.sleep(LOCK_PAUSE)


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


def named(paths: Sequence[Path]) -> str:
    """Return the names of files, the first few where there are many."""
    rest = len(paths) - MOST_NAMED
    names = [path.as_posix() for path in paths[:MOST_NAMED]]
    return ", ".join([*names, f"{rest} more"] if rest > 0 else names)


def say(line: str) -> None:
    """Print a line on standard error at once."""
    print(line, file=sys.stderr, flush=True)
