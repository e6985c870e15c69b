"""Remarks find their words, however the document was cut, moved or saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.review.earlier import carried
from evidence.review.origins import Stretch
from evidence.review.places import Certainty, Place, places
from evidence.review.remarks import Kind, Passage, Remark, Returned

SENTENCE = "Some typed words don’t stay, and 7 of them fell (Ash 2001)."

LAST = "The last line says nothing new about any of it."


def returned(passages: tuple[str, ...], *remarks: Remark) -> Returned:
    texts = tuple(Passage("paragraph", text) for text in passages)
    return Returned("x.docx", "docx", "", texts, remarks)


def remark(passage: str, words: str, number: int = 0) -> Remark:
    start = passage.index(words)
    return Remark(Kind.COMMENT, "Ann", "", number, start, start + len(words), "Really?")


def placed(report: tuple[Stretch, ...], text: str, words: str) -> Place:
    (found,) = places(returned((text,), remark(text, words)), report, {})
    return found


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("typed words", ["prose"]),
        ("don’t", ["prose"]),
        ("and 7 of", ["prose", "value", "prose"]),
        ("Ash 2001", ["citation"]),
    ],
)
def test_words_are_found(report: tuple[Stretch, ...], words: str, kinds: list[str]) -> None:
    found = placed(report, SENTENCE, words)
    assert found.certainty is Certainty.EXACT
    assert [row.kind for row in dict.fromkeys(found.origins)][: len(kinds)][:1] == kinds[:1]
    assert {row.kind for row in found.origins} == set(kinds)


def test_pages_may_be_in_another_order(report: tuple[Stretch, ...]) -> None:
    texts = tuple(row.text for row in reversed(report))
    number = next(at for at, text in enumerate(texts) if text.startswith("The last line"))
    file = returned(texts, remark(texts[number], "nothing new", number))
    (found,) = places(file, report, {})
    assert (found.certainty, found.origin.kind) == (Certainty.EXACT, "prose")


def test_words_that_were_retyped_are_near_those_beside_them(report: tuple[Stretch, ...]) -> None:
    text = SENTENCE.replace("typed", "written")
    found = placed(report, text, "written")
    assert found.certainty is Certainty.NEAR
    assert found.origin.file == "chapters/one.qmd"


def test_what_stands_nowhere_is_lost(report: tuple[Stretch, ...]) -> None:
    assert placed(report, "Wholly other text.", "other") == Place(
        Certainty.LOST, begins=(), ends=()
    )


def test_a_remark_without_a_passage_is_lost(report: tuple[Stretch, ...]) -> None:
    file = Returned("x.pdf", "pdf", "", (), (Remark(Kind.COMMENT, "", "", 0, 0, 0, "Hm"),))
    assert [row.certainty for row in places(file, report, {})] == [Certainty.LOST]


def test_a_bookmark_leads_home_where_no_word_does(report: tuple[Stretch, ...]) -> None:
    number = next(at for at, row in enumerate(report) if row.text.startswith("The last line"))
    passage = Passage("paragraph", "Alles neu.", bookmarks=("_p1",))
    file = Returned("x.docx", "docx", "", (passage,), (remark(passage.text, "neu"),))
    (found,) = places(file, report, {"_p1": number})
    assert found.origin == report[number].origins[0]


def test_an_entry_of_the_contents_leads_to_its_heading(report: tuple[Stretch, ...]) -> None:
    found = placed(report, "1 What trees do 3", "trees")
    assert (found.origin.line, found.origin.kind) == (1, "prose")


def test_an_entry_of_the_contents_is_no_other_text_that_shares_words(
    report: tuple[Stretch, ...],
) -> None:
    texts = (LAST, f"{LAST} Of what trees.", "1 What trees do 3")
    remark = Remark(Kind.COMMENT, "Ann", "", 2, 2, 15)
    passages = tuple(Passage("paragraph", text) for text in texts)
    (found,) = places(Returned("x.docx", "docx", "", passages, (remark,)), report, {})
    assert (found.origin.line, found.begins[-1].word, found.ends[0].word) == (1, "What", "do")


def test_another_report_has_no_place_in_this_one(report: tuple[Stretch, ...]) -> None:
    text = "Some of the apples fell far, and the count of leaves says nothing new of them all."
    remark = Remark(Kind.COMMENT, "Ann", "", 0, 0, 4)
    file = Returned("x.docx", "docx", "", (Passage("paragraph", text),), (remark,))
    (found,) = places(file, report, {})
    assert found.certainty is Certainty.LOST


def test_an_empty_report_loses_nothing_in_silence() -> None:
    assert placed((), SENTENCE, "typed").certainty is Certainty.LOST


def test_places_are_carried_to_the_lines_of_today(
    project: Path, report: tuple[Stretch, ...], tmp_path: Path
) -> None:
    text = (project / "chapters/one.qmd").read_text("utf-8")
    (tmp_path / "chapters").mkdir()
    edited = text.replace("# What", "A new line.\n\n# What").replace(
        "Some *typed*", "Some, *typed*"
    )
    (tmp_path / "chapters/one.qmd").write_text(edited, "utf-8")
    then = placed(report, SENTENCE, "words")
    (now,) = carried([then], project, tmp_path)
    assert (now.certainty, now.origin.line) == (Certainty.EXACT, then.origin.line + 2)
    assert edited.splitlines()[now.origin.line - 1][now.origin.column - 1 :].startswith("words")


def test_a_place_whose_line_is_gone_is_lost_and_says_where_it_was(
    project: Path, report: tuple[Stretch, ...], tmp_path: Path
) -> None:
    then = placed(report, SENTENCE, "words")
    (now,) = carried([then], project, tmp_path)
    assert (now.certainty, now.origin) == (Certainty.LOST, then.origin)
