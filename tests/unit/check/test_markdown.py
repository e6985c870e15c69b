import pytest

from evidence.check import markdown
from evidence.engine.source import Line


def lines(text: str) -> list[Line]:
    return [Line(row, "a.qmd", number) for number, row in enumerate(text.split("\n"), 1)]


def test_text_falls_into_paragraphs_headings_items_and_rows() -> None:
    text = "# One\na\nb\n\n- c\n  d\n- e\n| f |\n| g |\n::: x\nh\n:::\n~~~\ni\n~~~\n## Two ##\n"
    pieces = markdown.blocks(lines(text), "")
    assert [piece.text for piece in pieces] == [
        "# One", "a\nb", "- c\n  d", "- e", "| f |", "| g |", "::: x", "h", ":::", "## Two ##"
    ]  # fmt: skip
    assert [piece.section for piece in pieces][-2:] == ["One", "Two"]


def test_only_captions_and_alternative_texts_of_a_cell_are_shown() -> None:
    text = "#| label: x\n#| fig-cap: 'One\n#|   two'\n#| echo: 3\n#| fig-alt: f  # literal: why\n"
    shown = [line.text.strip() for line in markdown.captions(lines(text)) if line.text.strip()]
    assert shown == ["'One", "two'", "f  <!-- literal: why -->"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("## Two {#sec-two .x}", ["sec-two"]),
        ("## What works? Then, and now", ["what-works-then-and-now"]),
        ("[a]{#x} ![b](c.png){#fig-b width=5}", ["x", "fig-b"]),
        ("a # b {.c}", []),
    ],
)
def test_what_can_be_referred_to(text: str, names: list[str]) -> None:
    assert list(markdown.identifiers(text)) == names


def test_blanking_moves_nothing() -> None:
    text = "See [@a2001, p. 3] in [b](#c) and `d` {#e} <!-- f --> https://g.org."
    blanked = markdown.wording(text)
    assert len(blanked) == len(text)
    assert blanked.replace(markdown.BLANK, "") == "See [] in [b] and    ."
    assert markdown.wording(blanked) == blanked
