"""Builds by a process that stays and has all libraries loaded; `staying` is that process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from evidence.cli.preview.staying import CANCEL, PATIENCE, Asked
from evidence.cli.project import CommandCode, coded

STAYING = (sys.executable, "-m", "evidence.cli.preview")
# Between two looks at whether a build is still wanted, where nothing is announced.
LOOK_PAUSE = 0.3
# How much of its last words is told of a process that has died.
MOST_SAID = 4000

# What happens while a request is followed: `said` what is being done, `made` documents and what is
# told of them, `checked` the faults of data and chapters, `failed` what prevents documents.
Happened = tuple[Any, ...]


class Resident:
    """Builds a project again and again, until the block that it is used in ends."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def __enter__(self) -> Self:
        self._said = TemporaryFile()
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind:
            # No second signal may keep us from waiting.
            for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(one, signal.SIG_IGN)
        self._end()
        self._said.close()

    @property
    def pid(self) -> int:
        """The number of the process that stays."""
        return self._process.pid

    def build(
        self,
        asked: Asked,
        unless: Callable[[], bool] = lambda: False,
        woken: Event | None = None,
    ) -> Iterator[Happened]:
        """Have something made, and yield what happens meanwhile.

        Once `unless` is true, the build is left; it is asked now and then, and when woken.
        """
        with self._watched(unless, woken or Event()):
            answers = self._ask(asked)
            first = next(answers, None)
            if first is None or first[0] == "stale":
                self._end()
                self._start()
                answers = self._ask(replace(asked, is_first=True))
                first = next(answers, None)
            if first:
                yield first
                if first[0] == "ended":
                    return
            for answer in answers:
                if answer[0] == "ended":
                    return
                yield answer
        yield "failed", self._last_words()

    def _last_words(self) -> str:
        """Return what to say of the process that has died."""
        self._end()
        self._said.seek(0)
        said = self._said.read()[-MOST_SAID:].decode("utf-8", "replace").strip()
        hint = "mend what the lines above say" if said else "save again, or try `evidence render`"
        message = f"the rendering ended with {self._process.returncode}; {hint}"
        self._start()
        return "\n".join(filter(None, (said, coded(CommandCode.BUILD_FAILED, message))))

    def _start(self) -> None:
        self._asked, theirs = Pipe()
        self._said.truncate(0)
        handle = theirs.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [*STAYING, str(handle), str(time.time_ns())],
            cwd=self._project,
            pass_fds=[handle],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
        )
        theirs.close()

    def _end(self) -> None:
        self._asked.close()
        try:
            self._process.wait(PATIENCE + 1)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _ask(self, asked: Asked) -> Iterator[Happened]:
        """Yield what the process answers, until it ends."""
        with suppress(EOFError, OSError):
            self._asked.send(asked)
            while True:
                yield self._asked.recv()

    @contextmanager
    def _watched(self, unless: Callable[[], bool], woken: Event) -> Iterator[None]:
        """Have the build that is asked for meanwhile left, once it is not wanted."""
        done = Event()

        def watch() -> None:
            while not done.is_set():
                woken.wait(LOOK_PAUSE)
                woken.clear()
                if not done.is_set() and unless():
                    with suppress(OSError):
                        self._asked.send(CANCEL)

        thread = Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            woken.set()
            thread.join()
