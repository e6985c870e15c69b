from __future__ import annotations

import pytest
from lxml import etree

from evidence.engine.formats.typeface import Typeface
from evidence.engine.formats.word.package import NAMES, Element, find, style_of
from evidence.engine.formats.word.tables import fitted, set_table

FACE = Typeface()
WIDTH = 9000


def made(rows: list[list[str]], after: str = "", width: str = "auto") -> Element:
    """A body with a caption, a table and what follows."""
    cells = [
        "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row)
        for row in rows
    ]
    head, *others = (f"<w:tr>{{}}{row}</w:tr>" for row in cells)
    grid = '<w:gridCol w:w="100"/>' * len(rows[0])
    return etree.fromstring(
        f'<w:body xmlns:w="{NAMES["w"]}">'
        '<w:p><w:pPr><w:pStyle w:val="Caption"/></w:pPr><w:r><w:t>A caption</w:t></w:r></w:p>'
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:type="{width}" w:w="0"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        + head.format("<w:trPr><w:tblHeader/></w:trPr>")
        + "".join(row.format("") for row in others)
        + f'</w:tbl><w:p><w:pPr><w:pStyle w:val="{after or "BodyText"}"/></w:pPr></w:p></w:body>'
    )


def widths(body: Element) -> list[int]:
    return [int(width) for width in find(body, ".//w:gridCol/@w:w")]


def test_columns_take_what_they_want_where_there_is_room() -> None:
    assert fitted([100, 200], [50, 50], 400) == [100, 200]


def test_no_column_is_narrower_than_its_longest_word() -> None:
    assert fitted([10, 900], [300, 100], 1000) == [300, 700]


def test_columns_shrink_together_when_even_words_do_not_fit() -> None:
    assert fitted([10, 10], [600, 1200], 900) == [300, 600]


def test_a_long_heading_widens_its_column() -> None:
    body = made([["Uncharacteristically", "b"], ["1", "many words " * 40]])
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    first, second = widths(body)
    assert first >= FACE.width("Uncharacteristically", 9.5, bold=True) * 20 + 220
    assert second > first
    assert first + second <= WIDTH


def test_widths_that_the_author_gave_are_kept() -> None:
    body = made([["a", "b", "c"], ["1", "2", "3"]], width="pct")
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    assert widths(body) == [3000, 3000, 3000]


@pytest.mark.parametrize(("columns", "style"), [(3, "TableText"), (9, "TableTextSmall")])
def test_a_table_of_many_words_is_set_smaller(columns: int, style: str) -> None:
    body = made([["Professionals"] * columns, ["Unconfirmed"] * columns])
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    assert style_of(find(body, ".//w:tr[2]//w:p")[0]) == style


def test_rows_stay_whole_and_a_short_table_on_its_page() -> None:
    body = made([["a", "b"], *([["1", "2"]] * 5)])
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    assert len(find(body, ".//w:tr[w:trPr/w:cantSplit]")) == 6
    assert len(find(body, ".//w:tr[.//w:keepNext]")) == 5


def test_a_long_table_breaks_but_not_behind_its_head() -> None:
    body = made([["a", "b"], *([["1", "2"]] * 60)], after="SourceNote")
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    held = [bool(find(row, ".//w:keepNext")) for row in find(body, ".//w:tr")]
    # The last rows stay with the note on their source.
    assert held == [True, True, *([False] * 57), True, True]


def test_its_caption_is_its_title_and_text_behind_it_keeps_away() -> None:
    body = made([["a", "b"], ["", "2"]])
    set_table(find(body, "w:tbl")[0], WIDTH, FACE)
    assert find(body, ".//w:tblCaption/@w:val") == ["A caption"]
    assert style_of(body[-1]) == "TextAfterTable"
