"""The names that a chapter uses, of the review around the folder in which it runs.

A chapter begins with ``from evidence.names import *``; `evidence.report.chapter.names` says which
names there are.
"""

from pathlib import Path

from evidence.report.chapter import names
from evidence.report.frames import open_review

globals().update(_names := names(open_review(Path.cwd())))
__all__ = [*_names]  # noqa: PLE0604 - names of the review, not of the module
