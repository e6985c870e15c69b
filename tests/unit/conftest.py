"""What tests of the analysis share: the real data, evidence made by hand, and Pandoc's reading."""

import json
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.evidence import Evidence
from evidence.model.load import load
from tests.builders import Builder

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def real() -> Evidence:
    """The evidence of the report."""
    return load(DATA)


@pytest.fixture(scope="session")
def real_editions(real: Evidence) -> Editions:
    """The findings of the report."""
    return judge_editions(real)


@pytest.fixture
def builder(real: Evidence) -> Builder:
    """Evidence without a counted source, to add sources to."""
    return Builder(real)


def pandoc_blocks(markdown: str) -> list[Any]:
    """Return the blocks that Pandoc makes of Markdown."""
    blocks: list[Any] = json.loads(pypandoc.convert_text(markdown, "json", format="markdown"))[
        "blocks"
    ]
    return blocks


def shown(node: Any) -> str:
    """Return the text of a Pandoc node, each element but a word or space as ``<Element>``."""
    if isinstance(node, list):
        return "".join(map(shown, node))
    if not isinstance(node, dict) or "t" not in node:
        return ""
    words = {"Str": node.get("c"), "Space": " "}
    return str(words.get(node["t"]) or f"<{node['t']}>{shown(node.get('c', []))}")


def pandoc_cells(markdown: str) -> list[list[str]]:
    """Return the body of the only table in Markdown, as Pandoc reads it."""
    (block,) = pandoc_blocks(markdown)
    assert block["t"] == "Table"
    return [[shown(cell[4]) for cell in row[1]] for body in block["c"][4] for row in body[3]]
