"""What counts as a change of the project's files."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evidence.cli.preview import watching
from evidence.cli.preview.watching import Stamp, changes, look, named, saves

ONE, TWO = Path("chapters/one.qmd"), Path("data/two.csv")


def nothing() -> None:
    """Wait for nothing."""


def test_many_files_are_named_in_short() -> None:
    files = [Path(f"data/{number}.csv") for number in range(5)]
    assert named(files[:1]) == "data/0.csv"
    assert named(files[:3]) == "data/0.csv, data/1.csv, data/2.csv"
    assert named(files) == "data/0.csv, data/1.csv, data/2.csv, 2 more"


def test_every_way_of_saving_is_seen(tmp_path: Path) -> None:
    one = tmp_path / ONE
    one.parent.mkdir()
    one.write_text("old", "utf-8")
    before = look(tmp_path)
    beside = one.with_name(".one.qmd.swp")
    beside.write_text("new", "utf-8")
    assert look(tmp_path) == before
    beside.replace(one)
    assert look(tmp_path) != before
    one.unlink()
    assert ONE not in look(tmp_path)


def test_a_file_that_says_it_is_as_old_and_is_as_long_is_seen(tmp_path: Path) -> None:
    one = tmp_path / ONE
    one.parent.mkdir()
    one.write_text("old", "utf-8")
    before, stat = look(tmp_path), one.stat()
    with one.open("r+", encoding="utf-8") as file:
        file.write("new")
    os.utime(one, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert look(tmp_path) != before


def test_a_burst_of_saves_counts_once() -> None:
    def stamps(*numbers: int) -> Mapping[Path, Stamp]:
        return dict(zip((ONE, TWO), ((number, 0, 0, 0) for number in numbers), strict=False))

    looks = iter(
        stamps(*numbers)
        for numbers in (
            *((1, 1), (1, 1)),
            *((2, 1), (3, 1), (3, 2), (3, 2)),
            *((3, 2), (3,), (3,)),
        )
    )
    found = changes(lambda: next(looks), nothing, nothing)
    assert next(found) == [ONE, TWO]
    assert next(found) == [ONE, TWO]
    assert next(found) == [TWO]


def test_what_changes_while_the_taker_is_busy_comes_next_without_a_rest(tmp_path: Path) -> None:
    def rest() -> None:
        pytest.fail("rested")

    (tmp_path / "chapters").mkdir()
    one = tmp_path / ONE
    one.write_text("1", "utf-8")
    found = changes(lambda: look(tmp_path), nothing, rest)
    assert ONE in next(found)
    for text in ("22", "333", "4444"):
        one.write_text(text, "utf-8")
    assert next(found) == [ONE]


def test_a_change_taken_back_at_once_is_none() -> None:
    one, other = {ONE: (1, 0, 0, 0)}, {ONE: (2, 0, 0, 0)}
    looks = iter([one, one, other, one, one])
    found = changes(lambda: next(looks), nothing, nothing)
    assert next(found) == [ONE]
    with pytest.raises(RuntimeError, match="StopIteration"):
        next(found)


def replaced(project: Path) -> None:
    beside = project / "beside"
    beside.mkdir()
    (beside / ONE.name).write_text("other", "utf-8")
    (project / ONE.parent).rename(project / "gone")
    beside.rename(project / ONE.parent)


SAVES: dict[str, Callable[[Path], object]] = {
    "written": lambda project: (project / ONE).write_text("new", "utf-8"),
    "another folder in its place": replaced,
    "a file with another in its place": lambda project: (project / TWO).replace(project / ONE),
}


@pytest.mark.parametrize("is_announced", [True, False])
def test_saves_are_noticed_whether_or_not_they_are_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_announced: bool
) -> None:
    for file in (ONE, TWO):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text("old", "utf-8")
    if not is_announced:
        monkeypatch.setattr(
            watching, "watch", lambda *_, stop_event, **__: iter(stop_event.wait, True)
        )
    with saves(tmp_path) as (found, _):
        next(found)
        for save in SAVES.values():
            time.sleep(0.05)
            save(tmp_path)
            assert ONE in next(found)


def test_a_save_wakes_whoever_waits(tmp_path: Path) -> None:
    (tmp_path / ONE).parent.mkdir()
    (tmp_path / ONE).write_text("old", "utf-8")
    with saves(tmp_path) as (_, woken):
        # The system may not be listening yet.
        for number in range(100):
            (tmp_path / ONE).write_text(str(number), "utf-8")
            if woken.wait(0.3):
                break
        assert woken.is_set()
