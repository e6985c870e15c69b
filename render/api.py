"""The one verb: render a project."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from render import cells, checks, execute, formats, markdown, pandoc, quarto, source
from render.errors import Problem, RenderError, UnsupportedConstruct
from render.project import Project, load

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
    project: Path,
    *,
    to: Sequence[str] = FORMATS,
    output: Path,
    engine: str = "builtin",
    metadata: Mapping[str, str] | None = None,
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
            raise RenderError(Problem("", 0, f"there is no {name!r}", f"use {', '.join(known)}"))
    loaded = load(project.resolve(), metadata)
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="render-") as name:
        folder = Path(name)
        if engine == "quarto":
            with _timed(seconds, "quarto"):
                made = quarto.render(loaded, to, folder, metadata or {}, progress)
        else:
            made = _builtin(loaded, to, folder, progress, seconds)
        paths = _deliver(made, output, loaded.document.stem)
    return Rendered(engine, paths, seconds)


def _builtin(
    project: Project,
    to: Sequence[str],
    folder: Path,
    progress: Callable[[str], None],
    seconds: dict[str, float],
) -> dict[str, Path]:
    with _timed(seconds, "check"):
        progress("check    constructs")
        parts = _parts(project, folder)
    with _timed(seconds, "execute"):
        executed = execute.execute(project, parts, progress)
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


def _parts(project: Project, folder: Path) -> tuple[cells.Prose | cells.Cell, ...]:
    """Read the document and refuse, before anything runs, all that the engine does not know."""
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
    named = project.metadata.get("bibliography") or []
    files = [project.root / name for name in ([named] if isinstance(named, str) else named)]
    for file in files:
        if not file.is_file():
            hint = "correct `bibliography:`"
            raise RenderError(Problem("_quarto.yml", 0, f"{file.name} does not exist", hint))
    entries = pandoc.bibliography(files, folder)
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
    return formats.Build(project, document, text, folder)


def _deliver(made: Mapping[str, Path], output: Path, stem: str) -> dict[str, Path]:
    output.mkdir(parents=True, exist_ok=True)
    paths = {target: output / f"{stem}.{target}" for target in made}
    # Beside their places first: a full disk must fail before anything is replaced.
    beside = {target: path.with_name(f".{path.name}.new") for target, path in paths.items()}
    for target, path in made.items():
        shutil.copyfile(path, beside[target])
    for target, path in paths.items():
        beside[target].replace(path)
    return paths


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
