"""What becomes of each record beside the sources that there are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.exchange.sources.incoming import Plan, plan
from evidence.exchange.sources.records import Part, Record, make_record
from evidence.model.package import read_package

PACKAGE, _ = read_package(Path(__file__).parents[3] / "second_review/data")
assert PACKAGE
SCHEMA = PACKAGE.tables["sources"]
HELD = {
    "source_id": "hill2010",
    "type": "report",
    "authors": "Hill, Ada",
    "year": "2010",
    "title": "Gardens and waiting times in six towns",
    "doi": "10.1234/a",
}


def record(**texts: str) -> Record:
    made = {
        "type": "article-journal",
        "authors": "Hill, A.",
        "year": "2010",
        "title": HELD["title"],
        **texts,
    }
    return make_record("csl", 7, "", [Part(name, name, text) for name, text in made.items()])


def planned(*records: Record, held: Mapping[str, str] = HELD) -> Plan:
    return plan(records, [held], SCHEMA)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"doi": "https://doi.org/10.1234/A", "title": "Else"}, "hill2010 has the same DOI"),
        ({"url": "https://doi.org/10.1234/a", "title": "Else"}, "hill2010 has the same DOI"),
        ({}, "hill2010 has a title 100% alike, the same first author, 2010"),
        ({"year": "2011"}, "hill2010 has a title 100% alike, the same first author, 2011 and 2010"),
        ({"authors": "Brook, B."}, "hill2010 has a title 100% alike, another first author, 2010"),
        (
            {"title": "Gardens, and wating times in six towns."},
            "hill2010 has a title 98% alike, the same first author, 2010",
        ),
    ],
)
def test_the_same_source_is_left_out_with_the_likeness(
    texts: Mapping[str, str], reason: str
) -> None:
    found = planned(record(**texts))
    assert not found.added
    assert [one.reason for one in found.duplicates] == [reason]


@pytest.mark.parametrize(
    "texts",
    [
        {"title": "Gardens and waiting times in two cities, ten years later"},
        {"year": "2014"},
        {"authors": "Brook, B.", "title": "Gardens, and wating times in six towns."},
    ],
)
def test_another_source_is_added(texts: Mapping[str, str]) -> None:
    assert len(planned(record(**texts)).added) == 1


def test_another_doi_makes_another_source_that_is_pointed_out() -> None:
    found = planned(record(doi="10.1234/b"))
    assert len(found.added) == 1
    assert "100% alike" in found.near[0].reason
    assert found.near[0].reason.endswith("but another DOI")


def test_a_likeness_beyond_doubt_goes_before_one_with_another_doi() -> None:
    other = {**HELD, "source_id": "hill2010b", "doi": "", "title": f"{HELD['title']} here"}
    found = plan([record(doi="10.1234/b")], [HELD, other], SCHEMA)
    assert found.duplicates[0].reason.startswith("hill2010b has a title 93% alike")


def test_editorials_of_several_authors_are_several() -> None:
    found = planned(record(title="Editorial"), record(title="Editorial", authors="Brook, B."))
    assert [one.source_id for one in found.added] == ["hill2010b", "brook2010"]


def test_chapters_of_a_book_may_share_its_doi() -> None:
    held = {**HELD, "type": "chapter"}
    found = planned(record(type="chapter", title="Ponds", doi="10.1234/a"), held=held)
    assert len(found.added) == 1


def test_a_record_twice_in_the_file_is_added_once() -> None:
    found = planned(record(title="Ponds"), record(title="Ponds"))
    assert [one.source_id for one in found.added] == ["hill2010b"]
    assert found.duplicates[0].reason.startswith("line 7 has a title 100% alike")


def test_what_has_no_title_or_year_is_incomplete() -> None:
    found = planned(record(title="", year=""), record(year="1850", title="Old"))
    assert [one.reason.partition(":")[0] for one in found.incomplete] == [
        "no title and no year",
        "year",
    ]


@pytest.mark.parametrize(
    ("author", "source_id"),
    [
        ("Ødegård, Atle", "odegard2010"),
        ("van Eyk, Helen", "vaneyk2010"),
        ("O'Brien, Susan", "obrien2010"),
        ("Hill, A.", "hill2010b"),
        ("Care Inspectorate", "careinspectorate2010"),
        ("National Centre for Research on Gardens (NCRG)", "nationalcentrefor2010"),
        ("王, 伟", "source2010"),
        ("", "ponds2010"),
    ],
)
def test_an_id_is_made_as_those_of_the_data(author: str, source_id: str) -> None:
    (one,) = planned(record(authors=author, title="Ponds")).added
    assert one.source_id == source_id


def test_letters_run_out_and_ids_do_not() -> None:
    titles = ["".join(chr(97 + int(digit)) * 9 for digit in f"{n:03}") for n in range(60)]
    found = planned(*(record(title=f"{one} {n}") for n, one in enumerate(titles)))
    ids = [one.source_id for one in found.added]
    assert len({*ids}) == len(ids) == len(titles)


def test_a_value_that_no_cell_takes_leaves_it_empty_and_is_told() -> None:
    (one,) = planned(record(type="book", title="Ponds")).added
    assert one.cells["type"] == ""
    assert one.emptied[0].startswith("type: 'book' is not among the values; allowed: ")


def test_a_kind_that_only_the_review_knows_is_taken() -> None:
    (one,) = planned(record(type="report", genre="inquiry", title="Ponds")).added
    assert one.cells["type"] == "inquiry"


def test_what_has_no_place_is_told_by_its_tag() -> None:
    one = make_record("ris", 1, "", [Part("", "AN", "17"), Part("title", "TI", "Ponds"),
                                     Part("year", "PY", "2010")])  # fmt: skip
    assert planned(one).rest == {"AN": ("17",)}
