"""`evidence map`: a map is proposed, edited by nobody, and followed by `evidence import`."""

import csv
import shutil
from pathlib import Path

import pytest

from evidence.cli.main import FAULTS, FINE, main
from tests.wide_sheet import SHEET, studies, write_text, write_xlsx

PLANTS = Path(__file__).parents[2] / "second_review"
Told = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    monkeypatch.chdir(project)
    return project


def rows(table: str) -> list[dict[str, str]]:
    with Path(f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_proposed_comes_in_and_brings_nothing_twice(
    kind: str, project: Path, capsys: Told
) -> None:
    file, before = f"wide.{kind}", {one["source_id"] for one in rows("sources")}
    if kind == "xlsx":
        write_xlsx(Path(file), studies(60, 5))
    else:
        write_text(Path(file), studies(60, 5), ";", "utf-8-sig")
    assert main(["map", file, "--output", "wide.yml"]) == FINE
    command = ["import", file, "--map", "wide.yml"]
    assert main([*command, "--write"]) == FINE
    capsys.readouterr()
    assert main(command) == FINE
    assert "there is nothing to write" in capsys.readouterr().out
    # Two have no year of which an id could be made.
    new = [one for one in rows("sources") if one["source_id"] not in before]
    assert len(new) == 58
    assert {one["doi"] for one in new} == {one[5] for one in studies(60, 5)} - {
        studies(60, 5)[at][5] for at in (40, 41)
    }
    answers = {(one["source_id"], one["coder"]): one for one in rows("appraisals")}
    assert {answers[one["source_id"], "reader"]["risk-of-bias"] for one in new} >= {"low", "high"}
    assert sum(coder == "ben-carr" for _, coder in answers) == 5
    codings = [one for one in rows("codings") if one["facet"] == "outcomes"]
    assert {one["stance"] for one in codings} == {"reported"}


def test_a_map_is_printed_or_written_to_a_new_file(project: Path, capsys: Told) -> None:
    write_xlsx(Path("wide.xlsx"), studies(10, 0))
    assert main(["map", "wide.xlsx", "--sheet", SHEET]) == FINE
    printed = capsys.readouterr().out
    assert main(["map", "wide.xlsx", "--output", "wide.yml"]) == FINE
    assert Path("wide.yml").read_text("utf-8") == printed
    assert main(["map", "wide.xlsx", "--output", "wide.yml"]) == FAULTS
    assert "file-exists" in capsys.readouterr().err
    assert Path("wide.yml").read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["wide.xlsx", "--sheet", "Includet"], "unknown-value"),
        (["missing.xlsx"], "missing-file"),
        (["old.xls"], "unreadable-sheet"),
        (["latin.csv"], "not-utf8"),
    ],
)
def test_what_is_no_sheet_is_told(
    arguments: list[str], code: str, project: Path, capsys: Told
) -> None:
    write_xlsx(Path("wide.xlsx"), studies(10, 0))
    Path("old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    Path("latin.csv").write_bytes("Title,Größe\na,b\n".encode("latin-1"))
    assert main(["map", *arguments]) == FAULTS
    told = capsys.readouterr()
    assert not told.out
    assert f": {code}: " in told.err


def test_a_coding_sheet_needs_no_map(project: Path, capsys: Told) -> None:
    assert (
        main(
            ["sample", *["--coder", "Ada", "--share", "1", "--seed", "1", "--output", "sheet.xlsx"]]
        )
        == FINE
    )
    assert main(["map", "sheet.xlsx"]) == FAULTS
    assert "evidence import sheet.xlsx" in capsys.readouterr().err


def test_import_without_a_map_leads_to_one(project: Path, capsys: Told) -> None:
    write_xlsx(Path("wide.xlsx"), studies(10, 0))
    assert main(["import", "wide.xlsx"]) == FAULTS
    assert "evidence map wide.xlsx" in capsys.readouterr().err
    assert main(["map", "wide.xlsx", "--output", "wide.yml"]) == FINE
    text = Path("wide.yml").read_text("utf-8")
    Path("wide.yml").write_text(
        text.replace("attribute: risk-of-bias", "attribute: risk-of-bais"), "utf-8"
    )
    assert main(["import", "wide.xlsx", "--map", "wide.yml"]) == FAULTS
    line = text.splitlines().index("    attribute: risk-of-bias") + 1
    told = capsys.readouterr().err
    assert f"wide.yml:{line}:16: unknown-attribute: " in told
    assert "nearest: risk-of-bias" in told


@pytest.mark.parametrize("name", ["zotero.ris", "pubmed.nbib", "mendeley.bib", "zotero.json"])
def test_sources_need_no_map(name: str, project: Path, capsys: Told) -> None:
    file = Path(__file__).parents[1] / "exchange/sources/files" / name
    assert main(["map", str(file)]) == FAULTS
    assert "has sources and no codings; that needs no map: evidence import" in (
        capsys.readouterr().err
    )
