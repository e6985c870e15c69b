"""The formats that documents are written in, one module each."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.engine.faults import Problem
from evidence.engine.formats import html, typeface
from evidence.engine.project import Project

if TYPE_CHECKING:
    from evidence.engine.formats.draft import Draft

FORMATS = ("html", "pdf", "docx")


def write(draft: "Draft", target: str) -> Path:
    """Write the document as "html", "pdf" or "docx"."""
    # What is slow to import is imported for those who want that format.
    made: Path = import_module(f"evidence.engine.formats.{target}").write(draft)
    return made


def unfit(project: Project) -> list[Problem]:
    """List the type and the files of style sheets that the project names and cannot take."""
    return [*typeface.missing(project), *html.unfit(project)]
