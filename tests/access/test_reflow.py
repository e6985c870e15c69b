"""Narrow windows, zoom and wider spacing: nothing is lost and nobody scrolls sideways to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.access.tools import PAGE, use_everything

# WCAG 2.2, success criterion 1.4.12.
SPACING = """
* { line-height: 1.5 !important }
* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""


def lost(page: Page) -> list[str]:
    """Name what sticks out of the window, is cut off, or runs over what follows."""
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    faults = [f"sticks out: {name}" for name in page.evaluate("gate.sticking_out()")]
    faults += [f"is cut off: {name}" for name in page.evaluate("gate.cut_off()")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append("the page scrolls sideways")
    return faults


def test_zoom_and_wider_spacing_lose_nothing(
    browser: Browser, html: Path, tell: Callable[[str], None]
) -> None:
    # 320 by 256 is a window of 1280 by 1024 at 400 %.
    page = browser.new_page(viewport={"width": 320, "height": 256})
    page.goto(html.as_uri())
    use_everything(page)
    faults = {"reflow, 320 px (1280 px at 400 %)": lost(page)}
    page.add_style_tag(content=SPACING)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 256})
        faults[f"text spacing, {width} px"] = lost(page)
    page.close()
    for what, found in faults.items():
        tell(f"{what}: {len(found)} violations")
    assert not {what: found for what, found in faults.items() if found}


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("width: 2000px", "sticks out: p"),
        ("width: 90px; overflow: hidden; white-space: nowrap", "is cut off: p"),
        ("height: 10px; overflow: hidden", "is cut off: p"),
        ("height: 10px", "is cut off: p"),
        ("width: 2000px", "the page scrolls sideways"),
    ],
)
def test_a_loss_is_found(blank: Page, style: str, fault: str) -> None:
    blank.set_content(f"<p style='{style}'>{'A long text. ' * 20}</p>")
    assert any(found.startswith(fault) for found in lost(blank))


def test_a_region_may_scroll(blank: Page) -> None:
    blank.set_content(
        "<div role=region tabindex=0 aria-label=Table style='overflow: auto'>"
        "<p style='width: 2000px'>Wide</p></div>"
    )
    assert not lost(blank)
