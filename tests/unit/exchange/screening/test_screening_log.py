"""What becomes of each record of a screening beside the log that there is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.exchange.screening.screened import Screened
from evidence.exchange.screening.screening_log import Log, Screening, plan_screening
from evidence.exchange.screening.screening_tables import SCHEMAS, empty_table, with_tables
from evidence.exchange.sources.records import Part, make_record
from evidence.model.package import read_package

DATA = Path(__file__).parents[3] / "second_review/data"
PACKAGE, _ = read_package(DATA)
assert PACKAGE
EMPTY = Log(SCHEMAS["screening"], (), (), PACKAGE.tables["sources"], ())
ROW = {
    "record_id": "r0041",
    "search": "first",
    "first_seen_seq": "1",
    "title": "Gardens and waiting times in six towns",
    "year": "2010",
    "url": "https://doi.org/10.1234/a",
    "decision": "exclude",
    "reason": "off-topic",
    "source_id": "",
}


def one(decision: str, stage: str = "", *reasons: str, place: str = "", **texts: str) -> Screened:
    made = {"title": ROW["title"], "year": "2010", "authors": "Hill, A.", **texts}
    parts = [Part(name, name, text) for name, text in made.items()]
    return Screened(make_record("csl", 7, place or made["title"], parts), decision, stage, reasons)


def planned(*told: Screened, log: Log = EMPTY, search: str = "new") -> Screening:
    return plan_screening(told, log, search)


def cells(plan: Screening, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(name, "") for name in names) for row in plan.rows]


def test_no_record_adds_nothing() -> None:
    assert planned().rows == ()


@pytest.mark.parametrize(
    ("stage", "reasons", "expected"),
    [
        ("excluded", ("Wrong population",), "wrong-population"),
        ("excluded", ("Étude: mauvais âge!",), "etude-mauvais-age"),
        ("excluded", (), ""),
        ("excluded", ("Full text not available", "else"), "no-readable-text"),
        ("excluded", ("Could not retrieve full text",), "no-readable-text"),
        ("excluded", ("PDF not accessible",), "no-readable-text"),
        ("excluded", ("No full-text",), "no-readable-text"),
        ("excluded", ("Text about buses",), "text-about-buses"),
        ("excluded", ("duplicate",), "duplicate"),
        ("irrelevant", (), "off-topic"),
        ("irrelevant", ("off-topic",), "off-topic"),
        ("irrelevant", ("Wrong population",), "off-topic-wrong-population"),
        ("duplicates", ("whatever",), "duplicate"),
    ],
)
def test_the_reason_says_at_which_stage_a_record_fell(
    stage: str, reasons: Sequence[str], expected: str
) -> None:
    assert cells(planned(one("exclude", stage, *reasons)), "reason") == [(expected,)]


def test_a_reason_that_the_log_does_not_allow_is_told() -> None:
    fields = EMPTY.screening.fields
    allowed = replace(fields["reason"], enum=("off-topic", "wrong-design"))
    strict = replace(EMPTY.screening, fields={**fields, "reason": allowed})
    plan = planned(
        one("exclude", "excluded", "Wrong population", title="A title of one"),
        one("exclude", "irrelevant", "Wrong population", title="B title of another"),
        one("exclude", "excluded", "Wrong design", title="C title of a third"),
        log=replace(EMPTY, screening=strict),
    )
    assert cells(plan, "reason") == [("",), ("off-topic",), ("wrong-design",)]
    assert plan.unworded == {"Wrong population": 2}
    # Once it is allowed, the same file fills what stayed empty, and nothing else.
    rows = [{"source_id": "", **row} for row in plan.rows]
    again = planned(
        one("exclude", "excluded", "Wrong population", title="A title of one"),
        one("exclude", "excluded", "Another reason", title="C title of a third"),
        log=replace(EMPTY, records=rows, searches=[{**(plan.search or {})}]),
    )
    assert again.filled == {"r0001": {"reason": "wrong-population"}}
    assert (again.rows, again.there) == ((), 2)


def test_the_same_file_again_adds_nothing() -> None:
    told = [
        one("include"),
        one("exclude", "irrelevant", place="line 9"),
        one("exclude", "excluded", "Old", title="Buses", url="https://example.org/b"),
    ]
    first = planned(*told)
    log = replace(EMPTY, records=[{"reason": "", "source_id": "", **row} for row in first.rows])
    log = replace(log, searches=[{**(first.search or {})}])
    again = planned(*told, log=log)
    assert (again.rows, again.there, again.differing) == ((), 3, ())


def test_another_decision_than_the_log_has_is_told_and_changes_nothing() -> None:
    log = replace(EMPTY, records=[{**ROW, "search": "new"}])
    plan = planned(one("include", doi="10.1234/a"), log=log)
    assert not plan.rows
    assert [row.reason for row in plan.differing] == ["r0041 says exclude, the file include"]


def test_a_record_that_another_list_of_the_search_calls_otherwise_is_there() -> None:
    log = replace(EMPTY, records=[{**ROW, "search": "new"}])
    told = one("exclude", "irrelevant", title=f"{ROW['title']}.", url="https://example.org/other")
    plan = planned(told, log=log)
    assert (plan.rows, plan.there) == ((), 1)
    # A second one of the file is a duplicate nevertheless.
    plan = planned(told, replace(told, record=replace(told.record, column="x")), log=log)
    assert (cells(plan, "reason"), plan.there) == ([("duplicate",)], 1)


@pytest.mark.parametrize("texts", [{"doi": "10.1234/A", "title": "Else"}, {"year": "2011"}])
def test_a_record_of_an_earlier_search_is_a_duplicate(texts: Mapping[str, str]) -> None:
    plan = planned(one("include", **texts), log=replace(EMPTY, records=[ROW]))
    assert cells(plan, "record_id", "decision", "reason") == [("r0042", "exclude", "duplicate")]
    assert plan.duplicates[0].same == "r0041"
    assert not plan.sources.added


def test_of_two_in_a_file_the_one_that_is_included_counts() -> None:
    plan = planned(one("exclude", "irrelevant", place="line 2"), one("include", place="line 3"))
    assert cells(plan, "decision", "reason", "source_id") == [
        ("exclude", "duplicate", ""),
        ("include", "", "hill2010"),
    ]


def test_a_record_of_a_source_that_is_included_already_is_merged() -> None:
    source = {"source_id": "hill2010", "title": "Six towns", "year": "2010", "doi": "10.1234/a"}
    row = {**ROW, "decision": "include", "source_id": "hill2010", "title": "Six", "url": ""}
    log = replace(EMPTY, records=[row], held=[source])
    plan = planned(one("include", doi="10.1234/a"), log=log)
    assert cells(plan, "decision", "reason", "source_id") == [("merged", "same-source", "hill2010")]


def test_what_cannot_be_a_source_or_a_row_is_left_out_and_told() -> None:
    plan = planned(one("include", year="soon"), one("exclude", "irrelevant", title=""))
    assert not plan.rows
    assert {row.reason for row in plan.incomplete} == {"included, but no year", "no title"}


def test_what_a_column_does_not_take_is_told() -> None:
    fields = EMPTY.screening.fields
    late = replace(
        EMPTY.screening, fields={**fields, "year": replace(fields["year"], minimum=1980)}
    )
    plan = planned(one("exclude", "irrelevant", year="1975"), log=replace(EMPTY, screening=late))
    assert cells(plan, "year") == [("",)]
    assert [row.reason for row in plan.emptied] == ["year: 1975 is out of range"]
    assert not planned(one("exclude", "irrelevant")).emptied


def test_nothing_is_decided_where_people_differ() -> None:
    plan = planned(replace(one(""), why="not agreed: Anna include, Ben exclude"))
    assert not plan.rows
    assert [row.why for row in plan.undecided] == ["not agreed: Anna include, Ben exclude"]


@pytest.mark.parametrize(
    ("held", "new"), [((), "r0001"), (("r9999",), "r10000"), (("x", "rec-07", "rec-3"), "rec-08")]
)
def test_ids_follow_the_last(held: Sequence[str], new: str) -> None:
    rows = [{**ROW, "record_id": name, "title": name, "url": ""} for name in held]
    plan = planned(one("exclude", "irrelevant"), log=replace(EMPTY, records=rows))
    assert cells(plan, "record_id") == [(new,)]


def test_the_first_query_of_a_search_that_there_is_stands_for_all() -> None:
    rows = [{"search": "new", "seq": seq} for seq in ("12", "9")]
    plan = planned(one("exclude", "irrelevant"), log=replace(EMPTY, searches=rows))
    assert (plan.search, cells(plan, "first_seen_seq")) == (None, [("9",)])


@pytest.mark.parametrize(
    ("texts", "url"),
    [
        ({"url": "https://example.org/a", "doi": "10.1234/a"}, "https://example.org/a"),
        ({"doi": "10.1234/a"}, "https://doi.org/10.1234/a"),
        ({"pmid": "123"}, "https://pubmed.ncbi.nlm.nih.gov/123/"),
        ({}, ""),
    ],
)
def test_a_record_has_the_address_that_it_has_or_that_of_its_number(
    texts: Mapping[str, str], url: str
) -> None:
    assert cells(planned(one("exclude", "irrelevant", **texts)), "url") == [(url,)]


def test_tables_are_described_in_the_data_package_and_nothing_else_changes() -> None:
    before = (DATA / "datapackage.json").read_text("utf-8")
    after = with_tables(before, ("searches", "screening"))
    start = after.index('"resources": [') + len('"resources": [')
    added = len(after) - len(before)
    assert after[:start] + after[start + added :] == before
    assert with_tables(before, ()) == before
    assert empty_table("screening").startswith("record_id,search,first_seen_seq,title")


def test_the_tables_of_a_new_review_have_the_columns_that_the_evidence_has() -> None:
    ours, _ = read_package(Path(__file__).parents[4] / "data")
    assert ours
    for name, schema in SCHEMAS.items():
        assert list(schema.fields) == list(ours.tables[name].fields)


@pytest.mark.parametrize(
    ("held", "told", "differing"),
    [
        ("exclude", one("include"), ["r0041 says exclude, the file include"]),
        ("include", one("exclude"), ["r0041 says include, the file exclude"]),
        ("include", one("include"), []),
        ("include", one("exclude", "duplicates"), []),
    ],
)
def test_a_duplicate_that_another_search_decided_otherwise_is_told(
    held: str, told: Screened, differing: Sequence[str]
) -> None:
    row = {**ROW, "decision": held, "reason": "off-topic" if held == "exclude" else ""}
    plan = planned(told, log=replace(EMPTY, records=(row,)))
    assert [one.reason for one in plan.differing] == differing
    assert cells(plan, "decision", "reason") == [("exclude", "duplicate")]
