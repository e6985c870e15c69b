"""PDFs with annotations as Acrobat, Preview, Okular, PDFium and pypdf write them."""

from __future__ import annotations

import ctypes
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
import typst
from lxml import etree
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Highlight, Link, Text
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)
from pypdfium2 import raw

from evidence.review import pdf
from evidence.review.remarks import Kind, Remark, Reply, Returned, UnreadableError

SOURCE = """
#set document(title: "T", keywords: ("a", "build 0123456789ab"))
#set page(width: 420pt, height: 500pt, margin: 60pt)
#set text(size: 11pt, font: "Libertinus Serif", lang: "en")
#set par(leading: 0.7em)
= Heading

The quick brown fox jumps over the lazy dog and office staff find it efficient. Another sentence
stands here, long enough to go on over the end of a line, well-known as a way to fill pages.

#box(width: 90pt, text(hyphenate: true)[Internationalisation and responsibility and a self-evident])

#link("https://example.org/a-rather-long-address/that-goes-on/over-the-end-of-its-line/and-on")

#table(columns: (90pt, 90pt), [Row one long enough to need two lines], [value of the first row],
  [Row two], [second value])
#pagebreak()
#columns(2)[
  Left column begins here and says something at some length, so that it has lines.
  #colbreak()
  Right column begins there and has as many lines as its neighbour has, or more.
]
#pagebreak()
#rect(width: 50pt, height: 50pt)
"""

# How programs order the corners of what is marked: left 0, lower 1, right 2, upper edge 3.
ORDERS = {
    "acrobat": (0, 3, 2, 3, 0, 1, 2, 1),
    "specification": (0, 1, 2, 1, 2, 3, 0, 3),
    "okular": (0, 1, 2, 1, 0, 3, 2, 3),
    "clockwise": (2, 1, 0, 1, 0, 3, 2, 3),
}

Box = tuple[float, float, float, float]
Place = Callable[..., list[Box]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages: lines and a table, two columns, and one without text."""
    folder = tmp_path_factory.mktemp("pdf")
    (folder / "t.typ").write_text(SOURCE, "utf-8")
    path = folder / "plain.pdf"
    typst.compile(folder / "t.typ", output=path, ignore_system_fonts=True, pdf_standards=["ua-1"])
    return path


@pytest.fixture(scope="module")
def place(plain: Path) -> Place:
    """Find the boxes of words that follow each other, by another program than is tested."""
    command = ["pdftotext", "-bbox", str(plain), "-"]
    found = subprocess.run(command, check=True, capture_output=True).stdout
    root = etree.fromstring(found)
    pages = []
    for page in root.iterfind(".//{*}page"):
        height = float(page.attrib["height"])
        words = []
        for word in page.iterfind("{*}word"):
            left, top, right, bottom = (
                float(word.attrib[n]) for n in ("xMin", "yMin", "xMax", "yMax")
            )
            words.append((word.text, (left, height - bottom, right, height - top)))
        pages.append(words)

    def boxes(words: str, page: int = 0) -> list[Box]:
        wanted = words.split()
        listed = pages[page]
        for at in range(len(listed)):
            if [word for word, _ in listed[at : at + len(wanted)]] == wanted:
                return [box for _, box in listed[at : at + len(wanted)]]
        raise AssertionError(f"{words} not in {[word for word, _ in listed]}")

    return boxes


def value(thing: object) -> PdfObject:
    """Make a PDF's object of Python's; text that begins with a slash is a name."""
    if isinstance(thing, PdfObject):
        return thing
    if isinstance(thing, str):
        return NameObject(thing) if thing.startswith("/") else TextStringObject(thing)
    if isinstance(thing, int):
        return NumberObject(thing)
    if isinstance(thing, float):
        return FloatObject(thing)
    if isinstance(thing, Mapping):
        return DictionaryObject({NameObject(key): value(item) for key, item in thing.items()})
    assert isinstance(thing, Sequence)
    return ArrayObject(map(value, thing))


def entry(subtype: str, *boxes: Box, order: str = "acrobat", **more: Any) -> dict[str, object]:
    """Make an annotation over boxes, its corners in the order of a program."""
    made: dict[str, object] = {"/Type": "/Annot", "/Subtype": f"/{subtype}"}
    if boxes:
        lefts, lows, rights, highs = zip(*boxes, strict=True)
        made["/Rect"] = [min(lefts), min(lows), max(rights), max(highs)]
        if subtype in ("Highlight", "Underline", "Squiggly", "StrikeOut"):
            made["/QuadPoints"] = [box[n] for box in boxes for n in ORDERS[order]]
    return made | {f"/{key}": item for key, item in more.items()}


class Annotated:
    """A PDF to which annotations are added."""

    def __init__(self, plain: Path, path: Path) -> None:
        self.path = path
        self.writer = PdfWriter(clone_from=plain)

    def add(self, made: Mapping[str, object], page: int = 0) -> PdfObject:
        """Add an annotation; return a reference to it."""
        reference = self.writer._add_object(value(made))
        kept = self.writer.pages[page]
        kept.setdefault(NameObject("/Annots"), ArrayObject())
        kept["/Annots"].append(reference)  # type: ignore[attr-defined]
        return reference

    def read(self, **encryption: Any) -> Returned:
        if encryption:
            self.writer.encrypt(**encryption)
        self.writer.write(self.path)
        return pdf.read(self.path)


@pytest.fixture
def annotated(plain: Path, tmp_path: Path) -> Annotated:
    return Annotated(plain, tmp_path / "returned.pdf")


def words(returned: Returned, remark: Remark) -> str:
    return returned.passages[remark.passage].text[remark.start : remark.end]


def only(returned: Returned) -> tuple[Remark, str]:
    (remark,) = returned.remarks
    return remark, words(returned, remark)


# The text of the pages


def test_lines_are_joined_as_a_person_reads_them(plain: Path) -> None:
    first, second, third = pdf.read(plain).passages
    assert (first.kind, first.page, second.page) == ("page", 1, 2)
    assert first.text.startswith("Heading The quick brown fox jumps over the lazy dog and office")
    assert "Another sentence stands here, long enough to go on over the end of a line" in first.text
    assert "line, well-known as a way to fill pages." in first.text
    assert "Internationalisation and responsibility and a self-evident" in first.text
    assert (
        "https://example.org/a-rather-long-address/that-goes-on/over-the-end-of-its-line/and-on"
        in first.text
    )
    assert "\n" not in first.text
    assert third.text == ""


def test_cells_and_columns_stay_together(plain: Path) -> None:
    first, second, _ = pdf.read(plain).passages
    assert first.text.endswith(
        "Row one long enough to need two lines value of the first row Row two second value"
    )
    assert second.text == (
        "Left column begins here and says something at some length, so that it has lines. "
        "Right column begins there and has as many lines as its neighbour has, or more."
    )


# What is marked


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("subtype", ["Highlight", "Underline", "Squiggly", "StrikeOut"])
def test_a_mark_is_about_exactly_its_words(
    annotated: Annotated, place: Place, subtype: str, order: str
) -> None:
    boxes = place("brown fox jumps")
    whole = (boxes[0][0], boxes[0][1], boxes[-1][2], boxes[0][3])
    annotated.add(entry(subtype, whole, order=order))
    remark, said = only(annotated.read())
    # What is struck out takes a space with it.
    assert said.strip() == "brown fox jumps"
    assert (said[0] == " ") is (subtype == "StrikeOut")
    assert remark.kind is (Kind.DELETION if subtype == "StrikeOut" else Kind.HIGHLIGHT)
    assert (remark.says, remark.author, remark.when) == ("", "", "")


def test_a_mark_covers_several_lines_and_the_space_around_its_words(
    annotated: Annotated, place: Place
) -> None:
    boxes = place("find it efficient. Another sentence stands")
    assert len({box[1] for box in boxes}) == 2
    annotated.add(entry("Highlight", *((a - 1.5, b, c + 1.5, d) for a, b, c, d in boxes)))
    assert only(annotated.read())[1] == "find it efficient. Another sentence stands"


def test_a_part_of_a_word_is_marked_with_a_ligature_in_it(
    annotated: Annotated, place: Place
) -> None:
    ((left, low, right, high),) = place("office")
    annotated.add(entry("Highlight", (left, low, right - (right - left) / 4, high)))
    assert only(annotated.read())[1] in ("offi", "offic")


def test_a_broken_word_is_whole(annotated: Annotated, place: Place) -> None:
    boxes = place("Internationalisation and responsibility")
    annotated.add(entry("Highlight", *boxes))
    assert only(annotated.read())[1].startswith("Internationalisation and responsibility")


def test_a_mark_of_a_cell_and_of_a_column(annotated: Annotated, place: Place) -> None:
    annotated.add(entry("Highlight", *place("second value")))
    annotated.add(entry("Highlight", *place("column begins there", 1)), 1)
    returned = annotated.read()
    assert [words(returned, remark) for remark in returned.remarks] == [
        "second value",
        "column begins there",
    ]


def test_of_a_column_across_rows_only_what_is_marked_is_struck_out(
    annotated: Annotated, place: Place
) -> None:
    column = [*place("Row one long"), *place("Row two")]
    annotated.add(entry("StrikeOut", *column, Contents="Why?"))
    annotated.add(entry("Highlight", *column))
    returned = annotated.read()
    assert [(words(returned, remark), remark.says) for remark in returned.remarks] == [
        (" Row one long", "Why?"),
        ("Row one long", ""),
        (" Row two", ""),
    ]


def test_a_comma_between_marked_words_does_not_part_them(
    annotated: Annotated, place: Place
) -> None:
    (before, (left, low, right, high), after) = place("of a line, well-known")[1:]
    annotated.add(entry("StrikeOut", before, (left, low, right - 4, high), after))
    assert only(annotated.read())[1] == " a line, well-known"


def test_a_mark_with_text_is_a_comment_and_a_deletion_says_why(
    annotated: Annotated, place: Place
) -> None:
    annotated.add(entry("Underline", *place("quick"), Contents="Fast?", T="Ann"))
    annotated.add(entry("StrikeOut", *place("lazy"), Contents="Not so", T="Bo"))
    comment, deletion = annotated.read().remarks
    assert (comment.kind, comment.says, comment.author) == (Kind.COMMENT, "Fast?", "Ann")
    assert (deletion.kind, deletion.says, deletion.author) == (Kind.DELETION, "Not so", "Bo")


def test_text_that_only_repeats_the_marked_words_says_nothing(
    annotated: Annotated, place: Place
) -> None:
    annotated.add(entry("Highlight", *place("brown fox"), Contents="brown\r\nfox "))
    remark, _ = only(annotated.read())
    assert (remark.kind, remark.says) == (Kind.HIGHLIGHT, "")


def test_a_mark_without_corners_goes_by_its_rectangle(annotated: Annotated, place: Place) -> None:
    made = entry("Highlight", *place("lazy dog"))
    made["/QuadPoints"] = [1.0, 2.0, 3.0]
    annotated.add(made)
    assert only(annotated.read())[1] == "lazy dog"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_may_be_turned_and_cropped(annotated: Annotated, place: Place, turn: int) -> None:
    ((left, low, right, high),) = place("jumps")
    annotated.add(entry("Highlight", (left, low, right, high)))
    annotated.add(entry("Caret", (right - 4, low - 4, right + 4, low + 4), Contents="high"))
    page = annotated.writer.pages[0]
    page.cropbox = RectangleObject((20, 30, 400, 480))
    page.rotate(turn)
    returned = annotated.read()
    mark = next(remark for remark in returned.remarks if remark.kind is Kind.HIGHLIGHT)
    assert words(returned, mark) == "jumps"
    if turn == 0:
        assert returned.remarks[1].start == mark.end


# Insertions and replacements


@pytest.mark.parametrize("below", [True, False])
def test_an_insertion_mark_points_between_words(
    annotated: Annotated, place: Place, below: bool
) -> None:
    ((_, low, right, high),) = place("fox")
    top = low + 3 if below else high
    annotated.add(entry("Caret", (right - 5, top - 11, right + 5, top), Contents=" really"))
    returned = annotated.read()
    remark, said = only(returned)
    assert (remark.kind, remark.says, said) == (Kind.INSERTION, " really", "")
    assert returned.passages[0].text[: remark.start].endswith("brown fox")


@pytest.mark.parametrize(
    ("at", "typed", "inserted"),
    [
        ("fox end", "really", " really"),
        ("fox end", "really ", "really "),
        ("fox end", ", really", ", really"),
        ("fox end", "-like", "-like"),
        ("fox end", "(red)", " (red)"),
        ("fox start", "red", "red "),
        ("fox start", "red,", "red, "),
        ("fox start", "sub-", "sub-"),
        ("line, end", "really", " really"),
        ("fox middle", "e", "e"),
        ("fox end", " ", " "),
    ],
)
def test_new_words_get_the_space_that_is_taken_for_granted(
    annotated: Annotated, place: Place, at: str, typed: str, inserted: str
) -> None:
    word, side = at.split()
    ((left, low, right, high),) = place(word)
    x = {"start": left, "middle": (left + right) / 2, "end": right}[side]
    annotated.add(entry("Caret", (x - 5, low, x + 5, high), Contents=typed))
    returned = annotated.read()
    (remark,) = returned.remarks
    assert (remark.kind, remark.says) == (Kind.INSERTION, inserted)
    text = returned.passages[0].text
    assert "  " not in text[: remark.start].rstrip() + remark.says.strip() + text[remark.end :]


@pytest.mark.parametrize(
    ("struck", "rest"),
    [
        ("The", "Heading quick"),
        ("Heading", "The quick"),
        ("lazy", "over the dog and"),
        ("efficient.", "find it Another"),
    ],
)
def test_no_space_is_left_over_where_words_are_struck_out(
    annotated: Annotated, place: Place, struck: str, rest: str
) -> None:
    annotated.add(entry("StrikeOut", *place(struck)))
    returned = annotated.read()
    (remark,) = returned.remarks
    text = returned.passages[0].text
    left = text[: remark.start] + text[remark.end :]
    assert rest in left
    assert not left.startswith(" ")


def test_the_stop_stays_where_the_last_word_is_struck_out(
    annotated: Annotated, place: Place
) -> None:
    ((left, low, right, high),) = place("pages.")
    annotated.add(entry("StrikeOut", (left, low, right - 3, high)))
    assert only(annotated.read())[1] == " pages"


def test_an_insertion_mark_without_text_is_no_insertion(annotated: Annotated, place: Place) -> None:
    annotated.add(entry("Caret", *place("fox")))
    assert only(annotated.read())[0].says == "drawn: caret"


@pytest.mark.parametrize("leads", ["Caret", "StrikeOut"])
@pytest.mark.parametrize("where", ["Caret", "StrikeOut"])
def test_text_replaced_as_acrobat_does_it(
    annotated: Annotated, place: Place, leads: str, where: str
) -> None:
    (box,) = place("lazy")
    caret = (box[2] - 4, box[1] - 6, box[2] + 4, box[1] + 3)
    made = {
        "Caret": entry("Caret", caret, IT="/Replace", T="Ann", RD=[0.5, 0.5, 0.5, 0.5]),
        "StrikeOut": entry("StrikeOut", box, IT="/StrikeOutTextEdit", T="Ann"),
    }
    made[where]["/Contents"] = "sleepy"
    first = annotated.add(made.pop(leads))
    (other,) = made.values()
    annotated.add({**other, "/IRT": first, "/RT": "/Group"})
    annotated.add(entry("Text", box, Contents="Yes.", T="Bo", IRT=first, F=30))
    remark, said = only(annotated.read())
    assert (remark.kind, said, remark.says) == (Kind.REPLACEMENT, "lazy", "sleepy")
    assert remark.replies == (Reply("Bo", "", "Yes."),)


def test_a_replacement_keeps_what_is_said_of_the_deletion(
    annotated: Annotated, place: Place
) -> None:
    caret = annotated.add(entry("Caret", *place("lazy"), Contents="sleepy"))
    annotated.add(
        entry("StrikeOut", *place("lazy"), Contents="Rude", T="Ann", IRT=caret, RT="/Group")
    )
    remark, _ = only(annotated.read())
    assert (remark.kind, remark.says) == (Kind.REPLACEMENT, "sleepy")
    assert remark.replies == (Reply("Ann", "", "Rude"),)


def test_what_marks_nothing_changes_nothing(annotated: Annotated, place: Place) -> None:
    nowhere = (300.0, 5.0, 340.0, 20.0)
    annotated.add(entry("StrikeOut", nowhere))
    annotated.add(entry("Caret", nowhere, Contents="more"))
    caret = annotated.add(entry("Caret", nowhere, Contents="other"))
    annotated.add(entry("StrikeOut", nowhere, IRT=caret, RT="/Group"))
    annotated.add(entry("Caret", (300, 250, 310, 260), Contents="more"), 2)
    remarks = annotated.read().remarks
    assert {remark.kind for remark in remarks} == {Kind.COMMENT}
    assert sorted(remark.says for remark in remarks) == [
        "drawn: strikeout",
        "more",
        "more",
        "other",
    ]


def test_of_what_is_grouped_else_each_part_is_told(annotated: Annotated, place: Place) -> None:
    first = annotated.add(entry("Highlight", *place("quick"), Contents="One"))
    annotated.add(entry("Square", *place("lazy"), IRT=first, RT="/Group"))
    assert [remark.says for remark in annotated.read().remarks] == ["One", "drawn: square"]


# Notes and drawings


def test_a_note_is_about_the_word_under_its_icon(annotated: Annotated, place: Place) -> None:
    ((left, low, right, high),) = place("jumps")
    x, y = (left + right) / 2, (low + high) / 2
    annotated.add(entry("Text", (x, y - 20, x + 20, y), Contents="Does it?", Name="/Comment"))
    remark, said = only(annotated.read())
    assert (remark.kind, said, remark.says) == (Kind.COMMENT, "jumps", "Does it?")


def test_a_note_in_the_margin_is_about_the_line_beside_it(
    annotated: Annotated, place: Place
) -> None:
    ((_, low, _, high),) = place("pages.")
    middle = (low + high) / 2
    for left in (20, 380):
        annotated.add(entry("Text", (left, middle - 10, left + 20, middle + 10), Contents="x"))
    returned = annotated.read()
    last = returned.remarks[-1]
    assert words(returned, last) == "pages."
    (first,) = place("over the end of a line,")[:1]
    assert first[1] == low
    assert words(returned, returned.remarks[0]) == "over"


def test_a_text_box_is_about_what_its_line_leads_to(annotated: Annotated, place: Place) -> None:
    ((left, low, _, _),) = place("fox")
    annotated.add(
        entry(
            "FreeText", (300.0, 5.0, 400.0, 25.0), Contents="Which?", IT="/FreeTextCallout",
            CL=[left + 2, low + 2, 350.0, 60.0, 350.0, 25.0],
        )
    )  # fmt: skip
    annotated.add(entry("FreeText", (60.0, 480.0, 100.0, 495.0), Contents="Title?"))
    returned = annotated.read()
    assert [words(returned, remark) for remark in returned.remarks] == ["Heading", "fox"]
    assert {remark.kind for remark in returned.remarks} == {Kind.COMMENT}


@pytest.mark.parametrize(
    ("subtype", "more", "says"),
    [
        ("Square", {}, "drawn: square"),
        ("Circle", {"Contents": "This."}, "This."),
        ("Ink", {}, "drawn: ink"),
        ("PolyLine", {}, "drawn: polyline"),
        ("Line", {}, "drawn: line"),
        ("Stamp", {"Name": "/Approved"}, "stamp: Approved"),
        ("Stamp", {}, "drawn: stamp"),
        ("FileAttachment", {"FS": {"/F": "old.txt", "/UF": "näw.txt"}}, "attached: näw.txt"),
        ("FileAttachment", {}, "attached: a file"),
        ("Novelty", {}, "drawn: novelty"),
    ],
)
def test_drawings_are_about_the_words_inside(
    annotated: Annotated, place: Place, subtype: str, more: Mapping[str, Any], says: str
) -> None:
    annotated.add(entry(subtype, *place("fox"), **more))
    remark, said = only(annotated.read())
    assert (remark.kind, said, remark.says) == (Kind.COMMENT, "fox", says)


def test_links_fields_and_pop_ups_are_no_remarks(annotated: Annotated, place: Place) -> None:
    for subtype in ("Link", "Widget", "Popup"):
        annotated.add(entry(subtype, *place("fox"), Contents="x"))
    assert annotated.read().remarks == ()


# Answers and states


def test_answers_belong_to_what_they_answer_in_the_end(annotated: Annotated, place: Place) -> None:
    box = place("fox")
    first = annotated.add(entry("Highlight", *box, Contents="Which fox?", T="Ann"))
    reply = annotated.add(
        entry("Text", *box, Contents="The red one.", T="Bo", IRT=first, RT="/R",
              M="D:20261127101112+01'00'")
    )  # fmt: skip
    annotated.add(entry("Text", *box, Contents="Ah.", T="Ann", IRT=reply))
    remark, _ = only(annotated.read())
    assert remark.replies == (
        Reply("Bo", "2026-11-27T10:11:12+01:00", "The red one."),
        Reply("Ann", "", "Ah."),
    )
    assert not remark.resolved


@pytest.mark.parametrize(
    ("states", "resolved"),
    [
        ([("Review", "Accepted")], True),
        ([("Review", "Completed")], True),
        ([("Marked", "Marked")], True),
        ([("Review", "Rejected")], False),
        ([("Review", "Accepted"), ("Review", "None")], False),
        ([("Marked", "Unmarked"), ("Review", "Accepted")], True),
    ],
)
def test_a_state_resolves_and_is_no_answer(
    annotated: Annotated, place: Place, states: Sequence[tuple[str, str]], resolved: bool
) -> None:
    last = annotated.add(entry("Text", *place("fox"), Contents="Which?"))
    for model, state in states:
        last = annotated.add(
            entry("Text", *place("fox"), Contents=f"{state} set by Ann", T="Ann", IRT=last,
                  StateModel=model, State=state, F=30)
        )  # fmt: skip
    remark, _ = only(annotated.read())
    assert (remark.replies, remark.resolved) == ((), resolved)


def test_an_answer_to_what_is_gone_stands_for_itself(annotated: Annotated, place: Place) -> None:
    gone = annotated.writer._add_object(value(entry("Text", *place("fox"))))
    annotated.add(entry("Text", *place("fox"), Contents="Yes", IRT=gone))
    assert only(annotated.read())[0].says == "Yes"


def test_an_answer_may_name_what_it_answers(annotated: Annotated, place: Place) -> None:
    annotated.add(entry("Text", *place("fox"), Contents="Yes", IRT="one"))
    annotated.add(entry("Text", *place("fox"), Contents="So?", NM="one"))
    assert only(annotated.read())[0].replies == (Reply("", "", "Yes"),)


def test_answers_in_a_circle_are_not_lost(annotated: Annotated, place: Place) -> None:
    made = [entry("Text", *place("fox"), Contents=str(n)) for n in range(3)]
    references = [annotated.add(one) for one in made]
    for n, reference in enumerate(references):
        reference.get_object()[NameObject("/IRT")] = references[n - 1]  # type: ignore[index]
    remark, _ = only(annotated.read())
    assert {remark.says, *(reply.says for reply in remark.replies)} == {"0", "1", "2"}


# Who, when, what


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("D:20261127101112+01'00'", "2026-11-27T10:11:12+01:00"),
        ("D:20261127101112-03'30", "2026-11-27T10:11:12-03:30"),
        ("D:20261127101112Z", "2026-11-27T10:11:12Z"),
        ("D:20261127101112Z00'00'", "2026-11-27T10:11:12Z"),
        ("20261127101112", "2026-11-27T10:11:12"),
        ("D:202611271011", "2026-11-27T10:11:00"),
        ("D:20261127", "2026-11-27"),
        ("D:2026", "2026"),
        ("D:20261399", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_times_are_told_with_their_zone(
    annotated: Annotated, place: Place, date: str, iso: str
) -> None:
    annotated.add(entry("Text", *place("fox"), Contents="x", M=date))
    assert only(annotated.read())[0].when == iso


def test_the_time_of_the_last_change_comes_before_that_of_the_first(
    annotated: Annotated, place: Place
) -> None:
    annotated.add(entry("Text", *place("quick"), CreationDate="D:2025", M="D:2026"))
    annotated.add(entry("Text", *place("lazy"), CreationDate="D:2025", M="now"))
    assert [remark.when for remark in annotated.read().remarks] == ["2026", "2025"]


def test_rich_text_stands_in_for_plain(annotated: Annotated, place: Place) -> None:
    rich = (
        '<?xml version="1.0" encoding="UTF-16"?><body xmlns="http://www.w3.org/1999/xhtml">'
        '<p dir="ltr"><span style="x">Näme</span> the <b>fox</b></p><p>Please</p></body>'
    )
    annotated.add(entry("Highlight", *place("fox"), RC=rich, Contents=" "))
    stream = StreamObject()
    stream.set_data(b"<body><p>In a stream")
    annotated.add(entry("Highlight", *place("lazy"), RC=annotated.writer._add_object(stream)))
    says = [remark.says for remark in annotated.read().remarks]
    assert says == ["Näme the fox\nPlease", "In a stream"]


def test_rich_text_reads_no_other_file(annotated: Annotated, place: Place, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", "utf-8")
    rich = (
        f'<!DOCTYPE p [<!ENTITY s SYSTEM "file://{tmp_path}/secret">'
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>x&s;&b;</p>'
    )
    annotated.add(entry("Text", *place("fox"), RC=rich))
    says = only(annotated.read())[0].says
    assert says.startswith("x")
    assert "SECRET" not in says
    assert "aaaa" not in says


# As programs write them


def test_as_preview_writes_it(annotated: Annotated, place: Place) -> None:
    boxes = place("brown fox")
    extras = {"/AAPL:AKPDFAnnotationDictionary": {"/Subtype": "/Highlight", "/Contents": "x"}}
    (mark,) = [
        entry("Highlight", *boxes, order="acrobat", Contents="", T="Ann Other", F=4,
              M="D:20261127101112Z00'00'", C=[0.98, 0.8, 0.2])
    ]  # fmt: skip
    mark["/AAPL:AKExtras"] = extras
    highlight = annotated.add(mark)
    # Preview adds a note to a highlight as a pop-up, and a sticky note as a big square icon.
    annotated.add(entry("Popup", (400.0, 300.0, 420.0, 320.0), Parent=highlight, Open=False))
    returned = annotated.read()
    remark, said = only(returned)
    assert (said, remark.kind) == ("brown fox", Kind.HIGHLIGHT)
    assert (remark.author, remark.when) == ("Ann Other", "2026-11-27T10:11:12Z")


def test_as_okular_writes_it(annotated: Annotated, place: Place) -> None:
    (box,) = place("efficient.")
    annotated.add(
        entry("Highlight", box, order="okular", Contents="say so", T="Bo", NM="", CA=1, F=4,
              M="D:20261127202855Z", CreationDate="D:20261127202855Z", Border=[0, 0, 1])
    )  # fmt: skip
    annotated.add(entry("Text", box, Contents="sticky", T="Bo", NM="", Border=[0, 0, 1]))
    returned = annotated.read()
    assert [words(returned, remark) for remark in returned.remarks] == ["efficient."] * 2
    assert [remark.says for remark in returned.remarks] == ["say so", "sticky"]


def test_as_pypdf_writes_it(plain: Path, place: Place, tmp_path: Path) -> None:
    ((left, low, right, high),) = place("jumps")
    corners = ArrayObject(map(FloatObject, (left, high, right, high, left, low, right, low)))
    writer = PdfWriter(clone_from=plain)
    box = (left, low, right, high)
    writer.add_annotation(0, Highlight(rect=box, quad_points=corners))
    writer.add_annotation(0, Text(rect=box, text="Does it?", title_bar="Ann"))
    writer.add_annotation(0, FreeText(rect=box, text="Jump!"))
    writer.add_annotation(0, Link(rect=box, url="https://example.org"))
    writer.write(tmp_path / "returned.pdf")
    returned = pdf.read(tmp_path / "returned.pdf")
    assert {words(returned, remark) for remark in returned.remarks} == {"jumps"}
    assert [remark.says for remark in returned.remarks] == ["", "Does it?", "Jump!"]


def test_as_pdfium_writes_it(plain: Path, place: Place, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(plain)
    page = document[0]
    ((left, low, right, high),) = place("jumps")
    made = raw.FPDFPage_CreateAnnot(page.raw, raw.FPDF_ANNOT_SQUIGGLY)
    raw.FPDFAnnot_SetRect(made, raw.FS_RECTF(left, high, right, low))
    corners = raw.FS_QUADPOINTSF(left, high, right, high, left, low, right, low)
    assert raw.FPDFAnnot_AppendAttachmentPoints(made, corners)
    said = ctypes.create_string_buffer("Does it?\0".encode("utf-16-le"))
    wide = ctypes.cast(said, raw.FPDF_WIDESTRING)
    assert raw.FPDFAnnot_SetStringValue(made, b"Contents", wide)
    raw.FPDFPage_CloseAnnot(made)
    document.save(tmp_path / "returned.pdf")
    document.close()
    remark, marked = only(pdf.read(tmp_path / "returned.pdf"))
    assert (remark.kind, marked, remark.says) == (Kind.COMMENT, "jumps", "Does it?")


# The build


def test_the_build_stands_in_the_keywords_where_the_title_page_is_gone(
    plain: Path, annotated: Annotated
) -> None:
    assert "0123456789ab" not in pdf.read(plain).passages[0].text
    assert annotated.read().fingerprint == "0123456789ab"


def test_the_build_stands_in_the_metadata_stream_too(annotated: Annotated) -> None:
    annotated.writer.metadata = None
    assert annotated.read().fingerprint == "0123456789ab"


def test_the_build_stands_on_the_title_page(tmp_path: Path) -> None:
    (tmp_path / "t.typ").write_text("Build ba9876543210, of the text", "utf-8")
    typst.compile(tmp_path / "t.typ", output=tmp_path / "t.pdf")
    assert pdf.read(tmp_path / "t.pdf").fingerprint == "ba9876543210"


def test_a_pdf_of_somebody_else_has_no_build(tmp_path: Path) -> None:
    (tmp_path / "t.typ").write_text("Nothing", "utf-8")
    typst.compile(tmp_path / "t.typ", output=tmp_path / "t.pdf")
    assert pdf.read(tmp_path / "t.pdf").fingerprint == ""


# What can't be read, or is meant to harm


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    for data, message in (
        (b"", "is empty"),
        (b"PK\3\4 a Word file", "is not a PDF"),
        (b"%PDF-1.7\n%%EOF", "is damaged"),
        (b"%PDF-1.7\nnonsense", "is cut off"),
    ):
        path.write_bytes(data)
        with pytest.raises(UnreadableError, match=message):
            pdf.read(path)
    with pytest.raises(UnreadableError, match="can't be read: No such file"):
        pdf.read(tmp_path / "none.pdf")
    with pytest.raises(UnreadableError, match="can't be read: Is a directory"):
        pdf.read(tmp_path)


def test_a_password_is_asked_for(annotated: Annotated) -> None:
    with pytest.raises(UnreadableError, match="is encrypted; open it with its password"):
        annotated.read(user_password="secret", algorithm="RC4-128")


def test_a_password_that_only_forbids_changes_hinders_nobody(
    annotated: Annotated, place: Place
) -> None:
    annotated.add(entry("Text", *place("fox"), Contents="Which?", T="Änn"))
    returned = annotated.read(user_password="", owner_password="secret", algorithm="RC4-128")
    remark, said = only(returned)
    assert (remark.says, remark.author, said) == ("Which?", "Änn", "fox")


def test_a_file_cut_off_is_not_read_as_if_it_were_whole(
    annotated: Annotated, place: Place, plain: Path, tmp_path: Path
) -> None:
    # An update at the end of the file holds the annotations, as viewers write them.
    whole = plain.read_bytes()
    path = tmp_path / "cut.pdf"
    for data in (whole[: len(whole) // 2], whole + b"\n900 0 obj\n<< /Type /Annot"):
        path.write_bytes(data)
        with pytest.raises(UnreadableError, match="is cut off"):
            pdf.read(path)
    path.write_bytes(whole + b"\n-- sent by mail")
    assert pdf.read(path).passages


def test_a_broken_table_of_contents_is_mended(annotated: Annotated, place: Place) -> None:
    annotated.add(entry("Text", *place("fox"), Contents="Which?"))
    annotated.read()
    data = annotated.path.read_bytes()
    start = re.search(rb"startxref\s+(\d+)", data)
    assert start
    annotated.path.write_bytes(data.replace(start[1], b"7" * len(start[1])))
    assert only(pdf.read(annotated.path))[1] == "fox"


def test_of_an_annotation_that_is_damaged_is_told_that_it_was_there(
    annotated: Annotated, place: Place
) -> None:
    annotated.add(entry("Text", *place("fox"), Contents="Which?"))
    annotated.add(entry("Text", *place("fox"), Contents="Whose?", Name="/Help"))
    annotated.read()
    data = annotated.path.read_bytes()
    start = data.rindex(b" obj", 0, data.index(b"/Help"))
    annotated.path.write_bytes(data[:start] + b" ojb" + data[start + 4 :])
    says = {remark.says for remark in pdf.read(annotated.path).remarks}
    assert says == {
        "Which?",
        "what stood here can't be read: this part of the file is damaged",
    }


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("_MOST_PAGES", "has 3 pages"),
        ("_MOST_CHARACTERS", "more than 1 characters"),
        ("_MOST_ANNOTATIONS", "more than 1 annotations"),
        ("_MOST_BYTES", "is larger than"),
    ],
)
def test_limits_are_told(
    annotated: Annotated, place: Place, monkeypatch: pytest.MonkeyPatch, limit: str, message: str
) -> None:
    for _ in range(2):
        annotated.add(entry("Text", *place("fox")))
    monkeypatch.setattr(pdf, limit, 1)
    with pytest.raises(UnreadableError, match=message):
        annotated.read()


def test_ten_thousand_annotations_are_all_told(annotated: Annotated, place: Place) -> None:
    box = place("fox")
    for number in range(10_000):
        annotated.add(entry("Highlight", *box, Contents=str(number)))
    returned = annotated.read()
    assert {remark.says for remark in returned.remarks} == {*map(str, range(10_000))}
    assert {words(returned, remark) for remark in returned.remarks} == {"fox"}


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"/Subtype": "/Text"},
        {"/Subtype": 5, "/Contents": "x"},
        {"/Subtype": "/Highlight", "/Rect": [1, 2, 3]},
        {"/Subtype": "/Highlight", "/QuadPoints": "all"},
        {"/Subtype": "/Highlight", "/QuadPoints": ["a"] * 8},
        {"/Subtype": "/Highlight", "/QuadPoints": [1e38, -1e38] * 4},
        {"/Subtype": "/Highlight", "/Rect": [-900, -900, -800, -800]},
        {"/Subtype": "/Caret", "/Rect": [9000, 9000, 9001, 9001], "/Contents": "x"},
        {"/Subtype": "/Text", "/Rect": [5, 5, 5, 5], "/T": ["no", "text"], "/M": 2026},
        {"/Subtype": "/Stamp", "/Rect": NullObject(), "/Name": 5},
        {"/Subtype": "/FreeText", "/IT": "/FreeTextCallout", "/CL": [1], "/IRT": 7},
        {"/Subtype": "/StrikeOut", "/RC": "<<<&&&", "/IRT": NullObject(), "/RT": "/Group"},
    ],
)
@pytest.mark.parametrize("page", [0, 2])
def test_what_is_incomplete_or_off_the_page_is_not_lost(
    annotated: Annotated, made: Mapping[str, object], page: int
) -> None:
    annotated.add(made, page)
    returned = annotated.read()
    remark, _ = only(returned)
    assert remark.passage == page
    assert 0 <= remark.start <= remark.end <= len(returned.passages[page].text)


def test_what_is_no_annotation_is_passed_over(annotated: Annotated, place: Place) -> None:
    reference = annotated.add(entry("Text", *place("fox"), Contents="Which?"))
    listed = annotated.writer.pages[0]["/Annots"]
    listed += [reference, NullObject(), NumberObject(3), value("x")]  # type: ignore[operator]
    annotated.writer.pages[1][NameObject("/Annots")] = NumberObject(3)
    assert only(annotated.read())[0].says == "Which?"


def test_control_characters_are_taken_out(annotated: Annotated, place: Place) -> None:
    text = "a\x1b[31m\0b\rc\r\nd\x9be\td"
    annotated.add(entry("Text", *place("fox"), Contents=text, T="A\nnn\x07"))
    remark, _ = only(annotated.read())
    assert (remark.says, remark.author) == ("a[31mb\nc\nde\td", "A nn")


def test_bytes_that_are_no_text_are_read_as_far_as_they_go(
    annotated: Annotated, place: Place
) -> None:
    made = value(entry("Text", *place("fox")))
    assert isinstance(made, DictionaryObject)
    made[NameObject("/Contents")] = pypdf.generic.ByteStringObject(b"\xfe\xff\xd8\x00\x00a")
    annotated.add(made)
    remark, _ = only(annotated.read())
    remark.says.encode()
