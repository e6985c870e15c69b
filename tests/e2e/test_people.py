"""People code a sample again: the report then says so, and no longer that nobody has."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from evidence.model.load import load
from tests.conftest import PROJECT, copy_project, evidence
from tests.unit.exchange.sheets import columns, fill, rows

SHEET = "coding-sheet-Ada.xlsx"
NOBODY = re.compile(r"no (?:human coder|person) has|no person has yet", re.IGNORECASE)


def said(path: Path) -> str:
    """Return the text of a page, on one line."""
    body = path.read_text("utf-8").partition("<body")[2]
    return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", body, flags=re.S).split())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in which a person has coded a sample as one of the coders did."""
    project = copy_project(tmp_path_factory.mktemp("people") / "project", "tests", "benchmarks")
    done = evidence(project, "sample", "--coder", "Ada", "--share", "0.05", "--seed", "5")
    assert done.returncode == 0, done.stderr
    data = load(project / "data")
    coder = data.codebook.coders[-1]
    page = openpyxl.load_workbook(project / SHEET)["Sources"]
    drawn = {source_id for (source_id,) in rows(page, "Source")}
    codes: dict[tuple[str, str, str], list[str]] = {}
    for row in data.codings:
        if row.coder == coder and row.source_id in drawn:
            codes.setdefault((row.source_id, row.facet, row.code), []).append(row.stance)
    appraised = {row.source_id: row.values for row in data.appraisals if row.coder == coder}

    def appraise(book: openpyxl.Workbook) -> None:
        sheet = book["Sources"]
        at = columns(sheet)
        for (source_id,), number in rows(sheet, "Source").items():
            for name, values in appraised[source_id].items():
                for value in values:
                    head, answer = (name, value) if name in at else (f"{name}: {value}", "yes")
                    sheet.cell(number, at[head]).value = answer

    fill(project / SHEET, codes, {}, sorted(drawn), appraise)
    done = evidence(project, "import", SHEET, "--write")
    assert done.returncode == 0, done.stderr
    return project


def test_the_report_says_how_far_people_have_checked(
    project: Path, report: dict[str, Path]
) -> None:
    assert NOBODY.search(said(report["html"]))
    done = evidence(project, "render", "--to", "html")
    assert done.returncode == 0, done.stderr
    text = said(project / "_output/report.html")
    assert not NOBODY.search(text)
    checked = load(project / "data")
    number = len({row.source_id for row in checked.appraisals if row.coder == "Ada"})
    assert f"People have coded {number} sources again" in text
    assert "Agreement of people with the coding that is counted, by question" in text
    assert "would change" in text
    for name in (*checked.codebook.attributes, *checked.codebook.facets):
        assert name.capitalize() in text


def test_why_says_how_many_of_its_sources_people_have_checked(project: Path) -> None:
    claim = next(iter(load(project / "data").claims.claims))
    told = evidence(project, "why", claim).stdout
    assert re.search(r"^for: \d+ sources?, \d+ of them checked by people$", told, re.MULTILINE)


def test_the_walk_in_the_docs_names_what_there_is(project: Path) -> None:
    """Its commands are those that the tests run, with options that exist."""
    walk = (PROJECT / "docs/people.md").read_text("utf-8")
    fresh = project / "walk"
    fresh.mkdir()
    for command in re.findall(r"^evidence (sample .+|import .+)$", walk, re.MULTILINE):
        words = command.split()
        if words[0] == "sample":
            words += ["--output", str(fresh / SHEET)]
        else:
            words[1] = str(project / SHEET)
        done = evidence(project, *words)
        assert done.returncode == 0, done.stderr
    shutil.rmtree(fresh)
