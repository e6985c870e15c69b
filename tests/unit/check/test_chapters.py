"""What of a chapter is prose, and what is code of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.check.chapters import Chapters

Scan = Callable[..., Chapters]


@pytest.mark.parametrize(
    "cell", ["mermaid}\ngraph TD\n  A --> B{{7 of 9}}", "r}\n#| echo: true\n1 +", "ojs}\nx = {"]
)
def test_code_in_another_language_is_neither_python_nor_prose(chapters: Scan, cell: str) -> None:
    found = chapters(f"Before.\n\n```{{{cell}\n```\n\nAfter.\n")
    assert found.faults == ()
    assert found.codes == ()
    assert [piece.text for piece in found.pieces if piece.file == "one.qmd"] == [
        "Before.",
        "After.",
    ]


def test_captions_of_parts_are_prose(chapters: Scan) -> None:
    options = '#| fig-subcap:\n#|   - "One part"\n#|   - "7 others"\n#| layout-ncol: 2'
    found = chapters(f"```{{python}}\n{options}\nx = 1\n```\n")
    assert [piece.text.strip() for piece in found.pieces if "others" in piece.text]
