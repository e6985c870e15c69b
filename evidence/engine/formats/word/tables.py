"""Tables whose columns fit their words and whose rows stay whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

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
# The cells of a row, each with its first column and the one behind its last.
Row = list[tuple[Element, int, int]]
_AFTER = {"BodyText", "FirstParagraph"}


def set_table(table: Element, available: int, face: Typeface) -> None:
    """Give a table its columns, its cells their styles, and its rows what keeps them together.

    `available` is how wide the text of the page is, in twentieths of a point.
    """
    rows = [_cells(row) for row in find(table, "w:tr")]
    given = _given(table, available)
    columns = len(find(table, "w:tblGrid/w:gridCol"))
    style = "Table"
    least, natural = _needs(rows, columns, _SIZES[style], face)
    if sum(least) > available or find(table, ".//w:pStyle[@w:val='SmallText']"):
        style = "TableSmall"
        least, natural = _needs(rows, columns, _SIZES[style], face)
    widths = fitted(given or _spread(natural, available), least, available)
    _set_widths(table, rows, widths)
    find(table, "w:tblPr/w:tblStyle")[0].set(w("val"), style)
    for row in find(table, "w:tr"):
        is_head = bool(find(row, "w:trPr/w:tblHeader"))
        name = f"Table{'Heading' if is_head else 'Text'}{style.removeprefix('Table')}"
        for paragraph in find(row, ".//w:p"):
            set_property(paragraph, "pStyle", val=name)
    _keep_together(table, [_height(row, widths, _SIZES[style], face) for row in rows])
    _name(table, rows)
    for follower in find(table, "following-sibling::*[not(self::w:bookmarkEnd)][1]"):
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
    cells = find(row, "w:tc")
    spans = [find(cell, "w:tcPr/w:gridSpan/@w:val") for cell in cells]
    ends = list(itertools.accumulate(int(span[0]) if span else 1 for span in spans))
    return list(zip(cells, [0, *ends], ends, strict=False))


def _given(table: Element, available: int) -> list[float]:
    """Tell the widths that the author, or Pandoc for long lines, gave the columns."""
    if not find(table, "w:tblPr/w:tblW[@w:type='pct']"):
        return []
    grid = [float(width) for width in find(table, "w:tblGrid/w:gridCol/@w:w")]
    return [width * available / sum(grid) for width in grid]


def _needs(
    rows: Sequence[Row], columns: int, size: float, face: Typeface
) -> tuple[list[float], list[float]]:
    """Tell the widths that the longest words of columns take, and their longest texts."""
    least, natural = [0.0] * columns, [0.0] * columns
    for number, row in enumerate(rows):
        for cell, column, _ in (found for found in row if found[2] == found[1] + 1):
            # Headings are bold, and a cell may be.
            bold = number == 0 or bool(find(cell, ".//w:rPr/w:b"))
            for line in _lines(cell):
                words = re.findall(r"[^\s-]+-?|-", line.replace("\N{NO-BREAK SPACE}", "x"))
                longest = max((face.width(word, size, bold) for word in words), default=0)
                least[column] = max(least[column], _room(longest))
                natural[column] = max(natural[column], _room(face.width(line, size, bold)))
    return least, natural


def _spread(natural: Sequence[float], available: int) -> list[float]:
    total = sum(natural)
    if _NEARLY * available < total < available:
        return [width * available / total for width in natural]
    # A column of long texts must not press the others down to their words.
    return [min(width + _AIR, available * 0.6) for width in natural]


def _room(width: float) -> float:
    return width * _SLACK * _TWIP + _MARGINS


def _lines(cell: Element) -> list[str]:
    return [text_of(paragraph) for paragraph in find(cell, "w:p")]


def _set_widths(table: Element, rows: Sequence[Row], widths: Sequence[int]) -> None:
    for old in find(table, "w:tblPr/w:tblW | w:tblPr/w:tblLayout"):
        old.getparent().remove(old)
    style = find(table, "w:tblPr/w:tblStyle")[0]
    style.addnext(make("tblLayout", type="fixed"))
    style.addnext(make("tblW", w=sum(widths), type="dxa"))
    for column, width in zip(find(table, "w:tblGrid/w:gridCol"), widths, strict=True):
        column.set(w("w"), str(width))
    for cell, start, end in itertools.chain.from_iterable(rows):
        child(cell, "tcPr").insert(0, make("tcW", w=sum(widths[start:end]), type="dxa"))


def _height(row: Row, widths: Sequence[int], size: float, face: Typeface) -> float:
    lines = 1
    for cell, start, end in row:
        room = (sum(widths[start:end]) - _MARGINS) / _TWIP
        needed = sum(1 + int(face.width(text, size) / max(room, 1)) for text in _lines(cell))
        lines = max(lines, needed)
    return lines * size * 1.3 + 6


def _keep_together(table: Element, heights: Sequence[float]) -> None:
    """Hold a short table on one page, and a long one's first and last rows together."""
    following = table.getnext()
    noted = following is not None and style_of(following) == "SourceNote"
    last = len(heights) - 1
    for number, row in enumerate(find(table, "w:tr")):
        child(row, "trPr").insert(0, make("cantSplit"))
        is_edge = number < 2 or number == last - 1
        if noted if number == last else sum(heights) <= _SHORT or is_edge:
            for paragraph in find(row, ".//w:p"):
                set_property(paragraph, "keepNext")


def _name(table: Element, rows: Sequence[Row]) -> None:
    """Name a table by its caption, and its rows by their first cells where all have one."""
    properties = table.find(w("tblPr"))
    marks = "self::w:bookmarkStart or self::w:bookmarkEnd"
    for caption in find(table, f"preceding-sibling::*[not({marks})][1]"):
        if style_of(caption) == "Caption":
            properties.append(make("tblCaption", val=text_of(caption)))
    look = properties.find(w("tblLook"))
    named = len(rows[0]) > 1 and all(text_of(row[0][0]).strip() for row in rows if row)
    if look is not None and named:
        look.set(w("firstColumn"), "1")
        look.set(w("val"), f"{int(look.get(w('val'), '0'), 16) | _FIRST_COLUMN:04X}")
