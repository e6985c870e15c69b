"""Small projects to render."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine.faults import Problem
from evidence.engine.project import Project, load
from evidence.engine.source import Line

CONFIG = """\
project:
  render: [report.qmd]
  execute-dir: project
lang: en-GB
number-sections: true
execute: {echo: false}
"""
MATTER = """\
---
title: A test
date: 2026-11-22
---
"""

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a project with the given body and further files, in an awkward folder."""

    def write(body: str = "", **files: str) -> Path:
        root = tmp_path / "a proj\N{LATIN SMALL LETTER E WITH ACUTE}ct"
        texts = {"_quarto.yml": CONFIG, "report.qmd": MATTER + body, **files}
        for name, text in texts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def project(make: Make) -> Callable[..., Project]:
    """Load a project with the given body and further files."""
    return lambda body="", **files: load(make(body, **files).resolve())


@pytest.fixture
def problems() -> list[Problem]:
    return []


@pytest.fixture
def lines() -> Callable[[str], tuple[Line, ...]]:
    """Number the lines of a text as those of `x.qmd`."""
    return lambda text: tuple(Line(part, "x.qmd", n) for n, part in enumerate(text.splitlines(), 1))
