"""Prose read section by section: as Pandoc reads it at once, and each section once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.engine import pandoc
from evidence.engine.faults import RenderError
from evidence.engine.lint import faults
from evidence.engine.prose import read
from evidence.engine.results import Cache
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]
ONE, TWO = "# One\n\nText.\n\n## Costs\n\n", "# Two\n\n<u>More</u>.\n\n## Costs\n\n## Costs\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Pandoc is asked to read, by the first line."""
    seen: list[str] = []
    parse = pandoc.parse

    def told(lines: Sequence[Line], *rest: Any, **options: Any) -> dict[str, Any]:
        seen.append(lines[0].text if lines else "")
        return parse(lines, *rest, **options)

    monkeypatch.setattr(pandoc, "parse", told)
    return seen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Words.",
        ONE + TWO,
        "# A\n\n# B\n\n# A\n\n# A {#a-1}\n\n# A\n\n## A",
        "# A {#b}\n\n# B\n\n# B",
        "# -\n\n# -\n\n[x]{#section}\n\n# -",
        "# One\n\nText[^a].\n\n# Two\n\n[^a]: Note.",
    ],
)
def test_the_blocks_are_those_of_the_whole(lines: Lines, tmp_path: Path, text: str) -> None:
    whole = pandoc.parse(lines(text), {}, tmp_path)["blocks"]
    for _ in range(2):
        found = read(lines(text), Cache(tmp_path / "kept", most=99))
        assert [block for section in found for block in section.blocks] == whole
        assert tuple(line for section in found for line in section.lines) == lines(text)


def test_a_section_is_read_once(lines: Lines, tmp_path: Path, asked: list[str]) -> None:
    cache = Cache(tmp_path / "kept", most=99)
    read(lines("Before.\n\n" + ONE + "# Three"), cache)
    assert sorted(asked) == ["# One", "# Three", "Before."]
    asked.clear()
    read(lines("\n\nBefore, and more.\n\n" + ONE + "# Three"), cache)
    assert asked == [""]


def test_faults_are_where_the_section_stands_now(lines: Lines, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept", most=99)
    for above in (ONE, f"{ONE}More.\n\n"):
        typed = lines(above + TWO)
        found = read(typed, cache)
        (fault,) = faults([(section.facts, section.lines) for section in found])
        assert "<u>" in typed[fault.line - 1].text


def test_what_is_odd_in_two_sections_is_told_at_once(lines: Lines, tmp_path: Path) -> None:
    text = "# One\n\n[^n]: Nobody's.\n\n# Two\n\n[^m]: Nobody's."
    for _ in range(2):
        with pytest.raises(RenderError) as caught:
            read(lines(text), Cache(tmp_path / "kept"))
        assert [problem.line for problem in caught.value.problems] == [3, 7]


def test_what_is_kept_may_be_lost(lines: Lines, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept", most=1)
    found = [read(lines(ONE + TWO), cache) for _ in range(2)]
    assert found[0] == found[1]
    (tmp_path / "file").touch()
    assert read(lines(ONE + TWO), replace(cache, folder=tmp_path / "file")) == found[0]
