"""A stranger's Word file, opened with care: what is asked for is read, and never more than fits."""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from evidence.review.remarks import UnreadableError

# What no report comes near, and a file made to harm might. Pictures are never unpacked.
MOST_BYTES = 200_000_000
MOST_ENTRIES = 20_000
MOST_UNPACKED = 150_000_000
# Zip makes text a tenth or a twentieth as large; a part smaller than this may be as empty as it is.
MOST_TIMES = 250
SMALL = 5_000_000

_CHUNK = 1 << 20
_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    ValueError,
)  # fmt: skip
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# What Word calls "Strict Open XML" says the same under other names.
_STRICT = {
    b"http://purl.oclc.org/ooxml/officeDocument/": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/"
    ),
    **{
        b"http://purl.oclc.org/ooxml/%s/main" % name: (
            b"http://schemas.openxmlformats.org/%s/2006/main" % name
        )
        for name in (b"wordprocessingml", b"drawingml")
    },
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": (
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    ),
}
_SAVE = "save it as a Word document (.docx) and call again with that"
_OPEN = "open it in Word or LibreOffice, which may repair it, save it as .docx, and call again"
_ASK = "ask the sender for it anew"
# What a file that is no zip begins with.
_STARTS = {
    b"%PDF-": "is a PDF and no Word document; name the .docx",
    b"{\\rtf": f"is in Rich Text Format; {_SAVE}",
    b"<": f"is HTML or XML; open it in Word or LibreOffice and {_SAVE}",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = {
    "EncryptedPackage": "is encrypted; open it with its password, save it without, and call again",
    "WordDocument": f"is in Word's format of before 2007 (.doc); {_SAVE}",
}
# What may stand where a Word file has its text.
_OTHERS = {
    "xl/": f"is a spreadsheet (.xlsx), no Word document; {_ASK}",
    "ppt/": f"is a presentation (.pptx), no Word document; {_ASK}",
    "visio/": f"is a drawing (.vsdx), no Word document; {_ASK}",
}
_OPEN_DOCUMENT = {
    "text": f"is an OpenDocument text (.odt); {_SAVE}",
    "spreadsheet": f"is an OpenDocument spreadsheet (.ods), no Word document; {_ASK}",
    "presentation": f"is an OpenDocument presentation (.odp), no Word document; {_ASK}",
}


@dataclass
class Package:
    """The parts of a Word file, found by how they are related; `main` has the text."""

    archive: zipfile.ZipFile
    main: str = ""
    unpacked: int = 0
    relations: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def related(self, kind: str, to: str | None = None) -> Iterator[str]:
        """Yield the names of the parts of a kind, the text's own or those related to a part."""
        source = self.main if to is None else to
        if source not in self.relations:
            self.relations[source] = list(self._relations(source))
        return (name for of_kind, name in self.relations[source] if of_kind == kind)

    def _relations(self, source: str) -> Iterator[tuple[str, str]]:
        folder, name = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in () if root is None else root.iter(_RELATION):
            if relation.get("TargetMode") != "External":
                target = unquote(str(relation.get("Target") or ""))
                path = posixpath.normpath(posixpath.join("/", folder, target))
                yield str(relation.get("Type")).rpartition("/")[2], path.lstrip("/")

    def part(self, kind: str, to: str | None = None) -> etree._Element | None:
        """Return the first part of a kind, if there is one."""
        return next(map(self.xml, self.related(kind, to)), None)

    def xml(self, name: str) -> etree._Element | None:
        """Return the XML of a part, if there is one."""
        try:
            info = self.archive.getinfo(name)
        except KeyError:
            return None
        data = self._read(info)
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        # The parser's own bounds stay: it stops at 256 levels, and at a text of ten megabytes.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                                 remove_pis=True)  # fmt: skip
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            said = f"is damaged: {name} is no XML ({error.msg}); {_OPEN}"
            raise _unreadable(said) from None
        if root.getroottree().docinfo.internalDTD is not None:
            said = f"has a document type in {name}, as no Word file has; {_ASK}"
            raise _unreadable(said)
        return root

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        """Unpack a part, and stop where it grows beyond what a report may be."""
        if info.flag_bits & 1:
            raise _unreadable(f"is a zip file with a password; {_ASK}")
        chunks: list[bytes] = []
        size = 0
        try:
            with self.archive.open(info) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    self.unpacked += len(chunk)
                    swells = size > max(SMALL, MOST_TIMES * info.compress_size)
                    if swells or self.unpacked > MOST_UNPACKED:
                        said = f"unpacks to more than any report does, at {info.filename}; {_ASK}"
                        raise _unreadable(said)
                    chunks.append(chunk)
        except (*_FAULTS, OSError) as error:
            said = f"is damaged: {info.filename} can't be unpacked ({error}); {_ASK}"
            raise _unreadable(said) from None
        return b"".join(chunks)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a Word file; one that is none raises an error that says what it is."""
    try:
        if path.stat().st_size > MOST_BYTES:
            said = f"is larger than {MOST_BYTES // 10**6} MB, as no report is; {_ASK}"
            raise _unreadable(said)
        with path.open("rb") as file:
            start = file.read(len(_OLE))
            if not start.startswith(b"PK"):
                raise _unreadable(_no_zip(start, start + file.read()))
            file.seek(0)
            try:
                archive = zipfile.ZipFile(file)
            except _FAULTS as error:
                said = f"is damaged: its list of parts can't be read ({error}); {_ASK}"
                raise _unreadable(said) from None
            with archive:
                yield _package(archive)
    except OSError as error:
        raise _unreadable(f"can't be read: {error.strerror}") from None


def _package(archive: zipfile.ZipFile) -> Package:
    names = archive.namelist()
    if len(names) > MOST_ENTRIES:
        raise _unreadable(f"has more than {MOST_ENTRIES:,} parts, as no report has; {_ASK}")
    package = Package(archive)
    related = [*package.related("officeDocument", ""), "word/document.xml"]
    package.main = next(
        (name for name in related if name.startswith("word/") and name in names), ""
    )
    if not package.main:
        raise _unreadable(_no_word(package, names))
    return package


def _no_zip(start: bytes, data: bytes) -> str:
    """Say what a file is that is no zip."""
    if not data:
        return f"is empty; {_ASK}"
    if start == _OLE:
        for name, said in _OLD.items():
            if name.encode("utf-16-le") in data:
                return said
        return f"is in an Office format of before 2007; {_SAVE}"
    text = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")
    said = next((said for first, said in _STARTS.items() if text.startswith(first)), "")
    return said or f"is no Word document; {_ASK}"


def _no_word(package: Package, names: list[str]) -> str:
    """Say what a zip is that has no Word document."""
    if "mimetype" in names:
        data = package._read(package.archive.getinfo("mimetype"))
        kind = (
            data.decode(errors="replace").rpartition("opendocument.")[2].partition("-")[0].strip()
        )
        if kind in _OPEN_DOCUMENT:
            return _OPEN_DOCUMENT[kind]
    for folder, said in _OTHERS.items():
        if any(name.startswith(folder) for name in names):
            return said
    if any(name.startswith("word/") for name in names):
        return f"is damaged: its text, word/document.xml, is missing; {_ASK}"
    return f"is a zip file, but no Word document; {_ASK}"


def _unreadable(said: str) -> UnreadableError:
    return UnreadableError(f"it {said}")
