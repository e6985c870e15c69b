"""`evidence import --replace-sample`: invented sources of a new review give way to real ones."""

import csv
from pathlib import Path

import pytest

from evidence.cli.main import FINE, main
from evidence.cli.replace_sample import sample_sources

Told = pytest.CaptureFixture[str]
OWN = """\
source_id,type,title,year,authors,country,basis,url_read,read_on
,report,Plants in a ward,2020,"Nova, Ida",Norland,abstract,https://example.org/x,2026-11-27
"""


@pytest.fixture(params=[[], ["--no-prisma"]])
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path / "review"
    assert main(["new", str(folder), "--title", "Plants", *request.param]) == FINE
    monkeypatch.chdir(folder)
    (folder / "own.csv").write_text(OWN, "utf-8")
    return folder


def rows(project: Path, table: str) -> list[dict[str, str]]:
    with (project / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_is_pointed_out_and_goes_when_asked_for(project: Path, capsys: Told) -> None:
    invented = sample_sources(project)
    assert main(["import", "own.csv"]) == FINE
    told = capsys.readouterr().out
    assert f"The data still have {len(invented)} invented sources, which --replace-sample" in told
    before = {path.name: path.read_bytes() for path in (project / "data").iterdir()}
    assert main(["import", "own.csv", "--replace-sample"]) == FINE
    assert {path.name: path.read_bytes() for path in (project / "data").iterdir()} == before

    assert main(["import", "own.csv", "--replace-sample", "--write"]) == FINE
    assert [row["source_id"] for row in rows(project, "sources")] == ["nova2020"]
    for path in (project / "data").glob("*.csv"):
        assert not {*invented} & {row.get("source_id") for row in rows(project, path.stem)}
    entries = (project / "data/references.bib").read_text("utf-8")
    assert "@techreport{nova2020," in entries
    assert "sample" not in entries.lower()
    capsys.readouterr()
    assert main(["import", "own.csv", "--replace-sample", "--write"]) == FINE
    assert "There is no invented source in the data." in capsys.readouterr().out


@pytest.mark.parametrize("project", [[]], indirect=True)
def test_a_log_that_names_real_sources_stays(project: Path) -> None:
    assert main(["import", "own.csv", "--write"]) == FINE
    path = project / "data/screening.csv"
    own = "r0900,databases,1,Plants in a ward,2020,https://example.org/x,include,,nova2020\n"
    path.write_text(path.read_text("utf-8") + own, "utf-8")
    searches = [row for row in rows(project, "searches") if row["search"] == "databases"]
    assert main(["import", "own.csv", "--replace-sample", "--write"]) == FINE
    assert rows(project, "searches") == searches
    left = rows(project, "screening")
    assert [row["source_id"] for row in left if row["source_id"]] == ["nova2020"]
    assert len(left) > 1


@pytest.mark.parametrize("project", [[]], indirect=True)
def test_a_screening_of_one_s_own_takes_the_place_of_the_invented_one(project: Path) -> None:
    file = Path(__file__).parents[1] / "exchange/screening/files/rayyan.csv"
    arguments = ["import", str(file), "--as", "screening", "--search", "medline"]
    assert main([*arguments, "--replace-sample", "--write"]) == FINE
    assert {row["search"] for row in rows(project, "searches")} == {"medline"}
    decisions = [(row["search"], row["decision"]) for row in rows(project, "screening")]
    assert decisions == [("medline", "include"), *[("medline", "exclude")] * 4]
    assert [row["source_id"] for row in rows(project, "sources")] == ["marsh2018"]
