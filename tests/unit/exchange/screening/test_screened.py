"""What records of each tool say of their screening."""

from pathlib import Path

import pytest

from evidence.exchange.looks import look_at
from evidence.exchange.screening.screened import LISTS, Screened, is_screening, named_list, screened
from evidence.exchange.sources.record_files import read_records
from evidence.exchange.sources.records import Part, make_record

FILES = Path(__file__).parents[1] / "screening/files"


def told(name: str, listed: str = "") -> list[tuple[str, str, tuple[str, ...], str]]:
    records, faults = read_records(FILES / name)
    assert records, faults
    rows = screened(records.records, listed)
    return [(row.decision, row.stage, row.reasons, row.why) for row in rows]


def by_note(note: str, listed: str = "") -> Screened:
    record = make_record("ris", 1, "", [Part("title", "TI", "A"), Part("annote", "N1", note)])
    return screened([record], listed)[0]


def test_rayyan_says_who_decided_what_and_why() -> None:
    assert told("rayyan.csv") == [
        ("include", "", (), ""),
        ("exclude", "excluded", ("wrong population", "background article"), ""),
        ("exclude", "irrelevant", (), ""),
        ("", "", (), "not agreed: Anna include, Béla exclude"),
        ("", "", (), "nobody is sure"),
        ("", "", (), "nobody has decided"),
        ("exclude", "excluded", ("duplicate",), ""),
        ("exclude", "excluded", ("Full text not available",), ""),
    ]
    assert [row[0] for row in told("rayyan.ris")] == ["include", "exclude"]


def test_asreview_of_either_edition_says_what_is_relevant() -> None:
    assert [row[0] for row in told("asreview.csv")] == ["include", "exclude", "exclude", ""]
    assert [row[0] for row in told("asreview-1.csv")] == ["include", "exclude", ""]


@pytest.mark.parametrize(
    ("note", "decision"),
    [
        ("ASReview_relevant", "include"),
        ("ASReview_irrelevant", "exclude"),
        ("ASReview_not_seen", ""),
        ("ASReview_relevant. More notes.", "include"),
        ("ASReview_relevant; ASReview_irrelevant", "exclude"),
        ("ASReview_validate_relevant", ""),
    ],
)
def test_asreview_writes_labels_into_notes(note: str, decision: str) -> None:
    assert by_note(note).decision == decision


def test_covidence_says_by_its_list_what_the_record_does_not() -> None:
    assert named_list("review_1_excluded_csv_20261120.csv") == "excluded"
    assert named_list("review_1_select_csv_20261120.csv") not in ("", *LISTS)
    assert named_list("articles.csv") == ""
    reasons = [row[2] for row in told("review_12345_excluded_csv_20261120101501.csv", "excluded")]
    assert reasons == [
        ("Wrong patient population",),
        ("Could not retrieve full text",),
        ("Wrong study design",),
    ]
    assert (
        told("review_12345_irrelevant_csv_20261120101502.csv", "irrelevant")
        == [("exclude", "irrelevant", (), "")] * 2
    )
    assert told("covidence.ris") == [("exclude", "excluded", ("Wrong patient population",), "")]


def test_eppi_reviewer_counts_codes_on_the_text_before_those_on_titles() -> None:
    assert told("eppi.json") == [
        ("include", "", (), ""),
        ("exclude", "excluded", ("intervention",), ""),
        ("exclude", "irrelevant", ("date",), ""),
        ("exclude", "irrelevant", (), ""),
        ("", "", (), "its text is still to be decided on"),
        ("exclude", "duplicates", (), ""),
    ]


def test_a_report_of_eppi_reviewer_has_codes_for_columns() -> None:
    assert [row[:3] for row in told("eppi-report.csv")] == [
        ("include", "", ()),
        ("exclude", "irrelevant", ("date",)),
        ("exclude", "irrelevant", ()),
        ("exclude", "duplicates", ()),
    ]


def test_on_a_list_of_what_is_not_included_nothing_is() -> None:
    one = by_note('RAYYAN-INCLUSION: {"Anna"=>"Included"}', "irrelevant")
    assert (one.decision, one.why) == ("", "is not irrelevant, but included")


@pytest.mark.parametrize(
    ("note", "reasons"),
    [
        ('RAYYAN-INCLUSION: {"A \\"B\\""=>"Excluded"}; RAYYAN-EXCLUSION-REASONS: x', ("x",)),
        ("RAYYAN-INCLUSION: {&quot;A&quot;=&gt;&quot;Excluded&quot;}", ()),
        (
            'RAYYAN-INCLUSION: {"A"=>false} | RAYYAN-EXCLUSION-REASONS: x,,y , z | P',
            ("x", "y", "z"),
        ),
        ("Exclusion reason: Wrong; Exclusion reason: Else", ("Wrong", "Else")),
    ],
)
def test_what_notes_are_made_of_does_not_hide_what_they_say(
    note: str, reasons: tuple[str, ...]
) -> None:
    one = by_note(note)
    assert (one.decision, one.reasons) == ("exclude", reasons)


@pytest.mark.parametrize("note", ["", "RAYYAN-INCLUSION: {}", "RAYYAN-INCLUSION: {" * 20_000])
def test_notes_that_say_nothing_decide_nothing(note: str) -> None:
    assert by_note(note).decision == ""


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_a_table_of_a_screening_is_known_by_its_look(path: Path) -> None:
    assert is_screening(look_at(path)) is (path.suffix == ".csv")


@pytest.mark.parametrize("name", ["zotero/zotero.csv", "sources/files/zotero.ris"])
def test_other_files_are_no_screening(name: str) -> None:
    assert not is_screening(look_at(FILES.parents[1] / name))
