"""A build killed at any moment leaves the old documents or the new, and nothing in the way."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.conftest import THOROUGH
from tests.e2e.builds import build, edition, list_set, swap_for_ever, write_project
from tests.e2e.conftest import KEPT, Suffered
from tests.e2e.processes import lingering

KILLS = 50 if THOROUGH else 4
DOCUMENTS = {"report.html", "report.pdf", "report.docx", "set.json"}


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    """Processes that need not import the engine anew."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.builds"])
    return context


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("fresh", [True, False], ids=["cells-run", "cells-kept"])
def test_kills_spread_over_a_build(
    forks: ForkServerContext,
    tmp_path: Path,
    record: Callable[[Suffered], None],
    fresh: bool,
) -> None:
    root, output = tmp_path / "project", tmp_path / "out"
    draw = random.Random(5)

    def start(number: int) -> multiprocessing.process.BaseProcess:
        write_project(root, number)
        process = forks.Process(target=build, args=(root, output, number, fresh))
        process.start()
        return process

    def finish(number: int) -> float:
        begun = time.monotonic()
        process = start(number)
        process.join()
        assert process.exitcode == 0, (tmp_path / "said").read_text("utf-8")[-2000:]
        assert edition(output) == number
        assert names(output) == DOCUMENTS
        return time.monotonic() - begun

    finish(0)
    lasts = finish(1)
    before = 1
    completed = 0
    for number in range(2, 2 + KILLS):
        process = start(number)
        # Spread over all of it, however few they are.
        process.join((number - 2 + draw.random()) / KILLS * 1.1 * lasts)
        process.kill()
        process.join()
        after = edition(output)
        assert after in {before, number}
        assert names(output) == DOCUMENTS
        completed += after == number
        before = after
    finish(999)
    assert names(root / ".render") <= KEPT
    assert names(tmp_path) == {"project", "out", "said"}
    assert not lingering(root)
    what = "cells run" if fresh else "cells kept"
    record(
        Suffered(
            f"SIGKILL at {KILLS} moments, {what}",
            137,
            f"none; {KILLS - completed} times the old set, {completed} times the new",
            "old or new",
        )
    )


def test_kills_while_sets_are_swapped(
    forks: ForkServerContext, tmp_path: Path, record: Callable[[Suffered], None]
) -> None:
    output = tmp_path / "out"
    for number in (0, 1):
        made = tmp_path / f"made{number}"
        made.mkdir()
        for name in sorted(DOCUMENTS - {"set.json"}):
            (made / name).write_bytes(f"{name} {number}".encode() * 50_000)
        list_set(made, number)
    draw = random.Random(5)
    for _ in range(KILLS):
        process = forks.Process(
            target=swap_for_ever, args=(tmp_path / "made0", tmp_path / "made1", output)
        )
        process.start()
        while not output.exists():
            time.sleep(0.01)
        process.join(draw.uniform(0, 0.3))
        assert process.is_alive()
        process.kill()
        process.join()
        # Either, and whole.
        assert edition(output) in {0, 1}
        assert names(output) == DOCUMENTS
    record(Suffered(f"SIGKILL at {KILLS} moments, swap", 137, "none", "old or new"))
