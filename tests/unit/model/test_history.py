"""Releases: versions in order, and a file that is read as it was written."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.model.faults import Fault
from evidence.model.history import History, is_version, rank
from evidence.model.history_file import read_history, written

DATA = Path(__file__).parent / "data"


def history(path: Path) -> History | None:
    faults: list[Fault] = []
    found = read_history(path, faults)
    assert not faults, faults
    return found


def test_versions_are_ordered_as_semantic_versioning_has_it() -> None:
    # The example of its section 11.
    order = [
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.9.0", "1.10.0", "2.0.0",
    ]  # fmt: skip
    assert sorted(sorted(order), key=rank) == order


@pytest.mark.parametrize(
    "text",
    ["1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0\n", "", "1.0.0 --force", "١.0.0"],
)
def test_what_is_no_version(text: str) -> None:
    assert not is_version(text)
    with pytest.raises(ValueError, match="is no version"):
        rank(text)


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    read = history(DATA / "history.yml")
    assert read
    newest = read.releases[0]
    assert newest.changes
    quiet = replace(newest.changes, since="1.1.0", verdicts=(), rules=(), come=(), gone=("Zoë",))
    said = "Säumnis: “no” # and\n- a list? {x}"
    releases = (replace(newest, version="2.0.0", trigger=said, changes=quiet), *read.releases)
    path = tmp_path / "history.yml"
    path.write_text(written(History(3, releases)), encoding="utf-8")
    assert history(path) == History(3, releases)


def test_a_history_without_releases(tmp_path: Path) -> None:
    path = tmp_path / "history.yml"
    path.write_text(written(History(12)), encoding="utf-8")
    assert history(path) == History(12)
