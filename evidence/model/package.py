"""`datapackage.json` as values: which files there are and what each column may hold.

No enum, pattern, range or key is stated anywhere else in the code.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from evidence.model.ai_use import AI_USE
from evidence.model.checklists import STANDARDS
from evidence.model.faults import Fault, FaultCode
from evidence.model.text import read_text

FILE = "datapackage.json"
_NEEDED = frozenset({"codebook", "claims", "bibliography"})
_OPTIONAL = frozenset({"quantities", "confidence", "variants", "history", AI_USE, *STANDARDS})
TYPES = frozenset({"string", "integer", "year", "date", "list"})
CONSTRAINTS = frozenset({"required", "enum", "pattern", "minimum", "maximum"})


@dataclass(frozen=True, slots=True)
class Field:
    """A column: one field of a Table Schema."""

    name: str
    type: str
    required: bool
    enum: tuple[str, ...]
    pattern: str
    minimum: int | None
    maximum: int | None
    example: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values together must stand in columns of another table."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table: its file, columns and keys."""

    name: str
    path: str
    fields: Mapping[str, Field]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what the data may be used, and the address of its text, if either is told."""

    title: str
    address: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.title, self.address)))


@dataclass(frozen=True, slots=True)
class Package:
    """All files of the data folder: tables by name, and paths of the other resources by name.

    Attributes
    ----------
    licences
        The title of each, and its address.
    title
        What the data are called; empty where nobody says.
    """

    version: str
    tables: Mapping[str, TableSchema]
    others: Mapping[str, str]
    licences: tuple[Licence, ...]
    title: str = ""


def read_package(data: Path) -> tuple[Package | None, list[Fault]]:
    """Read `datapackage.json` in the folder `data`; None where it can't be understood."""
    path = data / FILE
    file = path.as_posix()
    text, faults = read_text(path)
    if text is None:
        return None, faults
    try:
        descriptor = json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(file, error.lineno, error.colno, FaultCode.MALFORMED_JSON, error.msg.lower())
        return None, [*faults, fault]
    try:
        return package_of(descriptor), faults
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"not the data package this project reads: {type(error).__name__} {error}"
        return None, [*faults, Fault(file, 0, "", FaultCode.BAD_STRUCTURE, message)]


def package_of(descriptor: dict[str, Any]) -> Package:
    """Return the package that a descriptor describes."""
    resources = descriptor["resources"]
    tables = {row["name"]: table_schema(row) for row in resources if row.get("type") == "table"}
    others = {row["name"]: row["path"] for row in resources if row.get("type") != "table"}
    if others.keys() - _OPTIONAL != _NEEDED:
        needed, optional = (", ".join(sorted(names)) for names in (_NEEDED, _OPTIONAL))
        raise ValueError(f"the resources besides tables must be {needed}, and may be {optional}")
    for name in (*(table.path for table in tables.values()), *others.values()):
        if PurePath(name).name != name:
            raise ValueError(f"{name} is no file of this folder")
    licences = tuple(
        Licence(str(row.get("title") or row.get("name", "")), str(row.get("path", "")))
        for row in descriptor.get("licenses", ())
    )
    return Package(
        descriptor["version"],
        MappingProxyType(tables),
        MappingProxyType(others),
        licences,
        str(descriptor.get("title", "")),
    )


def table_schema(resource: Mapping[str, Any]) -> TableSchema:
    """Return what a resource of the package says of its table."""
    schema = resource["schema"]
    fields = {row["name"]: _field(row) for row in schema["fields"]}
    keys = tuple(
        ForeignKey(
            tuple(key["fields"]), key["reference"]["resource"], tuple(key["reference"]["fields"])
        )
        for key in schema.get("foreignKeys", ())
    )
    return TableSchema(
        name=resource["name"],
        path=resource["path"],
        fields=MappingProxyType(fields),
        primary_key=tuple(schema["primaryKey"]),
        foreign_keys=keys,
    )


def _field(descriptor: dict[str, Any]) -> Field:
    constraints = descriptor.get("constraints", {})
    if descriptor["type"] not in TYPES or not constraints.keys() <= CONSTRAINTS:
        # Skipping a rule the author wrote down would let wrong data pass unseen.
        raise ValueError(f"type or constraint not supported in field {descriptor['name']}")
    return Field(
        name=descriptor["name"],
        type=descriptor["type"],
        required=constraints.get("required", False),
        enum=tuple(constraints.get("enum", ())),
        pattern=constraints.get("pattern", ""),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        example=str(descriptor.get("example", "")),
        delimiter=descriptor.get("delimiter", ","),
    )
