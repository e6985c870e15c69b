"""Tables whose columns fit their words and whose rows stay whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from evidence.engine.formats.typeface import Typeface
from evidence.engine.formats.word.package import (
    Element,
    child,
    find,
    make,
    set_property,
    style_of,
    text_of,
    w,
)

# In twentieths of a point, which is Word's measure.
_TWIP = 20
_MARGINS = 2 * 110
# The sizes of the styles, in points.
_SIZES = {"Table": 9.5, "TableSmall": 8.0}
# Word and LibreOffice set a text a little wider than its font says.
_SLACK = 1.04
# A table of natural width nearly as wide as the text is made as wide.
_NEARLY = 0.72
# What a column has beyond its text where there is room.
_AIR = 300
# What may stay on one page: half of it.
_SHORT = 340
_FIRST_COLUMN = 0x0080
_WORD = re.compile(r"[^\s-]+-?|-")
_NOTHING = -1.0
_AFTER = {"BodyText", "FirstParagraph"}
_BOOKMARKS = w("bookmarkStart"), w("bookmarkEnd")


class Cell(NamedTuple):
    """A cell, its first column and the one behind its last, and its paragraphs' text."""

    element: Element
    start: int
    end: int
    lines: list[str]


Row = list[Cell]


def set_table(table: Element, available: int, face: Typeface) -> None:
    """Give a table its columns, its cells their styles, and its rows what keeps them together.

    `available` is how wide the text of the page is, in twentieths of a point.
    """
    rows = [_cells(row) for row in table.iterchildren(w("tr"))]
    given = _given(table, available)
    measures = _measures(rows, len(find(table, "w:tblGrid/w:gridCol")), face)
    style = "Table"
    least, natural = _needs(measures, _SIZES[style])
    if sum(least) > available or find(table, ".//w:pStyle[@w:val='SmallText']"):
        style = "TableSmall"
        least, natural = _needs(measures, _SIZES[style])
    widths = fitted(given or _spread(natural, available), least, available)
    _set_widths(table, rows, widths)
    find(table, "w:tblPr/w:tblStyle")[0].set(w("val"), style)
    for row in table.iterchildren(w("tr")):
        is_head = row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        name = f"Table{'Heading' if is_head else 'Text'}{style.removeprefix('Table')}"
        for paragraph in row.iter(w("p")):
            set_property(paragraph, "pStyle", val=name)
    _keep_together(table, [_height(row, widths, _SIZES[style], face) for row in rows])
    _name(table, rows)
    follower = next((e for e in table.itersiblings() if e.tag != w("bookmarkEnd")), None)
    if style_of(follower) in _AFTER:
        # It keeps its distance.
        set_property(follower, "pStyle", val="TextAfterTable")


def fitted(wanted: Sequence[float], least: Sequence[float], available: int) -> list[int]:
    """Fit columns into a width, none narrower than its longest word while that is possible."""
    if sum(least) > available:
        return [int(width * available / sum(least)) for width in least]
    widths = [max(pair) for pair in zip(wanted, least, strict=True)]
    spare = sum(widths) - sum(least)
    over = sum(widths) - available
    if over > 0:
        share = over / spare
        widths = [width - (width - low) * share for width, low in zip(widths, least, strict=True)]
    return [int(width) for width in widths]


def _cells(row: Element) -> Row:
    cells = list(row.iterchildren(w("tc")))
    spans = [cell.find(f"{w('tcPr')}/{w('gridSpan')}") for cell in cells]
    widths = [1 if span is None else int(span.get(w("val"))) for span in spans]
    ends = list(itertools.accumulate(widths))
    lines = [[text_of(paragraph) for paragraph in cell.iterchildren(w("p"))] for cell in cells]
    return [Cell(*found) for found in zip(cells, [0, *ends], ends, lines, strict=False)]


def _given(table: Element, available: int) -> list[float]:
    """Tell the widths that the author, or Pandoc for long lines, gave the columns."""
    if not find(table, "w:tblPr/w:tblW[@w:type='pct']"):
        return []
    grid = [float(width) for width in find(table, "w:tblGrid/w:gridCol/@w:w")]
    return [width * available / sum(grid) for width in grid]


def _measures(rows: Sequence[Row], columns: int, face: Typeface) -> list[tuple[float, float]]:
    """Measure the longest words and texts of columns in a type of one point.

    A column without cells of its own measures less than nothing.
    """
    found = [(_NOTHING, _NOTHING)] * columns
    for number, row in enumerate(rows):
        for cell, column, end, lines in row:
            if end > column + 1:
                continue
            # Headings are bold, and a cell may be.
            bold = number == 0 or next(cell.iter(w("b")), None) is not None
            word, text = found[column]
            for line in lines:
                for part in _WORD.findall(line.replace("\N{NO-BREAK SPACE}", "x")) or [""]:
                    word = max(word, face.width(part, 1, bold))
                text = max(text, face.width(line, 1, bold))
            found[column] = word, text
    return found


def _needs(measures: Sequence[tuple[float, float]], size: float) -> tuple[list[float], list[float]]:
    """Tell the widths that the longest words of columns take, and their longest texts."""
    least, natural = (
        [0.0 if width == _NOTHING else _room(size * width) for width in widths]
        for widths in zip(*measures, strict=True)
    )
    return least, natural


def _spread(natural: Sequence[float], available: int) -> list[float]:
    total = sum(natural)
    if _NEARLY * available < total < available:
        return [width * available / total for width in natural]
    # A column of long texts must not press the others down to their words.
    return [min(width + _AIR, available * 0.6) for width in natural]


def _room(width: float) -> float:
    return width * _SLACK * _TWIP + _MARGINS


def _set_widths(table: Element, rows: Sequence[Row], widths: Sequence[int]) -> None:
    for old in find(table, "w:tblPr/w:tblW | w:tblPr/w:tblLayout"):
        old.getparent().remove(old)
    style = find(table, "w:tblPr/w:tblStyle")[0]
    style.addnext(make("tblLayout", type="fixed"))
    style.addnext(make("tblW", w=sum(widths), type="dxa"))
    for column, width in zip(find(table, "w:tblGrid/w:gridCol"), widths, strict=True):
        column.set(w("w"), str(width))
    for cell, start, end, _ in itertools.chain.from_iterable(rows):
        child(cell, "tcPr").insert(0, make("tcW", w=sum(widths[start:end]), type="dxa"))


def _height(row: Row, widths: Sequence[int], size: float, face: Typeface) -> float:
    highest = 1
    for _, start, end, lines in row:
        room = (sum(widths[start:end]) - _MARGINS) / _TWIP
        needed = sum(1 + int(face.width(text, size) / max(room, 1)) for text in lines)
        highest = max(highest, needed)
    return highest * size * 1.3 + 6


def _keep_together(table: Element, heights: Sequence[float]) -> None:
    """Hold a short table on one page, and a long one's first and last rows together."""
    following = table.getnext()
    noted = style_of(following) == "SourceNote"
    last = len(heights) - 1
    for number, row in enumerate(table.iterchildren(w("tr"))):
        child(row, "trPr").insert(0, make("cantSplit"))
        is_edge = number < 2 or number == last - 1
        if noted if number == last else sum(heights) <= _SHORT or is_edge:
            for paragraph in row.iter(w("p")):
                set_property(paragraph, "keepNext")


def _name(table: Element, rows: Sequence[Row]) -> None:
    """Name a table by its caption, and its rows by their first cells where all have one."""
    properties = table.find(w("tblPr"))
    before = (e for e in table.itersiblings(preceding=True) if e.tag not in _BOOKMARKS)
    caption = next(before, None)
    if style_of(caption) == "Caption":
        properties.append(make("tblCaption", val=text_of(caption)))
    look = properties.find(w("tblLook"))
    named = len(rows[0]) > 1 and all(text_of(row[0].element).strip() for row in rows if row)
    if look is not None and named:
        look.set(w("firstColumn"), "1")
        look.set(w("val"), f"{int(look.get(w('val'), '0'), 16) | _FIRST_COLUMN:04X}")
