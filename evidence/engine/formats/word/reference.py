"""The Word file from which the document takes its styles and its page."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from evidence.engine import pandoc
from evidence.engine.formats.word import package

_PARTS = ("styles.xml", "document.xml")


def reference(path: Path, family: str | None = None) -> Path:
    """Make Pandoc's reference file with this package's styles and page in it.

    Parameters
    ----------
    path
        The file to write.
    family
        The typeface of all text, if not Word's own.
    """
    default = pandoc.run(["--print-default-data-file=reference.docx"], folder=path.parent)
    values = {"family": escape(family or "Calibri")}
    parts = {f"word/{name}": package.template(name, values) for name in _PARTS}
    with (
        zipfile.ZipFile(BytesIO(default)) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for name in old.namelist():
            # ZipInfo's own date is fixed.
            new.writestr(zipfile.ZipInfo(name), parts.get(name) or old.read(name))
    return path
