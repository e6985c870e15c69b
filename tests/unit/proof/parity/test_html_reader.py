"""Pages that our templates do not write: as Quarto has them, and what only HTML has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.proof.parity import Document, read
from tests.unit.proof.parity.conftest import numbers

Write = Callable[[str], Document]


@pytest.fixture
def page(tmp_path: Path) -> Write:
    """Read a page with the given body."""

    def write(body: str) -> Document:
        path = tmp_path / "a.html"
        path.write_text(f"<!DOCTYPE html><html><head></head><body>{body}</body></html>", "utf-8")
        return read(path)

    return write


def texts(document: Document, kind: str) -> list[str]:
    return [item.text for item in document.items[kind]]


def test_a_page_of_quarto(page: Write) -> None:
    document = page(
        '<nav id="TOC"><ul><li><a href="#a">7 Elsewhere</a></ul></nav>'
        '<main id="quarto-document-content">'
        '<header id="title-block-header"><h1 class="title">Title 5</h1></header>'
        '<section id="a" class="level1"><h1 data-number="1">'
        '<span class="header-section-number">1</span> One</h1>'
        '<p>See <a href="#ref-x" role="doc-biblioref">Roe 2004</a>'
        '<a href="#fn1" role="doc-noteref"><sup>1</sup></a>, half of 12&nbsp;%.</p>'
        '<div id="tbl-x" class="quarto-float"><figure><figcaption>Table&nbsp;1: T</figcaption>'
        "<div><table><thead><tr><th>H</th></tr></thead><tbody><tr><th scope=row>R</th>"
        "<td><p>a</p><p>b<br>c</p></td></tr></tbody></table></div></figure></div>"
        '<section class="level2"><h2>Two</h2></section></section>'
        '<div id="refs" role="list"><div id="ref-x" role="listitem">Roe. 2004. Plums.</div></div>'
        '<section id="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>A note'
        '<a href="#fnref1" role="doc-backlink">↩</a></p></li></ol></section></main>'
    )
    assert texts(document, "headings") == ["level 1: 1 One", "level 2: Two"]
    assert texts(document, "captions") == ["Table 1: T"]
    assert texts(document, "cells") == ["header: H", "R", "a b c"]
    assert numbers(texts(document, "prose")) == ["5", "2004", "half", "12 %", "2004"]
    assert texts(document, "citations") == ["Roe 2004 → Roe. 2004. Plums."]
    assert texts(document, "notes") == ["A note"]
    assert document.left_out == {"contents": 1, "rows": 1}


def test_what_can_be_operated_is_left_out(page: Write) -> None:
    document = page(
        "<main><h2>One</h2><p>1 <button popovertarget=x>B2</button></p>"
        "<div popover id=x><h3>Three 3</h3></div><dialog>4</dialog>"
        "<form><input value=5><select><option>6</select></form><p hidden>7</p>"
        '<details class="wide explorer-codings"><p>7</p></details>'
        "<script>8</script><template><p>9</p></template><style>10</style></main>"
    )
    assert texts(document, "headings") == ["level 1: One"]
    assert numbers(texts(document, "prose")) == ["1", "2"]
    assert document.left_out == {"levels": 1, "interactive": 5}


@pytest.mark.parametrize(
    ("picture", "alts", "decorative"),
    [
        ('<img alt="A dot">', ["A dot"], 0),
        ("<img>", [""], 0),
        ('<img alt="">', [], 1),
        ('<svg role="img" aria-label="A dot"><text>5</text></svg>', ["A dot"], 0),
        ('<svg role="img"><title>A dot</title></svg>', ["A dot"], 0),
        ("<svg><text>5</text></svg>", [], 1),
    ],
)
def test_pictures(page: Write, picture: str, alts: list[str], decorative: int) -> None:
    document = page(f"<main><p>{picture}</p></main>")
    assert texts(document, "alts") == alts
    assert document.left_out.get("decorative", 0) == decorative
    assert not numbers(texts(document, "prose"))


def test_an_empty_page_says_nothing(page: Write) -> None:
    assert not any(page("").items.values())
