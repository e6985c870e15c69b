"""The page on its own: without scripts, without a network, without motion, and not too heavy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from tests.access.tools import PAGE, use_everything

LIMIT = 3_000_000
# What readers must get with or without scripts; the explorer is a set of controls.
CONTENT = "main :is(h1, h2, h3, h4, table, caption, tr, figure, figcaption, img, p, li, dd)"

UNSEEN = f"""() => [...document.querySelectorAll('{CONTENT}')]
  .filter(e => !e.closest('[popover], .explorer, details:not([open]), noscript, nav, template'))
  .filter(e => !e.checkVisibility({{ visibilityProperty: true }}))
  .map(gate.name)"""
# A script may add controls; it is to hide them where it does not run.
DEAD = """() => [...document.querySelectorAll('button, input, select, textarea')]
  .filter(e => gate.shown(e) && !e.popoverTargetElement).map(gate.name)"""


def asks_outside(browser: Browser, address: str) -> list[str]:
    """Name the addresses that a page asks for on opening, on use, and on printing."""
    context = browser.new_context()
    outside: list[str] = []
    context.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("file:", "data:", "blob:")) else outside.append(asked.url)
        ),
    )
    page = context.new_page()
    page.goto(address, wait_until="load")
    use_everything(page)
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(200)
    context.close()
    return outside


def without_scripts(browser: Browser, address: str) -> list[str]:
    """Name the content that is out of sight and the controls that are dead without scripts."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    faults = [f"out of sight: {name}" for name in page.evaluate(UNSEEN)]
    faults += [f"dead: {name}" for name in page.evaluate(DEAD)]
    context.close()
    return faults


def moves(browser: Browser, address: str) -> list[str]:
    """Name what moves although the reader asked for less motion."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate("gate.moving()")
    context.close()
    return found


def test_the_page_asks_no_other_host(
    browser: Browser, html: Path, tell: Callable[[str], None]
) -> None:
    outside = asks_outside(browser, html.as_uri())
    tell(f"requests to other hosts: {len(outside)} violations")
    assert not outside


def test_without_scripts_all_content_is_there(
    browser: Browser, html: Path, tell: Callable[[str], None]
) -> None:
    faults = without_scripts(browser, html.as_uri())
    tell(f"without scripts: {len(faults)} violations")
    assert not faults


def test_less_motion_is_no_motion(
    browser: Browser, html: Path, tell: Callable[[str], None]
) -> None:
    found = moves(browser, html.as_uri())
    tell(f"reduced motion: {len(found)} violations")
    assert not found


def test_the_page_is_not_too_heavy(html: Path, tell: Callable[[str], None]) -> None:
    size = html.stat().st_size
    tell(f"size of the HTML: {size / 1e6:.2f} MB of {LIMIT / 1e6:.0f} MB")
    assert size <= LIMIT


def test_a_request_is_found(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "asks.html"
    page.write_text("<img src='http://127.0.0.1:9/pixel.png'>", encoding="utf-8")
    assert asks_outside(browser, page.as_uri()) == ["http://127.0.0.1:9/pixel.png"]


def test_what_only_scripts_show_is_found(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "scripted.html"
    page.write_text(
        "<main><p hidden>Text</p><button>Filter</button></main>"
        "<script>document.querySelector('p').hidden = false</script>",
        encoding="utf-8",
    )
    assert without_scripts(browser, page.as_uri()) == [
        'out of sight: p "Text"',
        'dead: button "Filter"',
    ]


def test_motion_is_found(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "moving.html"
    page.write_text("<p style='transition: color 1s'>Slow</p>", encoding="utf-8")
    assert moves(browser, page.as_uri()) == ['p "Slow"']
