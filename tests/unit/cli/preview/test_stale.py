"""What the process that stays for `evidence preview` takes for a change of code."""

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.cli.preview import stale


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules, one of them loaded, and nothing else that could change."""
    (tmp_path / "loaded.py").write_text("old", "utf-8")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours/words.toml").write_text("old", "utf-8")
    module = types.ModuleType("loaded")
    module.__file__ = str(tmp_path / "loaded.py")
    monkeypatch.setattr(sys, "modules", {"loaded": module, "sys": sys})
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "absent")])
    monkeypatch.setattr(stale, "PACKAGE", tmp_path / "ours")
    monkeypatch.setattr(stale, "OWN_EXTENSION", tmp_path / "shared")
    return tmp_path


def replaced(path: Path) -> None:
    """Put another file of the same size in the place of one, as editors do."""
    beside = path.with_name(".beside")
    beside.write_text("new", "utf-8")
    beside.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a loaded module": lambda code: replaced(code / "loaded.py"),
    "a loaded module goes": lambda code: (code / "loaded.py").unlink(),
    "what a module reads": lambda code: replaced(code / "ours/words.toml"),
    "another file of the package": lambda code: (code / "ours/more.lua").touch(),
    "a module that hides another": lambda code: (code / "pandas.py").touch(),
    "a private module that hides another": lambda code: (code / "_json.py").touch(),
    "a package that hides another": lambda code: (code / "pandas").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_changed_code_is_seen(code: Path, change: Callable[[Path], object]) -> None:
    before = stale.state()
    assert stale.state() == before
    change(code)
    assert stale.state() != before


def test_what_builds_and_editors_leave_behind_is_no_change(code: Path) -> None:
    before = stale.state()
    for made in (".render", "_output", "ours/__pycache__"):
        (code / made).mkdir()
    # What editors leave for a moment
    for made in ("4913", "report.qmd~", ".report.qmd.swp"):
        (code / made).touch()
    (code / "ours/__pycache__/words.pyc.123").touch()
    assert stale.state() == before


def test_what_was_saved_while_modules_were_loaded_is_not_certain(code: Path) -> None:
    known = stale.state()
    saved = (code / "loaded.py").stat().st_ctime_ns
    assert stale.settled(known, saved + 10**9)
    assert not stale.settled(known, saved - 1)
