"""Figures on a phone and in the dark: whole, legible, on the page's own ground."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from evidence.report.figures.files import darkening
from evidence.report.figures.style import NIGHT
from tests.conftest import PROJECT

# Type is 11 points high in a drawing that is 453.6 points wide.
FITS = """() => [...document.querySelectorAll('figure .scroll')].map(region => {
  const drawing = region.querySelector('img');
  return {
    fits: region.scrollWidth <= region.clientWidth + 1,
    told: getComputedStyle(region, '::before').content.startsWith('"Scroll sideways'),
    type: 11 * drawing.getBoundingClientRect().width / 453.6,
  };
})"""


# Width of the window and the least height of type in its figures, in pixels.
LEAST = {1280: 14.6, 768: 14.6, 390: 9, 360: 8.5, 320: 8.5}
GROUNDS = {
    ("light", "screen"): (255, 255, 255),
    ("dark", "screen"): (18, 25, 31),
    ("dark", "print"): (255, 255, 255),
}


@pytest.fixture(scope="module")
def page(browser: Browser, html: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.goto(html.as_uri())
    yield opened
    opened.close()


def test_a_figure_fits_or_says_that_it_scrolls(page: Page, tell: Callable[[str], None]) -> None:
    for width, least in LEAST.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(200)
        figures = page.evaluate(FITS)
        lowest = min(row["type"] for row in figures)
        tell(f"figures, {width} px: type at least {lowest:.1f} px high")
        assert len(figures) == page.locator("figure img").count()
        for row in figures:
            assert row["fits"] is (width >= 360)
            assert row["told"] is not row["fits"]
            assert row["type"] >= least


def test_a_figure_stands_on_the_ground_of_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    for (scheme, media), ground in GROUNDS.items():
        page.emulate_media(media=media, color_scheme=scheme)  # type: ignore[arg-type]
        for drawing in page.locator("figure img").all():
            shot = Image.open(io.BytesIO(drawing.screenshot())).convert("RGB")
            counted = shot.getcolors(shot.width * shot.height)
            assert counted
            assert max(counted)[1] == ground, (scheme, media)


@pytest.mark.parametrize(
    ("within", "ground"), [("<figure>", (255, 255, 255)), ("<div class=scroll>", (18, 25, 31))]
)
def test_a_figure_stays_light_on_a_page_that_does(
    browser: Browser, within: str, ground: tuple[int, int, int]
) -> None:
    """Plain Quarto's page takes the same style sheet but has no dark colours."""
    drawing = darkening(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><defs></defs>'
        '<path d="M0 0H40V40H0z" style="fill: #ffffff"/></svg>',
        NIGHT,
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"
    style = (PROJECT / "_extensions/evidence/report.css").read_text(encoding="utf-8")
    page = browser.new_page(color_scheme="dark")
    page.set_content(f"<style>{style}</style><figure>{within}<img alt='' src='{source}'>")
    shot = Image.open(io.BytesIO(page.locator("img").screenshot())).convert("RGB")
    page.close()
    assert shot.getpixel((20, 20)) == ground
