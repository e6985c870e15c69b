"""What Word needs around Pandoc's writer: the styles before it, and the finish after it."""

from render.word.finish import finish
from render.word.fonts import Typeface, lacking, typeface
from render.word.reference import reference

__all__ = ["Typeface", "finish", "lacking", "reference", "typeface"]
