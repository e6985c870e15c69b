"""What runs inside the kernel: its set-up, and inline expressions evaluated as one batch.

The engine sends this module's text to the kernel, which therefore needs no installed `render`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

INLINE_MIME = "application/vnd.render.inline+json"


def prepare(root: str, salt: str) -> None:
    """Let cells import from the project and draw each figure as SVG and as PNG.

    Parameters
    ----------
    root
        The project's folder.
    salt
        What matplotlib derives the ids in its SVG from; without it they are random.
    """
    import matplotlib  # noqa: PLC0415 - only the kernel may pay for this import
    from IPython import get_ipython  # noqa: PLC0415

    sys.path.insert(0, root)
    shell = get_ipython()
    shell.run_line_magic("matplotlib", "inline")
    shell.run_line_magic("config", "InlineBackend.figure_formats = ['svg', 'png']")
    # Not what a user has set for their own figures.
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(
        {"svg.hashsalt": salt, "figure.dpi": 200, "savefig.dpi": 200, "figure.max_open_warning": 0}
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


def _value(shell: object, code: str) -> dict[str, str]:
    try:
        value = shell.ev(code)  # type: ignore[attr-defined]
        to_markdown = getattr(value, "_repr_markdown_", None)
        # str() and not repr(): prose must never show `np.float64(0.5)`.
        return {"markdown": str(to_markdown())} if to_markdown else {"text": str(value)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
