from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from evidence.engine import render
from evidence.engine.formats.docx import reference
from evidence.engine.formats.word.package import Element, find, parse, read, style_of, text_of, w
from tests.unit.engine.conftest import Make

TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n"
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


@pytest.fixture
def body(make: Make, tmp_path: Path) -> Callable[[str], Element]:
    """Render a text and give the body of its Word document."""

    def written(text: str) -> Element:
        done = render(make(text), to=["docx"], output=tmp_path / "out", progress=lambda _: None)
        return parse(read(done.paths["docx"])["word/document.xml"]).find(w("body"))

    return written


def shapes(body: Element) -> list[str]:
    return [section.get(w("orient"), "portrait") for section in find(body, ".//w:sectPr/w:pgSz")]


def test_without_landscape_there_is_one_section(body: Callable[[str], Element]) -> None:
    assert shapes(body("# A\n\nWords.\n")) == ["portrait"]


def test_landscape_takes_the_headings_before_it(body: Callable[[str], Element]) -> None:
    found = body("Words.\n\n# A\n\n## B\n\n::: {.landscape}\nWide.\n:::\n\nAfter.\n")
    assert shapes(found) == ["portrait", "landscape", "portrait"]
    ends = [text_of(p) for p in find(found, "w:p[w:pPr/w:sectPr]")]
    assert ends == ["Words.", "Wide."]


def test_landscape_behind_a_table_ends_in_a_paragraph_of_no_height(
    body: Callable[[str], Element],
) -> None:
    found = body(f"Words.\n\n::: {{.landscape}}\n{TABLE}\n:::\n")
    assert shapes(found) == ["portrait", "landscape", "portrait"]
    assert style_of(find(found, "w:p[w:pPr/w:sectPr]")[-1]) == "SectionBreak"


def test_a_page_break_is_the_next_paragraph_s(body: Callable[[str], Element]) -> None:
    found = body("One.\n\n{{< pagebreak >}}\n\nTwo.\n")
    assert [text_of(p) for p in find(found, "w:p[w:pPr/w:pageBreakBefore]")] == ["Two."]
    assert not find(found, ".//w:br")


def test_text_that_leads_in_a_list_stays_with_it(body: Callable[[str], Element]) -> None:
    found = body("Before.\n\nThese:\n\n- a\n- b\n\nAfter.\n")
    assert [text_of(p) for p in find(found, "w:p[w:pPr/w:keepNext]")][-1] == "These:"


def test_text_alone_between_a_heading_and_a_table_stays_with_it(
    body: Callable[[str], Element],
) -> None:
    table = f"{TABLE}\n: Caption {{#tbl-a}}\n"
    found = body(f"# H\n\nAsked.\n\n{table}\nFree.\n\n{table.replace('tbl-a', 'tbl-b')}")
    kept = [text_of(p) for p in find(found, "w:p[w:pPr/w:keepNext]")]
    assert "Asked." in kept
    assert "Free." not in kept
