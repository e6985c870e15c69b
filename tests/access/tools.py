"""The tools that the gates need beside the report's own environment."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.conftest import PROJECT

AXE = PROJECT / "node_modules/axe-core/axe.min.js"
VALIDATOR = PROJECT / "node_modules/vnu-jar/build/dist/vnu.jar"
PAGE = Path(__file__).with_name("page.js")
# The grounds but the first are laid out as plain text, for only one of them opens at a time.
LAY_OUT = """all => all.slice(1).forEach(e => {
  e.removeAttribute('popover');
  e.style.position = 'static';
  e.style.maxHeight = 'none';
})"""


def use_everything(page: Page) -> None:
    """Open every part that opens, show all grounds, and filter the sources where they filter."""
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    choices = page.locator(".explorer select").filter(visible=True)
    if choices.count():
        choices.first.select_option(index=1)
    grounds = page.locator("[popover]")
    if grounds.count():
        grounds.evaluate_all(LAY_OUT)
        page.locator(f"[popovertarget='{grounds.first.get_attribute('id')}']").first.click()
        assert page.locator(":popover-open").count() == 1
        page.evaluate("scrollTo(0, 0)")
