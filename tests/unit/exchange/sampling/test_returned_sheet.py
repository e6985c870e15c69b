"""A sheet that comes back is read whatever was done to it, or each fault is told with its cell."""

import csv
import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.exchange.sampling.coding_sheet import Sheet, write_csv
from evidence.exchange.sampling.coding_workbook import write_xlsx
from evidence.exchange.sampling.returned_sheet import Returned, read_sheet
from evidence.model.evidence import Evidence
from evidence.model.faults import Fault
from tests.builders import Builder
from tests.unit.exchange.sheets import columns, fill, rows

REQUIRED = ("design", "sector", "weight", "locator", "gist")
VALUES = {"design": "survey", "sector": "schools", "weight": "low", "voices: professionals": "yes"}
CODES = {
    ("a", "theme", "trust"): ["facilitator", "barrier"],
    ("a", "issue", "attribution"): ["raises"],
    ("b", "theme", "trust"): ["not said"],
}
Change = Callable[[Any], object]


@pytest.fixture
def evidence(builder: Builder) -> Evidence:
    builder.add("a", fields={"title": "On trust", "authors": "Å, B", "basis": "abstract"})
    return builder.add("b", fields={"title": "=On trust"}).add("c").build()


def sheet(evidence: Evidence) -> Sheet:
    sources = tuple(row for key, row in evidence.sources.items() if key in "abc")
    return Sheet("Ada", evidence.codebook, sources, {})


def returned(evidence: Evidence, path: Path, change: Change = lambda book: None) -> Returned:
    write_xlsx(path, sheet(evidence))
    fill(path, CODES, VALUES, ["a", "b"], change)
    found, faults = read_sheet(path, evidence, REQUIRED)
    assert not faults, "\n".join(map(str, faults))
    assert found
    return found


def faults(evidence: Evidence, path: Path, change: Change) -> list[Fault]:
    write_xlsx(path, sheet(evidence))
    fill(path, CODES, VALUES, ["a", "b"], change)
    found, wrong = read_sheet(path, evidence, REQUIRED)
    assert found is None
    return wrong


def test_what_was_filled_in_is_what_is_read(evidence: Evidence, tmp_path: Path) -> None:
    found = returned(evidence, tmp_path / "a.xlsx")
    assert found.coder == "Ada"
    assert [(row.source_id, row.facet, row.code, row.stance) for row in found.codings] == [
        ("a", "issue", "attribution", "raises"),
        ("a", "theme", "trust", "barrier"),
        ("a", "theme", "trust", "facilitator"),
    ]
    assert {row.coder for row in found.codings} == {"Ada"}
    assert {row.coder for row in found.appraisals} == {"Ada"}
    assert {row.gist for row in found.codings} == {"Says so of attribution", "Says so of trust"}
    appraised = {row.source_id: dict(row.values) for row in found.appraisals}
    expected: dict[str, tuple[str, ...]] = {
        "design": ("survey",),
        "sector": ("schools",),
        "weight": ("low",),
    }
    expected |= {"groups": (), "voices": ("professionals",)}
    assert appraised == {"a": expected, "b": expected}
    assert found.unfinished == {"c": 0}
    assert not found.notes


def test_a_source_that_nobody_finished_is_left_out_with_its_answers(
    evidence: Evidence, tmp_path: Path
) -> None:
    write_xlsx(tmp_path / "a.xlsx", sheet(evidence))
    fill(tmp_path / "a.xlsx", CODES, VALUES, ["b"])
    found, _ = read_sheet(tmp_path / "a.xlsx", evidence, REQUIRED)
    assert found
    assert [row.source_id for row in found.appraisals] == ["b"]
    assert not found.codings
    assert found.unfinished == {"a": 2, "c": 0}


def move_columns(book: Any) -> None:
    for name in ("Codings", "Sources"):
        page = book[name]
        cells = [[cell.value for cell in row] for row in page.iter_rows()]
        for number, row in enumerate(cells, 1):
            for column, value in enumerate(reversed(row), 1):
                page.cell(number, column).value = value


def sort_rows(book: Any) -> None:
    page = book["Codings"]
    cells = sorted(
        ([cell.value for cell in row] for row in page.iter_rows(min_row=2)),
        key=lambda row: (row[3], row[0]),
    )
    for number, row in enumerate(cells, 2):
        for column, value in enumerate(row, 1):
            page.cell(number, column).value = value


def add_empty_rows(book: Any) -> None:
    for page in (book["Codings"], book["Sources"]):
        page.insert_rows(3, 4)
        page.insert_rows(1, 2)


def shout(book: Any) -> None:
    for page in (book["Codings"], book["Sources"]):
        for row in page.iter_rows():
            for cell in row:
                if cell.value in ("facilitator", "raises", "yes", "survey", "not said"):
                    cell.value = f" {cell.value.capitalize()} "


@pytest.mark.parametrize("change", [move_columns, sort_rows, add_empty_rows, shout])
def test_what_people_and_programs_do_to_a_sheet_changes_nothing(
    change: Change, evidence: Evidence, tmp_path: Path
) -> None:
    before = returned(evidence, tmp_path / "a.xlsx")
    after = returned(evidence, tmp_path / "b.xlsx", change)
    assert after == before


def test_another_column_and_a_changed_title_are_told_and_passed_over(
    evidence: Evidence, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        page = book["Sources"]
        page["B2"] = "Another title"
        page.cell(1, 60, "My notes")
        page.cell(2, 60, "Hard to read")

    found = returned(evidence, tmp_path / "a.xlsx", change)
    assert found.codings == returned(evidence, tmp_path / "b.xlsx").codings
    column, title = found.notes
    assert column == "Sources!BH1: the column 'My notes' is passed over"
    assert title.startswith("Sources!B2: 'Another title' stands here, where the data have 'On tru")


def write(page: str, key: tuple[str, ...], column: str, value: Any) -> Change:
    def change(book: Any) -> None:
        heads = ("Source", "Question", "Code")[: len(key)]
        row = rows(book[page], *heads)[key]
        book[page].cell(row, columns(book[page])[column]).value = value

    return change


def unhead(page: Any, column: str) -> None:
    page.cell(1, columns(page)[column]).value = None


def delete_row(book: Any) -> None:
    book["Codings"].delete_rows(rows(book["Codings"], "Source", "Question", "Code")[
        ("b", "theme", "culture")
    ])  # fmt: skip


TRUST = ("a", "theme", "trust")
CULTURE = ("a", "theme", "culture")
WRONG = {
    "no stance": (
        write("Codings", TRUST, "Answer", "helps"),
        "unknown-stance: 'helps' is no stance of theme",
    ),
    "nearest": (write("Codings", TRUST, "Answer", "bariers"), "nearest: barrier"),
    "another facet": (
        write("Codings", TRUST, "Answer", "raises"),
        "stance-not-of-facet: 'raises' is no stance of theme; it belongs to issue",
    ),
    "both": (write("Codings", TRUST, "Third answer", "not said"), "not-allowed: 'not said' and"),
    "formula": (write("Codings", TRUST, "Answer", '="bar"&"rier"'), "no-text: a formula stands"),
    "date": (write("Codings", TRUST, "Where", dt.date(2020, 4, 3)), "no-text: a date stands here"),
    "no place": (write("Codings", TRUST, "Where", None), "required: a theme: trust is facilitator"),
    "control": (write("Codings", TRUST, "What the text says", "a\u200bb"), "invisible-character"),
    "no answer": (write("Codings", CULTURE, "Where", "p. 3"), "required: something is written for"),
    "no code": (
        write("Codings", CULTURE, "Code", "cultur"),
        "unknown-code: theme has no 'cultur'; allowed",
    ),
    "no facet": (
        write("Codings", CULTURE, "Question", "themes"),
        "unknown-facet: the codebook asks nothing called 'themes'",
    ),
    "no source": (write("Codings", CULTURE, "Source", "aa"), "unknown-source: sources.csv has no"),
    "no name": (write("Codings", CULTURE, "Source", None), "unknown-source: no source is named"),
    "twice": (write("Codings", CULTURE, "Code", "trust"), "duplicate-key: a has this question at"),
    "deleted": (delete_row, "missing-row: b is finished, and has no row for theme: culture"),
    "no value": (
        write("Sources", ("a",), "design", "surveys"),
        "unknown-value: 'surveys' is no answer to design; allowed",
    ),
    "empty": (write("Sources", ("b",), "design", None), "required: design is not answered"),
    "not yes": (write("Sources", ("a",), "voices: literature", "x"), "'x' is no answer to voices"),
    "maybe": (write("Sources", ("c",), "finished", "soon"), "'soon' is no answer to finished"),
    "no tab": (lambda book: book.remove(book["Codings"]), "bad-structure: there is no tab 'Cod"),
    "no column": (lambda book: unhead(book["Codings"], "Answer"), "missing-column: there is no"),
    "version": (lambda book: book["Instructions"].__setitem__("B3", 99), "other-codebook: the she"),
    "nobody": (lambda book: book["Instructions"].__setitem__("B2", ""), "required: nothing says"),
    "machine": (lambda book: book["Instructions"].__setitem__("B2", "Agreed"), "unknown-coder: 'A"),
    "no name at all": (
        lambda book: book["Instructions"].__setitem__("B2", "Ada; B"),
        "unknown-coder: 'Ada; B' is no name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_each_fault_is_told_with_its_cell(
    change: Change, told: str, evidence: Evidence, tmp_path: Path
) -> None:
    wrong = faults(evidence, tmp_path / "a.xlsx", change)
    (line,) = [str(fault) for fault in wrong if told in str(fault)]
    assert line.startswith(f"{tmp_path.as_posix()}/a.xlsx:")
    if "bad-structure" not in told and "missing-column" not in told:
        assert any(f"a.xlsx:{tab}!" in line for tab in ("Codings", "Sources", "Instructions"))


def test_a_fault_names_the_cell_that_a_spreadsheet_shows(
    evidence: Evidence, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        page = book["Codings"]
        places.append(f"F{rows(page, 'Source', 'Question', 'Code')[TRUST]}")
        page[places[0]] = "supports"

    places: list[str] = []
    (fault,) = faults(evidence, tmp_path / "a.xlsx", change)
    assert fault.column == f"Codings!{places[0]}"


def test_all_faults_are_told_at_once_and_in_the_order_of_reading(
    evidence: Evidence, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        for name in ("no stance", "no value", "no answer", "version"):
            WRONG[name][0](book)

    codes = [str(fault.code) for fault in faults(evidence, tmp_path / "a.xlsx", change)]
    assert sorted(codes) == ["other-codebook", "required", "unknown-stance", "unknown-value"]


def test_a_table_of_commas_or_semicolons_is_read_as_well(
    evidence: Evidence, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, sheet(evidence))
    read = [*csv.DictReader(path.read_text("utf-8-sig").splitlines())]
    for row in read:
        key = (row["Source"], row["Question"], row["Code"])
        for name, stance in zip(
            ("Answer", "Second answer"), CODES.get(key, ()), strict=False
        ):  # fmt: skip
            row[name] = stance
        if key in CODES:
            row["Where"], row["What the text says"] = "abstract: results", f"Says so of {key[2]}"
        heading = f"{key[1]}: {key[2]}" if key[2] else key[1]
        if key[0] != "c":
            row["Answer"] = {**VALUES, "finished": "yes"}.get(heading, row["Answer"])
    expected = returned(evidence, tmp_path / "b.xlsx")
    for sign, end in ((",", "\n"), (";", "\r\n")):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*read[0]], delimiter=sign, lineterminator=end)
            writer.writeheader()
            writer.writerows(read)
        found, wrong = read_sheet(path, evidence, REQUIRED)
        assert not wrong
        assert found == expected
    text = path.read_text("utf-8").replace("facilitator;barrier", "facilitator;helps", 1)
    path.write_text(text, "utf-8")
    _, (fault,) = read_sheet(path, evidence, REQUIRED)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "facilitator;helps" in one)
    assert (fault.row, fault.column) == (line, "Second answer")


def pack(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)


def unpack(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_part(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda path: pack(path, {**unpack(path), name: data})


def entities(path: Path) -> None:
    parts = unpack(path)
    name = "xl/sharedStrings.xml"
    start, _, rest = parts[name].partition(b"?>")
    declared = b'<!DOCTYPE sst [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    pack(path, {**parts, name: start + b"?>" + declared + rest})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "bomb": (with_part("xl/media/a.bin", bytes(110_000_000)), "times its size, as no table does"),
    "macros": (with_part("xl/vbaProject.bin", b"x"), "it has macros"),
    "entities": (entities, "declares types of its own"),
    "cut": (cut, "it is no workbook"),
    "broken": (with_part("xl/worksheets/sheet2.xml", b"<worksheet><sheet"), "is damaged"),
    "document": (
        lambda path: pack(path, {"word/document.xml": b"<a/>"}),
        "no workbook of Excel",
    ),
    "old": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600)), "has a password"),
    "text": (lambda path: path.write_bytes(b"hello"), "it is no workbook"),
    "empty": (lambda path: path.write_bytes(b""), "it is no workbook"),
}


@pytest.mark.parametrize(("spoil", "told"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_or_damaged_file_gets_a_clear_message(
    spoil: Callable[[Path], object], told: str, evidence: Evidence, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, sheet(evidence))
    spoil(path)
    found, (fault,) = read_sheet(path, evidence, REQUIRED)
    assert found is None
    assert fault.code == "unreadable-sheet"
    assert told in fault.message


def test_a_row_at_the_very_end_of_a_sheet_does_not_make_it_long(
    evidence: Evidence, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        book["Codings"]["A1048576"] = "here"

    (fault,) = faults(evidence, tmp_path / "a.xlsx", change)
    assert fault.code == "unreadable-sheet"


def test_no_file_and_no_rows_are_told(evidence: Evidence, tmp_path: Path) -> None:
    _, (fault,) = read_sheet(tmp_path / "a.xlsx", evidence, REQUIRED)
    assert fault.code == "missing-file"
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    _, wrong = read_sheet(tmp_path / "a.xlsx", evidence, REQUIRED)
    assert [fault.code for fault in wrong] == ["bad-structure"] * 3
