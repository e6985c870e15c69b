"""What a file's coded evidence would add to the data and change, and what the data have already.

Nothing is ever taken away: that a file says nothing of a coding may only mean that it is another
file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from pathlib import PurePath

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.coded_names import Names
from evidence.exchange.codings.coded_sources import MatchedSources, match_sources
from evidence.exchange.data_files.held_tables import HeldData
from evidence.exchange.sources.records import clean
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.package import Field, TableSchema
from evidence.model.relations import ADDED, BOTH
from evidence.model.tables import cell_fault

Cells = tuple[str, ...]
"""The cells of a row, in the order of its table's columns."""
Rows = dict[Cells, Cells]
"""Rows by their key."""

_APPRAISALS = "appraisals"
_OF_CODING = ("source_id", "coder", "facet", "code", "stance", "locator", "gist", "reconciled")
# Where more passages of a source hold one code in one stance, they are told in one row.
_BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class TableRows:
    """What becomes of the rows of a table.

    Attributes
    ----------
    changed
        Each as it is and as it would be.
    silent
        How many the data have, by those who coded the file and of its sources, of which the file
        says nothing.
    filled
        How many of those added say where in the file they stand, for want of a better text.
    """

    added: tuple[Cells, ...]
    changed: tuple[tuple[Cells, Cells], ...]
    same: int
    silent: int
    filled: int


@dataclass(frozen=True, slots=True)
class CodingPlan:
    """What becomes of all that a file says.

    Attributes
    ----------
    left_out
        How many codings, answers and effects are left out with their source.
    tables
        By name; only those of which the file says anything.
    """

    sources: MatchedSources
    left_out: int
    tables: Mapping[str, TableRows]


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said in the file for a table.

    Attributes
    ----------
    places
        Where in the file a row stands that lacks a text which the table requires.
    """

    rows: Rows = field(default_factory=dict)
    places: dict[Cells, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """What is given, and the faults that are found on the way."""

    found: CodedEvidence
    held: HeldData
    names: Names
    file: str
    ids: Mapping[str, str]
    alike: Mapping[str, str]
    faults: list[Fault]

    def fault(self, place: str, code: FaultCode, message: str, *hints: str) -> None:
        self.faults.append(Fault(self.file, 0, place, code, message, *hints))


def plan_codings(
    found: CodedEvidence, held: HeldData, names: Names, file: str
) -> tuple[CodingPlan | None, list[Fault]]:
    """Say what becomes of each thing that a file says, or every fault that it has.

    Parameters
    ----------
    found
        In the names of the data; what it calls coders, and leaves out of stances, `names` has.
    """
    matched = match_sources(found, held, file)
    alike = {one.record.place: one.reason for one in matched.plan.duplicates}
    work = _Work(found, held, names, file, matched.ids, alike, [*matched.faults])
    tables = held.package.tables
    said = {"codings": _codings(work, tables["codings"])}
    if "effects" in tables:
        said["effects"] = _effects(work, tables["effects"])
    elif found.effects:
        message, place = "the codebook asks nothing of effects", found.effects[0].place
        allowed = "effects: in it, or under codebook: in the map"
        work.fault(place, FaultCode.BAD_STRUCTURE, message, allowed)
    if _APPRAISALS in tables:
        said[_APPRAISALS] = _appraisals(work, tables[_APPRAISALS], said)
    if work.faults:
        return None, work.faults
    new = [one.source_id for one in matched.plan.added]
    order = {one: place for place, one in enumerate((*matched.known, *new))}
    compared = {}
    for name, one in said.items():
        one.rows.update(_reconciled(one.rows, held, tables[name]))
        if one.rows:
            compared[name] = _compared(one, held.rows[name], tables[name], order, file)
    left_out = sum(row.source not in matched.ids for row in found.said())
    return CodingPlan(matched, left_out, compared), []


def _codings(work: _Work, schema: TableSchema) -> _Said:
    said, key, tidy = _Said(), _key(schema), cache(clean)
    ordered = itemgetter(*(_OF_CODING.index(name) for name in schema.fields))
    joined = {_place(schema, name) for name in ("locator", "gist") if name in schema.fields}
    needed = {place for place in joined if [*schema.fields.values()][place].required}
    coders, stances, ids = work.names.coders, work.names.stances, work.ids
    several: dict[Cells, list[Cells]] = {}
    for row in work.found.codings:
        source_id = ids.get(row.source)
        if source_id is None:
            continue
        stance = row.stance or stances[row.facet]
        texts = tidy(row.locator), tidy(row.gist)
        cells: Cells = ordered(
            (source_id, coders[row.coder], row.facet, row.code, stance, *texts, "")
        )
        first = said.rows.setdefault(key(cells), cells)
        if first is not cells:
            several.setdefault(key(cells), [first]).append(cells)
        if any(not cells[place] for place in needed):
            said.places.setdefault(key(cells), row.place)
    for one, rows in several.items():
        said.rows[one] = tuple(
            _BETWEEN.join(filter(None, dict.fromkeys(texts))) if place in joined else texts[0]
            for place, texts in enumerate(zip(*rows, strict=True))
        )
    return said


def _effects(work: _Work, schema: TableSchema) -> _Said:
    said, key = _Said(), _key(schema)
    first_at: dict[Cells, str] = {}
    for row in work.found.effects:
        source_id = work.ids.get(row.source)
        if source_id is None:
            continue
        told = {name: clean(text) for name, text in row.cells.items()}
        told |= {"source_id": source_id, "coder": work.names.coders[row.coder]}
        cells = tuple(told.get(name, "") for name in schema.fields)
        for (name, column), text in zip(schema.fields.items(), cells, strict=True):
            if text and (wrong := cell_fault(column, text)):
                code, *told_so = wrong
                work.fault(row.place, code, f"{name}: {told_so[0]}", *told_so[1:])
        first = said.rows.setdefault(key(cells), cells)
        place = first_at.setdefault(key(cells), row.place)
        if first != cells:
            parts = quote(", ".join(filter(None, key(cells))))
            message = f"the effect {parts} is told otherwise at {place}"
            work.fault(row.place, FaultCode.DUPLICATE_KEY, message, "one row for one effect")
        said.places[key(cells)] = place
    return said


def _appraisals(work: _Work, schema: TableSchema, others: Mapping[str, _Said]) -> _Said:
    """Return a row for each coder and source, also where all that is said are codings."""
    asked = work.held.codebook.attributes
    said: dict[tuple[str, str], dict[str, tuple[dict[str, None], str]]] = {}
    for row in work.found.answers:
        source_id = work.ids.get(row.source)
        if source_id is None or not row.values:
            continue
        answers = said.setdefault((source_id, work.names.coders[row.coder]), {})
        before, place = answers.get(row.attribute, ({}, row.place))
        now = {**before, **dict.fromkeys(row.values)}
        answers[row.attribute] = (now, place)
        if len(now) > max(1, len(before)) and not asked[row.attribute].multiple:
            several = " and ".join(map(quote, now))
            other = f", the first at {place}" if place != row.place else ""
            if why := work.alike.get(row.place):
                other += f"; this one is taken for the same source, as {why}"
            message = f"{row.attribute} of {source_id} has one value, and the file {several}{other}"
            work.fault(row.place, FaultCode.NOT_ALLOWED, message)
    for name, one in others.items():
        table = work.held.package.tables[name]
        source, coder = _place(table, "source_id"), _place(table, "coder")
        for cells in one.rows.values():
            said.setdefault((cells[source], cells[coder]), {})
    key, rows = _key(schema), {}
    orders = {name: [*one.values] for name, one in asked.items()}
    for (source_id, by), given in said.items():
        texts = {"source_id": source_id, "coder": by}
        for name, (values, _) in given.items():
            in_order = sorted(values, key=orders[name].index)
            texts[name] = schema.fields[name].delimiter.join(in_order)
        cells = tuple(texts.get(name, "") for name in schema.fields)
        rows[key(cells)] = cells
    return _Said(rows)


def _reconciled(rows: Rows, held: HeldData, schema: TableSchema) -> Rows:
    """Return agreed rows that say whose they are, those of the data too where that changes."""
    book = held.codebook
    if book.agreed in book.coders or "reconciled" not in schema.fields:
        return {}
    coder, place = _place(schema, "coder"), _place(schema, "reconciled")
    key = _key(schema)
    bare = itemgetter(*(_place(schema, name) for name in schema.primary_key if name != "coder"))
    touched = {bare(cells) for cells in rows.values()}
    together = {key(cells): cells for cells in held.rows[schema.name] if bare(cells) in touched}
    together = {**rows, **together}
    holders: dict[Cells, set[str]] = {}
    for cells in together.values():
        if cells[coder] in book.coders:
            holders.setdefault(bare(cells), set()).add(cells[coder])
    found = {}
    for one, cells in together.items():
        if cells[coder] == book.agreed:
            by = holders.get(bare(cells), set())
            whose = BOTH if len(by) > 1 else "".join(by) or ADDED
            if one in rows or cells[place] != whose:
                said = rows.get(one, cells)
                found[one] = (*said[:place], whose, *said[place + 1 :])
    return found


def _compared(
    said: _Said, held: Sequence[Cells], schema: TableSchema, order: Mapping[str, int], file: str
) -> TableRows:
    key, columns = _key(schema), [*schema.fields.values()]
    source, coder = _place(schema, "source_id"), _place(schema, "coder")
    # Which folder it lies in is nobody's business but its author's.
    name = PurePath(file).name
    by_key = {key(cells): cells for cells in held}
    added, changed, same, filled = [], [], 0, 0
    for one, cells in said.rows.items():
        old = by_key.get(one)
        if old is None:
            place = said.places.get(one)
            whole = _filled(columns, cells, f"{name}, {place}") if place else cells
            filled += whole != cells
            added.append(whole)
        elif (new := tuple(map(_kept, columns, old, cells))) == old:
            same += 1
        else:
            changed.append((old, new))
    spoken = {(cells[source], cells[coder]) for cells in said.rows.values()}
    silent = sum(
        (cells[source], cells[coder]) in spoken and one not in said.rows
        for one, cells in by_key.items()
    )
    added.sort(key=lambda cells: (order[cells[source]], cells[coder], key(cells)))
    return TableRows(tuple(added), tuple(changed), same, silent, filled)


def _filled(columns: Sequence[Field], cells: Cells, place: str) -> Cells:
    """Return a row whose texts, where one is required and missing, say where in the file it is."""
    instead = {"locator": place, "gist": f"coded without words at {place}"}
    return tuple(
        cell or (instead.get(column.name, "") if column.required else "")
        for column, cell in zip(columns, cells, strict=True)
    )


def _kept(column: Field, old: str, new: str) -> str:
    """Return what a cell is to hold: the file's, unless it is silent or says the same."""
    sign = column.delimiter
    if column.type == "list" and {*new.split(sign)} == {*old.split(sign)}:
        return old
    return new or old


def _key(schema: TableSchema) -> Callable[[Cells], Cells]:
    return itemgetter(*(_place(schema, name) for name in schema.primary_key))


def _place(schema: TableSchema, column: str) -> int:
    return [*schema.fields].index(column)
