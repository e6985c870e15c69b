"""Read a document, in the format that its name tells."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

from evidence.proof.parity import html, pdf, word
from evidence.proof.parity.model import Document

READERS = {".html": html.read, ".pdf": pdf.read, ".docx": word.read}


class UnreadableDocument(Exception):  # noqa: N818 - the public name says what it is
    """A document that is damaged or of another format; the message is ready to print."""


def read(path: Path) -> Document:
    """Read what a document says.

    Parameters
    ----------
    path
        A file whose name ends with `.html`, `.pdf` or `.docx`.

    Raises
    ------
    UnreadableDocument
        If it is damaged, of another format, or a PDF without tags.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UnreadableDocument(f"{path}: its format is unknown; names end with {known}")
    try:
        return reader(path)
    except (etree.LxmlError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnreadableDocument(f"{path}: can't be read as {path.suffix[1:]}: {error}") from error
    except pdf.DAMAGED as error:
        raise UnreadableDocument(f"{path}: can't be read as pdf: {error}") from error
