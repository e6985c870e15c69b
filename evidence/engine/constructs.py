"""What Quarto gives a meaning and the builtin engine does not, told by what it is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

# What cross-references begin with: those that the builtin engine numbers, and Quarto's others.
NUMBERED = "fig|tbl|sec|eq"
OTHERS = "lst|tip|nte|wrn|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg"
# Of each kind and name, or pattern of names, what it is and the way out.
REFUSED: Mapping[str, Mapping[str, tuple[str, str]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)


def refusal(kind: str, name: str, typed: str) -> tuple[str, str]:
    """Return the message that refuses a construct, and the way out of it.

    Parameters
    ----------
    kind
        A table of `constructs.toml`.
    name
        Its name there.
    typed
        The construct as its author wrote it.
    """
    rows = REFUSED[kind].items()
    what, way = next(row for pattern, row in rows if fnmatchcase(name, pattern))
    return f"{typed}: {what}", f"{way}, or use `--engine quarto`"
