"""A difference is told where a person would look for it, and by its byte where none would."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import typst

from evidence.proof.file_differences import FileDifference, differences


def pair(folder: Path, suffix: str, one: bytes, other: bytes) -> list[FileDifference]:
    paths = folder / f"one{suffix}", folder / f"other{suffix}"
    for path, content in zip(paths, (one, other), strict=True):
        path.write_bytes(content)
    return list(differences(*paths))


def word(path: Path, parts: Mapping[str, str], second: int = 0) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, second)), content)
    return path


def pdf(path: Path, text: str, seconds: int = 0) -> Path:
    source = path.with_suffix(".typ")
    source.write_text(f"#set document(title: [One])\n= Costs\n{text}\n", encoding="utf-8")
    typst.compile(str(source), output=str(path), ignore_system_fonts=True, timestamp=seconds)
    return path


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf", ".json", ".bin"])
def test_equal_files_differ_in_nothing(tmp_path: Path, suffix: str) -> None:
    assert pair(tmp_path, suffix, b"no document at all", b"no document at all") == []


def test_a_text_file_by_its_first_line(tmp_path: Path) -> None:
    found = pair(tmp_path, ".html", b"<p>\n1\n", b"<p>\n2\n3\n")
    assert found == [FileDifference("line 2", ("1", "2"))]


def test_a_text_that_goes_on(tmp_path: Path) -> None:
    found = pair(tmp_path, ".json", b"1\n2\n", b"1\n2\n3\n")
    assert found == [FileDifference("line 3", (None, "3"))]


@pytest.mark.parametrize("suffix", [".bin", ".docx", ".pdf"])
def test_what_can_not_be_read_by_its_bytes(tmp_path: Path, suffix: str) -> None:
    found = pair(tmp_path, suffix, b"\xff\x00\x01", b"\xff\x00\x02\x03")
    assert found == [FileDifference("byte 2 (3 bytes against 4)", (r"\x01", r"\x02\x03"))]


def test_each_part_of_a_word_file(tmp_path: Path) -> None:
    one = word(tmp_path / "1.docx", {"a.xml": "<p><t>One</t></p>", "b.png": "12345", "c": "same"})
    other = word(tmp_path / "2.docx", {"a.xml": "<p><t>Two</t></p>", "c": "same", "d": "new"})
    assert list(differences(one, other)) == [
        FileDifference("part a.xml, line 2", ("<t>One</t>", "<t>Two</t>")),
        FileDifference("part b.png", ("is there", None)),
        FileDifference("part d", (None, "is there")),
    ]


def test_the_time_of_a_part_by_its_byte(tmp_path: Path) -> None:
    parts = {"a.xml": "One"}
    one, later = word(tmp_path / "1.docx", parts), word(tmp_path / "2.docx", parts, second=2)
    (found,) = differences(one, later)
    assert found.place.startswith("byte ")


def test_a_text_of_a_pdf_by_its_page(tmp_path: Path) -> None:
    one = pdf(tmp_path / "1.pdf", "First\n#pagebreak()\nIt rose.")
    other = pdf(tmp_path / "2.pdf", "First\n#pagebreak()\nIt fell.")
    assert list(differences(one, other)) == [
        FileDifference("page 2, line 1", ("It rose.", "It fell."))
    ]


def test_pdfs_that_read_alike_by_their_bytes(tmp_path: Path) -> None:
    one, other = pdf(tmp_path / "1.pdf", "One"), pdf(tmp_path / "2.pdf", "One", seconds=86_400)
    (found,) = differences(one, other)
    assert found.place.startswith("byte ")
