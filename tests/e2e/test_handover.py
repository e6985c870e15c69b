"""The walk in docs/handover.md, with the small review of plants."""

import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from evidence.cli.main import CHANGED, FINE
from tests.conftest import PROJECT, copy_project, evidence


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("handover") / "project"
    shutil.copytree(PROJECT / "tests/second_review", project)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    return project


def test_the_walk_in_the_docs(project: Path) -> None:
    walk = (PROJECT / "docs/handover.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", walk, re.MULTILINE | re.DOTALL)
    commands = "".join(blocks).splitlines()
    assert len(commands) > 7
    for command in commands:
        done = evidence(project, *command.split()[1:])
        asked = command.startswith("evidence rap")
        assert done.returncode == (CHANGED if asked else FINE), done.stderr
    with ZipFile(project / "report.zip") as archive:
        assert {"report.html", "data/sources.csv", "chapters/results.qmd"} <= {*archive.namelist()}
    again = evidence(project, "export", "--to", "ro-crate", "--output", "again.zip")
    assert again.returncode == FINE
    assert (project / "again.zip").read_bytes() == (project / "report.zip").read_bytes()


def test_the_crate_unpacked_is_a_project_that_makes_the_same(project: Path, tmp_path: Path) -> None:
    with ZipFile(project / "report.zip") as archive:
        archive.extractall(tmp_path)
    verified = evidence(tmp_path, "verify", ".")
    assert verified.returncode == FINE, verified.stdout
    assert "Equal: the same inputs and tools" in verified.stdout
    assert evidence(tmp_path, "render").returncode == FINE
    for name in ("report.html", "report.pdf", "report.docx", "report-evidence.xlsx"):
        assert (tmp_path / "_output" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_the_tables_beside_the_documents_are_those_that_are_exported(project: Path) -> None:
    evidence(project, "render")
    done = evidence(project, "export", "--to", "xlsx", "--output", "alone.xlsx")
    assert done.returncode == FINE
    beside = project / "_output/report-evidence.xlsx"
    assert (project / "alone.xlsx").read_bytes() == beside.read_bytes()


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_all_that_the_workbook_of_this_review_says_is_there_already(
    form: str, tmp_path: Path
) -> None:
    project = copy_project(tmp_path / "project", "tests", "benchmarks")
    done = evidence(project, "export", "--to", form, "--output", f"out.{form}")
    assert done.returncode == FINE, done.stderr
    done = evidence(project, "import", f"out.{form}")
    assert done.returncode == FINE, done.stderr
    for name in ("codings", "effects", "appraisals"):
        assert f"{name}.csv: 0 new, 0 changed" in done.stdout
    assert "The data have all of it already" in done.stdout
