"""Bytes to text: the faults a file can have before anyone asks what it says."""

import codecs
import unicodedata
from pathlib import Path

from evidence.model.faults import Fault, FaultCode, unfit

_SAVED = "UTF-8 (in Excel: Save As, CSV UTF-8)"


def read_text(path: Path) -> tuple[str | None, list[Fault]]:
    """Return the text of a UTF-8 file in Unicode form NFC, or None if it can't be read as such.

    Any Unicode form is accepted and made NFC, and a byte order mark is passed over, because an
    author can neither see nor easily mend the difference, while comparing and searching need one
    form.
    """
    file = path.as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        return None, [Fault(file, 0, "", FaultCode.MISSING_FILE, reason.lower())]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, [Fault(file, 1, "", FaultCode.NOT_UTF8, "the file is UTF-16", _SAVED)]
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig")), []
    except UnicodeDecodeError:
        return None, [_undecodable(raw, file)]


def unfit_faults(text: str, file: str) -> list[Fault]:
    """Return a fault for each line of a text other than a table that has an unfit character.

    Tabs pass: YAML and BibTeX know what to do with them.
    """
    faults = []
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    for number, line in enumerate(lines, start=1):
        if found := unfit(line):
            code, message, at = found
            faults.append(Fault(file, number, at + 1, code, message))
    return faults


def _undecodable(raw: bytes, file: str) -> Fault:
    """Return the first place that is no UTF-8: one, where each accented letter of a file is one."""
    places = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode("utf-8")) + 1
            places.append((number, column, f"byte 0x{line[error.start]:02X} is not UTF-8"))
    row, column, message = places[0]
    if more := len(places) - 1:
        message += f", nor is {more:,} more line" if more == 1 else f", nor are {more:,} more lines"
    return Fault(file, row, column, FaultCode.NOT_UTF8, message, _SAVED)
