"""What the benchmarks share: a copy of the project, commands with what they took, options."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
LEAVE = (
    "tests", "docs", "node_modules", "__pycache__", "_figures", "_output", "_tables", ".*",
)  # fmt: skip
EVIDENCE = (sys.executable, "-m", "evidence")
LIMIT = 1800
# What a command says that goes on.
SAID = "said.txt"
EXIT_CODES = """\
exit codes:
  0  all targets reached
  1  one is missed, or a command failed
  2  wrong usage"""


@dataclass(frozen=True)
class Taken:
    """What a command took, with all that it started, and how it failed where it did.

    Seconds are those of the clock, `processor` those of the processors; memory is the most held at
    a time, in MB.
    """

    seconds: float
    processor: float
    memory: float
    failed: str = ""


def copy(folder: Path) -> Path:
    """Return a copy of the project in a folder, without documents and anything kept."""
    leave = shutil.ignore_patterns(*LEAVE)
    return shutil.copytree(ROOT, folder / "project", ignore=leave)


def timed(
    command: Sequence[str], project: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> Taken:
    """Run a command in a project and measure it; what takes half an hour is stopped."""
    path = f"{project}{os.pathsep}{ROOT}"
    environment = {**os.environ, "PYTHONPATH": path, **variables}
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - commands of ours
            command, cwd=project, env=environment, stdout=said, stderr=said
        )
        watch = threading.Timer(LIMIT, process.kill)
        watch.start()
        # The system tells what this one process used, and all that it waited for.
        _, status, used = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        said.seek(0)
        tail = "".join(said.readlines()[-3:])
    failed = (tail or f"ended with {process.returncode}") if process.returncode else ""
    return Taken(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, failed)


@contextmanager
def started(project: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `evidence` with arguments while the block runs; what it says goes to a file."""
    path = f"{project}{os.pathsep}{ROOT}"
    with (
        (project / SAID).open("wb") as said,
        subprocess.Popen(  # noqa: S603 - commands of ours
            [*EVIDENCE, *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": path},
            stdout=said,
            stderr=said,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def address_of(project: Path) -> str:
    """Return the address that preview tells, once it does."""
    for _ in range(LIMIT):
        if found := re.search(r"http://\S+", (project / SAID).read_text("utf-8")):
            return found[0]
        time.sleep(1)
    sys.exit("preview has told no address")


def parser(module: str, description: str) -> argparse.ArgumentParser:
    """Return the parser of a benchmark that teaches how to run it."""
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def count(text: str) -> int:
    """Return a whole number, at least one."""
    number = int(text) if text.isdecimal() else 0
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return number
