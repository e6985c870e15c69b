"""A small project whose text is hard to read back, and its documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from evidence.engine import render

CONFIG = """\
project: {render: [report.qmd], execute-dir: project}
lang: en-GB
number-sections: true
toc: true
bibliography: refs.bib
link-citations: true
execute: {echo: false}
format:
  html: {embed-resources: true}
  docx: default
"""
LONG = "Misunderstandings-notwithstanding internationalisation disproportionately counterproductive"
ROWS = "\n".join(f"| row {n} | {LONG} {n} of 75 | [@roe2004] |" for n in range(3, 60))
REPORT = f"""\
---
title: "Efficient offices of 2026: <b>a & b</b>"
author: The team
date: 2026-11-22
---

Build 0123456789ab, told before the first heading.

# First things {{#sec-first}}

One thing, 1,234.5 and 25 of 75 (33%) as @sec-first says, office by office and fluffy.[^a]
Said twice [@doe2004a; @doe2004b, p. 5], also by @roe2004.

[^a]: A note on 7 things [@doe2004a] with "quotes".

## A `<script>` & *Ünïcode* 3.0 {{#sec-second}}

3. Third in a list
4. Fourth of 12

12 of 40
:   services had joined by 2009.

> Quoted: 88 %, then 7\\
> 8 on a line of its own.

Inline $x^2$ and 99.^[A second note.]

![A picture of *things*](dot.png){{#fig-dot fig-alt='Two "bars" & <one> dot, 4 high' width=1cm}}

## Not numbered {{.unnumbered}}

See @fig-dot and @tbl-long, and <https://example.org/a/very/long/address/10.1000/182.5.1/that-goes/on-and-on/over/the/end>.

| Name | Value | Source |
|:--------|:-------------------|:--------|
| Hard\\|bar | \\<td>12 | Roe |
| Empty | | 0 |
{ROWS}

: A long table of 59 rows {{#tbl-long}}

# References {{.unnumbered}}

::: {{#refs}}
:::
"""
REFERENCES = """\
@book{doe2004a, author={Doe, Jo}, title={Apples}, year={2004}, publisher={Tree}}
@book{doe2004b, author={Doe, Jo}, title={Pears and all that grows until a line ends}, year={2004},
  publisher={Tree}, url={https://example.org/10.1000/182/a-long-address/of-a/book-1234.html}}
@article{roe2004, author={Roe-Garcia, Bo}, title={Plums}, journal={Fruit}, volume={3}, number={2},
  pages={1--9}, year={2004}}
"""
# A grey dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


def numbers(prose: Iterable[str]) -> list[str]:
    """The numbers in texts: they tell in short which texts there are."""
    return re.findall(r"(?i)\d+(?:[.,]\d+)*(?: ?%)?|\b(?:one|half)\b", " ".join(prose))


def write(folder: Path, report: str = REPORT) -> Path:
    """Write the project with another text."""
    folder.mkdir()
    (folder / "_quarto.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "report.qmd").write_text(report, encoding="utf-8")
    (folder / "refs.bib").write_text(REFERENCES, encoding="utf-8")
    (folder / "dot.png").write_bytes(PNG)
    return folder


@pytest.fixture(scope="session")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The documents of the project, by format."""
    folder = tmp_path_factory.mktemp("parity")
    project = write(folder / "project")
    return render(project, output=folder / "out", progress=lambda _: None).paths


@pytest.fixture(scope="session")
def pdf_of(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """One PDF for each kind, from a text changed in one thing of that kind."""
    folder = tmp_path_factory.mktemp("variants")
    made = {}
    for kind, (old, new) in CHANGES.items():
        assert REPORT.count(old) == 1, old
        project = write(folder / kind, REPORT.replace(old, new))
        output = folder / f"{kind}-out"
        made[kind] = render(project, to=["pdf"], output=output, progress=lambda _: None).paths[
            "pdf"
        ]
    return made


# Kind to what is changed in the text.
CHANGES = {
    "headings": ("## Not numbered {.unnumbered}", "## Not numbered"),
    "captions": ("A picture of *things*", "A picture of *thongs*"),
    "cells": ("<td>12", "<td>13"),
    "prose": ("1,234.5", "1,234.6"),
    "citations": ("[@doe2004a; @doe2004b, p. 5]", "[@doe2004b; @doe2004b, p. 5]"),
    "notes": ("A second note.", "A second notion."),
    "alts": ("dot, 4 high", "dot, 5 high"),
    "fingerprint": ("0123456789ab", "0123456789ac"),
}
