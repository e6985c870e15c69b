"""The document whose cells run, as far as the engine lets them know it."""

import sys
from collections.abc import Mapping
from typing import Protocol


class Document(Protocol):
    """The document in which a chapter's cells stand.

    Attributes
    ----------
    titles
        The title of each section by its identifier.
    """

    titles: Mapping[str, str]


def running() -> Document | None:
    """Return the document whose cells run; None where nothing says which, as under Quarto."""
    # The builtin engine gives the variable to cells, and cells are the main module.
    return getattr(sys.modules["__main__"], "document", None)
