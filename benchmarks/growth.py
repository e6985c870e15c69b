"""Print how time and memory grow with the data: `python -m benchmarks.growth [--render] [TIMES…]`.

The time of a start without data is taken off before growth is told, so that it isn't hidden in it.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tabulate import tabulate

from benchmarks.synthetic import multiply, rows
from benchmarks.timed import EVIDENCE, Taken, copy, count, parser, timed

TIMES = (1, 10, 100)
DESCRIPTION = """\
Make a copy's data so many times as large, and measure `evidence check`, the findings and memory.

Growth is that of processor seconds over that of the data, and 1 is linear; the time of a start
without data is taken off first. It takes minutes.

examples:
  python -m benchmarks.growth                  1, 10 and 100 times
  python -m benchmarks.growth --render 1 10    write the report of them, too"""
MOST_MEMORY = 500
# Sorting grows a little faster than its input, and small runs are mostly start.
MOST_GROWTH = 1.5
STARTED = "import evidence.cli.main, evidence.check, evidence.findings.verdicts, tabulate"
LOADED = "from pathlib import Path\nfrom evidence.model.load import load\ne = load(Path('data'))\n"
# A copy of the evidence has nothing looked up yet.
JUDGED = f"""{LOADED}from dataclasses import replace
from evidence.findings.verdicts import judge_editions
for _ in range(10): judge_editions(replace(e))
"""
COLUMNS = (
    "times", "sources", "codings", "what", "seconds", "processor", "MB", "growth", "reached",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something grows faster than the data, or takes too much memory."""
    options = parser("benchmarks.growth", DESCRIPTION)
    told = f"how many times as large (default: {' '.join(map(str, TIMES))})"
    options.add_argument("times", metavar="TIMES", nargs="*", type=count, default=TIMES, help=told)
    options.add_argument("--render", action="store_true", help="write the report as well")
    chosen = options.parse_args(arguments)
    before: dict[str, tuple[int, float]] = {}
    table = []
    for times in chosen.times:
        with tempfile.TemporaryDirectory() as folder:
            project = copy(Path(folder))
            multiply(project / "data", times)
            sizes = [len(rows(project / f"data/{name}.csv")) for name in ("sources", "codings")]
            for what, taken, idle in _measures(project, chosen.render):
                net = max(taken.processor - idle, 0.001)
                last = before.get(what)
                growth = net / last[1] / (times / last[0]) if last else 1.0
                before[what] = (times, net)
                fine = not taken.failed and growth <= MOST_GROWTH
                fine &= what == "render" or taken.memory <= MOST_MEMORY
                table.append(
                    (times, *(f"{size:,}" for size in sizes), what, f"{taken.seconds:.1f}",
                     f"{taken.processor:.1f}", f"{taken.memory:.0f}",
                     f"{growth:.2f}" if last else "", "yes" if fine else "NO")
                )  # fmt: skip
                if taken.failed:
                    print(f"{what} at {times} x failed:\n{taken.failed}", file=sys.stderr)
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    print("\ngrowth: of processor seconds, over that of the data; 1 is linear")
    return int(any(row[-1] != "yes" for row in table))


def _measures(project: Path, render: bool) -> list[tuple[str, Taken, float]]:
    """Return each measure with the seconds of a start, which are none of its own."""
    idle = timed([sys.executable, "-c", STARTED], project).processor
    loaded = timed([sys.executable, "-c", LOADED], project).processor
    return [
        ("evidence check", timed([*EVIDENCE, "check"], project), idle),
        ("findings, 10 times", timed([sys.executable, "-c", JUDGED], project), loaded),
        *([("render", timed([*EVIDENCE, "render"], project), idle)] if render else []),
    ]


if __name__ == "__main__":
    sys.exit(main())
