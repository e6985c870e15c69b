"""The companion of the documents: a workbook with every source, coding, effect and verdict.

It is written by `evidence render` for the same readers as the documents: each sheet is one table
with a head of its own, nothing is merged or coloured to mean something, and text is never taken
for a formula. Its bytes follow from the data alone.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import xlsxwriter

from evidence.engine.formats.word import package
from evidence.findings.confidence import confidence
from evidence.findings.selections import sayings
from evidence.findings.verdicts import Editions
from evidence.model.claims import Finding
from evidence.model.evidence import Coding, Effect, Evidence, Source
from evidence.report import tables
from evidence.report.ledger import SIDES, side_of
from evidence.report.tables.companion import Cell, Sheet, plain
from evidence.rule_text import paragraph
from evidence.words import headline, in_words, label, opening, verdict

CONTENTS = "Contents"
# In characters of the usual type.
_WIDEST, _NARROWEST = 60, 8
# Lines that end early make a text longer by about as much.
_AIR = 1.15
# In points; Excel allows no row higher.
_LINE, _HIGHEST = 15, 409
_CORE = "docProps/core.xml"
_DC = "http://purl.org/dc/elements/1.1/"
_YES = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
class About:
    """What the workbook says of itself, as the documents do.

    Attributes
    ----------
    fingerprint
        Of the build, as all documents bear it.
    """

    title: str
    description: str
    authors: tuple[str, ...]
    lang: str
    date: dt.date
    fingerprint: str


def write(path: Path, sheets: Iterable[Sheet], about: About) -> None:
    """Write the workbook: a sheet that says what it holds, and then the sheets."""
    sheets = tuple(sheets)
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    created = dt.datetime.combine(about.date, dt.time())
    book.set_properties(
        {
            "title": f"Evidence tables: {about.title}",
            "subject": about.description,
            "author": "; ".join(about.authors),
            "comments": f"Build {about.fingerprint}",
            "created": created,
        }
    )
    for sheet in (_contents(sheets, about), *sheets):
        _add(book, sheet)
    link = book.add_format({"hyperlink": True, "text_wrap": True, "valign": "top"})
    for row, sheet in enumerate(sheets, len(_facts(about)) + 1):
        place = f"internal:'{sheet.name}'!A1"
        book.get_worksheet_by_name(CONTENTS).write_url(row, 0, place, link, sheet.name)
    book.close()
    _finish(path, about.lang)


def _facts(about: About) -> Mapping[str, str]:
    return {
        "Title": f"Evidence tables: {about.title}",
        "Description": about.description,
        "Authors": "; ".join(about.authors),
        "Date": about.date.isoformat(),
        "Build": f"{about.fingerprint}, as in the documents that these tables belong to",
    }


def _contents(sheets: Sequence[Sheet], about: About) -> Sheet:
    rows = (
        *_facts(about).items(),
        *((sheet.name, f"{sheet.about} Rows: {len(sheet.rows):,}.") for sheet in sheets),
    )
    what = "What this workbook is, and what each of its sheets holds."
    return Sheet(CONTENTS, what, ("Name or sheet", "What it is or holds"), rows)


def _add(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
    page = book.add_worksheet(sheet.name)
    # A table needs a row.
    rows = sheet.rows or (("none", *[None] * (len(sheet.columns) - 1)),)
    page.add_table(
        0,
        0,
        len(rows),
        len(sheet.columns) - 1,
        {
            "name": "_".join(["Table", *sheet.name.split()]).replace("-", "_"),
            "title": sheet.name,
            "description": sheet.about,
            "style": "Table Style Light 1",
            "columns": [{"header": name, "header_format": head} for name in sheet.columns],
        },
    )
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell, wrapped)
            elif cell is not None:
                page.write_number(number, column, cell, wrapped)
    widths = [
        min(max(_NARROWEST, len(name) + 3, *(len(str(row[column])) for row in rows)), _WIDEST)
        for column, name in enumerate(sheet.columns)
    ]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    # Not every program makes rows as high as their text.
    for number, row in enumerate(rows, 1):
        lines = max(
            -(-len(str(cell)) * _AIR // width) for cell, width in zip(row, widths, strict=True)
        )
        page.set_row(number, min(lines * _LINE, _HIGHEST))
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _finish(path: Path, lang: str) -> None:
    """Say the language, which the library has no word for, and fix the times of the parts."""
    parts = package.read(path)
    core = package.parse(parts[_CORE])
    language = core.makeelement(f"{{{_DC}}}language")
    language.text = lang
    core.append(language)
    parts[_CORE] = package.serialise(core)
    package.write(path, parts)


def sheets(evidence: Evidence, editions: Editions) -> Iterator[Sheet]:
    """Yield the sheets that any review has, from its data."""
    yield _sources(evidence)
    yield _codings(evidence)
    if evidence.codebook.effects:
        yield _effects(evidence)
    yield _table(
        "Searches",
        "Each query that was put, with its results.",
        [asdict(row) for row in evidence.searches],
    )
    yield _table(
        "Screening",
        "Each record that a search turned up, and what was decided.",
        [asdict(row) for row in evidence.screening],
    )
    book = tables.codebook(evidence)
    yield Sheet(
        "Codebook",
        "What was asked of each source and effect, and what each answer means.",
        tuple(book.columns),
        tuple(tuple(map(plain, row)) for row in book.to_numpy().tolist()),
    )
    yield _statements(evidence, editions)
    yield _statements_and_sources(evidence, editions)


def _sources(evidence: Evidence) -> Sheet:
    names = [field.name for field in fields(Source)]
    columns = (*map(_column, names), *map(_column, evidence.codebook.attributes))
    rows = []
    for key, row in evidence.sources.items():
        told = (getattr(row, name) or None for name in names)
        appraised = (_joined(evidence.values(key, name)) for name in evidence.codebook.attributes)
        rows.append((*told, *appraised))
    about = "Each source with its bibliography, how it was read, and its agreed appraisal."
    return Sheet("Sources", about, columns, tuple(rows))


def _codings(evidence: Evidence) -> Sheet:
    rows = tuple(
        (
            row.source_id,
            evidence.sources[row.source_id].year,
            label(row.facet),
            label(row.code),
            label(row.stance),
            row.gist or None,
            row.locator or None,
        )
        for facet in evidence.codebook.facets
        for row in evidence.agreed_codings(facet)
    )
    columns = ("Source", "Year", "Facet", "Code", "Stance", "What it says", "Where")
    about = "What each source was coded for, as agreed: what it says, and where in the text."
    return Sheet("Codings", about, columns, rows)


def _effects(evidence: Evidence) -> Sheet:
    asked = evidence.codebook.effects
    rows = tuple(
        (
            row.source_id,
            evidence.sources[row.source_id].year,
            *(_joined(row.values.get(name, ())) for name in asked),
            row.sample or None,
            row.effect or None,
            row.follow_up_months,
            row.gist or None,
            row.locator or None,
        )
        for row in evidence.agreed_effects
    )
    besides = ("Sample", "Effect as printed", "Follow-up in months", "What it says", "Where")
    columns = ("Source", "Year", *map(label, asked), *besides)
    about = "Each measured effect, as agreed: how it was tested, how it came out, and where."
    return Sheet("Effects", about, columns, rows)


def _table(name: str, about: str, rows: Sequence[Mapping[str, object]]) -> Sheet:
    columns = tuple(rows[0]) if rows else ("nothing",)
    cells = tuple(tuple(_cell(row[column]) for column in columns) for row in rows)
    return Sheet(name, about, tuple(map(_column, columns)), cells)


def _column(name: str) -> str:
    return opening(in_words(name))


def _cell(value: object) -> Cell:
    return value if isinstance(value, (int, float)) else str(value) if value else None


def _joined(values: Iterable[str]) -> str | None:
    return "; ".join(map(label, values)) or None


def _statements(evidence: Evidence, editions: Editions) -> Sheet:
    earlier = {finding.edition for finding in editions.then.values()}
    then = [f"{what} up to {year}" for year in earlier for what in ("Verdict", "Main number")]
    columns = (
        "Entry", "Name", "Statement", "Rule", *then, "Verdict now", "Main number now", "Close",
        "Confidence", "Sources for", "Sources against",
    )  # fmt: skip
    rows = []
    for claim_id, number in evidence.claims.entries().items():
        claim, now = evidence.claims.claims[claim_id], editions.now[claim_id]
        judged = [editions.then[claim_id]] if earlier else []
        rows.append(
            (
                number,
                label(claim_id),
                claim.statement,
                paragraph(claim, evidence.codebook),
                *(cell for finding in (*judged, now) for cell in _judged(finding)),
                _YES[now.close],
                label(level) if (level := confidence(evidence, now).level) else None,
                len(now.supporting),
                len(now.contrary),
            )
        )
    about = "Each statement with its rule, its verdict then and now, and its confidence."
    return Sheet("Statements", about, columns, tuple(rows))


def _judged(finding: Finding) -> tuple[str, str]:
    return verdict(finding), headline(finding)


def _statements_and_sources(evidence: Evidence, editions: Editions) -> Sheet:
    rows = []
    for claim_id, number in evidence.claims.entries().items():
        for side in SIDES:
            source_ids, selection = side_of(evidence, editions.now[claim_id], side)
            said = sayings(evidence, selection) if selection else {}
            for key in evidence.ranked(source_ids):
                head = (number, label(claim_id), side, key, evidence.sources[key].year)
                told = [_told(row) for row in said.get(key, ())]
                rows += [(*head, *row) for row in told or [(None, None, None)]]
    columns = (
        "Entry", "Name", "Side", "Source", "Year", "Coded as", "What it says", "Where",
    )  # fmt: skip
    about = "For each statement all sources for and against it, the weightiest first."
    return Sheet("Statements and sources", about, columns, tuple(rows))


def _told(row: Coding | Effect) -> tuple[Cell, Cell, Cell]:
    if isinstance(row, Coding):
        named = f"{label(row.facet)}: {label(row.code)}, {label(row.stance).lower()}"
    else:
        named = "; ".join(label(name) for held in row.values.values() for name in held)
    return named, row.gist or None, row.locator or None
