"""A PDF with everything the template has a look for: its order, tags, pages and description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import page as pdf_check
import pypdf
import pytest

from evidence.engine import render

CONFIG = """\
project: {render: [report.qmd], execute-dir: project}
lang: en-GB
number-sections: true
toc: true
lof: true
lot: true
"""
MATTER = """\
---
title: A test
date: 2026-11-22
description: "What *it* is: 50% of #1"
keywords: [children, "joined \\"up\\""]
fingerprint: 0123456789ab
---
"""
ROWS = "\n".join(f"| Row{n}. | Words that fill the row | {n} |" for n in range(1, 61))
# So much that a chapter after it has no room left.
FEW = "\n\n".join(["Short."] * 14)
TALL = "\n".join(f"| Tall{n}. | {'many words ' * 120} |" for n in range(1, 5))
FILLING = "\n\n".join(f"Paragraph {n} with a few words. " * 12 for n in range(1, 10))
BODY = f"""
::: {{.title-page}}
Edition
: Sources up to 2025

Build
: `0123456789ab`
:::

# Summary {{.unnumbered}}

::: {{.key-figures}}
209
: sources count.

25 of 75
: measured a gain.

7
: saved money.
:::

# Chapter

{FILLING}

## Weight

How much weight has it?

| Code | Meaning | n |
|:---|:---|---:|
{ROWS.replace("Row", "Kept").split("| Kept15.", maxsplit=1)[0]}
: Weights {{#tbl-weight}}

::: {{.source-note}}
Source: the coding.
:::

# After it

{FEW}

# Soon after

Text.

::: {{.landscape}}

# Wide {{.unnumbered}}

| Row | Words | n |
|:---|:---|---:|
{ROWS}

: Long {{#tbl-long}}

:::

# Upright

| Row | Words |
|:---|:---------|
{TALL}

: Tall {{#tbl-tall}}

![Square](img/square.png){{#fig-square fig-alt="A square."}}
"""
SQUARE = Path(__file__).parents[1] / "golden/conformance/project/img/square.png"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pdf")
    (root / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    (root / "report.qmd").write_text(MATTER + BODY, encoding="utf-8")
    (root / "img").mkdir()
    (root / "img/square.png").write_bytes(SQUARE.read_bytes())
    return render(root, to=["pdf"], output=root / "out", progress=lambda _: None).paths["pdf"]


@pytest.fixture(scope="module")
def pdf(path: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(path)


@pytest.fixture(scope="module")
def texts(pdf: pypdf.PdfReader) -> list[str]:
    # Typst joins the contents' page numbers to their dots, and pypdf finds that in other digits.
    joiner = "\N{WORD JOINER}"
    pages = (page.extract_text().replace(joiner, "") for page in pdf.pages)
    return [" ".join(text.split()) for text in pages]


def page_of(texts: list[str], text: str) -> int:
    return next(n for n, page in enumerate(texts) if n > 1 and text in page)


def nodes(node: Any) -> Iterator[Any]:
    """Visit the structure tree in its order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for part in node:
            yield from nodes(part)
    elif isinstance(node, Mapping):
        yield node
        yield from nodes(node.get("/K", []))


@pytest.fixture(scope="module")
def tags(pdf: pypdf.PdfReader) -> list[Any]:
    tree = pdf.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    return [node for node in nodes(tree) if "/S" in node]


def test_it_conforms_to_pdf_ua(path: Path) -> None:
    checked = pdf_check.validate_pdf(str(path), profile=pdf_check.ValidationProfile.PDF_UA_1)
    assert checked.is_compliant
    assert not checked.failures


def test_its_description_is_plain_text(pdf: pypdf.PdfReader) -> None:
    assert pdf.metadata
    assert pdf.metadata.title == "A test"
    assert pdf.metadata.subject == "What it is: 50% of #1"
    assert str(pdf.metadata["/Keywords"]) == "children, joined \N{LEFT DOUBLE QUOTATION MARK}up" + (
        "\N{RIGHT DOUBLE QUOTATION MARK}, build 0123456789ab"
    )


def test_the_title_page_stands_first(texts: list[str]) -> None:
    assert "Edition Sources up to 2025 Build 0123456789ab" in texts[0]
    assert all("Sources up to 2025" not in text for text in texts[1:])


def test_lists_of_figures_and_tables_name_the_pages(texts: list[str]) -> None:
    lists = texts[1][texts[1].index("List of figures") :]
    for caption in ("Figure 1: Square", "Table 1: Weights", "Table 2: Long", "Table 3: Tall"):
        number = page_of(texts, caption) + 1
        assert re.search(rf"{caption}\W+{number}\b", lists.replace("\N{NO-BREAK SPACE}", " "))


def test_a_key_number_comes_before_its_sentence(texts: list[str]) -> None:
    summary = texts[2]
    assert "209 sources count. 25 of 75 measured a gain. 7 saved money." in summary


def test_a_heading_its_question_and_a_short_table_stay_together(texts: list[str]) -> None:
    number = page_of(texts, "How much weight has it?")
    for text in ("1.1 Weight", "Kept1.", "Kept14.", "Source: the coding."):
        assert page_of(texts, text) == number


def test_a_chapter_begins_where_room_is_left_and_else_on_a_new_page(texts: list[str]) -> None:
    assert page_of(texts, "2 After it") == page_of(texts, "Source: the coding.")
    assert page_of(texts, "3 Soon after") == page_of(texts, "2 After it") + 1


def test_a_long_table_repeats_its_head_and_lies_on_its_side(
    pdf: pypdf.PdfReader, texts: list[str]
) -> None:
    parts = [n for n, text in enumerate(texts) if "Row1." in text or "Row60." in text]
    wide = [n for n, page in enumerate(pdf.pages) if page.mediabox.width > page.mediabox.height]
    assert len(parts) == 2
    assert wide == list(range(parts[0], parts[1] + 1))
    assert all("Row Words n" in texts[n] for n in wide)
    found = re.findall(r"\bRow(\d+)\.", " ".join(texts))
    assert [int(number) for number in found] == list(range(1, 61))


def test_a_tall_table_of_few_rows_is_not_cut_off(texts: list[str]) -> None:
    assert len({page_of(texts, f"Tall{n}.") for n in range(1, 5)}) > 1
    assert sum(text.count("many words") for text in texts) == 4 * 120


def test_tables_have_header_cells_with_scope(tags: list[Any]) -> None:
    heads = [node for node in tags if node["/S"] == "/TH"]
    scopes = {
        attributes.get_object().get("/Scope")
        for head in heads
        for attributes in (head["/A"] if isinstance(head["/A"], list) else [head["/A"]])
        if "/Scope" in attributes.get_object()
    }
    assert len(heads) == 3 + 3 + 2
    assert scopes == {"/Column"}


def test_pictures_and_headings_are_tagged(tags: list[Any]) -> None:
    assert [node["/Alt"] for node in tags if node["/S"] == "/Figure"] == ["A square."]
    levels = [int(node["/S"][2]) for node in tags if re.fullmatch(r"/H\d", node["/S"])]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_bookmarks_carry_the_numbers_of_sections(pdf: pypdf.PdfReader) -> None:
    titles = [item.title for item in pdf.outline if isinstance(item, pypdf.generic.Destination)]
    assert titles[-4:] == ["2 After it", "3 Soon after", "Wide", "4 Upright"]
