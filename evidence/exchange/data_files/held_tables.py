"""The codebook and the tables that a project has, also while cells are still to be filled in."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.model.codebook import Codebook
from evidence.model.codebook_file import read_codebook
from evidence.model.evidence import Effect
from evidence.model.faults import Fault, FaultCode
from evidence.model.package import Package, read_package
from evidence.model.selection_file import SourceField
from evidence.model.tables import read_table, records, separator
from evidence.model.text import read_text

_APPRAISED = frozenset({"source_id", "coder"})
_TABLES = ("sources", "appraisals", "codings", "effects")


@dataclass(frozen=True, slots=True)
class HeldData:
    """What a project has, as its files have it.

    Attributes
    ----------
    rows
        By table, the cells of each row in the order of the columns.
    """

    package: Package
    codebook: Codebook
    rows: Mapping[str, tuple[tuple[str, ...], ...]]


def read_held(data: Path) -> tuple[HeldData | None, list[Fault]]:
    """Return what the data folder has, or what keeps it from being added to."""
    package, faults = read_package(data)
    if package is None:
        return None, faults
    fields = package.tables["sources"].fields
    codebook = read_codebook(
        data / package.others["codebook"],
        faults,
        _asked(package, "appraisals", _APPRAISED),
        {name: SourceField(row.enum) for name, row in fields.items()},
        _asked(package, "effects", Effect.__dataclass_fields__),
    )
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in _TABLES:
        if name in package.tables:
            rows[name] = _rows(data, package, name, faults)
    if faults or codebook is None:
        return None, faults
    return HeldData(package, codebook, rows), []


def _asked(package: Package, table: str, others: Collection[str]) -> Mapping[str, bool]:
    given = package.tables[table].fields if table in package.tables else {}
    return {name: row.type == "list" for name, row in given.items() if name not in others}


def _rows(
    data: Path, package: Package, name: str, faults: list[Fault]
) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table, whatever their cells hold."""
    schema = package.tables[name]
    text, _ = read_text(data / schema.path)
    columns = [*schema.fields]
    try:
        found = [cells for _, cells in records(text or "", separator(text or "", columns))]
    except csv.Error:
        found = []
    if found[:1] == [columns] and all(len(cells) == len(columns) for cells in found):
        # One object for each text, however often it stands there.
        one: dict[str, str] = {}
        return tuple(tuple([one.setdefault(cell, cell) for cell in row]) for row in found[1:])
    _, wrong = read_table(data, schema)
    faults += [one for one in wrong if one.code is not FaultCode.EMPTY_TABLE]
    return ()
