"""A fingerprint stays while nothing changes and moves with whatever reaches a document."""

import os
import shutil
from pathlib import Path

import pytest

from evidence.proof.fingerprint import INPUTS, fingerprint, input_files
from tests.conftest import PROJECT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in INPUTS:
        place = tmp_path / name
        if "." in name.removeprefix("_"):
            place.write_text(name, encoding="utf-8")
        else:
            (place / "deep").mkdir(parents=True)
            (place / "deep" / "a.txt").write_text(name, encoding="utf-8")
    return tmp_path


def test_the_inputs_exist_in_the_project() -> None:
    # Quarto's variables are an input of projects that have some.
    missing = [name for name in INPUTS if not (PROJECT / name).exists()]
    assert missing == ["_variables.yml"]


def test_the_same_files_elsewhere_have_the_same_fingerprint(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy") / "an \N{LATIN SMALL LETTER E WITH ACUTE}"
    shutil.copytree(project, copy)
    os.utime(copy / "report.qmd", (0, 0))
    assert fingerprint(copy) == fingerprint(project)


@pytest.mark.parametrize("name", INPUTS)
def test_each_input_moves_the_fingerprint(project: Path, name: str) -> None:
    before = fingerprint(project)
    place = project / name
    file = place if place.is_file() else place / "deep" / "a.txt"
    file.write_text("other", encoding="utf-8")
    changed = fingerprint(project)
    assert changed != before
    file.rename(file.with_name("renamed"))
    assert fingerprint(project) not in {before, changed}


def test_leavings_of_tools_do_not_count(project: Path) -> None:
    before = fingerprint(project), list(input_files(project))
    for name in ("analysis/__pycache__/a.pyc", "chapters/.a.swp", "README.md", "_output/x"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("left", encoding="utf-8")
    assert (fingerprint(project), list(input_files(project))) == before
