"""Print how long builds take against the floor: `python -m benchmarks.build [RUNS]`."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from tabulate import tabulate

from benchmarks.floor import CELLS, TEXT
from benchmarks.synthetic import rows, write
from benchmarks.timed import EVIDENCE, Taken, copy, count, parser, timed
from evidence.engine import assemble, run
from evidence.engine.document import Cell, read

RUNS = 3
DESCRIPTION = """\
Measure `evidence check` and builds on a copy of the project: a cold one, one of nothing changed,
and those after an edit of prose and of data.

Beside them runs the floor: the same cells in one plain kernel, then Pandoc for three formats and
Typst, nothing more. Of several runs of each the quickest counts. It takes minutes.

examples:
  python -m benchmarks.build      three runs of each
  python -m benchmarks.build 5    five"""
COLD_RATIO = 1.0
COLUMNS = ("build", "seconds", "processor", "x floor", "target", "reached")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a target is missed."""
    options = parser("benchmarks.build", DESCRIPTION)
    told = f"how often each is run (default: {RUNS})"
    options.add_argument("runs", metavar="RUNS", nargs="?", type=count, default=RUNS, help=told)
    runs = options.parse_args(arguments).runs
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        _prepare(project)
        least = _quickest(
            runs, lambda _: None, [sys.executable, "-m", "benchmarks.floor", "."], project
        )
        found = _builds(runs, project, least)
    table = [("floor", f"{least.seconds:.2f}", f"{least.processor:.2f}", "1.00", "", "")]
    for name, taken, most, target in found:
        reached = not taken.failed and taken.seconds <= most
        table.append(
            (name, f"{taken.seconds:.2f}", f"{taken.processor:.2f}",
             f"{taken.seconds / least.seconds:.2f}", target, "yes" if reached else "NO")
        )  # fmt: skip
        if taken.failed:
            print(f"{name} failed:\n{taken.failed}", file=sys.stderr)
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    return int(any(row[-1] == "NO" for row in table))


def _prepare(project: Path) -> None:
    """Put the cells of a project, and the text that they give, into it for the floor."""
    document = read(project)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = assemble.assemble(run.execute(document, lambda _: None).parts, folder)
    codes = [part.code for part in document.parts if isinstance(part, Cell)]
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[nbformat.v4.new_code_cell(code) for code in codes]  # type: ignore[no-untyped-call]
    )
    (project / CELLS).write_text(json.dumps(notebook), encoding="utf-8")
    (project / TEXT).write_text("\n".join(line.text for line in lines), encoding="utf-8")


def _builds(runs: int, project: Path, least: Taken) -> list[tuple[str, Taken, float, str]]:
    """Return each build with the seconds that it may take, and the target in words."""
    forget, edit = partial(_forget, project), partial(edit_prose, project)

    def quickest(before: Callable[[int], None], *arguments: str) -> Taken:
        return _quickest(runs, before, (*EVIDENCE, *arguments), project)

    cold = quickest(forget, "render")
    same = _state(project)
    unchanged = quickest(lambda _: None, "render")
    if _state(project) != same:
        unchanged = replace(unchanged, failed="a document was rewritten")
    formats = [
        (f"prose edit, {name}", quickest(edit, "render", "--to", name), 1.0, "1.0 s")
        for name in ("html", "pdf", "docx")
    ]
    return [
        ("check", quickest(lambda _: None, "check"), 3.0, "3.0 s"),
        ("cold", cold, COLD_RATIO * least.seconds, f"{COLD_RATIO} x floor"),
        ("no change", unchanged, 0.11, "0.11 s"),
        ("prose edit, three formats", quickest(edit, "render"), 2.5, "2.5 s"),
        *formats,
        ("data edit", quickest(partial(edit_data, project), "render"), 1.05 * cold.seconds,
         "cold, within 5%"),
    ]  # fmt: skip


def _quickest(
    runs: int, before: Callable[[int], None], command: Sequence[str], project: Path
) -> Taken:
    found = []
    for number in range(runs):
        before(number)
        found.append(timed(command, project))
    # One that failed goes before all others.
    return min(found, key=lambda taken: (not taken.failed, taken.seconds))


def _forget(project: Path, _: int) -> None:
    for name in (".render", "_output", "_figures"):
        shutil.rmtree(project / name, ignore_errors=True)


def edit_prose(project: Path, _: int) -> None:
    """Write a sentence more."""
    with (project / "chapters/introduction.qmd").open("a", encoding="utf-8") as chapter:
        chapter.write("\nA sentence more, for the benchmark.\n")


def edit_data(project: Path, number: int) -> None:
    """Change one coding, by its number."""
    path = project / "data/codings.csv"
    table = rows(path)
    table[number]["gist"] += " indeed"
    write(path, table)


def _state(project: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (project / "_output").iterdir()}


if __name__ == "__main__":
    sys.exit(main())
