"""Text of the data reads back literally, whatever is in it."""

import pandas as pd
import pytest

from evidence.report.markup import (
    Text,
    bullets,
    cite,
    escape,
    sentence_list,
    table,
)
from tests.unit.conftest import pandoc_blocks, pandoc_cells, shown

HOSTILE = [
    "<script>alert(1)</script>",
    "<b>bold</b> &amp; &#65;",
    "=cmd()",
    "=====",
    "+1",
    "*a* **b** _c_ __d__",
    "snake_case_name",
    "~~a~~ H~2~O x^2^ ^[note]",
    "[x](y) ![x](y) [x][y] [^1]",
    "[x]: http://example.org",
    "[@key] @key -@key",
    "$x$ $$y$$",
    "a | b | c",
    "| a | b |",
    "# heading {#id .class}",
    "::: {.callout-note}",
    ": a definition",
    "{{< include secrets.qmd >}}",
    "`{python} 1 + 1`",
    "```",
    "~~~",
    "- item",
    "+ item",
    "* item",
    "* * *",
    "- [x] done",
    "-",
    "1.",
    "1. one",
    "1984. A year",
    "12) twelve",
    "(3) three",
    "a. letter",
    "A) letter",
    "(iv) roman",
    "MM. roman",
    "d. h. twice",
    "#. number",
    "(@x) example",
    "> quote",
    ">",
    "% title",
    "\\",
    "back\\slash \\n \\* \\\\",
    "\\begin{x} \\(y\\) \\[z\\]",
    "ends in \\",
    "naïve – “café” 北京 🎉 Ω≈ç √ ½ \u200b",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_reads_back_literally(text: str) -> None:
    blocks = pandoc_blocks(f"before\n\n{escape(text)}\n\n- {escape(text)} end\n")
    assert shown(blocks) == f"<Para>before<Para>{text}<BulletList><Plain>{text} end"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_reads_back_literally_in_a_cell(text: str) -> None:
    frame = pd.DataFrame({"a": [escape(text), escape("")], "b": [1, 2]})
    assert pandoc_cells(table(frame).markdown) == [
        [f"<Plain>{text}", "<Plain>1"],
        ["", "<Plain>2"],
    ]


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r\n\r\n# b", " a\t b ", "a\n\n- b", "\n---\na: b\n---\n"]
)
def test_lines_and_spaces_become_one_line(text: str) -> None:
    assert "\n" not in escape(text)
    (block,) = pandoc_blocks(escape(text))
    assert shown(block).startswith("<Para>")


@pytest.mark.parametrize(
    "text", ["i.e. the same", "e.g. this", "1.5 times", "(some) words", "No. 3"]
)
def test_words_that_only_look_like_a_list_are_left_alone(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("source_ids", "citation"),
    [
        ([], ""),
        (["b2001"], "[@b2001]"),
        (["z1999", "a2001", "m2000"], "[@z1999; @a2001; @m2000]"),
    ],
)
def test_citations_keep_their_order(source_ids: list[str], citation: str) -> None:
    assert cite(iter(source_ids)) == citation


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
    ],
)
def test_lists_in_a_sentence(items: list[str], text: str) -> None:
    assert sentence_list(items) == text


def test_bullets_are_one_list() -> None:
    (block,) = pandoc_blocks(bullets([escape("- a"), "b"]).markdown)
    assert shown(block) == "<BulletList><Plain>- a<Plain>b"
    assert pandoc_blocks(bullets([]).markdown) == []


def test_text_is_shown_as_markdown() -> None:
    assert Text("*a*")._repr_markdown_() == "*a*"


def test_numbers_stand_to_the_right_and_text_that_looks_like_one_is_kept() -> None:
    frame = pd.DataFrame({"Text": ["007", "1e3"], "Number": [1, 20]})
    header, rule, first, second = table(frame).markdown.splitlines()
    assert [cell.strip() for cell in header.strip("|").split("|")] == ["Text", "Number"]
    left, right = rule.strip("|").split("|")
    assert (left[0], right[-1]) == (":", ":")
    assert not left.endswith(":")
    assert not right.startswith(":")
    assert "007" in first
    assert "1e3" in second


def test_a_table_without_rows_has_its_headings() -> None:
    assert "| a" in table(pd.DataFrame({"a": [], "b": []})).markdown
