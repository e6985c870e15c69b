"""The process that stays: it has all libraries loaded and builds in itself, again and again.

`resident` starts it. What is kept between builds is what does not go by the project: modules, and
the memory of Typst. Where code of this package has changed it answers that it is stale, and ends.
It ends, too, with all that it started, when the other end of its connection is closed.
"""

import ctypes
import gc
import importlib
import os
import signal
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from time import perf_counter
from types import FrameType

import psutil

from evidence.cli.main import FAULTS, UNEXPECTED, ending
from evidence.cli.preview.beside import Beside, beside
from evidence.cli.preview.stale import holds, settled, state
from evidence.cli.project import FaultsError
from evidence.cli.render import (
    Judging,
    Wanted,
    current,
    documents,
    environment,
    metadata,
    older,
    timing,
)
from evidence.engine import RenderError
from evidence.engine.document import Document, read
from evidence.engine.formats import pdf
from evidence.engine.kernels import Kernels
from evidence.proof import manifest

# What a build loads when it comes to it.
MODULES = (
    "evidence.check", "evidence.cli.export_workbook", "evidence.engine.formats.docx",
    "evidence.engine.run", "evidence.model.load",
    "evidence.proof.crate", "evidence.report.workbook.xlsx",
)  # fmt: skip
# What a page says of its build that nobody is handed.
UNSTAMPED = "a preview"
# What the other end sends while it no longer wants a build; it may come too early or too late.
CANCEL = "cancel"
# Seconds that a build has to come to a point where it can be left: in a cell, which may go on for
# ever, and in all else, which to interrupt only costs what the process remembers. So many it has
# to clean up, too.
GENTLE, PATIENCE = 2.0, 20.0
# Bytes after which another process takes over: what Typst remembers grows with each edit.
MOST_MEMORY = 600 * 2**20
# The clock of the file system may be as much behind ours.
LAG = 50_000_000


@dataclass(frozen=True)
class Asked:
    """What is to be made of the project.

    Attributes
    ----------
    to
        The formats.
    is_checked
        Whether faults of data and chapters keep documents back, so that a whole set is made or
        none; without it faults are told beside, and each format takes its place as it is written.
    is_first
        Whether the process has just been started for this: then it is as good as a new one.
    """

    wanted: Wanted
    to: tuple[str, ...]
    is_checked: bool = False
    is_first: bool = False


def serve(asked: Connection, since: int) -> None:
    """Answer requests with what happens while each is followed, until nobody asks."""
    for module in MODULES:
        importlib.import_module(module)
    known = state()
    certain = settled(known, since - LAG)
    # What is shared with the children stays so.
    gc.freeze()
    with Kernels() as kernels:
        desk = _Desk(asked, kernels)
        while request := desk.next():
            now = state()
            if not request.is_first and not (certain and holds(known, now, since - LAG)):
                desk.tell("stale")
                return
            known = now
            if not desk.follow(request) or psutil.Process().memory_info().rss > MOST_MEMORY:
                return


class Unwanted(Exception):  # noqa: N818 - it is no error
    """Nobody waits for what was asked any longer."""


class _Desk:
    """Hears requests in one thread, and follows them in the main one, which can be interrupted."""

    def __init__(self, asked: Connection, kernels: Kernels) -> None:
        self._asked, self._kernels, self._lock = asked, kernels, Lock()
        self._requests: SimpleQueue[Asked | None] = SimpleQueue()
        self._idle, self._unwanted, self._stirred = Event(), Event(), Event()
        self._idle.set()
        self._patience = PATIENCE
        signal.signal(signal.SIGINT, self._interrupt)
        Thread(target=self._hear, daemon=True).start()

    def next(self) -> Asked | None:
        """Wait for a request; there is none where nobody can ask any more."""
        return self._requests.get()

    def tell(self, *event: object) -> None:
        """Tell the other end what has happened, if it is still there."""
        with self._lock, suppress(OSError):
            self._asked.send(event)

    def follow(self, asked: Asked) -> bool:
        """Make what is asked for, and tell whether this process is as good as before."""
        self._idle.clear()
        sound = True
        try:
            self._make(asked)
        except Unwanted:
            pass
        except KeyboardInterrupt:
            # Libraries that were interrupted may be in any state.
            sound = False
        except Exception as error:
            message, code = ending(error, FAULTS)
            sound = code != UNEXPECTED
            self.tell("failed", message)
        finally:
            self._idle.set()
        self.tell("ended")
        if "pdf" in asked.to:
            _forget()
        return sound

    def _hear(self) -> None:
        while True:
            try:
                message = self._asked.recv()
            except (EOFError, OSError):
                message = None
            if isinstance(message, Asked):
                self._unwanted.clear()
            else:
                self._unwanted.set()
                self._stirred.set()
                self._break_off(self._patience if message else 0)
            if message != CANCEL:
                self._requests.put(message)
            if message is None:
                return

    def _break_off(self, patience: float) -> None:
        """End what is being made, and the process where that takes too long."""
        if self._idle.wait(patience):
            return
        os.kill(os.getpid(), signal.SIGINT)
        if not self._idle.wait(PATIENCE):
            os.killpg(0, signal.SIGKILL)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if not self._idle.is_set():
            raise KeyboardInterrupt

    def _show(self, message: str) -> None:
        self._patience = GENTLE if message.startswith("execute  cell") else PATIENCE
        if self._unwanted.is_set():
            raise Unwanted
        self.tell("said", message)

    def _make(self, asked: Asked) -> None:
        project, wanted = Path.cwd(), asked.wanted
        mark = manifest.fingerprint(project, wanted.edition)
        # A new mark with each save would have the title page made again in every format.
        stamp = mark if asked.is_checked else UNSTAMPED
        if asked.is_checked and (paths := current(project, wanted, asked.to, mark)):
            self.tell("made", paths, ["nothing has changed"])
            return
        self._show("read     chapters")
        document = _read(project, wanted, stamp)
        judging = Judging(project, wanted, mark)

        def unchanged() -> None:
            if manifest.fingerprint(project, wanted.edition) != mark:
                raise Unwanted

        with beside(judging, document, unchanged if asked.is_checked else None) as check:
            check.verdict.add_done_callback(self._checked)
            try:
                start = perf_counter()
                made = documents(
                    document, wanted, asked.to, stamp, show=self._show, judging=check,
                    kernels=self._kernels, placed=None if asked.is_checked else self._placed,
                )  # fmt: skip
                if asked.is_checked:
                    told = [*made.notes, timing(made, perf_counter() - start)]
                    left = older(project, wanted, mark)
                    self.tell("made", [*made.paths.values()], [*told, *left])
            except FaultsError as error:
                # What is wrong with data and chapters explains the rest, too.
                raise FaultsError(self._verdict(check) or str(error)) from error
            if not self._verdict(check):
                check.ask("note")

    def _placed(self, path: Path) -> None:
        self.tell("made", [path], [])

    def _checked(self, verdict: Future[str | None]) -> None:
        if (fault := verdict.result()) is not None:
            self.tell("checked", fault)
        self._stirred.set()

    def _verdict(self, check: Beside) -> str | None:
        """Wait for the check, as long as it is wanted."""
        while not check.verdict.done():
            if self._unwanted.is_set():
                raise Unwanted
            self._stirred.wait()
            self._stirred.clear()
        return check.verdict.result()


def _forget() -> None:
    """Give back the memory that only earlier states of the report needed."""
    pdf.forget()
    # Of Linux's usual library alone: what is free stays ours there, in pieces.
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def _read(project: Path, wanted: Wanted, stamp: str) -> Document:
    try:
        return read(project, metadata(wanted, stamp), environment(wanted))
    except RenderError as error:
        raise FaultsError(str(error)) from error
