"""Workbooks and text files of strangers are read as tables, whoever wrote them."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from evidence.exchange.tables.grids import DATE, FORMULA, Grid
from evidence.exchange.tables.table_files import read_grids
from tests.libreoffice import UTF8_CSV, converted

READ = ("Outcomes, all", "", "Notes")
ROWS = [("x", "", "a b\nc"), ("", "", ""), ("2016", "ü; “ö”", "1.5")]


def by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "Studies"
    page.append(["Outcomes, all", None, "Notes"])
    page.merge_cells("A1:B1")
    page.append(["x", None, "  a \N{NO-BREAK SPACE}b\nc "])
    page.append([None, None, None])
    page.append([2016, "ü; “ö”", 1.5])
    page.append([dt.date(2020, 4, 3), 0.25, "=1/0"])
    page["B5"].number_format = "0.0%"
    page.row_dimensions[2].hidden = True
    page.column_dimensions["C"].hidden = True
    book.create_sheet("Old").sheet_state = "hidden"
    book["Old"].append(["of old"])
    book.save(path)


def by_xlsxwriter(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Studies")
    page.merge_range("A1:B1", "Outcomes, all")
    page.write("C1", "Notes")
    page.write_row("A2", ["x", None, "  a \N{NO-BREAK SPACE}b\nc "])
    page.write_row("A4", [2016, "ü; “ö”", 1.5])
    page.write_datetime("A5", dt.datetime(2020, 4, 3), book.add_format({"num_format": "dd/mm/yy"}))
    page.write_number("B5", 0.25, book.add_format({"num_format": 10}))
    page.write_formula("C5", "=1/0", None, "#DIV/0!")
    page.set_row(1, None, None, {"hidden": True})
    page.set_column("C:C", None, None, {"hidden": True})
    old = book.add_worksheet("Old")
    old.write("A1", "of old")
    old.hide()
    book.close()


def read(path: Path) -> list[Grid]:
    grids, faults = read_grids(path)
    assert not faults
    return grids


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same table as several programs write it."""
    folder = tmp_path_factory.mktemp("books")
    written = {"openpyxl": folder / "openpyxl.xlsx", "xlsxwriter": folder / "written.xlsx"}
    by_openpyxl(written["openpyxl"])
    by_xlsxwriter(written["xlsxwriter"])
    for kind, to in (("ods", "ods"), ("csv", UTF8_CSV), ("xlsx", "xlsx")):
        written[f"libreoffice {kind}"] = converted(written["xlsxwriter"], folder / kind, to)
    return written


WRITERS = ("openpyxl", "xlsxwriter", "libreoffice ods", "libreoffice xlsx", "libreoffice csv")


@pytest.mark.parametrize("writer", WRITERS)
def test_every_program_says_the_same(writer: str, books: dict[str, Path]) -> None:
    grid = read(books[writer])[0]
    rows = [row + ("",) * (3 - len(row)) for row in grid.rows]
    # A text file has no place for rows that are empty, nor for what is no text.
    filled = [row for row in ROWS if any(row)] if grid.lines else ROWS
    assert rows[: len(filled) + 1] == [READ, *filled]
    assert not grid.lines or grid.lines == (1, 2, 5, 6)


@pytest.mark.parametrize("writer", WRITERS[:-1])
def test_what_is_no_text_is_told(writer: str, books: dict[str, Path]) -> None:
    grid, old = read(books[writer])
    assert grid.rows[4][:2] == ("2020-04-03", "25%")
    assert grid.rows[4][2] == ("=1/0" if writer == "openpyxl" else "#DIV/0!")
    assert grid.made == {(4, 0): DATE, (4, 2): FORMULA}
    assert (grid.name, old.name, old.hidden, old.rows) == ("Studies", "Old", True, (("of old",),))
    assert not grid.hidden
    assert (grid.hidden_rows, grid.hidden_columns) == (1, 1)
    assert grid.merged == ((0, 0, 0, 1),)
    assert grid.place(4, 2) == "Studies!C5"


@pytest.mark.parametrize(
    "raw",
    [
        "Title,Design\r\nTrees,RCT\r\n".encode("utf-8-sig"),
        "Title;Design\r\nTrees;RCT\r\n".encode("utf-8-sig"),
        b"sep=;\r\nTitle;Design\r\nTrees;RCT\r\n",
        "Title\tDesign\r\nTrees\tRCT\r\n".encode("utf-16"),
        b"\xfe\xff" + "Title\tDesign\nTrees\tRCT\n".encode("utf-16-be"),
    ],
)
def test_excel_writes_text_in_many_forms(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    (grid,) = read(path)
    assert grid.rows == (("Title", "Design"), ("Trees", "RCT"))


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Title,Signs\nTrees,| a | b |\n", 2),
        ("Title;Text\nTrees;a, b, c, d, e\nPonds;none\nPaths;a, b\n", 2),
        ("Title\tText; more\nTrees\ta; b\n", 2),
        ("One column\nTrees\n", 1),
    ],
)
def test_what_parts_columns_is_what_all_rows_have(text: str, width: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, "utf-8")
    assert read(tmp_path / "a.csv")[0].width == width


def test_a_cell_of_several_lines_moves_the_lines_of_those_below(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'A,B\r\n"one\r\ntwo",x\r\n\r\nlast,y\r\n')
    (grid,) = read(path)
    assert grid.rows[1] == ("one\ntwo", "x")
    assert [grid.place(at) for at in range(3)] == ["line 1", "line 2", "line 5"]


def test_a_column_beyond_those_named_and_an_empty_file_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"A,B\n1,2,3\n,,,,\n")
    assert read(path)[0].rows == (("A", "B"), ("1", "2", "3"))
    path.write_bytes(b"")
    assert read(path)[0].rows == ()


def pack(path: Path, parts: dict[str, bytes | str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(sheet: str, target: str = "worksheets/sheet1.xml") -> Callable[[Path], None]:
    """A workbook put together by hand around the rows of its sheet."""
    parts: dict[str, bytes | str] = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='rId1' Type='worksheet' "
        f"Target='{target}'/></Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    return lambda path: pack(path, parts)


def ods(rows: str, before: str = "", part: str = "meta.xml") -> Callable[[Path], None]:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"{before}<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", part: before}
    return lambda path: pack(path, {**parts, "content.xml": content})


CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "rows beyond the sheet": (xlsx('<row r="99999999"><c r="A1"><v>1</v></c></row>'), "100,000"),
    "columns beyond the sheet": (xlsx('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "columns"),
    "a string that is not there": (xlsx('<row r="1"><c t="s"><v>7</v></c></row>'), "is damaged"),
    "no number": (xlsx('<row r="1"><c><v>1e</v></c></row>'), "is damaged"),
    "a row twice": (xlsx('<row r="1"><c><v>1</v></c></row>' * 2), "stands twice"),
    "repeated rows": (
        ods(f'<table:table-row table:number-rows-repeated="1048576">{CELL}</table:table-row>'),
        "100,000 rows",
    ),
    "repeated columns": (
        ods(
            "<table:table-row>"
            + CELL.replace("office:", 'table:number-columns-repeated="16384" office:')
            + "</table:table-row>"
        ),
        "1,000 columns",
    ),
    "entities in ods": (ods("", LAUGHS), "declares types of its own"),
    "locked ods": (ods("", "<encryption-data/>", "META-INF/manifest.xml"), "a password"),
    "macros in ods": (ods("", "", "Basic/Standard/a.xml"), "it has macros"),
    "xlsb": (lambda path: pack(path, {"xl/workbook.bin": b"x"}), "binary kind .xlsb"),
    "a web page": (lambda path: path.write_bytes(b"<html><table>"), "no workbook"),
    "sparse": (xlsx('<row r="100000"><c r="ALL100000"><v>1</v></c></row>' * 2), "stands twice"),
    "a folder": (lambda path: path.mkdir(), "a folder, pipe or device"),
}


@pytest.mark.parametrize(("write", "told"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_a_clear_message(
    write: Callable[[Path], object], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    write(path)
    grids, (fault,) = read_grids(path)
    assert not grids
    assert fault.code == "unreadable-sheet"
    assert told in fault.message


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("Title,Design\nTrees,RCT\n".encode("utf-16-le"), "unreadable-sheet"),
        (b"\xff\xfeT\x00i", "not-utf8"),
        ("Title,Größe\nTrees,1\n".encode("cp1252"), "not-utf8"),
        (b'Title,Design\n"Trees,RCT\n', "malformed-csv"),
        (b"<table><tr><td>Title</td></tr></table>", "unreadable-sheet"),
    ],
)
def test_what_is_no_text_is_told_with_the_way_out(raw: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    grids, (fault,) = read_grids(path)
    assert not grids
    assert fault.code == code
    assert "save it as" in fault.message or fault.allowed or "UTF-16" in fault.message


def test_what_a_workbook_names_outside_itself_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx('<row r="1"><c><v>1</v></c></row>', "../../../../etc/passwd")(path)
    assert read(path) == []


def test_empty_rows_up_to_the_end_of_a_sheet_do_not_make_it_long(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    empty = "<table:table-cell table:number-columns-repeated='16384'/>"
    ods(
        f"<table:table-row>{CELL}{empty}</table:table-row>"
        f"<table:table-row table:number-rows-repeated='1048575'>{empty}</table:table-row>"
    )(path)
    assert read(path)[0].rows == (("x",),)


def test_notes_pinned_to_a_cell_are_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    note = "<office:annotation><text:p>why?</text:p></office:annotation>"
    text = "<text:p>a<text:s/>b<text:line-break/><text:span>c</text:span></text:p>"
    ods(f"<table:table-row><table:table-cell>{note}{text}</table:table-cell></table:table-row>")(
        path
    )
    assert read(path)[0].rows == (("a b\nc",),)
