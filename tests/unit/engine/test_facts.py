"""What a section holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine.facts import Facts, facts
from evidence.engine.pandoc import parse
from evidence.engine.source import Line, line_of

Lines = Callable[[str], tuple[Line, ...]]


def read(text: str, lines: Lines, folder: Path) -> Facts:
    return facts(parse(lines(text), {}, folder)["blocks"], lines(text))


def line(place: int | str, lines: tuple[Line, ...]) -> int:
    return lines[place].number if isinstance(place, int) else line_of(place, lines).number


@pytest.mark.parametrize(
    ("text", "number", "message"),
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
def test_constructs(lines: Lines, tmp_path: Path, text: str, number: int, message: str) -> None:
    found = [f for f in read(text, lines, tmp_path).faults if f.code == "unsupported-construct"]
    assert [line(fault.place, lines(text)) for fault in found] == [number]
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
    found = read(text, lines, tmp_path).faults
    assert [fault.code for fault in found if fault.code == "unsupported-construct"] == []


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
    found = read(text, lines, tmp_path).floats
    assert [line(fault.place, lines(text)) for fault in found] == [2] * count


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
    found = read(text, lines, tmp_path).faults
    assert [(f.code, line(f.place, typed)) for f in found] == [(code, len(typed))]


def test_an_empty_section_holds_nothing() -> None:
    assert facts([], ()) == Facts()


FULL = """# A &amp; B {#sec-a}

Words[^n] of @sec-a and [@birch; @ash], H<sub>2</sub>O.

[^n]: ## No heading

::: {.callout-note}
## Title `x`
![](a.png)
:::

::: {.content-visible when-format="html"}
### Deep {.unnumbered}
:::

::: {#fig-x layout-ncol=2}
![One](a.png){#fig-x-1}

- two

Both
:::

$$x$$ {#eq-x}
"""


def test_what_a_section_holds(lines: Lines, tmp_path: Path) -> None:
    found = read(FULL, lines, tmp_path)
    assert [tuple(row) for row in found.headings] == [
        (1, "sec-a", True, ("html", "pdf", "docx"), False, ("A", "&", "B")),
        (2, "title-x", True, ("html", "pdf", "docx"), True, ("Title",)),
        (3, "deep", False, ("html",), False, ("Deep",)),
    ]
    assert found.targets == ("fig-x", "fig-x-1", "eq-x")
    assert (found.references, found.citations) == (("sec-a",), ("birch", "ash"))
    assert dict(found.identities)["fig-x"] == 1
    assert found.pictures == ("a.png",)
    assert {fault.code for fault in found.faults} == {"unfit-for-format", "no-alternative-text"}
    assert [fault.place for fault in found.floats] == ["#fig-x"]


@pytest.mark.parametrize("text", ["", "Nothing.", FULL])
def test_facts_come_back_from_json(lines: Lines, tmp_path: Path, text: str) -> None:
    found = read(text, lines, tmp_path)
    assert Facts.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_what_is_deep_is_found(lines: Lines, tmp_path: Path) -> None:
    block = {"t": "Para", "c": [{"t": "Str", "c": "{#eq-x}"}]}
    for _ in range(100_000):
        block = {"t": "BlockQuote", "c": [block]}
    assert facts([block], ()).targets == ("eq-x",)
