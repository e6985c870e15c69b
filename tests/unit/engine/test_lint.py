from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from evidence.engine import RenderError
from evidence.engine.facts import Facts, Sections, facts
from evidence.engine.lint import copy_images, lost
from evidence.engine.lint import faults as faults_of
from evidence.engine.pandoc import parse
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]


def sections(lines: Lines, folder: Path, *texts: str) -> Sections:
    found: list[tuple[Facts, tuple[Line, ...]]] = []
    above = 0
    for text in texts:
        typed = tuple(Line(row.text, row.file, row.number + above) for row in lines(text))
        found.append((facts(parse(typed, {}, folder)["blocks"], typed), typed))
        above += len(typed)
    return found


def faults(
    lines: Lines,
    folder: Path,
    *texts: str,
    citations: Collection[str] = (),
    numbered: bool = True,
) -> list[tuple[int, str]]:
    found = faults_of(sections(lines, folder, *texts), citations=citations, numbered=numbered)
    return [(problem.line, problem.message) for problem in RenderError(*found).problems]


def test_references_and_citations_to_nothing(lines: Lines, tmp_path: Path) -> None:
    text = "@fig-no\n\n[@ash; @sec-no]\n\n@birch, @thm-one and @eq-one"
    assert faults(lines, tmp_path, text, citations={"birch"}) == [
        (1, "the cross-reference @fig-no has no target"),
        (3, "citations and cross-references share a bracket"),
        (3, "the citation @ash has no entry"),
        (3, "the cross-reference @sec-no has no target"),
        (5, "`@thm-one`: theorems have no numbers in the builtin engine"),
        (5, "the cross-reference @eq-one has no target"),
    ]


def test_sections_without_number(lines: Lines, tmp_path: Path) -> None:
    text = "# A {#sec-a .unnumbered}\n\n# B {#sec-b}\n\n@sec-a @sec-b"
    assert [line for line, _ in faults(lines, tmp_path, text)] == [5]
    assert [line for line, _ in faults(lines, tmp_path, text, numbered=False)] == [5, 5]


def test_a_key_that_begins_another(lines: Lines, tmp_path: Path) -> None:
    text = "@ash2004a\n\n@ash2004"
    found = faults(lines, tmp_path, text, citations={"ash2004a"})
    assert [line for line, _ in found] == [3]


def test_pictures_and_identities(lines: Lines, tmp_path: Path) -> None:
    text = '![C](a.png){#fig-a}\n\n![](b.png){#fig-b fig-alt="B"}\n\n# A {#x}\n\n# B {#x}'
    assert [line for line, _ in faults(lines, tmp_path, text)] == [1, 5]


def test_references_across_sections(lines: Lines, tmp_path: Path) -> None:
    texts = ("# A {#sec-a}\n\n@sec-b @tbl-c", "# B {#sec-b .unnumbered}\n\n@sec-a @fig-no")
    assert faults(lines, tmp_path, *texts) == [
        (3, "@sec-b refers to a section without number"),
        (3, "the cross-reference @tbl-c has no target"),
        (6, "the cross-reference @fig-no has no target"),
    ]


def test_what_two_sections_lack_is_told_in_each(lines: Lines, tmp_path: Path) -> None:
    found = faults(lines, tmp_path, "# A\n\n[@ash]", "# B\n\n[@ash; @ash]")
    assert [line for line, _ in found] == [3, 6]


def test_an_identity_given_in_two_sections(lines: Lines, tmp_path: Path) -> None:
    texts = ("# A\n\n[x]{#x}", "# B", "[y]{#x}\n\n[z]{#x}")
    assert faults(lines, tmp_path, *texts) == [(3, "#x is given 3 times")]


def test_without_keys_references_wait(lines: Lines, tmp_path: Path) -> None:
    assert not faults_of(sections(lines, tmp_path, "@fig-no and [@ash]"))


def test_a_picture_that_two_sections_name(lines: Lines, tmp_path: Path) -> None:
    found = sections(lines, tmp_path, "![](a.png)", "![](a.png)")
    with pytest.raises(RenderError) as caught:
        copy_images(found, root=tmp_path, build=tmp_path, extensions={"svg"})
    assert [problem.line for problem in caught.value.problems] == [1]


@pytest.mark.parametrize("has_outputs", [True, False])
def test_divisions_wait_for_what_cells_show(
    lines: Lines, tmp_path: Path, has_outputs: bool
) -> None:
    found = sections(lines, tmp_path, "::: {#fig-x}\n- a\n\nCaption\n:::")
    assert len(faults_of(found, has_outputs=has_outputs)) == has_outputs


def test_pictures_come_from_the_project(lines: Lines, tmp_path: Path) -> None:
    root, build = tmp_path / "root", tmp_path / "build"
    (root / "img").mkdir(parents=True)
    build.mkdir()
    (root / "img/a.svg").write_text("<svg/>", encoding="utf-8")
    text = "![](img/a)\n![](img/b.png)\n![](../c.png)\n![](https://x.org/d.png)"
    found = sections(lines, tmp_path, text)
    with pytest.raises(RenderError) as caught:
        copy_images(found, root=root, build=build, extensions={"svg"})
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]
    assert (build / "img/a.svg").is_file()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("| a | b |\n|---|---|\n| x | y | z |", 3, "more cells than the 2 columns"),
        ("Text[^y].", 1, r"the note \[\^y\] has no text"),
        ("So $x = 5%$ it is.", 1, "a formula ends at its %"),
        ("$$ 100% $$", 1, "a formula ends at its %"),
    ],
)
def test_what_pandoc_would_lose(lines: Lines, text: str, line: int, said: str) -> None:
    (problem,) = lost(lines(text))
    assert problem.line == line
    assert re.search(said, problem.message)


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|:--|--:|\n| x \\| y | `p|q` |\n\n| no | table | at | all |",
        "Text[^y] and `[^z]` and \\[^z\\].\n\n[^y]: Note.",
        "It cost $5 (10%) or $6, and $x = 5\\%$ of `$a%$`.",
        "```\nText[^y] $5%$\n```",
        "[^](x)",
    ],
)
def test_what_pandoc_keeps(lines: Lines, text: str) -> None:
    assert lost(lines(text)) == []
