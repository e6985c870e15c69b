"""axe-core's rules for WCAG 2.0 to 2.2, levels A and AA, in every window and colour scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from evidence.cli.compare import Account, Section
from evidence.cli.review import page as remarks
from evidence.engine.own import OWN_EXTENSION
from evidence.proof.manifest import Manifest
from evidence.report.index import Report
from evidence.report.index import page as index
from tests.access.tools import AXE, PAGE, use_everything
from tests.conftest import needed

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Off unless asked for: the size of targets is the one rule that WCAG 2.2 adds.
RUN = """([tags]) => axe.run(document, {
  runOnly: tags,
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations', 'incomplete'],
})"""
# A contrast that axe leaves open: an element half hidden in a region that scrolls, for example.
CONTRASTS = """nodes => nodes.map(([target, least]) => {
  const e = document.querySelector(target);
  const found = gate.contrast(getComputedStyle(e).color, e);
  return found >= least ? '' : `${target}: ${found.toFixed(2)}, needs ${least}`;
}).filter(Boolean)"""


@dataclass(frozen=True)
class Found:
    """What axe found on a page."""

    version: str
    passed: frozenset[str]
    violations: tuple[str, ...]
    undecided: Counter[str]


def examine(page: Page) -> Found:
    """Run axe; a contrast that it leaves undecided is worked out from the colours."""
    needed(AXE)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(PAGE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(RUN, [TAGS])
    violations = [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    open_contrasts = [
        [node["target"][0], float(node["any"][0]["data"]["expectedContrastRatio"].split(":")[0])]
        for rule in found["incomplete"]
        if rule["id"] == "color-contrast"
        for node in rule["nodes"]
    ]
    violations += [f"color-contrast: {low}" for low in page.evaluate(CONTRASTS, open_contrasts)]
    return Found(
        found["testEngine"]["version"],
        frozenset(rule["id"] for rule in found["passes"]),
        tuple(violations),
        Counter({rule["id"]: len(rule["nodes"]) for rule in found["incomplete"]}),
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(
    browser: Browser, html: Path, width: int, tell: Callable[[str], None]
) -> None:
    """As the page opens, with everything open, and so in the dark: each distinct state once."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="light")
    page.goto(html.as_uri())
    accounts = {"light, as it opens": examine(page)}
    use_everything(page)
    accounts["light, everything open"] = examine(page)
    page.emulate_media(color_scheme="dark")
    accounts["dark, everything open"] = examine(page)
    page.close()

    for state, account in accounts.items():
        tell(
            f"axe-core {account.version}, {width} px, {state}: "
            f"{len(account.passed)} rules passed, {len(account.violations)} violations; "
            f"left to a look: {dict(account.undecided) or 'none'}"
        )
        assert not account.violations
        assert {"color-contrast", "target-size", "link-name", "html-has-lang"} <= account.passed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_in_a_page_of_remarks(browser: Browser, scheme: str, tmp_path: Path) -> None:
    long = "word " * 60
    rows = (("3:7", "Ann 2026-11-27", "comment: Why?", long, "finding B6"), ("9", "", "", "", ""))
    columns = ("place", "who and when", "remark", "on", "behind it")
    sections = (Section("chapters/one.qmd", columns, rows), Section("Without", columns, rows))
    path = tmp_path / "remarks.html"
    path.write_text(remarks(Account("Remarks in a.docx", ("2 comments",), sections)), "utf-8")
    page = browser.new_page(
        viewport={"width": 390, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(path.as_uri())
    found = examine(page)
    page.close()
    assert not found.violations
    assert {"color-contrast", "scrollable-region-focusable"} <= found.passed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_in_an_index_of_reports(browser: Browser, scheme: str, tmp_path: Path) -> None:
    claims = dict.fromkeys(("costs-fall", "much-hope"), "no-data")
    made = Manifest("0a1b2c3d4e5f", {}, {}, {}, {}, {}).saying("Gardens " * 9, claims)
    names = ("report.html", "report.pdf", "report.docx", "report-evidence.xlsx")
    reports = [Report(f"gardens/{year}", made, names) for year in range(2000, 2012)]
    broken = Report("broken", None, (), f"data/codings.csv:2: {'word' * 60}")
    path = tmp_path / "index.html"
    style = (OWN_EXTENSION / "report.css").read_text("utf-8")
    path.write_text(index([*reports, broken], style), "utf-8")
    page = browser.new_page(
        viewport={"width": 390, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(path.as_uri())
    found = examine(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert not found.violations
    assert {"color-contrast", "scrollable-region-focusable", "target-size"} <= found.passed
    assert width <= 390


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("image-alt", "<img src='data:,'>"),
        ("color-contrast", "<p style='color: #999'>Pale</p>"),
        ("button-name", "<button></button>"),
        ("label", "<input>"),
        ("target-size", "<button style='all: unset; font-size: 8px'>a</button>" * 2),
        ("aria-allowed-attr", "<p aria-checked='true' role='paragraph'>No</p>"),
    ],
)
def test_a_violation_is_found(blank: Page, rule: str, body: str) -> None:
    blank.set_content(f"<html lang=en><title>Broken</title><main>{body}</main>")

    assert any(found.startswith(f"{rule}:") for found in examine(blank).violations)


def test_a_pale_text_out_of_sight_is_found(blank: Page) -> None:
    """Axe itself leaves the colours of what has scrolled out of a region undecided."""
    blank.set_content(
        "<html lang=en><title>Broken</title><main><div role=region tabindex=0 aria-label=Wide "
        "style='overflow: auto; width: 200px'><p style='width: 900px'>Dark "
        "<span style='margin-left: 90px; color: #999'>pale and half out of sight</span></p></div>"
    )

    assert any(found.startswith("color-contrast:") for found in examine(blank).violations)
