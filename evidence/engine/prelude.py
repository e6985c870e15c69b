"""What runs inside the kernel: its set-up, and inline expressions evaluated as one batch.

The engine sends this module's text to the kernel, which therefore needs no installed engine.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping, Sequence

INLINE_MIME = "application/vnd.render.inline+json"
_opened: set[str] = set()


class Document:
    """The document that a cell stands in, which cells know as `document`.

    Attributes
    ----------
    section
        The titles above the cell or inline expression that runs now, such as "Results: Costs".
    titles
        The title of each heading, figure and table by identifier.
    """

    section = ""
    titles: Mapping[str, str] = {}


document = Document()


def prepare(root: str, titles: Mapping[str, str]) -> None:
    """Let cells import from the project's folder and know `document`."""
    from IPython import get_ipython  # noqa: PLC0415

    sys.path.insert(0, root)
    # Each figure shall say so, not the first alone.
    warnings.filterwarnings("always", message="Glyph .* missing from")
    sys.addaudithook(_note_opened)
    document.titles = titles
    get_ipython().push({"document": document})


def enter(section: str) -> None:
    """Say in which section the next cell stands."""
    document.section = section


def inline(expressions: Sequence[tuple[str, str]]) -> None:
    """Evaluate expressions, each with its section, and display what prose shall show of them."""
    from IPython import get_ipython  # noqa: PLC0415

    shell = get_ipython()
    values = []
    for code, section in expressions:
        enter(section)
        try:
            value = shell.ev(code)
            to_markdown = getattr(value, "_repr_markdown_", None)
            # str() and not repr(): prose must never show `np.float64(0.5)`.
            values.append({"markdown": str(to_markdown())} if to_markdown else {"text": str(value)})
        except Exception as error:
            values.append({"error": f"{type(error).__name__}: {error}"})
    _display(values)


def opened(root: str) -> None:
    """Display the files of a project that cells have read so far, and the modules they imported."""
    from importlib.util import source_from_cache  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    start, own = root + os.sep, sys.prefix + os.sep
    found = {
        source_from_cache(path) if path.endswith(".pyc") else path
        for path in _opened
        if path.startswith(start) and not path.startswith(own)
    }
    _display(sorted(path for path in found if Path(path).is_file()))


def _display(values: object) -> None:
    from IPython.display import display  # noqa: PLC0415

    display({INLINE_MIME: values}, raw=True)  # type: ignore[no-untyped-call]


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not isinstance(arguments[0], (str, bytes, os.PathLike)):
        return
    if arguments[2] & os.O_ACCMODE != os.O_WRONLY:  # type: ignore[operator]
        # A link counts under its own name.
        _opened.add(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100
