"""Print how long builds take against the floor: `python -m benchmarks.build [RUNS]`."""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from tabulate import tabulate

from benchmarks.floor import CELLS, TEXT
from benchmarks.options import count, parser
from benchmarks.synthetic import rows, write
from benchmarks.timed import EVIDENCE, Taken, copy, timed
from evidence.engine import assemble, run
from evidence.engine.document import Cell, read

RENDER = (*EVIDENCE, "render")
RUNS = 3
DESCRIPTION = """\
Measure builds on a copy of the project: a cold one, one of nothing changed, and those after an edit
of prose and of data.

Beside them runs the floor: the same cells in one plain kernel, then Pandoc for three formats and
Typst, nothing more. Of several runs of each the quickest counts. It takes minutes.

examples:
  python -m benchmarks.build      three runs of each
  python -m benchmarks.build 5    five"""
COLD_RATIO = 1.3
COLUMNS = ("build", "seconds", "processor", "x floor", "target", "reached")


@dataclass(frozen=True)
class Measured:
    """A build, the quickest of its runs, and the seconds it may take."""

    name: str
    taken: Taken
    most: float
    target: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a target is missed."""
    options = parser("benchmarks.build", DESCRIPTION)
    options.add_argument(
        "runs",
        metavar="RUNS",
        nargs="?",
        type=count,
        default=RUNS,
        help=f"how often each is run (default: {RUNS})",
    )
    runs = options.parse_args(arguments).runs
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        _prepare(project)
        least = _quickest(
            runs, lambda _: None, [sys.executable, "-m", "benchmarks.floor", "."], project
        )
        found = _builds(runs, project, least)
    table = [("floor", f"{least.seconds:.2f}", f"{least.processor:.2f}", "1.00", "", "")]
    for row in found:
        taken = row.taken
        reached = not taken.failed and taken.seconds <= row.most
        table.append(
            (row.name, f"{taken.seconds:.2f}", f"{taken.processor:.2f}",
             f"{taken.seconds / least.seconds:.2f}", row.target, "yes" if reached else "NO")
        )  # fmt: skip
        if taken.failed:
            print(f"{row.name} failed:\n{taken.failed}", file=sys.stderr)
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    return int(any(row[-1] == "NO" for row in table))


def _prepare(project: Path) -> None:
    """Put the cells of a project, and the text that they give, into it for the floor."""
    document = read(project)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = assemble.assemble(run.execute(document, lambda _: None), folder)
    codes = [part.code for part in document.parts if isinstance(part, Cell)]
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(code) for code in codes]  # type: ignore[no-untyped-call]
    )
    (project / CELLS).write_text(json.dumps(notebook), encoding="utf-8")
    (project / TEXT).write_text("\n".join(line.text for line in lines), encoding="utf-8")


def _builds(runs: int, project: Path, least: Taken) -> list[Measured]:
    cold = _quickest(runs, _forget(project), RENDER, project)
    same = _state(project)
    unchanged = _quickest(runs, lambda _: None, RENDER, project)
    if _state(project) != same:
        unchanged = Taken(unchanged.seconds, unchanged.processor, 0, "a document was rewritten")
    prose = _quickest(runs, _edit_prose(project), RENDER, project)
    one = {
        name: _quickest(runs, _edit_prose(project), (*RENDER, "--to", name), project)
        for name in ("html", "pdf", "docx")
    }
    data = _quickest(runs, _edit_data(project), RENDER, project)
    return [
        Measured("cold", cold, COLD_RATIO * least.seconds, f"{COLD_RATIO} x floor"),
        Measured("no change", unchanged, 0.4, "0.4 s"),
        Measured("prose edit, three formats", prose, 1.5, "1.5 s"),
        *(Measured(f"prose edit, {name}", taken, 1.0, "1.0 s") for name, taken in one.items()),
        Measured("data edit", data, cold.seconds * 1.05, "cold, within 5%"),
    ]


def _quickest(
    runs: int, before: Callable[[int], None], command: tuple[str, ...] | list[str], project: Path
) -> Taken:
    found = []
    for number in range(runs):
        before(number)
        found.append(timed(command, project))
    failed = [taken for taken in found if taken.failed]
    return failed[0] if failed else min(found, key=lambda taken: taken.seconds)


def _forget(project: Path) -> Callable[[int], None]:
    def forget(_: int) -> None:
        for name in (".render", "_output", "_figures"):
            shutil.rmtree(project / name, ignore_errors=True)

    return forget


def _edit_prose(project: Path) -> Callable[[int], None]:
    chapter = project / "chapters/introduction.qmd"

    def edit(_: int) -> None:
        text = chapter.read_text(encoding="utf-8")
        chapter.write_text(f"{text}\nA sentence more, for the benchmark.\n", encoding="utf-8")

    return edit


def _edit_data(project: Path) -> Callable[[int], None]:
    path = project / "data/codings.csv"

    def edit(number: int) -> None:
        table = rows(path)
        table[number]["gist"] += " indeed"
        write(path, table)

    return edit


def _state(project: Path) -> list[tuple[str, int, str]]:
    return [
        (path.name, path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted((project / "_output").iterdir())
    ]


if __name__ == "__main__":
    sys.exit(main())
