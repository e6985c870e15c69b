"""The one verb: render a project."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence.engine import assemble, citations, formats, lint, pandoc, quarto, results
from evidence.engine.document import Document, Executed, Prose, read
from evidence.engine.faults import Problem, RenderCode, RenderError, UnsupportedConstruct
from evidence.engine.inputs import unlisted
from evidence.engine.project import Project, within
from evidence.engine.source import Line
from evidence.engine.staging import WORK, check_output, staging, swap

FORMATS = ("html", "pdf", "docx")
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
    """

    engine: str
    paths: Mapping[str, Path]
    seconds: Mapping[str, float]


def render(
    project: Path | Document,
    *,
    to: Sequence[str] = FORMATS,
    output: Path,
    engine: str = "builtin",
    metadata: Mapping[str, str] | None = None,
    depends: Sequence[Path] | None = None,
    inputs: Sequence[Path] | None = None,
    timeout: int | None = None,
    approve: Callable[[Document], None] = lambda document: None,
    complete: Callable[[Path, Project, Mapping[str, Line]], None] = lambda *_: None,
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
    depends
        All files that the cells read or import, relative to the project: while these and the
        cells stay as they are, their results are taken from the last run. Without it the cells
        run each time.
    inputs
        All files that may go into the documents, relative to the project: any other that they take
        in is refused. Without it every file of the project may.
    timeout
        Seconds that one cell may take; without it as long as it likes.
    approve
        Called with the document while it is checked; what it raises ends the build before any
        cell runs or document is written, and goes before faults of the document.
    complete
        Called before the new documents take their place, to add to their folder: with this, the
        project, and the line that places each figure and table, by label.
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
            raise RenderError(
                Problem(
                    RenderCode.UNKNOWN_OPTION,
                    "",
                    0,
                    f"there is no {name!r}",
                    f"use {', '.join(known)}",
                )
            )
    document = project if isinstance(project, Document) else read(project, metadata)
    loaded = document.project
    seconds: dict[str, float] = {}
    lines: Sequence[Line]
    output = output.resolve()
    check_output(loaded.root, output, [f"{loaded.document.stem}.{name}" for name in FORMATS])
    with staging(loaded.root / WORK, output) as folder:
        if engine == "quarto":
            approve(document)
            with _timed(seconds, "quarto"):
                made = quarto.render(document, to, folder, metadata or {}, progress)
            lines = document.lines
        else:
            run = _Run(output, depends, inputs, timeout, approve, progress)
            made, lines = _builtin(document, to, folder, run, seconds)
        ready = folder / "ready"
        ready.mkdir()
        names = {target: f"{loaded.document.stem}.{target}" for target in made}
        for target, path in made.items():
            path.replace(ready / names[target])
        _add_resources(loaded, ready)
        complete(ready, loaded, assemble.places(lines))
        swap(ready, output)
    return Rendered(engine, {target: output / name for target, name in names.items()}, seconds)


def _add_resources(project: Project, ready: Path) -> None:
    """Copy what the project wants beside its documents, under the same names as in the project."""
    for pattern in project.resources:
        for path in sorted(project.root.glob(pattern)):
            if within(project.root, path) and path.is_file():
                copy = ready / path.relative_to(project.root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


@dataclass(frozen=True)
class _Run:
    """How the cells run, and who is told of it."""

    output: Path
    depends: Sequence[Path] | None
    inputs: Sequence[Path] | None
    timeout: int | None
    approve: Callable[[Document], None]
    progress: Callable[[str], None]


def _builtin(
    document: Document, to: Sequence[str], folder: Path, run: _Run, seconds: dict[str, float]
) -> tuple[dict[str, Path], Sequence[Line]]:
    """Return the documents, and the text with the cells' outputs that they were made of."""
    project, progress = document.project, run.progress
    with _beside(run.approve, document) as approved:
        with _timed(seconds, "check"):
            progress("check    constructs")
            if unreadable := [*document.faults, *formats.missing(project)]:
                raise RenderError(*unreadable)
            problems = list(document.unsupported)
            problems += unlisted(_named(document), project.root, run.inputs)
            name = None if run.depends is None else results.key(document, run.depends)
            kept = results.load(project.root / WORK / "results", name, document) if name else None
            if problems or not kept:
                problems += _unknown_constructs(document, folder)
            if problems:
                raise UnsupportedConstruct(*problems)
            if not kept:
                approved()
        with _timed(seconds, "execute"):
            if kept:
                progress("execute  nothing: cells, data and code are as in the last run")
                results.restore(project.root, kept)
            executed = kept.executed if kept else _execute(document, name, run)
        with _timed(seconds, "read"):
            progress("read     Markdown and bibliography")
            build = _read(project, executed, to, folder, run.inputs)
            approved()
    made: dict[str, Path] = {}

    def write(target: str) -> Path:
        with _timed(seconds, target):
            return build.write(target)

    # Pandoc and Typst run outside the interpreter's lock.
    with ThreadPoolExecutor() as pool:
        jobs = {target: pool.submit(write, target) for target in to}
        for target, job in jobs.items():
            made[target] = job.result()
            progress(f"write    {target} in {seconds[target]:.1f} s")
    return made, build.text.lines


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
    for line in document.lines:
        yield project.root / line.file, line
    fonts = [path for folder in project.font_paths for path in folder.rglob("*") if path.is_file()]
    named: tuple[tuple[Iterable[Path], tuple[str, ...]], ...] = (
        (project.stylesheets, ("format", "html", "css")),
        (project.after_body, ("format", "html", "include-after-body")),
        (project.bibliographies, ("bibliography",)),
        (project.styles, ("csl",)),
        (fonts, ("format", "typst", "font-paths")),
        (
            (path for pattern in project.resources for path in project.root.glob(pattern)),
            ("project", "resources"),
        ),
    )
    for paths, keys in named:
        for path in paths:
            yield path, Line("", *project.place(*keys))
    for sheet, name in formats.files_of_styles(project):
        place = sheet.relative_to(project.root).as_posix()
        yield (sheet.parent / name).resolve(), Line("", place, 0)


def _unknown_constructs(document: Document, folder: Path) -> list[Problem]:
    prose = (part for part in document.parts if isinstance(part, Prose))
    lines = tuple(line for part in prose for line in part.lines)
    nodes = lint.walk(pandoc.parse(lines, {}, folder)["blocks"])
    return lint.constructs(nodes, lint.Findable(lines))


def _execute(document: Document, name: str | None, run: _Run) -> Sequence[Executed]:
    """Run the cells, and keep what that gave where it has a key."""
    from evidence.engine.run import execute  # noqa: PLC0415 - slow to load, and few builds need it

    # File systems keep a coarser clock than ours.
    start = time.time() - 0.1
    executed = execute(document, run.progress, run.timeout, run.inputs)
    # What was saved while the cells ran may or may not have gone into their results.
    if run.depends is not None and results.key(document, run.depends) == name:
        root = document.project.root
        entry = results.Entry(executed, tuple(results.written(root, start, run.output)))
        results.save(root / WORK / "results", name, entry)
    return executed


def _read(
    project: Project,
    executed: Sequence[Executed],
    to: Sequence[str],
    folder: Path,
    inputs: Sequence[Path] | None,
) -> formats.Build:
    figures = folder / "cell-figures"
    figures.mkdir()
    lines = assemble.assemble(executed, figures)
    with ThreadPoolExecutor() as pool:
        bibliography = pool.submit(pandoc.bibliography, project.bibliographies, folder)
        document = pandoc.parse(lines, formats.metadata(project), folder)
        entries = bibliography.result()
    (folder / citations.REFERENCES).write_text(json.dumps(entries), encoding="utf-8")
    nodes, text = tuple(lint.walk(document["blocks"])), lint.Findable(lines)
    if unsupported := lint.constructs(nodes, text):
        raise UnsupportedConstruct(*unsupported)
    lint.check(
        nodes,
        text,
        citations={entry["id"] for entry in entries},
        numbered=bool(project.metadata.get("number-sections")),
    )
    extensions = {project.image_extension(target) for target in to}
    copied = lint.copy_images(nodes, text, root=project.root, build=folder, extensions=extensions)
    if problems := unlisted(copied, project.root, inputs):
        raise RenderError(*problems)
    style = next(iter(project.styles), None)
    citations.cite(document, style, folder, project.root / WORK / "citations")
    return formats.Build(
        project,
        json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(),
        text,
        folder,
        inputs,
    )


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
