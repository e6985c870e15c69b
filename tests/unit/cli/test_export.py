"""`evidence export` of what is no text: workbooks and packages of the small review of plants."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from evidence.cli.check import judge_project
from evidence.cli.export import FILES
from evidence.cli.export_workbook import kept, workbook
from evidence.cli.main import FAULTS, FINE, main
from evidence.engine.project import load as read
from evidence.model.load import load
from evidence.proof import manifest
from evidence.report.tables.companion import Sheet
from evidence.report.workbook.pages import About, Page
from evidence.report.workbook.xlsx import xlsx
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


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_a_workbook_says_is_there_already(form: str, project: Path, capsys: Told) -> None:
    # Its name is not what it is known by.
    assert main(["export", "--to", form, "--output", "out"]) == FINE
    before = {path.name: path.read_bytes() for path in (project / "data").iterdir()}
    assert main(["import", "out", "--write"]) == FINE
    told = capsys.readouterr().out
    assert "The data have all of it already" in told
    assert "no place for it" not in told
    assert {path.name: path.read_bytes() for path in (project / "data").iterdir()} == before


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_what_a_workbook_says_comes_back(form: str, project: Path) -> None:
    before = load(project / "data")
    assert main(["export", "--to", form, "--output", "out"]) == FINE
    for name in ("codings.csv", "appraisals.csv"):
        path = project / "data" / name
        path.write_text(path.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    assert main(["import", "out", "--write"]) == FINE
    after = load(project / "data")
    assert {*after.codings} == {*before.codings}
    assert sorted(map(repr, after.appraisals)) == sorted(map(repr, before.appraisals))


def test_what_was_edited_in_a_workbook_is_told_and_taken(project: Path, capsys: Told) -> None:
    assert main(["export", "--to", "xlsx", "--output", "out.xlsx"]) == FINE
    book = openpyxl.load_workbook("out.xlsx")
    page = book["Codings"]
    (table,) = page.tables.values()
    head, first, *_ = page[table.ref]
    (cell,) = [cell for name, cell in zip(head, first, strict=True) if name.value == "Gist"]
    cell.value = "Said otherwise"
    book.save("out.xlsx")
    assert main(["import", "out.xlsx", "--write"]) == FINE
    assert "codings.csv: 0 new, 1 changed" in capsys.readouterr().out
    assert "Said otherwise" in {row.gist for row in load(project / "data").codings}


CODE = {"evidence/one.py": "0"}


def test_the_workbook_of_a_build_is_kept_while_what_is_in_it_stays(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, judged, sheet = read(project), judge_project(project), Sheet("a", "", ("b",), (("c",),))
    written: list[About] = []

    def noted(pages: Sequence[Page], about: About) -> bytes:
        written.append(about)
        return xlsx(pages, about)

    monkeypatch.setattr("evidence.report.workbook.xlsx.xlsx", noted)
    for mark in ("0123456789ab", "ba9876543210"):
        once = kept(loaded, judged, mark, [sheet], CODE)
        assert once == xlsx(*workbook(loaded, *judged, mark, [sheet]))
    assert len(written) == 1

    evidence, editions = judged
    fewer = replace(evidence, codings=evidence.codings[1:])
    titled = replace(loaded, metadata={**loaded.metadata, "title": "Other"})
    for row in (
        (loaded, (fewer, editions), mark, [sheet], CODE),
        (loaded, judged, mark, [sheet, sheet], CODE),
        (loaded, judged, mark, [sheet], {"evidence/one.py": "1"}),
        (titled, judged, mark, [sheet], CODE),
    ):
        before = len(written)
        assert kept(*row) == kept(*row)
        assert len(written) == before + 1
    # Without knowing what it is written with, none is kept.
    before = len(written)
    for _ in range(2):
        assert kept(loaded, judged, mark, [sheet], None) == once
    assert len(written) == before + 2
