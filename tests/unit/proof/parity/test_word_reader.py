"""Word files that our templates do not write: numbers, fields and tables as Word has them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.proof.parity import Document, read
from tests.unit.proof.parity.conftest import numbers

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<w:styles {NS}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Annex"><w:name w:val="Annex"/>
  <w:basedOn w:val="berschrift1"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOCHeading"><w:name w:val="TOC Heading"/>
  <w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="TableCaption"><w:name w:val="Table Caption"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/>
  <w:basedOn w:val="TableCaption"/></w:style>
</w:styles>"""


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(style: str, content: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def field(code: str, result: str) -> str:
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{what}"/></w:r>' for what in ("begin", "separate", "end")
    )
    instruction = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return f"{begin}{instruction}{separate}{result}{end}"


def row(*cells: str, header: bool = False) -> str:
    mark = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
    return f"<w:tr>{mark}{''.join(cells)}</w:tr>"


def cell(text: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"


Write = Callable[[str], Document]


@pytest.fixture
def word(tmp_path: Path) -> Write:
    """Read a Word file with the given body."""

    def write(body: str) -> Document:
        path = tmp_path / "a.docx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(
                "word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>"
            )
            archive.writestr("word/styles.xml", STYLES)
        return read(path)

    return write


def texts(document: Document, kind: str) -> list[str]:
    return [item.text for item in document.items[kind]]


def test_headings_have_the_level_of_the_style_that_theirs_is_based_on(word: Write) -> None:
    document = word(
        p("berschrift1", run("1 One")) + p("berschrift2", run("1.1 A")) + p("Annex", run("Terms"))
    )
    assert texts(document, "headings") == ["level 1: 1 One", "level 2: 1.1 A", "level 1: Terms"]


def test_fields_are_read_by_their_results_and_contents_left_out(word: Write) -> None:
    document = word(
        p("TOCHeading", run("Contents of 5"))
        + p("Normal", field(' TOC \\o "1-3" ', run("1 One 77")))
        + "<w:sdt><w:sdtContent>"
        + p("Normal", field(' TOC \\c "Figure" ', run("Figure 66")))
        + "</w:sdtContent></w:sdt>"
        + p("Own", run("Table ") + field(" SEQ Table ", run("9")) + run(": Things"))
        + p("Normal", run("See ") + field(" REF tbl-x \\h ", run("Table 9")) + run(", 10 of 12."))
    )
    assert texts(document, "captions") == ["Table 9: Things"]
    assert numbers(texts(document, "prose")) == ["9", "10", "12"]
    assert not document.items["headings"]
    assert document.left_out["contents"] == 2


def test_table_has_header_rows_row_headers_and_merged_cells(word: Write) -> None:
    look = '<w:tblPr><w:tblLook w:firstColumn="1"/></w:tblPr>'
    document = word(
        f"<w:tbl>{look}"
        + row(cell("H1"), cell("H2"), header=True)
        + row(cell("a", '<w:vMerge w:val="restart"/>'), cell("1"))
        + row(cell("", "<w:vMerge/>"), cell("2"))
        + "</w:tbl>"
    )
    assert texts(document, "cells")[:4] == ["header: H1", "header: H2", "a", "1"]
    assert texts(document, "cells")[4].endswith("2")
    assert not numbers(texts(document, "prose"))


def test_table_that_lays_out_a_figure_is_no_table(word: Write) -> None:
    inner = f"<w:tbl>{row(cell('H', ''), cell('I'), header=True)}</w:tbl>"
    outer = row(f"<w:tc><w:tcPr/>{inner}{p('TableCaption', run('Table 1: Inside'))}</w:tc>")
    document = word(f"<w:tbl>{outer}</w:tbl>")
    assert texts(document, "cells") == ["header: H", "header: I"]
    assert texts(document, "captions") == ["Table 1: Inside"]
    assert document.left_out["layout"] == 1


def test_what_is_deleted_or_only_formatting_says_nothing(word: Write) -> None:
    document = word(
        p(
            "Normal",
            "<w:del><w:r><w:t>11</w:t></w:r></w:del>"
            + run("2\u00ad2 and 3\u20603")
            + "<w:r><w:noBreakHyphen/><w:t>4</w:t><w:tab/><w:t>5</w:t></w:r>",
        )
    )
    assert numbers(texts(document, "prose")) == ["22", "33", "4", "5"]
