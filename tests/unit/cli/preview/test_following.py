"""Builds that wait for other builds, and what is yielded of them."""

import fcntl
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from evidence.cli.preview import following
from evidence.cli.preview.following import built, busy
from evidence.cli.preview.resident import Happened, Resident
from evidence.cli.preview.staying import Asked
from evidence.cli.render import Wanted
from evidence.cli.terminal import progress
from evidence.proof.rebuild import PROGRESS

ASKED = Asked(Wanted(Path("out")), ("html",))


class Pretended(Resident):
    """Answers each request with what it was given."""

    def __init__(self, *answers: list[Happened]) -> None:
        super().__init__(Path())
        self.answers = iter(answers)

    def build(
        self, asked: Asked, unless: Callable[[], bool] = bool, woken: Event | None = None
    ) -> Iterator[Happened]:
        yield from next(self.answers)


def test_what_is_done_is_shown_and_what_happens_comes_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    answers: list[Happened] = [("said", "read"), ("made", [], []), ("failed", "a.qmd:1")]
    given = Pretended(answers)
    assert [*built(tmp_path, given, ASKED, bool, Event())] == answers
    assert stream.getvalue().endswith(" s  read\n")


def test_a_build_that_another_keeps_back_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([True, True, False])
    monkeypatch.setattr(following, "busy", lambda _: next(looks))
    monkeypatch.setattr(following, "LOCK_PAUSE", 0)
    given = Pretended([("failed", "build-running")], [("made", [], [])])
    assert [*built(tmp_path, given, ASKED, bool, Event())] == [("made", [], [])]


def test_progress_is_known_from_faults() -> None:
    stream = io.StringIO()
    with progress(stream) as show:
        show("read     é")
    found = PROGRESS.match(stream.getvalue())
    assert found
    assert found["message"] == "read     é"
    assert not PROGRESS.match("chapters/one.qmd:3: took 2.0 s  or so")


def test_a_lock_is_busy_while_a_build_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not busy(lock)
    with lock.open("a+") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        assert busy(lock)
    assert not busy(lock)
