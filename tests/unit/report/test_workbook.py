"""The workbook keeps the rules on spreadsheets, has all there is, and is the same each time."""

import csv
import datetime as dt
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
from lxml import etree
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.report.tables.companion import Sheet
from evidence.report.workbook.evidence_sheets import notes, sheets
from evidence.report.workbook.ods import ods
from evidence.report.workbook.pages import CONTENTS, COVER, NOTES, About, Page, pages
from evidence.report.workbook.xlsx import xlsx
from tests.builders import Builder
from tests.conftest import needed

ABOUT = About(
    title="A & B",
    description="What is <known>",
    authors=("Ann", "Ødegård"),
    contact="ann@example.org",
    licence="CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    lang="en-GB",
    date=dt.date(2026, 11, 22),
    version="1.2.0",
    fingerprint="f00d",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "{=1}", "http://a.example", "\tx")
WRITERS = {"xlsx": xlsx, "ods": ods}
Writer = Callable[[Sequence[Page], About], bytes]


def of(evidence: Evidence) -> tuple[Page, ...]:
    return pages(sheets(evidence, judge_editions(evidence)), tuple(notes(evidence)), ABOUT)


def opened(found: Sequence[Page], about: About = ABOUT) -> Workbook:
    return openpyxl.load_workbook(BytesIO(xlsx(found, about)))


@pytest.fixture(scope="module")
def real_pages(real: Evidence) -> tuple[Page, ...]:
    return of(real)


@pytest.fixture(scope="module")
def book(real_pages: tuple[Page, ...]) -> Workbook:
    return opened(real_pages)


def table(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    """Return the head and the rows of the one table of a sheet."""
    (found,) = book[sheet].tables.values()
    return [tuple(cell.value for cell in row) for row in book[sheet][found.ref]]


def column(book: Workbook, sheet: str, name: str) -> list[object]:
    head, *rows = table(book, sheet)
    return [row[head.index(name)] for row in rows]


def links(page: Worksheet) -> dict[object, str]:
    cells = [cell for row in page.iter_rows() for cell in row if cell.hyperlink]
    return {cell.hyperlink.location: cell.value for cell in cells}


def test_the_cover_says_what_the_workbook_is(book: Workbook) -> None:
    first, second, third, *_ = book.sheetnames
    assert (first, second, third) == (COVER, CONTENTS, NOTES)
    cover = book[COVER]
    assert not cover.tables
    assert cover.max_column == 1
    said = [cell.value for cell in cover["A"]]
    assert said[:2] == ["Evidence tables: A & B", "What is <known>"]
    assert all(said)
    told = dict(zip(said[2::2], said[3::2], strict=False))
    assert told["Date"] == "22 November 2026"
    assert told["Contact"] == "ann@example.org"
    assert told["Licence"] == ABOUT.licence
    assert "f00d" in str(told["Version"])
    assert links(cover) == {f"'{CONTENTS}'!A1": f"Go to {CONTENTS}"}


def test_every_other_sheet_is_one_table_below_its_title(book: Workbook) -> None:
    names = set()
    for page in book.worksheets[1:]:
        (found,) = page.tables.values()
        assert found.headerRowCount == 1
        assert found.autoFilter is None
        assert found.name not in names
        names.add(found.name)
        assert page["A1"].value == page.title
        assert page["A2"].value == "This worksheet contains one table."
        start, end = page[found.ref][0][0], page[found.ref][-1][-1]
        # Nothing stands beside or below it, and no row above it is empty.
        assert (start.column, end.row, end.column) == (1, page.max_row, page.max_column)
        assert all(page.cell(row, 1).value for row in range(1, start.row + 1))
        head, *rows = table(book, page.title)
        assert all(head)
        assert len({str(name).lower() for name in head}) == len(head)
        for line in (*rows, *zip(*rows, strict=True)):
            assert any(cell is not None for cell in line)
        assert page.freeze_panes is None
        assert not page.merged_cells.ranges
        explained = any("cells are empty" in str(cell.value) for cell in page["A"][: start.row])
        assert explained == any(cell is None for row in rows for cell in row)


def test_type_is_large_and_text_wrapped(book: Workbook) -> None:
    for page in book:
        head = next((found.ref for found in page.tables.values()), "A2:A2")
        for row in page.iter_rows(max_row=min(30, page.max_row)):
            longest = max(len(str(cell.value or "")) for cell in row)
            for cell in row:
                if cell.value is not None:
                    assert cell.font.sz >= 12
                    assert cell.font.name == "Arial"
                    assert cell.fill.fill_type is None
            if page.tables and row[0].row >= page[head][0][0].row:
                assert all(cell.alignment.wrap_text or cell.hyperlink for cell in row if cell.value)
                height = page.row_dimensions[row[0].row].height
                assert height * 70 >= min(longest, 1600) * 15
        assert page["A1"].style == "Heading 1"
    assert book[COVER]["A3"].style == "Heading 2"
    assert book[NOTES]["A2"].style == "Normal"


def test_the_contents_lead_to_the_sheets_and_they_back(book: Workbook) -> None:
    others = book.sheetnames[2:]
    assert column(book, CONTENTS, "Worksheet") == others
    assert links(book[CONTENTS]) == {f"'{name}'!A1": name for name in others}
    assert column(book, CONTENTS, "Rows") == [len(table(book, name)) - 1 for name in others]
    for name in others:
        assert links(book[name]) == {f"'{CONTENTS}'!A1": f"Go to {CONTENTS}"}


def test_title_author_and_language_are_told(book: Workbook) -> None:
    told = book.properties
    assert told.title == "Evidence tables: A & B"
    assert told.creator == "Ann; Ødegård"
    assert told.language == "en-GB"
    assert told.created == told.modified == dt.datetime(2026, 11, 22)


def test_all_agreed_rows_are_there(book: Workbook, real: Evidence) -> None:
    assert column(book, "Sources", "Source id") == [*real.sources]
    facets = [real.agreed_codings(facet) for facet in real.codebook.facets]
    assert column(book, "Codings", "Gist") == [row.gist for of in facets for row in of]
    assert len(column(book, "Effects", "Source id")) == len(real.agreed_effects)
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
def test_no_text_is_a_formula(builder: Builder, text: str) -> None:
    evidence = builder.add("s0").code("s0", "theme:trust:barrier", gist=text).build()
    found = opened(of(evidence))
    assert column(found, "Codings", "Gist") == [text]
    cells = [cell for row in found["Codings"].iter_rows() for cell in row if cell.value == text]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)]


def test_an_empty_review_has_no_empty_sheets(builder: Builder) -> None:
    evidence = replace(builder.build(), searches=(), screening=())
    found = opened(of(evidence)).sheetnames
    assert not {"Codings", "Effects", "Searches", "Screening"} & {*found}
    assert {COVER, CONTENTS, NOTES, "Codebook", "Statements"} <= {*found}


@pytest.mark.parametrize("form", WRITERS)
def test_bytes_are_the_same_and_of_no_time(form: str, real_pages: tuple[Page, ...]) -> None:
    one = WRITERS[form](real_pages, ABOUT)
    assert one == WRITERS[form](real_pages, ABOUT)
    with ZipFile(BytesIO(one)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


STRANGE = Sheet(
    "It's (a) figure-map",
    "A figure.",
    ("Code", "code", "Text"),
    (("Trust", 3, "=1+1"), ("<a> & \"b\"", 0.5, "two\nlines"), ("  x  y ", None, "tab\there")),
)  # fmt: skip


def test_names_of_columns_differ_and_tables_have_simple_names() -> None:
    found = opened(pages([STRANGE], ("A note.",), ABOUT))
    assert table(found, STRANGE.name)[0] == ("Code", "code 2", "Text")
    assert [*found[STRANGE.name].tables] == ["Table_It_s_a_figure_map"]
    assert links(found[CONTENTS])["'It''s (a) figure-map'!A1"] == STRANGE.name


def test_no_two_sheets_or_tables_have_one_name() -> None:
    names = ("Notes", "cover", "A b", "A-b", "x" * 31, "X" * 31)
    sheets = [Sheet(name, "Rows.", ("A",), ((1,),)) for name in names]
    book = opened(pages(sheets, ("A note.",), ABOUT))
    told = [COVER, CONTENTS, NOTES, "Notes 2", "cover 2", "A b", "A-b", "x" * 31, "X" * 29 + " 2"]
    assert book.sheetnames == told
    assert column(book, CONTENTS, "Worksheet") == told[2:]
    assert {"Table_A_b", "Table_A_b_2"} <= {name for page in book for name in page.tables}


def test_a_column_without_anything_is_left_out() -> None:
    rows = ((None, 0, None), ("", None, "x"))
    book = opened(pages([Sheet("A", "Rows.", ("P", "Q", "R"), rows)], ("A note.",), ABOUT))
    assert table(book, "A") == [("Q", "R"), (0, None), (None, "x")]


def test_what_is_too_long_for_excel_says_that_it_is_cut() -> None:
    sheet = Sheet("Long", "Long.", ("Text",), (("x" * 40_000,), ("y" * 32_767,)))
    cut, whole = column(opened(pages([sheet], (), ABOUT)), "Long", "Text")
    assert str(cut).endswith("(cut: Excel takes no longer text)")
    assert len(str(cut)) == len(str(whole)) == 32_767
    content = ZipFile(BytesIO(ods(pages([sheet], (), ABOUT), ABOUT))).read("content.xml")
    assert b"x" * 40_000 in content


def test_rows_for_which_there_is_no_room_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.report.workbook.pages.MOST_ROWS", 3)
    sheets = [Sheet(f"Of {number}", "Rows.", ("A",), ((1,),) * number) for number in (3, 5)]
    book = opened(pages(sheets, ("A note.",), ABOUT))
    assert "no room" not in "".join(str(cell.value) for cell in book["Of 3"]["A"])
    assert str(book["Of 5"]["A4"].value).startswith("There is no room for 2 more rows; the data")
    assert len(table(book, "Of 5")) == 4


def test_without_an_address_the_cover_names_the_authors() -> None:
    about = replace(ABOUT, contact="", description="", licence="", lang="zh-Hant-TW")
    found = opened(pages([STRANGE], (), about), about)
    said = [cell.value for cell in found[COVER]["A"]]
    assert said[said.index("Contact") + 1] == "The authors."
    assert said[said.index("Licence") + 1] == "No licence is stated; ask the authors."
    styles = ZipFile(BytesIO(ods(pages([STRANGE], (), about), about))).read("styles.xml")
    assert b'fo:language="zh" fo:country="TW"' in styles


def test_opendocument_says_what_it_is_before_all_else(real_pages: tuple[Page, ...]) -> None:
    with ZipFile(BytesIO(ods(real_pages, ABOUT))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        content = etree.fromstring(archive.read("content.xml"))
        names = {name: value for name, value in content.nsmap.items() if name}
        ranges = content.findall(".//table:database-range", names)
        assert len(ranges) == len(real_pages) - 1
        heads = content.findall(".//table:table-header-rows", names)
        assert len(heads) == len(real_pages) - 1
        meta = archive.read("meta.xml").decode()
        assert "<dc:language>en-GB</dc:language>" in meta
        assert "<dc:title>Evidence tables: A &amp; B</dc:title>" in meta


@pytest.mark.parametrize("form", WRITERS)
def test_libreoffice_reads_every_cell(
    form: str, real_pages: tuple[Page, ...], tmp_path: Path
) -> None:
    needed("soffice")
    # Calc is a package of its own.
    needed(Path(str(shutil.which("soffice"))).resolve().parent / "libsclo.so")
    strange = pages([STRANGE], (), ABOUT)[-1]
    (tmp_path / f"b.{form}").write_bytes(WRITERS[form]((*real_pages, strange), ABOUT))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    # 76 is UTF-8; the last number asks for all sheets.
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command += ["--convert-to", filters, "--outdir", str(tmp_path), str(tmp_path / f"b.{form}")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for page in (*real_pages, strange):
        with (tmp_path / f"b-{page.name}.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file))
        wide = len(page.columns) or 1
        above = [
            [text, *[""] * (wide - 1)] for text in (page.title, *(row.text for row in page.lines))
        ]
        told = ([*page.columns], *page.rows) if page.columns else ()
        rows = [["" if cell is None else str(cell) for cell in row] for row in told]
        if form == "ods":
            rows = [[cell.replace("\t", " ") for cell in row] for row in rows]
        assert read == above + rows


def test_the_log_of_an_edition_names_no_source_that_is_not_in_it(real: Evidence) -> None:
    edition = real.up_to(real.first_year())
    named = {cell for cell in column(opened(of(edition)), "Screening", "Source id") if cell}
    assert named
    assert named <= edition.sources.keys()
