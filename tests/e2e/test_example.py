"""The example in `examples/`, a real review: checked, counted by hand, rendered, compared."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import pypdf
import pytest

import evidence
from tests import conftest
from tests.conftest import PROJECT

EXAMPLE = PROJECT / "examples/open-tools"
EXCHANGED = ("ris", "bibtex", "pubmed", "csv", "xlsx", "json", "refi-qda")
ASKED_OF_EACH = ("practice", "disclosure")


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CODINGS = [(row["source_id"], row["facet"], row["code"], row["stance"]) for row in rows("codings")]
SOURCES = {row["source_id"] for row in rows("sources")}


def holding(code: str, stance: str) -> set[str]:
    return {source for source, _, held, how in CODINGS if held == code and how == stance}


def share(part: Collection[str], whole: Collection[str]) -> float:
    return len(part) / len(whole)


def judged(value: float, supported: float, partly: float) -> str:
    return "supported" if value >= supported else "partly" if value >= partly else "not-supported"


def run(project: Path, *arguments: str) -> str:
    done = conftest.evidence(project, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what is in the repository, not what a build has left beside it."""
    project = tmp_path_factory.mktemp("example") / "open-tools"
    leave = shutil.ignore_patterns("_[a-pr-z]*", ".*")
    shutil.copytree(EXAMPLE, project, ignore=leave)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    return project


def test_verdicts_are_those_that_the_table_of_codings_gives() -> None:
    citing, archived = holding("citation", "shown"), holding("archive", "shown")
    funding, interests = holding("funding", "told"), holding("interests", "told")
    read = {code: holding(code, "reads") for code in EXCHANGED}
    reading = set[str]().union(*read.values())
    returning = set[str]().union(*(read[code] & holding(code, "writes") for code in EXCHANGED))
    both = share(funding & interests, SOURCES)
    either = share(funding | interests, SOURCES)
    tested = share(holding("tests", "shown") & holding("ci", "shown"), SOURCES)
    assert evidence.open(EXAMPLE).findings.set_index("claim_id")["verdict"].to_dict() == {
        "tests-run": judged(tested, 0.75, 0.5),
        "citable": judged(share(citing & archived, SOURCES), 0.5, 0.25),
        "limits-told": judged(share(holding("limits", "told"), SOURCES), 0.75, 0.5),
        "support-told": "supported"
        if both >= 0.5
        else "partly"
        if either >= 0.5
        else "not-supported",
        "round-trip": judged(share(returning, reading), 0.75, 0.5),
    }


def test_each_repository_is_asked_each_question_that_has_an_answer_for_absence() -> None:
    book = evidence.open(EXAMPLE).evidence.codebook
    asked = {(facet, code) for facet in ASKED_OF_EACH for code in book.facets[facet].codes}
    for source in SOURCES:
        answered = [row[1:3] for row in CODINGS if row[0] == source and row[1] in ASKED_OF_EACH]
        assert sorted(answered) == sorted(asked), source


def test_each_coding_can_be_looked_up() -> None:
    for row in rows("codings"):
        is_file = re.fullmatch(r"[\w.+/-]+(:[1-9]\d*)?", row["locator"])
        # What was looked for stands in place of a file only where nothing was found.
        assert is_file or row["stance"] == "absent", row
        assert row["gist"].endswith("."), row
    for row in rows("sources"):
        assert re.fullmatch(r"https://github\.com/[^/]+/[^/]+/tree/[0-9a-f]{40}", row["url"])


def test_every_file_is_used() -> None:
    report = (EXAMPLE / "report.qmd").read_text("utf-8")
    package = json.loads((EXAMPLE / "data/datapackage.json").read_text("utf-8"))
    included = re.findall(r"include (chapters/\S+) ", report)
    described = [f"data/{resource['path']}" for resource in package["resources"]]
    there = [*EXAMPLE.glob("chapters/*"), *EXAMPLE.glob("data/*")]
    names = {path.relative_to(EXAMPLE).as_posix() for path in there}
    assert names == {*included, *described, "data/datapackage.json"}


def test_it_renders_in_three_formats_that_say_the_same(project: Path) -> None:
    said = run(project, "check")
    assert "baseline" not in said
    run(project, "render")
    run(project, "parity")
    page = (project / "_output/report.html").read_text("utf-8")
    assert "Fewer are tested by machine than we had expected" in page
    # Names of formats keep their capitals within a sentence.
    assert "CSV is the input named most often" in page
    with pypdf.PdfReader(project / "_output/report.pdf") as reader:
        assert 6 <= len(reader.pages) <= 10


@pytest.mark.quarto
def test_quarto_renders_it(project: Path, tmp_path: Path) -> None:
    run(project, "render", "--engine", "quarto", "--to", "html", "--output", str(tmp_path))
    assert "Fewer are tested by machine" in (tmp_path / "report.html").read_text("utf-8")
