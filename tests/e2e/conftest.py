"""What the end-to-end tests share: the table of faults at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest


class Suffered(NamedTuple):
    """What came of one fault."""

    fault: str
    code: int | str
    message: str
    outputs: str


TABLE = pytest.StashKey[list[Suffered]]()


@pytest.fixture
def record(pytestconfig: pytest.Config) -> Callable[[Suffered], None]:
    """Add a row to the table of faults."""
    return pytestconfig.stash.setdefault(TABLE, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    rows = config.stash.get(TABLE, [])
    if not rows:
        return
    terminalreporter.section("faults")
    for row in (Suffered("fault", "exit", "message", "outputs"), *rows):
        message = f"{row.message[:70]}…" if len(row.message) > 71 else row.message
        line = f"{row.fault:38}  {row.code!s:>4}  {row.outputs:10}  {message}"
        terminalreporter.line(line)
