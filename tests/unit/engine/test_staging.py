"""Documents change places as one set; what ends a build leaves the earlier set."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evidence.engine import RenderError
from evidence.engine import staging as staging_module
from evidence.engine.staging import check_output, staging, swap

NAMES = ("report.html", "report.pdf", "report.docx")


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
    monkeypatch.setattr("evidence.engine.staging.ctypes.CDLL", lambda *args, **options: object())
    output = fill(tmp_path / "out", a="old", b="old")
    swap(fill(tmp_path / "made", a="new"), output)
    assert texts(output) == {"a": "new", "b": "old"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "made"}


def test_new_files_are_on_the_disk_before_they_take_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, made = fill(tmp_path / "out", a="old", b="old"), fill(tmp_path / "made", a="new")
    fill(made / "more", c="new")
    settled = set()

    def fsync(handle: int) -> None:
        assert (output / "a").read_text(encoding="utf-8") == "old"
        settled.add(os.fstat(handle).st_ino)

    monkeypatch.setattr("evidence.engine.staging.os.fsync", fsync)
    swap(made, output)
    assert settled == {path.stat().st_ino for path in (output, output / "a", output / "more/c")}


def test_a_full_disk_leaves_the_old_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = fill(tmp_path / "out", a="old", b="old")

    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("evidence.engine.staging.shutil.copyfile", full)
    with (
        pytest.raises(RenderError, match="the disk is full; free some space"),
        staging(tmp_path / "work", output) as folder,
    ):
        swap(fill(folder / "made", a="new"), output)
    assert texts(output) == {"a": "old", "b": "old"}
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["lock"]


def test_one_build_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom evidence.engine import RenderError\n"
        "from evidence.engine.staging import staging\n"
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
    fill(tmp_path / ".out.build-killed", a="half")
    fill(tmp_path / ".out.backup", a="somebody's own")
    (tmp_path / "work" / "build-killed").mkdir(parents=True)
    with staging(tmp_path / "work", tmp_path / "out") as folder:
        assert [path.name for path in (tmp_path / "work").glob("build-*")] == [folder.name]
    assert {path.name for path in tmp_path.iterdir()} == {"out", "work", ".out.backup"}


def test_a_fault_within_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), staging(tmp_path / "work", tmp_path / "out"):
        raise KeyError
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["lock"]


def test_an_interruption_at_the_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove, interruptions = shutil.rmtree, [KeyboardInterrupt]

    def interrupted(path: Path, **how: Any) -> None:
        if Path(path).parent == tmp_path / "work" and interruptions:
            raise interruptions.pop()
        remove(path, **how)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), staging(tmp_path / "work", tmp_path / "out"):
        pass
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["lock"]


def test_a_build_killed_while_the_old_set_was_aside(tmp_path: Path) -> None:
    fill(tmp_path / ".out.build-x", a="new")
    fill(tmp_path / ".out.build-x.old", a="old")
    with staging(tmp_path / "work", tmp_path / "out"):
        assert texts(tmp_path / "out") == {"a": "old"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "work"}


def test_what_another_program_adds_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = fill(tmp_path / "out", a="old")
    exchange = staging_module._exchange

    def late(one: Path, other: Path) -> None:
        (output / "note").write_text("late", encoding="utf-8")
        exchange(one, other)

    monkeypatch.setattr(staging_module, "_exchange", late)
    swap(fill(tmp_path / "made", a="new"), output)
    assert texts(output) == {"a": "new", "note": "late"}


def test_folders_and_links_in_the_output_stay_what_they_are(tmp_path: Path) -> None:
    output = fill(tmp_path / "out", a="old")
    fill(output / "folder", b="b")
    (output / "link").symlink_to("folder")
    (output / "nowhere").symlink_to("gone")
    output.chmod(0o750)
    swap(fill(tmp_path / "made", a="new"), output)
    assert (output / "folder" / "b").read_text(encoding="utf-8") == "b"
    assert (output / "link").readlink() == Path("folder")
    assert (output / "nowhere").readlink() == Path("gone")
    assert output.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("name", ["", "project"])
def test_an_output_that_holds_the_project(tmp_path: Path, name: str) -> None:
    with pytest.raises(RenderError, match="output-holds-project: the project itself lies in it"):
        check_output(tmp_path / "project", tmp_path / name, NAMES)


@pytest.fixture
def inhabited(tmp_path: Path) -> Path:
    """A project with inputs of all sorts."""
    for name in ("data/a.csv", ".git/HEAD", "tests/unit/a.py", "docs/x.html"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    "name", ["data", "data/new", ".git", "tests", "tests/unit", "docs", ".render"]
)
def test_an_output_among_the_inputs(inhabited: Path, name: str) -> None:
    with pytest.raises(
        RenderError, match=rf"/{name}: output-holds-project: .*; give .* begins with `_`"
    ):
        check_output(inhabited, inhabited / name, NAMES)


@pytest.mark.parametrize(
    "name", ["_output", "_x/draft", "new", "new/draft", "empty", "../beside", ".render/preview"]
)
def test_an_output_apart_from_the_inputs(inhabited: Path, name: str) -> None:
    (inhabited / "empty").mkdir()
    output = (inhabited / name).resolve()
    check_output(inhabited, output, NAMES)
    output.mkdir(parents=True, exist_ok=True)
    for made in ("report.html", "manifest.json"):
        (output / made).touch()
    check_output(inhabited, output, NAMES)


@pytest.mark.parametrize("name", ["work", "out"])
def test_a_file_in_the_way(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with (
        pytest.raises(RenderError, match="a file is in the way; move it"),
        staging(tmp_path / "work", tmp_path / "out"),
    ):
        pass
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("closed", ["", "out"])
def test_a_folder_that_cannot_be_written_to(tmp_path: Path, closed: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / closed).chmod(0o555)
    try:
        with (
            pytest.raises(RenderError, match="cannot be written to; make it writable"),
            staging(tmp_path / "work", tmp_path / "out"),
        ):
            pass
    finally:
        (tmp_path / closed).chmod(0o755)


def test_a_fault_of_reading_is_not_told_as_one_of_writing(tmp_path: Path) -> None:
    with (
        pytest.raises(PermissionError),
        staging(tmp_path / "work", tmp_path / "out"),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", "chapters/one.qmd")
