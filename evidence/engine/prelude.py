"""What runs inside the kernel: its set-up, and inline expressions evaluated as one batch.

The engine sends this module's text to the kernel, which therefore needs no installed engine.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import ClassVar

INLINE_MIME = "application/vnd.render.inline+json"


class Document:
    """The document that a cell stands in, which cells know as `document`.

    Attributes
    ----------
    titles
        The title of each heading, figure and table by identifier.
    """

    titles: Mapping[str, str] = {}


class Traces:
    """What cells did so far, by the number of the first cell or expression that did it."""

    now = 0
    read: ClassVar[dict[str, int]] = {}
    written: ClassVar[dict[str, int]] = {}
    imported: ClassVar[dict[str, int]] = {}
    early: ClassVar[set[str]] = set()


document = Document()


def watch() -> None:
    """Note from now on what is read, written and imported."""
    sys.addaudithook(_note)


def prepare(root: str, titles: Mapping[str, str]) -> None:
    """Let cells import from the project's folder and know `document`."""
    from IPython import get_ipython  # noqa: PLC0415

    sys.path.insert(0, root)
    # Each figure shall say so, not the first alone.
    warnings.filterwarnings("always", message="Glyph .* missing from")
    document.titles = titles
    shell = get_ipython()
    shell.push({"document": document})
    # A message of its own for this would be half of the time of most cells.
    shell.events.register("pre_run_cell", _enter)
    Traces.early.update(sys.modules)


def inline(expressions: Sequence[str]) -> None:
    """Evaluate expressions and display what prose shall show of them."""
    from IPython import get_ipython  # noqa: PLC0415

    shell = get_ipython()
    values = []
    for at, code in enumerate(expressions):
        if at:
            _enter()
        try:
            value = shell.ev(code)
            to_markdown = getattr(value, "_repr_markdown_", None)
            # str() and not repr(): prose must never show `np.float64(0.5)`.
            values.append({"markdown": str(to_markdown())} if to_markdown else {"text": str(value)})
        except Exception as error:
            values.append({"error": f"{type(error).__name__}: {error}"})
    _display(values)


def traces(root: str, apart: str) -> None:
    """Display which files of a project cells have read and written, and what they imported.

    Modules are told by their top-level names: those that are there, and those sought in vain. By
    their full names it tells those that are loaded and neither of the project nor of the package
    `apart`, and which of them cells loaded.
    """
    from importlib.util import source_from_cache  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    start, own = root + os.sep, sys.prefix + os.sep

    def files(found: Mapping[str, int]) -> list[tuple[str, int]]:
        return [
            (source_from_cache(path) if path.endswith(".pyc") else path, number)
            for path, number in found.items()
            if path.startswith(start) and not path.startswith(own)
        ]

    # What was read of the project, or of its own package, may be other at the next run.
    loaded = [
        name
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None))
        and (not file.startswith(start) or file.startswith(own))
        and name.partition(".")[0] != apart
    ]
    there = {name.partition(".")[0] for name in sys.modules}
    _display(
        {
            "read": [row for row in files(Traces.read) if Path(row[0]).is_file()],
            "written": files(
                # Python itself keeps there what it has compiled.
                {path: at for path, at in Traces.written.items() if "__pycache__" not in path}
            ),
            "imported": sorted(there - sys.stdlib_module_names),
            "loaded": loaded,
            "late": [name for name in loaded if name not in Traces.early],
            "absent": sorted({*Traces.imported} - there - sys.stdlib_module_names),
        }
    )


def _enter(*_: object) -> None:
    """Count the next cell or expression."""
    Traces.now += 1


def _display(values: object) -> None:
    from IPython.display import display  # noqa: PLC0415

    display({INLINE_MIME: values}, raw=True)  # type: ignore[no-untyped-call]


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "import":
        Traces.imported.setdefault(str(arguments[0]).partition(".")[0], Traces.now)
    elif event == "open":
        flags = arguments[2]
        if isinstance(flags, int):
            if flags & os.O_ACCMODE != os.O_WRONLY:
                _note_path(Traces.read, arguments[0])
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_TRUNC | os.O_CREAT):
                _note_path(Traces.written, arguments[0])
    elif event in ("os.rename", "os.remove"):
        for path in arguments[: 2 if event == "os.rename" else 1]:
            _note_path(Traces.written, path)


def _note_path(noted: dict[str, int], path: object) -> None:
    if isinstance(path, (str, bytes, os.PathLike)):
        # A link counts under its own name.
        noted.setdefault(os.path.abspath(os.fsdecode(path)), Traces.now)  # noqa: PTH100
