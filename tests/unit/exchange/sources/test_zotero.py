"""Zotero's library, as RDF, as its database and as CSV: the same items whichever way they come."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.exchange.sources.record_files import read_records
from evidence.exchange.sources.records import Records

FILES = Path(__file__).parents[1] / "zotero"
RDF = FILES / "zotero.rdf"
SQL = (FILES / "library.sql").read_text("utf-8")
EXPECTED: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {
        "type": ("article-journal",),
        "authors": ("Rudnik, Anna", "van Eyk, Helen B."),
        "year": ("2019",),
        "title": ("Flexibility in gardens: Ö, β & more",),
        "container": ("Invented Review",),
        "volume": ("14",),
        "issue": ("2",),
        "pages": ("121-128",),
        "doi": ("10.1234/ir.2019.14",),
        "url": ("https://example.org/flexibility",),
        "abstract": ("What was asked. What was said.",),
        "issn": ("1234-5678",),
        "language": ("en",),
    },
    {
        "type": ("chapter",),
        "authors": ("Department of Gardens",),
        "year": ("1999",),
        "title": ("Ponds that last",),
        "container": ("Paths and Ponds",),
        "pages": ("3-9",),
        "publisher": ("Invented Press",),
        "place": ("Norland",),
        "isbn": ("978-0-00-000000-2",),
        "annote": ("PMID: none",),
    },
)
KEYWORDS = {"gardens", "roofs", "gardens, roofs", "Flexibility", "Review/Roofs"}


def library(folder: Path, *more: str) -> Path:
    path = folder / "zotero.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        for script in (SQL, *more):
            made.executescript(script)
    made.close()
    return path


def read(path: Path) -> Records:
    records, faults = read_records(path)
    assert records, faults
    return records


@pytest.mark.parametrize("form", ["rdf", "csv", "sqlite"])
def test_each_form_gives_the_same_items(form: str, tmp_path: Path) -> None:
    found = read(library(tmp_path) if form == "sqlite" else FILES / f"zotero.{form}")
    assert len(found.records) == len(EXPECTED)
    for record, expected in zip(found.records, EXPECTED, strict=True):
        assert {name: record.values.get(name) for name in expected} == expected
    assert {*found.records[0].values["keywords"]} <= KEYWORDS
    assert "Flexibility" in found.records[0].values["keywords"]


def test_collections_and_notes_are_kept_and_attachments_are_told(tmp_path: Path) -> None:
    for path in (RDF, library(tmp_path)):
        one = read(path).records[0]
        assert "Review/Roofs" in one.values["keywords"]
        assert one.one("annote").startswith("Read twice")
        assert any("Rudnik - 2019.pdf" in text for tag, text in one.rest if tag == "attachment")


def test_a_call_number_is_no_tag_and_the_number_of_a_report_no_issue() -> None:
    one = read(RDF).records[1]
    assert {"keywords", "issue"}.isdisjoint(one.values)
    assert {("callNumber", "SB 475"), ("number", "7")} <= {*one.rest}


def test_what_belongs_to_no_source_is_passed_over_and_told(tmp_path: Path) -> None:
    (note,) = read(RDF).notes
    assert note.endswith("a Memo that belongs to no source")
    path = library(tmp_path)
    assert read(path).notes == ("1 items in the bin",)
    path.with_name("zotero.sqlite-wal").write_bytes(b"")
    assert "Zotero is running" in read(path).notes[0]


def test_a_database_is_not_changed(tmp_path: Path) -> None:
    path = library(tmp_path)
    before = path.read_bytes()
    path.chmod(0o400)
    assert read(path).records
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["zotero.sqlite"]  # noqa: PTH208


def test_collections_in_a_circle_end(tmp_path: Path) -> None:
    path = library(tmp_path, "UPDATE collections SET parentCollectionID = 2 WHERE collectionID = 1")
    assert "Review/Roofs" in read(path).records[0].values["keywords"]
    circle = RDF.read_text("utf-8").replace(
        "<dc:title>Roofs</dc:title>",
        '<dc:title>Roofs</dc:title><dcterms:hasPart rdf:resource="#collection_1"/>',
    )
    (tmp_path / "circle.rdf").write_text(circle, "utf-8")
    assert read(tmp_path / "circle.rdf").records


@pytest.mark.parametrize(
    "more",
    [
        "DROP TABLE tags; CREATE VIEW tags AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT "
        "x FROM n) SELECT x AS tagID, x AS name FROM n",
        "DROP TABLE deletedItems",
        "ALTER TABLE tags ADD COLUMN more AS (name || name)",
    ],
)
def test_a_database_that_computes_or_lacks_a_table_is_refused(more: str, tmp_path: Path) -> None:
    records, faults = read_records(library(tmp_path, more))
    assert records is None
    assert [fault.code for fault in faults] == ["unreadable-file"]
    assert "no database of Zotero" in faults[0].message


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE r [<!ENTITY a "b">]>\n' + RDF.read_text("utf-8").replace("Roofs", "&a;"),
        RDF.read_text("utf-8")[:-20],
        RDF.read_text("utf-8").replace("<dc:title>Roofs", "<a>" * 300 + "<dc:title>Roofs"),
    ],
)
def test_rdf_that_is_damaged_or_declares_types_is_a_fault(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.rdf").write_text(text, "utf-8")
    records, faults = read_records(tmp_path / "a.rdf")
    assert records is None
    assert [fault.code for fault in faults] == ["malformed-record"]
