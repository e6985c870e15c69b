"""EPPI-Reviewer's JSON: read as it is written, and written so that it comes back equal."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.codings.coded_files import reader_of
from evidence.exchange.codings.held_codings import held_codings
from evidence.exchange.looks import look_at
from evidence.exchange.qualitative import eppi
from evidence.exchange.qualitative.eppi_written import eppi_json
from evidence.exchange.sources.records import TYPES, person
from evidence.model.faults import Fault
from evidence.model.load import load
from evidence.model.package import read_package
from tests.conftest import PROJECT
from tests.unit.exchange.qda_files import FOLDER, project

FILE = FOLDER / "eppi.json"
REVIEWS = ("data", "tests/second_review/data")
# What EPPI-Reviewer has of a publication.
COLUMNS = (
    "authors", "year", "title", "container", "volume", "issue", "pages", "publisher", "place",
    "doi", "url",
)  # fmt: skip


def read(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    reader = reader_of(look_at(path))
    assert reader
    return reader.read(path)


def evidence_of(path: Path) -> CodedEvidence:
    found, faults = read(path)
    assert found, faults
    return found


def back(coded: CodedEvidence, coder: str, folder: Path) -> CodedEvidence:
    path = folder / "written.json"
    path.write_text(eppi_json(coded, coder), "utf-8")
    return evidence_of(path)


def test_references_have_codes_with_their_groups_and_passages() -> None:
    found = evidence_of(FILE)
    assert [(c.source, c.facet, c.code, c.locator, c.gist) for c in found.codings] == [
        ("Arden (2001)", "Effects", "Sleep", "", "Slept better"),
        ("Arden (2001)", "Effects/Noise", "Indoors", "Arden (2001).pdf, p. 4",
         "less noise … by half"),
        ("Arden (2001)", "Effects/Noise", "Indoors", "notes.txt, characters 10-31",
         "the ward was quieter"),
    ]  # fmt: skip
    assert not any(coding.coder or coding.stance for coding in found.codings)
    assert [one.name for one in found.sources] == [
        "Arden (2001)", "Roe (2004) [2]", "Roe (2004) [3]",
    ]  # fmt: skip
    assert found.sources[0].values["container"] == "Invented Journal"
    assert found.facets["Effects"].question == "What gardens do"
    assert found.facets["Effects"].codes == {"Sleep": "At night or by day"}
    assert found.facets["Effects/Noise"].codes == {"Indoors": "Heard indoors", "Outdoors": ""}


def test_what_has_no_place_is_told() -> None:
    lost = evidence_of(FILE).lost
    assert {what: texts[0] for what, texts in lost.items() if what != "parts of references"} == {
        "numbers of measured outcomes": "Arden (2001), Hours of sleep: Group 1 mean 7.125",
        "arms": "Arden (2001), Indoors: Garden group",
        "notes beside a passage": "Arden (2001), Indoors: Asked of nurses",
        "decisions of screening": "Include: INCLUDE",
        "codings with a code that the file lacks": "999",
    }
    assert "CreatedBy" in lost["parts of references"]


def test_an_effect_is_read_as_far_as_it_is_certain() -> None:
    (effect,) = evidence_of(FILE).effects
    assert (effect.source, effect.place) == ("Arden (2001)", "reference 1, outcome 1")
    assert effect.cells == {
        "OutcomeText": "Sleep",
        "InterventionText": "Garden",
        "ControlText": "None",
        "OutcomeTypeName": "Continuous: Ns, means, and SD",
        "grp1ArmName": "Garden group",
        "sample": "Group 1 N 20, Group 2 N 21",
        "effect": "SMD 0.5312 (95% CI 0.12 to 0.94)",
        "follow_up_months": "6",
        "gist": "Hours of sleep",
    }


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("ES", None), ("ES", "0.5"), ("ES", 1e400), ("ESDesc", ""), ("CIUpper", 0.12),
        ("TimepointDisplayValue", "6 weeks"), ("TimepointDisplayValue", "x months"),
        ("TimepointDisplayValue", "2 years"), ("Data1", [1]), ("Title", 5),
    ],
)  # fmt: skip
def test_an_effect_may_be_incomplete(part: str, value: object, tmp_path: Path) -> None:
    held = json.loads(FILE.read_text("utf-8"))["References"][:1]
    held[0]["Outcomes"][0][part] = value
    (effect,) = evidence_of(changed(tmp_path, References=held)).effects
    months = {"6 weeks": None, "x months": None, "2 years": "24"}.get(str(value), "6")
    assert effect.cells.get("follow_up_months") == months
    assert "nan" not in str(effect.cells)
    assert "inf" not in str(effect.cells)


def said(coded: CodedEvidence, coder: str) -> dict[str, object]:
    return {
        "codings": Counter(
            (one.source, one.facet, one.code, one.stance, one.locator, one.gist)
            for one in dict.fromkeys(replace(one, place="") for one in coded.codings)
            if one.coder == coder
        ),
        "answers": Counter(
            (one.source, one.attribute, one.values) for one in coded.answers if one.coder == coder
        ),
        "facets": {
            name: (facet.question, dict(facet.stances), dict(facet.codes))
            for name, facet in coded.facets.items()
        },
        "sources": [
            (one.name, {name: normal(name, one.values.get(name, "")) for name in COLUMNS})
            for one in coded.sources
        ],
    }


def normal(name: str, cell: str) -> str:
    """Return what a record says, which has one form for authors who are not named."""
    return "; ".join(map(person, cell.split("; "))) if name == "authors" else cell


@pytest.mark.parametrize("data", REVIEWS)
def test_a_review_goes_out_and_what_is_agreed_comes_back_equal(data: str, tmp_path: Path) -> None:
    package, _ = read_package(PROJECT / data)
    assert package
    evidence = load(PROJECT / data)
    agreed = evidence.codebook.agreed
    columns = [name for name in package.tables["sources"].fields if name != "source_id"]
    coded = held_codings(evidence, columns, "evidence")
    found = back(coded, agreed, tmp_path)
    assert said(found, agreed) == said(coded, agreed)
    assert {name: dict(one.values) for name, one in found.attributes.items()} == {
        name: dict(one.values) for name, one in coded.attributes.items()
    }
    assert not found.lost
    for one, other in zip(coded.sources, found.sources, strict=True):
        kind = one.values.get("type", "")
        assert other.values["type"] == (kind if kind in TYPES else "document")


@pytest.mark.parametrize("tool", ["nvivo", "atlas-ti", "maxqda", "qualcoder", "quirkos"])
def test_what_comes_from_a_tool_goes_out_and_comes_back_equal(tool: str, tmp_path: Path) -> None:
    path = project(tool, tmp_path)
    reader = reader_of(look_at(path))
    assert reader
    coded, faults = reader.read(path)
    assert coded, faults
    coders = {one.coder for one in coded.codings} | {one.coder for one in coded.answers}
    for coder in coders:
        assert said(back(coded, coder, tmp_path), coder) == said(coded, coder)


def test_what_comes_in_goes_out_and_comes_back_equal(tmp_path: Path) -> None:
    coded = evidence_of(FILE)
    assert said(back(coded, "", tmp_path), "") == said(coded, "")


def changed(folder: Path, **parts: Any) -> Path:
    held = {**json.loads(FILE.read_text("utf-8")), **parts}
    path = folder / "changed.json"
    path.write_text(json.dumps(held), "utf-8")
    return path


@pytest.mark.parametrize(
    "parts",
    [
        {"References": {}},
        {"References": None},
        {"References": [[]]},
        {"References": ["x"]},
        {"References": [{"Codes": [{}]}]},
        {"References": [{"Codes": 5}]},
        {"CodeSets": 5},
        {"CodeSets": [{"Attributes": {"AttributesList": [{"AttributeName": "x"}]}}]},
        {"CodeSets": [{"Attributes": []}, 7]},
    ],
)
def test_parts_of_other_kinds_are_told(parts: dict[str, Any], tmp_path: Path) -> None:
    found, faults = read(changed(tmp_path, **parts))
    assert found is None or not found.codings
    assert found or faults


def test_screening_alone_is_told(tmp_path: Path) -> None:
    screening = json.loads(FILE.read_text("utf-8"))["CodeSets"][1:]
    path = changed(tmp_path, CodeSets=screening, References=[])
    assert "told by --as" in str(read(path)[1][0])


def test_a_file_may_be_damaged_deep_or_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.json"
    for text in ('{"CodeSets": [', '{"CodeSets": ' + "[" * 100_000):
        path.write_text(text, "utf-8")
        found, faults = read(path)
        assert found is None
        assert faults[0].code == "malformed-record"
    path.write_bytes(b'{"CodeSets": "\xff"}')
    assert read(path)[1][0].code == "not-utf8"
    monkeypatch.setattr(eppi, "_LARGEST", 10)
    assert "bytes" in str(read(path)[1][0])
