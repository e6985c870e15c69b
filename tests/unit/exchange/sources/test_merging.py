"""What a record adds to the source that it is: all of it, and nothing is written over."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.exchange.sources.held import record_of
from evidence.exchange.sources.incoming import plan
from evidence.exchange.sources.merging import Merging, compared, merge
from evidence.exchange.sources.records import Part, Record, make_record
from evidence.model.package import read_package

PACKAGE, _ = read_package(Path(__file__).parents[3] / "second_review/data")
assert PACKAGE
SCHEMA = PACKAGE.tables["sources"]
TITLE = "Gardens and waiting times in six towns"
HELD = {"source_id": "hill2010", "type": "report", "authors": "Hill, Ada", "year": "2010"}
HELD |= {"title": TITLE, "url": "https://example.org/a"}


def record(place: str = "line 7", **texts: str) -> Record:
    made = {"type": "report", "authors": "Hill, Ada", "year": "2010", "title": TITLE, **texts}
    return make_record("csl", 7, place, [Part(name, name, text) for name, text in made.items()])


def merged(*records: Record, entry: Mapping[str, tuple[str, ...]] | None = None) -> Merging:
    held = [("hill2010", record_of(HELD, 2, "", entry or {}))]
    return merge(plan(records, [HELD], SCHEMA), held, SCHEMA)


def test_nothing_to_merge_changes_nothing() -> None:
    found = merged()
    assert (found.merged, found.cells, found.entries) == ((), {}, {})


def test_empty_cells_and_the_entry_are_filled() -> None:
    found = merged(record(doi="10.1234/a", volume="3", abstract="Text.", keywords="a; b"))
    assert found.cells == {"hill2010": {"volume": "3", "doi": "10.1234/a"}}
    assert found.entries["hill2010"] == {
        "volume": ("3",),
        "doi": ("10.1234/a",),
        "abstract": ("Text.",),
        "keywords": ("a", "b"),
    }
    assert not found.plan.added
    assert not found.plan.duplicates


def test_what_differs_is_told_side_by_side_and_stays() -> None:
    found = merged(record(title=f"{TITLE}!", authors="Hill, A.", year="2011"))
    assert found.cells == {}
    assert found.merged[0].differing == (
        ("authors", "Hill, Ada", "Hill, A."),
        ("year", "2010", "2011"),
    )


def test_lists_are_united_and_a_second_address_becomes_a_note() -> None:
    entry = {"keywords": ("Trees", "sleep"), "annote": ("Read.",)}
    found = merged(record(keywords="sleep; wards; TREES", url="https://example.org/b"), entry=entry)
    assert found.entries["hill2010"] == {
        "keywords": ("Trees", "sleep", "wards"),
        "annote": ("Read.; Also at https://example.org/b",),
    }
    again = merged(
        record(keywords="sleep; wards; TREES", url="https://example.org/b"),
        entry={**entry, **found.entries["hill2010"]},
    )
    assert again.entries == {}


@pytest.mark.parametrize("url", ["https://example.org/a/", "https://EXAMPLE.org/a"])
def test_the_same_address_is_no_other(url: str) -> None:
    assert merged(record(url=url)).entries == {}


def test_several_records_of_one_source_fill_it_together() -> None:
    found = merged(record(volume="3", issue="1"), record(volume="4", pages="1-2", publisher="P"))
    assert found.cells["hill2010"] == {
        "volume": "3",
        "issue": "1",
        "pages": "1-2",
        "publisher": "P",
    }
    assert [one.differing for one in found.merged] == [(), (("volume", "3", "4"),)]


def test_records_of_one_new_source_become_one() -> None:
    other = "Walls that are green all winter"
    found = merged(
        record("line 1", title=other, keywords="a", issn="1234-5678"),
        record("line 9", title=f"{other}.", doi="10.1234/w", keywords="b", abstract="Text."),
    )
    (one,) = found.plan.added
    assert one.cells["doi"] == "10.1234/w"
    assert dict(one.record.values) | {"keywords": ("a", "b"), "abstract": ("Text.",)} == dict(
        one.record.values
    )
    assert (found.cells, found.entries) == ({}, {})


def test_what_no_cell_takes_and_what_has_no_name_is_told() -> None:
    parts = [Part(name, name, text) for name, text in (("title", TITLE), ("year", "2010"))]
    odd = make_record("csl", 7, "", [*parts, Part("", "M1", "odd"), Part("doi", "DOI", "10.1/x y")])
    found = merged(odd)
    assert found.plan.rest["M1"] == ("odd",)
    assert found.cells == {}


def test_a_kind_that_only_the_review_knows_is_not_another() -> None:
    added, differing = compared(
        {"type": ("document",), "genre": ("inquiry",)}, {"type": ("report",), "genre": ("x",)}
    )
    assert (added, differing) == ({}, [])
