"""A screening done in other tools comes into a review that has none, and its flow comes out."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from evidence.model.load import load
from evidence.report.figures.flow import flow, screening_stages
from tests.conftest import PROJECT, evidence

PLANTS = PROJECT / "tests/second_review"
OTHERS = [
    # Title, year, votes, reasons.
    ("Hedges seen from the road", "2011", "Excluded", ""),
    ("Moss on the north side", "2012", "Excluded", ""),
    ("Pots on balconies", "2013", "Excluded", "wrong population"),
    ("Grass for horses", "2014", "Excluded", "wrong population"),
    ("A lost report on ferns", "1999", "Excluded", "full text not available"),
    ("Roof gardens and attention!", "2016", "Excluded", "duplicate"),
    ("Ponds", "2020", "Maybe", ""),
]


def rayyan(path: Path) -> Path:
    """Write what Rayyan would export: all sources included, and a few records beside them."""
    with (PLANTS / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        sources = [(row["title"], row["year"], row["authors"]) for row in csv.DictReader(file)]
    rows = [(*one, "Included", "") for one in sources]
    rows += [(title, year, "Reed, Sam", vote, why) for title, year, vote, why in OTHERS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "title", "year", "authors", "url", "notes"])
        for number, (title, year, authors, vote, why) in enumerate(rows):
            note = f'RAYYAN-INCLUSION: {{"Anna"=>"{vote}", "Ben"=>"{vote}"}}'
            note += f" | RAYYAN-EXCLUSION-REASONS: {why}" if why else ""
            url = f"https://example.org/{number}"
            writer.writerow([f"rayyan-{number}", title, year, authors, url, note])
    return path


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("screened") / "review"
    shutil.copytree(PLANTS, project, ignore=shutil.ignore_patterns("_*", ".render"))
    shutil.copy(PLANTS / "_quarto.yml", project)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    return project


def test_the_flow_comes_out_of_what_two_tools_decided(plants: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (plants / "data").iterdir()}
    file = rayyan(tmp_path / "articles.csv")
    arguments = ("import", str(file), "--as", "screening", "--search", "medline")
    dry = evidence(plants, *arguments)
    assert dry.returncode == 0, dry.stderr
    assert {path.name: path.read_bytes() for path in (plants / "data").iterdir()} == before
    assert "'Ponds': nobody is sure" in dry.stdout
    done = evidence(plants, *arguments, "--write")
    assert done.returncode == 0, done.stderr
    assert "There is nothing to add." in evidence(plants, *arguments, "--write").stdout
    # What was seen of titles only, in another tool; one record is in both.
    irrelevant = tmp_path / "review_1_irrelevant_csv_20261120.csv"
    irrelevant.write_text(
        "Title,Authors,Published Year\nBees,R,2001\nMoss on the north side,R,2012\n", "utf-8"
    )
    more = evidence(
        plants, "import", str(irrelevant), "--as", "screening", "--search", "hand", "--write"
    )
    assert more.returncode == 0, more.stderr
    asked = evidence(plants, "check")
    assert "data/searches.csv:2:query: required: the cell is empty" in asked.stderr
    searches = plants / "data/searches.csv"
    text = searches.read_text("utf-8")
    for name, number in (("medline", 19), ("hand", 2)):
        text = text.replace(f"{name},1,,,,", f"{name},1,Somewhere,2026-11-20,plants,{number}")
    searches.write_text(text, "utf-8")
    checked = evidence(plants, "check")
    assert checked.returncode == 0, checked.stderr
    stages = screening_stages(load(plants / "data"))
    assert [stage.came.number for stage in stages] == [
        12 + 6 + 2,  # all records on which something was decided
        20 - 2,  # but for a duplicate that Rayyan told, and the moss, which is in both
        18 - 3,  # two by Rayyan without a reason, one by Covidence
        15 - 1,  # the lost report
        12,
    ]
    assert [dict(group.items) for stage in stages for group in stage.left] == [
        {"Duplicate": 2},
        {"Off topic": 3},
        {"No readable text": 1},
        {"Wrong population": 2},
    ]
    numbers = flow(load(plants / "data")).frame.set_index("Box")["Number"]
    assert numbers["Records identified by search: Medline"] == 18


def test_a_reason_given_for_a_title_falls_with_the_titles(plants: Path, tmp_path: Path) -> None:
    file = tmp_path / "titles.csv"
    note = '"RAYYAN-INCLUSION: {""A""=>""Excluded""} | RAYYAN-EXCLUSION-REASONS: wrong place"'
    file.write_text(f"title,year,notes\nFar away gardens,2001,{note}\n", "utf-8")
    done = evidence(
        plants, "import", str(file), "--as", "screening", "--search", "hand", "--list", "irrelevant"
    )
    assert "exclude off-topic-wrong-place: 1" in done.stdout, done.stderr


def test_what_the_file_does_not_say_is_asked_for(plants: Path, tmp_path: Path) -> None:
    file = tmp_path / "included.ris"
    file.write_text("TY  - JOUR\nTI  - Some gardens of the north\nPY  - 2001\nER  - \n", "utf-8")
    asked = evidence(plants, "import", str(file), "--as", "screening")
    assert asked.returncode == 1
    assert "no-decision" in asked.stderr
    assert "--list included" in asked.stderr
    told = evidence(plants, "import", str(file), "--as", "screening", "--list", "included")
    assert "new sources, of records included: 1" in told.stdout


def test_a_search_that_the_data_do_not_allow_is_refused(plants: Path, tmp_path: Path) -> None:
    project = tmp_path / "strict"
    shutil.copytree(plants, project)
    # Whatever other tests have done to it: it has searches.
    first = ("import", str(rayyan(tmp_path / "first.csv")), "--as", "screening")
    assert evidence(project, *first, "--search", "medline", "--write").returncode == 0
    path = project / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for row in package["resources"]:
        if row["name"] == "searches":
            row["schema"]["fields"][0]["constraints"]["enum"] = ["medline", "hand"]
    path.write_text(json.dumps(package), "utf-8")
    done = evidence(project, "import", str(rayyan(tmp_path / "x.csv")), "--as", "screening")
    assert done.returncode == 1
    assert "say --search NAME" in done.stderr
    assert "allowed: medline, hand" in done.stderr
