"""What is filled in on a coding sheet, found by names in its rows and at the head of columns.

Rows may be sorted, columns moved or added, and other programs may have saved the file.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.exchange.sampling.coding_sheet import (
    ALLOWED,
    ANSWERS,
    CODE,
    CODER,
    MEANING,
    OF_SOURCE,
    QUESTION,
    SAYS,
    SOURCE,
    VERSION,
    WHERE,
    Question,
    questions,
    shown,
)
from evidence.exchange.sampling.coding_workbook import CODINGS, INSTRUCTIONS, SOURCES, short_title
from evidence.exchange.tables.spreadsheet import Cell, Page, read_pages
from evidence.model.evidence import Evidence
from evidence.model.faults import Fault, FaultCode, nearest, quote

Key = tuple[str, str]
"""A question and its code or value, where it has one."""


NOTHING = Cell("", 0, "")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is filled in for one question and source."""

    page: Page
    answers: tuple[Cell, ...]
    where: Cell = NOTHING
    says: Cell = NOTHING

    @property
    def given(self) -> bool:
        """Whether anything is filled in."""
        return any(cell.text for cell in (*self.answers, self.where, self.says))


@dataclass
class Entries:
    """What is found while a file is read.

    Attributes
    ----------
    asked
        What is asked of each source.
    facts
        What the sheet says of itself, by name.
    by_source
        Source to what is filled in for each question.
    notes
        What is passed over.
    """

    file: str
    evidence: Evidence
    asked: tuple[Question, ...]
    faults: list[Fault]
    facts: Mapping[str, Cell] = field(default_factory=dict)
    by_source: dict[str, dict[Key, Entry]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_entries(path: Path, evidence: Evidence) -> Entries:
    """Read the tabs of a workbook, or a CSV file, with every fault that its rows have."""
    pages, faults = read_pages(path)
    found = Entries(path.as_posix(), evidence, questions(evidence.codebook), faults)
    if pages:
        found.facts = _from_csv(found, pages[""]) if "" in pages else _from_workbook(found, pages)
    return found


def _from_workbook(found: Entries, pages: Mapping[str, Page]) -> Mapping[str, Cell]:
    """Read the tabs, and return what the sheet says of itself."""
    by_name = {name.lower().strip(): page for name, page in pages.items()}
    tabs = {name: by_name.get(name.lower()) for name in (INSTRUCTIONS, SOURCES, CODINGS)}
    drawn_as_csv = not any(tabs.values())
    for name, page in tabs.items():
        if page is None:
            hint = "; a sheet drawn as .csv comes back as .csv" if drawn_as_csv else ""
            message = f"there is no tab {quote(name)}{hint}"
            fault = Fault(found.file, 0, "", FaultCode.BAD_STRUCTURE, message, ", ".join(tabs))
            found.faults.append(fault)
    asked = [one for one in found.asked if not one.is_code]
    if page := tabs[SOURCES]:
        columns = (SOURCE, *(one.heading for one in asked))
        for row in _table(found, page, columns, OF_SOURCE):
            if source_id := _source(found, page, row):
                _compare(found, page, row, source_id)
                for one in asked:
                    _enter(found, source_id, one, Entry(page, (row[one.heading],)))
    if page := tabs[CODINGS]:
        columns = (SOURCE, QUESTION, CODE, *ANSWERS, WHERE, SAYS)
        for row in _table(found, page, columns, (OF_SOURCE[0], MEANING)):
            _coded(found, page, row)
    cells = [row for page in filter(None, (tabs[INSTRUCTIONS],)) for row in page.rows]
    return {
        row[place].text: next((cell for cell in row[place + 1 :] if cell.text), row[place])
        for row in cells
        for place in range(len(row))
        if row[place].text in (CODER, VERSION)
    }


def _from_csv(found: Entries, page: Page) -> Mapping[str, Cell]:
    facts: dict[str, Cell] = {}
    columns = (CODER, VERSION, SOURCE, QUESTION, CODE, *ANSWERS, WHERE, SAYS)
    for row in _table(found, page, columns, (*OF_SOURCE, MEANING, ALLOWED)):
        for name in (CODER, VERSION):
            first = facts.setdefault(name, row[name])
            if row[name].text != first.text:
                message = f"{quote(row[name].text)}, and above {quote(first.text)}"
                code = FaultCode.NOT_ALLOWED
                found.faults.append(page.fault(row[name], code, message, first.text))
        _coded(found, page, row)
    return facts


def _table(
    found: Entries, page: Page, columns: Sequence[str], known: Collection[str]
) -> Iterator[Mapping[str, Cell]]:
    """Yield the cells of each row by column; the head is the row that has most of the columns."""
    names = {name.lower(): name for name in (*columns, *known)}

    def fitting(row: Sequence[Cell]) -> int:
        return len({cell.text.lower() for cell in row} & names.keys())

    head = max(page.rows, key=fitting, default=())
    places: dict[str, int] = {}
    for place, cell in enumerate(head):
        name = names.get(cell.text.lower(), "")
        if name in places:
            message = f"there are two columns {quote(name)}"
            found.faults.append(page.fault(cell, FaultCode.DUPLICATE_COLUMN, message))
        elif name:
            places[name] = place
        elif cell.text:
            found.notes.append(f"{place_of(cell)}: the column {quote(cell.text)} is passed over")
    if missing := [name for name in columns if name not in places]:
        message = f"there is no column {', '.join(map(quote, missing))}"
        code, allowed = FaultCode.MISSING_COLUMN, ", ".join(columns)
        line = 0 if page.name else 1
        found.faults.append(Fault(page.file, line, page.name, code, message, allowed))
        return
    for row in page.rows[page.rows.index(head) + 1 :]:
        blank = Cell("", row[0].row, row[0].column)
        cells = {name: row[at] if at < len(row) else blank for name, at in places.items()}
        if any(cell.text for cell in cells.values()):
            yield cells


def _source(found: Entries, page: Page, row: Mapping[str, Cell]) -> str:
    """Return the source that a row is about, if there is one."""
    cell = row[SOURCE]
    if cell.text in found.evidence.counted():
        return cell.text
    ids = tuple(sorted(found.evidence.counted()))
    told = f"sources.csv has no source {quote(cell.text)}" if cell.text else "no source is named"
    code, message = FaultCode.UNKNOWN_SOURCE, told
    found.faults.append(page.fault(cell, code, message, "", nearest(cell.text, ids)))
    return ""


def _coded(found: Entries, page: Page, row: Mapping[str, Cell]) -> None:
    """Take in a row that says in its cells which question it answers."""
    source_id = _source(found, page, row)
    asked = found.asked
    names = {one.name: one.is_code for one in asked if one.is_code or not page.name}
    name, item = row[QUESTION].text, row[CODE].text
    if name not in names:
        message, near = f"the codebook asks nothing called {quote(name)}", nearest(name, (*names,))
        code, allowed = FaultCode.UNKNOWN_FACET, ", ".join(names)
        found.faults.append(page.fault(row[QUESTION], code, message, allowed, near))
        return
    question = next((one for one in asked if (one.name, one.item) == (name, item)), None)
    if question is None:
        items = tuple(one.item for one in asked if one.name == name)
        code = FaultCode.UNKNOWN_CODE if names[name] else FaultCode.UNKNOWN_VALUE
        message = f"{name} has no {quote(item)}"
        near = nearest(item, items)
        found.faults.append(page.fault(row[CODE], code, message, ", ".join(items), near))
    elif source_id:
        _compare(found, page, row, source_id, question)
        answers = tuple(row[column] for column in ANSWERS)
        _enter(found, source_id, question, Entry(page, answers, row[WHERE], row[SAYS]))


def _enter(found: Entries, source_id: str, question: Question, entry: Entry) -> None:
    entries = found.by_source.setdefault(source_id, {})
    first = entries.setdefault((question.name, question.item), entry)
    if first is not entry:
        message = f"{source_id} has this question at {place_of(first.answers[0])} already"
        found.faults.append(entry.page.fault(entry.answers[0], FaultCode.DUPLICATE_KEY, message))


def _compare(
    found: Entries,
    page: Page,
    row: Mapping[str, Cell],
    source_id: str,
    question: Question | None = None,
) -> None:
    """Note what stands otherwise in cells that nobody was asked to change."""
    source = found.evidence.sources[source_id]
    expected = {**shown(source, question)}
    if page.name and question:
        expected[OF_SOURCE[0]] = short_title(source)
    for name, text in expected.items():
        cell = row.get(name)
        if cell and cell.text != " ".join(text.split()):
            said = f"{quote(cell.text)} stands here, where the data have {quote(text)}"
            found.notes.append(f"{place_of(cell)}: {said}; it is passed over")


def place_of(cell: Cell) -> str:
    """Return the place of a cell as notes name it."""
    return f"{cell.row}:{cell.column}" if cell.row else str(cell.column)
