"""This report as of the year of the review that it takes up: the fewest sources it can have."""

from pathlib import Path

from evidence.report.frames import open_review
from tests.conftest import PROJECT, copy_project, evidence


def test_the_first_edition_renders_and_says_the_same_on_page_and_paper(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", "tests", "benchmarks", "docs")
    year = str(open_review(PROJECT).evidence.first_year())
    made = evidence(project, "render", "--edition", year, "--to", "html,pdf")
    assert made.returncode == 0, made.stderr
    folder = project / "_output" / year
    assert not (project / "_output/report.html").exists()
    page = (folder / "report.html").read_text("utf-8")
    assert f"Edition of {year}: sources up to that year" in page
    same = evidence(project, "parity", *(str(folder / f"report.{to}") for to in ("html", "pdf")))
    assert same.returncode == 0, same.stdout
