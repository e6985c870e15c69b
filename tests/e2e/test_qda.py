"""The walk in docs/qda.md: codings go out and come back equal, and those of a tool come in."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT, copy_project, evidence
from tests.unit.exchange.qda_files import project as project_of

WALK = (PROJECT / "docs/qda.md").read_text("utf-8")
NOTHING = "there is nothing to write"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", WALK, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("qda") / "project"
    shutil.copytree(PROJECT / "tests/second_review", folder)
    shutil.copytree(PROJECT / "_extensions", folder / "_extensions")
    return folder


def test_the_walk_in_the_docs(small: Path) -> None:
    project_of("nvivo", small)
    (small / "nvivo.map.yml").write_text(blocks("yaml")[0], "utf-8")
    told = []
    commands = "".join(blocks("sh")).splitlines()
    for command in commands:
        done = evidence(small, *command.split()[1:])
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        told.append(done.stdout)
    for command, text in zip(commands, told, strict=True):
        if command.startswith("evidence import review"):
            assert NOTHING in text
            assert "no place" not in text
    dry, written, again = told[-3:]
    assert "Nothing is written yet" in dry
    assert "passages that belong to a case" in dry
    assert "Written: data/codings.csv" in written
    assert NOTHING in again
    rows = (small / "data/codings.csv").read_text("utf-8")
    assert 'characters 33-71,"I slept better, since the garden came."' in rows
    checked = evidence(small, "check")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("form", ["refi-qda", "eppi-json"])
def test_this_review_goes_out_and_comes_back_without_a_change(
    form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = copy_project(tmp_path_factory.mktemp("large") / "project", "tests", "benchmarks")
    for name in ("one", "two"):
        done = evidence(copy, "export", "--to", form, "--output", name)
        assert done.returncode == 0, done.stderr
        assert "left out, for want of a place" in done.stdout
    assert (copy / "one").read_bytes() == (copy / "two").read_bytes()
    back = evidence(copy, "import", "one", "--write")
    assert back.returncode == 0, back.stderr
    assert NOTHING in back.stdout


def test_a_file_that_means_no_good_is_refused_and_nothing_is_written(small: Path) -> None:
    before = {path: path.read_bytes() for path in (small / "data").iterdir()}
    entity = b'<!DOCTYPE x [<!ENTITY a "a">]><Project xmlns="urn:QDA-XML:project:1.0">&a;</Project>'
    (small / "evil.qde").write_bytes(entity)
    done = evidence(small, "import", "evil.qde", "--write")
    assert done.returncode == 1
    assert "evil.qde: unreadable-file: it declares types of its own" in done.stderr
    assert {path: path.read_bytes() for path in (small / "data").iterdir()} == before
