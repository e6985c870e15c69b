"""A stranger's REFI-QDA file, opened with care: its XML, and the texts that it carries.

Nothing is unpacked to disk, and what stands outside the file is never looked at.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from evidence.exchange.tables.grids import Unreadable
from evidence.model.faults import quote

# The XML of a project with 100,000 passages is not as large, and no interview is a tenth of it.
MOST_XML, MOST_TEXT, MOST_TEXTS = 100_000_000, 10_000_000, 200_000_000
# What elements and attributes are counted by: each needs memory many times its size.
MOST_NODES = 10_000_000
# Signs in all passages together, which may overlap.
MOST_QUOTED = 100_000_000
MOST_PARTS = 20_000
PROJECT = ".qde"
_FOLDER = "sources/"
_INTERNAL = "internal"
_ENCRYPTED = 1
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


@dataclass
class Package:
    """A project's XML and texts, or a codebook's XML alone.

    Attributes
    ----------
    texts
        The texts by file name, in small letters.
    missing
        The paths that lead to no text here, in the order in which they were asked for.
    quoted
        How many signs the passages have that were asked for.
    """

    root: etree._Element
    texts: Mapping[str, str]
    missing: dict[str, None] = field(default_factory=dict)
    quoted: int = 0

    def text(self, path: str) -> str | None:
        """Return the text at a path of the XML, if the file carries it."""
        scheme, sign, name = path.partition("://")
        # Some tools leave the scheme out.
        within = name if sign else scheme
        wanted = within.replace("\\", "/").strip("/").lower()
        if (sign and scheme.lower() != _INTERNAL) or wanted not in self.texts:
            self.missing[path] = None
            return None
        return self.texts[wanted]

    def quote(self, signs: int) -> None:
        """Count the signs of passages before they are cut out, and stop where they are too many."""
        self.quoted += signs
        if self.quoted > MOST_QUOTED:
            raise Unreadable(f"its passages have more than {MOST_QUOTED:,} signs together")


def open_package(path: Path) -> Package:
    """Open a project (.qdpx), its XML alone (.qde), or a codebook (.qdc).

    Raises
    ------
    Unreadable
        It is none, or is not safe to read.
    """
    if not zipfile.is_zipfile(path):
        size = path.stat().st_size
        if size > MOST_XML:
            raise Unreadable(f"it has {size:,} bytes; {MOST_XML:,} are the most that is read")
        return Package(read_xml(path.read_bytes()), {})
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpacked(archive)
    except _DAMAGED as error:
        message = f"the archive is damaged ({quote(str(error))}); export the project anew"
        raise Unreadable(message) from error


def _unpacked(archive: zipfile.ZipFile) -> Package:
    parts = [part for part in archive.infolist() if not part.is_dir()]
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"it has {len(parts):,} parts; {MOST_PARTS:,} are the most that is read")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Unreadable("it has a password; export the project without one")
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.partition("/")[0]:
            raise Unreadable(f"a part of it, {quote(part.filename)}, would climb out of its folder")
    # ATLAS.ti names it after the project, and no tool puts a second one there.
    projects = [part for part in parts if part.filename.lower().endswith(PROJECT)]
    if len(projects) != 1:
        raise Unreadable(f"it has {len(projects)} files {PROJECT}, and a project has one")
    root = read_xml(_read(archive, projects[0], MOST_XML))
    texts: dict[str, str] = {}
    left = MOST_TEXTS
    for part in parts:
        name = part.filename.replace("\\", "/").lower()
        if name.startswith(_FOLDER) and posixpath.splitext(name)[1] == ".txt":
            raw = _read(archive, part, min(left, MOST_TEXT))
            left -= len(raw)
            texts[name.removeprefix(_FOLDER)] = _decoded(raw, part.filename)
    return Package(root, texts)


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack a part, whatever the archive says of its size, and stop where it grows too large."""
    with archive.open(part) as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        limits = f"{MOST_TEXT:,} bytes of a text, {MOST_TEXTS:,} of all, {MOST_XML:,} of XML"
        raise Unreadable(f"{quote(part.filename)} unpacks to more than is read: {limits}")
    return raw


def _decoded(raw: bytes, name: str) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"{quote(name)} is not UTF-8, as the standard has it, from byte {error.start:,}"
        raise Unreadable(message) from error


def read_xml(raw: bytes) -> etree._Element:
    """Return the root of a stranger's XML, of which nothing is expanded or fetched."""
    # No tool declares types; an attack with entities has to.
    if b"<!DOCTYPE" in raw[:MOST_XML].replace(b"\0", b"").upper():
        raise Unreadable("it declares types of its own, as no tool does and an attack has to")
    if raw.count(b"<") + raw.count(b"=") > MOST_NODES:
        raise Unreadable(f"it has more than {MOST_NODES:,} elements and attributes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"it is no XML ({quote(str(error))}); export it anew") from error
