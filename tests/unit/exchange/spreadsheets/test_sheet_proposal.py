"""A map proposed for a sheet says what stands in it, and is followed without a fault."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.mapping import CodingMap, with_additions
from evidence.exchange.codings.mapping_file import read_map
from evidence.exchange.spreadsheets.sheet_codings import coded_sheet
from evidence.exchange.spreadsheets.sheet_proposal import proposed_map
from evidence.exchange.spreadsheets.wide_sheet import read_wide
from evidence.model.codebook import LABELS, Attribute, Codebook, Facet
from evidence.model.package import Field, read_package
from tests.conftest import PROJECT
from tests.hostile import texts
from tests.wide_sheet import BARRIERS, MEASURED, OUTCOMES, studies, write_text, write_xlsx

BOOK = Codebook(
    version=1,
    coders=("reader",),
    agreed="reader",
    attributes={
        "method": Attribute("How?", {"trial": "By lot.", "survey": "Asked."}),
        "place": Attribute("Where?", {"school": "School"}, multiple=True),
    },
    facets={"effect": Facet("What?", {"hoped": "…", "better": "…"}, {"sleep": "…"})},
)
PACKAGE, _ = read_package(PROJECT / "tests/second_review/data")
assert PACKAGE
FIELDS: Mapping[str, Field] = PACKAGE.tables["sources"].fields


def write(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    write_text(path, rows, header=False)
    return path


def proposed(path: Path) -> str:
    sheet, faults = read_wide(path)
    assert sheet, faults
    return proposed_map(sheet, BOOK, FIELDS)


def followed(path: Path, text: str) -> tuple[CodingMap, CodedEvidence]:
    """Follow a map as it is proposed; nothing in it may be a fault."""
    (path.parent / "map.yml").write_text(text, "utf-8")
    told, faults = read_map(path.parent / "map.yml", BOOK, FIELDS)
    assert told, "\n".join(map(str, faults))
    found, faults = coded_sheet(path, told)
    assert found, "\n".join(map(str, faults))
    return told, found


def test_a_list_of_references_has_no_other_columns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("Title", "Year"), ("One", 2001), ("Two", 2002)])
    _, found = followed(path, proposed(path))
    assert [one.values["title"] for one in found.sources] == ["One", "Two"]


def test_countries_that_are_spelled_in_two_ways_are_pointed_out(tmp_path: Path) -> None:
    said = [*["Germany"] * 12, "Germny", *["UK"] * 3, "U.K.", "Niger", "Nigeria", "Kenya"]
    rows = [(f"Study {at}", 2001, told) for at, told in enumerate(said)]
    text = proposed(write(tmp_path / "a.csv", [("Title", "Year", "Country"), *rows]))
    assert [line for line in text.splitlines() if line.startswith("# - 'Country'")] == [
        "# - 'Country': 'Germny' like 'Germany'",
        "# - 'Country': 'U.K.' spelled otherwise: 'UK'",
    ]


def columns(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(proposed(path))["columns"]
    return found


def one(tmp_path: Path, heading: str, cells: Sequence[Any]) -> Any:
    """Return what is proposed for a column beside titles."""
    rows = [["Title", heading], *([f"A title {at} of many", cell] for at, cell in enumerate(cells))]
    path = write(tmp_path / "a.csv", rows)
    followed(path, proposed(path))
    return columns(path)[heading]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wide") / "wide.xlsx"
    write_xlsx(path, studies())
    return path


def test_a_public_map_comes_in_as_it_is_proposed(
    wide: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What codebooks read before call it.
    monkeypatch.delitem(LABELS, "rct", raising=False)
    told, found = followed(wide, proposed(wide))
    book = with_additions(BOOK, told.codebook)
    assert {*told.sources} == {
        "source_id", "title", "authors", "year", "container", "doi", "url", "type", "country"
    }  # fmt: skip
    assert told.sources["type"].texts["Journal article"] == "article-journal"
    assert {*book.facets} >= {"outcomes", "direction-of-effect", "barriers", "setting", "theory"}
    assert len(book.facets["outcomes"].codes) == len(OUTCOMES)
    assert len(book.facets["barriers"].codes) == len(BARRIERS)
    assert {*book.facets["direction-of-effect"].stances} == {
        "positive", "no-effect", "mixed", "negative"
    }  # fmt: skip
    assert len(book.facets["direction-of-effect"].codes) == len(MEASURED)
    assert {*book.facets["setting"].codes} == {
        "primary-school", "secondary-school", "nursery", "park"
    }  # fmt: skip
    assert {*book.attributes["risk-of-bias"].values} == {"low", "moderate", "high", "unclear"}
    assert {"rct", "cohort"} < {*book.attributes["study-design"].values}
    assert told.codebook.labels["rct"] == "RCT"
    assert told.columns["Study / Study design"].texts["R.C.T."] == ("rct",)
    assert told.columns["Outcomes / Friendship"].texts == {"Friendship": ("friendship",)}
    assert told.nothing >= {"not described", "n/a", "-", "#n/a"}
    assert book.people == ("ben-carr",)
    assert {row.coder for row in found.answers} == {"reader", "ben-carr"}
    (lost,) = found.lost["rows that name no study"]
    assert "Total" in lost


@pytest.mark.parametrize(
    "told",
    [
        "'rct' spelled otherwise: 'RCT' (Included studies!J",
        "'Intervews' like 'Interviews' (Included studies!J55)",
        "'Barriers / Summer holidays (AW)': every cell is that of 'Barriers / Summer holidays'",
        "no year: Included studies!C45 '20166', Included studies!C46 ''",
        "20 studies have several rows",
        "1 hidden row, as by a filter: read as all others",
        "another sheet, 'Lists', of 22 rows, which is hidden: not read",
    ],
)
def test_what_an_author_should_look_at_stands_at_the_top(told: str, wide: Path) -> None:
    head = proposed(wide).partition("\nversion")[0].replace("\n#  ", "")
    assert told in head


def test_the_map_says_how_often_each_text_stands_there(wide: Path) -> None:
    rows = studies()
    often = sum(row[9] == "RCT" for row in rows)
    assert f"      RCT: rct   # {often}" in proposed(wide).splitlines()


@pytest.mark.parametrize("mark", ["x", "1", "yes", "✓", "TRUE", "Sleep", "•"])
def test_marks_are_a_code_however_they_are_made(mark: str, tmp_path: Path) -> None:
    rule = one(tmp_path, "Sleep", [mark, "", mark, ""])
    assert (rule["facet"], rule["code"], rule["stance"]) == ("topic", "sleep", "reported")
    assert rule["marks"] == [mark]


def test_dates_among_answers_are_pointed_out(tmp_path: Path) -> None:
    rule = one(tmp_path, "Age", ["5-7", "8-11", "2024-05-07", "5-7", "8-11", "12-16"])
    assert len(rule["values"]) == 4
    assert "dates among other answers" in proposed(tmp_path / "a.csv").replace("\n#  ", "")


@pytest.mark.parametrize("cells", ["10", ("TRUE", "FALSE"), "☒☐"])
def test_what_is_not_marked_is_no_answer(cells: Sequence[str], tmp_path: Path) -> None:
    rule = one(tmp_path, "Sleep", [*cells, *cells, ""])
    assert rule["marks"] == [cells[0]]
    assert cells[1] in yaml.safe_load(proposed(tmp_path / "a.csv"))["nothing"]


def test_yes_and_no_alone_are_answers_and_in_a_group_marks(tmp_path: Path) -> None:
    assert one(tmp_path, "Peer reviewed?", ["Yes", "No", "Yes"])["values"] == {
        "Yes": "yes",
        "No": "no",
    }
    rows = [["Title", "Effect: Sleep", "Effect: Diet"], ["One title", "1", "0"], ["Two", "0", "1"]]
    path = write(tmp_path / "b.csv", rows)
    rules = columns(path)
    # The codebook has a facet of this name, and one of the codes.
    assert rules["Effect: Sleep"] == {
        "facet": "effect", "code": "sleep", "stance": "reported", "marks": ["1"]
    }  # fmt: skip
    text = proposed(path)
    assert yaml.safe_load(text)["codebook"]["facets"]["effect"] == {
        "stances": {"reported": "The study reports it."}, "codes": {"diet": "Diet"}
    }  # fmt: skip
    assert [row.code for row in followed(path, text)[1].codings] == ["sleep", "diet"]


def test_a_code_that_every_study_has_is_one(tmp_path: Path) -> None:
    rows = [["Title", "Effect: Sleep", "Effect: Diet"], *([f"T {at}", "x", ""] for at in range(9))]
    rows[1][2] = "x"
    rules = columns(write(tmp_path / "a.csv", rows))
    assert [rule["code"] for rule in rules.values()] == ["sleep", "diet"]


def test_names_of_the_codebook_are_taken_where_they_fit(tmp_path: Path) -> None:
    rule = one(tmp_path, "METHOD", ["Trial", "by lot", "survey", "Essay", "trial"])
    assert rule["attribute"] == "method"
    assert rule["values"] == {
        "Trial": "trial", "trial": "trial", "by lot": "trial", "survey": "survey", "Essay": "essay"
    }  # fmt: skip
    rule = one(tmp_path, "Place", ["School; Park", "Park", "school", "Park; School"])
    assert (rule["attribute"], rule["split"]) == ("place", ";")
    # One value a source is all that the codebook has room for here.
    assert one(tmp_path, "Method", ["Trial; Survey", "Survey", "Trial"] * 2)["facet"] == "method-2"


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Notes", [f"A long remark on what number {at} is about" for at in range(60)]),
        ("Sample", [str(100 + 7 * at) for at in range(40)]),
        ("Checked", ["ok"] * 30),
        ("Read on", ["2024-05-03", "2024-06-01"] * 5),
        ("Seen", ["3/5/2024", "03.05.2024"] * 5),
        ("Empty", [""] * 5),
        ("Nothing", ["n/a", "-", "Not reported"]),
        ("", ["stray"]),
    ],
)
def test_what_is_no_answer_is_left_out_with_the_reason(
    heading: str, cells: Sequence[str], tmp_path: Path
) -> None:
    rows = [[f"Title {at}", cell, "RCT"] for at, cell in enumerate(cells)]
    path = write(tmp_path / "a.csv", [["Title", heading, "Design"], *rows])
    followed(path, proposed(path))
    assert columns(path)[heading or "(column B)"] == "leave out"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Author(s)", "authors"), ("AUTHORS", "authors"), ("Study author", "authors"),
        ("Publication Year", "year"), ("Year of publication", "year"), ("Pub. year", "year"),
        ("Title of article", "title"), ("Study title", "title"), ("Paper_Title", "title"),
        ("Journal / Source", "container"), ("Journal name", "container"),
        ("Link to full text", "url"), ("Web page", "url"), ("DOI link", "doi"),
        ("Country of study", "country"), ("Country(ies)", "country"), ("Study No.", "source_id"),
        ("EPPI ID", "source_id"), ("Type of publication", "type"),
    ],
)  # fmt: skip
def test_columns_of_publications_are_known_by_many_headings(
    heading: str, name: str, tmp_path: Path
) -> None:
    cells = {"year": "2010", "url": "https://example.org/{}", "doi": "10.5555/{}", "type": "Report"}
    text = cells.get(name, "Text {} of some length")
    rows = [[heading, "Design"], *([text.format(at), "RCT"] for at in range(3))]
    path = write(tmp_path / "a.csv", rows)
    found = yaml.safe_load(proposed(path))["sources"][name]
    assert (found if isinstance(found, str) else found["column"]) == heading


def test_without_titles_or_years_the_author_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [["Study", "Design"], ["a", "RCT"], ["b", "RCT"]])
    text = proposed(path)
    assert "no column looks like the titles" in text
    assert "no column looks like the years" in text


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    headings=st.lists(texts("\n"), min_size=1, max_size=4, unique=True),
    cells=st.lists(st.lists(texts(), min_size=4, max_size=4), min_size=1, max_size=6),
)
def test_whatever_stands_in_a_sheet_is_proposed_and_followed(
    headings: list[str], cells: list[list[str]], tmp_path: Path
) -> None:
    rows = [["Title", *headings], *([f"Title {at}", *row] for at, row in enumerate(cells))]
    path = write(tmp_path / "a.csv", [row[: len(headings) + 1] for row in rows])
    followed(path, proposed(path))
