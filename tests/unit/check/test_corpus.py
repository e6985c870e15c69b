"""Sentences of an evidence review, by kind: those that hold a typed quantity, and those that don't.

`corpus/catch.txt` and `corpus/pass.txt` have one a line, below the name of their kind.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.check.chapters import Chapters
from evidence.check.nouns import nouns
from evidence.check.typed import typed_faults
from evidence.model.evidence import Evidence

CORPUS = Path(__file__).parent / "corpus"


def kinds(name: str) -> list[tuple[str, list[str]]]:
    _, *parts = re.split(r"(?m)^# ", (CORPUS / f"{name}.txt").read_text("utf-8"))
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


def told(read: Callable[..., Chapters], evidence: Evidence, lines: list[str]) -> list[list[int]]:
    """Return of each sentence the columns of what is told of it."""
    found = typed_faults(
        read("\n\n".join(lines) + "\n").pieces, nouns(evidence.codebook), {}, evidence.quantities
    )
    places = [(fault.line, fault.column) for fault in found if fault.file == "one.qmd"]
    return [[column for row, column in places if row == 2 * at + 1] for at in range(len(lines))]


@pytest.mark.parametrize(("kind", "lines"), kinds("catch"))
def test_typed_quantities_are_told(
    chapters: Callable[..., Chapters], evidence: Evidence, kind: str, lines: list[str]
) -> None:
    columns = told(chapters, evidence, lines)
    missed = [line for line, found in zip(lines, columns, strict=True) if not found]
    assert missed == [], kind
    assert all(len(found) == len({*found}) for found in columns)


@pytest.mark.parametrize(("kind", "lines"), kinds("pass"))
def test_other_sentences_are_left_alone(
    chapters: Callable[..., Chapters], evidence: Evidence, kind: str, lines: list[str]
) -> None:
    columns = told(chapters, evidence, lines)
    flagged = [line for line, found in zip(lines, columns, strict=True) if found]
    assert flagged == [], kind
