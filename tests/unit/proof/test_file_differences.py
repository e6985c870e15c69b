"""A difference is told where a person would look for it, and by its byte where none would."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import typst

from evidence.proof.file_differences import Inside, differences

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAGE = "<!DOCTYPE html><html><body><h2>Costs</h2><p>{}</p><p class='{}'>Rest</p></body></html>"


def pair(folder: Path, suffix: str, one: bytes | str, other: bytes | str) -> list[Inside]:
    paths = folder / f"one{suffix}", folder / f"other{suffix}"
    for path, content in zip(paths, (one, other), strict=True):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(differences(*paths))


def word(path: Path, parts: Mapping[str, str], second: int = 0) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, second)), content)
    return path


def body(*texts: str, attribute: str = "") -> str:
    paragraphs = "".join(f"<w:p {attribute}><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<w:document xmlns:w="{WORD}"><w:body>{paragraphs}</w:body></w:document>'


@pytest.mark.parametrize("suffix", [".html", ".docx", ".pdf", ".json", ".bin"])
def test_equal_files_differ_in_nothing(tmp_path: Path, suffix: str) -> None:
    assert pair(tmp_path, suffix, "no document at all", "no document at all") == []


def test_a_paragraph_of_a_page_is_named_by_its_heading(tmp_path: Path) -> None:
    found = pair(tmp_path, ".html", PAGE.format("It rose.", "a"), PAGE.format("It fell.", "a"))
    assert found == [Inside("<p> under “Costs”", ("It rose.", "It fell."))]


def test_a_paragraph_that_one_page_lacks(tmp_path: Path) -> None:
    other = PAGE.format("One</p><p>two", "a")
    found = pair(tmp_path, ".html", PAGE.format("One", "a"), other)
    assert found == [Inside("<p> under “Costs”", (None, "two"))]


def test_pages_that_read_alike_differ_in_an_element(tmp_path: Path) -> None:
    found = pair(tmp_path, ".html", PAGE.format("One", "a"), PAGE.format("One", "b"))
    assert [row.texts for row in found] == [("a", "b")]
    assert found[0].place.endswith("/p, attribute class")


def test_pages_that_parse_alike_differ_in_a_byte(tmp_path: Path) -> None:
    text = PAGE.format("One", "a")
    found = pair(tmp_path, ".html", text, text.replace("class='a'", 'class="a"'))
    assert found[0].place.startswith(f"byte {text.index(chr(39))} ")


def test_a_paragraph_of_a_word_part(tmp_path: Path) -> None:
    one = word(tmp_path / "1.docx", {"word/document.xml": body("One", "two", "three")})
    other = word(tmp_path / "2.docx", {"word/document.xml": body("One", "zwei", "three")})
    place = "part word/document.xml, paragraph 2"
    assert list(differences(one, other)) == [Inside(place, ("two", "zwei"))]


def test_a_word_part_that_reads_alike(tmp_path: Path) -> None:
    one = word(tmp_path / "1.docx", {"word/document.xml": body("One")})
    other = word(tmp_path / "2.docx", {"word/document.xml": body("One", attribute='w:id="7"')})
    (found,) = differences(one, other)
    assert found.place == "part word/document.xml, /document[1]/body[1]/p, attribute id"
    assert found.texts == (None, "7")


def test_parts_of_word_are_missed_and_told_by_byte(tmp_path: Path) -> None:
    one = word(tmp_path / "1.docx", {"word/media/a.png": "12345", "word/b.xml": body("One")})
    other = word(tmp_path / "2.docx", {"word/media/a.png": "12945"})
    found = list(differences(one, other))
    assert found[0] == Inside("part word/b.xml", ("is there", None))
    assert found[1].place.startswith("part word/media/a.png, byte 2 ")
    assert found[1].texts == ("345", "945")


def test_the_order_and_the_time_of_parts(tmp_path: Path) -> None:
    parts = {"a.xml": body("One"), "b.xml": body("Two")}
    one = word(tmp_path / "1.docx", parts)
    turned = word(tmp_path / "2.docx", dict(reversed(parts.items())))
    later = word(tmp_path / "3.docx", parts, second=2)
    assert list(differences(one, turned)) == [Inside("the order of the parts", ("a.xml", "b.xml"))]
    assert [row.place for row in differences(one, later)] == [
        "the entry of a.xml: date_time",
        "the entry of b.xml: date_time",
    ]


def test_a_text_file_by_its_lines(tmp_path: Path) -> None:
    found = pair(tmp_path, ".json", "{\n 1\n}\n", "{\n 2\n}\n")
    assert found == [Inside("line 2", (" 1", " 2"))]


def test_what_is_no_text_by_its_bytes(tmp_path: Path) -> None:
    found = pair(tmp_path, ".bin", b"\xff\x00\x01", b"\xff\x00\x02\x03")
    assert found == [Inside("byte 2 (3 bytes against 4)", (r"\x01", r"\x02\x03"))]


def pdf(path: Path, text: str, seconds: int = 0) -> Path:
    source = path.with_suffix(".typ")
    source.write_text(f"#set document(title: [One])\n= Costs\n{text}\n", encoding="utf-8")
    typst.compile(str(source), output=str(path), ignore_system_fonts=True, timestamp=seconds)
    return path


def test_a_text_of_a_pdf_by_its_page(tmp_path: Path) -> None:
    one = pdf(tmp_path / "1.pdf", "First\n#pagebreak()\nIt rose.")
    other = pdf(tmp_path / "2.pdf", "First\n#pagebreak()\nIt fell.")
    (found,) = differences(one, other)
    assert found.place.startswith("page 2, marked content ")
    assert found.texts == ("It rose.", "It fell.")


def test_pdfs_that_read_alike(tmp_path: Path) -> None:
    one, other = pdf(tmp_path / "1.pdf", "One"), pdf(tmp_path / "2.pdf", "One", seconds=86_400)
    found = list(differences(one, other))
    assert "the text is equal; property /CreationDate" in [row.place for row in found]
