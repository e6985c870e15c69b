"""The Word document for those who can't see it, and for Word, which must find nothing to repair."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.engine import render
from tests.e2e.word_checks import CAPTIONS, CHECKS, DOCUMENT, HEADINGS, find, read, text

PICTURE = Path(__file__).parents[1] / "golden/conformance/project/img/square.png"
CONFIG = """\
project:
  render: [report.qmd]
  execute-dir: project
lang: en-GB
number-sections: true
toc: true
toc-depth: 2
lof: true
lot: true
"""
SAMPLE = """\
---
title: A *sample*, with <angles> & all
subtitle: Of everything that Word finishes
author: The project
date: 2026-11-22
---

::: {.title-page}
Edition
: The third

Cite as
: Somebody (2026) *A sample*.
:::

# Summary {.unnumbered}

See @sec-one, @sec-two, @fig-a, [-@tbl-a] and [the sources](https://example.org).

::: {.key-figures}
25 of 75 (33%)
: studies found an improvement.
:::

# One {#sec-one}

Words.[^note]

[^note]: A note that refers to @sec-one.

## Two {#sec-two}

![A square](square.png){#fig-a fig-alt="A square of one colour"}

::: {.source-note}
Source: our own.
:::

> Quoted.

::: {.callout-note title="Mind"}
One.

- item
:::

::: {.landscape}
| Statement | Number |
|:--|--:|
| Somebody said that much | 12 |

: Things counted {#tbl-a}
:::

{{< pagebreak >}}

The end.
"""

# For each check, something that goes wrong: part, what is there, what comes instead.
BROKEN: Mapping[str, tuple[str, str, str]] = {
    "language": ("word/styles.xml", r'(<w:lang [^>]*w:val=")en-GB', r"\1de-DE"),
    "title": ("docProps/core.xml", r"<dc:title>.*?</dc:title>", "<dc:title></dc:title>"),
    "heading_order": (DOCUMENT, 'w:val="Heading2"', 'w:val="Heading3"'),
    "alt_texts": (DOCUMENT, 'descr="[^"]+"', 'descr="square.png"'),
    "header_rows": (DOCUMENT, "<w:tblHeader[^>]*>", ""),
    "layout_tables": (DOCUMENT, r'w:val="Caption"(?=.{,1500}?<w:tbl>)', 'w:val="BodyText"'),
    "empty_paragraphs": (DOCUMENT, "<w:t[^>]*>The end.</w:t>", ""),
    "links": (DOCUMENT, "the sources", "here"),
    "references": (DOCUMENT, r"(REF \w+ .{,300}?>)1.1<", r"\1 1.2<"),
    "captions": (DOCUMENT, "SEQ Figure", "QES Figure"),
    "contents": (DOCUMENT, '(TOC2".{,300}?>)1.1 Two', r"\1 1.1 Too"),
    "running_heads": ("word/header-portrait.xml", "STYLEREF", "STYLE"),
    "order": (DOCUMENT, r"(<w:pStyle[^>]*/>)(<w:keepNext[^>]*/>)", r"\2\1"),
    "identities": (DOCUMENT, r'(bookmarkEnd w:id=")\d+', r"\g<1>7654321"),
    "relationships": (DOCUMENT, 'r:embed="', 'r:embed="x'),
    "content_types": ("[Content_Types].xml", r"<Override [^>]*/word/settings[^>]*/>", ""),
    "names_used": (DOCUMENT, 'w:val="Quote"', 'w:val="Quoting"'),
    "settings": ("word/settings.xml", "<w:zoom", "<w:updateFields/><w:zoom"),
}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document with one of everything."""
    root = tmp_path_factory.mktemp("sample")
    (root / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    (root / "report.qmd").write_text(SAMPLE, encoding="utf-8")
    shutil.copy(PICTURE, root / "square.png")
    return render(root, to=["docx"], output=root / "out", progress=lambda _: None).paths["docx"]


@pytest.fixture(scope="session")
def documents(sample: Path, report: Mapping[str, Path]) -> Mapping[str, dict[str, bytes]]:
    return {"sample": read(sample), "report": read(report["docx"])}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", ["sample", "report"])
def test_nothing_is_at_fault(
    documents: Mapping[str, dict[str, bytes]], name: str, check: str
) -> None:
    assert CHECKS[check](documents[name]) == []


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_finds_its_fault(sample: Path, check: str) -> None:
    parts = read(sample)
    part, good, bad = BROKEN[check]
    whole = parts[part].decode()
    broken, count = re.subn(good, bad, whole, count=1, flags=re.DOTALL)
    assert count == 1
    assert CHECKS[check]({**parts, part: broken.encode()})


def test_a_typeface_is_embedded(documents: Mapping[str, dict[str, bytes]]) -> None:
    report = documents["report"]
    assert sum(name.endswith(".odttf") for name in report) == 4
    assert find(report, "//w:embedTrueTypeFonts", "word/settings.xml")
    family = find(report, "//w:docDefaults//w:rFonts/@w:ascii", "word/styles.xml")
    assert family == find(report, "//w:font/@w:name", "word/fontTable.xml")


def squeezed(said: str) -> str:
    """Leave out what setting a text changes: spaces, ligatures, soft marks."""
    return re.sub(r"[\s\N{WORD JOINER}]+", "", unicodedata.normalize("NFKC", said))


@pytest.mark.parametrize(("what", "path", "at_least"), [
    ("headings", HEADINGS, 40),
    ("captions", CAPTIONS, 20),
    ("cells", "//w:tc/w:p", 1000),
])  # fmt: skip
def test_another_word_processor_loses_nothing(
    documents: Mapping[str, dict[str, bytes]],
    printed: Mapping[str, list[str]],
    what: str,
    path: str,
    at_least: int,
) -> None:
    shown = squeezed("".join(printed["report"]))
    told = [text(paragraph) for paragraph in find(documents["report"], path)]
    lost = [said for said in told if squeezed(said) not in shown]
    assert len(told) > at_least
    assert not lost, f"{len(lost)} {what} lost"
