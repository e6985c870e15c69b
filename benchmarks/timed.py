"""A command run on a copy of the project, with what it took."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = (
    "_quarto.yml", "report.qmd", "chapters", "data", "evidence", "fonts",
    "requirements.lock", "pyproject.toml",
)  # fmt: skip
EVIDENCE = (sys.executable, "-m", "evidence")


@dataclass(frozen=True)
class Taken:
    """What a command took.

    Attributes
    ----------
    seconds
        By the clock on the wall.
    processor
        Seconds of processor, of the command and of all it started.
    memory
        The most that one process held at a time, in MB.
    failed
        The end of what it said, where it failed.
    """

    seconds: float
    processor: float
    memory: float
    failed: str = ""


def copy(folder: Path) -> Path:
    """Return a copy of the project in a folder, without documents and anything kept."""
    project = folder / "project"
    leave = shutil.ignore_patterns("__pycache__", ".*")
    for name in PARTS:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, project / name, ignore=leave)
        else:
            project.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, project / name)
    return project


def timed(command: Sequence[str], project: Path, limit: int = 1800) -> Taken:
    """Run a command in a project and measure it.

    Parameters
    ----------
    command
        A command line.
    limit
        Seconds after which it is stopped.
    """
    watch = [sys.executable, "-m", "benchmarks.timed", str(limit), *command]
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}
    done = subprocess.run(  # noqa: S603 - commands of ours
        watch, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    *said, numbers = done.stdout.splitlines() or [""]
    if not numbers:
        raise RuntimeError(done.stderr)
    seconds, processor, memory, code = map(float, numbers.split())
    tail = "\n".join([*said, *done.stderr.splitlines()][-3:])
    return Taken(seconds, processor, memory, tail if code else "")


def _watch(limit: int, command: Sequence[str]) -> str:
    """Run a command as the only child, whose use of the machine the system then tells."""
    start = time.perf_counter()
    try:
        code = subprocess.run(  # noqa: S603
            command, stdout=subprocess.DEVNULL, check=False, timeout=limit
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"stopped after {limit} s", file=sys.stderr)
        code = 1
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {code}"


if __name__ == "__main__":
    print(_watch(int(sys.argv[1]), sys.argv[2:]))
