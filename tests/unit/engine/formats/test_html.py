"""What the HTML makes of title page, key figures, lists and scrolling regions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import render
from tests.unit.engine.conftest import CONFIG, Make
from tests.unit.engine.test_build import quiet

BODY = """
::: {.title-page}
Edition
:   209 sources

How to cite
:   *A report*
:::

# Summary

::: {.key-figures}
25 of 75 (33%)
:   studies measured an *improvement*.

0
:   sources & "none" **bold**.
:::

# Tables {#sec-tables}

| a | b |
|---|---|
| 1 | 2 |

: With a [link](#sec-tables), a [place]{#place} and a note[^1] {#tbl-a}

[^1]: The note.

![Caption](img/a.svg){#fig-a fig-alt="Nothing."}

![No number](img/a.svg){fig-alt="Nothing."}
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture
def html_of(make: Make, tmp_path: Path) -> Callable[[str], str]:
    def written(body: str) -> str:
        config = f"{CONFIG}toc: true\nlof: true\nlot: true\n"
        root = make(body, **{"_quarto.yml": config, "img/a.svg": PICTURE})
        done = render(root, to=["html"], output=tmp_path / "out", progress=quiet)
        return done.paths["html"].read_text("utf-8")

    return written


def test_the_title_page_stands_in_the_title_block(html_of: Callable[[str], str]) -> None:
    html = html_of(BODY)
    block = html[html.index('<header class="title-block">') : html.index("</header>")]
    assert block.index("<h1") < block.index("<dt>Edition</dt>")
    assert "<em>A report</em>" in block
    assert html.count("209 sources") == 1
    assert block.index("<dt>Published</dt>") < block.index("<dt>Edition</dt>")


def test_without_a_title_page_the_date_is_shown(html_of: Callable[[str], str]) -> None:
    html = html_of("Text.\n")
    assert "<dt>Published</dt>" in html
    assert 'class="title-page"' not in html
    assert "List of" not in html


def test_a_key_figure_is_a_card_of_number_and_sentence(html_of: Callable[[str], str]) -> None:
    cards = re.findall(
        r"<div>\s*<dt>(.*?)</dt>\s*<dd>(.*?)</dd>\s*</div>", html_of(BODY), re.DOTALL
    )
    numbers = [number.strip() for number, _ in cards]
    assert numbers[-2:] == ["25 of 75 (33%)", "0"]
    assert "<em>improvement</em>" in cards[-2][1]
    assert "<dl>\n<div>" in html_of(BODY)


def test_lists_link_to_figures_and_tables(html_of: Callable[[str], str]) -> None:
    html = html_of(BODY)
    lists = re.findall(r'<nav aria-label="(List of \w+)">(.*?)</nav>', html, re.DOTALL)
    assert [name for name, _ in lists] == ["List of figures", "List of tables"]
    figures, tables = (re.findall(r'<a href="#([\w-]+)">(.*?)</a>', body) for _, body in lists)
    assert figures == [("fig-a", "Figure\N{NO-BREAK SPACE}1: Caption")]
    assert tables == [
        ("tbl-a", "Table\N{NO-BREAK SPACE}1: With a link, a place and a note"),
    ]


def test_ids_are_unique(html_of: Callable[[str], str]) -> None:
    ids = Counter(re.findall(r'\sid="([^"]+)"', html_of(BODY)))
    assert [name for name, count in ids.items() if count > 1] == []


def test_tables_and_figures_have_named_regions(html_of: Callable[[str], str]) -> None:
    names = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', html_of(BODY))
    assert names == [
        "Table\N{NO-BREAK SPACE}1: With a link, a place and a note",
        "Figure\N{NO-BREAK SPACE}1",
        "Figure",
    ]


def test_comments_of_authors_are_not_published(html_of: Callable[[str], str]) -> None:
    hidden = "<!-- another\nof two lines -->"
    body = f"# One\n\nBefore <!-- a private -> remark --> after.\n\n{hidden}\n\nEnd.\n"
    page = html_of(body)
    assert "remark" not in page
    assert "another" not in page
    assert " ".join(re.sub("<[^>]+>", "", page[page.index("<p>Before") :]).split())[:13] == (
        "Before after."
    )
