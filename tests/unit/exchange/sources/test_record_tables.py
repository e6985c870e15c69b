"""Records in tables, as tools of screening, reference managers and databases write them."""

import json
from pathlib import Path

import openpyxl
import pytest

from evidence.exchange.sources.record_files import read_records
from evidence.exchange.sources.records import Records

FILES = Path(__file__).parents[1] / "screening/files"


def read(path: Path) -> Records:
    records, faults = read_records(path)
    assert records, faults
    return records


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["rayyan.csv", "asreview.csv", "asreview-1.csv", "eppi.json", "eppi-report.csv"]
)
def test_each_tool_names_title_and_year(name: str) -> None:
    first = read(FILES / name).records[0]
    assert first.one("title") == "Nurses in village schools"
    assert first.one("year") == "2018"


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Marsh, Olive and Brook, Ben", "Marsh, Olive; Brook, Ben"),
        ("['Marsh, Olive', \"O'Brien, Ben\"]", "Marsh, Olive; O'Brien, Ben"),
        ("Marsh, O.; Brook, B.", "Marsh, O.; Brook, B."),
        ("Marsh O., Brook B.-C.", "Marsh, O.; Brook, B.-C."),
        ("Department for Schools and Families", "Department for Schools and Families"),
    ],
)
def test_people_in_one_cell_are_told_apart(cell: str, people: str, tmp_path: Path) -> None:
    quoted = cell.replace('"', '""')
    file = written(tmp_path / "a.csv", f'Title,Authors,Year\nA title,"{quoted}",2018\n')
    assert read(file).records[0].one("authors") == people


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_columns_are_parted_by_any_sign_and_spreadsheets_may_say_so(
    sign: str, tmp_path: Path
) -> None:
    for start in ("", f"sep={sign}\n", "\ufeff"):
        rows = [("Title", "Year", "Odd"), ("A, title", "2018", "x")]
        text = "\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows)
        (one,) = read(written(tmp_path / "a.csv", f"{start}{text}\n")).records
        assert (one.one("title"), one.one("year"), one.rest) == (
            "A, title",
            "2018",
            (("Odd", "x"),),
        )


def test_a_workbook_gives_the_same_records_as_the_table_of_its_first_tab(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("Export")
    page.append(["title", "year", "asreview_label"])
    page.append(["A title", 2018, 1])
    book.save(tmp_path / "asreview.xlsx")
    (one,) = read(tmp_path / "asreview.xlsx").records
    assert one.place == "Export!row 2"
    assert (one.one("year"), one.rest) == ("2018", (("asreview_label", "1"),))


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ("title,journal\nA,B", "article-journal"),
        ("title,journal\nA,", ""),
        ("title,journal,item type\nA,B,report", "report"),
        ("title,publication title\nA,B", ""),
    ],
)
def test_what_appeared_in_a_journal_is_an_article_unless_the_table_says_otherwise(
    columns: str, kind: str, tmp_path: Path
) -> None:
    (one,) = read(written(tmp_path / "a.csv", f"{columns}\n")).records
    assert one.one("type") == kind


def test_cells_beyond_the_last_column_are_told(tmp_path: Path) -> None:
    found = read(written(tmp_path / "a.csv", "title,year\nA title,2018,lost\n"))
    assert found.notes == ("line 2: cells beyond the last column, which have no name",)


@pytest.mark.parametrize("text", ["title\nAlone\n", "year,doi\n2018,10.1234/a\n", "a,b\n1,2\n"])
def test_a_table_of_other_things_is_in_no_known_format(text: str, tmp_path: Path) -> None:
    records, faults = read_records(written(tmp_path / "a.csv", text))
    assert records is None
    assert [fault.code for fault in faults] == ["unknown-format"]


def test_an_unclosed_quote_is_told_with_its_line(tmp_path: Path) -> None:
    records, faults = read_records(written(tmp_path / "a.csv", 'title,year\nA,2018\n"B,2019\n'))
    assert records is None
    assert [(fault.row, fault.code) for fault in faults] == [(3, "malformed-csv")]


@pytest.mark.parametrize(
    "text",
    [
        '{"References": [',
        '{"References": 3}',
        '{"References": [1]}',
        '{"References": [{"Codes": 3}]}',
        '{"References": [], "CodeSets": {"a": 1}}',
        '{"CodeSets": [{"Attributes": {"AttributesList": [{"AttributeType": "Include"}]}}], '
        '"References": []}',
        '{"References": ' + "[" * 100_000,
    ],
)
def test_broken_json_of_eppi_reviewer_is_a_fault_and_no_crash(text: str, tmp_path: Path) -> None:
    records, faults = read_records(written(tmp_path / "a.json", text))
    assert records is None
    assert {fault.code for fault in faults} <= {"malformed-record", "no-record"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Marsh Olive", "Marsh, Olive"),
        ("Brook B C", "Brook, B C"),
        ("van der Lea Una M", "van der Lea, Una M"),
        ("O'Neil Seán", "O'Neil, Seán"),
        ("Marsh, Olive", "Marsh, Olive"),
        ("Department of Gardens", "Department of Gardens"),
        ("World Garden Organisation", "World Garden Organisation"),
        ("Unesco", "Unesco"),
    ],
)
def test_eppi_reviewer_writes_the_family_first_and_no_comma(
    name: str, expected: str, tmp_path: Path
) -> None:
    text = json.dumps({"References": [{"Title": "A", "Authors": f"{name} ; "}]})
    assert read(written(tmp_path / "a.json", text)).records[0].one("authors") == expected
