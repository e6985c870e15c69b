"""Print how long an author waits in a preview: `python -m benchmarks.loop [RUNS]`."""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import psutil
from tabulate import tabulate

from benchmarks.build import edit_data, edit_prose
from benchmarks.timed import EVIDENCE, Taken, copy, count, parser, timed
from evidence.cli.preview.resident import Resident
from evidence.cli.preview.staying import Asked
from evidence.cli.render import Wanted

RUNS = 5
DESCRIPTION = """\
Measure what follows a save in `evidence preview` on a copy of the project: the page, and the PDF
beside it.

Beside them stands the same by a new process. Medians of several runs; memory is what the process
holds that stays, after the first build and after the last. It takes minutes.

examples:
  python -m benchmarks.loop        five runs of each
  python -m benchmarks.loop 200    two hundred of prose, to see whether memory grows"""
COLUMNS = (
    "after a save", "seconds", "processor", "new process: seconds", "processor", "target",
    "reached",
)  # fmt: skip
MOST_MEMORY = 600
MOST_GROWTH = 20
FOLDER = ".render/preview"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a target is missed."""
    options = parser("benchmarks.loop", DESCRIPTION)
    told = f"how often each is run (default: {RUNS})"
    options.add_argument("runs", metavar="RUNS", nargs="?", type=count, default=RUNS, help=told)
    runs = options.parse_args(arguments).runs
    # What takes long tells no more of memory.
    few = min(runs, RUNS)
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        prose, data = partial(edit_prose, project), partial(edit_data, project)
        rows: list[tuple[str, Callable[[int], None], str, float]] = [
            ("prose: the page", prose, "html", 0.5),
            ("the PDF beside it", _nothing, "pdf", 1.0),
            ("one coding: the page", data, "html", 3.0),
        ]
        with Resident(project) as resident:
            # What the first build loads and keeps belongs to the start.
            _resident(resident, project, "html")
            before = _memory(resident)
            kept = [
                _each(
                    few if edit is data else runs, edit, partial(_resident, resident, project, to)
                )
                for _, edit, to, _ in rows
            ]
            after = _memory(resident)
        new = [_each(few, edit, partial(_new, project, to)) for _, edit, to, _ in rows]
    table = []
    for (name, _, _, most), ours, theirs in zip(rows, kept, new, strict=True):
        reached = not ours.failed and ours.seconds <= most
        figures = (ours.seconds, ours.processor, theirs.seconds, theirs.processor, most)
        table.append((name, *(f"{figure:.2f}" for figure in figures), "yes" if reached else "NO"))
        if ours.failed or theirs.failed:
            print(f"{name} failed:\n{ours.failed or theirs.failed}", file=sys.stderr)
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    holds = after <= MOST_MEMORY and after - before <= MOST_GROWTH
    print(f"\nmemory that stays: {before:.0f} MB at first, {after:.0f} MB at last")
    return int(not holds or any(row[-1] == "NO" for row in table))


def _nothing(_: int) -> None:
    """Leave all as it is."""


def _each(runs: int, edit: Callable[[int], None], build: Callable[[], Taken]) -> Taken:
    """Edit and build several times, and return the medians."""
    found = []
    for number in range(runs):
        edit(number)
        found.append(build())
    return Taken(
        median(taken.seconds for taken in found),
        median(taken.processor for taken in found),
        max(taken.memory for taken in found),
        "\n".join(sorted({taken.failed for taken in found if taken.failed})),
    )


def _resident(resident: Resident, project: Path, target: str) -> Taken:
    """Build by the process that stays; the check beside may end after what is waited for."""
    asked = Asked(Wanted(project.resolve() / FOLDER), ((target,),))
    before, start, seconds, failed = _processor(resident), time.perf_counter(), 0.0, ""
    for happened in resident.build(asked):
        match happened:
            case "made", _, _:
                seconds = time.perf_counter() - start
            case "failed", fault:
                failed = fault
    return Taken(seconds, _processor(resident) - before, _memory(resident), failed)


def _processor(resident: Resident) -> float:
    used = psutil.Process(resident.pid).cpu_times()
    return float(used.user + used.system + used.children_user + used.children_system)


def _memory(resident: Resident) -> float:
    return float(psutil.Process(resident.pid).memory_info().rss / 2**20)


def _new(project: Path, target: str) -> Taken:
    return timed([*EVIDENCE, "render", "--to", target, "--output", FOLDER], project)


if __name__ == "__main__":
    sys.exit(main())
