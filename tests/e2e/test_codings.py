"""Codings of other tools come into a new review and into a small one that there is."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT, evidence
from tests.wide_sheet import studies, write_text, write_xlsx

NOTHING = "there is nothing to write"
CODINGS = """\
source_id,facet,code,stance,locator,gist
sample2003,outcome,wellbeing,worse,p. 9,"=1+1, so to say"
sample2006,factor,money,support,p. 4,It was paid for
"""
OWN = """\
source_id,type,title,year,authors,country,basis,url_read,read_on
,report,Plants in a ward,2020,"Nova, Ida",Norland,abstract,https://example.org/x,2026-11-27
"""


def run(project: Path, command: str, code: int = 0) -> str:
    done = evidence(project, *command.split())
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codings")
    run(folder, "new review --title Plants")
    return folder / "review"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    folder = tmp_path / "plants"
    shutil.copytree(PROJECT / "tests/second_review", folder)
    shutil.copytree(PROJECT / "_extensions", folder / "_extensions")
    return folder


def test_the_walk_in_the_docs(begun: Path) -> None:
    (begun / "codings.csv").write_text(CODINGS, "utf-8")
    (begun / "own.csv").write_text(OWN, "utf-8")
    walk = (PROJECT / "docs/codings.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", walk, re.MULTILINE | re.DOTALL)
    told = [run(begun, line.removeprefix("evidence ")) for line in "".join(blocks).splitlines()]
    assert "codings.csv: 2 new, 0 changed" in told[0]
    assert "evidence check will then ask for: nothing" in told[0]
    assert "Written: data/codings.csv" in told[1]
    assert NOTHING in told[2]
    assert "It is still there: add --replace-sample --write." in told[3]
    assert "Written. If a chapter cites one of them" in told[4]
    assert "nova2020" in (begun / "data/sources.csv").read_text("utf-8")
    assert "sample2003" not in (begun / "data/codings.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["studies.xlsx", "studies.csv"])
def test_a_wide_sheet_comes_into_a_new_review_by_the_map_that_is_proposed(
    name: str, tmp_path: Path
) -> None:
    run(tmp_path, "new review --title Gardens --coder Reader --no-prisma")
    review = tmp_path / "review"
    if name.endswith("xlsx"):
        write_xlsx(review / name, studies(30, 3))
    else:
        write_text(review / name, studies(30, 3), ";", "utf-16")
    run(review, f"map {name} --output studies.yml")
    before = {path.name: path.read_bytes() for path in (review / "data").iterdir()}
    told = run(review, f"import {name} --map studies.yml")
    assert "new, 0 that the data have" in told
    assert {path.name: path.read_bytes() for path in (review / "data").iterdir()} == before
    run(review, f"import {name} --map studies.yml --replace-sample --write")
    after = {path.name: path.read_bytes() for path in (review / "data").iterdir()}
    assert NOTHING in run(review, f"import {name} --map studies.yml --write")
    assert {path.name: path.read_bytes() for path in (review / "data").iterdir()} == after
    assert "The data are fine" in run(review, "check")


WIDE = """\
Title;Author(s);Year;DOI;How;Mood;Noise;Notes
Ivy on the wall;Ödön, Eva;2019;10.1234/ivy;RCT;x;;"=1+1"
Trees and sleep on two wards;Arden, Ada;2001;;rct;;x;
A tree: what for?;"Nova, Ida";2020;;Interviews;x;x;
A tree, what for;"Nova, Ida";2020;;Interviews;;;
"""
CHART = """\
version: 1
sources: {title: Title, authors: Author(s), year: Year, doi: DOI}
columns:
  How: {attribute: method, values: {RCT: trial, Interviews: interviews}}
  Mood: {facet: effect, code: mood, stance: hoped, marks: [x]}
  Noise: {facet: effect, code: noise, stance: same-noise, marks: [x]}
  Notes: leave out
codebook:
  facets: {effect: {stances: {same-noise: "As loud as before, it says."}}}
"""


def test_a_sheet_comes_into_a_review_that_there_is(plants: Path) -> None:
    (plants / "wide.csv").write_bytes(WIDE.replace("\n", "\r\n").encode("utf-8-sig"))
    (plants / "wide.yml").write_text(CHART, "utf-8")
    data = {path.name: path.read_bytes() for path in (plants / "data").iterdir()}
    told = run(plants, "import wide.csv --map wide.yml --write")
    assert "sources.csv: 2 new, 1 that the data have" in told
    assert "stances of effect: same-noise" in told
    assert NOTHING in run(plants, "import wide.csv --map wide.yml --write")
    # What a person has to say is asked for, cell by cell, and nothing else.
    asked = run(plants, "check", 1)
    assert {line.split(": ")[1] for line in asked.splitlines()[:-1]} == {"required"}
    codings = (plants / "data/codings.csv").read_bytes()
    assert codings.startswith(data["codings.csv"].partition(b"birch2004")[0])
    assert b"nova2020,reader,effect,mood,hoped" in codings
    book = (plants / "data/codebook.yml").read_text("utf-8")
    assert 'same-noise: "As loud as before, it says."}' in book
    assert len(book.splitlines()) == len(data["codebook.yml"].decode().splitlines())


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_rows_taken_out_of_this_review_come_back_the_same(tmp_path: Path) -> None:
    review, kept = tmp_path / "review", tmp_path / "kept"
    shutil.copytree(PROJECT / "data", review / "data")
    shutil.copytree(PROJECT / "data", kept)
    shutil.copy(PROJECT / "_quarto.yml", review)
    sources = [line.partition(",")[0] for line in lines(kept / "sources.csv")]
    gone = {*sources[2::3]}
    tables = ("appraisals.csv", "codings.csv", "effects.csv")
    for name in tables:
        left = [line for line in lines(kept / name) if line.partition(",")[0] not in gone]
        (review / "data" / name).write_text("\n".join(left) + "\n", "utf-8")
    for name in ("effects.csv", "codings.csv", "appraisals.csv"):
        run(review, f"import {kept / name} --write")
    for name in tables:
        assert sorted(lines(review / "data" / name)) == sorted(lines(kept / name))
        assert NOTHING in run(review, f"import {kept / name} --write")
