"""What is made after each save: one build after another, once any other has ended."""

import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from evidence.cli.preview.resident import Happened, Resident
from evidence.cli.preview.staying import Asked
from evidence.cli.preview.watching import look, named, saves
from evidence.cli.project import shown
from evidence.cli.render import Wanted
from evidence.cli.terminal import CLEAR_LINE, progress
from evidence.engine.staging import WORK

# Between two looks at the lock of another build.
LOCK_PAUSE = 0.5


def follow(project: Path, wanted: Wanted, to: Sequence[str]) -> None:
    """Write the documents after each save, until a signal asks it to end."""
    asked = Asked(wanted, tuple(to), is_checked=True)
    with (
        until_stopped("watching ended"),
        saves(project) as (changes, woken),
        Resident(project) as resident,
    ):
        say("watching (Ctrl-C ends it)")
        for number, changed in enumerate(changes):
            if number:
                say(f"{named(changed)} changed")
            _write(project, resident, asked, woken)


def _write(project: Path, resident: Resident, asked: Asked, woken: Event) -> None:
    seen = look(project)

    def is_past() -> bool:
        return look(project) != seen

    for happened in built(project, resident, asked, is_past, woken):
        match happened:
            case "made", paths, told:
                say(*told)
                print(*map(shown, paths), sep="\n", flush=True)
            case "failed", fault if not is_past():
                say(fault)
    if not is_past():
        say("waiting for a change")


def built(
    project: Path,
    resident: Resident,
    asked: Asked,
    unless: Callable[[], bool],
    woken: Event,
) -> Iterator[Happened]:
    """Have something made as `Resident` does, once any other build of the project has ended.

    What is being done is shown on standard error, too.
    """
    lock = project / WORK / "lock"
    while True:
        is_busy = False
        with progress(sys.stderr) as show:
            for happened in resident.build(asked, unless, woken):
                match happened:
                    case "failed", _ if busy(lock):
                        is_busy = True
                        continue
                    case "said", text:
                        show(text)
                yield happened
            if is_busy:
                show("waiting for another build of this project to end")
                while busy(lock):
                    time.sleep(LOCK_PAUSE)
        if not is_busy:
            return


@contextmanager
def until_stopped(last: str) -> Iterator[None]:
    """Let a signal end the block, and then say a last word."""
    # A shell that starts it in the background has it ignore this one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        say(last)


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


def say(*lines: str) -> None:
    """Print lines on standard error at once, in the place of what is being done."""
    clear = CLEAR_LINE if sys.stderr.isatty() else ""
    print(clear + "\n".join(lines), file=sys.stderr, flush=True)
