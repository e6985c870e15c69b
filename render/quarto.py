"""Quarto's own rendering of the same project, where Quarto is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from render.errors import Problem, RenderCode, RenderError
from render.project import FORMAT_NAMES, Project


def render(
    project: Project,
    targets: Sequence[str],
    folder: Path,
    metadata: Mapping[str, str],
    progress: Callable[[str], None],
) -> dict[str, Path]:
    """Let Quarto render the document.

    Parameters
    ----------
    project
        The project.
    targets
        The wanted formats.
    folder
        An empty folder that takes the documents.
    metadata
        What wins over the project's own metadata.
    progress
        Called with one line per format.
    """
    program = shutil.which("quarto")
    if program is None:
        hint = (
            "install it (`conda env create` or quarto.org), or use the builtin engine, "
            "which needs nothing"
        )
        raise RenderError(
            Problem(RenderCode.NO_QUARTO, "", 0, "there is no `quarto` on the PATH", hint)
        )
    paths = {}
    for target in targets:
        progress(f"quarto   {target}")
        command = [
            program, "render", str(project.document), "--to", FORMAT_NAMES[target],
            "--output-dir", str(folder),
            *(f"--metadata={key}:{value}" for key, value in metadata.items()),
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603 - found on the PATH, with arguments of ours
            command, cwd=project.root, capture_output=True, text=True, check=False
        )
        path = folder / project.document.with_suffix(f".{target}").name
        if done.returncode or not path.is_file():
            tail = "\n".join(done.stderr.strip().splitlines()[-15:])
            message = f"Quarto failed to render {target}:\n{tail}\n"
            raise RenderError(
                Problem(
                    RenderCode.QUARTO_FAILED, str(project.document), 0, message, "see its message"
                )
            )
        paths[target] = path
    return paths
