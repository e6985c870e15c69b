"""The table of a sheet is found, with the names of its columns, whatever stands around it."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.exchange.spreadsheets.wide_sheet import WideSheet, read_wide
from tests.libreoffice import converted
from tests.wide_sheet import GROUPS, SHEET, studies, write_text, write_xlsx

Rows = Sequence[Sequence[Any]]


def write(path: Path, rows: Rows, merged: Sequence[str] = (), title: str = "S") -> Path:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = title
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    book.save(path)
    return path


def read(path: Path) -> WideSheet:
    found, faults = read_wide(path)
    assert found, faults
    return found


@pytest.mark.parametrize(
    ("rows", "merged", "header", "names"),
    [
        ([["Title", "Design"], ["a", "b"]], [], (1,), ["Title", "Design"]),
        (
            [["All our studies"], [], ["Title", "Design"], ["a", "b"]],
            ["A1:B1"],
            (3,),
            ["Title", "Design"],
        ),
        (
            [["Title", "Effects", None], [None, "Sleep", "Mood"], ["a", "x", None]],
            ["A1:A2", "B1:C1"],
            (1, 2),
            ["Title", "Effects / Sleep", "Effects / Mood"],
        ),
        (
            [["What", "", "Effects", ""], ["Title", "Year", "Sleep", "Mood"], ["a", 1, "x", "x"]],
            [],
            (1, 2),
            ["What / Title", "What / Year", "Effects / Sleep", "Effects / Mood"],
        ),
        (
            [
                ["Title", "Effects", None, None],
                [None, "Body", None, "Mind"],
                [None, "Sleep", "Diet", "Mood"],
                ["a", "x", "x", "x"],
            ],
            ["A1:A3", "B1:D1", "B2:C2"],
            (1, 2, 3),
            ["Title", "Effects / Body / Sleep", "Effects / Body / Diet", "Effects / Mind / Mood"],
        ),
        (
            [["Title", "Notes", "notes", "Notes", None, None], ["a", "b", "c", "d", None, "e"]],
            [],
            (1,),
            ["Title", "Notes", "notes", "Notes (D)", "(column F)"],
        ),
        ([["北京\n研究", "𝒳 \u200b"], ["a", "b"]], [], (1,), ["北京 研究", "𝒳"]),
    ],
)
def test_the_header_is_found(
    rows: Rows, merged: Sequence[str], header: tuple[int, ...], names: list[str], tmp_path: Path
) -> None:
    found = read(write(tmp_path / "a.xlsx", rows, merged))
    assert found.header == header
    assert [column.name for column in found.columns] == names


def test_a_cell_merged_down_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    rows: Rows = [
        ["Title", "Coder", "Design"],
        ["a", "x", "RCT"],
        [None, "y", "RCT"],
        ["b", "x", "?"],
    ]
    found = read(write(tmp_path / "a.xlsx", rows, ["A2:A3"]))
    assert [text for _, text in found.cells(found.columns[0])] == ["a", "a", "b"]


def test_the_fullest_sheet_is_taken_unless_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, studies(20, 2))
    found = read(path)
    assert found.grid.name == SHEET
    assert [(one.name, one.hidden) for one in found.others] == [("Read me", False), ("Lists", True)]
    sheet, (fault,) = read_wide(path, "Included")
    assert sheet is None
    assert (fault.code, fault.nearest) == ("unknown-value", SHEET)


@pytest.mark.parametrize("rows", [[], [["Title", "Design"]], [["only"], ["one"], ["column"]]])
def test_a_sheet_without_a_table_is_told(rows: Rows, tmp_path: Path) -> None:
    found, (fault,) = read_wide(write(tmp_path / "a.xlsx", rows))
    assert found is None
    assert fault.code == "empty-table"


def test_merged_cells_without_end_take_no_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [["Title", "Design"], *[["a", "b"]] * 3000])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    areas = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(2, 3002))
    name, end = "xl/worksheets/sheet1.xml", b"</sheetData>"
    merged = end + f"<mergeCells>{areas}</mergeCells>".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for one, raw in parts.items():
            archive.writestr(one, raw.replace(end, merged) if one == name else raw)
    assert len(read(path).rows) == 3000


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, rows = tmp_path_factory.mktemp("wide"), studies(30, 4)
    paths = {"xlsx": folder / "wide.xlsx", "csv": folder / "wide.csv", "txt": folder / "wide.txt"}
    write_xlsx(paths["xlsx"], rows)
    write_text(paths["csv"], rows, ";", "utf-8-sig")
    write_text(paths["txt"], rows, "\t", "utf-16")
    paths["ods"] = converted(paths["xlsx"], folder, "ods")
    return paths


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv", "txt"])
def test_a_public_map_is_the_same_in_every_form(kind: str, wide: dict[str, Path]) -> None:
    found = read(wide[kind])
    expected = [f"{group} / {name}" for group, names in GROUPS for name in names if name]
    names = [column.name for column in found.columns if column.title != "Remarks"]
    again = {"Barriers / Summer holidays (AW)", "Remarks / Notes (AZ)"}
    assert [name for name in names if name not in again] == [*dict.fromkeys(expected)]
    assert found.header == ((3, 4) if kind in ("xlsx", "ods") else (1, 2))
    by_name = {column.name: column for column in found.columns}
    same = read(wide["xlsx"])
    for name in ("Study / Study design", "Study / Kinds of garden", "Outcomes / Physical activity"):
        other = next(column for column in same.columns if column.name == name)
        assert [text for _, text in found.cells(by_name[name])] == [
            text for _, text in same.cells(other)
        ]
