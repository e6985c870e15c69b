"""Taguette's databases and exports, and databases that mean no good."""

import sqlite3
from pathlib import Path

import pytest

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.looks import look_at
from evidence.exchange.qualitative import databases
from evidence.model.faults import Fault
from tests.unit.exchange.qda_files import FOLDER

SQL = (FOLDER / "taguette.sql").read_text("utf-8")
PASSAGES = [
    ("Ward 3", "effect", "sleep", "highlight 2", "I slept better"),
    ("Ward 3", "effect", "sleep", "highlight 1", "came. It cost <us> a"),
    ("Ward 3", "", "U.S. money", "highlight 1", "came. It cost <us> a"),
]


def database(folder: Path, *more: str, sql: str = SQL) -> Path:
    path = folder / "project.sqlite3"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        for script in (sql, *more):
            made.executescript(script)
    made.close()
    return path


def read(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    reader = reader_of(look_at(path))
    assert reader
    return reader.read(path)


def evidence_of(path: Path) -> CodedEvidence:
    found, faults = read(path)
    assert found, faults
    return found


def passages(found: CodedEvidence) -> list[tuple[str, ...]]:
    return [(one.source, one.facet, one.code, one.locator, one.gist) for one in found.codings]


def test_a_database_has_passages_and_who_marked_them_last(tmp_path: Path) -> None:
    found = evidence_of(database(tmp_path))
    assert passages(found) == PASSAGES
    assert [one.coder for one in found.codings] == ["", "ada", "ada"]
    assert [one.name for one in found.sources] == ["Ward 3", "Ward 3 (2)"]
    assert found.facets["effect"].codes == {"sleep": "Sleep, by night"}
    assert found.lost == {
        "comments on sources": ("Ward 3: a diary",),
        "passages without a code": ("Ward 3 (2): Nothing",),
    }
    assert not found.notes


def test_highlights_as_csv_say_the_same() -> None:
    found = evidence_of(FOLDER / "taguette-highlights.csv")
    assert passages(found) == PASSAGES
    assert found.lost == {"passages without a code": ("Ward 3 (2): Nothing",)}


@pytest.mark.parametrize("name", ["taguette-codebook.csv", "taguette.qdc"])
def test_a_codebook_has_the_same_groups(name: str) -> None:
    found = evidence_of(FOLDER / name)
    assert {group: [*facet.codes] for group, facet in found.facets.items()} == {
        "": ["interesting", "U.S. money"],
        "effect": ["sleep"],
    }
    assert not found.codings


def test_several_projects_are_told(tmp_path: Path) -> None:
    path = database(tmp_path, "INSERT INTO projects VALUES (2, 'Other', '')")
    assert evidence_of(path).notes == ("it holds 2 projects: 'Gardens & wards', 'Other'",)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = database(tmp_path)
    before = path.read_bytes()
    evidence_of(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


VIEW = """
ALTER TABLE tags RENAME TO real_tags;
CREATE VIEW tags AS SELECT id, project_id, upper(path) AS path, description FROM real_tags;
"""
GENERATED = """
DROP TABLE highlight_tags;
CREATE TABLE highlight_tags (highlight_id INTEGER,
    tag_id TEXT GENERATED ALWAYS AS (hex(zeroblob(3000))) VIRTUAL);
INSERT INTO highlight_tags (highlight_id) VALUES (1);
"""
VIRTUAL = """
DROP TABLE highlight_tags;
CREATE VIRTUAL TABLE highlight_tags USING fts5(highlight_id, tag_id);
"""
TRIGGER = "CREATE TRIGGER t AFTER INSERT ON tags BEGIN DELETE FROM tags; END"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (VIEW, "no table 'tags'"),
        (GENERATED, "no table 'highlight_tags'"),
        ("ALTER TABLE tags RENAME COLUMN path TO way", "no such column"),
        ("DROP TABLE commands", "no table 'commands'"),
        (VIRTUAL, "no table 'highlight_tags'"),
    ],
)
def test_a_database_of_another_make_is_refused(sql: str, said: str, tmp_path: Path) -> None:
    found, faults = read(database(tmp_path, sql))
    assert found is None
    assert said in str(faults[0])


def test_a_trigger_does_nothing(tmp_path: Path) -> None:
    assert passages(evidence_of(database(tmp_path, TRIGGER))) == PASSAGES


def test_cells_of_other_kinds_are_read_as_text(tmp_path: Path) -> None:
    odd = "UPDATE tags SET path = x'ff00', description = 5 WHERE id = 2"
    worse = "UPDATE highlights SET start_offset = 'x'"
    found = evidence_of(database(tmp_path, odd, worse))
    assert len(found.codings) == len(PASSAGES)


def test_a_database_may_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = database(tmp_path)
    monkeypatch.setattr(databases, "_MOST_ROWS", 2)
    assert "over 2 rows" in str(read(path)[1][0])
    monkeypatch.setattr(databases, "LARGEST", 2)
    assert "bytes" in str(read(path)[1][0])


def test_a_long_snippet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = database(tmp_path, "UPDATE highlights SET snippet = hex(zeroblob(20000))")
    monkeypatch.setattr(databases, "_LONGEST", 10_000)
    assert "too big" in str(read(path)[1][0])


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = database(tmp_path)
    path.write_bytes(path.read_bytes()[:100] + b"\x00" * 3_000)
    found, faults = read(path)
    assert found is None
    assert faults[0].code == "unreadable-file"
    empty = database(
        tmp_path, "DELETE FROM tags; DELETE FROM highlights; DELETE FROM highlight_tags"
    )
    assert "nothing is coded" in str(read(empty)[1][0])
