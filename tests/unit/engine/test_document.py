from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.engine import Problem
from evidence.engine.document import Cell, Prose, read, split
from evidence.engine.source import Line
from tests.unit.engine.conftest import Make

Lines = Callable[[str], tuple[Line, ...]]
CELL = (
    '```{python}\n#| label: fig-a\n#| fig-cap: "A: b"\n#| echo: true\nx = 1\n#| not an option\n```'
)


def test_a_cell_between_prose(lines: Lines, problems: list[Problem]) -> None:
    before, cell, after = split(lines(f"Before\n{CELL}\nAfter"), {"echo": False}, problems)
    assert isinstance(before, Prose)
    assert isinstance(cell, Cell)
    assert isinstance(after, Prose)
    assert cell.start.number == 2
    assert cell.code == "x = 1\n#| not an option"
    assert cell.options == {"label": "fig-a", "fig-cap": "A: b", "echo": True}
    assert cell.label == "fig-a"
    assert [line.number for line in cell.option_lines] == [3, 4, 5]
    assert not problems


def test_options_may_span_lines(lines: Lines, problems: list[Problem]) -> None:
    text = "```{python}\n#| fig-alt: >\n#|   Two\n#|   lines\n#| tbl-colwidths: [1, 2]\n```"
    cell = split(lines(text), {}, problems)[1]
    assert isinstance(cell, Cell)
    assert cell.options == {"fig-alt": "Two lines\n", "tbl-colwidths": [1, 2]}
    assert not problems


def test_inline_expressions(lines: Lines, problems: list[Problem]) -> None:
    text = 'A `{python} a["x"]` and `{python}  b `\n```\n`{python} no`\n```'
    (prose,) = split(lines(text), {}, problems)
    assert isinstance(prose, Prose)
    assert [code for code, _ in prose.expressions()] == ['a["x"]', "b"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("```{r}\n1\n```", 1, "`{r}`: the builtin engine does not run R"),
        ("```{mermaid}\n```", 1, "`{mermaid}`: Mermaid diagrams are not drawn"),
        ("- a\n  ```{python}\n  1\n  ```", 2, "`{python}`: a code cell that is indented"),
        ("```{python, echo=TRUE}\n```", 1, "`{python, echo=TRUE}`: options in the fence"),
        ("```{mermaid}\n%%| fig-cap: a\n1 {{{\n```", 1, "Mermaid"),
        ("```{python}\n#| fig-dpi: 5\n```", 2, "`fig-dpi`: pictures are kept as SVG"),
        ("```{python}\n#| nope: 5\n```", 2, "`nope`: the builtin engine has no such option"),
        ("```{python}\n#| echo: fenced\n```", 2, "`echo: fenced`: neither true"),
        ("```{python}\n#| code-fold: maybe\n```", 2, "`code-fold: maybe`: neither true"),
        ("```{python}\n#| [\n```", 1, "no YAML"),
        ("x\n`{julia} y`", 2, "`{julia}`: the builtin engine does not run Julia"),
        ("```{python}\n#| label: a\n```\n```{python}\n#| label: a\n```", 4, "label a is taken"),
    ],
)
def test_what_it_does_not_know(
    lines: Lines, text: str, line: int, message: str, problems: list[Problem]
) -> None:
    split(lines(text), {}, problems)
    assert [problem.line for problem in problems] == [line]
    assert message in problems[0].message
    assert problems[0].hint


def test_all_faults_at_once(lines: Lines, problems: list[Problem]) -> None:
    split(lines("```{r}\n```\n`{r} x`\n```{python}\n#| a: 1\n#| b: 2\n```"), {}, problems)
    assert sorted(problem.line for problem in problems) == [1, 3, 5, 6]


def test_a_cell_shown_in_a_longer_fence_is_text(lines: Lines, problems: list[Problem]) -> None:
    (prose,) = split(lines("````\n```{r}\n```\n````"), {}, problems)
    assert isinstance(prose, Prose)
    assert not problems


def test_each_line_knows_its_section(make: Make) -> None:
    body = """\
Before

# One {#sec-one .unnumbered}

{{< include chapters/a.qmd >}}

```
# No heading
```

::: {.callout-note}
## The title of a callout
:::

<!--
# Commented out
-->

# Two ##

Last
"""
    document = read(make(body, **{"chapters/a.qmd": "## Of `code` & [more](x.html)\n\nIn it"}))
    sections = {line.text: line.section for line in document.lines}
    assert sections["Before"] == ""
    assert sections["In it"] == sections["# No heading"] == "One: Of `code` & [more](x.html)"
    assert sections["## The title of a callout"] == sections["In it"]
    assert sections["Last"] == "Two"
    assert document.titles == {
        "sec-one": "One",
        "of-code--more": "Of `code` & [more](x.html)",
        "two": "Two",
    }


def test_figures_and_tables_have_titles_where_their_cells_do(make: Make) -> None:
    assert read(make(CELL)).titles == {"fig-a": "A: b"}


def test_headings_of_one_title(make: Make) -> None:
    assert list(read(make("# A\n\n# A\n\n# 1\n")).titles) == ["a", "a-1", "section"]


def test_what_cannot_be_read_leaves_the_rest(make: Make) -> None:
    document = read(make("{{< include no.qmd >}}\n\nText\n\n{{< video x >}}"))
    assert [problem.line for problem in document.faults] == [5]
    assert [problem.line for problem in document.unsupported] == [9]
    assert "Text" in [line.text for line in document.lines]


def test_the_lines_of_the_front_matter(make: Make) -> None:
    document = read(make("Text"))
    assert [line.text for line in document.front_matter][1:3] == [
        "title: A test",
        "date: 2026-11-22",
    ]
    assert document.front_matter[1].number == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("No space: `{python}n()`", 1),
        ("Over\n`{python}\nn()` lines", 2),
        ("`{python} n(\n)`", 1),
        ("`{python} a``{python} b`", 1),
    ],
)
def test_inline_code_that_nothing_would_run(
    lines: Lines, problems: list[Problem], text: str, line: int
) -> None:
    split(lines(text), {}, problems)
    assert [(p.line, p.code) for p in problems] == [(line, "unsupported-cell")]


@pytest.mark.parametrize(
    "text",
    [
        "Cells begin with `{python}`",
        "`` `{python} n()` ``",
        "``{python} n()``",
        "- a\n\n    ```\n    `{python}n()` `{python} n()`\n    ```",
    ],
)
def test_inline_code_that_is_shown(lines: Lines, problems: list[Problem], text: str) -> None:
    (prose,) = split(lines(text), {}, problems)
    assert isinstance(prose, Prose)
    assert not problems
    assert not prose.expressions()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Words <!-- never closed\n\nMore.\n", "comment"),
        ("Words\n\n```python\n# no heading\n", "code"),
        ("```{python}\n1\n", "code"),
    ],
)
def test_what_a_file_opens_it_has_to_close(make: Make, text: str, what: str) -> None:
    body = "{{< include a.qmd >}}\n\n```\nfine\n```\n\n<!-- fine -->\n"
    document = read(make(body, **{"a.qmd": text}))
    (fault,) = document.faults
    assert str(fault).startswith(f"a.qmd:{3 if text[0] == 'W' and what == 'code' else 1}: ")
    assert f"this {what} is never closed" in fault.message
