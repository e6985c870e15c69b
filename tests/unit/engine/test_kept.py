"""What is kept is whole, bounded and safe to lose."""

from __future__ import annotations

import os
from pathlib import Path

from evidence.engine import kept


def test_it_gives_back_what_it_got(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert kept.load(folder, "a") is None
    kept.save(folder, "a", b"")
    kept.save(folder, "a", b"1\0\n")
    assert kept.load(folder, "a") == b"1\0\n"


def test_what_is_spoilt_is_not_there(tmp_path: Path) -> None:
    kept.save(tmp_path, "a", b"one")
    for content in (b"", b"one", (tmp_path / "a").read_bytes()[:-1]):
        (tmp_path / "a").write_bytes(content)
        assert kept.load(tmp_path, "a") is None


def test_the_least_used_gives_way(tmp_path: Path) -> None:
    (tmp_path / ".new-left").touch()
    for number in range(kept.MOST):
        kept.save(tmp_path, str(number), b"")
        os.utime(tmp_path / str(number), (number, number))
    kept.load(tmp_path, "1")
    kept.save(tmp_path, "last", b"")
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == kept.MOST
    assert {"1", "last"} <= names
    assert not names & {"0", ".new-left"}
