"""Tables whose columns are those of the data: codings, effects, appraisals or sources, a row each.

Such are the data of another project, what somebody filled in under the columns of these, and the
workbook of evidence tables, which shows names as words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.exchange.codings.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.codings.meanings import Meanings
from evidence.exchange.data_files.held_tables import HeldData
from evidence.exchange.tables.grids import Grid
from evidence.exchange.tables.table_files import read_grids
from evidence.model.codebook import Attribute, Codebook
from evidence.model.faults import Fault, FaultCode
from evidence.model.package import Field

_SOURCE, _CODER = "source_id", "coder"
_CODING = ("facet", "code", "stance", "locator", "gist")
# Whose an agreed row is follows from the rows of the coders.
_MADE = "reconciled"
# Of a table of records, which are no sources yet.
_RECORD = "record_id"
# A title or a note may stand above the header.
_HEADERS = 20

_Row = tuple[str, Mapping[str, str]]
"""The place of a row, and its filled cells by column."""


@dataclass(slots=True)
class _Gathered:
    sources: list[CodedSource] = field(default_factory=list)
    codings: list[CodedPassage] = field(default_factory=list)
    answers: list[CodedAnswer] = field(default_factory=list)
    effects: list[CodedEffect] = field(default_factory=list)
    lost: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: int = 0


def read_own_tables(path: Path, held: HeldData) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a workbook or text table says, or why none of its tables is one of the data's."""
    grids, faults = read_grids(path)
    if faults:
        return None, faults
    found = _Gathered()
    meanings, names = Meanings(), _columns(held)
    for grid in grids:
        heads = [[meanings.of(text, names) for text in row] for row in grid.rows[:_HEADERS]]
        head = next((at for at, row in enumerate(heads) if _SOURCE in row), None)
        if head is not None and _RECORD not in heads[head]:
            rows = [*_rows(grid, head, heads[head])]
            _read(held, found, heads[head], rows, meanings)
    if not found.tables:
        asked = ", ".join(held.codebook.attributes) or "title"
        allowed = f"{_SOURCE}, and {', '.join(_CODING)} or {asked}"
        message = "no table in it has the columns of the data"
        return None, [Fault(path.as_posix(), 0, "", FaultCode.MISSING_COLUMN, message, allowed)]
    told = CodedEvidence(
        tool="tables with the columns of the data",
        sources=tuple(found.sources),
        codings=tuple(found.codings),
        answers=tuple(found.answers),
        effects=tuple(found.effects),
        lost=found.lost,
    )
    return told, []


def _columns(held: HeldData) -> frozenset[str]:
    tables = held.package.tables.values()
    return frozenset(name for table in tables for name in table.fields)


def _rows(grid: Grid, head: int, columns: Sequence[str]) -> Iterator[_Row]:
    for at, row in enumerate(grid.rows[head + 1 :], head + 1):
        cells = {name: text for name, text in zip(columns, row, strict=False) if text and name}
        if cells:
            yield grid.place(at), cells


def _read(
    held: HeldData,
    found: _Gathered,
    columns: Sequence[str],
    rows: Sequence[_Row],
    meanings: Meanings,
) -> None:
    """Take in a table, if its columns are of the data."""
    book, tables = held.codebook, held.package.tables
    known = {_SOURCE, _CODER, _MADE}
    # What such a row repeats of its source is no news.
    of_source = {*tables["sources"].fields}
    if {"facet", "code"} <= {*columns}:
        known |= {*_CODING, *of_source}
        found.codings += _codings(rows, book, meanings)
    elif book.effects and {*book.effects} <= {*columns}:
        fields = {*tables["effects"].fields} - known
        known |= fields | of_source
        found.effects += _effects(rows, held, fields, meanings)
    else:
        asked = [name for name in columns if name in book.attributes]
        told = [name for name in columns if name in tables["sources"].fields if name != _SOURCE]
        known |= {*asked, *told}
        if not (asked or told):
            return
        found.answers += _answers(rows, held, asked, meanings)
        found.sources += _sources(rows, told) if told else ()
    found.tables += 1
    for name in dict.fromkeys(columns):
        texts = tuple(cells[name] for _, cells in rows if name in cells and name not in known)
        if texts:
            found.lost[name] = (*found.lost.get(name, ()), *texts)


def _by(cells: Mapping[str, str], place: str) -> dict[str, str]:
    return {"source": cells.get(_SOURCE, ""), "place": place, "coder": cells.get(_CODER, "")}


def _codings(rows: Sequence[_Row], book: Codebook, meanings: Meanings) -> Iterator[CodedPassage]:
    for place, cells in rows:
        told = {name: cells.get(name, "") for name in _CODING}
        told["facet"] = meanings.of(told["facet"], book.facets)
        if facet := book.facets.get(told["facet"]):
            told["code"] = meanings.of(told["code"], facet.codes)
            told["stance"] = meanings.of(told["stance"], facet.stances)
        yield CodedPassage(**_by(cells, place), **told)


def _effects(
    rows: Sequence[_Row], held: HeldData, columns: set[str], meanings: Meanings
) -> Iterator[CodedEffect]:
    fields, asked = held.package.tables["effects"].fields, held.codebook.effects
    for place, cells in rows:
        told = {name: text for name, text in cells.items() if name in columns}
        for name in asked.keys() & told.keys():
            values = _values(told[name], fields[name], asked[name], meanings)
            told[name] = fields[name].delimiter.join(values)
        yield CodedEffect(**_by(cells, place), cells=told)


def _answers(
    rows: Sequence[_Row], held: HeldData, asked: Sequence[str], meanings: Meanings
) -> Iterator[CodedAnswer]:
    fields = held.package.tables["appraisals"].fields if asked else {}
    for place, cells in rows:
        by = _by(cells, place) | {"source": cells.get(_SOURCE, place)}
        for name in asked:
            if text := cells.get(name):
                values = _values(text, fields[name], held.codebook.attributes[name], meanings)
                yield CodedAnswer(**by, attribute=name, values=values)


def _values(text: str, column: Field, attribute: Attribute, meanings: Meanings) -> tuple[str, ...]:
    """Return the values in a cell, which the workbook parts by semicolons."""
    whole = meanings.of(text, attribute.values)
    parts = [whole]
    if column.type == "list" and whole not in attribute.values:
        parts = [part.strip() for part in text.split(";" if ";" in text else column.delimiter)]
    return tuple(meanings.of(part, attribute.values) for part in parts)


def _sources(rows: Sequence[_Row], told: Sequence[str]) -> Iterator[CodedSource]:
    for place, cells in rows:
        values = {name: cells[name] for name in told if name in cells}
        yield CodedSource(name=cells.get(_SOURCE, place), place=place, values=values)
