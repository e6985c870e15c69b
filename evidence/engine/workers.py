"""Pandoc in processes that stay, each of which does one thing after another.

A process for each thing touches all its memory anew, which may take longer than the thing itself.
They stay while somebody says that more is to come, and hold much memory until then.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, cast

from evidence.engine.own import OWN


@dataclass(frozen=True)
class _Worker:
    """A process that stays, and the file of what it says aloud."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Return an exit code, what was made and what was said."""
        given, made = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        # Where it has died there is no answer.
        with suppress(BrokenPipeError):
            given.write(request)
            given.flush()
        code, _, size = made.readline().partition(b" ")
        content = made.read(int(size or 0))
        # It writes where we read: the place in the file is one.
        self.said.seek(0)
        said = self.said.read()
        self.said.seek(0)
        self.said.truncate()
        if not code or len(content) < int(size):
            return self.process.wait() or 1, b"", said
        return (0, content, said) if code == b"0" else (int(code), b"", said + content)

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.communicate()
        self.said.close()


@dataclass
class _Pool:
    """The workers that have nothing to do, and how many blocks have more for them."""

    lock: Lock = field(default_factory=Lock)
    idle: list[_Worker] = field(default_factory=list)
    blocks: int = 0


_pool = _Pool()


def _forget() -> None:
    _pool.lock, _pool.idle, _pool.blocks = Lock(), [], 0


# A child must not speak to what answers its parent.
os.register_at_fork(after_in_child=_forget)


@contextmanager
def staying() -> Iterator[None]:
    """Let workers stay while the block runs."""
    with _pool.lock:
        _pool.blocks += 1
    try:
        yield
    finally:
        with _pool.lock:
            _pool.blocks -= 1
        if not _pool.blocks:
            give_way()


def give_way() -> None:
    """End workers that have nothing to do: their memory is wanted."""
    with _pool.lock:
        ended, _pool.idle = _pool.idle, []
    for worker in ended:
        worker.end()


def may_stay() -> bool:
    """Tell whether workers would stay for more."""
    return _pool.blocks > 0


def run(
    pandoc: Sequence[str],
    arguments: Sequence[str],
    *,
    folder: Path,
    text: bytes,
    environment: Mapping[str, str],
    added: Mapping[str, str],
) -> subprocess.CompletedProcess[bytes]:
    """Let a worker do what Pandoc would do with some arguments.

    Parameters
    ----------
    pandoc
        The program, with what it needs to start.
    arguments
        Of those that `worker.lua` knows; its filters are the package's own.
    folder
        Where it is done.
    environment
        Of a worker that is yet to be started.
    added
        What holds for this alone.
    """
    head = {
        "arguments": arguments, "folder": str(folder), "environment": added, "size": len(text),
    }  # fmt: skip
    with _pool.lock:
        worker = _pool.idle.pop() if _pool.idle else None
    worker = worker or _start(pandoc, environment)
    try:
        code, made, said = worker.ask(json.dumps(head).encode() + b"\n" + text)
    except BaseException:
        # What was broken off would be the answer to the next.
        worker.end()
        raise
    with _pool.lock:
        stays = _pool.blocks > 0 and worker.process.poll() is None
        if stays:
            _pool.idle.append(worker)
    if not stays:
        worker.end()
    return subprocess.CompletedProcess(arguments, code, made, said)


def _start(pandoc: Sequence[str], environment: Mapping[str, str]) -> _Worker:
    said = TemporaryFile(buffering=0)  # noqa: SIM115 - it stays as long as the worker
    process = subprocess.Popen(  # noqa: S603 - a program of ours
        # `pandoc lua` would make a folder, and leave it where it is killed.
        [*pandoc, "--from=markdown", f"--lua-filter={OWN / 'worker.lua'}", os.devnull],
        # The folder of a build may be gone before it.
        cwd=OWN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env=environment,
    )
    return _Worker(process, said)
