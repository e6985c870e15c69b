"""Print how a preview bears an author who saves again and again: `benchmarks.soak [MINUTES]`."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
from tabulate import tabulate

from benchmarks.timed import SAID, address_of, copy, count, parser, started

MINUTES = 10
DESCRIPTION = """\
Save a chapter of a copy of the project each second under `evidence preview`, as an author who does
not stop to look, and watch pages, faults, memory and processes.

No page may fail, memory may not grow after the first quarter, the last sentence must be shown, and
nothing may be left running when the preview has been ended by Ctrl-C.

examples:
  python -m benchmarks.soak       ten minutes; of less, the first quarter is still the start
  python -m benchmarks.soak 60    an hour"""
CHAPTER = "chapters/introduction.qmd"
# Seconds that the last save may take to be shown, and processes to end.
PATIENCE = 60
MOST_MEMORY = 600
MOST_GROWTH = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something went wrong."""
    options = parser("benchmarks.soak", DESCRIPTION)
    told = f"how long (default: {MINUTES})"
    options.add_argument(
        "minutes", metavar="MINUTES", nargs="?", type=count, default=MINUTES, help=told
    )
    minutes = options.parse_args(arguments).minutes
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        before = (project / CHAPTER).read_text(encoding="utf-8")
        memory: list[float] = []
        with started(project, "preview", "--port", "0") as process:
            address = address_of(project)
            _shows(address, 'id="sec-introduction"')
            saves, ends = 0, time.monotonic() + minutes * 60
            while time.monotonic() < ends:
                saves += 1
                sentence = f"This sentence was saved as number {saves} by the soak."
                (project / CHAPTER).write_text(f"{before}\n{sentence}\n", encoding="utf-8")
                time.sleep(1)
                memory.append(_memory(process))
            is_shown = _shows(address, sentence)
            process.send_signal(signal.SIGINT)
            code = process.wait(PATIENCE)
        said = (project / SAID).read_text(encoding="utf-8").splitlines()
        left = _left(project)
    quarter = len(memory) // 4 + 1
    early, late = max(memory[:quarter]), max(memory[-quarter:])
    failed = [line for line in said if re.search(r"\b(failed|build-failed|unexpected)\b", line)]
    rows = [
        ("saves", saves, ""),
        ("pages shown", sum(line.startswith("rendered in") for line in said), ""),
        ("pages that failed", len(failed), 0),
        ("the last save is shown", _word(is_shown), "yes"),
        ("memory in the first quarter, MB", f"{early:.0f}", ""),
        ("memory in the last quarter, MB", f"{late:.0f}", f"{MOST_MEMORY}, no growth"),
        ("exit code after Ctrl-C", code, 0),
        ("processes left", len(left), 0),
    ]
    print(tabulate(rows, headers=("", "was", "should be"), disable_numparse=True))
    print(*failed, *left, sep="\n", file=sys.stderr)
    grows = late > MOST_MEMORY or late - early > MOST_GROWTH
    return int(bool(failed or left or code or grows or not is_shown))


def _word(holds: bool) -> str:
    return "yes" if holds else "NO"


def _memory(process: subprocess.Popen[bytes]) -> float:
    """Return the memory of the process that stays, in MB."""
    held = [0.0]
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            held.append(child.memory_info().rss / 2**20)
    return max(held)


def _shows(address: str, sentence: str) -> bool:
    """Tell whether the page has a sentence, in a while."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with urlopen(f"{address}page") as answer:  # noqa: S310 - it is ours
            if sentence in " ".join(answer.read().decode().split()):
                with urlopen(f"{address}state") as state:  # noqa: S310
                    return not json.loads(state.read())["fault"]
        time.sleep(0.5)
    return False


def _left(project: Path) -> list[str]:
    """Return the commands that still run in a project, in a while."""
    ends = time.monotonic() + PATIENCE
    while True:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if Path(process.cwd()).is_relative_to(project):
                    found.append(" ".join(process.cmdline()))
        if not found or time.monotonic() > ends:
            return found
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
