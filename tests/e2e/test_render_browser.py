"""The HTML in a browser, wide and narrow."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from render import render

CHROMIUM = Path("/usr/bin/chromium")
PROJECT = Path(__file__).parents[1] / "golden" / "conformance" / "project"
# The last ones keep the browser from looking up its maker's hosts.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")


@pytest.fixture(scope="module", params=["conformance", "report"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "report":
        real: Mapping[str, Path] = request.getfixturevalue("report")
        return real["html"].as_uri()
    output = tmp_path_factory.mktemp("browser")
    done = render(PROJECT, to=["html"], output=output, progress=lambda _: None)
    return done.paths["html"].as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    opened = context.new_page()
    requests: list[str] = []
    opened.on("request", lambda asked: requests.append(asked.url))
    opened.goto(address)
    yield opened
    outside = [url for url in requests if not url.startswith(("file:", "data:"))]
    context.close()
    assert outside == []


def test_the_page_does_not_scroll_sideways(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_a_wide_table_scrolls_in_its_own_region(page: Page) -> None:
    page.evaluate(
        "document.querySelector('td').textContent = 'wide'.repeat(200);"
        "document.querySelector('td').style.whiteSpace = 'nowrap'"
    )
    region = page.locator("[role=region]").first
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert region.get_attribute("tabindex") == "0"
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


def test_landmarks_and_headings(page: Page) -> None:
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("heading", level=1).all_inner_texts() == [page.title()]
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_a_text(page: Page) -> None:
    texts = page.evaluate("[...document.images].map(image => [image.alt, image.naturalWidth])")
    assert texts
    assert all(alt for alt, _ in texts)
    assert all(width for _, width in texts)


def test_text_contrast(page: Page) -> None:
    """Every text's colour against the ground it stands on, by WCAG 2.2's formula."""
    worst = page.evaluate(
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
