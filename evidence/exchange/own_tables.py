"""Tables whose columns are those of the data: codings, effects, appraisals or sources, a row each.

Such are the data of another project, and what somebody filled in under the columns of these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.exchange.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.grids import Grid
from evidence.exchange.held_tables import HeldData
from evidence.exchange.table_files import read_grids
from evidence.model.faults import Fault, FaultCode

_SOURCE, _CODER = "source_id", "coder"
_CODING = ("facet", "code", "stance", "locator", "gist")
# Whose an agreed row is follows from the rows of the coders.
_MADE = "reconciled"
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
    for grid in grids:
        head = next((at for at, row in enumerate(grid.rows[:_HEADERS]) if _SOURCE in row), None)
        if head is not None:
            _read(held, found, grid.rows[head], [*_rows(grid, head)])
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


def _rows(grid: Grid, head: int) -> Iterator[_Row]:
    columns = grid.rows[head]
    for at, row in enumerate(grid.rows[head + 1 :], head + 1):
        cells = {name: text for name, text in zip(columns, row, strict=False) if text and name}
        if cells:
            yield grid.place(at), cells


def _read(held: HeldData, found: _Gathered, columns: Sequence[str], rows: Sequence[_Row]) -> None:
    """Take in a table, if its columns are of the data."""
    book, tables = held.codebook, held.package.tables
    known = {_SOURCE, _CODER, _MADE}
    if {"facet", "code"} <= {*columns}:
        known |= {*_CODING}
        found.codings += _codings(rows)
    elif book.effects and {*book.effects} <= {*columns}:
        fields = {*tables["effects"].fields} - known
        known |= fields
        found.effects += _effects(rows, fields)
    else:
        asked = [name for name in columns if name in book.attributes]
        told = [name for name in columns if name in tables["sources"].fields if name != _SOURCE]
        known |= {*asked, *told}
        if not (asked or told):
            return
        found.answers += _answers(rows, held, asked)
        found.sources += _sources(rows, told) if told else ()
    found.tables += 1
    for name in dict.fromkeys(columns):
        texts = tuple(cells[name] for _, cells in rows if name in cells and name not in known)
        if texts:
            found.lost[name] = (*found.lost.get(name, ()), *texts)


def _by(cells: Mapping[str, str], place: str) -> dict[str, str]:
    return {"source": cells.get(_SOURCE, ""), "place": place, "coder": cells.get(_CODER, "")}


def _codings(rows: Sequence[_Row]) -> Iterator[CodedPassage]:
    for place, cells in rows:
        yield CodedPassage(**_by(cells, place), **{name: cells.get(name, "") for name in _CODING})


def _effects(rows: Sequence[_Row], columns: set[str]) -> Iterator[CodedEffect]:
    for place, cells in rows:
        told = {name: text for name, text in cells.items() if name in columns}
        yield CodedEffect(**_by(cells, place), cells=told)


def _answers(rows: Sequence[_Row], held: HeldData, asked: Sequence[str]) -> Iterator[CodedAnswer]:
    fields = held.package.tables["appraisals"].fields if asked else {}
    for place, cells in rows:
        for name in asked:
            if text := cells.get(name):
                several = fields[name].type == "list"
                values = text.split(fields[name].delimiter) if several else [text]
                by = _by(cells, place) | {"source": cells.get(_SOURCE, place)}
                yield CodedAnswer(**by, attribute=name, values=tuple(values))


def _sources(rows: Sequence[_Row], told: Sequence[str]) -> Iterator[CodedSource]:
    for place, cells in rows:
        values = {name: cells[name] for name in told if name in cells}
        yield CodedSource(name=cells.get(_SOURCE, place), place=place, values=values)
