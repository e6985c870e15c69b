"""The check of data and chapters in a child, beside a build that is free of the report's code.

What judges a review may load the review's own code, which changes while the process that builds
stays. The child begins with the document as it was read, and ends when nobody asks it any more.
"""

import os
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NoReturn

from evidence.cli.main import ending
from evidence.cli.project import CommandCode, FaultsError
from evidence.cli.render import Judging

if TYPE_CHECKING:
    from evidence.engine.document import Document
    from evidence.engine.project import Project
    from evidence.engine.source import Line


NICE = 5


class Beside:
    """A check that goes on in a child.

    Attributes
    ----------
    verdict
        The text of all faults, empty where there are none; nothing where it was ended before.
    """

    def __init__(self, child: int, asked: Connection, unchanged: Callable[[], None] | None) -> None:
        self.verdict: Future[str | None] = Future()
        self._child, self._asked, self._unchanged = child, asked, unchanged
        Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        self.verdict.set_result(self._answer())

    def _answer(self) -> str | None:
        try:
            return str(self._asked.recv())
        except (EOFError, OSError):
            return None

    def approve(self, document: "Document") -> None:
        """Let the build go on: it is seen later whether there are faults."""

    def complete(self, made: Path, loaded: "Project", places: "Mapping[str, Line]") -> None:
        """Add to a folder of documents what lies beside them, where no fault keeps them back."""
        if self._unchanged:
            self.ask("complete", made, loaded, places)
            self._unchanged()

    def ask(self, name: str, *given: object) -> None:
        """Have the child do what `Judging` does under a name, once it has found no fault."""
        fault = self.verdict.result()
        if fault == "":
            with suppress(OSError):
                self._asked.send((name, *given))
            fault = self._answer()
        if fault is None:
            raise FaultsError("the check was ended; save again", CommandCode.BUILD_FAILED)
        if fault:
            raise FaultsError(fault)

    def end(self) -> None:
        """End the child with all that it started, whatever it is doing."""
        # Before it is waited for: its number is no other's as yet.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child, signal.SIGKILL)


@contextmanager
def beside(
    judging: Judging, document: "Document", unchanged: Callable[[], None] | None
) -> Iterator[Beside]:
    """Judge in a child while the block runs.

    Parameters
    ----------
    unchanged
        Where documents wait for the verdict, and for workbook and manifest beside them: raises if
        something has been saved that these may be of, and the documents are not.
    """
    ours, theirs = Pipe()
    with warnings.catch_warnings():
        # The other threads wait, or are of libraries that know how to be forked.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        os.setpgid(0, 0)
        if not unchanged:
            # Documents come first.
            os.nice(NICE)
        ours.close()
        _judge(judging, document, theirs)
    with suppress(OSError):
        os.setpgid(child, child)
    theirs.close()
    check = Beside(child, ours, unchanged)
    try:
        yield check
    finally:
        check.end()
        os.waitpid(child, 0)
        check.verdict.result()
        ours.close()


def _judge(judging: Judging, document: "Document", asked: Connection) -> NoReturn:
    """Be a process that judges, and then does what it is asked until nobody asks."""
    try:
        asked.send(_fault(partial(judging.approve, document)))
        while True:
            name, *given = asked.recv()
            asked.send(_fault(partial(getattr(judging, name), *given)))
    except (EOFError, OSError):
        pass
    finally:
        # Nothing of what the parent would do at its end.
        os._exit(0)


def _fault(do: Callable[[], object]) -> str:
    """Return what to print of the fault that something ends with, or nothing."""
    try:
        do()
    except Exception as error:
        return ending(error, 1)[0]
    return ""
