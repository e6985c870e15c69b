"""A workbook as Excel has it."""

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

import xlsxwriter

from evidence.engine.formats.word.package import Element, parse, serialise
from evidence.model.archive import unzipped, zipped
from evidence.report.workbook.pages import FONT, HEADINGS, SIZE, About, Page

_CORE, _STYLES = "docProps/core.xml", "xl/styles.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# By which Excel knows its own style Heading 1; the others follow.
_FIRST_HEADING = 16
# Excel takes no more characters in a cell.
_MOST = 32_767
_CUT = " … (cut: Excel takes no longer text)"
_A4 = 9

Looks = dict[str, Any]


def xlsx(pages: Sequence[Page], about: About) -> bytes:
    """Return the workbook's bytes."""
    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    }
    book = xlsxwriter.Workbook(content, options)
    book.set_properties(
        {
            "title": about.name,
            "subject": about.description,
            "author": "; ".join(about.authors),
            "comments": f"Build {about.fingerprint}",
            "created": dt.datetime.combine(about.date, dt.time()),
        }
    )
    looks = _looks(book)
    for page in pages:
        _add(book.add_worksheet(page.name), page, looks)
    book.close()
    return _finished(content.getvalue(), about.lang)


def _looks(book: Any) -> Looks:
    wrapped = {"text_wrap": True, "valign": "top"}
    right = {**wrapped, "align": "right", "indent": 1}
    link = {"hyperlink": True, "valign": "top", "font_name": FONT, "font_size": SIZE}
    title, heading = ({"bold": True, "font_size": size} for size in HEADINGS)
    return {
        "title": book.add_format(title),
        "heading": book.add_format(heading),
        "line": book.add_format({"valign": "top"}),
        "link": book.add_format(link),
        "cell": book.add_format(wrapped),
        "head": book.add_format({**wrapped, "bold": True}),
        "number": book.add_format(right),
        "number head": book.add_format({**right, "bold": True}),
    }


def _add(sheet: Any, page: Page, looks: Looks) -> None:
    sheet.write_string(0, 0, page.title, looks["title"])
    for row, line in enumerate(page.lines, 1):
        if line.leads_to:
            _lead(sheet, row, line.text, line.leads_to, looks)
        else:
            # Without a table, nothing beside it gives a line room.
            usual = "line" if page.columns else "cell"
            look = "heading" if line.heading else usual
            sheet.write_string(row, 0, _cut(line.text), looks[look])
    if page.columns:
        _add_table(sheet, page, looks)
    widths = page.widths()
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for row, height in enumerate(page.heights(widths)):
        sheet.set_row(row, height)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _add_table(sheet: Any, page: Page, looks: Looks) -> None:
    numeric = page.numeric
    sheet.add_table(
        page.head,
        0,
        page.head + len(page.rows),
        len(page.columns) - 1,
        {
            "name": page.table,
            "title": page.title,
            "description": page.lines[1].text,
            # Filters and bands are in the way of screen readers and of who sees little.
            "autofilter": False,
            "banded_rows": False,
            "style": "Table Style Light 1",
            "columns": [
                {"header": name, "header_format": looks["number head" if right else "head"]}
                for name, right in zip(page.columns, numeric, strict=True)
            ],
        },
    )
    for number, row in enumerate(page.rows, page.head + 1):
        for column, cell in enumerate(row):
            if column == 0 and page.leads:
                _lead(sheet, number, str(cell), str(cell), looks)
            elif isinstance(cell, str):
                sheet.write_string(number, column, _cut(cell), looks["cell"])
            elif cell is not None:
                look = looks["number" if numeric[column] else "cell"]
                sheet.write_number(number, column, cell, look)
    sheet.repeat_rows(page.head)


def _lead(sheet: Any, row: int, text: str, to: str, looks: Looks) -> None:
    quoted = to.replace("'", "''")
    sheet.write_url(row, 0, f"internal:'{quoted}'!A1", looks["link"], text)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - len(_CUT)] + _CUT


def _finished(content: bytes, lang: str) -> bytes:
    """Say the language, and which cells are headings: the library has no word for either."""
    parts = unzipped(content)
    core = parse(parts[_CORE])
    language = core.makeelement(f"{_DC}language")
    language.text = lang
    core.append(language)
    parts[_CORE] = serialise(core)
    styles = parse(parts[_STYLES])
    for level, size in enumerate(HEADINGS):
        _name_heading(styles, level, str(size))
    parts[_STYLES] = serialise(styles)
    return zipped(parts)


def _name_heading(styles: Element, level: int, size: str) -> None:
    """Make the cells of a size, if there are any, of the style for headings of this level."""
    fonts, named, looks, names = (
        styles.find(f"{_MAIN}{name}") for name in ("fonts", "cellStyleXfs", "cellXfs", "cellStyles")
    )
    sizes = [font.find(f"{_MAIN}sz").get("val") for font in fonts]
    for look in [look for look in looks if sizes[int(look.get("fontId"))] == size]:
        style = deepcopy(look)
        del style.attrib["xfId"]
        number = str(len(named))
        named.append(style)
        look.set("xfId", number)
        name = names.makeelement(
            f"{_MAIN}cellStyle",
            name=f"Heading {level + 1}",
            xfId=number,
            builtinId=str(_FIRST_HEADING + level),
        )
        names.append(name)
    for element in (named, names):
        element.set("count", str(len(element)))
