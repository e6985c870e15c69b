from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import render
from evidence.engine.formats.word.package import Element, find, parse, read, style_of, text_of, w

Make = Callable[..., Path]
TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n"


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
