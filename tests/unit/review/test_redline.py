"""Redlines of Word files: by hand, by python-docx, and read back by LibreOffice."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import docx
import pypandoc
import pytest
from lxml import etree

from evidence.review.redline import text_of, w
from evidence.review.redline_html import html
from evidence.review.redline_markdown import markdown
from evidence.review.redline_reading import Paragraph, Table, headed, read
from evidence.review.redline_word import Redline, compare, write
from evidence.review.remarks import UnreadableError
from evidence.review.sentences import SentenceChange
from evidence.review.word import read as read_word
from tests.access.test_validator import validate
from tests.conftest import needed
from tests.unit.review.word_files import NAMES, comment, gone, ins, on, p, r, row, table
from tests.unit.review.word_files import write as write_file

HOSTILE = "&lt;img src=x&gt; ~~a~~ | [b](c) \\d @e"
BIG = table(row("Name", "Number"), row("One", "1"), row("Two", "2"))
LINK = f'<w:hyperlink w:anchor="a">{r("a link")}</w:hyperlink>'
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a</w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("Table 1")}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
PAIRS = {
    "a word": (p("Of 12 sources."), p("Of 13 sources.")),
    "nothing": (p("The same."), p("The same.")),
    "from nothing": ("", p("All new.")),
    "to nothing": (p("All old."), p("")),
    "paragraphs": (
        p("One stays as it is.") + p("Two goes away.") + p("Three stays too."),
        p("One stays as it is.") + p("Three stays too.") + p("Four comes in."),
    ),
    "order": (p("First of all.") + p("Then that."), p("Then that.") + p("First of all.")),
    "looks": (
        p("It is ", r("bold", "<w:b/>"), " now and then."),
        p("It is now ", r("bolder", "<w:b/>"), " and then."),
    ),
    "a link": (p("See a link, then."), p("See ", LINK, " and then.")),
    "a link that goes": (p("See ", LINK, "."), p("See nothing.")),
    "a link at the end": (p("See ", LINK), p("See a ", LINK)),
    "a field": (p("See ", FIELD, " for 3."), p("See ", FIELD, " for 4.")),
    "signs": (p("1,200 (5%–10%) of “it” – ½"), p("1,300 (5%–11%) of ‘it’ – ¼")),
    "scripts": (p("日本語の文章 e\u0301"), p("日本語の文書 é")),
    "a line and a tab": (p("A B"), p(r("A"), "<w:r><w:tab/><w:br/></w:r>", r("C"))),
    "a cell": (BIG, BIG.replace(">2<", ">3<")),
    "a row more": (BIG, BIG.replace(row("Two", "2"), row("Two", "2") + row("Three", "3"))),
    "a row less": (BIG, BIG.replace(row("One", "1"), "")),
    "a column more": (BIG, table(row("Name", "Of", "Number"), row("One", "a", "1"))),
    "a table for text": (p("Some text here."), BIG),
    "text for a table": (BIG, p("Some text here.")),
    "two tables": (BIG + p("") + BIG, BIG.replace("One", "Uno")),
    "in a cell": (
        table(row(p("Alpha beta.") + p("Gamma."))),
        table(row(p("Alpha.") + p("Delta epsilon.") + p("Gamma."))),
    ),
    "a section": (
        p("Old end.", properties="<w:sectPr/>") + p("More."),
        p("New end of it.", properties="<w:sectPr/>") + p("More.") + "<w:sectPr/>",
    ),
    "changes there already": (p("It was ", gone("old"), "so."), p("It ", ins("is"), " so.")),
}


def files(tmp_path: Path, old: str, new: str) -> tuple[Path, Path]:
    return write_file(tmp_path / "old.docx", old), write_file(tmp_path / "new.docx", new)


def texts(path: Path, without: str) -> list[str]:
    """Return what a file says when all changes are accepted, or rejected."""
    with ZipFile(path) as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
    # LibreOffice takes what went here and came there for moved.
    for moved, plain in (("moveFrom", "del"), ("moveTo", "ins")):
        for node in [*document.iter(w(moved))]:
            node.tag = w(plain)
    said = [" ".join(text_of(one, without=without).split()) for one in document.iter(w("p"))]
    return [text for text in said if text]


def redlined(tmp_path: Path, old: str, new: str) -> tuple[Redline, Path]:
    found = compare(*files(tmp_path, old, new))
    path = tmp_path / "redline.docx"
    write(found, path)
    return found, path


@pytest.mark.parametrize("name", PAIRS)
def test_accepted_it_is_the_new_document_and_rejected_the_old(name: str, tmp_path: Path) -> None:
    old, new = PAIRS[name]
    found, path = redlined(tmp_path, old, new)
    assert texts(path, "del") == texts(tmp_path / "new.docx", "del")
    rejected, before = texts(path, "ins"), texts(tmp_path / "old.docx", "del")
    assert rejected == before
    assert found.changed == (name != "nothing")


def test_libreoffice_reads_the_same_changes(tmp_path: Path) -> None:
    needed("soffice")
    # It works out fields anew, and keeps no empty document.
    apart = ("from nothing", "to nothing", "a section", "a field")
    names = [name for name in PAIRS if name not in apart]
    pair = []
    for side in (0, 1):
        body = "".join(f"{p(f'Part {name}.')}{PAIRS[name][side]}{p('End.')}" for name in names)
        document = docx.Document()
        document.element.body.getparent().replace(
            document.element.body, etree.fromstring(f"<w:body {NAMES}>{body}</w:body>")
        )
        pair.append(tmp_path / f"{side}.docx")
        document.save(str(pair[-1]))
    path = tmp_path / "redline.docx"
    write(compare(pair[0], pair[1]), path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "docx:MS Word 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "back"), str(path)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    for without in ("del", "ins"):
        ours, theirs = (
            re.sub(r"\s", "", "".join(texts(one, without)))
            for one in (path, tmp_path / "back/redline.docx")
        )
        assert theirs == ours


def test_a_document_against_itself_has_no_change(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_heading("Heading", 1)
    document.add_paragraph("Text.", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "Cell"
    document.save(str(path))
    found = compare(path, path)
    assert not found.changed
    write(found, tmp_path / "b.docx")
    assert texts(tmp_path / "b.docx", "del") == texts(path, "del")
    docx.Document(str(tmp_path / "b.docx"))


def test_only_the_words_that_differ_are_marked(tmp_path: Path) -> None:
    found, _ = redlined(tmp_path, p("Of 12 sources 3 say so."), p("Of 13 sources 4 say so."))
    (paragraph,) = [block for block in read(found) if isinstance(block, Paragraph)]
    assert [(piece.how, piece.text) for piece in paragraph.pieces] == [
        ("", "Of "), ("del", "12"), ("ins", "13"), ("", " sources "), ("del", "3"), ("ins", "4"),
        ("", " say so."),
    ]  # fmt: skip


def test_a_table_is_compared_by_cell_and_its_rows_by_their_heads(tmp_path: Path) -> None:
    new = table(row("Name", "Number"), row("Zero", "0"), row("One", "11"), row("Two", "2"))
    found, _ = redlined(tmp_path, BIG, new)
    (block,) = read(found)
    assert isinstance(block, Table)
    assert [line.how for line in block.rows] == ["", "ins", "", ""]
    assert [line.changed for line in block.rows] == [False, True, True, False]
    (number,) = block.rows[2].cells[1]
    assert [(piece.how, piece.text) for piece in number.pieces] == [("del", "1"), ("ins", "11")]


def test_what_caused_a_change_is_a_comment_on_it(tmp_path: Path) -> None:
    old, new = files(
        tmp_path,
        p("Before it. Of 12 sources 3 say so (Smith 2001). After it 5."),
        p("Before it. Of 13 sources 4 say so (Smith 2001). After it 6."),
    )
    change = SentenceChange(
        "chapters/one.qmd", 7, "Of 12 sources 3 say so [@smith].",
        "Of 13 sources 4 say so [@smith].", (), ("measure x: 4 of 13", "sources added: a"),
    )  # fmt: skip
    found = compare(old, new, [change])
    path = tmp_path / "redline.docx"
    write(found, path)
    (remark,) = [one for one in read_word(path).remarks if one.kind == "comment"]
    assert remark.says == "chapters/one.qmd:7\nmeasure x: 4 of 13\nsources added: a"
    assert (remark.author, remark.when) == ("evidence redline", "2000-01-01T00:00:00Z")
    said = markdown("T", ["From a to b."], headed(read(found)))
    assert said.splitlines()[4:] == [
        "## Front matter",
        "",
        "- Of ~~12~~**13** sources ~~3~~**4** say so (Smith 2001).",
        "  - because chapters/one.qmd:7; measure x: 4 of 13; sources added: a",
        "- After it ~~5~~**6**.",
    ]


def test_what_is_said_of_the_whole_is_a_comment_in_word_alone(tmp_path: Path) -> None:
    found, path = redlined(tmp_path, p("One.") + p("Two."), p("One.") + p("Two more."))
    write(found, path, ["From a to b.", "More."])
    (remark,) = [one for one in read_word(path).remarks if one.kind == "comment"]
    assert (remark.passage, remark.says) == (0, "From a to b.\nMore.")
    assert "From a to b" not in markdown("T", [], headed(read(found)))


def test_a_space_alone_is_no_change_of_a_sentence(tmp_path: Path) -> None:
    old, new = files(tmp_path, p("Of  12 sources. Then 3."), p("Of 12 sources. Then 4."))
    change = SentenceChange("a.qmd", 1, "Of 11 sources.", "Of 12 sources.", (), ("why",))
    assert len(compare(old, new, [change]).comments) == 0


def test_comments_there_already_stay(tmp_path: Path) -> None:
    old = write_file(tmp_path / "old.docx", p("It was so."))
    new = write_file(tmp_path / "new.docx", p("It ", on(4, "is"), " so."), comments=comment(4, "?"))
    change = SentenceChange("a.qmd", 1, "It was so.", "It is so.", (), ("why",))
    write(compare(old, new, [change]), tmp_path / "redline.docx")
    remarks = read_word(tmp_path / "redline.docx").remarks
    assert not compare(new, new).changed
    assert {one.says for one in remarks if one.kind == "comment"} == {"?", "a.qmd:1\nwhy"}
    assert "?" not in markdown("T", [], headed(read(compare(old, new))))


def test_styles_that_the_new_document_lacks_do_not_come_into_it(tmp_path: Path) -> None:
    style = '<w:pStyle w:val="Gone"/>'
    old = p("Old one goes.", properties=style) + p("Stays as it is.")
    _, path = redlined(tmp_path, old, p("Stays as it is."))
    with ZipFile(path) as archive:
        assert b"Gone" not in archive.read("word/document.xml")


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    pair = files(tmp_path, *PAIRS["paragraphs"])
    made = []
    for name in ("one", "two"):
        write(compare(*pair), tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_html_says_what_word_says_and_is_valid(tmp_path: Path) -> None:
    old = (
        p("Heading", properties='<w:pStyle w:val="Heading1"/>')
        + p("So many of them are there: 12 &amp; more.")
        + BIG
    )
    new = old.replace("12", HOSTILE).replace(">2<", ">3<")
    found, _ = redlined(tmp_path, old, new)
    page = html(
        "What changed", ["a & b"], sections=headed(read(found)), pictures={}, language="en",
        style="",
    )  # fmt: skip
    assert "<del>12</del><ins>&lt;img src=x&gt; ~~a~~ | [b](c) \\d @e</ins>" in page
    assert "<td><del>2</del><ins>3</ins></td>" in page
    path = tmp_path / "page.html"
    path.write_text(page, "utf-8")
    assert not validate(path).errors


def test_hostile_text_reads_back_literally_from_markdown(tmp_path: Path) -> None:
    found, _ = redlined(tmp_path, p("Of 12."), p(f"Of {HOSTILE}."))
    said = markdown("T", [], headed(read(found)))
    plain = pypandoc.convert_text(said, "plain", format="gfm", extra_args=["--columns=1000"])
    assert "<img src=x> ~~a~~ | [b](c) \\d @e" in plain
    assert "12" in plain


def test_what_is_no_word_file_is_told(tmp_path: Path) -> None:
    good = write_file(tmp_path / "good.docx", p("Text."))
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"%PDF-1.7")
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(UnreadableError, match=r"bad\.docx"):
            compare(*pair)
