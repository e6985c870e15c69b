"""The one verb: render a project."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evidence.engine import formats, lint, quarto, reading, results, workers
from evidence.engine.assemble import assemble, places
from evidence.engine.document import Cell, Document, read
from evidence.engine.facts import SAY_WHAT, Sections
from evidence.engine.faults import Problem, RenderError, UnsupportedConstruct
from evidence.engine.formats import FORMATS, html
from evidence.engine.project import NAME_FILES, Project
from evidence.engine.results import Cache, unlisted
from evidence.engine.source import Line
from evidence.engine.staging import WORK, check_output, staging, swap

if TYPE_CHECKING:
    from evidence.engine.formats.draft import Draft
    from evidence.engine.kernels import Kernels

_ENGINES = ("builtin", "quarto")


@dataclass(frozen=True)
class Rendered:
    """What a run made.

    Attributes
    ----------
    engine
        The engine that made it.
    paths
        The document in each format.
    seconds
        How long each stage took; the formats are written at the same time.
    notes
        What the author should know of the documents.
    """

    engine: str
    paths: Mapping[str, Path]
    seconds: Mapping[str, float]
    notes: tuple[str, ...] = ()


def render(
    project: Path | Document,
    *,
    to: Sequence[str] = FORMATS,
    output: Path,
    engine: str = "builtin",
    metadata: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    depends: Sequence[Path] | None = None,
    inputs: Collection[Path] | None = None,
    timeout: int | None = None,
    kernels: Kernels | None = None,
    approve: Callable[[Document], None] = lambda document: None,
    complete: Callable[[Path, Project, Mapping[str, Line]], None] = lambda *_: None,
    placed: Callable[[Path], None] | None = None,
    progress: Callable[[str], None],
) -> Rendered:
    """Render a Quarto project; earlier documents give way only when all new ones are made.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`, or the document that was read from it.
    to
        The wanted formats, of "html", "pdf" and "docx".
    output
        The folder that takes the documents, named after the project's document.
    engine
        "builtin" or "quarto".
    metadata
        What wins over the project's own metadata, where the document is not read yet.
    environment
        Variables of the environment that cells are given, where the document is not read yet.
    depends
        All files that the cells read or import, relative to the project: while these and the
        cells stay as they are, their results are taken from the last run. Without it the cells
        run each time.
    inputs
        All files that may go into the documents, relative to the project: any other that they take
        in is refused. Without it every file of the project may.
    timeout
        Seconds that one cell may take; without it as long as it likes.
    kernels
        What makes kernels for more than one build.
    approve
        Called with the document while it is checked; what it raises ends the build before any
        cell runs or document is written, and goes before faults of the document.
    complete
        Called before the new documents take their place, to add to their folder: with this, the
        project, and the line that places each figure and table, by label.
    placed
        Called with each document once it is in its place. With it, each takes its place as soon as
        it is written, and in the order of `to`; without it all do so together.
    progress
        Called with a short line at each stage and each cell.

    Returns
    -------
    Rendered
        The documents' paths and the seconds each stage took.

    Raises
    ------
    RenderError
        If the document cannot be made; no earlier document is touched.
    """
    for name, known in ((engine, _ENGINES), *((name, FORMATS) for name in to)):
        if name not in known:
            message, hint = f"there is no {name!r}", f"use {', '.join(known)}"
            raise RenderError(Problem("unknown-option", "", 0, message, hint))
    document = project if isinstance(project, Document) else read(project, metadata, environment)
    root, stem = document.project.root, document.project.document.stem
    seconds: dict[str, float] = {}
    paths: dict[str, Path] = {}
    lines: Sequence[Line]
    output = output.resolve()
    check_output(root, output, [f"{stem}.{name}" for name in FORMATS])
    with workers.staying(), staging(root / WORK, output) as folder:
        # By the clock of the file system, which is not quite ours.
        start = folder.stat().st_ctime_ns
        if engine == "quarto":
            approve(document)
            with _timed(seconds, "quarto"):
                found, notes = quarto.render(document, to, folder, metadata or {}, progress)
            lines, steps = document.lines, iter([found])
            written = _new_files(root, start, output)
        else:
            notes = document.project.notes
            whole, written = _executed(
                document, folder, output, to=to, depends=depends, inputs=inputs, timeout=timeout,
                kernels=kernels, metadata=metadata, approve=approve, progress=progress,
                seconds=seconds, start=start,
            )  # fmt: skip
            lines = whole.lines
            steps = (
                _written(whole, step, progress, seconds)
                for step in ([(target,) for target in to] if placed else [to])
            )
        for made in steps:
            with TemporaryDirectory(dir=folder) as name:
                ready = Path(name)
                for target, path in made.items():
                    path.replace(ready / f"{stem}.{target}")
                for path in _resources(document.project, written):
                    copy = ready / path.relative_to(root)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)
                complete(ready, document.project, places(lines))
                swap(ready, output)
            for target in made:
                paths[target] = output / f"{stem}.{target}"
                if placed:
                    placed(paths[target])
    return Rendered(engine, paths, seconds, notes)


def _executed(
    document: Document,
    folder: Path,
    output: Path,
    *,
    to: Sequence[str],
    depends: Sequence[Path] | None,
    inputs: Collection[Path] | None,
    timeout: int | None,
    kernels: Kernels | None,
    metadata: Mapping[str, Any] | None,
    approve: Callable[[Document], None],
    progress: Callable[[str], None],
    seconds: dict[str, float],
    start: int,
) -> tuple[Draft, frozenset[Path]]:
    """Run the cells and read what comes of them; return also the files that they wrote."""
    project = document.project
    cache = Cache(project.root / WORK / "results")
    sections = Cache(project.root / WORK / "sections", reading.MOST_KEPT)
    figures = folder / "cell-figures"
    figures.mkdir()
    with _beside(approve, document) as approved:
        with _timed(seconds, "check"):
            progress("check    constructs")
            key = "" if depends is None else results.key(document, depends)
            run = results.load(cache, key, document) if key else None
            if run:
                check(document, inputs)
        with _timed(seconds, "execute"):
            if run:
                progress("execute  nothing: cells, data and code are as in the last run")
            else:
                # Slow to load, and few builds need it.
                from evidence.engine.run import execute  # noqa: PLC0415

                def ready() -> None:
                    check(document, inputs)
                    approved()

                earlier = results.kept(cache, key) if key else None
                assembled = partial(assemble, figures=figures)
                with reading.ahead(project, folder, sections, assembled) as done:
                    run = execute(
                        document, progress, timeout, inputs,
                        ready=ready, kernels=kernels, kept=earlier, done=done,
                    )  # fmt: skip
                run = replace(run, written=run.written | _new_files(project.root, start, output))
                # What was saved while cells ran may or may not have gone into their results.
                if depends is not None and _untouched(document, depends, start, key, metadata):
                    results.save(cache, key, project.root, run)
        with _timed(seconds, "read"):
            progress("read     Markdown and bibliography")
            lines = assemble(run.parts, figures)
            whole = reading.read(project, lines, to, folder, cache=sections, listed=inputs)
            approved()
    return whole, run.written


def _written(
    whole: Draft, to: Sequence[str], progress: Callable[[str], None], seconds: dict[str, float]
) -> dict[str, Path]:
    """Write formats at the same time."""

    def write(target: str) -> Path:
        with _timed(seconds, target):
            return formats.write(whole, target)

    made = {}
    # Pandoc and Typst run outside the interpreter's lock.
    with ThreadPoolExecutor() as pool:
        jobs = {target: pool.submit(write, target) for target in to}
        for target, job in jobs.items():
            made[target] = job.result()
            progress(f"write    {target} in {seconds[target]:.1f} s")
    return made


def _resources(project: Project, written: Collection[Path]) -> Iterator[Path]:
    """Yield what goes beside the documents."""
    for path in project.resources:
        # What an earlier build left in folders that cells write to is none of this one's.
        if not path.relative_to(project.root).parts[0].startswith("_") or path in written:
            yield path


def _new_files(root: Path, since: int, apart: Path) -> frozenset[Path]:
    """Return what is new in the folders that are left to cells: a program of theirs may write."""
    paths = (path for folder in root.glob("_*/") for path in folder.rglob("*"))
    return frozenset(
        path
        for path in paths
        if path.is_file() and path.stat().st_mtime_ns >= since and not path.is_relative_to(apart)
    )


def _untouched(
    document: Document,
    depends: Sequence[Path],
    since: int,
    key: str,
    metadata: Mapping[str, Any] | None,
) -> bool:
    """Tell whether all that cells go by is as it was, and was not saved in between."""
    root = document.project.root
    files = {root / path for path in (*depends, *(Path(line.file) for line in document.lines))}
    try:
        again = read(root, metadata, document.environment)
        return results.key(again, depends) == key and all(
            path.stat().st_ctime_ns <= since for path in files
        )
    except (OSError, RenderError):
        return False


def check(document: Document, inputs: Collection[Path] | None = None) -> None:
    """Refuse what the builtin engine cannot render, as far as it shows before cells run.

    Parameters
    ----------
    document
        The document of a project.
    inputs
        As in `render`.

    Raises
    ------
    RenderError
        With all that is wrong.
    """
    project = document.project
    if unreadable := [*document.faults, *formats.unfit(project)]:
        raise RenderError(*unreadable)
    problems = [*document.unsupported, *unlisted(_named(document), project.root, inputs)]
    try:
        sections = [(section.facts, section.lines) for section in document.sections]
    except RenderError as error:
        raise RenderError(*problems, *error.problems) from error
    has_cells = any(isinstance(part, Cell) for part in document.parts)
    problems += lint.faults(sections, has_outputs=not has_cells)
    problems += lint.lost(document.prose)
    problems += _absent_pictures(document, sections)
    problems += _untold_figures(document)
    if problems:
        raise UnsupportedConstruct(*problems)


def _untold_figures(document: Document) -> Iterator[Problem]:
    """Find cells that are to show a figure and do not say what it shows."""
    for part in document.parts:
        if not isinstance(part, Cell) or part.options.get("fig-alt"):
            continue
        is_figure = part.label.startswith("fig-") or "fig-cap" in part.options
        shown = [part.options.get(name) for name in ("include", "eval", "output")]
        if is_figure and False not in shown and "asis" not in shown:
            name = f"figure `{part.label}`" if part.label else "cell's figure"
            message = f"the {name} has no alternative text"
            yield part.start.problem("no-alternative-text", message, SAY_WHAT)


def _absent_pictures(document: Document, sections: Sections) -> Iterator[Problem]:
    """Find pictures that are nowhere, but for those that a cell names and so may make."""
    project = document.project
    extensions = {project.image_extension(target) for target in FORMATS}
    code = "".join(part.code for part in document.parts if isinstance(part, Cell))
    unmade = [
        (replace(held, pictures=tuple(p for p in held.pictures if Path(p).stem not in code)), lines)
        for held, lines in sections
    ]
    for row in lint.pictures(unmade, project.root, extensions):
        if isinstance(row, Problem):
            yield row


@contextmanager
def _beside(
    approve: Callable[[Document], None], document: Document
) -> Iterator[Callable[[], None]]:
    """Let a check go on beside reading, and give what waits for it; its faults come first."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        check = pool.submit(approve, document)
        try:
            yield check.result
        except RenderError:
            check.result()
            raise


def _named(document: Document) -> Iterator[tuple[Path, Line]]:
    """Yield the files that chapters include and settings name, and where they do."""
    project = document.project
    first = {line.file: line for line in reversed(document.lines)}
    for name, line in reversed(first.items()):
        yield project.root / name, line
    for keys in NAME_FILES:
        for path in project.files(*keys):
            for file in path.rglob("*") if path.is_dir() else [path]:
                if file.is_file():
                    yield file, Line("", *project.place(*keys))
    for path in project.resources:
        yield path, Line("", *project.place("project", "resources"))
    for sheet, name in html.files_of_styles(project):
        place = sheet.relative_to(project.root).as_posix()
        yield (sheet.parent / name).resolve(), Line("", place, 0)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
