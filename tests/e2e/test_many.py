"""Many reports by Snakemake: each rendered once, and a failing one leaves the others."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

SNAKEFILE = PROJECT / "evidence/scaffold/Snakefile"
PLANTS = PROJECT / "tests/second_review"
REPORTS = "reports:\n  one review: [now, 2010]\n  other: [now]\n"


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two reviews, one of which can't be rendered."""
    folder = tmp_path_factory.mktemp("unit")
    for name in ("one review", "other"):
        shutil.copytree(PLANTS, folder / name, ignore=shutil.ignore_patterns("_output", ".render"))
        shutil.copytree(PROJECT / "_extensions", folder / name / "_extensions")
    shutil.copy(SNAKEFILE, folder)
    (folder / "reports.yml").write_text(REPORTS, encoding="utf-8")
    return folder


def rendered(unit: Path, code: int) -> list[str]:
    """Run Snakemake, which shall end with a code, and return the reports that it rendered."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--keep-going"],
        cwd=unit,
        env={**os.environ, "XDG_CACHE_HOME": str(unit / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return sorted(re.findall(r"wildcards: report=(.+)", done.stderr))


def test_each_report_is_rendered_once_and_a_failing_one_leaves_the_others(unit: Path) -> None:
    fault = unit / "other/data/codings.csv"
    sound = fault.read_bytes()
    fault.write_bytes(sound + b"nothing,that,fits\n")
    assert rendered(unit, 1) == ["one review/2010", "one review/now", "other/now"]
    index = (unit / "_reports/index.html").read_text("utf-8")
    assert "3 reports, 1 of them could not be rendered." in index
    assert "data/codings.csv" in index
    assert "ragged-row" in index
    assert "Edition of 2010" in (unit / "_reports/one review/2010/report.html").read_text("utf-8")
    # What failed is tried again, and nothing else.
    assert rendered(unit, 1) == ["other/now"]
    fault.write_bytes(sound)
    assert rendered(unit, 0) == ["other/now"]
    assert rendered(unit, 0) == []
    index = (unit / "_reports/index.html").read_text("utf-8")
    assert "3 reports, all of them rendered." in index
    assert "Verdicts side by side" in index
    # A change of one review renders its reports alone; a fault leaves the documents of before.
    chapter = unit / "other/chapters/results.qmd"
    page = unit / "_reports/other/now/report.html"
    before = page.read_text("utf-8")
    chapter.write_text(chapter.read_text("utf-8") + "\n[@nobody2099]\n", encoding="utf-8")
    assert rendered(unit, 1) == ["other/now"]
    assert page.read_text("utf-8") == before
    index = (unit / "_reports/index.html").read_text("utf-8")
    assert "documents of an earlier rendering" in index
    assert not list(unit.glob("*/_output"))
