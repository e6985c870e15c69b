"""Word files that LibreOffice has saved, with what a reviewer left in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import docx
import pytest

from evidence.review.remarks import Kind, Reply, Returned
from evidence.review.word import mark_of, read
from tests.conftest import Once
from tests.libreoffice import WHEN, Review, converted
from tests.unit.review.test_word import told


@pytest.fixture(scope="module")
def reviewed(once: Once) -> Returned:
    """A file in which a reviewer did something of each kind."""

    def fill(folder: Path) -> None:
        document = docx.Document()
        document.add_heading("A heading", 1)
        document.add_paragraph("Children do better where services meet. Money is saved seldom.")
        document.add_paragraph("A second paragraph says something. It ends here.")
        document.add_paragraph("A third paragraph goes away.")
        document.add_paragraph("A fourth paragraph stays.")
        document.add_table(1, 2).cell(0, 1).text = "Seven of nine"
        document.add_paragraph("A last one.")
        document.save(str(folder / "a.docx"))
        review = Review(converted(folder / "a.docx", folder / "flat", "fodt"), "Bela Novák")
        review.comment("Children do", "Which?", resolved=True)
        review.comment("saved seldom", "Says who?\nReally?", to="second paragraph")
        review.comment("of nine", "Of what?")
        review.comment("nine", 'Reply to Bela Novák (20/11/2026, 10:00): "Of what?"\nOf studies.')
        review.replace("services", "agencies")
        review.insert("better where", "much ")
        review.delete("It ends here.")
        review.delete_paragraph("A third paragraph goes away.")
        review.embolden("paragraph stays")
        review.note("stays", "Mostly.")
        review.insert_paragraph("A last", "New one.")
        review.saved(folder)

    return read(once("reviewed by LibreOffice", fill) / "a.docx")


def test_everything_that_a_reviewer_did_in_libreoffice_is_told(reviewed: Returned) -> None:
    assert told(reviewed) == [
        ("comment", "Children do", "Which?"),
        ("insertion", "", "much "),
        ("replacement", "services", "agencies"),
        ("comment", "saved seldom.¶A second paragraph", "Says who?\nReally?"),
        ("deletion", "It ends here.", ""),
        ("deletion", "A third paragraph goes away.", ""),
        ("formatting", "paragraph stays", "bold"),
        ("insertion", "", "[note: Mostly.]"),
        ("comment", "of nine", "Of what?"),
        ("insertion", "", "New one.\n"),
    ]
    assert {(remark.author, remark.when) for remark in reviewed.remarks} == {
        ("Bela Novák", f"{WHEN}Z")
    }


def test_libreoffice_keeps_what_is_done_and_what_answers(reviewed: Returned) -> None:
    comments = [remark for remark in reviewed.remarks if remark.kind == Kind.COMMENT]
    assert [comment.resolved for comment in comments] == [True, False, False]
    assert comments[2].replies == (Reply("Bela Novák", f"{WHEN}Z", "Of studies."),)


def test_the_text_is_as_it_was_built(reviewed: Returned) -> None:
    assert [(passage.kind, passage.text) for passage in reviewed.passages] == [
        ("heading", "A heading"),
        ("paragraph", "Children do better where services meet. Money is saved seldom."),
        ("paragraph", "A second paragraph says something. It ends here."),
        ("paragraph", "A third paragraph goes away."),
        ("paragraph", "A fourth paragraph stays."),
        ("cell", "Seven of nine"),
        ("paragraph", "A last one."),
    ]


@pytest.fixture(scope="module")
def kept(once: Once, conformance: Mapping[str, Path]) -> Mapping[str, Returned]:
    """A built file, and the same saved by other programs."""

    def fill(folder: Path) -> None:
        converted(conformance["docx"], folder, "docx").rename(folder / "LibreOffice.docx")
        docx.Document(str(conformance["docx"])).save(str(folder / "python-docx.docx"))

    folder = once("saved anew", fill)
    return {"built": read(conformance["docx"])} | {
        name: read(folder / f"{name}.docx") for name in ("LibreOffice", "python-docx")
    }


@pytest.mark.parametrize("program", ["LibreOffice", "python-docx"])
def test_text_and_marks_survive_a_save(kept: Mapping[str, Returned], program: str) -> None:
    built, saved = kept["built"], kept[program]
    texts = [
        [passage.text.split() for passage in each.passages if passage.kind != "running"]
        for each in (built, saved)
    ]
    # Without its part for formulas, LibreOffice loses them.
    changed = [before for before, after in zip(*texts, strict=True) if before != after]
    assert all("formula" in words for words in changed)
    marked = [
        {name for passage in each.passages for name in passage.bookmarks if name.startswith("_p")}
        for each in (built, saved)
    ]
    assert marked[0] == marked[1]
    assert saved.fingerprint == built.fingerprint


def test_marks_are_those_of_the_paragraphs_that_bear_them(kept: Mapping[str, Returned]) -> None:
    marked = [
        (name, passage.text)
        for passage in kept["built"].passages
        for name in passage.bookmarks
        if name.startswith("_p")
    ]
    assert marked
    assert [(mark_of(text), text) for _, text in marked] == marked
