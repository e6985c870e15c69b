"""The data package is valid by the standard, and Frictionless finds what our checker finds."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import frictionless
import pytest

from evidence.model.faults import DataFaults
from evidence.model.load import load
from evidence.model.package import CONSTRAINTS, TYPES, read_package
from evidence.model.relations import _UNKNOWN

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "data"
DESCRIPTOR: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = [resource for resource in DESCRIPTOR["resources"] if resource.get("type") == "table"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(HERE / "data", folder)
    shutil.copyfile(DATA / "datapackage.json", folder / "datapackage.json")
    return folder


def test_frictionless_accepts_the_real_data() -> None:
    report = frictionless.Package(str(DATA / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sources.csv", "adam2005,article", "Adam2005,article"),
        ("sources.csv", ",2005,", ",1805,"),
        ("sources.csv", ",2005,", ",05,"),
        ("sources.csv", ",UK,", ",,"),
        ("sources.csv", ",report,", ",reprot,"),
        ("sources.csv", ",10.1000/", ",doi:10.1000/"),
        ("sources.csv", ",2026-11-22", ",22/11/2026"),
        ("sources.csv", "country", "county"),
        ("searches.csv", "review,8", "review,eight"),
        ("searches.csv", "reviews,2", "reviews,1"),
        ("searches.csv", "review,8", "review"),
        ("screening.csv", "r0004,reviews,2", "r0004,reviews,3"),
        ("codings.csv", "adam2005,agreed,theme", "adm2005,agreed,theme"),
        ("appraisals.csv", "adam2005,B,survey,schools,low,review,\n", ""),
    ],
)
def test_frictionless_agrees_that_it_is_a_fault(data: Path, file: str, old: str, new: str) -> None:
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert not frictionless.Package(str(data / "datapackage.json")).validate().valid
    with pytest.raises(DataFaults):
        load(data)


def test_every_column_is_described_for_an_author() -> None:
    fields = [field for table in TABLES for field in table["schema"]["fields"]]
    assert all(field["title"] and field["description"].endswith(".") for field in fields)
    assert {field["type"] for field in fields} <= TYPES
    assert {name for field in fields for name in field.get("constraints", ())} <= CONSTRAINTS


def test_examples_are_valid_values() -> None:
    from evidence.model.tables import cell_fault

    package, _ = read_package(DATA)
    assert package
    fields = [field for table in package.tables.values() for field in table.fields.values()]
    assert [cell_fault(field, field.example) for field in fields if field.example] == [
        None for field in fields if field.example
    ]


def test_every_foreign_key_has_a_reason_code() -> None:
    resources = {
        key["reference"]["resource"]
        for table in TABLES
        for key in table["schema"].get("foreignKeys", ())
    }
    assert resources == set(_UNKNOWN)


def test_resources_are_the_files_of_the_folder() -> None:
    named = {resource["path"] for resource in DESCRIPTOR["resources"]}
    here = {path.name for path in DATA.iterdir()}
    assert here - named == {"datapackage.json", "README.md", "CHANGELOG.md", "changes"}


def test_package_is_immutable() -> None:
    package, _ = read_package(DATA)
    assert package
    with pytest.raises(TypeError):
        package.tables["sources"] = package.tables["codings"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        package.tables["sources"].name = "x"  # type: ignore[misc]
