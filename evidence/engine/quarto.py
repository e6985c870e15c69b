"""Quarto's own rendering of the same project, where Quarto is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evidence.engine.document import Cell, Document
from evidence.engine.faults import Problem, RenderError
from evidence.engine.settings import FORMAT_NAMES

# `Cell 3/12: 'tbl-sources'...Done`, as Quarto's Jupyter engine counts cells.
_CELL = re.compile(r"\bCell (?P<at>\d+)/(?P<of>\d+)(?:: '(?P<label>[^']*)')?")
# Faults in YAML: `In file report.qmd`, and then `(line 3, columns 1--5)`.
_IN_FILE = re.compile(r"In file (?P<file>.*\S)")
_AT_LINE = re.compile(r"\(line (?P<line>\d+)[,)]")
# nbclient frames a failing cell by rules.
_FAILING = re.compile(r"executing the following cell:\n-+\n(?P<code>.*?)\n-{5,}", re.DOTALL)
_RAISED = re.compile(r"^(?P<what>\w*(?:Error|Exception|Interrupt)\b.*)$", re.MULTILINE)
# What Pandoc and Quarto warn of, but for advice to install a validator.
_WARNING = re.compile(
    r"^(?:\[WARNING\]|\(W\)|WARN(?:ING)?:)(?! *PDF standard) *(?P<what>.+)$", re.MULTILINE
)
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def render(
    document: Document,
    targets: Sequence[str],
    folder: Path,
    metadata: Mapping[str, Any],
    progress: Callable[[str], None],
) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Let Quarto render the document into an empty folder, in each of the wanted formats.

    Returns
    -------
    tuple
        The documents, and what Quarto warned of.

    Raises
    ------
    RenderError
        If there is no Quarto or it fails; with file and line where it tells them, or where the
        failing cell is found in the chapters.
    """
    program = shutil.which("quarto")
    if program is None:
        install = "install it (`conda env create` or quarto.org)"
        hint = f"{install}, or use the builtin engine, which needs nothing"
        message = "there is no `quarto` on the PATH"
        raise RenderError(Problem("no-quarto", "", 0, message, hint))
    project, paths = document.project, {}
    warnings: dict[str, None] = {}
    for target in targets:
        progress(f"quarto   {target}")
        command = [
            program, "render", str(project.document), "--to", FORMAT_NAMES[target],
            "--output-dir", str(folder),
            *(f"--metadata={key}:{value}" for key, value in metadata.items()),
        ]  # fmt: skip
        code, said = _run(command, document, target, progress)
        path = folder / project.document.with_suffix(f".{target}").name
        if code or not path.is_file():
            raise RenderError(*_problems(document, target, said))
        paths[target] = path
        warnings |= dict.fromkeys(_warnings(document, said))
    return paths, tuple(warnings)


def _run(
    command: Sequence[str], document: Document, target: str, progress: Callable[[str], None]
) -> tuple[int, str]:
    """Run Quarto, pass its progress on, and return its exit code and what it said."""
    said = []
    with subprocess.Popen(  # noqa: S603 - found on the PATH, with arguments of ours
        command,
        cwd=document.project.root,
        env={**os.environ, **document.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                said.append(_ANSI.sub("", line))
                if cell := _CELL.search(said[-1]):
                    label = cell["label"] or ""
                    step = f"quarto   {target}: cell {cell['at']}/{cell['of']} {label}"
                    progress(step.rstrip())
        except BaseException:
            process.kill()
            raise
    return process.returncode, "".join(said)


def _warnings(document: Document, said: str) -> Iterator[str]:
    """Yield what Quarto warned of, at the author's line where Pandoc finds it there, too."""
    for match in _WARNING.finditer(said):
        if " at line " not in match["what"]:
            yield f"Quarto: {match['what']}"
            continue
        # Quarto's lines are those of the text after cells have run.
        try:
            _ = document.blocks
            yield f"Quarto: {match['what']}"
        except RenderError as error:
            yield from map(str, error.problems)


def _problems(document: Document, target: str, said: str) -> list[Problem]:
    """Say what Quarto complained of, and where in the project it is."""
    if "YAMLException" in said and (unread := [p for p in document.unsupported if _is_no_yaml(p)]):
        return unread
    return [_problem(document, target, said)]


def _is_no_yaml(problem: Problem) -> bool:
    return problem.code == "bad-cell-option" and "no YAML" in problem.message


def _problem(document: Document, target: str, said: str) -> Problem:
    if failing := _FAILING.search(said):
        raised = _RAISED.findall(said[failing.end() :])
        message = f"the cell failed: {raised[-1] if raised else 'it raised an exception'}"
        code = re.sub(r"^#\|.*$", "", failing["code"], flags=re.MULTILINE).split()
        for cell in (part for part in document.parts if isinstance(part, Cell)):
            if cell.code.split() == code:
                hint = "correct the cell or what it calls"
                return cell.start.problem("cell-failed", message, hint)
    tail = "\n".join(said.strip().splitlines()[-15:])
    message = f"Quarto failed to render {target}:\n{tail}\n"
    file, line = _IN_FILE.search(said), _AT_LINE.search(said)
    place = Path(file["file"]) if file else document.project.document
    if place.is_relative_to(document.project.root):
        place = place.relative_to(document.project.root)
    number = int(line["line"]) if file and line else 0
    return Problem("quarto-failed", place.as_posix(), number, message, "see its message")
