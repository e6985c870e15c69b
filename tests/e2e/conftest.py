"""What the end-to-end tests share: rows for the table of faults at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.conftest import FAULT

# What builds and checks keep in `.render/` for the next ones.
KEPT = {
    "document.json", "drawings", "lock", "prose", "results", "sections", "typed", "wordings.json",
    "workbook",
}  # fmt: skip


class Suffered(NamedTuple):
    """What came of one fault."""

    fault: str
    code: int | str
    message: str
    outputs: str


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Callable[[Suffered], None]:
    """Add a row to the table of faults."""
    return lambda row: record_property(FAULT, list(row))
