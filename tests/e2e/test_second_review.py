"""Another review, of another topic, with one coder and no baseline: checked, rendered, compared."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import evidence

# The environment that Quarto's cells and `evidence check` are to come from.
BIN = Path(sys.executable).parent
PLANTS = Path(__file__).parents[1] / "second_review"


def run(project: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "evidence", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("another") / "review"
    shutil.copytree(PLANTS, project, ignore=shutil.ignore_patterns("_*", ".render"))
    shutil.copy(PLANTS / "_quarto.yml", project)
    shutil.copytree(PLANTS.parents[1] / "_extensions", project / "_extensions")
    return project


def test_its_claims_are_judged() -> None:
    findings = evidence.open(PLANTS).findings.set_index("claim_id")
    # Counted by hand in codings.csv.
    assert findings["verdict"].to_dict() == {
        "plants-help": "supported",  # 7 of 8
        "hope-goes-first": "not-supported",  # 3 to 8
        "three-obstacles": "supported",  # 4, 3 and 3
        "obstacles-stay": "partly",  # 4 of 10
        "many-effects": "supported",  # 4
    }
    assert not findings.loc["hope-goes-first", "silent"]


def test_it_has_no_agreement_to_tell_of() -> None:
    assert evidence.open(PLANTS).agreement.empty


def test_check_knows_no_earlier_edition(plants: Path) -> None:
    said = run(plants, "check")
    assert "12 sources" in said
    assert "baseline" not in said


def test_it_renders_in_three_formats_that_say_the_same(plants: Path) -> None:
    run(plants, "render")
    run(plants, "parity")
    page = (plants / "_output/report.html").read_text("utf-8")
    assert "What stands in the way is got over at times (4 of 10)." in page
    # The wordings of other verdicts are gone, and the mark leads to the grounds.
    assert "What stands in the way is got over (4 of 10)." not in page
    assert 'href="#stated-obstacles-stay-1"' in page


@pytest.mark.quarto
def test_quarto_renders_it_with_places_linked_by_number(plants: Path, tmp_path: Path) -> None:
    run(plants, "render", "--engine", "quarto", "--to", "html", "--output", str(tmp_path))
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "What stands in the way is got over at times (4 of 10)." in page
    assert 'href="#stated-obstacles-stay-1"' in page


def test_an_edition_stands_beside_the_report_and_has_only_what_there_was(plants: Path) -> None:
    run(plants, "render")
    current = (plants / "_output/report.html").read_text("utf-8")
    # The first of all sources; a year in which several claims are judged.
    for year, read in (("2001", "One source was read"), ("2014", "7 sources were read")):
        run(plants, "render", "--edition", year)
        run(plants, "parity", f"_output/{year}")
        page = (plants / f"_output/{year}/report.html").read_text("utf-8")
        assert f"Edition of {year}: sources up to that year" in page
        assert read in page
        assert "2019, after this edition" in page
        assert "Linden" not in page
        told = run(plants, "verify", f"_output/{year}")
        assert "Equal: the same inputs and tools" in told
    assert (plants / "_output/report.html").read_text("utf-8") == current
    told = run(plants, "redline", "_output/2014", "_output", code=1)
    assert "sources added: hazel2016, ivy2018" in told
    # Nothing that cells gave for an edition is taken for the report.
    (plants / "_output/report.html").unlink()
    run(plants, "render", "--to", "html")
    assert (plants / "_output/report.html").read_text("utf-8") == current


@pytest.mark.quarto
def test_plain_quarto_renders_an_edition(plants: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["quarto", "render", "--to", "html", "--output-dir", str(tmp_path)],
        cwd=plants,
        env={
            **os.environ,
            "EVIDENCE_EDITION": "2001",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "QUARTO_PYTHON": sys.executable,
        },
        check=True,
    )
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Edition of 2001: sources up to that year" in page
    assert "One source was read" in page
