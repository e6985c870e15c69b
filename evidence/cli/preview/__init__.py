"""`evidence preview`: the report in a browser, rendered again whenever a file changes."""

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TextIO

from evidence.cli.preview.resident import Resident
from evidence.cli.preview.serving import Server, View, serve
from evidence.cli.project import CommandCode, coded
from evidence.cli.render import add_assumed
from evidence.cli.terminal import progress
from evidence.engine.staging import WORK
from evidence.proof.manifest import inputs
from evidence.proof.rebuild import BuildFailed

DESCRIPTION = """\
Serve the report as HTML to browsers on this machine only, and watch chapters, data, code and
settings. When a file is saved, the report is rendered again as by `evidence render --to html`, and
the page reloads at the place where you were reading. The PDF is made after it, for the link in its
corner.

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
            _show(project, server, resident, assumed)


def _show(project: Path, server: Server, resident: Resident, assumed: Sequence[str]) -> None:
    """Show the page, then the PDF if nothing changes meanwhile; or the fault that prevents it."""
    start, seen = time.perf_counter(), look(project)

    def is_past() -> bool:
        return look(project) != seen

    page, fault = render(project, sys.stderr, resident.build, "html", assumed)
    if fault:
        server.view = replace(server.view, fault=fault)
        say(f"{fault}\nwaiting for a change")
        return
    server.view = replace(server.view, page=page, fault="", is_earlier=True)
    say(f"rendered in {time.perf_counter() - start:.1f} s; the PDF follows")
    pdf, fault = render(
        project, sys.stderr, partial(resident.build, unless=is_past), "pdf", assumed
    )
    if is_past():
        return
    if fault:
        server.view = replace(server.view, fault=fault)
    else:
        server.view = replace(server.view, pdf=pdf, is_earlier=False)
    done = fault or f"PDF in {time.perf_counter() - start:.1f} s"
    say(f"{done}; waiting for a change")


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


def render(
    project: Path, stream: TextIO, build: Build, target: str, assumed: Sequence[str] = ()
) -> tuple[bytes, str]:
    """Return the project's document in a format, once any other build has ended, or its fault."""
    work = project / WORK
    while True:
        with progress(stream) as show:
            try:
                output = str(work / "preview")
                made = build(("--to", target, "--output", output, *assumed), show)
                return (project / made.rstrip("\n")).read_bytes(), ""
            except BuildFailed as error:
                silent = coded(CommandCode.BUILD_FAILED, f"the rendering ended with {error.code}")
                if not busy(work / "lock"):
                    return b"", str(error) or silent
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
