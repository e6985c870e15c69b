"""A data package has what it describes and nothing else, and gives the same evidence."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import frictionless
import pytest

from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.model.package import FILE, read_package
from evidence.proof.packed import data_package
from tests.conftest import PROJECT

DATA = PROJECT / "data"


def packed(data: Path) -> bytes:
    package, faults = read_package(data)
    assert package, faults
    return data_package(data, package)


@pytest.fixture(scope="module")
def content() -> bytes:
    return packed(DATA)


@pytest.fixture
def unpacked(content: bytes, tmp_path: Path) -> Path:
    with ZipFile(BytesIO(content)) as archive:
        archive.extractall(tmp_path / "data")
    return tmp_path / "data"


def test_it_comes_back_as_the_same_evidence(unpacked: Path, real: Evidence) -> None:
    assert load(unpacked) == real


def test_it_has_what_it_describes_and_its_readme(content: bytes, unpacked: Path) -> None:
    described = json.loads((unpacked / FILE).read_text("utf-8"))["resources"]
    names = ZipFile(BytesIO(content)).namelist()
    assert names[0] == FILE
    assert {*names} == {FILE, "README.md", *(row["path"] for row in described)}
    assert packed(DATA) == content


def test_frictionless_accepts_it(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_bytes(content)
    report = frictionless.Package(str(tmp_path / "data.zip")).validate()
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(json.loads((DATA / FILE).read_text("utf-8"))["resources"])


def test_frictionless_sees_that_a_byte_was_changed(unpacked: Path) -> None:
    path = unpacked / "sources.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b" the ", b" teh ", 1))
    assert not frictionless.Package(str(unpacked / FILE)).validate().valid
    path.write_bytes(content)
    assert frictionless.Package(str(unpacked / FILE)).validate().valid
