"""A stranger's file of sources, held back until it is known to be text, and read by its format."""

import codecs
import re
import shlex
import zipfile
from dataclasses import replace
from pathlib import Path

from evidence.exchange.looks import look_at
from evidence.exchange.qualitative.databases import SQLITE
from evidence.exchange.qualitative.eppi_records import is_eppi, read_eppi
from evidence.exchange.sources.bibtex import read_bibtex
from evidence.exchange.sources.csl_json import read_csl
from evidence.exchange.sources.record_tables import is_table, read_table
from evidence.exchange.sources.records import Records
from evidence.exchange.sources.tagged import kind_of, read_tagged
from evidence.exchange.sources.zotero import is_rdf, read_library, read_rdf
from evidence.exchange.tables.table_files import decoded
from evidence.model.faults import CONTROL, Fault, FaultCode, RecordCode, code_point, quote

# About 20,000 records with abstracts.
LARGEST = 50_000_000
NAMES = {
    "ris": "RIS",
    "nbib": "PubMed's nbib",
    "wos": "Web of Science's plain text",
    "csl": "CSL-JSON",
    "bibtex": "BibTeX",
    "table": "a table",
    "eppi": "EPPI-Reviewer's JSON",
    "zotero": "Zotero's library",
}
_KNOWN = (
    "one of RIS, nbib, Web of Science's plain text, BibTeX, CSL-JSON, EPPI-Reviewer's JSON, "
    "Zotero's RDF or database, or a table with a column title and others as Rayyan, Covidence, "
    "ASReview or Zotero name them"
)
_ARCHIVE = b"PK\x03\x04"
_FEW = 5
_ENTRY = re.compile(r"^[ \t]*@\w+[ \t]*[{(]", re.MULTILINE)
# Ends of lines, and marks of order between files put together: `clean` takes them out.
_PASSED = re.compile("[\t\r\n\x85\u2028\u2029\ufeff]")


def read_records(path: Path) -> tuple[Records | None, list[Fault]]:
    """Return the records of a file, or every fault that keeps it from being read."""
    file = path.as_posix()
    if fault := _held_back(path, file):
        return None, [fault]
    if _is_database(path):
        records, faults = read_library(path)
        message = ""
    elif zipfile.is_zipfile(path):
        records, faults = read_table(path)
        message = "no tab of the workbook begins with a table of records"
    else:
        text, faults = decoded(path)
        text = (text or "").replace("\r\n", "\n").replace("\r", "\n")
        if faults := [_with_way(fault, path) for fault in faults] or _controls(text, file):
            return None, faults
        if not (kind_of(text) or text.lstrip().startswith("<")) and is_table(text):
            records, faults = read_table(path)
        else:
            records = _read(text, file)
        message = _unlike(text)
    if faults:
        return None, faults
    if records is None:
        return None, [Fault(file, 1, "", RecordCode.UNKNOWN_FORMAT, message, _KNOWN)]
    if not (records.records or records.faults):
        return None, [Fault(file, 0, "", RecordCode.NO_RECORD, "the file has no record")]
    return (None if records.faults else records), list(records.faults)


def _with_way(fault: Fault, path: Path) -> Fault:
    """Return a fault of another encoding with what to do: most such files are of Windows."""
    if fault.code is not FaultCode.NOT_UTF8:
        return fault
    with path.open("rb") as file:
        head = file.read(1_000)
    likely = "UTF-16LE" if head[1:2] == b"\0" else "CP1252"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (
        likely == "CP1252" and b"\0" in head
    ):
        # It is damaged, or no text at all.
        return fault
    made = shlex.quote(f"{fault.file}.utf8")
    way = f"`iconv -f {likely} -t UTF-8 {shlex.quote(fault.file)} > {made}`"
    allowed = f"UTF-8: choose it on export, save the file so in a text editor, or {way}"
    return replace(fault, allowed=allowed)


def _held_back(path: Path, file: str) -> Fault | None:
    """Return why a file is not even opened, if so."""
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        return Fault(file, 0, "", FaultCode.MISSING_FILE, reason)
    if not path.is_file():
        # A pipe or a device could go on for ever.
        message, allowed = "it is no file of its own, but a folder, pipe or device", ""
    elif size > LARGEST and not _is_database(path):
        message = f"the file has {size:,} bytes; {LARGEST:,} are the most that is read"
        allowed = "several smaller files"
    elif within := _archived(path):
        message, allowed = "it is an archive; unpack it, and import what you want of it", within
    else:
        return None
    return Fault(file, 0, "", RecordCode.UNREADABLE_FILE, message, allowed)


def _is_database(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(len(SQLITE)) == SQLITE


def _archived(path: Path) -> str:
    """Return the names of the first files of an archive that is no workbook, else nothing."""
    with path.open("rb") as opened:
        is_archive = opened.read(len(_ARCHIVE)) == _ARCHIVE
    look = look_at(path)
    if not is_archive or look.is_table:
        return ""
    names = [quote(name) for name in sorted(look.parts)[:_FEW]]
    return ", ".join(names) or "if it is damaged, export it anew"


def _read(text: str, file: str) -> Records | None:
    start = text.lstrip()
    if start.startswith("<"):
        return read_rdf(text, file) if is_rdf(text) else None
    if start.startswith(("{", "[")):
        return read_eppi(text, file) if is_eppi(text) else read_csl(text, file)
    if kind := kind_of(start):
        return read_tagged(text, kind)
    return read_bibtex(text, file) if _ENTRY.search(text) else None


def _unlike(text: str) -> str:
    start = text.strip()
    if not start:
        return "the file is empty"
    what = "XML or HTML" if start.startswith("<") else "in no known format"
    return f"the file is {what}: it begins with {quote(start.partition(chr(10))[0])}"


def _controls(text: str, file: str) -> list[Fault]:
    """Return the first line with a character that is no text: a broken file has them in many."""
    if not CONTROL.search(_PASSED.sub(" ", text)):
        return []
    found = [
        (number, match[0])
        for number, line in enumerate(text.split("\n"), 1)
        if (match := CONTROL.search(_PASSED.sub(" ", line)))
    ]
    row, sign = found[0]
    more = f", and there are more in {len(found) - 1:,} lines" if len(found) > 1 else ""
    message = f"control character {code_point(sign)}{more}"
    return [Fault(file, row, "", FaultCode.CONTROL_CHARACTER, message)]
