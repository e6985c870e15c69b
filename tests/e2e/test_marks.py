"""The marks behind stated findings, as readers meet them in the real report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page

from evidence.check.wordings import wordings
from evidence.engine.document import read
from evidence.model.load import load
from tests.conftest import PROJECT

# The marks that don't stand in the line of the character before them.
BEGINS = """[...document.querySelectorAll('.grounds-mark')].filter(mark => {
  const texts = document.createTreeWalker(mark.closest('p, dd'), NodeFilter.SHOW_TEXT);
  const bare = text => text.data.replace(/[\\u2060\\s]+$/, '');
  let before = null;
  for (let text = texts.nextNode(); !mark.contains(text); text = texts.nextNode())
    if (bare(text)) before = text;
  const range = document.createRange();
  range.setStart(before, bare(before).length - 1);
  range.setEnd(before, bare(before).length);
  return range.getBoundingClientRect().bottom < mark.getBoundingClientRect().top;
}).map(mark => mark.parentElement.id)"""
MARK = r"\N{NARROW NO-BREAK SPACE}B\d+\b"
# An entry's heading begins with its number, and words follow.
BEGINNING_MARK = r"^\s*B\d+\b(?! [A-Z])"


@pytest.fixture(scope="module")
def text(pages: list[str]) -> str:
    """The text of the PDF."""
    return "\n".join(pages)


@pytest.fixture(scope="module")
def stated() -> list[str]:
    """The claims in the order in which the report states them."""
    ids = load(PROJECT / "data").claims.ids()
    return [ids[row.claim] for row in wordings(read(PROJECT)).placements]


@pytest.fixture(scope="module")
def marked(stated: list[str]) -> Counter[str]:
    """How often the report marks each claim and each measure."""
    chapters = (path.read_text("utf-8") for path in PROJECT.glob("chapters/*.qmd"))
    measures = re.findall(r'\{measure="([\w-]+)"\}', "\n".join(chapters))
    return Counter(stated) + Counter(measures)


@pytest.fixture(scope="module")
def claims() -> list[str]:
    return list(load(PROJECT / "data").claims.claims)


@pytest.fixture(scope="module")
def measures() -> list[str]:
    return list(load(PROJECT / "data").claims.measures)


def visit(browser: Browser, report: Mapping[str, Path], width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800})
    opened = context.new_page()
    opened.goto(report["html"].as_uri())
    yield opened
    context.close()


@pytest.fixture(scope="module", params=[1280, 390])
def seen(
    request: pytest.FixtureRequest, browser: Browser, report: Mapping[str, Path]
) -> Iterator[Page]:
    """The report at each width."""
    yield from visit(browser, report, request.param)


@pytest.fixture
def window(seen: Page) -> Page:
    """The report at each width, with the focus at the top."""
    seen.emulate_media(media="screen")
    seen.evaluate(
        """document.querySelectorAll(':popover-open').forEach(e => e.hidePopover());
        document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute('tabindex');
        scrollTo(0, 0);"""
    )
    return seen


def focused(window: Page) -> Locator:
    return window.locator(":focus")


def tab_to_a_mark(window: Page) -> Locator:
    """Walk on with the keyboard until a mark has the focus."""
    for _ in range(200):
        window.keyboard.press("Tab")
        if "grounds-mark" in (focused(window).get_attribute("class") or ""):
            return focused(window)
    raise AssertionError("no mark within 200 steps")


def test_the_page_opens_without_grounds(seen: Page) -> None:
    assert seen.locator("[popover]:popover-open").count() == 0
    assert seen.evaluate("[document.activeElement.tagName, scrollY]") == ["BODY", 0]


def test_every_statement_has_a_mark_and_every_claim_its_grounds(
    seen: Page,
    stated: list[str],
    marked: Counter[str],
    claims: list[str],
    measures: list[str],
) -> None:
    marks = seen.locator(".grounds-mark")
    targets = marks.evaluate_all("marks => marks.map(m => m.getAttribute('popovertarget'))")
    named = [target.removeprefix("grounds-") for target in targets]
    assert [name for name in named if name in claims] == stated
    assert Counter(named) == marked
    grounds = seen.locator("[popover]").evaluate_all("all => all.map(e => e.id)")
    assert grounds == [f"grounds-{name}" for name in (*claims, *measures)]


def test_the_keyboard_opens_and_closes_the_grounds(window: Page) -> None:
    mark = tab_to_a_mark(window).element_handle()
    style = focused(window).evaluate("e => getComputedStyle(e).outlineStyle")
    assert style == "solid"
    window.keyboard.press("Enter")
    grounds = window.locator("[popover]:popover-open")
    assert grounds.count() == 1
    assert focused(window).get_attribute("id") == grounds.get_attribute("aria-labelledby")
    window.keyboard.press("End")
    window.wait_for_function("document.activeElement.closest('[popover]').scrollTop > 0")
    window.keyboard.press("Tab")
    assert focused(window).inner_text() == "Close"
    window.keyboard.press("Escape")
    assert grounds.count() == 0
    assert mark is not None
    assert mark.evaluate("mark => mark === document.activeElement")


def test_the_close_button_gives_the_focus_back(window: Page) -> None:
    mark = tab_to_a_mark(window).element_handle()
    for key in ("Space", "Tab", "Enter"):
        window.keyboard.press(key)
    assert window.locator("[popover]:popover-open").count() == 0
    assert mark is not None
    assert mark.evaluate("mark => mark === document.activeElement")


def test_mark_and_grounds_have_names(window: Page) -> None:
    mark = window.get_by_role(
        "button", name="B3: grounds of this finding, are better outcomes expected?", exact=True
    ).first
    assert mark.inner_text() == "B3"
    mark.click()
    assert window.get_by_role(
        "dialog", name="B3 Are better outcomes expected?", exact=True
    ).is_visible()


def test_open_grounds_are_whole_and_scroll_inside(seen: Page, marked: Counter[str]) -> None:
    size = seen.viewport_size
    assert size
    for name in marked:
        grounds = seen.locator(f"#grounds-{name}")
        seen.locator(f"[popovertarget=grounds-{name}]").first.click()
        box = grounds.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"] + 1
        inside = grounds.evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight > 0]")
        assert inside == [0, True]
        seen.keyboard.press("Escape")


def test_what_a_source_leads_to_shows_above_the_grounds(window: Page) -> None:
    window.locator(".grounds-mark").first.click()
    grounds = window.locator("[popover]:popover-open")
    link = grounds.locator("a[href^='#ref-']").last
    link.scroll_into_view_if_needed()
    link.click()
    target = window.locator(":target").bounding_box()
    box = grounds.bounding_box()
    assert target
    assert box
    assert 0 <= target["y"] < box["y"] - 20


@pytest.mark.parametrize("width", [1280, 390])
def test_marks_are_large_enough_and_disturb_no_line(
    browser: Browser, report: Mapping[str, Path], width: int
) -> None:
    for window in visit(browser, report, width):
        look_at_lines(window)


def look_at_lines(window: Page) -> None:
    marks = window.locator(".grounds-mark")
    for box in (mark.bounding_box() for mark in marks.all()):
        assert box
        assert box["width"] >= 24
        assert box["height"] >= 24
    with_marks, without = (
        window.evaluate(
            f"""() => {{
              document.querySelectorAll('.grounds-mark').forEach(m => {{
                m.style.display = '{display}';
                // The sentence after it may move to another line.
                for (let n = m.closest('span').nextSibling; n; n = m.closest('span').nextSibling)
                  n.remove();
              }});
              return [...document.querySelectorAll('p:has(.grounds-mark)')].map(p => {{
                const line = parseFloat(getComputedStyle(p).lineHeight);
                return Math.abs(p.clientHeight / line - Math.round(p.clientHeight / line)) < 0.05;
              }});
            }}"""
        )
        for display in ("", "none")
    )
    assert all(without)
    assert all(with_marks)


def test_no_line_begins_with_a_mark(browser: Browser, report: Mapping[str, Path]) -> None:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(report["html"].as_uri())
    begun = []
    for width in range(320, 720, 16):
        opened.set_viewport_size({"width": width, "height": 800})
        begun += opened.evaluate(BEGINS)
    context.close()
    assert begun == []


def test_grounds_are_not_printed(window: Page) -> None:
    window.locator(".grounds-mark").first.click()
    window.emulate_media(media="print")
    assert not window.locator("[popover]:popover-open").is_visible()
    assert window.locator(".grounds-mark").first.is_visible()


def test_the_pdf_links_marks_to_entries_and_entries_back(
    report: Mapping[str, Path], stated: list[str], claims: list[str]
) -> None:
    reader = pypdf.PdfReader(report["pdf"])
    links = [
        link.get_object()
        for page in reader.pages
        for link in page.get("/Annots", [])
        if "/Dest" in link.get_object()
    ]
    to_entries = Counter(
        str(link["/Dest"]).removeprefix("claim-")
        for link in links
        if str(link["/Dest"]).startswith("claim-")
    )
    # A link over two lines has two annotations.
    assert to_entries.keys() == set(claims)
    assert to_entries >= Counter(stated)
    assert {f"claim-{claim_id}" for claim_id in claims} <= set(reader.named_destinations)
    assert all(link.get("/Contents") for link in links)


def test_pdf_and_word_show_every_mark_behind_its_sentence(
    report: Mapping[str, Path], text: str, marked: Counter[str]
) -> None:
    xml = ZipFile(report["docx"]).read("word/document.xml").decode()
    word = re.sub(r"<[^>]+>", "", xml)
    for said in (text, word):
        assert len(re.findall(MARK, said)) == marked.total()
        assert len(re.findall(rf"\S{MARK}", said)) == marked.total()
        assert "names every place" not in said


def test_word_links_have_their_places(report: Mapping[str, Path], marked: Counter[str]) -> None:
    xml = ZipFile(report["docx"]).read("word/document.xml").decode()
    anchors = re.findall(r'<w:hyperlink [^>]*w:anchor="([^"]+)"', xml)
    places = re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml)
    assert set(anchors) <= set(places)
    assert len(places) == len(set(places))
    assert len([name for name in anchors if name.startswith("stated-")]) == marked.total()


def test_no_line_of_a_word_page_begins_with_a_mark(
    printed: Mapping[str, list[str]], marked: Counter[str]
) -> None:
    said = "\n".join(printed["report"])
    assert len(re.findall(rf"\S{MARK}", said)) == marked.total()
    assert not re.findall(BEGINNING_MARK, said, re.MULTILINE)


def test_no_line_of_the_pdf_begins_with_a_mark(text: str) -> None:
    assert not re.findall(BEGINNING_MARK, text, re.MULTILINE)
