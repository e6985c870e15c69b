"""LibreOffice's workbooks (OpenDocument) read as tables of text."""

from typing import Any
from zipfile import ZipFile

from evidence.exchange.tables.grids import (
    DATE,
    FORMULA,
    MOST_COLUMNS,
    MOST_ROWS,
    Gathered,
    Grid,
    Unreadable,
    forget,
    parsed,
    too_large,
)

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE, _STYLE = (
    f"{{{_NAMES}{name}:1.0}}" for name in ("table", "text", "office", "style")
)
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_SHEET, _ROW, _COLUMN = f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-column"
_CELL, _COVERED = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_FAMILY = f"{_STYLE}style"
_UNSEEN = ("collapse", "filter")
_SIGNS = {f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_TIME = f"{_OFFICE}time-value"
_ROWS_REPEATED, _COLUMNS_REPEATED = (
    f"{_TABLE}number-{one}-repeated" for one in ("rows", "columns")
)
_ROWS_SPANNED, _COLUMNS_SPANNED = (f"{_TABLE}number-{one}-spanned" for one in ("rows", "columns"))


def read_ods(archive: ZipFile, file: str) -> list[Grid]:
    """Return the tabs of a workbook."""
    grids: list[Grid] = []
    hidden: set[str] = set()
    sheet = _Sheet()
    depth = 0
    with archive.open("content.xml") as opened:
        tags = (_SHEET, _ROW, _COLUMN, _FAMILY)
        for event, element in parsed(opened, tags, ("start", "end")):
            depth += (element.tag == _SHEET) * (1 if event == "start" else -1)
            if event == "start":
                if element.tag == _SHEET and depth == 1:
                    sheet = _Sheet()
            elif element.tag == _FAMILY:
                shown = (one.get(f"{_TABLE}display") for one in element)
                if "false" in shown:
                    hidden.add(element.get(f"{_STYLE}name", ""))
            elif element.tag == _SHEET and depth == 0:
                is_hidden = element.get(f"{_TABLE}style-name") in hidden
                name = element.get(f"{_TABLE}name", "")
                grids.append(sheet.found.grid(file, name, is_hidden=is_hidden))
                forget(element)
            elif depth == 1 and element.tag == _ROW:
                sheet.put(element)
                forget(element)
            elif depth == 1 and element.get(f"{_TABLE}visibility") in _UNSEEN:
                sheet.found.hidden_columns += min(_count(element, _COLUMNS_REPEATED), MOST_COLUMNS)
    return grids


class _Sheet:
    """Reads one tab."""

    def __init__(self) -> None:
        self.found = Gathered()
        self._row = 0

    def put(self, row: Any) -> None:
        """Put the cells of a row, which may stand for several, in their places."""
        cells: dict[int, str] = {}
        made: dict[int, str] = {}
        column = 0
        for cell in row.iter(_CELL, _COVERED):
            times = _count(cell, _COLUMNS_REPEATED)
            text, how = _shown(cell)
            if text or how:
                if column + times > MOST_COLUMNS:
                    raise Unreadable(too_large())
                for at in range(column, column + times):
                    cells[at] = text
                    if how:
                        made[at] = how
            wide, high = _count(cell, _COLUMNS_SPANNED), _count(cell, _ROWS_SPANNED)
            if wide > 1 or high > 1:
                area = (self._row, self._row + high - 1, column, column + wide - 1)
                self.found.merged.append(area)
            column += times
        times = _count(row, _ROWS_REPEATED)
        if cells:
            if self._row + times > MOST_ROWS:
                raise Unreadable(too_large())
            if row.get(f"{_TABLE}visibility") in _UNSEEN:
                self.found.hidden_rows += times
            for number in range(self._row, self._row + times):
                self.found.put(number, cells)
                for at, how in made.items():
                    self.found.made[number, at] = how
        self._row += times


def _count(element: Any, name: str) -> int:
    return max(1, int(element.get(name, "1")))


def _shown(cell: Any) -> tuple[str, str]:
    """Return what stands in a cell, and what it was made of if it is no text."""
    how = FORMULA if cell.get(f"{_TABLE}formula") else ""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if cell.get(f"{_CALC}value-type") == "error":
        return _written(cell), how
    match kind:
        case "float" | "currency":
            return f"{float(cell.get(f'{_OFFICE}value', '0')):.15g}", how
        case "percentage":
            return f"{float(cell.get(f'{_OFFICE}value', '0')) * 100:.12g}%", how
        case "date":
            day = cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
            return day.replace("T", " "), how or DATE
        case "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "").upper(), how
    return _written(cell), how or (DATE if cell.get(_TIME) else "")


def _written(cell: Any) -> str:
    """Return the lines of a cell, without the notes pinned to it."""
    if not len(cell):
        return ""
    return "\n".join(_spoken(one) for one in cell if one.tag == f"{_TEXT}p")


def _spoken(element: Any) -> str:
    text = element.text or ""
    for one in element:
        if one.tag == f"{_TEXT}s":
            text += " "
        elif one.tag in _SIGNS:
            text += _SIGNS[one.tag]
        elif one.tag != f"{_OFFICE}annotation":
            text += _spoken(one)
        text += one.tail or ""
    return text
