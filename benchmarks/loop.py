"""Print how long an author waits after a save: `python -m benchmarks.loop [RUNS]`."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import psutil
from playwright.sync_api import Page, sync_playwright
from tabulate import tabulate

from benchmarks.build import edit_data
from benchmarks.timed import EVIDENCE, address_of, copy, count, parser, started, timed
from evidence.cli.project import FORMATS
from evidence.proof import manifest

RUNS = 5
DESCRIPTION = """\
Measure on a copy of the project how long an author waits after a save: for the page in a browser
and the PDF beside it (`evidence preview`), for three formats (`evidence render --watch`, and
`evidence render` in a new process), after edits of prose, of one coding and of a figure's cell.

Medians of several runs. Processor seconds are those of all processes, the check beside among them;
memory is what preview and all that it started hold, each page counted once. It takes minutes.

examples:
  python -m benchmarks.loop        five runs of each
  python -m benchmarks.loop 200    two hundred, to see whether memory grows"""
COLUMNS = ("after a save", "seconds", "processor", "target", "x target", "reached")
MOST_MEMORY = 600
MOST_GROWTH = 20
# Seconds after which something is taken to have failed.
LIMIT = 300
CHAPTER, SECTION = "chapters/introduction.qmd", "sec-introduction"
FIGURES, PLACED = "chapters/evidence.qmd", "place(figures."
SHOWN = """([id, text]) => [...document.querySelectorAll('iframe')].some(frame =>
  frame.contentDocument?.getElementById(id)?.textContent.includes(text))"""


@dataclass(frozen=True)
class Waited:
    """Seconds of the clock and of the processors between a save and what was waited for."""

    seconds: float
    processor: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a target is missed."""
    options = parser("benchmarks.loop", DESCRIPTION)
    told = f"how often each is run (default: {RUNS})"
    options.add_argument("runs", metavar="RUNS", nargs="?", type=count, default=RUNS, help=told)
    runs = options.parse_args(arguments).runs
    few = min(runs, RUNS)
    with tempfile.TemporaryDirectory() as folder:
        project = copy(Path(folder))
        edits: dict[str, Callable[[int], object]] = {
            "prose": partial(edit_prose, project),
            "one coding": partial(edit_data, project),
            "a figure's cell": partial(edit_figure, project),
        }
        pages, pdfs, memory = previewed(project, runs)
        rows = [
            ("prose: the page in the browser", pages, 0.5),
            ("prose: the PDF beside it", pdfs, 1.0),
            *(
                (f"{name}: three formats, render --watch", found, most)
                for (name, found), most in zip(
                    watched(project, edits, few).items(), (1.5, 3.0, 3.0), strict=True
                )
            ),
            ("prose: three formats, new process", anew(project, few, edits["prose"]), 2.5),
            ("nothing: three formats, new process", anew(project, few, lambda _: None), 0.11),
        ]
    table = []
    for name, found, most in rows:
        seconds = median(row.seconds for row in found)
        processor = median(row.processor for row in found)
        figures = (f"{seconds:.2f}", f"{processor:.2f}", f"{most:.2f}", f"{seconds / most:.2f}")
        table.append((name, *figures, "yes" if seconds <= most else "NO"))
    print(tabulate(table, headers=COLUMNS, disable_numparse=True))
    first, last = memory
    print(
        f"\nmemory of preview: {first:.0f} MB after the first edits, {last:.0f} MB after the last"
    )
    holds = last <= MOST_MEMORY and last - first <= MOST_GROWTH
    return int(not holds or any(row[-1] == "NO" for row in table))


def edit_prose(project: Path, number: int) -> str:
    """Write a sentence more into a chapter, and return it."""
    sentence = f"A sentence more, l{'o' * (number + 1)}nger than the one before."
    with (project / CHAPTER).open("a", encoding="utf-8") as chapter:
        chapter.write(f"\n{sentence}\n")
    return sentence


def edit_figure(project: Path, number: int) -> None:
    """Change the code of a cell that places a figure."""
    path = project / FIGURES
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(PLACED, f"# Run {number}.\n{PLACED}", 1), encoding="utf-8")


def previewed(project: Path, runs: int) -> tuple[list[Waited], list[Waited], tuple[float, float]]:
    """Return what the page and the PDF took after each edit of prose, and memory before and after.

    What is held after the first few edits belongs to the start.
    """
    pages, pdfs, held = [], [], 0.0
    with started(project, "preview", "--port", "0") as process, browser() as page:
        address = address_of(project)
        _until_pdf(address, "")
        page.goto(address)
        for number in range(runs + 1):
            pdf = _state(address)["pdf"]
            before, start = _processor(process), time.perf_counter()
            sentence = edit_prose(project, number)
            page.wait_for_function(SHOWN, arg=[SECTION, sentence], timeout=LIMIT * 1000)
            seen = Waited(time.perf_counter() - start, _processor(process) - before)
            _until_pdf(address, pdf)
            # The first edit loads what a later one finds.
            if number:
                pages.append(seen)
                pdfs.append(Waited(time.perf_counter() - start, _processor(process) - before))
            if number == min(runs, 2 * RUNS):
                held = _memory(process)
        return pages, pdfs, (held, _memory(process))


def watched(
    project: Path, edits: dict[str, Callable[[int], object]], runs: int
) -> dict[str, list[Waited]]:
    """Return what three formats took after each kind of edit, with workbook and manifest."""
    output = project / "_output"
    found: dict[str, list[Waited]] = {name: [] for name in edits}
    with started(project, "render", "--watch") as process:
        _until_written(output, 0)
        for name, edit in edits.items():
            for number in range(runs + 1):
                written = _written(output)
                before, start = _processor(process), time.perf_counter()
                # No two of them change the same.
                edit(number + (1000 if name == "prose" else 0))
                _until_written(output, written)
                waited = Waited(time.perf_counter() - start, _processor(process) - before)
                names, mark = [f"report.{to}" for to in FORMATS], manifest.fingerprint(project)
                if not manifest.is_current(mark, output, names):
                    sys.exit(f"after an edit of {name} the documents were not those of the project")
                if number:
                    found[name].append(waited)
    return found


def anew(project: Path, runs: int, edit: Callable[[int], object]) -> list[Waited]:
    """Return what a new process took for three formats after each edit."""
    found = []
    for number in range(runs + 1):
        edit(number + 2000)
        taken = timed([*EVIDENCE, "render"], project)
        if taken.failed:
            sys.exit(taken.failed)
        found.append(Waited(taken.seconds, taken.processor))
    return found[1:]


@contextmanager
def browser() -> Iterator[Page]:
    """Open a page in a browser without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium.new_page()
        chromium.close()


def _state(address: str, after: object = "") -> dict[str, object]:
    """Return what preview shows, once it is something else than after a number."""
    with urlopen(f"{address}state?after={after}", timeout=LIMIT) as answer:  # noqa: S310
        return dict(json.load(answer))


def _until_pdf(address: str, old: object) -> None:
    """Wait for a PDF of the page, another than an old one."""
    told = _state(address)
    while not told["pdf"] or told["pdf"] == old or told["isEarlier"]:
        told = _state(address, told["number"])


def _written(output: Path) -> int:
    with suppress(FileNotFoundError):
        return (output / manifest.NAME).stat().st_mtime_ns
    return 0


def _until_written(output: Path, then: int) -> None:
    """Wait for documents that were written after others."""
    start = time.perf_counter()
    while _written(output) == then:
        if time.perf_counter() - start > LIMIT:
            sys.exit("nothing was written")
        time.sleep(0.005)


def _family(process: subprocess.Popen[bytes]) -> Iterator[psutil.Process]:
    parent = psutil.Process(process.pid)
    yield parent
    yield from parent.children(recursive=True)


def _processor(process: subprocess.Popen[bytes]) -> float:
    used = 0.0
    for one in _family(process):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used


def _memory(process: subprocess.Popen[bytes]) -> float:
    held = 0
    for one in _family(process):
        with suppress(psutil.NoSuchProcess):
            held += one.memory_full_info().pss
    return held / 2**20


if __name__ == "__main__":
    sys.exit(main())
