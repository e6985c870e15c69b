import shutil
from pathlib import Path

import pytest

from evidence.cli.main import FINE, USAGE, main

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project that has data and no chapters."""
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def claim_ids() -> list[str]:
    from evidence.model.load import load

    return [*load(PROJECT / "data").claims.claims]


@pytest.mark.parametrize("claim_id", claim_ids())
def test_every_finding_shows_its_grounds(
    claim_id: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.findings.verdicts import judge
    from evidence.model.load import load

    assert main(["why", claim_id]) == FINE
    lines = capsys.readouterr().out.splitlines()
    evidence = load(project / "data")
    finding = judge(evidence)[claim_id]
    assert max(map(len, lines)) <= 100
    for start in (
        "counted: ",
        "supported if: ",
        "partly if: ",
        "2006: ",
        f"now: {finding.verdict}",
    ):
        assert any(line.startswith(start) for line in lines), start
    assert any(line.startswith("confidence: ") for line in lines)
    for component in evidence.confidence.components:
        assert any(line.startswith(f"  {component}: concern ") for line in lines)
    named = [line.split(":")[0].strip() for line in lines]
    assert [name for name in named if name in evidence.sources] == [
        *finding.supporting,
        *finding.contrary,
    ]
    text = " ".join(" ".join(lines).split())
    for facet, code in finding.codes:
        for row in evidence.agreed_codings(facet, [code]):
            if row.source_id in {*finding.supporting, *finding.contrary}:
                assert " ".join(f"{facet}:{code} {row.stance}: {row.gist}".split()) in text


@pytest.mark.parametrize("name", ["better-randomised", "failure-between", "tested"])
def test_a_measure_shows_its_grounds(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.findings.measures import measures
    from evidence.model.load import load
    from evidence.words import label, number

    assert main(["why", name]) == FINE
    lines = capsys.readouterr().out.splitlines()
    evidence = load(project / "data")
    found = measures(evidence)[name]
    assert max(map(len, lines)) <= 100
    assert lines[0] == f"{name}: {label(name)}"
    assert any(line.startswith(f"now: {number(found.value)}") for line in lines)
    assert any("95% interval" in line for line in lines) == (found.interval is not None)
    counted = "\n".join(lines).split("\n\ncounted: ")[2].split("\n\n")[0]
    named = {line.split(":")[0].strip() for line in counted.splitlines()}
    assert len(evidence.studies(named & evidence.sources.keys())) == found.value.numerator


def test_effects_meant_stand_with_their_source(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.findings.selections import effects_meant
    from evidence.model.load import load

    evidence = load(project / "data")
    meant = effects_meant(evidence, evidence.claims.selections["children-randomised"])
    main(["why", "better-randomised"])
    text = " ".join(capsys.readouterr().out.split())
    for rows in meant.values():
        for row in rows:
            values = " ".join(value for values in row.values.values() for value in values)
            assert f"{values}: {' '.join(row.gist.split())}" in text
            assert row.effect in text


def test_unknown_claim_names_the_nearest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "savings-confirmed"]) == USAGE
    caught = capsys.readouterr()
    assert (caught.out, caught.err) == (
        "",
        "evidence: no-claim: there is no claim or measure 'savings-confirmed'; "
        "nearest: savings-unconfirmed\n",
    )


def test_claim_like_no_other_lists_all(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "\x1b[2J"]) == USAGE
    text = capsys.readouterr().err
    assert text.startswith(
        "evidence: no-claim: there is no claim or measure '<U+001B>[2J'; "
        "claims are terms-confusing, "
    )


def test_faults_in_the_data_exit_with_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data/searches.csv").unlink()
    assert main(["why", "five-themes"]) == USAGE
    assert "data/searches.csv: missing-file: " in capsys.readouterr().err


def test_control_characters_of_the_claims_reach_no_terminal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = project / "data/claims.yml"
    text = claims.read_text("utf-8")
    old = "statement: Savings are expected"
    assert old in text
    text = text.replace(f"{old} from agencies working together better.", 'statement: "\\e[2J"')
    claims.write_text(text, "utf-8")
    main(["why", "savings-anticipated"])
    caught = capsys.readouterr()
    assert "\x1b" not in caught.out + caught.err
