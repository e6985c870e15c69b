"""A Quarto project made into HTML, PDF and Word, without Quarto."""

from evidence.engine.build import FORMATS, Rendered, render
from evidence.engine.faults import (
    CellFailed,
    Problem,
    RenderCode,
    RenderError,
    UnsupportedConstruct,
)

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
