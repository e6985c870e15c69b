"""The document as a Word file: the styles before Pandoc's writer, and the finish after it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from evidence.engine import pandoc
from evidence.engine.formats import typeface
from evidence.engine.formats.draft import OWN, Draft
from evidence.engine.formats.word.finish import finish
from evidence.engine.formats.word.package import template


def write(draft: Draft) -> Path:
    """Write the document as a Word file."""
    face = typeface.of(draft.project)
    path = draft.write(
        "docx",
        "report.docx",
        f"--reference-doc={reference(draft.folder / 'reference.docx', face.family)}",
        f"--template={OWN / 'formats' / 'word' / 'body.openxml'}",
    )
    finish(path, face)
    return path


def reference(path: Path, family: str | None = None) -> Path:
    """Write Pandoc's reference file with this package's styles and page and a typeface in it."""
    default = pandoc.run(["--print-default-data-file=reference.docx"], folder=path.parent)
    values = {"family": escape(family or "Calibri")}
    parts = {f"word/{name}": template(name, values) for name in ("styles.xml", "document.xml")}
    with zipfile.ZipFile(BytesIO(default)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            # ZipInfo's own date is fixed.
            new.writestr(zipfile.ZipInfo(name), parts.get(name) or old.read(name))
    return path
