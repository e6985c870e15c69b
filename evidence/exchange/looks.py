"""What a stranger's file is, by what stands in it; nothing is unpacked or believed for that."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.exchange.sampling.coding_sheet import CODER, QUESTION, VERSION
from evidence.exchange.sampling.coding_workbook import CODINGS, INSTRUCTIONS, SOURCES

_START = 8_000
# Of an archive, only its list of parts is read, and a list longer than this not even looked at:
# a part without content takes some fifty bytes there, and ten times as much in memory.
_LONGEST_LIST = 20_000_000
_END, _LARGE_END, _LARGE_SIZE = b"PK\x05\x06", b"PK\x06\x07", 20
_MOST_AFTER = 65_557
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_TABS = "xl/workbook.xml"
_TEXT_TABLES = (".csv", ".tsv")
# The workbook of evidence tables has tabs of sources and codings, too, and begins with this one.
_COVER = "Cover"


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a file at once.

    Attributes
    ----------
    start
        Its first bytes, zero bytes left out, so that UTF-16 looks like any other text.
    parts
        The names of the files within, if it is an archive.
    """

    name: str
    start: bytes
    parts: frozenset[str]

    @property
    def is_table(self) -> bool:
        """Whether it is a workbook, or a table as text, which nothing but its name shows."""
        is_workbook = _TABS in self.parts or {"mimetype", "content.xml"} <= self.parts
        is_old = self.start.startswith(_OLD_WORKBOOK.replace(b"\0", b""))
        return is_workbook or is_old or self.name.lower().endswith(_TEXT_TABLES)


def look_at(path: Path) -> Look:
    """Look at a file, which may be of any kind; one that cannot be read looks empty."""
    try:
        # A pipe or a device could go on for ever.
        is_file = path.is_file()
        start = b""
        if is_file:
            with path.open("rb") as file:
                start = file.read(_START).replace(b"\0", b"")
        is_archive = is_file and zipfile.is_zipfile(path) and _has_short_list(path)
        return Look(path.name, start, frozenset(_parts(path)) if is_archive else frozenset())
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return Look(path.name, b"", frozenset())


def _has_short_list(path: Path) -> bool:
    """Say whether the list of an archive's parts is as short as those that are read have it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _MOST_AFTER))
        end = file.read()
    at = end.rfind(_END)
    # A list that says its size elsewhere is one of very many parts.
    is_large = end[max(0, at - _LARGE_SIZE) : at].startswith(_LARGE_END)
    return not is_large and int.from_bytes(end[at + 12 : at + 16], "little") <= _LONGEST_LIST


def _parts(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        yield from archive.namelist()


def is_coding_sheet(path: Path, look: Look) -> bool:
    """Say whether a table is one that `evidence sample` wrote, whatever became of it since."""
    if _TABS not in look.parts:
        head = look.start.partition(b"\n")[0]
        return all(name.encode() in head for name in (CODER, VERSION, QUESTION))
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_TABS) as part:
            book = part.read(_START * 100)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        return False
    names = (INSTRUCTIONS, SOURCES, CODINGS, _COVER)
    tabs = {name for name in names if f'"{name}"'.encode() in book}
    return _COVER not in tabs and (CODINGS in tabs or {INSTRUCTIONS, SOURCES} <= tabs)
