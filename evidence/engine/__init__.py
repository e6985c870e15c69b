"""A Quarto project made into HTML, PDF and Word, without Quarto."""

from typing import TYPE_CHECKING, Any

from evidence.engine.faults import (
    CellFailed,
    Problem,
    RenderCode,
    RenderError,
    UnsupportedConstruct,
)

if TYPE_CHECKING:
    from evidence.engine.build import Rendered, render
    from evidence.engine.formats import FORMATS

__all__ = [
    "FORMATS",
    "CellFailed",
    "Problem",
    "RenderCode",
    "RenderError",
    "Rendered",
    "UnsupportedConstruct",
    "render",
]


def __getattr__(name: str) -> Any:
    # What makes documents takes long to import, and who asks for their inputs makes none.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from evidence.engine import build, formats  # noqa: PLC0415

    return getattr(formats if name == "FORMATS" else build, name)
