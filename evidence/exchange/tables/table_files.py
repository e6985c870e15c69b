"""A stranger's workbook or text file read as tables, each held back until it is known to be one.

A file is known by what stands in it. What a workbook computed is taken as it was last computed.
"""

import codecs
import csv
import unicodedata
import zipfile
import zlib
from collections import Counter
from itertools import islice
from pathlib import Path

from lxml import etree

from evidence.exchange.tables.grids import UNPACKED, Gathered, Grid, Unreadable, too_large
from evidence.exchange.tables.ods import read_ods
from evidence.exchange.tables.xlsx import read_xlsx
from evidence.model.faults import Fault, FaultCode, SheetCode, quote
from evidence.model.tables import records
from evidence.model.text import read_text

LARGEST = 50_000_000
_MOST_PARTS = 2_000
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".numbers")
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 1
# Tables of a million cells that are all the same come to sixty; a bomb has a thousand.
_MOST_TIMES, _LARGE_PART = 200, 20_000_000
_BLOCK = 1_000_000
_SIGNS = (",", ";", "\t", "|")
_LOOKED_AT = 50
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    KeyError, IndexError, OverflowError, etree.LxmlError,
)  # fmt: skip


def read_grids(path: Path) -> tuple[list[Grid], list[Fault]]:
    """Return the tables of a file, or why it is not read."""
    file = path.as_posix()
    try:
        if not path.is_file() and path.exists():
            # A pipe or a device could go on for ever.
            raise Unreadable("it is no file of its own, but a folder, pipe or device")
        size = path.stat().st_size
        if size > LARGEST:
            raise Unreadable(f"the file has {size:,} bytes; {LARGEST:,} are the most that is read")
        with path.open("rb") as opened:
            start = opened.read(len(_OLD))
        if start == _OLD:
            raise Unreadable(
                "it has a password, or is of the old kind .xls; save it as .xlsx or .ods"
            )
        if zipfile.is_zipfile(path):
            return _workbook(path), []
        if path.suffix.lower() in _WORKBOOKS:
            raise Unreadable("it is no workbook, whatever its name; save it as .xlsx or as .csv")
        return _text_table(path)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        return [], [Fault(file, 0, "", FaultCode.MISSING_FILE, reason)]
    except Unreadable as error:
        return [], [Fault(file, 0, "", SheetCode.UNREADABLE_SHEET, str(error))]


def _workbook(path: Path) -> list[Grid]:
    try:
        with zipfile.ZipFile(path) as archive:
            reads = {"xlsx": read_xlsx, "ods": read_ods}[_hold_back(archive)]
            return reads(archive, path.as_posix())
    except _DAMAGED as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise Unreadable(
            f"the workbook is damaged ({quote(what)}); open it in a spreadsheet and save it again"
        ) from error


def _hold_back(archive: zipfile.ZipFile) -> str:
    """Refuse what is no plain workbook, before anything in it is parsed; else say its kind."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    lower = [name.lower() for name in names]
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Unreadable(too_large())
    for part in parts:
        if part.file_size > max(_LARGE_PART, _MOST_TIMES * part.compress_size):
            times = part.file_size // max(1, part.compress_size)
            raise Unreadable(
                f"{quote(part.filename)} unpacks to {times:,} times its size, as no table does"
            )
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Unreadable("it has a password; save it without one")
    if any("vbaproject" in name or "macrosheet" in name or "basic/" in name for name in lower):
        raise Unreadable("it has macros, which no table needs; save it as plain .xlsx or .ods")
    if "xl/workbook.bin" in names:
        raise Unreadable("it is of the binary kind .xlsb; save it as .xlsx")
    kind = "xlsx" if "xl/workbook.xml" in names else "ods"
    if kind == "ods" and not {"mimetype", "content.xml"} <= names:
        raise Unreadable("it is no workbook of Excel or LibreOffice; save it as .xlsx or .ods")
    for part in parts:
        if _declares(archive, part):
            raise Unreadable(f"{quote(part.filename)} declares types of its own")
    if kind == "ods" and b"encryption-data" in _small(archive, "META-INF/manifest.xml"):
        raise Unreadable("it has a password; save it without one")
    return kind


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Say whether a part has a DOCTYPE: no program writes one, an attack with entities has to."""
    end = b""
    with archive.open(part) as opened:
        while block := opened.read(_BLOCK):
            text = end + block.replace(b"\0", b"")
            if b"<!DOCTYPE" in text or b"<!doctype" in text.lower():
                return True
            end = text[-8:]
    return False


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""


def _text_table(path: Path) -> tuple[list[Grid], list[Fault]]:
    file = path.as_posix()
    text, faults = decoded(path)
    if text is None:
        return [], faults
    if "\0" in text:
        raise Unreadable("it is no text, or UTF-16 without its mark; save it as .csv in UTF-8")
    if text.lstrip().startswith("<"):
        raise Unreadable("it is HTML or XML; open it in a spreadsheet and save it as .xlsx or .csv")
    first, _, rest = text.partition("\n")
    sign, before = "", 0
    first = first.rstrip("\r")
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        sign, text, before = first[-1], rest, 1
    gathered, lines = Gathered(), []
    try:
        for line, cells in records(text, sign or separator(text)):
            filled = {at: one for at, one in enumerate(cells) if one.strip()}
            if filled:
                gathered.put(len(gathered.rows), filled)
                lines.append(line + before)
    except csv.Error as error:
        message, line = str(error.args[0]), int(str(error.args[1])) + before
        return [], [Fault(file, line, "", FaultCode.MALFORMED_CSV, message, "quotes in pairs")]
    return [gathered.grid(file, lines=lines)], []


def decoded(path: Path) -> tuple[str | None, list[Fault]]:
    """Return the text of a file in UTF-8, or in UTF-16 as Excel's "Unicode text" has it."""
    raw = path.read_bytes()
    if not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return read_text(path)
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-16")), []
    except UnicodeDecodeError:
        message = "the file begins as UTF-16 and does not go on so"
        return None, [Fault(path.as_posix(), 0, "", FaultCode.NOT_UTF8, message)]


def separator(text: str) -> str:
    """Return the sign by which most of the first rows of a text have as many cells as each other.

    Of several such signs it is the one that makes most cells: other signs stand within them.
    """
    start = text[:_BLOCK]

    def rows(sign: str) -> tuple[int, int]:
        counts: Counter[int] = Counter()
        try:
            for _, row in islice(records(start, sign), _LOOKED_AT):
                counts[len(row)] += len(row) > 1
        except csv.Error:
            # With quotes that another sign would explain, or a row cut off in its midst.
            pass
        return max(((number, width) for width, number in counts.items()), default=(0, 0))

    return max(_SIGNS, key=rows)
