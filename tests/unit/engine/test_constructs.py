"""The list of what the builtin engine refuses, in code and in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evidence.engine.constructs import REFUSED, refusal

DOCS = (Path(__file__).parents[3] / "docs/constructs.md").read_text("utf-8")
ROWS = [(kind, *row) for kind, rows in REFUSED.items() for row in rows.items()]


def test_the_docs_list_every_refusal_with_its_way_out_and_no_other() -> None:
    _, _, listed = DOCS.partition("## What it refuses")
    wanted = [
        ("any other" if name == "*" else f"`{name}`", what, way.replace("|", "\\|"))
        for _, name, (what, way) in ROWS
    ]
    found = re.findall(r"^\| (`[^`]+`|any other) \| (.+?) \| (.+) \|$", listed, re.MULTILINE)
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize(("kind", "name", "words"), ROWS)
def test_no_row_hides_behind_another(kind: str, name: str, words: tuple[str, str]) -> None:
    example = name.replace("*", "zzz")
    assert refusal(kind, example, "x") == (
        f"x: {words[0]}",
        f"{words[1]}, or use `--engine quarto`",
    )


def test_each_kind_that_authors_extend_has_a_row_for_the_rest() -> None:
    assert {kind for kind, rows in REFUSED.items() if "*" not in rows} == {"form"}
