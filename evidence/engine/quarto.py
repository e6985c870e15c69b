"""Quarto's own rendering of the same project, where Quarto is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evidence.engine.document import Document
from evidence.engine.faults import Problem, RenderError
from evidence.engine.settings import FORMAT_NAMES

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# `Cell 3/12: 'tbl-sources'...Done`, as Quarto's Jupyter engine counts cells.
_CELL = re.compile(r"\bC(?P<number>ell \d+/\d+)(?:: '(?P<label>[^']*)')?")
_LINES_TOLD = 15


def render(
    document: Document,
    targets: Sequence[str],
    folder: Path,
    metadata: Mapping[str, str],
    progress: Callable[[str], None],
) -> dict[str, Path]:
    """Let Quarto render the document into an empty folder, in each of the wanted formats.

    Raises
    ------
    RenderError
        If there is no Quarto or it fails.
    """
    program = shutil.which("quarto")
    if program is None:
        install = "install it (`conda env create` or quarto.org)"
        hint = f"{install}, or use the builtin engine, which needs nothing"
        message = "there is no `quarto` on the PATH"
        raise RenderError(Problem("no-quarto", "", 0, message, hint))
    project, paths = document.project, {}
    for target in targets:
        progress(f"quarto   {target}")
        command = [
            program, "render", str(project.document), "--to", FORMAT_NAMES[target],
            "--output-dir", str(folder),
            *(f"--metadata={key}:{value}" for key, value in metadata.items()),
        ]  # fmt: skip
        code, said = _run(command, project.root, target, progress)
        paths[target] = folder / project.document.with_suffix(f".{target}").name
        if code or not paths[target].is_file():
            # It ends with what was wrong, and where.
            tail = "\n".join(said.strip().splitlines()[-_LINES_TOLD:])
            message = f"Quarto failed to render {target}:\n{tail}\n"
            place = str(project.document), 0
            raise RenderError(Problem("quarto-failed", *place, message, "see its message"))
    return paths


def _run(
    command: Sequence[str], root: Path, target: str, progress: Callable[[str], None]
) -> tuple[int, str]:
    """Run Quarto, tell each cell, and return its exit code and what it said."""
    said = []
    with subprocess.Popen(  # noqa: S603 - found on the PATH, with arguments of ours
        command,
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                said.append(_ANSI.sub("", line))
                if cell := _CELL.search(said[-1]):
                    progress(f"quarto   {target}: c{cell['number']} {cell['label'] or ''}".rstrip())
        except BaseException:
            process.kill()
            raise
    return process.returncode, "".join(said)
