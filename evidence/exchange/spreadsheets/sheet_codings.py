"""What the rows of a spreadsheet say of studies, by a map, in the names of the data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.exchange.codings.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.codings.mapping import LEAVE_OUT, CodingMap, FromColumn, Rule, looked_up
from evidence.exchange.spreadsheets.author_lists import author_list
from evidence.exchange.spreadsheets.wide_sheet import Column, WideSheet, column_named, read_wide
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.works import bare_words

# Between the values of an effect, as a cell of effects.csv has them.
_SEVERAL = ";"
_NO_STUDY = "rows that name no study"
_SAID_BEFORE = "another row of the same study says otherwise"

Names = tuple[str, ...]
Meaning = tuple[Names, list[str]]
"""The names that a cell stands for, and the texts in it that have no meaning."""
Key = tuple[str, str, str, str]
"""Coder, facet, code and stance."""


@dataclass(slots=True)
class _Study:
    """A study while its rows are gathered."""

    source: CodedSource
    rows: int = 0
    said: dict[tuple[str, str], tuple[str, Names]] = field(default_factory=dict)
    codings: dict[Key, CodedPassage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a sheet: its study, its place, and who coded it."""

    study: _Study
    place: str
    coder: str


def coded_sheet(path: Path, told: CodingMap) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a sheet says by its map, or every fault that keeps it from being taken.

    A column that the map does not name is a fault, as is a text that it gives no meaning.
    """
    sheet, faults = read_wide(path, told.sheet, told.header)
    if sheet is None:
        return None, faults
    reader = _Reader(sheet, told)
    found = reader.read()
    return (None if reader.faults else found), reader.faults


class _Reader:
    """Reads a sheet column by column, and notes what is wrong with it."""

    def __init__(self, sheet: WideSheet, told: CodingMap) -> None:
        self.faults: list[Fault] = []
        self._sheet, self._map = sheet, told
        self._lost: dict[str, list[str]] = {}
        self._columns = self._named_columns()

    def read(self) -> CodedEvidence:
        """Return what the sheet says."""
        rows = self._rows()
        effects: dict[int, dict[str, str]] = {}
        told = self._map.columns
        for name, rule in told.items():
            column = self._columns.get(name)
            if column and not rule.is_left_out:
                self._read_column(column, rule, rows, effects)
        for name, column in self._columns.items():
            if name in told and told[name].is_left_out:
                self._lose(name, (text for _, text in self._sheet.cells(column)))
        studies = [*{id(row.study): row.study for row in rows.values()}.values()]
        return CodedEvidence(
            tool="spreadsheet",
            sources=tuple(study.source for study in studies),
            codings=tuple(one for study in studies for one in study.codings.values()),
            answers=tuple(
                CodedAnswer(
                    source=study.source.name,
                    place=place,
                    coder=coder,
                    attribute=attribute,
                    values=values,
                )
                for study in studies
                for (coder, attribute), (place, values) in study.said.items()
            ),
            effects=tuple(
                CodedEffect(
                    source=rows[number].study.source.name,
                    place=rows[number].place,
                    coder=rows[number].coder,
                    cells=cells,
                )
                for number, cells in sorted(effects.items())
            ),
            lost={name: tuple(texts) for name, texts in self._lost.items()},
        )

    def _lose(self, name: str, texts: Iterable[str]) -> None:
        if found := [*texts]:
            self._lost.setdefault(name, []).extend(found)

    def _named_columns(self) -> dict[str, Column]:
        """Return the columns that the map names, with a fault for each that one of both lacks."""
        columns, told = self._sheet.columns, self._map
        wanted = {name: rule.line for name, rule in told.columns.items()}
        wanted |= {one.column: one.line for one in told.sources.values()}
        wanted |= {told.coder_column: 0} if told.coder_column else {}
        found = {}
        names = tuple(column.name for column in columns)
        for name, line in wanted.items():
            if column := column_named(columns, name):
                found[name] = column
            else:
                message = f"the sheet has no column {quote(name)}"
                code, near = FaultCode.MISSING_COLUMN, nearest(name, names)
                self.faults.append(Fault(told.path, line, "", code, message, "", near))
        known = {column.name for column in found.values()}
        for column in columns:
            if column.name not in known:
                count = sum(1 for _ in self._sheet.cells(column))
                message = f"the map says nothing of the column {quote(column.name)}"
                message += f" ({count:,} cells)"
                self._fault(column, self._sheet.header[-1] - 1, FaultCode.EXTRA_COLUMN, message)
        return found

    def _fault(self, column: Column, row: int, code: FaultCode, message: str, *hints: str) -> None:
        grid = self._sheet.grid
        line, place = grid.lines[row] if grid.lines else 0, grid.place(row, column.at)
        where = column.name if grid.lines else place
        self.faults.append(Fault(grid.file, line, where, code, message, *hints))

    def _rows(self) -> dict[int, _Row]:
        """Return each row that names a study; several may name the same."""
        values: dict[int, dict[str, str]] = {}
        for name, made_of in self._map.sources.items():
            if column := self._columns.get(made_of.column):
                for row, text in self._sheet.cells(column):
                    if not self._is_nothing(text) and (said := _of_source(name, made_of, text)):
                        values.setdefault(row, {})[name] = said
        coders = self._coders()
        studies: dict[str, _Study] = {}
        found = {}
        is_titled = "title" in self._map.sources
        for row in self._sheet.rows:
            told = values.get(row, {})
            place = self._sheet.grid.place(row)
            name = told.pop("source_id", "") or place
            title = bare_words(told.get("title", ""))
            key = name if name != place else f"{title} {told.get('year')}"
            # A last row with totals has something under the ids, too.
            if not title and key not in studies and (is_titled or name == place):
                cells = filter(None, self._sheet.grid.rows[row])
                self._lose(_NO_STUDY, [f"{place}: {', '.join(cells)}"])
                continue
            source = CodedSource(name=name, place=place, values=told)
            study = studies.setdefault(key, _Study(source))
            study.rows += 1
            coder = coders.get(row, "") if study.rows > 1 or not self._map.coder else ""
            found[row] = _Row(study, place, coder or self._map.coder)
        return found

    def _coders(self) -> dict[int, str]:
        """Return who coded each row that says so."""
        column = self._columns.get(self._map.coder_column)
        found: dict[int, str] = {}
        unknown: dict[str, list[int]] = {}
        for row, text in self._sheet.cells(column) if column and self._map.coders else ():
            coder = looked_up(self._map.coders, text)
            if coder:
                found[row] = coder
            elif not self._is_nothing(text):
                unknown.setdefault(text, []).append(row)
        for text, rows in unknown.items():
            assert column  # noqa: S101 - it is where the text stands
            message = f"the map knows no coder {quote(text)}{_times(rows)}"
            names = tuple(self._map.coders)
            near = nearest(text, names)
            code = FaultCode.UNKNOWN_CODER
            self._fault(column, rows[0], code, message, ", ".join(names), near)
        return found

    def _is_nothing(self, text: str) -> bool:
        return text.casefold() in self._map.nothing

    def _read_column(
        self,
        column: Column,
        rule: Rule,
        rows: Mapping[int, _Row],
        effects: dict[int, dict[str, str]],
    ) -> None:
        known: dict[str, Meaning] = {}
        unknown: dict[str, list[int]] = {}
        for number, text in self._sheet.cells(column):
            row = rows.get(number)
            if row is None:
                continue
            if text not in known:
                known[text] = self._meaning(rule, text)
            names, strange = known[text]
            for one in strange:
                unknown.setdefault(one, []).append(number)
            if names:
                self._put(rule, names, row, effects.setdefault(number, {}) if rule.effect else {})
        for text, places in unknown.items():
            message = f"the map gives {quote(text)} no meaning under {quote(column.name)}"
            message += _times(places)
            near = nearest(text, tuple(rule.texts))
            self._fault(column, places[0], FaultCode.UNKNOWN_VALUE, message, "", near)

    def _meaning(self, rule: Rule, text: str) -> Meaning:
        if not rule.texts:
            return (() if self._is_nothing(text) else (text,)), []
        found: dict[str, None] = {}
        strange = []
        for one in parts(text, rule.split):
            names = looked_up(rule.texts, one)
            if names is None and not self._is_nothing(one):
                strange.append(one)
            found |= dict.fromkeys(names or ())
        return tuple(found), strange

    def _put(self, rule: Rule, names: Names, row: _Row, effect: dict[str, str]) -> None:
        study, coder = row.study, rule.coder or row.coder
        if rule.effect:
            effect[rule.effect] = _SEVERAL.join(names)
        elif rule.attribute:
            key = (coder, rule.attribute)
            before, values = study.said.get(key, (row.place, ()))
            if before == row.place:
                # Several columns may say it, such as one for each value.
                study.said[key] = (before, tuple(dict.fromkeys((*values, *names))))
            elif values != names:
                told = f"{row.place}: {rule.attribute} {', '.join(names)}"
                self._lose(_SAID_BEFORE, [f"{told}, and {', '.join(values)} in {before}"])
        for code, stance in _held(rule, names):
            key_of_coding = (coder, rule.facet, code, stance)
            if key_of_coding not in study.codings:
                study.codings[key_of_coding] = CodedPassage(
                    source=study.source.name,
                    place=row.place,
                    coder=coder,
                    facet=rule.facet,
                    code=code,
                    stance=stance,
                )


def _held(rule: Rule, names: Names) -> Sequence[tuple[str, str]]:
    """Return the codes and stances that names of a cell are."""
    if not rule.facet:
        return ()
    if rule.stance:
        return [(name, rule.stance) for name in names]
    return [(rule.code, name) for name in names]


def parts(text: str, split: str) -> list[str]:
    """Return the texts of a cell, of which what stands in brackets is no other.

    Where a cell is split at all, a line of its own is a text of its own.
    """
    if not split:
        return [text.replace("\n", " ")]
    text = text.replace("\n", f"{split} ")
    pieces: list[list[str]] = []
    depth = 0
    for piece in text.split(split):
        if depth:
            pieces[-1].append(piece)
        else:
            pieces.append([piece])
        opened = sum(map(piece.count, "(["))
        depth = max(0, depth + opened - sum(map(piece.count, ")]")))
    # Where a bracket is never closed, it says nothing of what belongs together.
    whole = text.split(split) if depth else map(split.join, pieces)
    return [*filter(None, (" ".join(one.split()) for one in whole))]


def _of_source(name: str, source: FromColumn, text: str) -> str:
    """Return what a cell says of a publication."""
    found: str | None = looked_up(source.texts, text)
    if found is None:
        return author_list(text) if name == "authors" else text.replace("\n", " ")
    return "" if found == LEAVE_OUT else found


def _times(places: Sequence[int]) -> str:
    return f" ({len(places):,} cells)" if len(places) > 1 else ""
