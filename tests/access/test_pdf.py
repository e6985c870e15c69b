"""The PDF: PDF/UA-1 by an independent checker, and what that can't tell by its structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import page as pdf_check
import pypdf
import typst
from playwright.sync_api import Browser

from tests.access.pdf_tree import (
    HEADING,
    attribute,
    elements,
    fonts_left_out,
    inside,
    landmarks,
    leads_nowhere,
    links,
)

# As the PDF's landmarks; what only a browser can use has none in the PDF.
LANDMARKS = """() => [...document.querySelectorAll(
  'main :is(h2, h3, h4, h5, h6, table, img, svg[role=img])')]
  .filter(e => !e.closest('[popover], .explorer, .explorer-list, details:not([open]), noscript'))
  .map(e => e.localName === 'table' ? `table of ${e.querySelectorAll('tr').length} rows`
    : e.localName === 'img' ? `figure: ${e.alt}`
    : e.localName === 'svg' ? `figure: ${e.getAttribute('aria-label')}`
    : e.textContent)
  .map(text => text.replace(/\\s+/g, ' ').trim())"""


@dataclass(frozen=True)
class Account:
    """What the PDF is made of, and what is wrong with it."""

    counts: Counter[str]
    faults: tuple[str, ...]


def examine(path: Path) -> Account:
    """Look at the document's own word about itself, its tags, links, bookmarks and fonts."""
    reader = pypdf.PdfReader(path)
    tagged = elements(reader)
    linked = links(reader)
    bookmarks = _titles(reader.outline)
    counts = Counter(tag for tag, _ in tagged)
    counts += Counter({"bookmarks": len(bookmarks), "links": len(linked)})
    faults = [*_about(reader), *_tags(tagged)]

    places = set(reader.named_destinations)
    for link in linked:
        if leads_nowhere(link, places):
            faults.append(f"a link leads nowhere: {link.get('/Dest') or link.get('/A')}")
        if not link.get("/Contents"):
            faults.append(f"a link has no description: {link.get('/Dest') or link.get('/A')}")
    headings = [str(element.get("/T", "")) for tag, element in tagged if HEADING.match(tag)]
    if not bookmarks or [title for title in bookmarks if title not in headings]:
        faults.append("the bookmarks are not the headings")
    faults += [f"not embedded: {font}" for font in sorted(fonts_left_out(reader))]
    return Account(counts, tuple(faults))


def _about(reader: pypdf.PdfReader) -> list[str]:
    root = reader.root_object
    wanted = {
        "no language": root.get("/Lang"),
        "no title": (reader.metadata.title if reader.metadata else None),
        "the window does not show the title": root.get("/ViewerPreferences", {}).get(
            "/DisplayDocTitle"
        ),
        "not marked as tagged": root.get("/MarkInfo", {}).get("/Marked"),
    }
    return [fault for fault, held in wanted.items() if not held]


def _tags(tagged: list[tuple[str, pypdf.generic.DictionaryObject]]) -> list[str]:
    faults = []
    for tag, element in tagged:
        if tag == "Figure" and len(str(element.get("/Alt", "")).strip()) < 10:
            faults.append("a figure has no alternative text")
        if tag == "TH" and attribute(element, "/Scope") not in ("Row", "Column", "Both"):
            faults.append("a table's header has no scope")
        if tag == "Table" and "TH" not in {below for below, _ in inside(element)}:
            faults.append("a table has no header")
    levels = [int(tag[1]) for tag, _ in tagged if HEADING.match(tag)]
    if levels[:1] != [1] or any(after - before > 1 for before, after in pairwise(levels)):
        faults.append("a heading's level is skipped")
    return faults


def _titles(outline: object) -> list[str]:
    if isinstance(outline, list):
        return [title for item in outline for title in _titles(item)]
    return [str(getattr(outline, "title", ""))]


def made(folder: Path, text: str, *, standards: Sequence[Literal["ua-1"]] = ()) -> Path:
    """Make a small PDF of Typst markup."""
    source, path = folder / "small.typ", folder / "small.pdf"
    source.write_text(text, encoding="utf-8")
    path.write_bytes(typst.compile(source, format="pdf", pdf_standards=list(standards)))
    return path


def test_it_conforms_to_pdf_ua(pdf: Path, tell: Callable[[str], None]) -> None:
    found = pdf_check.validate_pdf(str(pdf), profile=pdf_check.ValidationProfile.PDF_UA_1)
    tell(
        f"PDF/UA-1 by page-validation: {found.rules.passed} of {found.rules.total} rules passed, "
        f"{found.checks.failed} violations"
    )
    assert not [f"{failure.rule_id}: {failure.message}" for failure in found.failures]
    assert found.is_compliant


def test_its_structure_is_whole(pdf: Path, tell: Callable[[str], None]) -> None:
    account = examine(pdf)
    shown = ("H1", "H2", "Figure", "Table", "TH", "TD", "links", "bookmarks")
    tell(
        "structure of the PDF: "
        + ", ".join(f"{account.counts[tag]} {tag}" for tag in shown)
        + f"; {len(account.faults)} violations"
    )
    assert not account.faults
    assert all(account.counts[tag] for tag in shown)


def test_language_and_title_are_those_of_the_html(pdf: Path, html: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(html.as_uri())
    reader = pypdf.PdfReader(pdf)
    assert reader.metadata
    said = page.evaluate("[document.documentElement.lang, document.title]")
    page.close()
    assert [reader.root_object["/Lang"], reader.metadata.title] == said


def test_it_reads_in_the_order_of_the_html(
    pdf: Path, html: Path, browser: Browser, tell: Callable[[str], None]
) -> None:
    """Headings, figures and tables, in the order of the tags and in that of the page."""
    page = browser.new_page()
    page.goto(html.as_uri())
    wanted = page.evaluate(LANDMARKS)
    page.close()

    read = landmarks(pypdf.PdfReader(pdf))

    # Before the first chapter, contents stand at different places.
    read, wanted = (_plain(all_[all_.index("Executive summary") :]) for all_ in (read, wanted))
    tell(f"reading order of the PDF: {len(read)} headings, figures and tables as in the HTML")
    assert read == wanted


def _plain(texts: list[str]) -> list[str]:
    return ["".join(text.split()) for text in texts]


BEGINNING = '#set document(title: "Small")\n#set text(lang: "en")\n'


def test_a_figure_without_a_text_is_found(tmp_path: Path) -> None:
    broken = made(tmp_path, f"{BEGINNING}= One\n#figure(rect(width: 10pt), caption: [Box])")
    assert "a figure has no alternative text" in examine(broken).faults
    assert not pdf_check.is_pdf_compliant(str(broken), profile="ua1")


def test_a_skipped_heading_is_found(tmp_path: Path) -> None:
    broken = made(tmp_path, f"{BEGINNING}= One\n=== Two")
    assert "a heading's level is skipped" in examine(broken).faults


def test_a_table_without_a_header_is_found(tmp_path: Path) -> None:
    broken = made(tmp_path, f"{BEGINNING}= One\n#table(columns: 2)[a][b][c][d]")
    assert "a table has no header" in examine(broken).faults


def test_a_document_that_says_nothing_of_itself_is_found(tmp_path: Path) -> None:
    faults = set(examine(made(tmp_path, "Text")).faults)
    assert {"no title", "the window does not show the title"} <= faults
    assert "the bookmarks are not the headings" in faults


def test_what_is_taken_away_is_missed(tmp_path: Path) -> None:
    whole = made(
        tmp_path,
        f"{BEGINNING}= One <one>\n#link(<one>)[One] #table(columns: 1, table.header[a], [b])",
        standards=["ua-1"],
    )
    assert examine(whole).faults == ()

    writer = pypdf.PdfWriter(clone_from=whole)
    for key in ("/Lang", "/MarkInfo", "/Names"):
        del writer.root_object[key]
    for link in links(pypdf.PdfReader(whole)):
        assert link["/Contents"]
    for page in writer.pages:
        for note in page.annotations or []:
            del note.get_object()["/Contents"]
        fonts: Any = page["/Resources"]
        for font in fonts["/Font"].values():
            for part in font.get_object()["/DescendantFonts"]:
                descriptor = part.get_object()["/FontDescriptor"].get_object()
                for name in [key for key in descriptor if key.startswith("/FontFile")]:
                    del descriptor[name]
    for tag, element in elements(pypdf.PdfReader(whole)):
        if tag == "TH":
            assert attribute(element, "/Scope") == "Column"
    broken = tmp_path / "broken.pdf"
    writer.write(broken)

    faults = examine(broken).faults
    for fault in ("no language", "not marked as tagged"):
        assert fault in faults
    for fault in ("a link has no description", "not embedded", "a link leads nowhere"):
        assert any(found.startswith(fault) for found in faults)


def test_order_is_read_from_the_tags(tmp_path: Path) -> None:
    whole = made(
        tmp_path,
        f"{BEGINNING}= One\nText\n== Two _three_\n"
        "#figure(table(columns: 1, table.header[a], [b]), caption: [Four])\n"
        '#image(bytes("<svg xmlns=\'http://www.w3.org/2000/svg\'/>"), alt: "A drawing")',
        standards=["ua-1"],
    )
    assert landmarks(pypdf.PdfReader(whole)) == [
        "One",
        "Two three",
        "table of 2 rows",
        "figure: A drawing",
    ]
