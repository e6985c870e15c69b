"""What a file's coded evidence adds and changes: keys, contradictions, agreed rows, effects."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from evidence.exchange.codings.coded import (
    CodedAnswer,
    CodedEffect,
    CodedEvidence,
    CodedPassage,
    CodedSource,
)
from evidence.exchange.codings.coded_names import hold_names
from evidence.exchange.codings.incoming_codings import CodingPlan, plan_codings
from evidence.exchange.data_files.held_tables import HeldData
from evidence.model.codebook import Attribute, Codebook, Facet
from evidence.model.faults import Fault, FaultCode
from evidence.model.package import Field, Package, TableSchema

BOOK = Codebook(
    1,
    ("A", "B"),
    "agreed",
    {
        "design": Attribute("How?", {"trial": "T", "survey": "S"}),
        "voices": Attribute("Whose?", {"staff": "S", "young": "Y"}, multiple=True),
    },
    {
        "outcome": Facet("What?", {"better": "B", "worse": "W"}, {"sleep": "S", "mood": "M"}),
        "theme": Facet("What?", {"told": "T"}, {"money": "M"}),
    },
    effects={"outcome": Attribute("What?", {"sleep": "S", "mood": "M"})},
    people=("Ada",),
)
OF_CODING = ("source_id", "coder", "facet", "code", "stance", "locator", "gist", "reconciled")


def table(name: str, columns: Sequence[str], key: Sequence[str], **fields: Any) -> TableSchema:
    plain = Field("", "string", False, (), "", None, None, "", ";")
    made = {one: replace(plain, name=one, **fields.get(one, {})) for one in columns}
    return TableSchema(name, f"{name}.csv", MappingProxyType(made), tuple(key), ())


TABLES = {
    "sources": table(
        "sources",
        ("source_id", "title", "authors", "year", "country", "study", "role"),
        ["source_id"],
        source_id={"pattern": "[a-z]+[0-9]{4}[a-z]?"},
    ),
    "appraisals": table(
        "appraisals",
        ("coder", "source_id", "design", "voices"),
        ["source_id", "coder"],
        voices={"type": "list"},
    ),
    "codings": table("codings", OF_CODING, OF_CODING[:5]),
    "effects": table(
        "effects",
        ("source_id", "coder", "outcome", "follow_up_months", "gist", "reconciled"),
        ["source_id", "coder", "outcome"],
        follow_up_months={"type": "integer", "minimum": 0},
        gist={"required": True},
    ),
}
HELD = ("hill2001", "Plants", "Hill, A.", "2001", "", "hill2001", "included")


def held(**rows: Sequence[tuple[str, ...]]) -> HeldData:
    package = Package("1", MappingProxyType(TABLES), MappingProxyType({}), ())
    every = {"sources": (HELD,), "appraisals": (), "codings": (), "effects": ()}
    return HeldData(
        package, BOOK, {**every, **{name: tuple(given) for name, given in rows.items()}}
    )


def coding(
    source: str, coder: str, held_so: str, *texts: str, place: str = "row 2"
) -> CodedPassage:
    facet, code, stance = held_so.split(":")
    locator, gist = (*texts, "", "")[:2]
    return CodedPassage(
        source=source,
        place=place,
        coder=coder,
        facet=facet,
        code=code,
        stance=stance,
        locator=locator,
        gist=gist,
    )


def answer(source: str, coder: str, name: str, *values: str, place: str = "row 2") -> CodedAnswer:
    return CodedAnswer(source=source, place=place, coder=coder, attribute=name, values=values)


def source(name: str, place: str = "row 2", **values: str) -> CodedSource:
    return CodedSource(name=name, place=place, values=values)


def planned(found: CodedEvidence, data: HeldData) -> CodingPlan:
    names, faults = hold_names(found, data, "a.csv")
    assert not faults, faults
    plan, faults = plan_codings(found, data, names, "my files/a.csv")
    assert plan, faults
    return plan


def faults_of(found: CodedEvidence, data: HeldData) -> list[Fault]:
    names, faults = hold_names(found, data, "a.csv")
    if faults:
        return faults
    return plan_codings(found, data, names, "a.csv")[1]


def test_nothing_brings_nothing() -> None:
    plan = planned(CodedEvidence(tool="x"), held())
    assert (plan.tables, plan.sources.held(), plan.left_out) == ({}, 0, 0)


def test_sources_are_found_by_id_by_title_and_within_the_file() -> None:
    found = CodedEvidence(
        tool="x",
        sources=(
            source("hill2001"),
            source("row 3", "row 3", title="PLANTS!", authors="Hill, Ada", year="2001"),
            source(
                "row 4", "row 4", title="Ünes Bäume und ihr Schatten", authors="Ø, Å", year="2020"
            ),
            source(
                "row 5", "row 5", title="Unes Baume und ihr Schatten", authors="Ø, Å", year="2020"
            ),
            source("new2011", "row 6", title="New", year="2011", country="Norland", study="s 1"),
            source("row 7", "row 7", title="No year"),
        ),
        codings=tuple(
            coding(name, "A", "outcome:sleep:better", "", name)
            for name in ("hill2001", "row 3", "row 4", "row 5", "new2011", "row 7")
        ),
    )
    plan = planned(found, held())
    assert [(one.source_id, one.cells.get("country")) for one in plan.sources.plan.added] == [
        ("o2020", None),
        ("new2011", "Norland"),
    ]
    assert (plan.sources.held(), plan.left_out) == (1, 1)
    rows = plan.tables["codings"].added
    assert [(row[0], row[6]) for row in rows] == [
        ("hill2001", "hill2001; row 3"),
        ("o2020", "row 4; row 5"),
        ("new2011", "new2011"),
    ]
    assert [row[:2] for row in plan.tables["appraisals"].added] == [("A", row[0]) for row in rows]


def test_passages_of_one_code_are_told_in_one_row_each_once() -> None:
    texts = [("p. 1", "a"), ("p. 2", "b; c"), ("p. 1", "b; c"), ("", "")]
    found = CodedEvidence(
        tool="x",
        codings=tuple(coding("hill2001", "A", "outcome:sleep:better", *pair) for pair in texts),
    )
    (row,) = planned(found, held()).tables["codings"].added
    assert row[5:7] == ("p. 1; p. 2", "a; b; c")
    again = planned(found, held(codings=[row])).tables["codings"]
    assert (again.added, again.changed, again.same) == ((), (), 1)


def test_texts_of_strangers_are_tidied_and_kept_as_text() -> None:
    long = "=cmd|' /C calc'!A0 " + "x" * 100_000
    texts = f" a\tb\r\nc\u200b\x00 {long}"
    found = CodedEvidence(
        tool="x", codings=(coding("hill2001", "A", "outcome:sleep:better", "", texts),)
    )
    (row,) = planned(found, held()).tables["codings"].added
    assert row[6] == f"a b c {long}"


def test_who_contradicts_themselves_is_told_both_places() -> None:
    found = CodedEvidence(
        tool="x",
        answers=(
            answer("hill2001", "A", "design", "trial"),
            answer("hill2001", "B", "design", "survey", place="row 3"),
            answer("hill2001", "A", "voices", "young", place="row 4"),
            answer("hill2001", "A", "voices", "staff", place="row 5"),
        ),
    )
    rows = planned(found, held()).tables["appraisals"].added
    assert rows == (("A", "hill2001", "trial", "staff;young"), ("B", "hill2001", "survey", ""))
    more = replace(
        found, answers=(*found.answers, answer("hill2001", "A", "design", "survey", place="row 9"))
    )
    (fault,) = faults_of(more, held())
    assert (fault.code, fault.column) == (FaultCode.NOT_ALLOWED, "row 9")
    assert "'trial' and 'survey', the first at row 2" in fault.message
    both = replace(found, answers=(answer("hill2001", "A", "design", "trial", "survey"),))
    assert "has one value, and the file 'trial' and 'survey'" in faults_of(both, held())[0].message


def test_rows_that_contradict_each_other_are_told_why_they_are_one_source() -> None:
    doi = "10.1000/same"
    found = CodedEvidence(
        tool="x",
        sources=(
            source("r1", title="One thing", year="2001", authors="Hall, A.", doi=doi),
            source("r2", "row 3", title="Quite another", year="2002", authors="Ash, B.", doi=doi),
        ),
        answers=(
            answer("r1", "A", "design", "trial"),
            answer("r2", "A", "design", "survey", place="row 3"),
        ),
    )
    (fault,) = faults_of(found, held())
    assert "; this one is taken for the same source, as row 2 has the same DOI" in fault.message


def test_values_in_another_order_are_the_same_and_silence_takes_nothing_away() -> None:
    row = ("A", "hill2001", "trial", "young;staff")
    found = CodedEvidence(tool="x", answers=(answer("hill2001", "A", "voices", "staff", "young"),))
    table = planned(found, held(appraisals=[row])).tables["appraisals"]
    assert (table.added, table.changed, table.same) == ((), (), 1)


AGREED = ("hill2001", "agreed", "outcome", "sleep", "better", "", "a", "A")


def test_an_agreed_row_says_whose_it_is_also_when_another_coder_comes_to_hold_it() -> None:
    first = ("hill2001", "A", "outcome", "sleep", "better", "", "a", "")
    by_b = coding("hill2001", "B", "outcome:sleep:better")
    table = planned(CodedEvidence(tool="x", codings=(by_b,)), held(codings=[first, AGREED])).tables[
        "codings"
    ]
    assert [(old[7], new[7]) for old, new in table.changed] == [("A", "both")]
    found = CodedEvidence(
        tool="x",
        codings=(
            by_b,
            coding("hill2001", "agreed", "outcome:sleep:better"),
            coding("hill2001", "agreed", "outcome:mood:worse"),
        ),
    )
    added = planned(found, held()).tables["codings"].added
    assert [(row[1], row[3], row[7]) for row in added] == [
        ("B", "sleep", ""),
        ("agreed", "mood", "added"),
        ("agreed", "sleep", "B"),
    ]
    again = planned(found, held(codings=added)).tables["codings"]
    assert (again.added, again.changed, again.same) == ((), (), 3)


def test_what_the_file_is_silent_about_is_counted_and_stays() -> None:
    rows = [
        ("hill2001", "A", "outcome", "mood", "worse", "", "", ""),
        ("hill2001", "B", "outcome", "mood", "worse", "", "", ""),
    ]
    found = CodedEvidence(tool="x", codings=(coding("hill2001", "a", "theme:money:"),))
    table = planned(found, held(codings=rows)).tables["codings"]
    assert table.silent == 1
    assert [row[1:5] for row in table.added] == [("A", "theme", "money", "told")]


def effect(place: str = "row 2", **cells: str) -> CodedEffect:
    return CodedEffect(source="hill2001", place=place, coder="A", cells=cells)


def test_effects_have_a_row_each_and_faults_their_place() -> None:
    found = CodedEvidence(tool="x", effects=(effect(outcome="sleep", follow_up_months="6"),))
    table = planned(found, held()).tables["effects"]
    assert table.added == (
        ("hill2001", "A", "sleep", "6", "coded without words at a.csv, row 2", ""),
    )
    assert planned(found, held(effects=table.added)).tables["effects"].same == 1
    wrong = replace(
        found,
        effects=(
            *found.effects,
            effect("row 3", outcome="sleep", follow_up_months="7"),
            effect("row 4", outcome="mood", follow_up_months="long"),
        ),
    )
    assert [(one.column, one.code) for one in faults_of(wrong, held())] == [
        ("row 3", FaultCode.DUPLICATE_KEY),
        ("row 4", FaultCode.WRONG_TYPE),
    ]
    (unknown,) = faults_of(replace(found, effects=(effect(outcome="sleeep"),)), held())
    assert (unknown.code, unknown.nearest) == (FaultCode.UNKNOWN_VALUE, "sleep")


@pytest.mark.parametrize(
    ("coder", "told"), [("Zoë", "the codebook has no coder 'Zoë'"), ("", "nothing says who coded")]
)
def test_where_several_code_each_coder_has_to_be_known(coder: str, told: str) -> None:
    found = CodedEvidence(tool="x", codings=(coding("hill2001", coder, "theme:money:told"),))
    (fault,) = faults_of(found, held())
    assert (fault.code, fault.message) == (FaultCode.UNKNOWN_CODER, told)
    assert fault.allowed == "Ada, A, B, agreed"


def test_a_source_nobody_knows_is_a_fault_only_if_something_is_said_of_it() -> None:
    found = CodedEvidence(tool="x", sources=(source("Interview 1"), source("Interview 2")))
    assert planned(found, held()).tables == {}
    said = replace(found, codings=(coding("Interview 2", "A", "theme:money:told"),))
    (fault,) = faults_of(said, held())
    assert (fault.code, fault.message) == (
        FaultCode.UNKNOWN_SOURCE,
        "the data have no source 'Interview 2'",
    )


def test_a_code_without_a_group_is_told_by_its_name() -> None:
    found = CodedEvidence(tool="x", codings=(coding("hill2001", "A", ":odds:better"),))
    (fault,) = faults_of(found, held())
    assert fault.message == "the code 'odds' stands in no group that could be a facet"


def test_empty_cells_that_the_review_fills_are_filled_and_no_other() -> None:
    found = CodedEvidence(
        tool="x",
        sources=(
            source("hill2001", country="Norland", title="Other", study="other"),
            source("row 3", title="Plants", authors="Hill, A.", year="2001", country="Southmark"),
        ),
    )
    plan = planned(found, held())
    assert plan.sources.filled == {"hill2001": {"country": "Norland"}}
    full = held(sources=[(*HELD[:4], "Eastby", *HELD[5:])])
    assert planned(found, full).sources.filled == {}


def test_without_a_year_a_title_of_some_words_says_which_source_it_is() -> None:
    title = "Trees and sleep in wards"
    data = held(sources=[("tree2001", title, "Tree, A.", "2001", "", "s", "included"), HELD])
    found = CodedEvidence(
        tool="x",
        sources=(source("row 2", title=f"{title}!"), source("row 3", title="Plants")),
    )
    plan = planned(found, data)
    assert plan.sources.ids == {"row 2": "tree2001"}
    assert [one.reason for one in plan.sources.plan.incomplete] == ["no year"]
