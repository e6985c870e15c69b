"""Word files that come back: as Word writes them, by python-docx, and by LibreOffice."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from evidence.review.remarks import Kind, Remark, Reply, Returned
from evidence.review.word import mark_of, read
from tests.unit.review.word_files import (
    BY,
    WHEN,
    comment,
    gone,
    ins,
    on,
    p,
    r,
    row,
    table,
    write,
)

CHANGED = f"<w:rPrChange {BY}><w:rPr><w:b/></w:rPr></w:rPrChange>"


def about(returned: Returned, remark: Remark) -> str:
    """Return the words that a remark is about, with "¶" where a passage ends."""
    texts = [passage.text for passage in returned.passages]
    if remark.last < 0:
        return texts[remark.passage][remark.start : remark.end]
    between = texts[remark.passage + 1 : remark.last]
    first, last = texts[remark.passage][remark.start :], texts[remark.last][: remark.end]
    return "¶".join([first, *between, last])


def told(returned: Returned) -> list[tuple[str, str, str]]:
    """Return kind, words and saying of each remark."""
    return [(str(each.kind), about(returned, each), each.says) for each in returned.remarks]


def texts(returned: Returned) -> list[str]:
    return [passage.text for passage in returned.passages]


# Comments ----------------------------------------------------------------------------------------


def test_a_comment_has_its_words_and_says_who_and_when(tmp_path: Path) -> None:
    body = p("Children ", on(0, "do better"), " here.")
    returned = read(write(tmp_path / "a.docx", body, comments=comment(0, "Which?", "All?")))
    (remark,) = returned.remarks
    assert returned.passages[remark.passage].text == "Children do better here."
    assert about(returned, remark) == "do better"
    expected = (Kind.COMMENT, "Ada", WHEN, "Which?\nAll?", -1, False, ())
    assert expected == (
        remark.kind, remark.author, remark.when, remark.says, remark.last, remark.resolved,
        remark.replies,
    )  # fmt: skip


def test_python_docx_comments_on_words_cells_and_several_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    one, two = document.add_paragraph("One "), document.add_paragraph("Three.")
    word = one.add_run("two")
    cell = document.add_table(2, 2).cell(1, 1)
    inside = cell.paragraphs[0].add_run("Seven")
    document.add_comment(word, text="A word", author="Ada")
    document.add_comment([word, two.runs[0]], text="Two paragraphs", author="Bela")
    document.add_comment(inside, text="A cell\nof two lines", author="Åsa 🎉")
    document.save(str(tmp_path / "a.docx"))
    returned = read(tmp_path / "a.docx")
    assert told(returned) == [
        ("comment", "two", "A word"),
        ("comment", "two¶Three.", "Two paragraphs"),
        ("comment", "Seven", "A cell\nof two lines"),
    ]
    assert [remark.author for remark in returned.remarks] == ["Ada", "Bela", "Åsa 🎉"]
    cell_passage = returned.passages[returned.remarks[2].passage]
    assert (cell_passage.kind, cell_passage.row) == ("cell", ("", "Seven"))


def test_a_comment_at_a_point(tmp_path: Path) -> None:
    body = p("Before", '<w:r><w:commentReference w:id="0"/></w:r>', " after")
    (remark,) = read(write(tmp_path / "a.docx", body, comments=comment(0, "Here"))).remarks
    assert (remark.start, remark.end) == (6, 6)


def test_a_comment_ends_where_its_words_do(tmp_path: Path) -> None:
    start, end = '<w:commentRangeStart w:id="0"/>', '<w:commentRangeEnd w:id="0"/>'
    comments = comment(0, "All of it")
    bodies = (
        p("a", start) + p("Second.") + p(end, "z"),
        p("a") + start + p("Second.") + end + p("z"),
        p("a") + p(start, "Second.", end) + p("z"),
    )
    for body in bodies:
        returned = read(write(tmp_path / "a.docx", body, comments=comments))
        assert told(returned) == [("comment", "Second.", "All of it")]


def test_no_comment_is_lost(tmp_path: Path) -> None:
    begun, ended = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="2"/>'
    hidden = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + on(4, "CODE")
    comments = "".join(comment(number, f"c{number}") for number in range(6))
    body = p("One", begun, " two") + p("Three", ended) + p(hidden) + p("Four") + p(on(5, ""))
    returned = read(write(tmp_path / "a.docx", body, comments=comments))
    assert sorted(remark.says for remark in returned.remarks) == [f"c{n}" for n in range(6)]
    places = {remark.says: remark for remark in returned.remarks}
    assert places["c1"].passage == 0
    assert returned.passages[places["c0"].passage].text == ""
    assert texts(returned)[:3] == ["One two", "Three", ""]
    assert "Four" in texts(returned)


def test_an_empty_document_keeps_its_comment(tmp_path: Path) -> None:
    returned = read(write(tmp_path / "a.docx", "", comments=comment(0, "Nothing here?")))
    assert [(each.passage, each.says) for each in returned.remarks] == [(0, "Nothing here?")]
    assert read(write(tmp_path / "b.docx", "")).passages == ()


def test_word_says_what_answers_what_and_what_is_done(tmp_path: Path) -> None:
    comments = (
        comment(0, "Why?", "Really?")
        + comment(1, "Because.", author="Bela", when="2026-11-22T10:00:00Z")
        + comment(2, "Oh.", when="2026-11-21T10:00:00Z")
        + comment(3, "Lost its question")
        + comment(4, "Answers itself")
    )
    extended = "".join(
        f'<w15:commentEx w15:paraId="{name}" w15:done="{done}"{above}/>'
        for name, done, above in (
            ("00000002", 1, ""), ("00010001", 1, ' w15:paraIdParent="00000002"'),
            ("00020001", 1, ' w15:paraIdParent="00010001"'), ("99999999", 1, ""),
            ("00030001", 0, ' w15:paraIdParent="77777777"'),
            ("00040001", 0, ' w15:paraIdParent="00040001"'),
        )
    )  # fmt: skip
    body = p(*(on(number, "ab"[number % 2]) for number in range(5)))
    path = write(tmp_path / "a.docx", body, comments=comments, commentsExtended=extended)
    first, lost, own = read(path).remarks
    assert first.says == "Why?\nReally?"
    assert first.resolved
    assert first.replies == (
        Reply("Ada", "2026-11-21T10:00:00Z", "Oh."),
        Reply("Bela", "2026-11-22T10:00:00Z", "Because."),
    )
    assert (lost.says, lost.resolved, own.says) == ("Lost its question", False, "Answers itself")


def test_libreoffice_says_in_words_what_answers_what(tmp_path: Path) -> None:
    comments = (
        comment(0, 'Why "so"?', author="Ada (Oslo)")
        + comment(1, 'Reply to Ada (Oslo) (20/11/2026, 10:00): "Why "so"?"', "Because.", "Yes.")
        + comment(2, 'Antwort an Ada (Oslo) (20.11.2026, 10:00): "Why "so"?"', author="Bela")
        + comment(3, 'Reply to Cy (20/11/2026, 10:00): "Why "so"?"', "Another's")
        + comment(4, 'He said: "Why "so"?"')
    )
    nested = r("words")
    for number in range(5):
        nested = f'<w:commentRangeStart w:id="{number}"/>{nested}'
    for number in range(5):
        nested += (
            f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
        )
    returned = read(write(tmp_path / "a.docx", p(nested), comments=comments))
    first, *others = returned.remarks
    assert [(reply.author, reply.says) for reply in first.replies] == [
        ("Ada", "Because.\nYes."), ("Bela", ""),
    ]  # fmt: skip
    assert [each.says.partition(" ")[0] for each in others] == ["Reply", "He"]


@pytest.mark.parametrize("when", ["0-00-00T00:00:00Z", "0000-00-00T00:00:00Z", "soon", ""])
def test_a_time_that_is_none_is_empty(tmp_path: Path, when: str) -> None:
    comments = comment(0, "c", author="", when=when)
    (remark,) = read(write(tmp_path / "a.docx", p(on(0, "a")), comments=comments)).remarks
    assert (remark.when, remark.author) == ("", "")


# Tracked changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "built", "remarks"),
    [
        (p("a ", ins("new "), "b"), ["a b"], [("insertion", "", "new ")]),
        (p("a ", gone("old "), "b"), ["a old b"], [("deletion", "old ", "")]),
        (p("a ", gone("old"), ins("new"), " b"), ["a old b"], [("replacement", "old", "new")]),
        (p("a ", ins("new"), gone("old"), " b"), ["a old b"], [("replacement", "old", "new")]),
        (p(gone("o"), gone("ld"), ins("n"), ins("ew"), ins("er")), ["old"],
         [("replacement", "old", "newer")]),
        (p(gone("one"), " two ", gone("three")), ["one two three"],
         [("deletion", "one", ""), ("deletion", "three", "")]),
        (p("a", gone("b", BY.replace("Ada", "Bela")), ins("c")), ["ab"],
         [("deletion", "b", ""), ("insertion", "", "c")]),
        (p("a", f"<w:ins {BY}>{gone('never', BY.replace('Ada', 'Bela'))}{r('new')}</w:ins>"), ["a"],
         [("deletion", "", "never"), ("insertion", "", "nevernew")]),
    ],
)  # fmt: skip
def test_words_come_and_go(
    tmp_path: Path, body: str, built: list[str], remarks: list[tuple[str, str, str]]
) -> None:
    returned = read(write(tmp_path / "a.docx", body))
    assert texts(returned) == built
    assert sorted(told(returned)) == sorted(remarks)


@pytest.mark.parametrize(
    ("body", "built", "remarks"),
    [
        # Split, and joined.
        (p("One. ", mark="ins") + p("Two."), ["One. Two."], [("insertion", "", "\n")]),
        (p("One.", mark="del") + p("Two."), ["One.", "Two."], [("deletion", "¶", "")]),
        (p("One", gone(" end."), mark="del") + p("Two."), ["One end.", "Two."],
         [("deletion", " end.¶", "")]),
        # Typed at the end of a paragraph, and before one.
        (p("One.", mark="ins") + p(ins("New.")) + p("Two."), ["One.", "Two."],
         [("insertion", "", "\nNew.")]),
        (p("One.") + p(ins("New."), mark="ins") + p("Two."), ["One.", "Two."],
         [("insertion", "", "New.\n")]),
        # A whole paragraph, two of them, and the last.
        (p("One.") + p(gone("Old."), mark="del") + p("Two."), ["One.", "Old.", "Two."],
         [("deletion", "Old.", "")]),
        (p(gone("One."), mark="del") + p(gone("Old."), mark="del") + p("Two."),
         ["One.", "Old.", "Two."], [("deletion", "One.¶Old.", "")]),
        (p("One.", mark="del") + p(gone("Old.")), ["One.", "Old."], [("deletion", "Old.", "")]),
        (p("One.") + p(gone("Old."), mark="del"), ["One.", "Old."], [("deletion", "Old.", "")]),
        # One in place of another.
        (p(gone("Old."), mark="del") + p(ins("New."), mark="ins") + p("Two."), ["Old.", "Two."],
         [("replacement", "Old.", "New.")]),
        # Empty ones.
        (p("One.") + p(mark="del") + p("Two."), ["One.", "", "Two."], [("deletion", "¶", "")]),
        (p("One.") + p(mark="ins") + p("Two."), ["One.", "Two."], [("insertion", "", "\n")]),
        (p("One.") + p() + p("Two."), ["One.", "Two."], []),
    ],
)  # fmt: skip
def test_paragraphs_come_and_go(
    tmp_path: Path, body: str, built: list[str], remarks: list[tuple[str, str, str]]
) -> None:
    returned = read(write(tmp_path / "a.docx", body))
    assert (texts(returned), told(returned)) == (built, remarks)


def moved(way: str, text: str, name: str = "move1", number: int = 7) -> str:
    ranged = f'<w:{way}RangeStart w:id="{number}" w:name="{name}" w:author="Ada" w:date="{WHEN}"/>'
    inner = r(text)
    return f'{ranged}<w:{way} {BY}>{inner}</w:{way}><w:{way}RangeEnd w:id="{number}"/>'


@pytest.mark.parametrize("first", ["moveFrom", "moveTo"])
def test_a_move_is_one_remark_with_its_target(tmp_path: Path, first: str) -> None:
    ends = [p("a ", moved("moveFrom", "these", number=1), " b"), p("c ", moved("moveTo", "these"))]
    body = "".join(ends if first == "moveFrom" else reversed(ends))
    returned = read(write(tmp_path / "a.docx", body))
    (remark,) = returned.remarks
    assert (remark.kind, about(returned, remark), remark.author) == (Kind.MOVE, "these", "Ada")
    assert remark.target is not None
    passage, offset = remark.target
    assert (returned.passages[passage].text, offset) == ("c ", 2)
    assert sorted(texts(returned)) == ["a these b", "c "]


def test_two_paragraphs_that_were_moved(tmp_path: Path) -> None:
    by = f'<w:moveFromRangeStart w:id="1" w:name="m" {BY[10:]}/>'
    to = f'<w:moveToRangeStart w:id="2" w:name="m" {BY[10:]}/>'

    def lines(way: str) -> str:
        return "".join(
            p(f"<w:{way} {BY}>{r(text)}</w:{way}>", mark=way) for text in ("One.", "Two.")
        )

    end = '<w:moveFromRangeEnd w:id="1"/>', '<w:moveToRangeEnd w:id="2"/>'
    body = (
        by + lines("moveFrom") + end[0] + p("Three.") + to + lines("moveTo") + end[1] + p("Four.")
    )
    returned = read(write(tmp_path / "a.docx", body))
    assert texts(returned) == ["One.", "Two.", "Three.", "Four."]
    assert told(returned) == [("move", "One.¶Two.", "")]
    assert returned.remarks[0].target == (3, 0)


def test_half_a_move_is_a_deletion_or_an_insertion(tmp_path: Path) -> None:
    body = p("a ", moved("moveFrom", "gone")) + p("b ", moved("moveTo", "new", "other"))
    body += p("c ", f"<w:moveTo {BY}>{r('unnamed')}</w:moveTo>")
    assert told(read(write(tmp_path / "a.docx", body))) == [
        ("deletion", "gone", ""), ("insertion", "", "new"), ("insertion", "", "unnamed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("<w:b/>", "", "bold"),
        ('<w:b w:val="0"/><w:i/>', "<w:b/>", "not bold, italic"),
        ('<w:rStyle w:val="Heading2"/>', "", "style heading 2"),
        ('<w:u w:val="single"/>', '<w:u w:val="none"/>', "underlined"),
        ("", '<w:highlight w:val="yellow"/>', "no highlighted in yellow"),
        ('<w:sz w:val="21"/><w:color w:val="FF0000"/>', '<w:sz w:val="x"/>',
         "colour FF0000, size 10.5"),
        ('<w:lang w:val="en-GB"/>', "", "formatting"),
    ],
)  # fmt: skip
def test_the_look_of_words(tmp_path: Path, now: str, before: str, said: str) -> None:
    change = f"<w:rPrChange {BY}><w:rPr>{before}</w:rPr></w:rPrChange>"
    body = p("a ", r("wor", now + change), r("ds", now + change), " b")
    returned = read(write(tmp_path / "a.docx", body))
    assert told(returned) == [("formatting", "words", said)]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ('<w:pStyle w:val="Heading2"/>', "", "style heading 2"),
        ('<w:jc w:val="center"/><w:ind w:left="9"/>', "", "aligned in the middle, indent"),
        ('<w:numPr><w:numId w:val="1"/></w:numPr>', "", "list item"),
        ("", '<w:numPr><w:numId w:val="1"/></w:numPr>', "no list item"),
        ("<w:keepNext/>", "", "formatting of the paragraph"),
    ],
)
def test_the_look_of_a_paragraph(tmp_path: Path, now: str, before: str, said: str) -> None:
    change = f"<w:pPrChange {BY}><w:pPr>{before}</w:pPr></w:pPrChange>"
    returned = read(write(tmp_path / "a.docx", p("Before.") + p("Words.", properties=now + change)))
    assert told(returned) == [("formatting", "Words.", said)]


def test_rows_and_columns_come_and_go(tmp_path: Path) -> None:
    added, dropped = f"<w:ins {BY}/>", f"<w:del {BY}/>"
    column = f"<w:tc><w:tcPr><w:cellIns {BY}/></w:tcPr>{p('x')}</w:tc>"
    body = p("Before.") + table(
        row("a", "b"),
        row(p(ins("c")), p(ins("d")), properties=added),
        row("e", "f", properties=added),
        row(p(gone("g"), mark="del"), "h", properties=dropped),
        row("i", "j").replace("</w:tr>", f"{column}</w:tr>"),
    )
    returned = read(write(tmp_path / "a.docx", body))
    assert texts(returned) == ["Before.", "a", "b", "g", "h", "i", "j"]
    assert [passage.row for passage in returned.passages[1::2]] == [
        ("a", "b"), ("g", "h"), ("i", "j"),
    ]  # fmt: skip
    assert told(returned) == [
        ("replacement", "g¶h", "c | d\ne | f"),
        ("insertion", "", "x\n"),
    ]


def test_a_comment_in_what_was_added_stands_where_it_was_added(tmp_path: Path) -> None:
    added = row(p(on(0, "new")), properties=f"<w:ins {BY}/>")
    body = p(ins("n"), on(1, "old")) + table(row("a"), added)
    returned = read(
        write(tmp_path / "a.docx", body, comments=comment(0, "Good") + comment(1, "Less good"))
    )
    assert told(returned) == [
        ("insertion", "", "n"), ("comment", "old", "Less good"),
        ("insertion", "", "new\n"), ("comment", "", "Good"),
    ]  # fmt: skip
    assert returned.passages[returned.remarks[3].passage].text == "a"


def test_changes_of_layout_are_told_once(tmp_path: Path) -> None:
    change = f"<w:tcPrChange {BY}><w:tcPr/></w:tcPrChange>"
    cells = row("a", "b", "c").replace("<w:tcPr/>", f"<w:tcPr>{change}</w:tcPr>")
    returned = read(write(tmp_path / "a.docx", table(cells)))
    assert told(returned) == [("formatting", "", "layout of the cell")]


# The text ----------------------------------------------------------------------------------------


def test_text_is_read_through_what_wraps_it(tmp_path: Path) -> None:
    field = "".join(
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{after}'
        for kind, after in (("begin", "<w:r><w:instrText> REF x </w:instrText></w:r>" + r("no")),
                            ("separate", r("result")), ("end", ""))
    )  # fmt: skip
    inside = f"<w:txbxContent>{p('In a box.')}</w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>"
        f"{inside}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('In a control.')}</w:sdtContent></w:sdt>"
        + p("A ", f"<w:hyperlink>{r('link')}</w:hyperlink>", ", ", field, "<w:r><w:tab/></w:r>",
            f"<w:fldSimple>{r('simple')}</w:fldSimple>",
            "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
        + p("Around ", box, "the box")
        + table(row(p("Two") + p("lines"), table(row("inner")) + p()))
    )  # fmt: skip
    returned = read(write(tmp_path / "a.docx", body))
    assert texts(returned) == [
        "In a control.", "A link, result simplex", "Around the box", "In a box.", "Two lines",
        "inner",
    ]  # fmt: skip


def test_an_open_field_swallows_nothing(tmp_path: Path) -> None:
    body = p("a", '<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + p("b", ins("c"))
    assert texts(read(write(tmp_path / "a.docx", body))) == ["a", "b"]


def test_kinds_of_passages(tmp_path: Path) -> None:
    def styled(style: str, text: str) -> str:
        return p(text, properties=f'<w:pStyle w:val="{style}"/>')

    figure = '<w:r><w:drawing><wp:docPr id="1" name="P" descr="Bars"/></w:drawing></w:r>'
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = (
        styled("Heading2", "Head") + styled("Mine", "Mine") + styled("None", "Plain")
        + p("Noted.", note) + p(on(0, "").replace(r(""), figure)) + p("Small ", figure, " one")
        + styled("Caption", "Figure 1")
    )  # fmt: skip
    returned = read(
        write(
            tmp_path / "a.docx", body, comments=comment(0, "Which bars?"),
            footnotes='<w:footnote w:type="separator" w:id="1"><w:p/></w:footnote>'
            f'<w:footnote w:id="2">{p(" A ", gone("long "), "note.")}</w:footnote>'
            f'<w:footnote w:id="3">{p("Nobody refers to it.", ins("!"))}</w:footnote>',
            header=p("Running ", ins("head")),
        )
    )  # fmt: skip
    assert [(passage.kind, passage.text) for passage in returned.passages] == [
        ("heading", "Head"), ("heading", "Mine"), ("paragraph", "Plain"), ("paragraph", "Noted."),
        ("note", "A long note."), ("figure", "Bars"), ("paragraph", "Small  one"),
        ("figure", "Bars"), ("caption", "Figure 1"), ("note", "Nobody refers to it."),
        ("running", "Running "),
    ]  # fmt: skip
    assert told(returned) == [
        ("deletion", "long ", ""), ("comment", "Bars", "Which bars?"), ("insertion", "", "!"),
        ("insertion", "", "head"),
    ]  # fmt: skip


def test_notes_and_pictures_that_came_or_went(tmp_path: Path) -> None:
    note = f'<w:ins {BY}><w:r><w:footnoteReference w:id="2"/></w:r></w:ins>'
    figure = f'<w:ins {BY}><w:r><w:drawing><wp:docPr descr="Bars"/></w:drawing></w:r></w:ins>'
    notes = f'<w:footnote w:id="2">{p(ins("Really."))}</w:footnote>'
    lost = figure.replace("w:ins", "w:del").replace("Bars", "")
    body = p("So.", note) + p("And.", figure) + p("But.", lost)
    returned = read(write(tmp_path / "a.docx", body, footnotes=notes))
    assert told(returned)[-1] == ("deletion", "", "")
    assert told(returned)[:-1] == [
        ("insertion", "", "[note: Really.]"), ("insertion", "", "[picture: Bars]"),
    ]  # fmt: skip


def test_bookmarks_belong_to_what_they_stand_in_or_before(tmp_path: Path) -> None:
    def mark(name: str) -> str:
        return f'<w:bookmarkStart w:id="1" w:name="{name}"/><w:bookmarkEnd w:id="1"/>'

    body = mark("a") + p(mark("b"), "One ", mark("c")) + p("Two") + mark("d") + table(
        row(p(mark("e"), "Cell"))
    )  # fmt: skip
    returned = read(write(tmp_path / "a.docx", body))
    assert [passage.bookmarks for passage in returned.passages] == [
        ("a", "b", "c"), (), ("d", "e"),
    ]  # fmt: skip


def test_the_build_is_found_in_the_properties_or_on_the_title_page(tmp_path: Path) -> None:
    front = p("Title") + p("Build 0123456789ab, a fingerprint")
    after = p("Head", properties='<w:pStyle w:val="Heading2"/>') + p("ba9876543210")
    path = tmp_path / "a.docx"
    assert read(write(path, front, fingerprint="cdef01234567")).fingerprint == "cdef01234567"
    assert read(write(path, front, fingerprint="none")).fingerprint == "0123456789ab"
    assert read(write(path, after)).fingerprint == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Twenty letters: 56789", ""),
        ("", ""),
        ("北京市的儿童服务需要更好的合作与协调才能帮助家庭", ""),
    ],
)
def test_short_texts_have_no_mark(text: str, name: str) -> None:
    assert mark_of(text) == name
