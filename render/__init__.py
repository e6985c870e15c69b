"""A Quarto project made into HTML, PDF and Word, without Quarto."""

from render.api import FORMATS, Rendered, render
from render.errors import CellFailed, Problem, RenderCode, RenderError, UnsupportedConstruct

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
