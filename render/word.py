"""The Word file from which the document takes styles, page and footer."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from render import pandoc

_PARTS = ("styles.xml", "footer1.xml", "document.xml")
_FOOTER_TYPE = (
    '<Override PartName="/word/footer1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml" />'
)
_FOOTER_RELATION = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"'
    ' Id="rIdFooter1" Target="footer1.xml" />'
)


def reference(path: Path) -> Path:
    """Make Pandoc's reference file with this package's styles, page and footer in it.

    Parameters
    ----------
    path
        The file to write.
    """
    default = pandoc.run(["--print-default-data-file=reference.docx"], folder=path.parent)
    parts = {name: _template(name) for name in _PARTS}
    with (
        zipfile.ZipFile(BytesIO(default)) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for name in old.namelist():
            text = parts.pop(name.removeprefix("word/"), None) or old.read(name).decode()
            if name == "[Content_Types].xml":
                text = text.replace("</Types>", f"{_FOOTER_TYPE}</Types>")
            if name == "word/_rels/document.xml.rels":
                text = text.replace("</Relationships>", f"{_FOOTER_RELATION}</Relationships>")
            # ZipInfo's own date is fixed; Pandoc passes it on to the document.
            new.writestr(zipfile.ZipInfo(name), text)
        for name, text in parts.items():
            new.writestr(zipfile.ZipInfo(f"word/{name}"), text)
    return path


def _template(name: str) -> str:
    return (pandoc.TEMPLATES / "word" / name).read_text(encoding="utf-8")
