"""The page without a mouse: every control is reached, seen, worked and left by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from playwright.sync_api import Page

from tests.access.tools import PAGE

OPEN_DETAILS = "document.querySelectorAll('details').forEach(e => { e.open = true })"

TO_THE_TOP = """
document.body.tabIndex = -1;
document.body.focus();
document.body.removeAttribute('tabindex');
scrollTo(0, 0);
"""


@dataclass(frozen=True)
class Walk:
    """The stops from the top of the page to its end, and what is wrong with them."""

    stops: tuple[str, ...]
    faults: tuple[str, ...]


def walk(page: Page) -> Walk:
    """Press Tab from the top of the page until the focus leaves it: once at every stop."""
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    expected: list[str] = page.evaluate("gate.expected()")
    reached = []
    for _ in expected:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("gate.here()"))
    page.keyboard.press("Tab")
    after = page.evaluate("gate.here().name")

    names = [stop["name"] for stop in reached]
    faults = [
        f"step {number}: {wanted} comes next in the page, the focus went to {name}"
        for number, (wanted, name) in enumerate(zip_longest(expected, names), 1)
        if wanted != name
    ][:1]
    if not faults and after not in ("body", expected[0]):
        faults.append(f"the focus does not leave the page, it goes to {after}")
    faults += [f"hidden when focused: {stop['name']}" for stop in reached if not stop["seen"]]
    faults += [f"focus does not show: {stop['name']}" for stop in reached if not stop["marked"]]
    return Walk(tuple(names), tuple(faults))


def test_tab_goes_through_every_control_in_order(
    wide_and_narrow: Page, tell: Callable[[str], None]
) -> None:
    """Each of the links and controls, not a sample, with all that folds away unfolded.

    In the wide window the table of sources is filtered: its rows differ in nothing that matters
    here, and in the narrow one the walk goes through all of them.
    """
    page = wide_and_narrow
    size = page.viewport_size
    assert size
    wide = size["width"] > 1000
    page.evaluate(OPEN_DETAILS)
    if wide:
        page.locator(".explorer select").first.select_option(index=1)
        page.evaluate(TO_THE_TOP)

    walked = walk(page)

    tell(
        f"keyboard, {size['width']} px: {len(walked.stops)} stops in the order of the page, each "
        f"in sight and marked, {len(walked.faults)} violations"
    )
    assert not walked.faults
    assert len(walked.stops) > (100 if wide else 1000)


def test_whatever_unfolds_does_so_by_enter_and_space(wide_and_narrow: Page) -> None:
    page = wide_and_narrow
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    stuck = []
    for summary in page.locator("summary").filter(visible=True).element_handles():
        summary.focus()
        for key in ("Enter", "Space"):
            before = summary.evaluate("e => e.parentElement.open")
            page.keyboard.press(key)
            if summary.evaluate("e => e.parentElement.open") == before:
                stuck.append(f"{key}: {summary.evaluate('gate.name')}")
    assert not stuck


def test_grounds_open_by_enter_and_space_and_close_by_escape(
    wide_and_narrow: Page, tell: Callable[[str], None]
) -> None:
    page = wide_and_narrow
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    stuck = []
    marks = page.locator("[popovertarget]").filter(visible=True).element_handles()
    for mark in marks:
        for key in ("Enter", "Space"):
            mark.focus()
            page.keyboard.press(key)
            opened = mark.evaluate("e => e.popoverTargetElement.matches(':popover-open')")
            page.keyboard.press("Tab")
            inside = mark.evaluate("e => e.popoverTargetElement.contains(document.activeElement)")
            visible = page.evaluate("gate.here().seen")
            page.keyboard.press("Escape")
            closed = mark.evaluate("e => !e.popoverTargetElement.matches(':popover-open')")
            back = mark.evaluate("e => e === document.activeElement")
            if not (opened and inside and visible and closed and back):
                stuck.append(f"{key}: {mark.evaluate('gate.name')}")
    size = page.viewport_size
    assert size
    tell(
        f"keyboard, {size['width']} px: {len(marks)} marks open and close their grounds and take "
        f"the focus back, {len(stuck)} violations"
    )
    assert marks
    assert not stuck


def test_the_longest_grounds_can_be_walked_through(wide_and_narrow: Page) -> None:
    page = wide_and_narrow
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    links = page.locator("[popover]").evaluate_all(
        "all => all.map(e => [e.id, e.querySelectorAll('a, button').length])"
    )
    longest, count = max(links, key=lambda pair: int(pair[1]))
    page.locator(f"[popovertarget='{longest}']").first.press("Enter")
    for _ in range(count):
        page.keyboard.press("Tab")
        here = page.evaluate("gate.here()")
        assert here["seen"], here
        assert here["marked"], here
    assert page.locator(f"#{longest}").evaluate("e => e.contains(document.activeElement)")


def test_the_skip_link_leads_past_the_contents(wide_and_narrow: Page) -> None:
    page = wide_and_narrow
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_trap_is_found(blank: Page) -> None:
    blank.set_content(
        "<a href=#>a</a><button onkeydown='event.preventDefault()'>b</button><a href=#>c</a>"
    )
    assert "the focus went to button" in walk(blank).faults[0]


def test_a_trap_at_the_end_is_found(blank: Page) -> None:
    blank.set_content("<a href=#>one</a><button onkeydown='event.preventDefault()'>two</button>")
    assert "does not leave" in walk(blank).faults[0]


def test_another_order_is_found(blank: Page) -> None:
    blank.set_content("<a href=#>one</a><a href=# tabindex=1>two</a>")
    assert "step 1:" in walk(blank).faults[0]


def test_a_focus_that_does_not_show_is_found(blank: Page) -> None:
    blank.set_content("<style>* { outline: none }</style><a href=#>one</a>")
    assert walk(blank).faults == ('focus does not show: a "one"',)
    blank.set_content("<style>:focus { outline: 3px solid #eee }</style><a href=#>one</a>")
    assert walk(blank).faults == ('focus does not show: a "one"',)


def test_a_control_under_another_is_found(blank: Page) -> None:
    blank.set_content(
        "<a href=#>one</a><p style='position: fixed; inset: 0; margin: 0'>Over it</p>"
    )
    assert walk(blank).faults == ('hidden when focused: a "one"',)
