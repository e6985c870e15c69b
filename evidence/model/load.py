"""The data folder as one immutable `Evidence`, or every fault in it at once."""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from evidence.model.ai_use import AI_USE, read_ai_use
from evidence.model.bibliography import read_bibliography
from evidence.model.checklists import STANDARDS, read_checklist
from evidence.model.claims_file import read_claims
from evidence.model.codebook_file import read_codebook
from evidence.model.declared import ConfidenceRules, Variant
from evidence.model.declared_file import read_confidence, read_quantities, read_variants
from evidence.model.evidence import (
    BASELINE,
    AiUse,
    Appraisal,
    Coding,
    Effect,
    Evidence,
    Record,
    Search,
    Source,
)
from evidence.model.faults import DataFaults, Fault, FaultCode
from evidence.model.history_file import read_history
from evidence.model.package import FILE, Field, Package, read_package
from evidence.model.relations import mended_sources, relation_faults
from evidence.model.selection_file import SelectionReader, SourceField
from evidence.model.tables import Table, read_table
from evidence.model.works import doi_faults, reference_faults

_Made = TypeVar("_Made")
_ROWS: Mapping[str, type] = {
    "sources": Source,
    "searches": Search,
    "screening": Record,
    "codings": Coding,
}
# The columns of appraisals and effects that the codebook does not say the values of.
_APPRAISED = ("source_id", "coder")
_EFFECT = tuple(name for name in Effect.__dataclass_fields__ if name != "values")
_NEEDED = ("sources", "codings")
# What a source has without the table saying so.
_MADE = frozenset({"study"})
# The words for quantities of reviews that declare none of their own.
QUANTITIES = Path(__file__).with_name("quantities.yml")


def load(data: Path) -> Evidence:
    """Read and check the data folder, which has a `datapackage.json`.

    Faults name files by their path from `data`, so that one relative to the working directory gives
    lines which an editor can follow.

    Raises
    ------
    DataFaults
        Anything is wrong; carries every fault of every file, sorted by place.
    """
    # Looking through a million values for what only refers to itself, again and again, takes a
    # third of the time, and there is nothing to find.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _load(data)
    finally:
        if collects:
            gc.enable()


def _load(data: Path) -> Evidence:
    package, faults = read_package(data)
    if package is None:
        raise DataFaults(faults)
    if unlike := _unlike_evidence(data, package):
        raise DataFaults([*faults, *unlike])
    tables = {name: read_table(data, schema) for name, schema in package.tables.items()}
    begun = _is_begun({name: table for name, (table, _) in tables.items() if table is not None})
    read: dict[str, Table] = {}
    for name, (table, found) in tables.items():
        faults += found if begun else _but_empty(found)
        # A rule across tables would only repeat the fault of a table that can't be held to it.
        if table is not None and (table.sound or not (begun or _but_empty(found))):
            read[name] = table
    columns = _asked(package, "appraisals", _APPRAISED)
    effect_columns = _asked(package, "effects", _EFFECT)
    others = {name: data / path for name, path in package.others.items()}
    fields = package.tables["sources"].fields
    held = read["sources"].columns if "sources" in read and not faults else {}
    source_fields = {
        name: SourceField(row.enum, frozenset(held.get(name, ()))) for name, row in fields.items()
    }
    codebook = read_codebook(others["codebook"], faults, columns, source_fields, effect_columns)
    reader = SelectionReader(codebook, source_fields, codebook.selections() if codebook else {})
    claims = read_claims(others["claims"], faults, reader)
    if claims is None:
        # So are maybe the names that it gives to selections, which other files use.
        reader = SelectionReader(None, source_fields)
    quantities = read_quantities(others.get("quantities", QUANTITIES), faults)
    references, found = read_bibliography(others["bibliography"])
    faults += found if begun else _but_empty(found)
    confidence: ConfidenceRules | None = ConfidenceRules()
    variants: Mapping[str, Variant] | None = MappingProxyType({})
    if path := others.get("confidence"):
        confidence = read_confidence(path, faults, reader)
    if path := others.get("variants"):
        searches = read["searches"].columns["search"] if "searches" in read else ()
        names = tuple(dict.fromkeys(searches))
        variants = read_variants(path, faults, reader, names)
    history = read_history(others.get("history"), faults)
    checklists = {
        name: read_checklist(others[name], faults, standard) or {}
        for name, standard in STANDARDS.items()
        if name in others
    }
    ai_uses: Mapping[str, AiUse] = MappingProxyType({})
    if path := others.get(AI_USE):
        ai_uses, checklists[AI_USE] = read_ai_use(path, faults)
    if "sources" in read:
        read, found = mended_sources(read, references or ())
        faults += found
        faults += doi_faults(read["sources"])
        file = others["bibliography"].as_posix()
        faults += reference_faults(read["sources"], references, file) if references else ()
    faults += relation_faults(read, codebook)
    if faults or not (codebook and claims and quantities and confidence and history):
        raise DataFaults(faults)
    rows = _rows(read["sources"])
    sources = {row["source_id"]: Source(**{"study": row["source_id"], **row}) for row in rows}
    return Evidence(
        sources=MappingProxyType(sources),
        codings=tuple(_made(Coding, read["codings"])),
        effects=tuple(
            Effect(values=values, **{name: row[name] for name in _EFFECT if name in row})
            for row, values in _answered(read.get("effects"), effect_columns)
        ),
        effect_key=tuple(name for name in _key(package, "effects") if name in effect_columns),
        appraisals=tuple(
            Appraisal(row["source_id"], row["coder"], values)
            for row, values in _answered(read.get("appraisals"), columns)
        ),
        searches=tuple(_made(Search, read.get("searches"))),
        screening=tuple(_made(Record, read.get("screening"))),
        codebook=codebook,
        claims=claims,
        quantities=quantities,
        confidence=confidence,
        variants=variants or {},
        references=frozenset(references or ()),
        checklists=MappingProxyType(checklists),
        ai_uses=ai_uses,
        history=history,
        version=package.version,
    )


def _is_begun(tables: Mapping[str, Table]) -> bool:
    """Say whether anything was taken up or coded yet, of which the data would be incomplete."""
    rows = tables["sources"].rows if "sources" in tables else ()
    taken_up = any(row.cells.get("role") != BASELINE for row in rows)
    return taken_up or any(tables.get(name) for name in ("appraisals", "codings", "effects"))


def _but_empty(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults but for that of a table without rows."""
    return [fault for fault in faults if fault.code is not FaultCode.EMPTY_TABLE]


def _unlike_evidence(data: Path, package: Package) -> list[Fault]:
    """Find tables that are missing, and tables with other columns than the evidence has."""
    wrong: list[tuple[str, str]] = [
        (f"there is no table {name}", "") for name in _NEEDED if name not in package.tables
    ]
    for name, kind in _ROWS.items():
        columns = [field.name for field in fields(kind)]
        missing = {field.name for field in fields(kind) if field.default is MISSING} - _MADE
        if name in package.tables:
            given = package.tables[name].fields.keys()
            if not missing <= given <= set(columns):
                message = f"table {name} must have the columns of {kind.__module__}.{kind.__name__}"
                wrong.append((message, ", ".join(columns)))
    for name in ("appraisals", "effects"):
        if name in package.tables and not package.tables[name].fields.keys() >= set(_APPRAISED):
            wrong.append((f"table {name} must say whose it is", ", ".join(_APPRAISED)))
    file = (data / FILE).as_posix()
    return [Fault(file, 0, "", FaultCode.BAD_STRUCTURE, what, allowed) for what, allowed in wrong]


def _asked(package: Package, table: str, others: Collection[str]) -> Mapping[str, bool]:
    """Return the columns whose values the codebook has, and whether each is a list."""
    given = package.tables[table].fields if table in package.tables else {}
    return {name: row.type == "list" for name, row in given.items() if name not in others}


def _key(package: Package, table: str) -> tuple[str, ...]:
    return package.tables[table].primary_key if table in package.tables else ()


def _made(kind: Callable[..., _Made], table: Table | None) -> Iterator[_Made]:
    """Yield what the rows of a table are."""
    return (kind(**row) for row in _rows(table))


def _answered(
    table: Table | None, asked: Collection[str]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, tuple[str, ...]]]]:
    """Yield the rows of a table, and what each answers of what the codebook asks."""
    for row in _rows(table):
        values = {
            name: row[name] if isinstance(row[name], tuple) else (row[name],) if row[name] else ()
            for name in asked
        }
        yield row, MappingProxyType(values)


def _rows(table: Table | None) -> Iterator[dict[str, Any]]:
    """Yield the values of each row, by column; the same cell is the same value."""
    if table is None:
        return
    columns = {}
    for name, column in table.columns.items():
        field = table.schema.fields[name]
        values = {cell: _value(field, cell) for cell in {*column}}
        columns[name] = [values[cell] for cell in column]
    for cells in zip(*columns.values(), strict=True):
        yield dict(zip(columns, cells, strict=True))


def _value(field: Field, cell: str) -> Any:
    if field.type == "list":
        return tuple(cell.split(field.delimiter)) if cell else ()
    if field.type in ("integer", "year"):
        return int(cell) if cell else None
    return cell
