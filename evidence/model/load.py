"""The data folder as one immutable `Evidence`, or every fault in it at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.model import relations
from evidence.model.bibliography import read_bibliography
from evidence.model.checklists import read_checklist
from evidence.model.codebook import read_claims, read_codebook
from evidence.model.evidence import (
    Appraisal,
    ChecklistItem,
    Coding,
    Evidence,
    Record,
    Search,
    Source,
)
from evidence.model.faults import DataFaults, Fault, FaultCode
from evidence.model.package import FILE, Field, Package, read_package
from evidence.model.scales import read_confidence, read_quantities
from evidence.model.tables import Row, Table, read_table

_ROWS: Mapping[str, type] = {
    "sources": Source,
    "searches": Search,
    "screening": Record,
    "appraisals": Appraisal,
    "codings": Coding,
}
_RULES: tuple[tuple[frozenset[str], Callable[[relations.Tables], Iterator[Fault]]], ...] = (
    (frozenset(), relations.foreign_key_faults),
    (frozenset({"sources"}), relations.baseline_faults),
    (frozenset({"codings"}), relations.coding_faults),
    (frozenset({"screening"}), relations.screening_faults),
    (frozenset({"sources", "screening"}), relations.inclusion_faults),
    (frozenset({"sources", "codings"}), relations.coverage_faults),
    (frozenset({"sources", "codings", "appraisals"}), relations.appraisal_faults),
)


def load(data: Path) -> Evidence:
    """Read and check the data folder.

    Parameters
    ----------
    data
        The folder with `datapackage.json`; faults name files by their path from here, so a
        path relative to the working directory gives lines that an editor can follow.

    Returns
    -------
    Evidence
        All tables, the codebook, the claims, the keys of the bibliography and, where there is one,
        the checklist.

    Raises
    ------
    DataFaults
        Anything is wrong; carries every fault of every file, sorted by place.
    """
    package, faults = read_package(data)
    if package is None:
        raise DataFaults(faults)
    if unlike := _unlike_evidence(data, package):
        raise DataFaults([*faults, *unlike])
    read: dict[str, Table] = {}
    for name, schema in package.tables.items():
        table, found = read_table(data, schema)
        faults += found
        # A rule across tables would only repeat the fault of a table that can't be held to it.
        if table and table.sound:
            read[name] = table
    bibliography_path = data / package.others["bibliography"]
    codebook, codebook_faults = read_codebook(data / package.others["codebook"])
    claims, claims_faults = read_claims(data / package.others["claims"], codebook)
    quantities, quantities_faults = read_quantities(data / package.others["quantities"])
    confidence, confidence_faults = read_confidence(data / package.others["confidence"])
    references, reference_faults = read_bibliography(bibliography_path)
    checklist: Mapping[str, ChecklistItem] | None = {}
    checklist_faults: list[Fault] = []
    if "prisma" in package.others:
        checklist, checklist_faults = read_checklist(data / package.others["prisma"])
    faults += codebook_faults + claims_faults + quantities_faults + confidence_faults
    faults += reference_faults + checklist_faults
    for needed, rule in _RULES:
        if needed <= read.keys():
            faults += rule(read)
    if codebook:
        faults += relations.codebook_faults(read, codebook)
    if references and "sources" in read:
        faults += relations.reference_faults(read, references, bibliography_path.as_posix())
    if faults or not (codebook and claims and quantities and confidence and references):
        raise DataFaults(faults)
    sources = {row["source_id"]: Source(**row) for row in _values(read["sources"])}
    return Evidence(
        sources=MappingProxyType(sources),
        codings=tuple(Coding(**row) for row in _values(read["codings"])),
        appraisals=tuple(Appraisal(**row) for row in _values(read["appraisals"])),
        searches=tuple(Search(**row) for row in _values(read["searches"])),
        screening=tuple(Record(**row) for row in _values(read["screening"])),
        codebook=codebook,
        claims=claims,
        quantities=quantities,
        confidence=confidence,
        references=frozenset(references),
        checklist=checklist or {},
        version=package.version,
    )


def _unlike_evidence(data: Path, package: Package) -> list[Fault]:
    faults = []
    for name, kind in _ROWS.items():
        columns = [field.name for field in fields(kind)]
        if name not in package.tables or list(package.tables[name].fields) != columns:
            message = f"table {name} must have the columns of {kind.__module__}.{kind.__name__}"
            file = (data / FILE).as_posix()
            faults.append(Fault(file, 0, "", FaultCode.BAD_STRUCTURE, message, ", ".join(columns)))
    return faults


def _values(table: Table) -> Iterator[dict[str, Any]]:
    numbers_and_lists = ("integer", "year", "list")
    typed = [field for field in table.schema.fields.values() if field.type in numbers_and_lists]
    for row in table.rows:
        yield {**row.cells, **{field.name: _value(field, row) for field in typed}}


def _value(field: Field, row: Row) -> int | tuple[str, ...] | None:
    cell = row.cells[field.name]
    if field.type == "list":
        return tuple(cell.split(field.delimiter)) if cell else ()
    return int(cell) if cell else None
