"""How the process that stays leaves what nobody waits for any longer."""

import signal
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

from evidence.cli.preview import staying
from evidence.cli.preview.staying import CANCEL, Asked
from evidence.cli.render import Wanted
from evidence.engine.kernels import Kernels


@pytest.fixture
def signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("doing", "is_sound"),
    [("write    html in 0.1 s", True), ("execute  cell 1/1 one.qmd:3", False)],
    ids=["Typst, which cannot be interrupted", "a cell, which may never end"],
)
@pytest.mark.usefixtures("signals")
def test_only_cells_are_interrupted(
    monkeypatch: pytest.MonkeyPatch, doing: str, *, is_sound: bool
) -> None:
    monkeypatch.setattr(staying, "GENTLE", 0.1)
    ours, theirs = Pipe()
    desk = staying._Desk(theirs, Kernels())

    def make(asked: Asked) -> None:
        desk._show(doing)
        ours.send(CANCEL)
        time.sleep(0.5)

    monkeypatch.setattr(desk, "_make", make)
    ours.send(Asked(Wanted(Path("out")), ("html",)))
    request = desk.next()
    assert request
    assert desk.follow(request) == is_sound
    assert [ours.recv(), ours.recv()] == [("said", doing), ("ended",)]
