"""What the source code tells of a figure or table covers what runs and is read when it is made."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.proof.fingerprint import input_files
from evidence.proof.provenance import Origin, origins
from evidence.report import figures, tables
from tests.conftest import PROJECT

INPUTS = [path.as_posix() for path in input_files(PROJECT)]
# The resources of datapackage.json whose names are not those of the fields.
FILES = {"references": "references.bib", "checklist": "prisma.yml", "version": "datapackage.json"}
MAKERS: Mapping[str, Callable[[Evidence], object]] = {
    "fig-map": lambda e: figures.evidence_map(e, "outcome"),
    "fig-screening": figures.flow,
    "fig-terms": lambda e: figures.bars(e, "term", "uses"),
    "fig-editions": figures.editions,
    "tbl-failures": lambda e: tables.stances(e, "failure", {"Inquiries": None}),
    "tbl-searches": tables.searches,
    "tbl-definitions": lambda e: tables.gists(e, "term", {"defines": "Defines"}),
    "tbl-claims": lambda evidence: tables.claims(judge_editions(evidence)),
}


@pytest.fixture(scope="module")
def known() -> Mapping[str, Origin]:
    return {origin.label: origin for origin in origins(PROJECT, INPUTS)}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(PROJECT / "data")


def observed(make: Callable[[Evidence], object], evidence: Evidence) -> tuple[set[str], set[str]]:
    """Return the modules that run and the fields that are read while something is made."""
    modules: set[str] = set()
    read: set[str] = set()
    names = {field.name for field in fields(Evidence)}

    class Watched(Evidence):
        def __getattribute__(self, name: str) -> Any:
            # A copy of the evidence with fewer sources takes every field with it.
            copied = sys._getframe(1).f_code.co_filename.endswith("dataclasses.py")
            if name in names and not copied:
                read.add(name)
            return super().__getattribute__(name)

    watched = Watched(**{name: getattr(evidence, name) for name in names})
    read.clear()

    def profile(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PROJECT / "evidence"):
            modules.add(path.relative_to(PROJECT).as_posix())

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        make(watched)
    finally:
        sys.setprofile(before)
    # Reading a field of the evidence runs nothing of its module that matters.
    return modules - {"evidence/model/evidence.py"}, read


@pytest.mark.parametrize("label", MAKERS)
def test_all_that_runs_and_is_read_is_told(
    label: str, known: Mapping[str, Origin], evidence: Evidence
) -> None:
    modules, read = observed(MAKERS[label], evidence)
    told = {*known[label].files}
    assert modules
    assert modules <= told
    assert {f"data/{name}" for name in map(_file, read)} <= told


def _file(field: str) -> str:
    package = json.loads((PROJECT / "data/datapackage.json").read_text("utf-8"))
    paths = {row["name"]: str(row["path"]) for row in package["resources"]}
    return FILES.get(field) or paths[field]


def test_what_has_no_part_is_not_told(known: Mapping[str, Origin]) -> None:
    assert "data/searches.csv" not in known["fig-map"].files
    assert "data/codings.csv" not in known["tbl-searches"].files
    assert "evidence/report/figures/flow.py" not in known["fig-map"].files


def test_the_chapter_and_files_named_in_a_cell_are_told(known: Mapping[str, Origin]) -> None:
    assert "chapters/evidence.qmd" in known["fig-map"].files
    assert "report.qmd" in known["tbl-prisma"].files


def test_labels_that_a_run_makes_up(known: Mapping[str, Origin]) -> None:
    assert known["tbl-attribute-*"].fits("tbl-attribute-design")
    assert "data/codebook.yml" in known["tbl-*-*"].files


def test_a_project_without_analysis(tiny_project: Callable[[str], Path]) -> None:
    chapter = '# One\n\n```{python}\n#| label: tbl-x\n#| tbl-cap: "A *cap*"\nprint(1)\n```\n'
    magic = "\n```{python}\n%matplotlib inline\n```\n"
    project = tiny_project(chapter + magic)
    found = origins(project, ["chapters/one.qmd"])
    assert found == (Origin("tbl-x", "A *cap*", ("chapters/one.qmd",)),)
