"""What the end-to-end tests share: the table of faults at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.conftest import told


class Suffered(NamedTuple):
    """What came of one fault."""

    fault: str
    code: int | str
    message: str
    outputs: str


TABLE = "fault"


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Callable[[Suffered], None]:
    """Add a row to the table of faults."""
    return lambda row: record_property(TABLE, list(row))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [Suffered._make(row) for row in told(terminalreporter, TABLE)]
    if not rows:
        return
    terminalreporter.section("faults")
    for row in (Suffered("fault", "exit", "message", "outputs"), *rows):
        message = f"{row.message[:70]}…" if len(row.message) > 71 else row.message
        line = f"{row.fault:38}  {row.code!s:>4}  {row.outputs:10}  {message}"
        terminalreporter.line(line)
