"""Headings whose levels skip one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine.facts import Facts, Heading, facts
from evidence.engine.headings import unfit
from evidence.engine.pandoc import parse
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# A\n## B\n### C\n# D", []),
        ("## A\n\n### B\n\n## C", []),
        ("# A\n\n### B", [(3, "##")]),
        ("## A\n\n#### B\n\n#### C\n\n## D\n\n#### B", [(3, "###"), (9, "###")]),
        ("## A\n\n# B", [(1, "#")]),
        ("# A\n\n::: {.callout-note}\n### Title\nx\n:::", []),
        ('# A\n\n::: {.content-visible when-format="pdf"}\n## B\n:::\n\n### C', [(7, "##")]),
        ('# A\n\n::: {.content-visible when-format="typst"}\n## B\n:::\n\n## C', []),
        ("# A\n\n```\n### no heading\n```\n\n> ### B", [(7, "##")]),
    ],
)
def test_levels(lines: Lines, tmp_path: Path, text: str, found: list[tuple[int, str]]) -> None:
    section = facts(parse(lines(text), {}, tmp_path)["blocks"], lines(text)), lines(text)
    problems = unfit([section])
    assert [(p.line, p.hint.rpartition(" ")[2]) for p in problems] == found


def test_levels_across_sections() -> None:
    formats = ("html", "pdf", "docx")

    def section(*levels: int) -> tuple[Facts, list[Line]]:
        found = tuple(Heading(level, "", True, formats, False, ("A",)) for level in levels)
        return Facts(headings=found), [Line(f"{'#' * level} A", "", level) for level in levels]

    found = unfit([section(1, 2), section(4), section(), section(1, 3)])
    assert [(p.line, p.hint.rpartition(" ")[2]) for p in found] == [(4, "###"), (3, "##")]
