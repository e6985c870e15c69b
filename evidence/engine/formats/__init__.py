"""The formats that documents are written in, one module each."""

from pathlib import Path

from evidence.engine.faults import Problem
from evidence.engine.formats import docx, html, pdf, typeface
from evidence.engine.formats.draft import Draft
from evidence.engine.project import Project

_WRITERS = {"html": html.write, "pdf": pdf.write, "docx": docx.write}
FORMATS = tuple(_WRITERS)


def write(draft: Draft, target: str) -> Path:
    """Write the document as "html", "pdf" or "docx"."""
    return _WRITERS[target](draft)


def unfit(project: Project) -> list[Problem]:
    """List the type and the files of style sheets that the project names and cannot take."""
    return [*typeface.missing(project), *html.unfit(project)]
