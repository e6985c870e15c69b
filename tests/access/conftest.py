"""What the gates share: pages, and the account they give at the end of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import GATE


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Add a line to the gates' account."""
    return lambda line: record_property(GATE, line)


@pytest.fixture(scope="session")
def html(report: Mapping[str, Path]) -> Path:
    return report["html"]


@pytest.fixture(scope="session")
def pdf(report: Mapping[str, Path]) -> Path:
    return report["pdf"]


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page, for the small broken documents that a gate has to refuse."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture(params=[1280, 390])
def wide_and_narrow(request: pytest.FixtureRequest, browser: Browser, html: Path) -> Iterator[Page]:
    """The report at the two widths of the issue."""
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    opened = context.new_page()
    opened.goto(html.as_uri())
    yield opened
    context.close()
