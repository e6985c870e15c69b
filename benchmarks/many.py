"""Print what many reports cost by Snakemake: `python -m benchmarks.many [REPORTS ...]`."""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from benchmarks.timed import EVIDENCE, ROOT, Taken, copy, count, parser, timed

REPORTS = (1, 8, 32)
CORES = (1, 2)
DESCRIPTION = """\
Measure how long Snakemake takes to render many reports, on one core and on two, and what each
costs, Snakemake's own work with it.

The reports are of new reviews, as `evidence new` makes them, or with --own of copies of this
project. Each is rendered once; a second run has to render none. At last one review gets a fault,
and all others have to stay as they are. Without arguments it takes some twenty minutes, with --own
an hour.

examples:
  python -m benchmarks.many           1, 8 and 32 reports
  python -m benchmarks.many 1 4       1 and 4
  python -m benchmarks.many --own 8   8 of this project"""
COLUMNS = (
    "reports", "cores", "seconds", "seconds a report", "processor a report", "MB a report",
    "rendered again", "reached",
)  # fmt: skip
SNAKEFILE = ROOT / "evidence/scaffold/Snakefile"
DONE = "_reports/.done"


@dataclass(frozen=True)
class Run:
    """Reports rendered by Snakemake: what that took, and the most memory that one of them held."""

    taken: Taken
    memory: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a report was rendered twice, or lost by another's fault."""
    options = parser("benchmarks.many", DESCRIPTION)
    told = f"how many (default: {' '.join(map(str, REPORTS))})"
    options.add_argument("reports", metavar="REPORTS", nargs="*", type=count, help=told)
    options.add_argument("--own", action="store_true", help="of copies of this project")
    given = options.parse_args(arguments)
    table, lost = [], ""
    with tempfile.TemporaryDirectory() as folder:
        one = _project(Path(folder), own=given.own)
        for reports in given.reports or REPORTS:
            unit = _unit(Path(folder) / f"unit-{reports}", one, reports)
            for cores in CORES:
                run = _rendered(unit, cores)
                again = _times(unit)
                _snakemake(unit, cores)
                twice = len(_times(unit).items() - again.items())
                table.append(_row(reports, cores, run, len(again), twice))
                print(*table[-1], sep="  ", file=sys.stderr)
                if run.taken.failed:
                    print(run.taken.failed, *_failures(unit), sep="\n", file=sys.stderr)
        lost = _lost(unit)
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    print(lost or "A review with a fault: its report failed, and all others stayed as they were.")
    return int(bool(lost) or any(row[-1] == "NO" for row in table))


def _project(folder: Path, *, own: bool) -> Path:
    """Return a review's project."""
    if own:
        return copy(folder)
    command = (*EVIDENCE, "new", "project", "--coder", "Ada")
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return folder / "project"


def _unit(unit: Path, one: Path, reports: int) -> Path:
    """Return a folder with that many copies of a review, each of which says something else."""
    names = [f"r{number}" for number in range(reports)]
    for name in names:
        shutil.copytree(one, unit / name)
        chapter = unit / name / "chapters/summary.qmd"
        with chapter.open("a", encoding="utf-8") as file:
            file.write(f"\nA sentence of review {name}. <!-- literal: its name -->\n")
    shutil.copy(SNAKEFILE, unit)
    listed = "".join(f"  {name}: [now]\n" for name in names)
    (unit / "reports.yml").write_text(f"reports:\n{listed}", encoding="utf-8")
    return unit


def _rendered(unit: Path, cores: int) -> Run:
    for name in ("_reports", ".snakemake"):
        shutil.rmtree(unit / name, ignore_errors=True)
    taken = _snakemake(unit, cores)
    most = 0.0
    for path in (unit / "_reports/.cost").rglob("*.tsv"):
        with path.open(encoding="utf-8") as file:
            # A report that ends between two looks has none.
            cells = [row["max_rss"] for row in csv.DictReader(file, delimiter="\t")]
        most = max(most, *(float(cell) for cell in cells if re.match(r"[0-9]", cell)), 0.0)
    return Run(taken, most)


def _snakemake(unit: Path, cores: int) -> Taken:
    """Let Snakemake render what is due, with no more cores of the machine than it is told of."""
    command = (sys.executable, "-m", "snakemake", "--cores", str(cores), "--keep-going")
    usual = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, sorted(usual)[:cores])
        return timed(command, unit)
    finally:
        os.sched_setaffinity(0, usual)


def _failures(unit: Path) -> Iterator[str]:
    """Yield what the renderings that failed have said."""
    for path in sorted((unit / "_reports").rglob("*.log")):
        if said := path.read_text("utf-8", "replace"):
            yield f"{path.relative_to(unit)}:\n{said}"


def _times(unit: Path) -> dict[str, int]:
    """Return when each report was rendered."""
    done = unit / DONE
    paths = (path for path in done.rglob("*") if path.is_file())
    return {path.relative_to(done).as_posix(): path.stat().st_mtime_ns for path in paths}


def _row(reports: int, cores: int, run: Run, made: int, twice: int) -> tuple[str, ...]:
    reached = not run.taken.failed and made == reports and not twice
    return (
        f"{reports}", f"{cores}", f"{run.taken.seconds:.0f}",
        f"{run.taken.seconds / reports:.1f}", f"{run.taken.processor / reports:.1f}",
        f"{run.memory:.0f}", f"{twice}", "yes" if reached else "NO",
    )  # fmt: skip


def _lost(unit: Path) -> str:
    """Put a fault into the last review and say what else was changed by it; nothing if nothing."""
    before = _times(unit)
    fault = f"r{len(before) - 1}"
    with (unit / fault / "data/codings.csv").open("a", encoding="utf-8") as file:
        file.write("nothing,that,fits\n")
    taken = _snakemake(unit, CORES[-1])
    after = _times(unit)
    wanted = {name: at for name, at in before.items() if not name.startswith(f"{fault}/")}
    if not taken.failed or after != wanted:
        return "A review with a fault did not fail alone."
    return ""


if __name__ == "__main__":
    sys.exit(main())
