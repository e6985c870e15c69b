"""The Word file in another word processor."""

from __future__ import annotations

from collections.abc import Mapping

import pytest


@pytest.fixture
def pages(printed: Mapping[str, list[str]]) -> list[str]:
    """The conformance report's pages as LibreOffice prints them."""
    return printed["conformance"]


def test_it_opens_with_title_contents_and_captions(pages: list[str]) -> None:
    assert "A conformance report" in pages[0]
    assert "Evidence team" in pages[0]
    assert "Table of contents" in pages[1]
    assert "3.1 Made by a cell" in pages[1]
    text = "\n".join(pages).replace("\N{NO-BREAK SPACE}", " ")
    for caption in ("Figure 1: Bars of two things", "Table 2: A typed table"):
        assert caption in text


def test_chapters_start_pages_and_pages_have_numbers(pages: list[str]) -> None:
    # The running head is the first line.
    chapters = [page for page in pages if page.splitlines()[1:2] == ["3 Tables"]]
    assert len(chapters) == 1
    heads = [page for page in pages if "A conformance report" in page]
    assert len(heads) == len(pages)
    assert f"Page 3 of {len(pages)}" in pages[2]
    assert "Page 1" not in pages[0]
