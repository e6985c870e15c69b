"""The one verb: render a project."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from render import cache, cells, checks, execute, formats, markdown, pandoc, quarto, source
from render.errors import Problem, RenderCode, RenderError, UnsupportedConstruct
from render.project import Project, load, within
from render.staging import WORK, staging, swap

FORMATS = ("html", "pdf", "docx")
_ENGINES = ("builtin", "quarto")

Parts = Sequence[cells.Prose | cells.Cell]


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
    project: Path,
    *,
    to: Sequence[str] = FORMATS,
    output: Path,
    engine: str = "builtin",
    metadata: Mapping[str, str] | None = None,
    depends: Sequence[Path] | None = None,
    timeout: int | None = None,
    complete: Callable[[Path], None] = lambda ready: None,
    progress: Callable[[str], None],
) -> Rendered:
    """Render a Quarto project; earlier documents give way only when all new ones are made.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    to
        The wanted formats, of "html", "pdf" and "docx".
    output
        The folder that takes the documents, named after the project's document.
    engine
        "builtin" or "quarto".
    metadata
        What wins over the project's own metadata.
    depends
        All files that the cells read or import, relative to the project: while these and the
        cells stay as they are, their results are taken from the last run. Without it the cells
        run each time.
    timeout
        Seconds that one cell may take; without it as long as it likes.
    complete
        Called with the folder of the new documents before they take their place, to add to them.
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
    loaded = load(project.resolve(), metadata)
    seconds: dict[str, float] = {}
    output = output.resolve()
    with staging(loaded.root / WORK, output) as folder:
        if engine == "quarto":
            with _timed(seconds, "quarto"):
                made = quarto.render(loaded, to, folder, metadata or {}, progress)
        else:
            run = partial(
                _execute, loaded, output=output, depends=depends, timeout=timeout, progress=progress
            )
            made = _builtin(loaded, to, folder, run, progress=progress, seconds=seconds)
        ready = folder / "ready"
        ready.mkdir()
        names = {target: f"{loaded.document.stem}.{target}" for target in made}
        for target, path in made.items():
            path.replace(ready / names[target])
        _add_resources(loaded, ready)
        complete(ready)
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


def _builtin(
    project: Project,
    to: Sequence[str],
    folder: Path,
    run: Callable[[Parts], Sequence[execute.Executed]],
    *,
    progress: Callable[[str], None],
    seconds: dict[str, float],
) -> dict[str, Path]:
    with _timed(seconds, "check"):
        progress("check    constructs")
        parts = _parts(project, folder)
    with _timed(seconds, "execute"):
        executed = run(parts)
    with _timed(seconds, "read"):
        progress("read     Markdown and bibliography")
        build = _read(project, executed, to, folder)
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
    return made


def _execute(
    project: Project,
    parts: Parts,
    *,
    output: Path,
    depends: Sequence[Path] | None,
    timeout: int | None,
    progress: Callable[[str], None],
) -> Sequence[execute.Executed]:
    """Run the cells, or take what running them gave when nothing they rest on has changed."""
    if depends is None:
        return execute.execute(project, parts, progress, timeout)
    kept = project.root / WORK / "cells"
    name = cache.key(project, parts, depends)
    entry = cache.load(kept, name, parts)
    if entry:
        progress("execute  nothing: cells, data and code are as in the last run")
        cache.restore(project.root, entry)
        return entry.executed
    # File systems keep a coarser clock than ours.
    start = time.time() - 0.1
    executed = execute.execute(project, parts, progress, timeout)
    # What was saved while the cells ran may or may not have gone into their results.
    if cache.key(project, parts, depends) == name:
        entry = cache.Entry(tuple(executed), tuple(cache.written(project.root, start, output)))
        cache.save(kept, name, entry)
    return executed


def _parts(project: Project, folder: Path) -> Parts:
    """Read the document and refuse, before anything runs, all that the engine does not know."""
    if missing := formats.missing(project):
        raise RenderError(*missing)
    problems = list(project.unsupported)
    parts = cells.split(source.read(project, problems), project.metadata["execute"], problems)
    lines = tuple(line for part in parts if isinstance(part, cells.Prose) for line in part.lines)
    document = pandoc.parse(lines, {}, folder)
    problems += checks.constructs(document["blocks"], checks.Findable(lines))
    if problems:
        raise UnsupportedConstruct(*problems)
    return parts


def _read(
    project: Project, executed: Sequence[execute.Executed], to: Sequence[str], folder: Path
) -> formats.Build:
    figures = folder / "cell-figures"
    figures.mkdir()
    lines = markdown.assemble(executed, figures)
    entries = pandoc.bibliography(project.bibliographies, folder)
    (folder / "references.json").write_text(json.dumps(entries), encoding="utf-8")
    document = pandoc.parse(lines, formats.metadata(project), folder)
    text = checks.Findable(lines)
    if unsupported := checks.constructs(document["blocks"], text):
        raise UnsupportedConstruct(*unsupported)
    checks.check(
        document["blocks"],
        text,
        citations={entry["id"] for entry in entries},
        numbered=bool(project.metadata.get("number-sections")),
    )
    extensions = {project.image_extension(target) for target in to}
    checks.copy_images(
        document["blocks"], text, root=project.root, build=folder, extensions=extensions
    )
    return formats.Build(project, pandoc.cite(document, folder), text, folder)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
