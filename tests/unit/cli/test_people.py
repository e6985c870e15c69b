"""`evidence sample` and `evidence import`: a sheet out, and what a person says of it home."""

import csv
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evidence.cli.main import FAULTS, FINE, main
from evidence.model.load import load
from tests.conftest import PROJECT, needed
from tests.unit.exchange.sheets import fill

SHEET = "coding-sheet-Ada.xlsx"
VALUES = {"design": "survey", "sector": "schools", "weight": "low"}
Told = pytest.CaptureFixture[str]


@pytest.fixture
def project(tiny_project: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tiny_project("# One\n")
    monkeypatch.chdir(project)
    return project


def drawn(project: Path, told: Told, *options: str) -> list[str]:
    """Draw a few sources and return their ids."""
    import openpyxl

    assert main(["sample", "--coder", "Ada", "--share", "0.01", "--seed", "1", *options]) == FINE
    told.readouterr()
    page = openpyxl.load_workbook(project / SHEET)["Sources"]
    return [row[0] for row in page.iter_rows(min_row=2, values_only=True)]


def files(project: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / "data").iterdir() if path.is_file()}


def test_the_walk_of_a_sheet(project: Path, capsys: Told) -> None:
    """Out, through LibreOffice, and back: shown first, then written, and no second time."""
    needed("soffice")
    first, second, *_, last = drawn(project, capsys)
    codes = {(first, "theme", "trust"): ["barrier", "facilitator"]}
    fill(project / SHEET, codes, VALUES, [first, second])
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(project / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", "back", SHEET],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    before, agreed = files(project), load(project / "data").agreed_codings("theme")
    assert main(["import", f"back/{SHEET}"]) == FINE
    told = capsys.readouterr().out
    assert "Ada finished 2 sources and left" in told
    assert "new: 2 sources with 2 codings; in 1 of them nothing is said" in told
    assert f"{last} (0 answers)" in told
    assert "people: [Ada]" in told
    assert files(project) == before

    assert main(["import", f"back/{SHEET}", "--write"]) == FINE
    after = load(project / "data")
    assert after.codebook.people == ("Ada",)
    held = [row for row in after.codings if row.coder == "Ada"]
    assert {(row.source_id, row.code, row.stance) for row in held} == {
        (first, "trust", "barrier"),
        (first, "trust", "facilitator"),
    }
    # Read, with nothing said, is not the same as never read.
    assert {row.source_id for row in after.appraisals if row.coder == "Ada"} == {first, second}
    assert after.agreed_codings("theme") == agreed
    written = files(project)
    kept = [line for line in written["codings.csv"].splitlines() if b",Ada," not in line]
    assert kept == before["codings.csv"].splitlines()
    ids = [line.split(b",")[0] for line in written["codings.csv"].splitlines()[1:]]
    assert ids == sorted(ids)

    capsys.readouterr()
    assert main(["import", f"back/{SHEET}", "--write"]) == FINE
    assert "there is nothing to write" in capsys.readouterr().out
    assert files(project) == written


def test_a_corrected_sheet_replaces_what_the_person_said(project: Path, capsys: Told) -> None:
    first, second, *_ = drawn(project, capsys)
    said = {(first, "theme", "trust"): ["barrier"], (second, "theme", "trust"): ["barrier"]}
    fill(project / SHEET, said, VALUES, [first, second])
    assert main(["import", SHEET, "--write"]) == FINE
    capsys.readouterr()
    said[first, "theme", "trust"] = ["facilitator"]
    fill(project / SHEET, said, {**VALUES, "weight": "high"}, [first])
    assert main(["import", SHEET, "--write"]) == FINE
    told = capsys.readouterr().out
    assert "new: 0 sources" in told
    assert "changed: 1 source\n" in told
    for line in ("weight low -> high", "no longer theme:trust barrier", "now theme:trust facil"):
        assert f"{first}: {line}" in told
    held = [row for row in load(project / "data").codings if row.coder == "Ada"]
    assert {(row.source_id, row.stance) for row in held} == {
        (first, "facilitator"),
        (second, "barrier"),
    }


def test_with_one_fault_nothing_is_written(project: Path, capsys: Told) -> None:
    first, second, *_ = drawn(project, capsys)
    fill(project / SHEET, {(first, "theme", "trust"): ["helps"]}, VALUES, [first, second])
    before = files(project)
    assert main(["import", SHEET, "--write"]) == FAULTS
    told = capsys.readouterr().err
    assert f"{SHEET}:Codings!F" in told
    assert "unknown-stance: 'helps' is no stance of theme" in told
    assert told.endswith(f"1 fault in {SHEET}\n")
    assert files(project) == before


def test_what_the_data_could_not_hold_is_not_written(project: Path, capsys: Told) -> None:
    """Such as a range that datapackage.json sets, and no sheet knows of."""
    first, *_ = drawn(project, capsys)
    package = project / "data/datapackage.json"
    text = package.read_text("utf-8")
    at = text.index('"Where in the text it stands."')
    rest = text[at:].replace('{"required": true}', '{"required": true, "pattern": "[^!]*"}', 1)
    package.write_text(text[:at] + rest, "utf-8")
    fill(project / SHEET, {(first, "theme", "trust"): ["barrier"]}, VALUES, [first])
    import openpyxl

    book = openpyxl.load_workbook(project / SHEET)
    for row in book["Codings"].iter_rows():
        for cell in row:
            if cell.value == "abstract: results":
                cell.value = "here!"
    book.save(project / SHEET)
    before = files(project)
    assert main(["import", SHEET, "--write"]) == FAULTS
    assert "data/codings.csv" in capsys.readouterr().err
    assert files(project) == before


def test_a_sheet_that_is_there_is_not_written_over(project: Path, capsys: Told) -> None:
    drawn(project, capsys)
    (project / SHEET).write_bytes(b"filled in")
    assert main(["sample", "--coder", "Ada", "--share", "0.1", "--seed", "1"]) == FAULTS
    assert "evidence: file-exists:" in capsys.readouterr().err
    assert (project / SHEET).read_bytes() == b"filled in"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--share", "0"],
        ["--share", "2"],
        ["--share", "10%"],
        ["--coder", "a/b"],
        ["--coder", ""],
        ["--coder", ".."],
        ["--coder", "=1+1"],
    ],
    ids=lambda wrong: wrong[1] or "nobody",
)
def test_wrong_wishes_are_refused(project: Path, wrong: list[str], capsys: Told) -> None:
    options = {"--coder": "Ada", "--share": "0.1", "--seed": "1", wrong[0]: wrong[1]}
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["sample", *(word for pair in options.items() for word in pair)])
    told = capsys.readouterr().err
    assert "wrong-usage" in told
    assert "is no " in told


def test_a_person_is_called_what_they_are_called(project: Path, capsys: Told) -> None:
    """Whatever the script, the apostrophe, and how a keyboard puts a letter together."""
    for name in ("Zoe\u0308 O’Brien", "प्रिया", "李明"):
        assert main(["sample", "--coder", name, "--share", "0.01", "--seed", "1"]) == FINE
    sheet = "coding-sheet-Zo\u00eb O’Brien.xlsx"
    assert f"evidence import '{sheet}'" in capsys.readouterr().out
    fill(project / sheet, {}, VALUES, [*load(project / "data").sources])
    assert main(["import", sheet, "--write"]) == FINE
    assert load(project / "data").codebook.people == ("Zo\u00eb O’Brien",)


def test_a_folder_that_is_not_there_is_told(project: Path, capsys: Told) -> None:
    command = ["sample", "--coder", "Ada", "--share", "0.1", "--seed", "1"]
    assert main([*command, "--output", "sheets/a.xlsx"]) == FAULTS
    assert "there is no folder sheets" in capsys.readouterr().err


def test_a_sheet_without_a_finished_source_brings_nothing(project: Path, capsys: Told) -> None:
    drawn(project, capsys)
    assert main(["import", SHEET, "--write"]) == FINE
    assert "No source is finished" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["A", "agreed", "Agreed"])
def test_nobody_checks_their_own_coding(project: Path, name: str, capsys: Told) -> None:
    assert main(["sample", "--coder", name, "--share", "0.1", "--seed", "1"]) == FAULTS
    assert "name another person" in capsys.readouterr().err


def test_strata_are_told_and_the_same_seed_writes_the_same_bytes(
    project: Path, capsys: Told
) -> None:
    command = ["sample", "--coder", "Ada", "--share", "0.1", "--seed", "3", "--stratify", "design"]
    for name in ("one.xlsx", "two.xlsx"):
        assert main([*command, "--output", name]) == FINE
    assert "stratum" in capsys.readouterr().out
    assert (project / "one.xlsx").read_bytes() == (project / "two.xlsx").read_bytes()


@pytest.fixture
def plants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter another review: one coder, no effects, attributes with one value alone."""
    project = shutil.copytree(PROJECT / "tests/second_review", tmp_path / "plants")
    monkeypatch.chdir(project)
    return project


def answered(project: Path, name: str, answers: Mapping[str, str]) -> None:
    """Fill in a CSV sheet: the same answers, by question, for all sources and codes."""
    path = project / name
    rows = [*csv.DictReader(path.read_text("utf-8-sig").splitlines())]
    for row in rows:
        row["Answer"] = answers.get(row["Question"], "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)


def test_a_review_of_one_coder_can_be_checked_as_well(plants: Path, capsys: Told) -> None:
    from evidence.findings.people import agreements_with_people, checked

    command = ["sample", "--coder", "Ada", "--share", "0.5", "--seed", "1"]
    assert main([*command, "--output", "a.csv"]) == FINE
    attributes = load(plants / "data").codebook.attributes
    first = {name: next(iter(row.values)) for name, row in attributes.items()}
    answered(plants, "a.csv", {**first, "finished": "yes"})
    assert main(["import", "a.csv", "--write"]) == FINE
    after = load(plants / "data")
    by = checked(after)
    assert len(by) == (len(after.counted()) + 1) // 2
    assert {row.question for row in agreements_with_people(after)} == {
        *after.codebook.attributes,
        *after.codebook.facets,
    }


def test_without_appraisals_no_row_says_that_nothing_is_said(plants: Path, capsys: Told) -> None:
    import json

    data = plants / "data"
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    kept = [row for row in package["resources"] if row["name"] != "appraisals"]
    for row in kept:
        if row["name"] == "codings":
            keys = row["schema"]["foreignKeys"]
            row["schema"]["foreignKeys"] = [
                key for key in keys if key["reference"]["resource"] != "appraisals"
            ]
    (data / "datapackage.json").write_text(json.dumps({**package, "resources": kept}), "utf-8")
    (data / "appraisals.csv").unlink()
    codebook = (data / "codebook.yml").read_text("utf-8")
    start, end = codebook.index("attributes:"), codebook.index("facets:")
    codebook = codebook[:start] + codebook[end:]
    lines = [line for line in codebook.splitlines() if not line.startswith("ranking:")]
    (data / "codebook.yml").write_text("\n".join(lines), "utf-8")
    assert main(["sample", "--coder", "Ada", "--share", "0.1", "--seed", "1"]) == FINE
    fill(plants / SHEET, {}, {}, list(load(data).sources))
    capsys.readouterr()
    assert main(["import", SHEET]) == FAULTS
    assert "source-without-appraisal" in capsys.readouterr().err
