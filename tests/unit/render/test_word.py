from __future__ import annotations

from pathlib import Path

import docx
import pytest

from render.word import reference

STYLES = (
    "Title", "Subtitle", "Author", "Affiliation", "Date", "Abstract", "Heading 1", "Heading 4",
    "Caption", "Callout", "Callout Title", "TOC Heading", "toc 1", "Table",
)  # fmt: skip


def test_it_has_the_styles_that_documents_use(tmp_path: Path) -> None:
    file = docx.Document(str(reference(tmp_path / "reference.docx")))
    names = {style.name for style in file.styles}
    assert set(STYLES) <= names


def test_pages_are_a4_with_a_number_in_the_footer(tmp_path: Path) -> None:
    section = docx.Document(str(reference(tmp_path / "reference.docx"))).sections[0]
    assert section.page_width
    assert section.page_width.mm == pytest.approx(210, abs=0.1)
    assert "PAGE" in section.footer._element.xml


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    files = [reference(tmp_path / name) for name in ("a.docx", "b.docx")]
    assert files[0].read_bytes() == files[1].read_bytes()
