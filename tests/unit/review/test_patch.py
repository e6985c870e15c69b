"""Tracked changes of plain prose are made; those of computed text are refused with the way out."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.engine.document import read
from evidence.model.evidence import Evidence
from evidence.review.home import Item
from evidence.review.origins import Stretch, origins
from evidence.review.patch import Patch, applied, patch, read_chapter, unified
from evidence.review.places import places
from evidence.review.reasons import Behind
from evidence.review.remarks import Kind, Passage, Remark, Returned

SENTENCE = "Some typed words don’t stay, and 7 of them fell (Ash 2001)."
LAST = "The last line says nothing new about any of it."
CHAPTER = "chapters/one.qmd"


@pytest.fixture
def behind(project: Path, real: Evidence) -> Behind:
    return Behind(project, project / "data", real)


def items(report: tuple[Stretch, ...], *remarks: Remark, texts: tuple[str, ...]) -> list[Item]:
    passages = tuple(Passage("paragraph", text) for text in texts)
    file = Returned("x.docx", "docx", "", passages, remarks)
    return [
        Item(row, ("x.docx",), texts[row.passage][row.start : row.end], "", place, ())
        for row, place in zip(remarks, places(file, report, {}), strict=True)
    ]


def change(kind: Kind, text: str, words: str, says: str = "", author: str = "Ann") -> Remark:
    start = text.index(words)
    end = start if kind is Kind.INSERTION else start + len(words)
    return Remark(kind, author, "", 0, start, end, says)


def patched(report: tuple[Stretch, ...], behind: Behind, text: str, *remarks: Remark) -> str:
    found = patch(items(report, *remarks, texts=(text,)), behind)
    assert not found.refused, found.refused
    return applied(found.edits, {CHAPTER: read_chapter(behind.project / CHAPTER)})[CHAPTER]


def refusal(report: tuple[Stretch, ...], behind: Behind, text: str, *remarks: Remark) -> str:
    found: Patch = patch(items(report, *remarks, texts=(text,)), behind)
    (refused,) = found.refused
    return refused.why


@pytest.mark.parametrize(
    ("asked", "edit"),
    [
        ((Kind.DELETION, "last ", ""), ("The last line", "The line")),
        ((Kind.REPLACEMENT, "nothing", "little"), ("says nothing new", "says little new")),
        ((Kind.INSERTION, "line says", "very "), ("last line says", "last very line says")),
        ((Kind.INSERTION, " about", ","), ("new about", "new, about")),
        ((Kind.REPLACEMENT, "line says", "lines *say*"), ("line says", r"lines \*say\*")),
        ((Kind.DELETION, "thing", ""), ("nothing", "no")),
        ((Kind.DELETION, " about any of it.", ""), (" about any of it.", "")),
        ((Kind.INSERTION, "The", "“Now” "), ("The last", "“Now” The last")),
    ],
)
def test_plain_prose_is_edited_where_it_was_typed(
    report: tuple[Stretch, ...],
    behind: Behind,
    asked: tuple[Kind, str, str],
    edit: tuple[str, str],
) -> None:
    kind, words, says = asked
    wanted = read_chapter(behind.project / CHAPTER).replace(*edit)
    assert patched(report, behind, LAST, change(kind, LAST, words, says)) == wanted


def test_quotation_marks_and_line_ends_of_the_document_are_no_difference(
    report: tuple[Stretch, ...], behind: Behind
) -> None:
    text = patched(
        report, behind, SENTENCE, change(Kind.DELETION, SENTENCE, "words don’t stay, and ")
    )
    assert "Some *typed* `{python} 3 + 4` of them" in text


def test_a_word_beside_a_value_is_edited(report: tuple[Stretch, ...], behind: Behind) -> None:
    text = patched(report, behind, SENTENCE, change(Kind.INSERTION, SENTENCE, "of them", "out "))
    assert "`{python} 3 + 4` out of them" in text


def test_a_move_takes_words_along(report: tuple[Stretch, ...], behind: Behind) -> None:
    moved = change(Kind.MOVE, LAST, "nothing new ")
    moved = replace(moved, target=(0, LAST.index("any")))
    assert "says about nothing new any" in patched(report, behind, LAST, moved)


def test_all_changes_of_a_line_are_made_at_once(
    report: tuple[Stretch, ...], behind: Behind
) -> None:
    text = patched(
        report, behind, LAST,
        change(Kind.DELETION, LAST, "last "),
        change(Kind.REPLACEMENT, LAST, "nothing", "little"),
        change(Kind.INSERTION, LAST, "any of", "much "),
    )  # fmt: skip
    assert "The line says little new about much any of it." in text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("7", "or the code of `3 + 4`"),
        ("Ash 2001", "cite another source, or correct ash2001"),
        ("and 7 of", "a part of it is computed"),
        ("(Ash 2001).", "cite another source"),
        ("typed words", "markup or computed text stands in between"),
    ],
)
def test_what_is_computed_is_refused_with_what_to_change(
    report: tuple[Stretch, ...], behind: Behind, words: str, why: str
) -> None:
    assert why in refusal(report, behind, SENTENCE, change(Kind.DELETION, SENTENCE, words))


def test_a_cell_is_refused(report: tuple[Stretch, ...], behind: Behind) -> None:
    text = "Colour Count Red 12 Green 34"
    assert "the code of the cell tbl-leaves" in refusal(
        report, behind, text, change(Kind.DELETION, text, "Green")
    )


def test_formatting_and_lost_text_are_refused(report: tuple[Stretch, ...], behind: Behind) -> None:
    assert "by hand" in refusal(report, behind, LAST, change(Kind.FORMATTING, LAST, "new", "bold"))
    assert "by hand" in refusal(
        report, behind, "Nowhere.", change(Kind.DELETION, "Nowhere.", "where")
    )


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("The very last line", change(Kind.INSERTION, LAST, "last", "very ")),
        ("The last lines say nothing", change(Kind.REPLACEMENT, LAST, "line says", "lines say")),
    ],
)
def test_what_a_chapter_has_already_is_not_made_twice(
    project: Path, real: Evidence, tmp_path: Path, typed: str, remark: Remark
) -> None:
    own = tmp_path / "own"
    shutil.copytree(project, own)
    behind, chapter = Behind(own, own / "data", real), own / CHAPTER
    (item,) = items(origins(read(own)), remark, texts=(LAST,))
    edits = patch([item], behind).edits
    chapter.write_text(applied(edits, {CHAPTER: chapter.read_text("utf-8")})[CHAPTER], "utf-8")
    assert typed in chapter.read_text("utf-8")
    again = Patch((), (), (item,))
    assert patch([item], Behind(own, own / "data", real)) == again
    (item,) = items(origins(read(own)), remark, texts=(LAST,))
    assert not patch([item], behind).edits


def test_a_deletion_leaves_no_lone_space(report: tuple[Stretch, ...], behind: Behind) -> None:
    text = patched(report, behind, LAST, change(Kind.DELETION, LAST, "The last"))
    assert "\nline says nothing" in text


def test_two_reviewers_of_the_same_words_are_not_both_obeyed(
    report: tuple[Stretch, ...], behind: Behind
) -> None:
    remarks = (
        change(Kind.REPLACEMENT, LAST, "nothing", "little"),
        change(Kind.DELETION, LAST, "says nothing", author="Ben"),
    )
    found = patch(items(report, *remarks, texts=(LAST,)), behind)
    assert len(found.edits) == 1
    assert "Ann changed the same words" in found.refused[0].why


def test_the_diff_is_one_that_git_applies(
    project: Path, report: tuple[Stretch, ...], behind: Behind, tmp_path: Path
) -> None:
    remarks = (change(Kind.DELETION, LAST, "last "),)
    edits = patch(items(report, *remarks, texts=(LAST,)), behind).edits
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    diff = unified(edits, project)
    subprocess.run(["git", "apply", "-"], cwd=copy, input=diff.encode(), check=True)
    assert "The line says" in (copy / CHAPTER).read_text("utf-8")


def test_remarks_that_change_nothing_are_no_edits(
    report: tuple[Stretch, ...], behind: Behind
) -> None:
    assert patch(items(report, change(Kind.COMMENT, LAST, "new"), texts=(LAST,)), behind) == Patch(
        (), ()
    )
