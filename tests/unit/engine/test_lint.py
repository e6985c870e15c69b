from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from evidence.engine import RenderError
from evidence.engine.lint import check, constructs, copy_images, elements, floats, lost, unfit
from evidence.engine.pandoc import parse
from evidence.engine.source import Line

Lines = Callable[[str], tuple[Line, ...]]


def nodes(text: str, lines: Lines, folder: Path) -> tuple[dict[str, Any], ...]:
    return tuple(elements(parse(lines(text), {}, folder)["blocks"]))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n::: {.panel-tabset}\nx\n:::", 2, "`.panel-tabset`: tabs hide content"),
        ("::: {.column-other}\nx\n:::", 1, "`.column-other`"),
        ("::: {layout-ncol=x}\nx\n:::", 1, '`layout-ncol="x"`: no layout'),
        ("::: {layout-ncol=0}\nx\n:::", 1, "no layout"),
        ('::: {layout="[[1], []]"}\nx\n:::', 1, "no layout"),
        ('::: {layout="[-1]"}\nx\n:::', 1, "no layout"),
        ('::: {layout="[[1], 2]"}\nx\n:::', 1, "no layout"),
        ("::: {layout-other=top}\nx\n:::", 1, "`layout-other`"),
        ("![x](a.png){layout-ncol=2}", 1, "`layout-ncol`"),
        ("::: {.callout-danger}\nx\n:::", 1, "`.callout-danger`: there is no such callout"),
        (
            '::: {.callout-note foot="simple"}\nx\n:::',
            1,
            "`foot`: an attribute that",
        ),
        ('::: {.content-visible when-meta="x"}\nx\n:::', 1, "`when-meta`"),
        (
            '::: {.content-hidden when-format="epub"}\nx\n:::',
            1,
            '`when-format="epub"`: no format that',
        ),
        ("::: {#thm-x}\nx\n:::", 1, "`#thm-x`: theorems have no numbers"),
        ('```{.python filename="a.py"}\nx\n```', 1, "`filename`: a block of code bears no name"),
        ("\n[@lst-x]", 2, "`@lst-x`: listings have no numbers"),
        ("a {#eq-x}", 1, "`#eq-x`: a label without equation"),
        ("\n$x$ {#eq-x}", 2, "`#eq-x`: a label without equation"),
        ('\n$$x$$ {#eq-x alt="b"}', 2, "`#eq-x`: a label without equation"),
        ('![](a.png){out-width="5"}', 1, "`out-width`"),
    ],
)
def test_constructs(lines: Lines, tmp_path: Path, text: str, line: int, message: str) -> None:
    found = constructs(nodes(text, lines, tmp_path), lines(text))
    assert [problem.line for problem in found] == [line]
    assert message in found[0].message
    assert found[0].hint


@pytest.mark.parametrize(
    "text",
    [
        '::: {.callout-tip collapse="true" title="T"}\nx\n:::',
        '::: {.content-visible when-format="typst" unless-format="docx"}\nx\n:::',
        '::: {.callout-tip appearance="simple" icon=false}\nx\n:::',
        "::: {layout-ncol=2}\nx\n\ny\n:::",
        '::: {layout="[[40, -20, 40], [100]]"}\nx\n:::',
        "::: {.columns}\n::: {.column width=50%}\nx\n:::\n:::",
        "::: {.column-margin}\nx\n:::",
        "::: {.column-body-outset}\nx\n:::",
        "x [y]{.aside}",
        "$$x$$ {#eq-x}",
        "$$\nx\n$$\n{#eq-x} and more",
        '![](a.png){fig-align="left"}',
        "::: {#tbl-x}\n| a |\n|---|\n\nCaption\n:::",
        "```\n::: {.panel-tabset}\n```",
        "::: {.my-own}\nx\n:::",
    ],
)
def test_what_is_supported(lines: Lines, tmp_path: Path, text: str) -> None:
    assert constructs(nodes(text, lines, tmp_path), lines(text)) == []


FLOATS = [
    ("#fig-x", "![](a.png)\n\nCaption"),
    ("#fig-x", "![One](a.png){#fig-a}\n\n![](b.png)\n![Three](c.png){#fig-c}\n\nCaption"),
    ("#fig-x layout-ncol=2", "![One](a.png)\n\n![Two](b.png)\n\nCaption"),
    ("#tbl-x", "| a |\n|---|\n\nCaption"),
]
NO_FLOATS = [
    ("#fig-x", "- a\n\nCaption"),
    ("#fig-x", "![](a.png)"),
    ("#fig-x", ""),
    ("#fig-x", "Words ![](a.png)\n\nCaption"),
    ("#fig-x layout-ncol=2", "| a |\n|---|\n\nCaption"),
    ("#tbl-x", "x\n\nCaption"),
    ("#tbl-x", "| a |\n|---|\n\n| a |\n|---|\n\nCaption"),
]


@pytest.mark.parametrize(
    ("attributes", "content", "count"),
    [(*row, 0) for row in FLOATS] + [(*row, 1) for row in NO_FLOATS],
)
def test_figures_and_tables_as_divisions(
    lines: Lines, tmp_path: Path, attributes: str, content: str, count: int
) -> None:
    text = f"\n::: {{{attributes}}}\n{content}\n:::"
    found = floats(nodes(text, lines, tmp_path), lines(text))
    assert [problem.line for problem in found] == [2] * count


def faults(
    lines: Lines, folder: Path, text: str, citations: Collection[str] = (), numbered: bool = True
) -> list[tuple[int, str]]:
    try:
        check(
            nodes(text, lines, folder),
            lines(text),
            citations=citations,
            numbered=numbered,
        )
    except RenderError as error:
        return [(problem.line, problem.message) for problem in error.problems]
    return []


def test_references_and_citations_to_nothing(lines: Lines, tmp_path: Path) -> None:
    text = "@fig-no\n\n[@ash; @sec-no]\n\n@birch, @thm-one and @eq-one"
    assert faults(lines, tmp_path, text, {"birch"}) == [
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
    assert [line for line, _ in faults(lines, tmp_path, text, {"ash2004a"})] == [3]


def test_pictures_and_identities(lines: Lines, tmp_path: Path) -> None:
    text = '![C](a.png){#fig-a}\n\n![](b.png){#fig-b fig-alt="B"}\n\n# A {#x}\n\n# B {#x}'
    assert [line for line, _ in faults(lines, tmp_path, text)] == [1, 5]


def test_pictures_come_from_the_project(lines: Lines, tmp_path: Path) -> None:
    root, build = tmp_path / "root", tmp_path / "build"
    (root / "img").mkdir(parents=True)
    build.mkdir()
    (root / "img/a.svg").write_text("<svg/>", encoding="utf-8")
    text = "![](img/a)\n![](img/b.png)\n![](../c.png)\n![](https://x.org/d.png)"
    found = nodes(text, lines, tmp_path)
    with pytest.raises(RenderError) as caught:
        copy_images(found, lines(text), root=root, build=build, extensions={"svg"})
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]
    assert (build / "img/a.svg").is_file()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('![In [0, 1)](a.png){#fig-a fig-alt="A"}', "odd-markdown"),
        ('![In 0, 1]](a.png){#fig-a fig-alt="A"}', "odd-markdown"),
        ("Text.\n\n: A caption {#tbl-a}", "no-table"),
    ],
)
def test_attributes_that_belong_to_nothing(
    lines: Lines, tmp_path: Path, text: str, code: str
) -> None:
    typed = lines(text)
    found = unfit(nodes(text, lines, tmp_path), typed)
    assert [(p.code, p.line) for p in found] == [(code, len(typed))]


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
