"""What runs inside the kernel: its set-up, and inline expressions evaluated as one batch.

The engine sends this module's text to the kernel, which therefore needs no installed `render`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, source_from_cache
from types import ModuleType

INLINE_MIME = "application/vnd.render.inline+json"
_opened: set[str] = set()


def prepare(root: str, salt: str) -> None:
    """Let cells import from the project and draw each figure as SVG and as PNG.

    Parameters
    ----------
    root
        The project's folder.
    salt
        What matplotlib derives the ids in its SVG from; without it they are random.
    """
    sys.path.insert(0, root)
    sys.addaudithook(_note_opened)
    sys.meta_path.insert(0, _Drawing(salt))


class _Drawing(MetaPathFinder):
    """Sets matplotlib up when cells first import it: most of a kernel's start would go into it."""

    def __init__(self, salt: str) -> None:
        self.salt = salt

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find matplotlib itself, and see to it that it is set up once it is loaded."""
        if name != "matplotlib":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec and spec.loader:
            load = spec.loader.exec_module

            def load_and_set_up(module: ModuleType) -> None:
                load(module)
                self.set_up(module)

            spec.loader.exec_module = load_and_set_up  # type: ignore[method-assign]
        return spec

    def set_up(self, matplotlib: ModuleType) -> None:
        """Draw each figure as SVG and as PNG, by no settings of whoever runs us."""
        from IPython import get_ipython  # noqa: PLC0415

        shell = get_ipython()
        shell.run_line_magic("matplotlib", "inline")
        shell.run_line_magic("config", "InlineBackend.figure_formats = ['svg', 'png']")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "svg.hashsalt": self.salt,
                "figure.dpi": 200,
                "savefig.dpi": 200,
                "figure.max_open_warning": 0,
            }
        )


def inline(expressions: Sequence[str]) -> None:
    """Evaluate inline expressions and display what prose shall show of each.

    Parameters
    ----------
    expressions
        Python expressions, in the order of the document.
    """
    from IPython import get_ipython  # noqa: PLC0415
    from IPython.display import display  # noqa: PLC0415

    shell = get_ipython()
    display({INLINE_MIME: [_value(shell, code) for code in expressions]}, raw=True)  # type: ignore[no-untyped-call]


def opened(root: str) -> None:
    """Display the files of a project that cells have read so far, and the modules they imported.

    Parameters
    ----------
    root
        The project's folder.
    """
    from pathlib import Path  # noqa: PLC0415

    from IPython.display import display  # noqa: PLC0415

    start, own = root + os.sep, sys.prefix + os.sep
    found = {
        source_from_cache(path) if path.endswith(".pyc") else path
        for path in _opened
        if path.startswith(start) and not path.startswith(own)
    }
    display({INLINE_MIME: sorted(path for path in found if Path(path).is_file())}, raw=True)  # type: ignore[no-untyped-call]


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not isinstance(arguments[0], (str, bytes, os.PathLike)):
        return
    if arguments[2] & os.O_ACCMODE != os.O_WRONLY:  # type: ignore[operator]
        # A link counts under its own name.
        _opened.add(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100


def _value(shell: object, code: str) -> dict[str, str]:
    try:
        value = shell.ev(code)  # type: ignore[attr-defined]
        to_markdown = getattr(value, "_repr_markdown_", None)
        # str() and not repr(): prose must never show `np.float64(0.5)`.
        return {"markdown": str(to_markdown())} if to_markdown else {"text": str(value)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
