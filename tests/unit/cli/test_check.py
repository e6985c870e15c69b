import re
import shutil
from pathlib import Path

import pytest

from cli.main import FAULTS, FINE, main

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project that has data and no chapters."""
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_fine_data_are_counted_and_judged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == FINE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The data are fine: 210 sources, 209 of them counted; ")
    assert lines[2].split() == ["claim", "2006", "now"]
    claims = re.findall(r"^  (\S+):$", (project / "data/claims.yml").read_text("utf-8"), re.M)
    assert [line.split()[0] for line in lines[4:]] == claims
    assert len(claims) == 12


def test_every_fault_is_printed_with_its_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data/appraisals.csv").unlink()
    replace(project / "data/sources.csv", ",2006,", ",9006,")
    assert main(["check"]) == FAULTS
    text = capsys.readouterr().err
    assert re.search(r"^data/appraisals\.csv: missing-file: ", text, re.M)
    assert re.search(r"^data/sources\.csv:\d+:year: out-of-range: ", text, re.M)
    assert re.search(r"^\d+ faults in the data$", text, re.M)


def test_faults_are_told_from_the_folder_one_is_in(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data/appraisals.csv").unlink()
    monkeypatch.chdir(project / "data")
    assert main(["check"]) == FAULTS
    assert re.search(r"^appraisals\.csv: missing-file: ", capsys.readouterr().err, re.M)


def test_claim_without_a_rule_is_a_fault(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(project / "data/claims.yml", "  five-themes:", "  six-themes:")
    assert main(["check"]) == FAULTS
    assert "six-themes" in capsys.readouterr().err
