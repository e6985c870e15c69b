"""Documents change places as one set; what ends a build leaves the earlier set."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from render import RenderError
from render.staging import staging, swap


def fill(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_new_files_take_the_place_of_old_ones_and_others_stay(tmp_path: Path) -> None:
    output = fill(tmp_path / "out", a="old", b="old")
    swap(fill(tmp_path / "made", a="new", c="new"), output)
    assert texts(output) == {"a": "new", "b": "old", "c": "new"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "made"}


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    swap(fill(tmp_path / "made", a="new"), tmp_path / "out")
    assert texts(tmp_path / "out") == {"a": "new"}


def test_a_system_that_cannot_exchange_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("render.staging.ctypes.CDLL", lambda *args, **options: object())
    output = fill(tmp_path / "out", a="old", b="old")
    swap(fill(tmp_path / "made", a="new"), output)
    assert texts(output) == {"a": "new", "b": "old"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "made"}


def test_a_full_disk_leaves_the_old_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = fill(tmp_path / "out", a="old", b="old")

    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("render.staging.shutil.copyfile", full)
    with (
        pytest.raises(RenderError, match="the disk is full; free some space"),
        staging(tmp_path / "work", output) as folder,
    ):
        swap(fill(folder / "made", a="new"), output)
    assert texts(output) == {"a": "old", "b": "old"}
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["lock"]


def test_one_build_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom render import RenderError\n"
        "from render.staging import staging\n"
        "try:\n    with staging(Path(sys.argv[1]), Path(sys.argv[2])): pass\n"
        "except RenderError as error:\n    print(error)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "work"), str(tmp_path / "out")]
    with staging(tmp_path / "work", tmp_path / "out"):
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "another build of this project is running; wait until it has ended" in said
    assert not subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_killed_builds_left_goes_with_the_next_one(tmp_path: Path) -> None:
    fill(tmp_path / "out", a="old")
    fill(tmp_path / ".out.killed", a="half")
    (tmp_path / "work" / "build-killed").mkdir(parents=True)
    with staging(tmp_path / "work", tmp_path / "out") as folder:
        assert [path.name for path in (tmp_path / "work").glob("build-*")] == [folder.name]
    assert {path.name for path in tmp_path.iterdir()} == {"out", "work"}


def test_a_fault_within_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), staging(tmp_path / "work", tmp_path / "out"):
        raise KeyError
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["lock"]


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path))
    with (
        pytest.raises(RenderError, match="cannot be written to; make it writable"),
        staging(tmp_path / "work", tmp_path / "out"),
    ):
        raise error
