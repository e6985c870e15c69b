"""The HTML in a browser, wide and narrow."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

VIEWS = [(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")]


@pytest.fixture(scope="module", params=["conformance", "report"])
def address(request: pytest.FixtureRequest) -> str:
    made: Mapping[str, Path] = request.getfixturevalue(request.param)
    return made["html"].as_uri()


def visit(browser: Browser, address: str, view: tuple[int, str]) -> Iterator[Page]:
    """Open the page in a window of a width and a colour scheme; it may ask nobody anything."""
    width, scheme = view
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    opened = context.new_page()
    requests: list[str] = []
    opened.on("request", lambda asked: requests.append(asked.url))
    opened.goto(address)
    yield opened
    outside = [url for url in requests if not url.startswith(("file:", "data:"))]
    context.close()
    assert outside == []


@pytest.fixture(scope="module", params=VIEWS, ids=str)
def seen(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page in each view, for tests that look and change nothing."""
    yield from visit(browser, address, request.param)


@pytest.fixture(params=VIEWS, ids=str)
def page(
    request: pytest.FixtureRequest, browser: Browser, conformance: Mapping[str, Path]
) -> Iterator[Page]:
    """A small report in each view, just opened, for tests that use it."""
    yield from visit(browser, conformance["html"].as_uri(), request.param)


def test_the_page_does_not_scroll_sideways(seen: Page) -> None:
    widths = seen.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_a_wide_table_scrolls_in_its_own_region(page: Page) -> None:
    page.evaluate(
        "document.querySelector('td').textContent = 'wide'.repeat(200);"
        "document.querySelector('td').style.whiteSpace = 'nowrap'"
    )
    region = page.locator("[role=region]:has(td)").first
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(region).to_have_attribute("tabindex", "0")
    assert (region.get_attribute("aria-label") or "").startswith("Table")


def test_the_skip_link_comes_first_and_works(page: Page) -> None:
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to the content"
    box = link.bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_focus_is_visible(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    style = page.locator(":focus").evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert style == ["solid", "3px"]


def test_one_contents_list_is_shown(page: Page) -> None:
    wide, narrow = page.locator("nav.contents.wide"), page.locator("details.contents.narrow")
    assert wide.is_visible() != narrow.is_visible()
    if narrow.is_visible():
        narrow.locator("summary").click()
    link = page.get_by_role("link", name=re.compile(r"^3\s")).filter(visible=True).first
    target = link.get_attribute("href")
    link.click()
    assert target
    assert page.url.endswith(target)
    assert page.locator(target).bounding_box()


def test_landmarks_and_headings(seen: Page) -> None:
    assert seen.get_by_role("main").count() == 1
    assert seen.get_by_role("heading", level=1).all_inner_texts() == [seen.title()]
    levels = seen.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_a_text(seen: Page) -> None:
    texts = seen.evaluate("[...document.images].map(image => [image.alt, image.naturalWidth])")
    assert texts
    assert all(alt for alt, _ in texts)
    assert all(width for _, width in texts)


def test_text_contrast(seen: Page) -> None:
    """Every text's colour against the ground it stands on, by WCAG 2.2's formula."""
    worst = seen.evaluate(
        """() => {
          const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
          const light = c => c.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = element => {
            for (let e = element; e; e = e.parentElement) {
              const colour = parse(getComputedStyle(e).backgroundColor);
              if (colour.length === 3 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
          };
          const ratios = [...document.querySelectorAll('body *')]
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => {
              const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            });
          return Math.min(...ratios);
        }"""
    )
    assert worst >= 4.5


def test_only_what_scrolls_stops_the_keyboard(seen: Page) -> None:
    seen.wait_for_function(
        """[...document.querySelectorAll('[role=region]')].every(region =>
          !region.checkVisibility() ||
          (region.scrollWidth > region.clientWidth + 1) === (region.tabIndex === 0))"""
    )


def test_only_regions_scroll_sideways(seen: Page) -> None:
    outside = seen.evaluate(
        """[...document.querySelectorAll('main *')].filter(e =>
          e.checkVisibility() && !e.closest('[role=region], .visually-hidden, math')
          && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert outside == []


def test_what_one_presses_is_large_enough(seen: Page) -> None:
    """24 by 24 CSS pixels, but for links within a line of text."""
    small = seen.evaluate(
        """[...document.querySelectorAll('summary, button, .contents a')].filter(e => {
          const box = e.getBoundingClientRect();
          return e.checkVisibility() && (box.width < 24 || box.height < 24);
        }).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_contents_mark_the_section_being_read(page: Page) -> None:
    assert page.locator("[aria-current]").count() == 0
    section = page.locator("main section.level2").nth(1).get_attribute("id")
    page.goto(f"{page.url}#{section}")
    page.wait_for_function("document.querySelectorAll('[aria-current=true]').length === 2")
    marked = page.locator("[aria-current]").evaluate_all("all => all.map(link => link.hash)")
    # A heading right below may already be what is read.
    begun = page.locator(f"#{section}, #{section} section").evaluate_all(
        "all => all.map(s => s.id)"
    )
    assert len(set(marked)) == 1
    assert marked[0].removeprefix("#") in begun[:2]


def test_open_contents_close_behind_the_reader(page: Page) -> None:
    narrow = page.locator("details.contents.narrow")
    if not narrow.is_visible():
        pytest.skip("the contents stand at the side")
    narrow.locator("summary").click()
    narrow.get_by_role("link").first.click()
    expect(narrow).not_to_have_attribute("open", "")
    narrow.locator("summary").click()
    page.keyboard.press("Escape")
    expect(narrow).not_to_have_attribute("open", "")
    expect(narrow.locator("summary")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_whole_without_javascript(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    opened = context.new_page()
    opened.goto(address)
    if width == 390:
        opened.locator("details.contents.narrow summary").click()
    shown = opened.locator(".contents.wide a, .contents.narrow a").filter(visible=True)
    assert shown.count() == opened.locator(".contents.wide a").count()
    regions = opened.locator("[role=region]").count()
    assert opened.locator("[role=region][tabindex='0']").count() == regions
    context.close()


def test_print_is_light_and_has_the_contents_once(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 990})
    opened = context.new_page()
    opened.goto(address)
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(31, 42, 51)"
    assert not opened.locator(".contents.wide").is_visible()
    assert opened.locator(".contents.narrow a").first.is_visible()
    context.close()
