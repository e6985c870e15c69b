"""Coding sheets filled in as people do, for the tests that take them back."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from evidence.exchange.sampling.coding_sheet import ANSWERS, FINISHED, SAYS, WHERE, YES

Codes = Mapping[tuple[str, str, str], Sequence[str]]
"""By source, facet and code the stances."""


def columns(page: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in page[1] if cell.value}


def rows(page: Any, *key: str) -> dict[tuple[Any, ...], int]:
    """The number of each row by its cells under these heads."""
    at = columns(page)
    return {
        tuple(page.cell(row, at[name]).value for name in key): row
        for row in range(2, page.max_row + 1)
    }


def fill(
    path: Path,
    codes: Codes,
    values: Mapping[str, Any],
    finished: Sequence[str],
    change: Callable[[Any], object] = lambda book: None,
) -> None:
    """Fill a sheet in: stances, the same answers for every source, and which are finished."""
    book = openpyxl.load_workbook(path)
    page = book["Codings"]
    at, numbers = columns(page), rows(page, "Source", "Question", "Code")
    for key, stances in codes.items():
        for name, stance in zip(ANSWERS, stances, strict=False):
            page.cell(numbers[key], at[name], stance)
        page.cell(numbers[key], at[WHERE], "abstract: results")
        page.cell(numbers[key], at[SAYS], f"Says so of {key[2]}")
    page = book["Sources"]
    at = columns(page)
    for (source_id,), row in rows(page, "Source").items():
        if source_id in finished:
            for name, value in {**values, FINISHED: YES}.items():
                page.cell(row, at[name], value)
    change(book)
    book.save(path)
