"""A review may have as little as sources, codings, a codebook, claims and a bibliography."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

import evidence
from evidence.findings.agreement import agreements, code_agreements, tentative_codes
from evidence.findings.confidence import confidence
from evidence.findings.variants import leave_one_out, under_variants
from evidence.findings.verdicts import judge, judge_editions
from evidence.model.evidence import Evidence
from evidence.model.load import load

HERE = Path(__file__).parent
NEEDED = {"sources", "codings", "codebook", "claims", "bibliography"}


@pytest.fixture
def least(tmp_path: Path) -> Path:
    """A data folder of one coder with nothing optional: no attribute, no baseline, no scale."""
    data = tmp_path / "data"
    shutil.copytree(HERE / "data", data)
    package = json.loads((HERE.parents[2] / "data/datapackage.json").read_text("utf-8"))
    package["resources"] = [row for row in package["resources"] if row["name"] in NEEDED]
    for resource in package["resources"]:
        schema = resource.get("schema", {})
        keys = [
            key for key in schema.pop("foreignKeys", []) if key["reference"]["resource"] in NEEDED
        ]
        schema |= {"foreignKeys": keys} if keys else {}
        kept = {"source_id", "authors", "year", "title", "doi", "coder", "facet", "code", "stance"}
        if schema:
            schema["fields"] = [row for row in schema["fields"] if row["name"] in kept]
            path = data / resource["path"]
            _keep_columns(path, kept)
    (data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    codebook = (data / "codebook.yml").read_text("utf-8")
    facets = codebook[codebook.index("facets:") : codebook.index("effects:")]
    head = "version: 1\ncoders: [agreed]\nagreed: agreed\n"
    (data / "codebook.yml").write_text(head + facets, encoding="utf-8")
    return data


def _keep_columns(path: Path, kept: set[str]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {name: cell for name, cell in row.items() if name in kept}
            for row in csv.DictReader(file)
            if row.get("coder", "agreed") == "agreed"
        ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_least_data_load(least: Path) -> None:
    found = load(least)
    assert found.baseline() is None
    assert found.counted() == set(found.sources)
    assert found.studies(found.counted()) == found.counted()
    for nothing in (
        found.appraisals,
        found.effects,
        found.codebook.effects,
        found.screening,
        found.variants,
        found.checklists,
        found.ai_uses,
    ):
        assert not nothing
    assert found.quantities.words


def judged(found: Evidence) -> None:
    editions = judge_editions(found)
    for row in (*editions.then.values(), *editions.now.values()):
        assert confidence(found, row).level in ("", *found.confidence.levels)
    assert tentative_codes(found) == frozenset()
    assert set(leave_one_out(found)) == set(judge(found))
    assert set(under_variants(found)) == set(found.variants)


def test_the_least_data_are_judged(least: Path) -> None:
    found = load(least)
    assert agreements(found) == ()
    assert code_agreements(found) == {}
    judged(found)


def test_the_least_data_open(least: Path) -> None:
    review = evidence.open(least)
    assert len(review.findings) == len(review.evidence.claims.claims)
    assert len(review.sources) == 2
    assert review.agreement.empty
    assert review.appraisals.empty
    assert list(review.measures.columns)[:2] == ["measure", "value"]
    assert "<table" in review._repr_html_()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The data folder of two coders with all there can be."""
    data = tmp_path / "data"
    shutil.copytree(HERE / "data", data)
    shutil.copyfile(HERE.parents[2] / "data/datapackage.json", data / "datapackage.json")
    return data


def test_neither_effects_nor_what_is_asked_of_them_is_needed(whole: Path) -> None:
    path = whole / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [row for row in package["resources"] if row["name"] != "effects"]
    path.write_text(json.dumps(package), "utf-8")
    codebook = whole / "codebook.yml"
    text = codebook.read_text("utf-8")
    codebook.write_text(text[: text.index("effects:")], "utf-8")
    found = load(whole)
    assert found.effects == found.agreed_effects == ()
    judged(found)


def test_effects_that_the_codebook_asks_nothing_of_are_told(whole: Path) -> None:
    codebook = whole / "codebook.yml"
    text = codebook.read_text("utf-8")
    codebook.write_text(text[: text.index("effects:")], "utf-8")
    with pytest.raises(evidence.DataFaults) as caught:
        load(whole)
    told = {fault.message for fault in caught.value.faults}
    asked = ("outcome", "population", "form", "comparison", "direction")
    assert told == {f"the column '{name}' of effects is no attribute" for name in asked}


def test_a_codebook_that_asks_of_effects_needs_them(whole: Path) -> None:
    path = whole / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [row for row in package["resources"] if row["name"] != "effects"]
    path.write_text(json.dumps(package), "utf-8")
    with pytest.raises(evidence.DataFaults, match="effects have no column for attribute 'form'"):
        load(whole)


def test_no_source_at_all_is_no_fault(real: Evidence) -> None:
    judged(real.without(set(real.sources)))


def test_the_baseline_alone_is_no_fault(real: Evidence) -> None:
    baseline = real.baseline()
    assert baseline
    judged(real.without(set(real.sources) - {baseline.source_id}))


def test_a_faulty_role_is_told_beside_the_least_data(least: Path) -> None:
    path = least / "codebook.yml"
    text = path.read_text("utf-8")
    path.write_text(re.sub("coders: .*", "coders: agreed", text), encoding="utf-8")
    with pytest.raises(evidence.DataFaults, match=r"codebook\.yml:2:9: .*a list such as \[A, B\]"):
        load(least)
