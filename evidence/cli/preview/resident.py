"""Builds by a process that stays and has all libraries loaded; `forking` is that process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from evidence.cli.preview.forking import CANCEL, MOST_ASKED, PATIENCE, STALE
from evidence.proof import rebuild
from evidence.proof.rebuild import BuildFailed, heard

FORKING = (sys.executable, "-m", "evidence.cli.preview")
# Between two looks at whether a build is still wanted.
LOOK_PAUSE = 0.3


class Resident:
    """Builds a project again and again, until the block that it is used in ends."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def __enter__(self) -> Self:
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

    @property
    def pid(self) -> int:
        """The number of the process that stays."""
        return self._process.pid

    def build(
        self,
        arguments: Sequence[str],
        show: Callable[[str], None],
        unless: Callable[[], bool] = lambda: False,
    ) -> str:
        """Run `evidence render` and return what it prints, as `rebuild.build` does.

        Once `unless` is true, the build is interrupted.

        Raises
        ------
        BuildFailed
            With all that it said but its progress.
        """
        with _watched(self._socket, unless):
            answer = self._ask(arguments, show, is_first=False)
        if answer is None:
            self._end()
            self._start()
            answer = self._ask(arguments, show, is_first=True)
        if answer is None:
            # It has not come to itself, and a new process can say why.
            return rebuild.build(self._project, arguments, show)
        printed, said, code = answer
        if code:
            raise BuildFailed(self._project, said, code)
        return printed

    def _start(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            handle = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [*FORKING, str(handle), str(time.time_ns())],
                cwd=self._project,
                pass_fds=[handle],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _end(self) -> None:
        self._socket.close()
        try:
            self._process.wait(PATIENCE + 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(
        self, arguments: Sequence[str], show: Callable[[str], None], *, is_first: bool
    ) -> tuple[str, str, int] | None:
        """Return what a build printed and said and its code, or nothing where there was none."""
        request = json.dumps([["render", *arguments], is_first]).encode()
        printed, said = os.pipe(), os.pipe()
        try:
            # Where it has died, there is no answer.
            with suppress(ConnectionError):
                socket.send_fds(self._socket, [request], [printed[1], said[1]])
        finally:
            for pipe in (printed, said):
                os.close(pipe[1])
        with (
            os.fdopen(printed[0], encoding="utf-8", errors="replace") as output,
            os.fdopen(said[0], encoding="utf-8", errors="replace") as messages,
        ):
            message = heard(messages, show)
            text = output.read()
        try:
            answer = json.loads(self._socket.recv(MOST_ASKED) or "null")
        except ConnectionError:
            answer = None
        return None if answer in (None, STALE) else (text, message, int(answer))


@contextmanager
def _watched(asked: socket.socket, unless: Callable[[], bool]) -> Iterator[None]:
    """Interrupt the build that is asked for meanwhile, once it is not wanted."""
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK_PAUSE):
            if unless():
                with suppress(OSError):
                    asked.send(CANCEL)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
