"""`evidence import` of sources and `evidence export`, in the small review of plants."""

import csv
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.cli.main import FAULTS, FINE, USAGE, main
from evidence.model.faults import DataFaults, FaultCode
from evidence.model.load import load

FILES = Path(__file__).parents[1] / "exchange/sources/files"
PLANTS = Path(__file__).parents[2] / "second_review"
Told = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "project"
    shutil.copytree(PLANTS, project)
    monkeypatch.chdir(project)
    return project


def files(project: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / "data").iterdir()}


def rows(project: Path) -> list[dict[str, str]]:
    with (project / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def append(project: Path, name: str, *lines: str) -> None:
    path = project / "data" / name
    path.write_text(path.read_text("utf-8") + "".join(f"{line}\n" for line in lines), "utf-8")


def test_the_dry_run_tells_and_writes_nothing(project: Path, capsys: Told) -> None:
    before = files(project)
    file = str(FILES / "zotero.ris")
    assert main(["import", file]) == FINE
    told = capsys.readouterr().out
    assert f"{file}: RIS, 2 records" in told
    assert "new: 2 sources" in told
    assert "rudnik2019, line 1: 'Flexibility in gardens" in told
    assert "J2 (1 value), such as 'Inv Rev'" in told
    assert "evidence check will then ask for: country, basis, url_read" in told
    assert f"Nothing is written yet: evidence import {shlex.quote(str(file))} --write" in told
    assert files(project) == before


def test_written_it_leaves_open_only_what_a_person_has_to_say(project: Path, capsys: Told) -> None:
    before = files(project)
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FINE
    after = files(project)
    assert {name for name in before if before[name] != after[name]} == {
        "sources.csv",
        "references.bib",
    }
    for name, text in before.items():
        assert after[name].startswith(text)
    with pytest.raises(DataFaults) as raised:
        load(project / "data")
    assert {fault.code for fault in raised.value.faults} == {
        FaultCode.REQUIRED,
        FaultCode.SOURCE_WITHOUT_APPRAISAL,
        FaultCode.SOURCE_WITHOUT_CODING,
    }
    assert main(["check"]) == FAULTS
    told = capsys.readouterr().err
    for source in ("rudnik2019", "departmentofgardens2004"):
        assert source in told

    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FINE
    assert "There is nothing to add." in capsys.readouterr().out
    assert files(project) == after


def test_filled_in_the_data_are_sound(project: Path) -> None:
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FINE
    held = rows(project)
    for row in held[-2:]:
        row |= {"country": "Norland", "basis": "abstract", "read_on": "2026-11-27"}
        row |= {"url_read": "https://example.org/a", "bibliography_checked": "as-shown"}
    with (project / "data/sources.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, held[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(held)
    new = [row["source_id"] for row in held[-2:]]
    append(project, "appraisals.csv", *(f"{one},reader,trial,strong,hospital" for one in new))
    told = "reader,effect,sleep,improved,p. 1,What it says,"
    append(project, "codings.csv", *(f"{one},{told}" for one in new))
    sources = load(project / "data").sources
    assert sources[new[0]].title == "Flexibility in gardens: Ö, β and “quotes” & <b>more</b>"
    assert sources[new[1]].authors == "Department of Gardens, Paths and Ponds"


FORMS = [
    *FILES.iterdir(),
    FILES.parents[1] / "zotero/zotero.rdf",
    FILES.parents[1] / "zotero/zotero.csv",
]


@pytest.mark.parametrize("file", sorted(FORMS), ids=lambda path: path.name)
def test_what_each_tool_wrote_keeps_the_data_well_formed(
    file: Path, project: Path, capsys: Told
) -> None:
    assert main(["import", str(file), "--write"]) == FINE
    after = files(project)
    assert main(["import", str(file), "--write"]) == FINE
    assert files(project) == after
    assert "Written:" in capsys.readouterr().out


def test_the_manner_of_the_table_is_kept(project: Path) -> None:
    path = project / "data/sources.csv"
    lines = [";".join(cells) for cells in csv.reader(path.read_text("utf-8").splitlines())]
    path.write_bytes("\r\n".join(lines).encode())
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FINE
    added = path.read_bytes().decode().removeprefix("\r\n".join(lines))
    assert added.startswith("\r\nrudnik2019;article-journal;")
    assert added.count("\r\n") == added.count("\n") == 3


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.ris", b"<xml/>", "unknown-format"),
        ("a.ris", "TY  - JOUR\nTI  - é\nER  - \n".encode("latin-1"), "not-utf8"),
        ("a.bib", b"@article{a, title = {One}\n@book{b, title = {Two}}", "malformed-record"),
        ("a.json", b"[]", "no-record"),
        ("none.ris", None, "missing-file"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    name: str, content: bytes | None, code: str, project: Path, capsys: Told
) -> None:
    if content is not None:
        (project / name).write_bytes(content)
    before = files(project)
    assert main(["import", name, "--write"]) == FAULTS
    told = capsys.readouterr().err
    assert f": {code}: " in told
    assert told.endswith(f"1 fault in {name}\n")
    assert files(project) == before


def test_a_review_may_begin_with_no_source(project: Path) -> None:
    for name in ("sources", "appraisals", "codings"):
        path = project / f"data/{name}.csv"
        path.write_text(path.read_text("utf-8").partition("\n")[0], "utf-8")
    (project / "data/references.bib").write_text("", "utf-8")
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FINE
    assert [row["source_id"] for row in rows(project)] == ["rudnik2019", "departmentofgardens2004"]
    assert (project / "data/references.bib").read_text("utf-8").startswith("@article{rudnik2019,")


@pytest.mark.parametrize("name", ["sources.csv", "references.bib"])
def test_data_in_another_encoding_are_told_and_left(name: str, project: Path, capsys: Told) -> None:
    path = project / "data" / name
    path.write_bytes(path.read_bytes() + "é".encode("latin-1"))
    before = files(project)
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FAULTS
    assert f"{name}:" in (told := capsys.readouterr().err)
    assert "not-utf8" in told
    assert files(project) == before


def test_nothing_is_written_that_would_be_another_fault(project: Path, capsys: Told) -> None:
    append(project, "references.bib", "@misc{rudnik2019, title = {Left behind}, year = {2019}}")
    before = files(project)
    assert main(["import", str(FILES / "zotero.ris"), "--write"]) == FAULTS
    told = capsys.readouterr().err
    assert "data/references.bib:" in told
    assert "duplicate-key" in told
    assert "in the data as they would be; nothing is written" in told
    assert files(project) == before


def test_what_a_file_holds_can_be_said(project: Path, capsys: Told) -> None:
    shutil.copy(FILES / "zotero.ris", project / "sources.csv")
    assert main(["import", "sources.csv", "--as", "sources"]) == FINE
    assert "import sources.csv --as sources --write" in capsys.readouterr().out
    assert main(["import", str(FILES / "zotero.ris"), "--as", "codings"]) == FAULTS
    assert "1 fault in" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["ris", "csl-json", "bibtex"])
def test_what_is_exported_is_there_already_when_it_is_imported(
    form: str, project: Path, capsys: Told
) -> None:
    total = len(rows(project))
    assert main(["export", "--to", form, "--output", "out"]) == FINE
    assert capsys.readouterr().out == f"Written: out, {total} sources\n"
    assert main(["import", "out"]) == FINE
    assert f"already: {total} records" in capsys.readouterr().out
    assert main(["export", "--to", form]) == FINE
    assert capsys.readouterr().out.encode() == (project / "out").read_bytes()


def test_no_file_is_written_over(project: Path, capsys: Told) -> None:
    (project / "out").write_text("mine", "utf-8")
    assert main(["export", "--to", "ris", "--output", "out"]) == FAULTS
    assert "file-exists: out is there already" in capsys.readouterr().err
    assert (project / "out").read_text("utf-8") == "mine"


def test_an_unknown_format_is_wrong_usage(project: Path, capsys: Told) -> None:
    with pytest.raises(SystemExit, match=rf"^{USAGE}$"):
        main(["export", "--to", "xml"])
    assert "wrong-usage" in capsys.readouterr().err


DUPLICATE = """TY  - RPRT
AU  - Arden, Ada
PY  - 2001
TI  - Trees and sleep on two wards
DO  - 10.1234/trees
KW  - {word}
AB  - What they {word} about trees & wards.
SP  - 3
EP  - 12
ER  -
"""


def test_duplicates_are_merged_on_request_alone(project: Path, capsys: Told) -> None:
    (project / "a.ris").write_text(DUPLICATE.format(word="say"), "utf-8")
    before = files(project)
    assert main(["import", "a.ris", "--write"]) == FINE
    assert "--merge puts what they have beyond that" in capsys.readouterr().out
    assert files(project) == before
    assert main(["import", "a.ris", "--merge"]) == FINE
    told = capsys.readouterr().out
    assert "arden2001 gains pages, doi, abstract, keywords" in told
    assert "evidence import a.ris --merge --write" in told
    assert files(project) == before
    assert main(["import", "a.ris", "--merge", "--write"]) == FINE
    after = files(project)
    assert load(project / "data").sources["arden2001"].doi == "10.1234/trees"
    assert b"What they say about trees" in after["references.bib"]
    lines = before["sources.csv"].splitlines()[2:]
    assert after["sources.csv"].splitlines()[2:] == lines
    assert main(["import", "a.ris", "--merge", "--write"]) == FINE
    assert files(project) == after


def test_merging_writes_nothing_over_and_says_what_differs(project: Path, capsys: Told) -> None:
    for word in ("say", "think"):
        (project / "a.ris").write_text(DUPLICATE.format(word=word), "utf-8")
        assert main(["import", "a.ris", "--merge", "--write"]) == FINE
    told = capsys.readouterr().out
    assert "arden2001 abstract: 'What they say about trees & wards.'; line 1 has 'What" in told
    entries = files(project)["references.bib"]
    assert b"keywords = {say; think}" in entries
    assert b"What they think" not in entries


def test_sources_of_the_data_that_are_alike_are_pointed_out(project: Path, capsys: Told) -> None:
    row = rows(project)[0] | {"source_id": "arden2001b", "year": "2002"}
    append(project, "sources.csv", ",".join(f'"{cell}"' for cell in row.values()))
    assert main(["import", str(FILES / "zotero.ris")]) == FINE
    told = capsys.readouterr().out
    assert "alike within the data" in told
    assert "arden2001b: arden2001 has a title 100% alike, the same first author" in told


def test_decisions_in_a_file_of_sources_are_pointed_out(project: Path, capsys: Told) -> None:
    assert main(["import", str(FILES / "asreview.ris")]) == FINE
    assert "--as screening puts that into the log" in capsys.readouterr().out
    assert main(["import", str(FILES / "zotero.ris")]) == FINE
    assert "--as screening" not in capsys.readouterr().out


def test_cells_that_stay_empty_for_one_reason_are_told_at_once(project: Path, capsys: Told) -> None:
    record = "TY  - CONF\nAU  - Hill, A.\nPY  - 20{0}\nTI  - On {0} gardens of the north\nER  -\n"
    (project / "a.ris").write_text("".join(map(record.format, ("01", "05", "09"))), "utf-8")
    assert main(["import", "a.ris"]) == FINE
    told = capsys.readouterr().out
    assert "line 1, hill2001 and 2 more sources: type: 'paper-conference' is not among" in told
    assert told.count("is not among") == 1


def test_a_table_that_is_to_be_merged_holds_sources(project: Path, capsys: Told) -> None:
    (project / "sources.csv").write_text('Title,Authors,Year\nWards,"Hill, A",2001\n', "utf-8")
    assert main(["import", "sources.csv"]) == FAULTS
    capsys.readouterr()
    assert main(["import", "sources.csv", "--merge"]) == FINE
    assert "new: 1 source" in capsys.readouterr().out


def test_what_is_of_a_search_is_screened_and_no_source_before(project: Path, capsys: Told) -> None:
    file = str(FILES / "zotero.ris")
    assert main(["import", file, "--search", "named"]) == FAULTS
    assert "no-decision" in capsys.readouterr().err
    assert main(["import", file, "--list", "irrelevant"]) == FINE
    told = capsys.readouterr().out
    assert "exclude off-topic: 2" in told
    assert "new sources, of records included: 0" in told
