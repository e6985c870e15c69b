import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.cli.main import CHANGED, FINE, USAGE, main

SUMMARY = """\
# Summary

[
[Of the studies on cost, `{python} savings.part` measured a saving. This stays.
]{.supported .partly .not-supported}
[Nobody knows.]{.no-data}
]{claim="savings"}
"""


@pytest.fixture
def project(tiny_project: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project whose summary states one claim."""
    project = tiny_project("# One\n")
    (project / "chapters/summary.qmd").write_text(SUMMARY, "utf-8")
    report = project / "report.qmd"
    report.write_text(
        report.read_text("utf-8") + "\n{{< include chapters/summary.qmd >}}\n", "utf-8"
    )
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "200")
    return project


def recodings(project: Path, *rows: str) -> str:
    file = project / "recoded.csv"
    file.write_text("\n".join(["source_id,facet,code,stance", *rows, ""]), "utf-8")
    return file.name


def saving(project: Path) -> str:
    from evidence.findings.verdicts import judge
    from evidence.model.load import load

    return judge(load(project / "data"))["savings-unconfirmed"].contrary[0]


def no_saving(project: Path) -> str:
    from evidence.findings.verdicts import judge
    from evidence.model.load import load

    return judge(load(project / "data"))["savings-unconfirmed"].supporting[0]


def state(project: Path) -> list[tuple[Path, int]]:
    """Return each file that is not kept from what was read, and when it was written."""
    kept = project / ".render"
    return sorted(
        (path, path.stat().st_mtime_ns)
        for path in project.rglob("*")
        if not path.is_relative_to(kept)
    )


def test_dropped_source_changes_findings_and_summary(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(project)
    source_id = no_saving(project)
    assert main(["what-if", "--drop", source_id]) == CHANGED
    text = capsys.readouterr().out
    assert text.startswith(f"Without {source_id}\n\nFindings: ")
    findings, sentences = text.split("Sentences of the report")
    assert "savings-unconfirmed" in findings
    assert "measured a saving." in sentences
    assert "This stays." not in sentences
    assert state(project) == before


def test_recoded_source_changes_sides(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source_id = saving(project)
    file = recodings(project, f"{source_id},outcome,cost,measured-mixed")
    assert main(["what-if", "--recode", file]) == CHANGED
    text = capsys.readouterr().out
    assert text.startswith("Coded as recoded.csv says\n")
    assert "sources for it: 1 more, 0 gone; sources against it: 0 more, 1 gone" in text


def test_recoding_that_changes_nothing_exits_with_0(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", "--recode", recodings(project, "abbott2005,theme,funding,")]) == FINE
    assert capsys.readouterr().out == "Coded as recoded.csv says\n\nFindings: 12 unchanged.\n"


def test_without_any_source_the_summary_words_that_there_are_no_data(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.model.load import load

    counted = sorted(load(project / "data").counted())
    assert main(["what-if", "--drop", *counted]) == CHANGED
    assert "Nobody knows." in capsys.readouterr().out


def test_verdict_without_wording_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = project / "chapters/summary.qmd"
    summary.write_text(SUMMARY.replace("[Nobody knows.]{.no-data}\n", ""), "utf-8")
    from evidence.model.load import load

    assert main(["what-if", "--drop", *load(project / "data").counted()]) == CHANGED
    assert "The build stops: no wording for 'no-data'" in " ".join(capsys.readouterr().out.split())


def test_chapters_that_cannot_be_read_leave_the_findings(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "chapters/summary.qmd").unlink()
    assert main(["what-if", "--drop", saving(project)]) == CHANGED
    caught = capsys.readouterr()
    assert "savings-unconfirmed" in caught.out
    assert caught.err.endswith("the sentences of the chapters are left out\n")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["abott2005,theme,funding,barrier"], "2:source_id: unknown-source: .*nearest: abbott2005"),
        (["", "abbott2005,them,funding,barrier"], "3:facet: unknown-facet: .*nearest: theme"),
        (["abbott2005,theme,fundin,barrier"], "2:code: unknown-code: .*nearest: funding"),
        (["abbott2005,theme,fundin,"], "2:code: unknown-code: .*nearest: funding"),
        (["abbott2005,theme,funding,barier"], "2:stance: unknown-stance: .*nearest: barrier"),
        (["abbott2005,theme,funding,uses"], "2:stance: stance-not-of-facet: "),
        (["abbott2005,theme"], "2:3: ragged-row: "),
        (["abbott2005,theme,funding,"] * 2, "3:source_id: duplicate-key: "),
        ([',theme,"funding'], "2: malformed-csv: "),
        ([], "1: empty-table: "),
    ],
)
def test_faults_in_recodings_are_told_with_their_place(
    rows: list[str], fault: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", "--recode", recodings(project, *rows)]) == USAGE
    caught = capsys.readouterr()
    assert caught.out == ""
    assert re.search(rf"^recoded\.csv:{fault}", caught.err, re.M), caught.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--drop", "abott2005"], "--drop: unknown-source: .*nearest: abbott2005"),
        (["--drop", "brown2006"], "--drop: not-allowed: 'brown2006' is the baseline review"),
        (["--drop", "\x1b[2J"], "--drop: unknown-source: sources.csv has no source_id '<U"),
        (["--recode", "nowhere.csv"], "nowhere.csv: missing-file: "),
        (["--recode", "data"], "data: missing-file: "),
    ],
)
def test_faults_in_what_is_asked_exit_with_2(
    arguments: list[str], fault: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", *arguments]) == USAGE
    caught = capsys.readouterr()
    assert caught.out == ""
    assert re.match(fault, caught.err), caught.err


EFFECT = "source_id,outcome,population,form,comparison,direction"


def effects(project: Path, *rows: str, header: str = EFFECT) -> str:
    file = project / "effects.csv"
    file.write_text("\n".join([header, *rows, ""]), "utf-8")
    return file.name


def agreed_effects(project: Path) -> list[str]:
    """The rows of the agreed effects, as a file of other effects has them."""
    from evidence.model.load import load

    return [
        ",".join([row.source_id, *map(" ".join, row.values.values())])
        for row in load(project / "data").agreed_effects
    ]


def test_other_effects_change_measures(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {f"{row.rpartition(',')[0]},worse" for row in agreed_effects(project)}
    file = effects(project, *sorted(rows))
    assert main(["what-if", "--effects", file]) == CHANGED
    text = capsys.readouterr().out
    assert text.startswith("With the effects of effects.csv\n\nFindings: 12 unchanged.\nMeasures: ")
    assert re.search(r"^better-randomised +\d+ of \d+ +none of \d+$", text, re.M)


def test_a_source_without_its_effects_leaves_what_it_is_counted_among(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = {row.split(",")[0] for row in agreed_effects(project)}
    assert main(["what-if", "--effects", effects(project, *(f"{key},,,,," for key in ids))]) == (
        CHANGED
    )
    assert re.search(r"^tested +\d+ +0$", capsys.readouterr().out, re.M)


def test_copy_of_effects_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["what-if", "--effects", effects(project, *agreed_effects(project))]) == FINE
    assert "Measures" not in capsys.readouterr().out


def test_dropped_source_changes_measures(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from evidence.findings.selections import select
    from evidence.model.load import load

    evidence = load(project / "data")
    tested = select(evidence, evidence.claims.selections["children-randomised"])
    assert main(["what-if", "--drop", *sorted(tested)]) == CHANGED
    assert re.search(r"^better-randomised +\d+ of \d+ +not defined$", capsys.readouterr().out, re.M)


GOOD = "abbott2005,cost,children,team,randomised,better"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"abott{GOOD[6:]}", "2:source_id: unknown-source: .*nearest: abbott2005"),
        (GOOD.replace("team", "team tem"), "2:form: unknown-value: .*nearest: team"),
        (GOOD.replace("better", "beter"), "2:direction: unknown-value: .*nearest: better"),
        (GOOD.replace("cost", ""), "2:outcome: required: the cell is empty"),
        (f"{GOOD}\n{GOOD}", "3:source_id: duplicate-key: "),
        (f"{GOOD},12", "2:7: ragged-row: "),
    ],
)
def test_faults_in_effects_are_told_with_their_place(
    row: str, fault: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", "--effects", effects(project, row)]) == USAGE
    caught = capsys.readouterr()
    assert caught.out == ""
    assert re.search(rf"^effects\.csv:{fault}", caught.err, re.M), caught.err


def test_copy_of_coded_rows_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.model.load import load

    rows = [
        f"{row.source_id},{row.facet},{row.code},{row.stance}"
        for row in load(project / "data").codings
        if row.coder == "agreed"
    ]
    assert main(["what-if", "--recode", recodings(project, *rows)]) == FINE
