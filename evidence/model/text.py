"""Bytes to text: the faults a file can have before anyone asks what it says."""

import codecs
import unicodedata
from pathlib import Path

from evidence.model.faults import CONTROL, Fault, FaultCode


def read_text(path: Path) -> tuple[str | None, list[Fault]]:
    """Return the text of a UTF-8 file in Unicode form NFC, or None if it can't be read as such.

    Any Unicode form is accepted and made NFC, because an author can neither see nor easily mend
    the difference, while comparing and searching need one form.
    """
    file = path.as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        return None, [Fault(file, 0, "", FaultCode.MISSING_FILE, reason.lower())]
    faults = []
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
        message = "the file starts with a byte order mark"
        faults.append(Fault(file, 1, "", FaultCode.BYTE_ORDER_MARK, message, "UTF-8 without it"))
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8")), faults
    except UnicodeDecodeError:
        return None, faults + _undecodable(raw, file)


def control_faults(text: str, file: str) -> list[Fault]:
    """Return a fault for each line of a text other than a table that has a control character.

    Tabs pass: YAML and BibTeX know what to do with them.
    """
    faults = []
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    for number, line in enumerate(lines, start=1):
        if found := CONTROL.search(line):
            message = f"control character U+{ord(found[0]):04X}"
            column = found.start() + 1
            faults.append(Fault(file, number, column, FaultCode.CONTROL_CHARACTER, message))
    return faults


def _undecodable(raw: bytes, file: str) -> list[Fault]:
    faults = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"byte 0x{line[error.start]:02X} is not UTF-8"
            column = len(line[: error.start].decode("utf-8")) + 1
            faults.append(Fault(file, number, column, FaultCode.NOT_UTF8, message, "UTF-8"))
    return faults
