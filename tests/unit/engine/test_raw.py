"""Raw HTML and TeX: what not every format shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine.facts import facts
from evidence.engine.lint import faults
from evidence.engine.pandoc import parse
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]
FOR_HTML = '::: {{.content-visible when-format="html"}}\n\n{}\n\n:::'


def found(text: str, lines: Lines, folder: Path) -> list[tuple[int, str]]:
    held = facts(parse(lines(text), {}, folder)["blocks"], lines(text)), lines(text)
    return [
        (problem.line, problem.message.split("`")[1])
        for problem in faults([held])
        if problem.code == "unfit-for-format"
    ]


@pytest.mark.parametrize(
    ("text", "line", "typed"),
    [
        ("Text\n\nH<sub>2</sub>O", 3, "<sub>"),
        ("<details>\n\nx\n\n</details>", 1, "<details>"),
        ("x <u>y</u>", 1, "<u>"),
        ('x <a href="b">y</a>', 1, '<a href="b">'),
        ("| A |\n|---|\n| <b>c</b> |", 3, "<b>"),
        ("Text\n\n\\newpage\n\nx", 3, "\\newpage"),
        ("x \\ldots y", 1, "\\ldots"),
        ("`<b>`{=html} x <i>y</i>", 1, "<i>"),
        ('::: {.content-visible unless-format="docx"}\n\n<u>x</u>\n\n:::', 3, "<u>"),
        (FOR_HTML.format("\\newpage"), 3, "\\newpage"),
        ('::: {.content-hidden when-format="html"}\n\n<u>x</u>\n\n:::', 3, "<u>"),
    ],
)
def test_what_is_refused(lines: Lines, tmp_path: Path, text: str, line: int, typed: str) -> None:
    assert (line, typed) in found(text, lines, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a <br> b <br/> c<wbr>d",
        "a <!-- comment --> b\n\n<!-- another -->",
        "`<b>`{=html} and `<b>` and `\\newpage`",
        "```{=html}\n<details>\n```",
        "```\n<details>\n\\newpage\n```",
        "<div>x</div>\n\n<span>y</span>",
        FOR_HTML.format("<details>\n\nx\n\n</details>"),
        '::: {.content-hidden unless-format="html"}\n\n<u>x</u>\n\n:::',
        "$\\alpha < \\beta$ and C:\\\\path and a < b > c",
    ],
)
def test_what_every_format_shows(lines: Lines, tmp_path: Path, text: str) -> None:
    assert not found(text, lines, tmp_path)


def test_each_place_is_told(lines: Lines, tmp_path: Path) -> None:
    text = "a <u>b</u>\n\n```\n<u>\n```\n\nc <u>d</u>"
    assert found(text, lines, tmp_path) == [(1, "<u>"), (7, "<u>")]
