"""Sections together give what Pandoc gives of the whole, or the text stays in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import pandoc
from evidence.engine.sections import for_each, split
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]

OPENED = "::: {.a .for-each-section}"
ONE = (
    "Before.\n\n# One\n\nText[^a].\n\n[^a]: Note.\n\n## Deep\n\n"
    "# Two\n\nMore [link].\n\n[link]: x.html"
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("No heading.", 1),
        ("# One", 1),
        ("# One\n\n# Two\n\n# Drei Übel", 3),
        ("\n\n# One\n\nText.\n\n# Two", 2),
        (ONE, 3),
        ("# One\n\n```\n\n# no heading\n```\n\n# Two", 2),
        ("# One\n\n::: {.note}\n\n# inside\n\n:::\n\n# Two", 2),
        ("# One\n\n<div>\n\n# inside\n\n</div>\n\n# Two", 2),
        ("# One\n\n<!--\n\n# hidden\n\n-->\n\n# Two", 2),
        ("# One\n\n\\begin{x}\n\n# inside\n\n\\end{x}\n\n# Two", 2),
        ("# One\n\n$$\\begin{x}a\\end{x}$$\n\n# Two", 2),
        ("Text\n# no heading\n\n# Two", 2),
        ("# One\n\n#no heading\n\n# Two", 2),
    ],
)
def test_a_section_begins_with_each_chapter(
    lines: Lines, tmp_path: Path, text: str, count: int
) -> None:
    whole = lines(text)
    found = split(whole)
    assert len(found) == count
    assert sum(found, ()) == whole
    blocks = [block for part in found for block in pandoc.parse(part, {}, tmp_path)["blocks"]]
    assert blocks == pandoc.parse(whole, {}, tmp_path)["blocks"]


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nText[^a].\n\n# Two\n\n[^a]: Note.",
        "# One\n\nSee [the page].\n\n# Two\n\n[The  page]: x.html",
        "# One\n\nSee [Two *b*].\n\n# Two *b*",
        "# One\n\nSee [two][].\n\nTwo\n===\n\n# Three",
        "# One\n\n(@) First.\n\n# Two\n\n(@) Second.",
        "# Two\n\n# Two\n\nSee [Two].",
        "# One\n\n$\\R$ and \\newcommand{\\R}{x}\n\n# Two\n\n$\\R$",
        "# One\n\n\\def\\R{x}\n\n# Two\n\n$\\R$",
        "# One\n\nText.\n\n---\ntitle: x\n---\n\n# Two",
        "# One\n\na[^n].\n\n[^n]: x\n\n# Two\n\nb[^n].\n\n[^n]: y",
        f"{OPENED}\na\n:::\n\n# One\n\n{OPENED}\nb\n:::\n\n# Two",
    ],
)
def test_a_text_that_refers_across_stays_whole(lines: Lines, text: str) -> None:
    whole = lines(text)
    assert len(split(whole)) < 3
    assert split(whole)[0][-1] == whole[-1] or "===" in text


def test_what_is_for_each_section_is_found_once(lines: Lines) -> None:
    text = f"a\n\n{OPENED}\n::: {{claim=x}}\n:::\n:::\n\nb\n\n{OPENED}\n:::\n"
    assert [line.text for line in for_each(lines(text))] == [
        OPENED, "::: {claim=x}", ":::", ":::",
    ]  # fmt: skip
    assert not for_each(lines("none"))
