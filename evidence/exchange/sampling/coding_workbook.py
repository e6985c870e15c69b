"""The coding sheet as a workbook: what to do, a row a source, and a row for each source and code.

Only the cells for answers can be changed, and each has a list of the answers that there are. The
bytes of the workbook follow from the data alone.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_range_abs

from evidence.exchange.sampling.coding_sheet import (
    ANSWERS,
    CODE,
    CODER,
    FINISHED,
    MEANING,
    NOT_SAID,
    OF_SOURCE,
    QUESTION,
    SAYS,
    SOURCE,
    VERSION,
    WHERE,
    YES,
    Question,
    Sheet,
    questions,
    shown,
)
from evidence.model.evidence import Source

INSTRUCTIONS, SOURCES, CODINGS = "Instructions", "Sources", "Codings"
CODING_COLUMNS = (SOURCE, OF_SOURCE[0], QUESTION, CODE, MEANING, *ANSWERS, WHERE, SAYS)
# Any day will do that is the same each time.
_DAY = dt.datetime(2000, 1, 1)
# Excel shows no more of a hint and its title, and follows no longer link.
_LONGEST_HINT, _LONGEST_TITLE, _LONGEST_LINK = 255, 32, 2000
_WIDTHS = {
    SOURCE: 20, "Title": 44, "Authors": 28, "Year": 7, "Link": 30, "Read at": 30, "Text read": 12,
    QUESTION: 11, CODE: 24, MEANING: 64, WHERE: 24, SAYS: 56,
}  # fmt: skip
_USUAL_WIDTH = 18
# In points. Not every program makes rows as high as their text, and lines that end early make it
# longer by about as much.
_LINE, _AIR = 15, 1.1
# Of a title as it stands before each code, in characters.
_SHORT = 24

Look = Mapping[str, Any]
Lists = Mapping[str, tuple[int, int]]
"""By question the first and the last row of its answers on the tab of instructions."""


def write_xlsx(path: Path, sheet: Sheet) -> None:
    """Write the sheet as a workbook."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": f"Coding sheet for {sheet.coder}", "created": _DAY})
        look = _look(book)
        lists = _instructions(book.add_worksheet(INSTRUCTIONS), look, sheet)
        asked = questions(sheet.codebook)
        whole = [question for question in asked if not question.is_code]
        codes = [question for question in asked if question.is_code]
        _sources(book.add_worksheet(SOURCES), look, sheet, whole, lists)
        _codings(book.add_worksheet(CODINGS), look, sheet, codes, lists)


def _look(book: Any) -> Look:
    text = {"valign": "top", "text_wrap": True}
    line = {**text, "border": 1, "border_color": "#BFBFBF"}
    tints = {"even": "#F4F4F4", "odd": "#E8E8E8"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "text": book.add_format(text),
        "name": book.add_format({**text, "bold": True}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#D5DFEA"}),
        **{name: book.add_format({**line, "bg_color": tint}) for name, tint in tints.items()},
        # As text, or a spreadsheet makes a date of the pages 3-4.
        "open": book.add_format({**line, "locked": False, "num_format": "@"}),
    }


def _what_to_do(sheet: Sheet) -> Iterator[str]:
    yield (
        "1. Read each source under Link or Read at, as far as Text read says and no further. Only "
        f"the white cells of the tabs {SOURCES} and {CODINGS} can be changed."
    )
    yield (
        f"2. On the tab {SOURCES}, answer what is asked of the source as a whole. A column of one "
        f"value, such as “name: value”, takes {YES} or nothing."
    )
    yield (
        f"3. On the tab {CODINGS}, choose for each code how the source holds it, or “{NOT_SAID}”. "
        "A code applies when the text says it, not when a reader would infer it. Where a source "
        "holds a code in several ways, use the second and the third answer too."
    )
    yield (
        f"4. For each code that is said, write where in the text ({WHERE}) and, short and in your "
        f"own words, what it says ({SAYS})."
    )
    yield (
        f"5. When you are done with a source, put {YES} under {FINISHED} on the tab {SOURCES}. "
        f"Only then is the source taken in, and what you left empty counts as “{NOT_SAID}”."
    )
    yield (
        "6. Work alone. This sheet shows no earlier answer, on purpose: please look none up, and "
        "compare with nobody before you have sent it back."
    )
    if sheet.codebook.effects:
        yield (
            "Measured effects are not asked. How many a text has is part of the question, and rows "
            "to fill in would give it away."
        )


def _instructions(page: Any, look: Look, sheet: Sheet) -> Lists:
    """Fill the first tab, and return where the answers to each question stand."""
    for column, width in enumerate((24, 30, 96)):
        page.set_column(column, column, width)
    page.write_string(0, 0, "Coding sheet", look["title"])
    row = 1
    for name, said in {
        CODER: sheet.coder,
        VERSION: str(sheet.codebook.version),
        **sheet.about,
    }.items():
        page.write_string(row, 0, name, look["name"])
        page.write_string(row, 1, said)
        row += 1
    for said in _what_to_do(sheet):
        row += 1
        page.merge_range(row, 0, row, 2, said, look["text"])
        page.set_row(row, _LINE * (1 + len(said) // 150))
    row += 2
    for column, name in enumerate((QUESTION, "Answer or code", MEANING)):
        page.write_string(row, column, name, look["head"])
    lists = {}
    for name, wording, answers, codes in _meanings(sheet):
        row += 1
        page.write_string(row, 0, name, look["name"])
        page.write_string(row, 2, wording, look["name"])
        lists[name] = (row + 1, row + len(answers))
        for tint, told in (("odd", answers), ("even", codes)):
            for value, meaning in told.items():
                row += 1
                page.write_string(row, 1, value, look[tint])
                page.write_string(row, 2, meaning, look[tint])
    _finish(page)
    return lists


def _meanings(sheet: Sheet) -> Iterator[tuple[str, str, Mapping[str, str], Mapping[str, str]]]:
    """Yield each question with its wording, its answers and its codes."""
    for name, attribute in sheet.codebook.attributes.items():
        yield name, attribute.question, attribute.values, {}
    for name, facet in sheet.codebook.facets.items():
        none = {NOT_SAID: "The source does not say it."}
        yield name, facet.question, {**facet.stances, **none}, facet.codes


def _sources(page: Any, look: Look, sheet: Sheet, asked: Sequence[Question], lists: Lists) -> None:
    known = (SOURCE, *OF_SOURCE)
    columns = (*known, *(question.heading for question in asked))
    _head(page, look, columns)
    for row, source in enumerate(sheet.sources, 1):
        cells = {SOURCE: source.source_id, **shown(source)}
        _write(page, look, row, {name: cells.get(name) for name in columns})
    last = len(sheet.sources)
    for column, question in enumerate(asked, len(known)):
        _choice(page, question, xl_range(1, column, last, column), lists)
    page.freeze_panes(1, 2)


def _codings(page: Any, look: Look, sheet: Sheet, asked: Sequence[Question], lists: Lists) -> None:
    _head(page, look, CODING_COLUMNS)
    # What stays in sight leaves room for the rest.
    page.set_column(1, 1, _SHORT + 2)
    row = 0
    ranges: dict[tuple[str, int], list[str]] = {}
    first = CODING_COLUMNS.index(ANSWERS[0])
    for number, source in enumerate(sheet.sources):
        tint = "odd" if number % 2 else "even"
        for name, group in groupby(asked, lambda question: question.name):
            begin = row + 1
            for question in group:
                row += 1
                cells: dict[str, str | None] = {
                    SOURCE: source.source_id,
                    QUESTION: name,
                    CODE: question.item,
                    **shown(source, question),
                    OF_SOURCE[0]: short_title(source),
                    # Nothing to choose, and so locked.
                    **dict.fromkeys(ANSWERS[question.several :], ""),
                }
                told = {name: cells.get(name) for name in CODING_COLUMNS}
                _write(page, look, row, told, tint)
            for place in range(question.several):
                column = first + place
                ranges.setdefault((name, place), []).append(xl_range(begin, column, row, column))
    by_name = {question.name: question for question in asked}
    for (name, place), several in ranges.items():
        _choice(page, by_name[name], " ".join(several), lists, further=place > 0)
    page.autofilter(0, 0, row, len(CODING_COLUMNS) - 1)
    page.freeze_panes(1, 4)


def short_title(source: Source) -> str:
    """Return as much of a title as shows in one line."""
    return shorten(source.title, _SHORT, placeholder="…")


def _head(page: Any, look: Look, columns: Sequence[str]) -> None:
    for column, name in enumerate(columns):
        page.write_string(0, column, name, look["head"])
        page.set_column(column, column, _WIDTHS.get(name, _USUAL_WIDTH))
    longest = max(len(name) / _WIDTHS.get(name, _USUAL_WIDTH) for name in columns)
    # Names with hyphens break early.
    page.set_row(0, _LINE * (-(-longest * _AIR // 1) + (longest > 1)))
    _finish(page)


def _write(
    page: Any, look: Look, row: int, cells: Mapping[str, str | None], tint: str = "even"
) -> None:
    """Write a row by column, what is not known open for answers."""
    lines = 1.0
    for column, (name, cell) in enumerate(cells.items()):
        if cell is None:
            page.write_blank(row, column, None, look["open"])
        elif cell.startswith(("https://", "http://")) and len(cell) < _LONGEST_LINK:
            page.write_url(row, column, cell, look[tint], cell)
        else:
            page.write_string(row, column, cell, look[tint])
            # An id stays on its line.
            length = len(cell) * _AIR if " " in cell else 1
            lines = max(lines, -(-length // _WIDTHS.get(name, _USUAL_WIDTH)))
    page.set_row(row, _LINE * lines)


def _choice(
    page: Any, question: Question, cells: str, lists: Lists, *, further: bool = False
) -> None:
    """Let cells be filled with an answer to a question alone; a further one says something."""
    source: Any = [YES]
    if question.allowed != (YES,):
        begin, end = lists[question.name]
        source = f"={INSTRUCTIONS}!{xl_range_abs(begin, 1, end - further, 1)}"
    page.data_validation(
        cells.split(maxsplit=1)[0],
        {
            "validate": "list",
            "source": source,
            "input_title": question.name[:_LONGEST_TITLE],
            "input_message": question.wording[:_LONGEST_HINT],
            "error_title": "Not on the list",
            "error_message": f"Choose from the list; the tab {INSTRUCTIONS} says what each means.",
            "multi_range": cells,
        },
    )


def _finish(page: Any) -> None:
    # Without a password: it keeps from slips, and nobody from anything.
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
