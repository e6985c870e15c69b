"""A Quarto project made into HTML, PDF and Word, without Quarto."""

from evidence.engine.build import Rendered, render
from evidence.engine.faults import (
    CellFailed,
    Problem,
    RenderCode,
    RenderError,
    UnsupportedConstruct,
)
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
