"""The styles, pages and running heads of this package's Word files, as Pandoc takes them.

Call `python -m evidence.engine.formats.word.reference fonts/reference.docx "Source Sans 3" en-GB`.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path

from evidence.engine import pandoc
from evidence.engine.formats import docx
from evidence.engine.formats.word import package
from evidence.engine.formats.word.package import template, w

_DEFAULT = ["--print-default-data-file=reference.docx"]
_DOCUMENT = "word/document.xml"


def reference(family: str, lang: str) -> dict[str, bytes]:
    """Return the parts of a `reference-doc`, with which Quarto's Word files look like ours.

    Parameters
    ----------
    family
        The typeface, which readers need to have: Pandoc embeds none.
    lang
        The language of the text.
    """
    with zipfile.ZipFile(BytesIO(pandoc.run(_DEFAULT, folder=Path()))) as file:
        parts = {name: file.read(name) for name in file.namelist() if not name.endswith("/")}
    document = package.parse(parts[_DOCUMENT])
    body = document[0]
    for old in body.findall(w("sectPr")):
        body.remove(old)
    body.append(docx.section("portrait"))
    parts[_DOCUMENT] = package.serialise(document)
    parts["word/styles.xml"] = template("styles.xml", family=family, lang=lang)
    parts["word/settings.xml"] = template("settings.xml", embed="")
    parts |= docx.running_parts("")
    docx.register(parts)
    return parts


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(package.packed(reference(*sys.argv[2:])))
