import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evidence.cli.project import (
    NoProjectError,
    find_project,
    named_document,
    only_writer,
    shown,
    write_data,
    write_new,
)


def test_project_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").touch()
    below = tmp_path / "chapters" / "deep"
    below.mkdir(parents=True)
    assert find_project(below) == tmp_path


def test_nearest_project_is_taken(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    for folder in (tmp_path, inner):
        (folder / "_quarto.yml").touch()
    assert find_project(inner) == inner


def test_no_project_says_what_is_missing_and_where(tmp_path: Path) -> None:
    with pytest.raises(NoProjectError, match=r"no _quarto\.yml in .* change to the"):
        find_project(tmp_path)


def test_paths_are_shown_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "_output" / "report.pdf") == Path("_output/report.pdf")
    assert shown(tmp_path.parent / "report.pdf") == tmp_path.parent / "report.pdf"


def test_nothing_is_left_beside_the_data_that_cannot_be_written(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "second.csv.new").mkdir(parents=True)
    (data / "first.csv").write_text("before")
    with pytest.raises(OSError, match="second"):
        write_data(tmp_path, {"first.csv": "after", "second.csv": "after"})
    assert (data / "first.csv").read_text() == "before"
    assert not (data / "first.csv.new").exists()


@pytest.mark.parametrize("folder", ["data", "elsewhere"])
def test_who_writes_waits_for_another_writer(folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir()
    order = []

    def second() -> None:
        with only_writer(tmp_path):
            order.append("second")

    with ThreadPoolExecutor() as pool:
        with only_writer(tmp_path):
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            order.append("first")
        waiting.result(timeout=10)
    assert order == ["first", "second"]


def test_whoever_stops_it_while_files_take_their_places_finds_all_of_them_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    replace = Path.replace

    def stopped(path: Path, place: Path) -> Path:
        done = replace(path, place)
        os.kill(os.getpid(), signal.SIGINT)
        return done

    monkeypatch.setattr(Path, "replace", stopped)
    # Another thread may be the one that a signal to the process reaches.
    with ThreadPoolExecutor() as pool:
        pool.submit(time.sleep, 0.2)
        with pytest.raises(KeyboardInterrupt):
            write_data(tmp_path, {"sources.csv": "a", "references.bib": "b"})
    found = {path.name: path.read_text() for path in (tmp_path / "data").iterdir()}
    assert found == {"sources.csv": "a", "references.bib": "b"}


def test_a_new_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    with pytest.raises(TypeError):
        write_new(path, "no bytes")  # type: ignore[arg-type]
    assert not path.exists()
    write_new(path, b"whole")
    with pytest.raises(FileExistsError):
        write_new(path, b"other")
    assert path.read_bytes() == b"whole"


def test_the_document_is_noted_by_the_inputs_alone(tmp_path: Path) -> None:
    (tmp_path / ".render").mkdir()
    settings, text = tmp_path / "_quarto.yml", tmp_path / "book.qmd"
    settings.write_text("project:\n  render: [book.qmd]\n", "utf-8")
    text.write_text("---\ntitle: Plants\ndate: 2026-11-22\n---\n", "utf-8")
    assert named_document(tmp_path, "one") == ("book", True)
    text.write_text("---\ntitle: Plants\ndate: today\n---\n", "utf-8")
    assert named_document(tmp_path, "two") == ("book", False)
    text.rename(tmp_path / "report.qmd")
    settings.write_text("project:\n  render: [report.qmd]\n", "utf-8")
    assert named_document(tmp_path, "three") == ("report", False)


@pytest.mark.parametrize("noted", ["", "{", "7", "[]", '["one", "other"]'])
def test_a_note_that_is_broken_is_none(tmp_path: Path, noted: str) -> None:
    (tmp_path / ".render").mkdir()
    (tmp_path / ".render/document.json").write_text(noted, "utf-8")
    (tmp_path / "_quarto.yml").write_text("project:\n  render: [book.qmd]\n", "utf-8")
    (tmp_path / "book.qmd").write_text("---\ntitle: Plants\n---\n", "utf-8")
    assert named_document(tmp_path, "one") == ("book", False)
