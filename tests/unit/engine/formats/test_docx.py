from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import render
from evidence.engine.formats.word.package import Element, find, parse, read, style_of, text_of, w
from tests.unit.engine.conftest import CONFIG, Make

TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n"
STYLES = (
    "Title", "Subtitle", "Author", "Affiliation", "Date", "Abstract", "heading 1", "heading 4",
    "caption", "Callout", "Callout Title", "TOC Heading", "toc 1", "table of figures", "Table",
    "Quote", "footnote text", "Source Note", "Key Figure", "Table Text",
    "Title Page Detail", "header", "footer",
)  # fmt: skip


@pytest.fixture
def parts(make: Make, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Render a text and give the parts of its Word document."""

    def written(text: str, **files: str) -> dict[str, bytes]:
        root = make(text, **files)
        done = render(root, to=["docx"], output=tmp_path / "out", progress=lambda _: None)
        return read(done.paths["docx"].read_bytes())

    return written


def test_styles_typeface_and_language(parts: Callable[..., dict[str, bytes]]) -> None:
    config = CONFIG.replace("en-GB", "en-US")
    styles = parse(parts("Words.\n", **{"_quarto.yml": config})["word/styles.xml"])
    assert set(STYLES) <= set(find(styles, "w:style/w:name/@w:val"))
    assert find(styles, "w:docDefaults//w:rFonts/@w:ascii") == ["Calibri"]
    assert find(styles, "w:docDefaults//w:lang/@w:val") == ["en-US"]


@pytest.mark.parametrize(("width", "shown"), [(200, 200 * 12700), (2000, 9060 * 635)])
def test_pictures_are_no_wider_than_the_text(
    parts: Callable[..., dict[str, bytes]], width: int, shown: int
) -> None:
    cell = f"from PIL import Image\nImage.new('1', ({width}, 9)).save('_a.png')"
    made = parts(f'```{{python}}\n{cell}\n```\n\n![](_a.png){{fig-alt="A"}}\n')
    (found,) = find(parse(made["word/document.xml"]), ".//wp:extent/@cx")
    assert int(found) == shown


@pytest.fixture
def body(parts: Callable[..., dict[str, bytes]]) -> Callable[[str], Element]:
    """Render a text and give the body of its Word document."""
    return lambda text: parse(parts(text)["word/document.xml"]).find(w("body"))


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


def columns(body: Element) -> list[tuple[str, str]]:
    """Give for each section how it begins and in how many columns it stands."""
    return [
        ("".join(find(end, "w:type/@w:val")), "".join(find(end, "w:cols/@w:num")))
        for end in find(body, ".//w:sectPr")
    ]


def test_two_columns_begin_under_their_heading(body: Callable[[str], Element]) -> None:
    found = body("Words.\n\n# A\n\n::: {.two-columns}\nNarrow.\n:::\n\n# B\n\nAfter.\n")
    assert columns(found) == [("", ""), ("continuous", "2"), ("continuous", "")]
    assert [text_of(p) for p in find(found, "w:p[w:pPr/w:sectPr]")] == ["1 A", "Narrow."]


def test_two_columns_at_the_end_are_followed_by_no_empty_page(
    body: Callable[[str], Element],
) -> None:
    found = body("# A\n\n::: {.two-columns}\nNarrow.\n:::\n")
    assert columns(found) == [("", ""), ("continuous", "2")]
    assert found[-1].tag == w("sectPr")


def test_a_table_in_two_columns_is_as_wide_as_one(body: Callable[[str], Element]) -> None:
    words = "many words " * 30
    found = body(f"::: {{.two-columns}}\n{TABLE.replace('1', words)}\n:::\n")
    (width,) = map(int, find(found, "w:tbl/w:tblPr/w:tblW/@w:w"))
    assert width <= (11906 - 2 * 1418) / 2


def test_compact_text_is_small_and_headings_are_not(body: Callable[[str], Element]) -> None:
    inside = f"## Within {{.unnumbered}}\n\nWords.\n\n- item\n\n{TABLE}\n: Caption {{#tbl-a}}\n"
    found = body(f"# H\n\n::: {{.compact}}\n{inside}:::\n\nAfter.\n")
    looks = {text_of(p): style_of(p) for p in find(found, ".//w:p")}
    assert looks["Within"] == "Heading2"
    assert looks["Words."] == looks["item"] == "SmallText"
    assert find(found, "w:p[w:pPr/w:pStyle/@w:val='SmallText']/w:pPr/w:numPr")
    assert looks["1"] == "TableTextSmall"
    assert looks["Table\N{NO-BREAK SPACE}1: Caption"] == "Caption"
    assert looks["After."] != "SmallText"


def test_a_style_is_known_by_its_name_in_small_letters_too(body: Callable[[str], Element]) -> None:
    found = body('::: {custom-style="source note"}\nOf whom.\n:::\n\n[x]{custom-style="Keyword"}\n')
    assert {text_of(p): style_of(p) for p in find(found, "w:p")}["Of whom."] == "SourceNote"
    assert find(found, ".//w:rStyle/@w:val") == ["Keyword"]


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
