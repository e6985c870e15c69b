"""What each reader makes of one project, against what the project's text says."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pypdf
import pytest

from evidence.proof.parity import KINDS, UnreadableDocument, read
from tests.unit.proof.parity.conftest import numbers

FORMATS = ("html", "pdf", "docx")
LONG = "Misunderstandings-notwithstanding internationalisation disproportionately counterproductive"
DOE = "Doe, Jo. 2004"


@pytest.fixture
def texts(paths: Mapping[str, Path], to: str) -> Mapping[str, list[str]]:
    items = read(paths[to]).items
    return {kind: [item.text for item in items[kind]] for kind in KINDS}


@pytest.mark.parametrize("to", FORMATS)
def test_headings_have_levels_and_numbers(texts: Mapping[str, list[str]]) -> None:
    assert texts["headings"] == [
        "level 1: 1 First things",
        "level 2: 1.1 A <script> & Ünïcode 3.0",
        "level 2: Not numbered",
        "level 1: References",
    ]


@pytest.mark.parametrize("to", FORMATS)
def test_captions_notes_and_alternative_texts(texts: Mapping[str, list[str]]) -> None:
    assert texts["captions"] == [
        "Figure 1: A picture of things",
        "Table 1: A long table of 59 rows",
    ]
    assert texts["notes"] == [
        "A note on 7 things (Doe 2004a) with “quotes”.",
        "A second note.",
    ]
    assert texts["alts"] == ['Two "bars" & <one> dot, 4 high']


@pytest.mark.parametrize("to", FORMATS)
def test_cells_know_headers_empty_cells_and_words_divided_at_line_ends(
    texts: Mapping[str, list[str]],
) -> None:
    cells = texts["cells"]
    assert cells[:9] == [
        "header: Name", "header: Value", "header: Source",
        "Hard|bar", "<td>12", "Roe",
        "Empty", "", "0",
    ]  # fmt: skip
    assert cells[9::3] == [f"row {n}" for n in range(3, 60)]
    assert cells[10::3] == [f"{LONG} {n} of 75" for n in range(3, 60)]


@pytest.mark.parametrize("to", FORMATS)
def test_numbers_are_those_of_the_prose(texts: Mapping[str, list[str]]) -> None:
    assert numbers(texts["prose"])[:22] == [
        "2026", "22", "2026", "0123456789", "One", "1,234.5", "25", "75", "33%", "1",
        "2004", "2004", "5", "2004", "12", "12", "40", "2009", "88 %", "7",
        "8", "99",
    ]  # fmt: skip


@pytest.mark.parametrize("to", FORMATS)
def test_citations_lead_to_their_entries_with_those_of_notes_last(
    texts: Mapping[str, list[str]],
) -> None:
    citations = texts["citations"]
    assert [citation.split(" → ")[0] for citation in citations[:3]] == [
        "Doe 2004a",
        "2004b, 5",
        "Roe-Garcia (2004)",
    ]
    targets = [citation.split(" → ")[1] for citation in citations]
    assert targets[0].startswith(f"{DOE}a. Apples")
    assert targets[1].startswith(f"{DOE}b. Pears")
    assert targets[2].startswith("Roe-Garcia, Bo. 2004")
    assert set(citations[3:-1]) == {f"Roe-Garcia 2004 → {targets[2]}"}
    assert citations[-1] == f"Doe 2004a → {targets[0]}"


@pytest.mark.parametrize("to", FORMATS)
def test_fingerprint_stands_before_the_first_heading(paths: Mapping[str, Path], to: str) -> None:
    assert read(paths[to]).fingerprint == "0123456789ab"


@pytest.mark.parametrize("to", FORMATS)
def test_places_name_the_nearest_heading(paths: Mapping[str, Path], to: str) -> None:
    items = read(paths[to]).items
    assert items["cells"][4].place == "row 2, column 2 of table 1 under “Not numbered”"
    assert items["alts"][0].place == "under “1.1 A <script> & Ünïcode 3.0”"
    assert {item.place for item in items["prose"]} >= {"under “1.1 A <script> & Ünïcode 3.0”"}


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "report.docx", "report.txt"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff damaged"])
def test_damaged_files_are_told_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=name):
        read(path)


def test_archive_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/other.xml", "<a/>")
    with pytest.raises(UnreadableDocument, match=r"no word/document\.xml"):
        read(path)


def test_pdf_without_tags_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(path)
    with pytest.raises(UnreadableDocument, match="no structure tree"):
        read(path)
