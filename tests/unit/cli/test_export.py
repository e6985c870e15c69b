"""`evidence export` of what is no text: workbooks and packages of the small review of plants."""

import shutil
from pathlib import Path

import pytest

from evidence.cli.export import FILES
from evidence.cli.main import FAULTS, FINE, main
from evidence.proof import manifest
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


@pytest.mark.parametrize("form", ["xlsx", "ods", "data-package"])
def test_faulty_data_are_not_handed_over(form: str, project: Path, capsys: Told) -> None:
    with (project / "data/codings.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,of,this,name\n")
    assert main(["export", "--to", form, "--output", "out"]) == FAULTS
    assert "data/codings.csv" in capsys.readouterr().err
    assert not (project / "out").exists()


@pytest.mark.parametrize("form", ["xlsx", "ods", "data-package"])
def test_what_is_handed_over_is_the_same_each_time(form: str, project: Path, capsys: Told) -> None:
    for name in ("one", "two"):
        assert main(["export", "--to", form, "--output", name]) == FINE
    assert "Written: one, " in capsys.readouterr().out
    assert (project / "one").read_bytes() == (project / "two").read_bytes()


def test_a_crate_needs_documents(project: Path, capsys: Told) -> None:
    assert main(["export", "--to", "ro-crate", "--output", "out.zip"]) == FAULTS
    assert "no-manifest: _output has no documents to hand over" in capsys.readouterr().err
    assert not (project / "out.zip").exists()


def test_a_crate_is_of_the_project_as_it_is(project: Path, capsys: Told) -> None:
    output = project / "_output"
    output.mkdir()
    for name in ("report.html", "ro-crate-metadata.json"):
        (output / name).write_text("{}", "utf-8")
    mark = manifest.fingerprint(project)
    manifest.Manifest.of(project, output).adding(output, mark, manifest.BUILTIN).write(output)
    assert main(["export", "--to", "ro-crate", "--output", "one.zip"]) == FINE
    (output / "report.html").write_text("{ }", "utf-8")
    assert main(["export", "--to", "ro-crate", "--output", "two.zip"]) == FAULTS
    assert "(report.html is not what was built)" in capsys.readouterr().err
    (output / "report.html").write_text("{}", "utf-8")
    with (project / "data/codings.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert main(["export", "--to", "ro-crate", "--output", "two.zip"]) == FAULTS
    assert "data/codings.csv is another here" in capsys.readouterr().err
    assert not (project / "two.zip").exists()
