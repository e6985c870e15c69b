"""The coding sheet as it goes out: it asks everything and gives nothing away."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.exchange.sampling.coding_sheet import FINISHED, NOT_SAID, Sheet, questions, write_csv
from evidence.exchange.sampling.coding_workbook import CODINGS, INSTRUCTIONS, SOURCES, write_xlsx
from evidence.model.evidence import Evidence


@pytest.fixture
def sheet(real: Evidence) -> Sheet:
    sources = tuple(row for key, row in real.sources.items() if key in real.counted())[:3]
    return Sheet("Ada", real.codebook, sources, {"Sample": "three"})


def texts(book: Any) -> str:
    rows = (row for page in book for row in page.iter_rows(values_only=True))
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def test_the_workbook_asks_each_code_of_each_source(sheet: Sheet, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", sheet)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [INSTRUCTIONS, SOURCES, CODINGS]
    codes = [(name, code) for name, row in sheet.codebook.facets.items() for code in row.codes]
    rows = [*book[CODINGS].iter_rows(min_row=2, values_only=True)]
    asked = [(row[0], row[2], row[3]) for row in rows]
    assert asked == [(row.source_id, *code) for row in sheet.sources for code in codes]
    heads = [cell.value for cell in book[SOURCES][1]]
    assert heads[-1] == FINISHED
    for name, attribute in sheet.codebook.attributes.items():
        for head in (
            [f"{name}: {one}" for one in attribute.values] if attribute.multiple else [name]
        ):
            assert head in heads
    told = texts(book)
    for facet in sheet.codebook.facets.values():
        assert {*facet.stances.values(), *facet.codes.values(), facet.question} <= {
            *told.splitlines()
        }


def test_no_earlier_answer_is_shown(real: Evidence, sheet: Sheet, tmp_path: Path) -> None:
    """Neither what the coders found nor who they were."""
    write_xlsx(tmp_path / "a.xlsx", sheet)
    write_csv(tmp_path / "a.csv", sheet)
    book = texts(openpyxl.load_workbook(tmp_path / "a.xlsx"))
    ids = {row.source_id for row in sheet.sources}
    shown = {getattr(row, name) for row in sheet.sources for name in row.__dataclass_fields__}
    gists = {row.gist for row in real.codings if row.source_id in ids}
    gists |= {row.gist for row in real.effects if row.source_id in ids}
    # The shorter ones say what the codebook says too.
    gists = {gist for gist in gists if len(gist) > 40}
    assert gists
    for told in (book, (tmp_path / "a.csv").read_text("utf-8")):
        assert not [gist for gist in gists - shown if gist in told]
    answers = [*csv.DictReader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines())]
    assert not any(
        row[name] for row in answers for name in ("Answer", "Where", "What the text says")
    )
    assert {row["Coder"] for row in answers} == {"Ada"}


def test_cells_for_answers_alone_are_open_and_have_lists(sheet: Sheet, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", sheet)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert all(page.protection.sheet for page in book)
    page = book[CODINGS]
    heads = {cell.value: cell.column_letter for cell in page[1]}
    several = {one.name: one.several for one in questions(sheet.codebook)}
    lists = {
        cell: page_list
        for page_list in page.data_validations.dataValidation
        for cells in page_list.sqref.ranges
        for row in cells.rows
        for cell in row
    }
    for row in range(2, page.max_row + 1):
        facet = page[f"{heads['Question']}{row}"].value
        for place, name in enumerate(("Answer", "Second answer", "Third answer")):
            cell = page[f"{heads[name]}{row}"]
            assert cell.protection.locked == (place >= several[facet])
            if not cell.protection.locked:
                source = lists[cell.row, cell.column].formula1.lstrip("=").split("!")[1]
                options = [one[0].value for one in book[INSTRUCTIONS][source.replace("$", "")]]
                stances = [*sheet.codebook.facets[facet].stances]
                assert options == [*stances, NOT_SAID][: len(stances) + (place == 0)]
        assert page[f"{heads['Source']}{row}"].protection.locked
        assert not page[f"{heads['Where']}{row}"].protection.locked


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_the_same_sheet_has_the_same_bytes(write: Any, sheet: Sheet, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, sheet)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_text_that_looks_like_a_formula_is_text(sheet: Sheet, tmp_path: Path) -> None:
    from dataclasses import replace

    hostile = replace(sheet.sources[0], title="=HYPERLINK(1)", authors="@SUM(A1)")
    write_xlsx(tmp_path / "a.xlsx", replace(sheet, sources=(hostile,)))
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")[SOURCES][2]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert not any(cell.data_type == "f" for cell in cells)
