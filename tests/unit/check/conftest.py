from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from evidence.check.chapters import Chapters, scan
from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.evidence import Evidence
from evidence.model.load import load

PROJECT = Path(__file__).parents[3]


@cache
def _evidence() -> Evidence:
    return load(PROJECT / "data")


@pytest.fixture
def evidence() -> Evidence:
    return _evidence()


@pytest.fixture
def editions() -> Editions:
    return judge_editions(_evidence())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Make a project of one chapter, `one.qmd`, without data."""

    def make(chapter: str, matter: str = "title: Tiny") -> Path:
        (tmp_path / "_quarto.yml").write_text("project:\n  render: [report.qmd]\n", "utf-8")
        (tmp_path / "report.qmd").write_text(
            f"---\n{matter}\ndate: 2026-11-22\n---\n\n{{{{< include one.qmd >}}}}\n", "utf-8"
        )
        (tmp_path / "one.qmd").write_text(chapter, "utf-8")
        return tmp_path

    return make


@pytest.fixture
def chapters(write: Callable[..., Path]) -> Callable[..., Chapters]:
    """Scan a chapter."""

    def read(chapter: str, matter: str = "title: Tiny") -> Chapters:
        return scan(write(chapter, matter))

    return read
