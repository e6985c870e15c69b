"""The workbook is read back as it was written, says what it holds, and is the same each time."""

import datetime as dt
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.report.tables.companion import Sheet
from evidence.report.workbook import CONTENTS, About, sheets, write
from tests.builders import Builder
from tests.conftest import needed

ABOUT = About(
    "A & B", "What is <known>", ("Ann", "Ødegård"), "en-GB", dt.date(2026, 11, 22), "f00d"
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "{=1}", "http://a.example", "\tx")


def made(path: Path, evidence: Evidence) -> Workbook:
    write(path, sheets(evidence, judge_editions(evidence)), ABOUT)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(real: Evidence, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return made(tmp_path_factory.mktemp("book") / "b.xlsx", real)


def column(book: Workbook, sheet: str, name: str) -> list[object]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [row[head.index(name)] for row in rows]


def test_every_sheet_is_one_table_with_a_head_that_stays(book: Workbook) -> None:
    for page in book:
        (found,) = page.tables.values()
        assert found.ref == page.dimensions
        assert found.headerRowCount == 1
        assert page.freeze_panes == "B2"
        assert not page.merged_cells.ranges
        assert all(cell.value for cell in page[1])
        for row in page.iter_rows(min_row=2):
            longest = max(len(str(cell.value or "")) for cell in row)
            assert (page.row_dimensions[row[0].row].height or 15) * 60 >= min(longest, 1600) * 15
        assert all(cell.alignment.wrap_text for cell in page[2] if cell.value is not None)


def test_the_first_sheet_names_what_the_others_hold(book: Workbook) -> None:
    first, *others = book.sheetnames
    assert first == CONTENTS
    named = column(book, CONTENTS, "Name or sheet")
    assert named[-len(others) :] == others
    links = [
        row[0].hyperlink.location for row in book[CONTENTS].iter_rows(min_row=2) if row[0].hyperlink
    ]
    assert links == [f"'{name}'!A1" for name in others]


def test_title_author_and_language_are_told(book: Workbook) -> None:
    told = book.properties
    assert told.title == "Evidence tables: A & B"
    assert told.creator == "Ann; Ødegård"
    assert told.language == "en-GB"
    assert told.created == told.modified == dt.datetime(2026, 11, 22)


def test_all_agreed_rows_are_there(book: Workbook, real: Evidence) -> None:
    assert column(book, "Sources", "Source id") == [*real.sources]
    facets = [real.agreed_codings(facet) for facet in real.codebook.facets]
    assert column(book, "Codings", "What it says") == [row.gist for of in facets for row in of]
    assert len(column(book, "Effects", "Source")) == len(real.agreed_effects)
    assert len(column(book, "Screening", "Record id")) == len(real.screening)


def test_every_source_of_a_statement_is_named(book: Workbook, real: Evidence) -> None:
    rows = zip(
        *(column(book, "Statements and sources", name) for name in ("Entry", "Side", "Source")),
        strict=True,
    )
    found = {*rows}
    now, entries = judge_editions(real).now, real.claims.entries()
    assert found == {
        (entries[key], side, source)
        for key, row in now.items()
        for side, sources in (("for", row.supporting), ("against", row.contrary))
        for source in sources
    }


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(builder: Builder, tmp_path: Path, text: str) -> None:
    evidence = builder.add("s0").code("s0", "theme:trust:barrier", gist=text).build()
    page = made(tmp_path / "b.xlsx", evidence)["Codings"]
    (cell,) = [row[5] for row in page.iter_rows(min_row=2)]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_an_empty_review_has_all_its_sheets(builder: Builder, tmp_path: Path) -> None:
    evidence = replace(builder.build(), searches=(), screening=())
    book = made(tmp_path / "b.xlsx", evidence)
    assert column(book, "Codings", "Source") == ["none"]
    assert column(book, "Searches", "Nothing") == ["none"]


def test_bytes_are_the_same_and_of_no_time(real: Evidence, tmp_path: Path) -> None:
    one, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    made(one, real)
    made(other, real)
    assert one.read_bytes() == other.read_bytes()
    assert {info.date_time for info in ZipFile(one).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_sheet_of_a_cell_follows_the_others(builder: Builder, tmp_path: Path) -> None:
    extra = Sheet("Figure map", "A figure.", ("Code", "Sources"), (("Trust", 3),))
    write(tmp_path / "b.xlsx", [extra], ABOUT)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert list(book["Figure map"].iter_rows(values_only=True)) == [
        ("Code", "Sources"),
        ("Trust", 3),
    ]


def test_libreoffice_opens_it(real: Evidence, tmp_path: Path) -> None:
    needed("soffice")
    # Calc is a package of its own.
    needed(Path(str(shutil.which("soffice"))).resolve().parent / "libsclo.so")
    made(tmp_path / "b.xlsx", real)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    # The last number is UTF-8.
    filters = "csv:Text - txt - csv (StarCalc):44,34,76"
    command += ["--convert-to", filters, "--outdir", str(tmp_path), str(tmp_path / "b.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "Evidence tables: A & B" in (tmp_path / "b.csv").read_text("utf-8")
