"""The real data load, as immutable values, from any working directory."""

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.synthetic import multiply
from evidence.model.evidence import Evidence
from evidence.model.faults import DataFaults, FaultCode
from evidence.model.load import load

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(DATA)


def test_real_data_have_no_fault(evidence: Evidence) -> None:
    assert len(evidence.sources) == len(evidence.references)
    assert len(evidence.counted()) == len(evidence.sources) - 1
    assert {key for key, row in evidence.sources.items() if row.role == "baseline"} == {"brown2006"}


def test_values_are_typed(evidence: Evidence) -> None:
    source = next(iter(evidence.sources.values()))
    assert isinstance(source.year, int)
    assert {type(row.seq) for row in evidence.searches} == {int}
    assert {type(row.results) for row in evidence.searches} == {int}
    assert {type(row.year) for row in evidence.screening} == {int, type(None)}
    assert {type(row.first_seen_seq) for row in evidence.screening} == {int}
    assert evidence.claims.fixed_on == "2026-11-22"
    groups = {group for row in evidence.appraisals for group in row.values["groups"]}
    assert not any(" " in group or not group for group in groups)
    assert any(row.values["voices"] == () for row in evidence.appraisals)


def test_evidence_cannot_be_changed(evidence: Evidence) -> None:
    source = next(iter(evidence.sources.values()))
    for value, name in ((evidence, "sources"), (source, "year"), (evidence.claims, "version")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
    attribute = next(iter(evidence.codebook.attributes.values()))
    facet = next(iter(evidence.codebook.facets.values()))
    claim = next(iter(evidence.claims.claims.values()))
    mappings: list[Mapping[str, object]] = [
        evidence.sources,
        evidence.codebook.attributes,
        evidence.codebook.facets,
        attribute.values,
        facet.stances,
        facet.codes,
        evidence.claims.claims,
        claim.supported,
        claim.partly,
    ]
    for mapping in mappings:
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]


def test_working_directory_does_not_matter(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(DATA) == evidence
    monkeypatch.chdir(ROOT)
    assert load(Path("data")) == evidence


def test_faults_in_a_copy_of_the_real_data(tmp_path: Path) -> None:
    data = tmp_path / "Ordner mit Lücke" / "data"
    shutil.copytree(DATA, data, copy_function=shutil.copyfile)
    lines = (data / "codings.csv").read_text(encoding="utf-8").split("\n")
    header = lines[0].split(",")
    cells = lines[1].split(",")
    cells[header.index("code")] = "agency-proces"
    lines[1] = ",".join(cells)
    (data / "codings.csv").write_text("\n".join(lines), encoding="utf-8")
    with (data / "references.bib").open("a", encoding="utf-8") as file:
        file.write("\n@misc{nobody2001,\n  year = {2001},\n}\n")
    with pytest.raises(DataFaults) as caught:
        load(data)
    assert [(fault.code, Path(fault.file).name) for fault in caught.value.faults] == [
        (FaultCode.UNKNOWN_CODE, "codings.csv"),
        (FaultCode.BIBLIOGRAPHY_WITHOUT_SOURCE, "references.bib"),
    ]
    assert caught.value.faults[0].row == 2


def test_loading_does_not_import_heavy_libraries() -> None:
    script = (
        "import sys, evidence.model.load; print({'frictionless', 'pandas'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_data_made_larger_for_benchmarks_are_fine(evidence: Evidence, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, copy_function=shutil.copyfile)
    multiply(data, 3)
    larger = load(data)
    assert len(larger.counted()) == 3 * len(evidence.counted())
    assert larger.baseline() == evidence.baseline()
    assert {*evidence.codings} < {*larger.codings}
    copied = {row.source_id for row in larger.codings} - evidence.sources.keys()
    assert len(copied) == 2 * len(evidence.counted())


def test_a_wrong_id_in_the_sources_is_one_fault(tmp_path: Path, evidence: Evidence) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data, copy_function=shutil.copyfile)
    right = min(evidence.counted())
    rows = (data / "sources.csv").read_text(encoding="utf-8")
    wrong = rows.replace(f"\n{right},", f"\n{right[:-1]}0,")
    assert wrong != rows
    (data / "sources.csv").write_text(wrong, encoding="utf-8")
    with pytest.raises(DataFaults) as caught:
        load(data)
    (fault,) = caught.value.faults
    assert (fault.code, fault.nearest) == (FaultCode.UNKNOWN_SOURCE, right)
    assert Path(fault.file).name == "sources.csv"
