"""What Word needs around Pandoc's writer: the styles before it, and the finish after it."""

from evidence.engine.formats.word.finish import finish
from evidence.engine.formats.word.fonts import Typeface, lacking, typeface
from evidence.engine.formats.word.reference import reference

__all__ = ["Typeface", "finish", "lacking", "reference", "typeface"]
