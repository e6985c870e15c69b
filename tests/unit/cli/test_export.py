"""`evidence export` of what is no text: workbooks and packages of the small review of plants."""

import shutil
from pathlib import Path

import pytest

from evidence.cli.export import FILES
from evidence.cli.main import FAULTS, FINE, main
from tests.conftest import PROJECT

PLANTS = PROJECT / "tests/second_review"
Told = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    monkeypatch.chdir(project)
    return project


@pytest.mark.parametrize("form", FILES)
def test_what_is_no_text_is_not_printed(form: str, project: Path, capsys: Told) -> None:
    assert main(["export", "--to", form]) == FAULTS
    told = capsys.readouterr()
    assert not told.out
    assert f"wrong-usage: {form} is not text to print; name a new file with --output" in told.err


@pytest.mark.parametrize("form", FILES)
def test_nothing_is_written_over(form: str, project: Path, capsys: Told) -> None:
    (project / "out").write_text("mine", "utf-8")
    assert main(["export", "--to", form, "--output", "out"]) == FAULTS
    assert "file-exists: out is there already" in capsys.readouterr().err
    assert (project / "out").read_text("utf-8") == "mine"


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_faulty_data_make_no_workbook(form: str, project: Path, capsys: Told) -> None:
    with (project / "data/codings.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,of,this,name\n")
    assert main(["export", "--to", form, "--output", "out"]) == FAULTS
    assert "data/codings.csv" in capsys.readouterr().err
    assert not (project / "out").exists()


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_workbook_is_the_same_each_time(form: str, project: Path, capsys: Told) -> None:
    for name in ("one", "two"):
        assert main(["export", "--to", form, "--output", name]) == FINE
    assert "Written: one, " in capsys.readouterr().out
    assert (project / "one").read_bytes() == (project / "two").read_bytes()
