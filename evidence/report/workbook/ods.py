"""A workbook as OpenDocument has it.

The XML is written as text: there is little of it, and a hundred thousand rows take a moment.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Template, ascii_uppercase
from xml.sax.saxutils import escape, quoteattr

from evidence.model.archive import zipped
from evidence.report.tables.companion import Cell
from evidence.report.workbook.pages import FONT, HEADINGS, SIZE, About, Page

_HERE = Path(__file__).parent
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = {
    **{name: f"{_OASIS}:{name}:1.0" for name in ("office", "table", "text", "style", "meta")},
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
# Styles of cells, as `ods_styles.xml` has them.
_TITLE, _HEADING = "Heading_20_1", "Heading_20_2"
_CELL, _HEAD, _LINE, _LINK = "Cell", "Head", "Line", "Link"
_NUMBER, _NUMBER_HEAD = "Number", "Number_20_head"
# In inches: a character of the usual type, and the room beside it.
_CHARACTER, _ROOM = 0.09, 0.12
# Space that XML would make less of.
_BLANKS = re.compile(r"  +|^ | $")


def ods(pages: Sequence[Page], about: About) -> bytes:
    """Return the workbook's bytes."""
    parts = {
        "mimetype": _TYPE,
        "content.xml": _content(pages),
        "styles.xml": _styles(about.lang),
        "meta.xml": _meta(about),
        "META-INF/manifest.xml": (_HERE / "ods_manifest.xml").read_text("utf-8"),
    }
    return zipped({name: text.encode() for name, text in parts.items()}, plain="mimetype")


def _document(name: str, content: Iterable[str]) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{name} {spaces}'
    return f'{start} office:version="1.3">{"".join(content)}</office:{name}>'


def _content(pages: Sequence[Page]) -> str:
    widths = {width for page in pages for width in page.widths()}
    heights = sorted({height for page in pages for height in page.heights(page.widths())})
    rows = {height: f"h{number}" for number, height in enumerate(heights)}
    parts = ["<office:automatic-styles>"]
    parts += (
        f'<style:style style:name="w{width}" style:family="table-column">'
        "<style:table-column-properties "
        f'style:column-width="{width * _CHARACTER + _ROOM:.2f}in"/></style:style>'
        for width in sorted(widths)
    )
    parts += (
        f'<style:style style:name="{name}" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{height}pt"/></style:style>'
        for height, name in rows.items()
    )
    parts.append(
        '<style:style style:name="sheet" style:family="table" style:master-page-name="Sheet"/>'
        "</office:automatic-styles><office:body><office:spreadsheet>"
    )
    for page in pages:
        parts += _table(page, rows)
    parts.append("<table:database-ranges>")
    parts += (_range(page) for page in pages if page.columns)
    parts.append("</table:database-ranges></office:spreadsheet></office:body>")
    return _document("document-content", parts)


def _table(page: Page, rows: Mapping[float, str]) -> Iterator[str]:
    """Yield the XML of a sheet."""
    looks = (rows[height] for height in page.heights(page.widths()))
    yield f'<table:table table:name={quoteattr(page.name)} table:style-name="sheet">'
    for width in page.widths():
        yield f'<table:table-column table:style-name="w{width}"/>'
    yield _row([_cell(page.title, _TITLE)], next(looks))
    for line in page.lines:
        if line.leads_to:
            cell = _lead(line.text, line.leads_to)
        else:
            # Without a table, nothing beside it gives a line room.
            usual = _LINE if page.columns else _CELL
            cell = _cell(line.text, _HEADING if line.heading else usual)
        yield _row([cell], next(looks))
    numeric = page.numeric
    if page.columns:
        named = zip(page.columns, numeric, strict=True)
        cells = [_cell(name, _NUMBER_HEAD if right else _HEAD) for name, right in named]
        head = _row(cells, next(looks))
        yield f"<table:table-header-rows>{head}</table:table-header-rows>"
    styles = [_NUMBER if right else _CELL for right in numeric]
    for row in page.rows:
        cells = [_cell(cell, style) for cell, style in zip(row, styles, strict=True)]
        if page.leads:
            cells[0] = _lead(str(row[0]), str(row[0]))
        yield _row(cells, next(looks))
    yield "</table:table>"


def _row(cells: Iterable[str], look: str) -> str:
    return f'<table:table-row table:style-name="{look}">{"".join(cells)}</table:table-row>'


def _cell(cell: Cell, look: str = _CELL) -> str:
    style = f'table:style-name="{look}"'
    if cell is None or cell == "":
        return f"<table:table-cell {style}/>"
    text = isinstance(cell, str)
    kind = f'"{"string" if text else "float"}"' + ("" if text else f' office:value="{cell}"')
    paragraphs = "".join(f"<text:p>{_text(part)}</text:p>" for part in str(cell).split("\n"))
    return f"<table:table-cell {style} office:value-type={kind}>{paragraphs}</table:table-cell>"


def _lead(text: str, to: str) -> str:
    """Return a cell that leads to a sheet."""
    address = quoteattr(f"#{_quoted(to)}.A1")
    return (
        f'<table:table-cell table:style-name="{_LINK}" office:value-type="string"><text:p>'
        f'<text:a xlink:type="simple" xlink:href={address}>{_text(text)}</text:a>'
        "</text:p></table:table-cell>"
    )


def _text(text: str) -> str:
    # A tab, which LibreOffice leaves out of cells, is better a space than nothing.
    shown = escape(text.replace("\t", " "))
    return _BLANKS.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', shown)


def _range(page: Page) -> str:
    """Return what makes a table of cells: a range with a name and a head."""
    sheet, last = _quoted(page.name), page.head + 1 + len(page.rows)
    end = f"{_letters(len(page.columns))}{last}"
    address = quoteattr(f"{sheet}.A{page.head + 1}:{sheet}.{end}")
    return (
        f'<table:database-range table:name="{page.table}" '
        f'table:target-range-address={address} table:contains-header="true" '
        'table:display-filter-buttons="false"/>'
    )


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _letters(column: int) -> str:
    """Return a column, counted from 1, as spreadsheets name it: A, B … Z, AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


def _styles(lang: str) -> str:
    language, _, country = lang.partition("-")
    title, heading = HEADINGS
    # A script may stand before the country, for which there is no place here.
    country = country.rpartition("-")[2] or "none"
    told = {"language": language, "country": country, "title": title, "heading": heading}
    return Template((_HERE / "ods_styles.xml").read_text("utf-8")).substitute(
        {name: escape(str(text)) for name, text in told.items()}, font=FONT, size=SIZE
    )


def _meta(about: About) -> str:
    day = f"{about.date.isoformat()}T00:00:00"
    told = {
        "dc:title": about.name,
        "dc:subject": about.description,
        "dc:creator": "; ".join(about.authors),
        "dc:description": f"Build {about.fingerprint}",
        "dc:language": about.lang,
        "dc:date": day,
        "meta:creation-date": day,
    }
    content = (f"<{name}>{escape(text)}</{name}>" for name, text in told.items())
    return _document("document-meta", ["<office:meta>", *content, "</office:meta>"])
