from __future__ import annotations

from pathlib import Path

import docx
import pytest

from evidence.engine.formats.docx import reference

STYLES = (
    "Title", "Subtitle", "Author", "Affiliation", "Date", "Abstract", "Heading 1", "Heading 4",
    "Caption", "Callout", "Callout Title", "TOC Heading", "toc 1", "table of figures", "Table",
    "Quote", "footnote text", "Source Note", "Key Figure", "Key Figure Text", "Table Text",
    "Title Page Detail", "Header", "Footer",
)  # fmt: skip


def test_it_has_the_styles_that_documents_use(tmp_path: Path) -> None:
    file = docx.Document(str(reference(tmp_path / "reference.docx")))
    names = {style.name for style in file.styles}
    assert set(STYLES) <= names


def test_pages_are_a4(tmp_path: Path) -> None:
    section = docx.Document(str(reference(tmp_path / "reference.docx"))).sections[0]
    assert section.page_width
    assert section.page_width.mm == pytest.approx(210, abs=0.1)


def test_the_typeface_is_the_project_s_or_word_s_own(tmp_path: Path) -> None:
    for family, expected in (("Gill & Sons", "Gill & Sons"), (None, "Calibri")):
        file = docx.Document(str(reference(tmp_path / "reference.docx", family)))
        fonts = file.styles.element.xpath("w:docDefaults//w:rFonts/@w:ascii")
        assert fonts == [expected]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    files = [reference(tmp_path / name, "Source Sans 3") for name in ("a.docx", "b.docx")]
    assert files[0].read_bytes() == files[1].read_bytes()
