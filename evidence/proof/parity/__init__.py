"""What HTML, PDF and Word say, read back out of them and compared."""

import zipfile
from pathlib import Path

from lxml import etree

from evidence.proof.parity import html_reader, pdf_reader, word_reader
from evidence.proof.parity.content import KINDS, Document, Item
from evidence.proof.parity.equality import DECLARED, NOT_COUNTED, Difference, compare

__all__ = [
    "DECLARED",
    "KINDS",
    "NOT_COUNTED",
    "Difference",
    "Document",
    "Item",
    "UnreadableDocument",
    "compare",
    "read",
]
READERS = {".html": html_reader.read, ".pdf": pdf_reader.read, ".docx": word_reader.read}


class UnreadableDocument(Exception):  # noqa: N818 - the public name says what it is
    """A document that is damaged or of another format; the message is ready to print."""


def read(path: Path) -> Document:
    """Read what an HTML, PDF or Word document says.

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
    except pdf_reader.DAMAGED as error:
        raise UnreadableDocument(f"{path}: can't be read as pdf: {error}") from error
