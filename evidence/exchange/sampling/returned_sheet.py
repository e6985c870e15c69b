"""A coding sheet that comes back, held to the data: what its coder says, or every fault by cell."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from evidence.exchange.sampling.coding_sheet import (
    CODER,
    FINISHED,
    NAMED_BY,
    NOT_SAID,
    VERSION,
    YES,
    Question,
    is_name,
)  # fmt: skip
from evidence.exchange.sampling.sheet_entries import NOTHING, Entries, Entry, Key, read_entries
from evidence.exchange.tables.spreadsheet import Cell, Page
from evidence.model.evidence import Appraisal, Coding, Evidence
from evidence.model.faults import Fault, FaultCode, SheetCode, nearest, quote, unfit

_NO = "no"
_NAMED = 3
_DONE = (FINISHED, "")


@dataclass(frozen=True, slots=True)
class Returned:
    """What a coder says of the sources that they finished.

    Attributes
    ----------
    unfinished
        Source to the number of questions that are answered all the same.
    notes
        What is passed over.
    """

    coder: str
    appraisals: tuple[Appraisal, ...]
    codings: tuple[Coding, ...]
    unfinished: Mapping[str, int]
    notes: tuple[str, ...]


def read_sheet(
    path: Path, evidence: Evidence, required: Collection[str]
) -> tuple[Returned | None, list[Fault]]:
    """Read a sheet that is filled in; None where anything in it is wrong.

    Parameters
    ----------
    required
        The columns of appraisals and codings that may not be empty.
    """
    found = read_entries(path, evidence)
    if not found.by_source:
        return None, found.faults or [
            Fault(found.file, 0, "", FaultCode.EMPTY_TABLE, "the sheet has no sources")
        ]
    coder = _held_to_facts(found)
    appraisals: list[Appraisal] = []
    codings: list[Coding] = []
    unfinished: dict[str, int] = {}
    for source_id, entries in found.by_source.items():
        if not _finished(found, entries):
            unfinished[source_id] = sum(entry.given for entry in entries.values())
        else:
            values: dict[str, tuple[str, ...]] = {}
            missing: list[Question] = []
            for question in found.asked[:-1]:
                entry = entries.get((question.name, question.item))
                if entry is None:
                    missing.append(question)
                elif question.is_code:
                    for stance in _stances(found, source_id, question, entry, required):
                        key = (source_id, coder, question.name, question.item, stance)
                        codings.append(Coding(*key, entry.where.text, entry.says.text))
                else:
                    said = _value(found, question, entry, required)
                    values[question.name] = (*values.get(question.name, ()), *said)
            if missing:
                found.faults.append(_missing(source_id, entries[_DONE], missing))
            appraisals.append(Appraisal(source_id, coder, MappingProxyType(values)))
    if found.faults:
        return None, found.faults
    codings.sort(key=lambda row: (row.source_id, row.facet, row.code, row.stance))
    notes = tuple(found.notes)
    return Returned(coder, tuple(appraisals), tuple(codings), unfinished, notes), []


def _finished(found: Entries, entries: Mapping[Key, Entry]) -> bool:
    """Say whether a coder is done with a source."""
    done = entries.get(_DONE)
    if done is None:
        return False
    text = done.answers[0].text.lower()
    if text not in (YES, _NO, ""):
        found.faults.append(_not_allowed(done.page, done.answers[0], (YES,)))
    return text == YES


def _held_to_facts(found: Entries) -> str:
    """Return the coder, having held what the sheet says of itself to the data."""
    codebook = found.evidence.codebook
    told = {name: cell.text for name, cell in found.facts.items() if cell.text != name}
    people = {name.casefold(): name for name in codebook.people}
    coder, version = unicodedata.normalize("NFC", told.get(CODER, "")), told.get(VERSION, "")
    coder = people.get(coder.casefold(), coder)

    def fault(name: str, code: FaultCode | SheetCode, message: str, allowed: str = "") -> None:
        cell = found.facts.get(name, NOTHING)
        found.faults.append(Fault(found.file, cell.row, cell.column, code, message, allowed))

    if not coder:
        fault(CODER, FaultCode.REQUIRED, f"nothing says whose answers these are: {quote(CODER)}")
    elif coder.casefold() in {name.casefold() for name in (*codebook.coders, codebook.agreed)}:
        message = f"{quote(coder)} made the coding that is to be checked"
        fault(CODER, FaultCode.UNKNOWN_CODER, message, "the name of the person who coded")
    elif not is_name(coder):
        fault(CODER, FaultCode.UNKNOWN_CODER, f"{quote(coder)} is no name", NAMED_BY)
    if version != str(codebook.version):
        message = f"the sheet was made with version {version or 'unknown'} of the codebook"
        fault(VERSION, SheetCode.OTHER_CODEBOOK, message, str(codebook.version))
    return coder


def _missing(source_id: str, done: Entry, missing: Sequence[Question]) -> Fault:
    """Tell of questions without a row: what nobody was asked is not what is not said."""
    named = ", ".join(one.heading for one in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
    message = f"{source_id} is finished, and has no row for {named}{more}"
    return done.page.fault(done.answers[0], SheetCode.MISSING_ROW, message)


def _value(
    found: Entries, question: Question, entry: Entry, required: Collection[str]
) -> tuple[str, ...]:
    """Return the value that is chosen of an attribute, if one is."""
    cell = entry.answers[0]
    text = _chosen(question, cell.text)
    if cell.made:
        found.faults.append(_made(entry.page, cell))
    elif question.item and text.lower() in ("", _NO):
        return ()
    elif question.item and text == YES:
        return (question.item,)
    elif text in question.allowed:
        return (text,)
    elif text:
        found.faults.append(_not_allowed(entry.page, cell, question.allowed, question.name))
    elif question.name in required:
        message = f"{question.name} is not answered, and the source is finished"
        allowed = ", ".join(question.allowed)
        found.faults.append(entry.page.fault(cell, FaultCode.REQUIRED, message, allowed))
    return ()


def _stances(
    found: Entries, source_id: str, question: Question, entry: Entry, required: Collection[str]
) -> list[str]:
    """Return the stances that are chosen, if all is told that belongs to them."""
    page, faults = entry.page, found.faults
    before = len(faults)
    stances: dict[str, Cell] = {}
    for cell in filter(lambda cell: cell.text, entry.answers):
        text = _chosen(question, cell.text)
        if cell.made:
            faults.append(_made(page, cell))
        elif text not in question.allowed:
            faults.append(_unknown_stance(found, page, cell, question))
        else:
            stances[text] = cell
    said = [stance for stance in stances if stance != NOT_SAID]
    if said and NOT_SAID in stances:
        message = f"{quote(NOT_SAID)} and {quote(said[0])} can't both be"
        faults.append(page.fault(stances[NOT_SAID], FaultCode.NOT_ALLOWED, message))
    for name, cell in (("locator", entry.where), ("gist", entry.says)):
        if cell.made:
            faults.append(_made(page, cell))
        elif sign := unfit(cell.text):
            faults.append(page.fault(cell, sign[0], f"{sign[1]} in {quote(cell.text)}"))
        elif said and not cell.text and name in required:
            what = f"{source_id} {question.heading} is {said[0]}, and this cell is empty"
            faults.append(page.fault(cell, FaultCode.REQUIRED, what))
        elif cell.text and not stances and len(faults) == before:
            what = f"something is written for {source_id} {question.heading}, and no answer chosen"
            allowed = ", ".join(question.allowed)
            faults.append(page.fault(entry.answers[0], FaultCode.REQUIRED, what, allowed))
    return said if len(faults) == before else []


def _chosen(question: Question, text: str) -> str:
    """Return the answer that a text is, in whatever case it is written."""
    return {one.lower(): one for one in question.allowed}.get(text.lower(), text)


def _unknown_stance(found: Entries, page: Page, cell: Cell, question: Question) -> Fault:
    facets = found.evidence.codebook.facets
    others = [name for name, facet in facets.items() if cell.text in facet.stances]
    code = FaultCode.STANCE_NOT_OF_FACET if others else FaultCode.UNKNOWN_STANCE
    note = f"; it belongs to {others[0]}" if others else ""
    message = f"{quote(cell.text)} is no stance of {question.name}{note}"
    near = nearest(cell.text, question.allowed)
    return page.fault(cell, code, message, ", ".join(question.allowed), near)


def _not_allowed(page: Page, cell: Cell, allowed: Sequence[str], name: str = FINISHED) -> Fault:
    message = f"{quote(cell.text)} is no answer to {name}"
    near = nearest(cell.text, tuple(allowed))
    return page.fault(cell, FaultCode.UNKNOWN_VALUE, message, ", ".join(allowed), near)


def _made(page: Page, cell: Cell) -> Fault:
    message = f"{cell.made} stands here: {quote(cell.text)}"
    return page.fault(cell, SheetCode.NO_TEXT, message, "type the text itself, or paste its value")
