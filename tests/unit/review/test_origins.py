"""Each word of a report leads to where it was typed, or to what computes it."""

from __future__ import annotations

from pathlib import Path

from evidence.review.marks import Origin
from evidence.review.origins import Stretch


def origin_of(report: tuple[Stretch, ...], word: str) -> Origin:
    (found,) = {
        origin
        for stretch in report
        for own, origin in zip(stretch.words, stretch.origins, strict=True)
        if own == word
    }
    return found


def typed_at(project: Path, origin: Origin) -> str:
    lines = (project / origin.file).read_text("utf-8").splitlines()
    return lines[origin.line - 1][origin.column - 1 :]


def test_a_typed_word_leads_to_its_line_and_column(
    project: Path, report: tuple[Stretch, ...]
) -> None:
    for word, typed in (
        ("typed", "typed* words"),
        ("dont", "don't stay"),
        ("äpfel", "Äpfel fall"),
        ("trees", "trees do"),
        ("footnotes", "Footnotes hold"),
    ):
        origin = origin_of(report, word)
        assert origin.kind == "prose"
        assert origin.file == "chapters/one.qmd"
        assert typed_at(project, origin).startswith(typed)


def test_front_matter_leads_to_its_line(project: Path, report: tuple[Stretch, ...]) -> None:
    assert typed_at(project, origin_of(report, ["leaves", "that", "fall"][1])) == "that fall"
    assert typed_at(project, origin_of(report, "hollow")) == "Hollow"


def test_a_value_leads_to_its_expression(project: Path, report: tuple[Stretch, ...]) -> None:
    origin = origin_of(report, "7")
    assert (origin.kind, origin.behind) == ("value", "3 + 4")
    assert typed_at(project, origin).startswith("`{python} 3 + 4`")


def test_a_citation_leads_to_where_it_stands(project: Path, report: tuple[Stretch, ...]) -> None:
    stretch = next(row for row in report if "fell" in row.words)
    origin = stretch.origins[stretch.words.index("ash")]
    assert (origin.kind, origin.behind) == ("citation", "ash2001")
    assert typed_at(project, origin).startswith("@ash2001")


def test_an_entry_leads_to_the_bibliography(report: tuple[Stretch, ...]) -> None:
    origin = origin_of(report, "ashes")
    assert origin == Origin("reference", "data/references.bib", 1, 0, "ash2001")


def test_a_cell_leads_to_its_fence_and_its_caption_to_the_option(
    project: Path, report: tuple[Stretch, ...]
) -> None:
    cell = origin_of(report, "green")
    assert (cell.kind, cell.behind, cell.column) == ("cell", "tbl-leaves", 0)
    assert (project / cell.file).read_text("utf-8").splitlines()[cell.line - 1] == "```{python}"
    assert typed_at(project, origin_of(report, ["colour", "by"][1])).startswith("by colour")


def test_marks_are_in_no_text(report: tuple[Stretch, ...]) -> None:
    assert not [row.text for row in report if any(ord(sign) > 0xEFFFF for sign in row.text)]
