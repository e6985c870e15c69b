"""`evidence import` of coded evidence, in the small review of plants."""

import csv
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.cli.main import FAULTS, FINE, main
from evidence.model.load import load

PLANTS = Path(__file__).parents[2] / "second_review"
Told = pytest.CaptureFixture[str]
HEADER = "source_id,type,title,year,authors,country,basis,url_read,read_on,bibliography_checked"
KNOWN = "Norland,abstract,https://example.org/a,2026-11-27,as-shown"
MAP = """\
version: 1
codebook:
  attributes:
    method: {values: {diary: People kept a diary.}}
    season: {question: When?, values: {summer: Summer, winter: Winter}, multiple: true}
  facets:
    effect: {codes: {pain: Pain}}
    cost: {question: What does it cost?, stances: {told: Told}, codes: {water: Water}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    monkeypatch.chdir(project)
    return project


def files(project: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / "data").iterdir()}


def rows(project: Path, table: str) -> list[dict[str, str]]:
    with (project / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def put(name: str, *lines: str) -> str:
    Path(name).write_text("\n".join(lines), "utf-8")
    return name


def twice(file: str, *more: str) -> None:
    """Bring a file in, and hold that it brings nothing a second time."""
    assert main(["import", file, *more, "--write"]) == FINE
    before = files(Path())
    assert main(["import", file, *more, "--write"]) == FINE
    assert files(Path()) == before


def test_sources_answers_and_codings_come_in_and_the_data_are_sound(
    project: Path, capsys: Told
) -> None:
    new = f'nova2020,report,Plants in a ward,2020,"Nova, Ida; Ødegård, Å.",{KNOWN}'
    put("a.csv", f"{HEADER},method,strength,setting", f"{new},trial,strong,hospital")
    put(
        "c.csv",
        "source_id,facet,code,stance,locator,gist",
        'nova2020,effect,sleep,improved,p. 1,"=1+1, ""so"""',
    )
    before = files(project)
    assert main(["import", "a.csv"]) == FINE
    told = capsys.readouterr().out
    assert files(project) == before
    assert "a.csv: tables with the columns of the data, 1 source, 3 answers" in told
    assert "sources.csv: 1 new, 0 that the data have" in told
    assert "evidence check will then ask for: source-without-coding (1)" in told
    assert "Nothing is written yet: evidence import a.csv --write" in told
    twice("a.csv")
    twice("c.csv")
    assert "There is nothing to write" in capsys.readouterr().out.replace("there", "There")
    evidence = load(project / "data")
    assert evidence.sources["nova2020"].authors == "Nova, Ida; Ødegård, Å."
    assert evidence.agreed["nova2020"].values["method"] == ("trial",)
    assert rows(project, "codings")[-1]["gist"] == '=1+1, "so"'
    for name, text in before.items():
        assert files(project)[name].startswith(text)


def test_what_differs_is_changed_and_what_is_silent_stays(project: Path, capsys: Told) -> None:
    put("a.csv", "source_id,method", "arden2001,cohort")
    put("c.csv", "source_id,facet,code,stance,gist", "arden2001,obstacle,upkeep,met,Another text")
    assert main(["import", "a.csv"]) == FINE
    assert "arden2001 reader: method 'trial' -> 'cohort'" in capsys.readouterr().out
    twice("c.csv")
    told = capsys.readouterr().out
    assert "arden2001 reader obstacle upkeep met: gist 'What arden2001 says of upkeep' -> " in told
    assert "1 more of these sources in the data, which stay as they are" in told
    held = [row for row in rows(project, "codings") if row["source_id"] == "arden2001"]
    assert [(row["code"], row["locator"], row["gist"]) for row in held] == [
        ("sleep", "p. 1", "What arden2001 says of sleep"),
        ("upkeep", "p. 1", "Another text"),
    ]


def test_unknown_names_are_told_once_each_with_the_next_step(project: Path, capsys: Told) -> None:
    lines = ["arden2001,effekt,sleep,met", "arden2001,effect,sleap,improved"]
    lines += [
        "birch2004,effect,sleap,improved",
        "birch2004,effect,sleep,met",
        "nobody,effect,sleep,improved",
    ]
    put("c.csv", "source_id,facet,code,stance", *lines)
    before = files(project)
    assert main(["import", "c.csv", "--write"]) == FAULTS
    told = capsys.readouterr().err
    assert (
        "c.csv:line 2: unknown-facet: the codebook has no facet 'effekt'; allowed: effect," in told
    )
    assert "c.csv:line 3: unknown-code: effect has no code 'sleap' (2 times)" in told
    assert "nearest: sleep" in told
    assert "c.csv:line 5: stance-not-of-facet: effect has no stance 'met'" in told
    assert told.endswith(
        "3 faults in c.csv; a map says what these are in the review: evidence map c.csv\n"
    )
    assert files(project) == before
    put("c.csv", "source_id,facet,code,stance", lines[-1])
    assert main(["import", "c.csv", "--write"]) == FAULTS
    assert (
        "c.csv:line 2: unknown-source: the data have no source 'nobody'" in capsys.readouterr().err
    )


def test_a_map_adds_to_codebook_package_and_table_alone(project: Path, capsys: Told) -> None:
    put("map.yml", MAP)
    put("a.csv", "source_id,method,season", "arden2001,diary,winter;summer", "birch2004,,summer")
    put(
        "c.csv",
        "source_id,facet,code,stance,locator,gist",
        "arden2001,effect,pain,improved,p. 2,Less",
        "arden2001,cost,water,,p. 3,A lot",
    )
    twice("c.csv", "--map", "map.yml")
    told = capsys.readouterr().out
    assert "codebook.yml: added:" in told
    assert "codes of effect: pain" in told
    evidence = load(project / "data")
    assert evidence.codebook.version == 2
    assert evidence.codebook.facets["cost"].codes == {"water": "Water"}
    assert evidence.codebook.attributes["season"].multiple
    assert {row["season"] for row in rows(project, "appraisals")} == {""}
    twice("a.csv", "--map", "map.yml")
    assert load(project / "data").agreed["arden2001"].values["season"] == ("summer", "winter")
    assert [row["method"] for row in rows(project, "appraisals")][:2] == ["diary", "cohort"]


def test_a_list_of_references_brings_its_sources(project: Path, capsys: Told) -> None:
    put("a.csv", "Title,Year,Author", "A study of doors,2011,Elm C", "Doors again,2012,Elm C")
    assert main(["map", "a.csv", "--output", "map.yml"]) == FINE
    assert main(["import", "a.csv", "--map", "map.yml"]) == FINE
    told = capsys.readouterr().out
    assert "sources.csv: 2 new" in told
    assert "elm2011" in told


def test_answers_that_contradict_each_other_stop_it(project: Path, capsys: Told) -> None:
    put("a.csv", "source_id,method", "arden2001,trial", "birch2004,cohort", "arden2001,cohort")
    before = files(project)
    assert main(["import", "a.csv", "--write"]) == FAULTS
    assert (
        "a.csv:line 4: not-allowed: method of arden2001 has one value, and the file 'trial' and "
        "'cohort', the first at line 2"
    ) in capsys.readouterr().err
    assert files(project) == before


@pytest.mark.parametrize(
    "text", ["", "source_id\n", "title,year\nOne,2020\n", "\x00\x01", "<html>"]
)
def test_a_file_with_nothing_of_the_data_changes_nothing(
    text: str, project: Path, capsys: Told
) -> None:
    put("a.csv", text)
    before = files(project)
    assert main(["import", "a.csv", "--write"]) == FAULTS
    told = capsys.readouterr().err
    # No map helps where nothing can be read.
    assert ("evidence map a.csv" in told) is ("unreadable-sheet" not in told)
    assert files(project) == before


def test_a_locator_that_is_required_says_where_in_the_file_it_stands(
    project: Path, capsys: Told
) -> None:
    put("c.csv", "source_id;facet;code;stance", "arden2001;effect;mood;hoped")
    twice("c.csv")
    assert "1 of the new say where in the file they stand" in capsys.readouterr().out
    (row,) = [one for one in rows(project, "codings") if one["code"] == "mood"][:1]
    assert (row["locator"], row["gist"]) == (
        "c.csv, line 2",
        "coded without words at c.csv, line 2",
    )


def test_of_a_coder_whom_the_codebook_lacks_it_asks(project: Path, capsys: Told) -> None:
    put(
        "c.csv",
        "source_id,coder,facet,code,stance",
        "arden2001,Ann,effect,mood,hoped",
        "arden2001,Ben,effect,mood,hoped",
    )
    assert main(["import", "c.csv"]) == FAULTS
    told = capsys.readouterr().err
    assert "unknown-coder: the codebook has no coder 'Ann'; allowed: reader" in told
    assert "unknown-coder: the codebook has no coder 'Ben'" in told
    # Where one codes alone, one name in the file is theirs.
    put("c.csv", "source_id,coder,facet,code,stance", "arden2001,Ann,effect,mood,hoped")
    twice("c.csv")
    assert "(Ann)" not in capsys.readouterr().out
    assert {row["coder"] for row in rows(project, "codings")} == {"reader"}


def test_a_review_without_appraisals_gets_them_with_its_first_attribute(
    project: Path, capsys: Told
) -> None:
    path = project / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [row for row in package["resources"] if row["name"] != "appraisals"]
    for row in package["resources"]:
        if row["name"] == "codings":
            row["schema"]["foreignKeys"] = row["schema"]["foreignKeys"][:1]
    path.write_text(json.dumps(package, indent=1), "utf-8")
    (project / "data/appraisals.csv").unlink()
    book = project / "data/codebook.yml"
    text = re.sub(r"attributes:\n.*?\n\n", "", book.read_text("utf-8"), flags=re.DOTALL)
    book.write_text(text.replace("ranking: strength\n", ""), "utf-8")
    put(
        "map.yml",
        "version: 1\ncodebook: {attributes: {season: {question: When, values: {summer: S}}}}",
    )
    put("c.csv", "source_id,facet,code,stance,locator,gist", "arden2001,effect,mood,hoped,p. 1,So")
    twice("c.csv", "--map", "map.yml")
    assert rows(project, "appraisals") == [
        {"source_id": "arden2001", "coder": "reader", "season": ""}
    ]


EFFECTS = """\
version: 1
sources: {title: Title}
columns:
  "Result": {effect: direction, values: {Up: better, Down: worse}}
  "People": {effect: sample}
  "Design": {attribute: method, values: {RCT: trial}}
"""
ASKED = """\
codebook:
  effects: {direction: {question: How did it come out?, values: {better: B, worse: W}}}
"""


def test_effects_make_their_table_and_come_in_alone(project: Path, capsys: Told) -> None:
    title = "Trees and sleep on two wards"
    put("w.csv", "Title,Result,People,Design", f"{title},Up,40 people,RCT", f"{title},Down,12,RCT")
    put("map.yml", EFFECTS)
    before = files(project)
    assert main(["import", "w.csv", "--map", "map.yml"]) == FAULTS
    capsys.readouterr()
    put("map.yml", EFFECTS + ASKED)
    assert main(["import", "w.csv", "--map", "map.yml", "--as", "effects"]) == FINE
    told = capsys.readouterr().out
    assert "of effects, direction: better, worse" in told
    assert "effects.csv: 2 new" in told
    assert "answers" not in told.splitlines()[0]
    assert files(project) == before
    twice("w.csv", "--map", "map.yml", "--as", "effects")
    evidence = load(project / "data")
    assert [(one.values["direction"], one.sample) for one in evidence.effects] == [
        (("better",), "40 people"),
        (("worse",), "12"),
    ]
    capsys.readouterr()
    assert main(["import", "w.csv", "--map", "map.yml", "--as", "codings"]) == FINE
    assert "effect" not in capsys.readouterr().out.splitlines()[0]


def test_what_several_say_is_not_reconciled_by_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    folder = tmp_path / "review"
    assert main(["new", str(folder), "--title", "x", "--coder", "Ada", "--coder", "Ben"]) == FINE
    monkeypatch.chdir(folder)
    head = "source_id,coder,facet,code,stance,locator,gist"
    new = [f"nova2020,{by},outcome,learning,better,p. 1,So" for by in ("ada", "BEN")]
    put("s.csv", f"{HEADER.rpartition(',')[0]}", f'nova2020,report,Wards,2020,"N, I",{KNOWN[:-9]}')
    put("c.csv", head, *new, "sample2003,Ben,outcome,access,better,p. 1,So")
    assert main(["import", "s.csv", "--write"]) == FINE
    capsys.readouterr()
    twice("c.csv")
    told = capsys.readouterr().out
    assert (
        "without a coding by agreed: 1 source in the file. No finding counts what Ada and Ben say "
        "apart: a person has to reconcile it"
    ) in told
    assert {row["coder"] for row in rows(folder, "codings") if row["source_id"] == "nova2020"} == {
        "Ada",
        "Ben",
    }
    # Once agreed, a row says that both hold it.
    put("a.csv", head, "nova2020,agreed,outcome,learning,better,p. 1,So")
    twice("a.csv")
    (row,) = [
        one
        for one in rows(folder, "codings")
        if (one["source_id"], one["coder"]) == ("nova2020", "agreed")
    ]
    assert row["reconciled"] == "both"
    assert "a person has to reconcile" not in capsys.readouterr().out


def test_a_table_of_something_else_is_asked_what_it_holds(project: Path, capsys: Told) -> None:
    put("a.csv", "key,title,included", "1,Plants,yes")
    assert main(["import", "a.csv"]) == FAULTS
    assert "evidence map a.csv; or say with --as what else it holds" in capsys.readouterr().err


def test_cells_of_a_source_that_were_empty_are_filled(project: Path, capsys: Told) -> None:
    path = project / "data/sources.csv"
    before = path.read_text("utf-8")
    path.write_text(before.replace(",Norland,arden2001,", ",,arden2001,"), "utf-8")
    put("s.csv", "source_id,country,basis", "arden2001,Norland,abstract")
    twice("s.csv")
    assert "empty cells filled of 1 source: country" in capsys.readouterr().out
    assert path.read_text("utf-8") == before


def test_tables_of_another_order_and_manner_keep_them(project: Path) -> None:
    data = project / "data"
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    for row in package["resources"]:
        if row.get("type") == "table":
            row["schema"]["fields"].reverse()
            held = rows(project, row["name"])
            names = [one["name"] for one in row["schema"]["fields"]]
            lines = [";".join(names), *(";".join(one[name] for name in names) for one in held)]
            (data / row["path"]).write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    (data / "datapackage.json").write_text(json.dumps(package, indent="\t"), "utf-8")
    book = data / "codebook.yml"
    book.write_bytes(book.read_bytes().replace(b"\n", b"\r\n"))
    before = files(project)
    put("map.yml", MAP)
    put("c.csv", "source_id,facet,code,stance,gist", "arden2001,effect,pain,improved,Zoë’s “=1+1”")
    put("a.csv", "source_id,method,season", "linden2023,diary,summer")
    twice("c.csv", "--map", "map.yml")
    twice("a.csv", "--map", "map.yml")
    load(data)
    after = files(project)
    added = [
        line for line in after["codings.csv"].splitlines() if line not in before["codings.csv"]
    ]
    assert [line.decode() for line in added] == [
        ";Zoë’s “=1+1”;c.csv, line 2;improved;pain;effect;reader;arden2001"
    ]
    (answered,) = [line for line in after["appraisals.csv"].splitlines() if b"diary" in line]
    assert answered.decode().endswith(";diary;reader;linden2023;summer")
    assert b"\r\n  method:" in after["codebook.yml"]
    assert after["codebook.yml"].count(b"\n") == after["codebook.yml"].count(b"\r\n")


def test_a_review_of_one_source_and_a_file_of_one(project: Path) -> None:
    for name in ("sources", "appraisals", "codings"):
        path = project / f"data/{name}.csv"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:2]), "utf-8")
    bib = project / "data/references.bib"
    bib.write_text(bib.read_text("utf-8").partition("@techreport{birch")[0], "utf-8")
    put("c.csv", "source_id,facet,code,stance,locator,gist", "arden2001,effect,mood,hoped,p. 1,So")
    twice("c.csv")
    assert [row["code"] for row in rows(project, "codings")] == ["sleep", "mood"]


def test_of_very_many_unknown_names_the_first_are_told(project: Path, capsys: Told) -> None:
    put("c.csv", "source_id,facet,code", *(f"arden2001,effect,c{at}" for at in range(1_200)))
    assert main(["import", "c.csv"]) == FAULTS
    told = capsys.readouterr().err.splitlines()
    assert "and 201 more" in told
    assert told[-1].startswith("1,201 faults in c.csv; a map says")
