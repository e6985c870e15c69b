"""Print how long a first report takes on a bare machine: `python -m benchmarks.first`."""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil
from tabulate import tabulate

from benchmarks.timed import Taken, copy, parser, timed

DESCRIPTION = """\
Measure `make report` on a copy of the project with empty caches, step by step: what makes the
environment, the packages, and the report.

Beside them stands the report made from nothing once more, when Python's bytecode is there: what it
takes less is what the first start costs. MB are all that the machine receives meanwhile. It needs
the network and takes a minute.

examples:
  python -m benchmarks.first"""
COLUMNS = ("step", "seconds", "processor", "MB received", "target", "reached")
STEPS = {
    "pip brings uv": ".uv/stamp",
    "uv brings packages": ".venv/report.stamp",
    "the report": "report",
}
MOST = 18.0
CACHES = ("PIP_CACHE_DIR", "UV_CACHE_DIR", "XDG_CACHE_HOME")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where the target is missed."""
    parser("benchmarks.first", DESCRIPTION).parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        caches = {name: str(Path(folder, name)) for name in CACHES}
        taken = {name: _made(step, project, caches) for name, step in STEPS.items()}
        for name in (".render", "_output", "_figures", "_tables"):
            shutil.rmtree(project / name, ignore_errors=True)
        again, _ = _made("report", project, caches)
    table = [(name, *_figures(one), f"{received:.1f}") for name, (one, received) in taken.items()]
    steps = [one for one, _ in taken.values()]
    seconds = sum(one.seconds for one in steps)
    reached = seconds <= MOST and not any(one.failed for one in (*steps, again))
    total = (
        "in all", f"{seconds:.2f}", f"{sum(one.processor for one in steps):.2f}",
        f"{sum(received for _, received in taken.values()):.1f}", f"{MOST} s",
        "yes" if reached else "NO",
    )  # fmt: skip
    print(tabulate(
        [*table, total, ("the report again", *_figures(again))],
        headers=COLUMNS, disable_numparse=True,
    ))  # fmt: skip
    for one in (*steps, again):
        if one.failed:
            print(one.failed, file=sys.stderr)
    return int(not reached)


def _made(step: str, project: Path, caches: dict[str, str]) -> tuple[Taken, float]:
    """Make a step, and return what it took and the MB that came in meanwhile."""
    before = _received()
    taken = timed(["make", step, f"PYTHON={sys.executable}"], project, caches)
    return taken, (_received() - before) / 1e6


def _received() -> int:
    """Return the bytes that have come from other machines."""
    cards = psutil.net_io_counters(pernic=True)
    return sum(card.bytes_recv for name, card in cards.items() if not name.startswith("lo"))


def _figures(taken: Taken) -> tuple[str, str]:
    return f"{taken.seconds:.2f}", f"{taken.processor:.2f}"


if __name__ == "__main__":
    sys.exit(main())
