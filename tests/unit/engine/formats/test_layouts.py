"""Layouts, parts of figures, columns, margins and numbered equations, in all three formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest

from evidence.engine import render
from evidence.proof.parity import compare, read
from tests.unit.engine.conftest import CONFIG
from tests.unit.engine.test_build import quiet, text_of

MATTER = """\
---
title: Layouts
lof: true
format:
  html:
    code-fold: true
    code-summary: How
---
"""
BODY = """
# One {#sec-one}

```{python}
#| echo: true
print("shown")
```

::: {#fig-d layout="[[60,40],[100]]"}
![First *it*](a.png){#fig-d1 fig-alt="one"}

![Second](a.png){#fig-d2 fig-alt="two"}

![](a.png){fig-alt="three"}

A division of *three*
:::

::: {layout-ncol=2}
![Own A](a.png){#fig-e fig-alt="four"}
![Own B](a.png){#fig-f fig-alt="five"}
:::

[![Linked *one*](a.png){#fig-l fig-alt="six"}](https://example.org)

@fig-l

See @fig-d, @fig-d1, [-@fig-d2] and @fig-f; by @eq-b, [-@eq-a] and [of it @eq-a].

$$
E = m
$$ {#eq-a}

So $$\\frac{a}{b}$$ {#eq-b} and more.

:::: {.columns}
::: {.column width="30%"}
Left
:::

::: {.column}
Right

- a list
:::
::::

::: {.column-margin}
Beside *it*.
:::

Text[an *aside*]{.aside} goes on.

::: {.column-page}
Wide
:::

::: {.column-margin layout-ncol=2}
M1

M2
:::

::: {.landscape layout="[40, -20, 40]"}
P1

P2

P3
:::
"""
PNG = Path(__file__).parents[3] / "golden/conformance/project/img/square.png"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The body in all three formats."""
    root = tmp_path_factory.mktemp("layouts")
    (root / "_quarto.yml").write_text(CONFIG.replace("execute: {echo: false}\n", ""), "utf-8")
    (root / "report.qmd").write_text(MATTER + BODY, encoding="utf-8")
    (root / "a.png").write_bytes(PNG.read_bytes())
    return render(root, output=root / "_out", progress=quiet).paths


def plain(path: Path) -> str:
    text = text_of(path).replace("\N{WORD JOINER}", "")
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_all_formats_say_the_same(made: Mapping[str, Path]) -> None:
    found = compare([read(path) for path in made.values()])
    assert [difference for difference in found if difference.kind != "fingerprint"] == []


@pytest.mark.parametrize("target", ["html", "pdf", "docx"])
def test_parts_have_letters_and_references_name_them(made: Mapping[str, Path], target: str) -> None:
    text = plain(made[target])
    assert "(a) First it" in text
    assert "(b) Second" in text
    assert "(c)" not in text
    assert "Figure 1: A division of three" in text
    assert "Figure 3: Own B" in text
    assert "Figure 4: Linked one" in text
    if target != "docx":
        # Word's fields and links are no text of its paragraphs to the reader of this test.
        assert "See Figure 1, Figure 1 (a), 1 (b) and Figure 3;" in text
        assert "by Equation 2, 1 and of it 1." in text


def test_html_sets_parts_side_by_side(made: Mapping[str, Path]) -> None:
    html = made["html"].read_text("utf-8")
    assert '<div class="layout-row" style="--columns: minmax(0, 60fr) minmax(0, 40fr)">' in html
    assert '<div class="layout-row" style="--columns: minmax(0, 30fr) minmax(0, 70fr)">' in html
    assert re.findall(r'<img[^>]+alt="(\w+)"', html) == [
        "one", "two", "three", "four", "five", "six",
    ]  # fmt: skip
    assert re.search(r"<details><summary>How</summary>\s*<pre[^>]*><code>print", html)
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert {"fig-d", "fig-d1", "fig-d2", "fig-f", "eq-a", "eq-b"} <= targets
    assert targets <= set(re.findall(r'id="([^"]+)"', html))


def test_a_gap_leaves_its_place_empty(made: Mapping[str, Path]) -> None:
    html = made["html"].read_text("utf-8")
    rows = re.findall(r"minmax\(0, 40fr\) minmax\(0, 20fr\) minmax\(0, 40fr\)", html)
    assert len(rows) == 2, "the third part goes on in a row like the last"
    assert re.search(r"P1</p>\s*</div>\s*<div class=\"layout-part\">\s*</div>", html)


def test_a_layout_keeps_what_else_its_division_is(made: Mapping[str, Path]) -> None:
    html = made["html"].read_text("utf-8")
    assert re.search(
        r'<div class="source-note">\s*<div class="layout-row"[^>]*>.*?M1', html, re.DOTALL
    )
    wide = [
        page.mediabox.width > page.mediabox.height for page in pypdf.PdfReader(made["pdf"]).pages
    ]
    assert any(wide), "the page is turned"


def test_only_whole_figures_are_listed(made: Mapping[str, Path]) -> None:
    html = made["html"].read_text("utf-8")
    (listed,) = re.findall(r'<nav aria-label="List of figures">(.*?)</nav>', html, re.DOTALL)
    assert re.findall(r'href="#([\w-]+)"', listed) == ["fig-d", "fig-e", "fig-f", "fig-l"]
    pages = [page.extract_text() for page in pypdf.PdfReader(made["pdf"]).pages]
    (listed,) = (page for page in pages if "List of figures" in page and "Own A" in page)
    assert "Second" not in listed.partition("One")[0]


def test_word_has_no_table_that_only_places_things(made: Mapping[str, Path]) -> None:
    xml = ZipFile(made["docx"]).read("word/document.xml").decode()
    assert "<w:tbl>" not in xml
    anchors = set(re.findall(r'w:hyperlink w:anchor="([^"]+)"', xml))
    names = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    assert {"fig-d1", "eq-a", "eq-b"} <= anchors & names
