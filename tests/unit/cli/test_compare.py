import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest

from evidence.cli.compare import Account, Section, account, as_json, markdown, text
from evidence.cli.main import CHANGED, FINE, USAGE, main
from evidence.findings.changes import Comparison, compare, recoded
from evidence.model.load import load
from evidence.review.sentences import SentenceChange

DATA = Path(__file__).parents[3] / "data"
HOSTILE = "<img src=x onerror=alert(1)> | `x` [a](javascript:b) @everyone #1 **b** & \x1b[2J\n---\\"


@pytest.fixture
def project(tiny_project: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project that has an older state of its data beside them."""
    project = tiny_project("# One\n")
    shutil.copytree(project / "data", project / "old data, März")
    monkeypatch.chdir(project)
    monkeypatch.setenv("COLUMNS", "120")
    return project


@pytest.fixture(scope="module")
def changes() -> Comparison:
    """The real evidence without one source and with another recoded."""
    evidence = load(DATA)
    fewer = evidence.without(["baxter2018"])
    return compare(evidence, recoded(fewer, {("abbott2005", "theme", "funding"): {"barrier"}}))


def replace(file: Path, old: str, new: str) -> None:
    before = file.read_text("utf-8")
    assert old in before
    file.write_text(before.replace(old, new, 1), "utf-8")


def hostile() -> Account:
    rows = ((HOSTILE, HOSTILE, ""),)
    return Account(HOSTILE, (HOSTILE,), (Section("Rules", ("rule", "before", "after"), rows),))


def strings(node: object) -> list[str]:
    if isinstance(node, dict):
        return strings([*node.values()])
    return [x for item in node for x in strings(item)] if isinstance(node, list) else [str(node)]


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_no_change_exits_with_0(
    form: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "old data, März", "data", "--format", form]) == FINE
    told = capsys.readouterr().out
    assert "old data, M" in told
    assert "before" not in told


def test_changed_threshold_exits_with_1_and_tells_the_rule(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(
        project / "data/claims.yml",
        'partly: {distinct_terms: ">= 8", share: ">= 0.25"}',
        'partly: {share: ">= 0.9"}',
    )
    assert main(["compare", "old data, März", "data"]) == CHANGED
    told = capsys.readouterr().out
    assert re.search(r"^terms-confusing +weaker;", told, re.M)
    assert re.search(r"^Findings: 1 weaker, 11 unchanged\.$", told, re.M)
    assert re.search(r"^Verdicts: .*not-supported .*\d, was \d", told, re.M)
    assert "claims: terms-confusing: partly: share" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 120


def test_effects_are_told_by_source(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (first, *_) = load(project / "data").agreed_effects
    path = project / "data/effects.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (line,) = [
        row
        for row in lines
        if row.startswith(f"{first.source_id},agreed,{first.values['outcome'][0]},")
        and f",{first.gist}" in row.replace('"', "")
    ]
    path.write_text("".join(row for row in lines if row != line), "utf-8")
    assert main(["compare", "old data, März", "data"]) == CHANGED
    told = " ".join(capsys.readouterr().out.split())
    what = " ".join(first.values[name][0] for name in ("outcome", "population", "direction"))
    assert f"{first.source_id} recoded effects removed: {what}" in told
    assert main(["compare", "data", "old data, März", "--format", "md"]) == CHANGED
    assert f"| {first.source_id} | recoded | effects added\\: {what} |" in capsys.readouterr().out


def test_way_back_mirrors_the_way_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(project / "data/claims.yml", '{each: ">= 3"}', '{each: ">= 0"}')
    found = []
    for pair in (("old data, März", "data"), ("data", "old data, März")):
        assert main(["compare", *pair, "--format", "json"]) == CHANGED
        found.append(json.loads(capsys.readouterr().out))
    there, back = found
    changes = [{row["claim_id"]: row["change"] for row in one["findings"]} for one in found]
    assert changes[0]["terms-challenge"] == "stronger"
    assert changes[1]["terms-challenge"] == "weaker"
    assert [row["old"] for row in there["findings"]] == [row["new"] for row in back["findings"]]


@pytest.mark.parametrize("sides", [("nowhere", "data"), ("data", "nowhere"), ("broken", "data")])
def test_what_cannot_be_loaded_exits_with_2(
    sides: tuple[str, str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "broken").mkdir()
    assert main(["compare", *sides]) == USAGE
    caught = capsys.readouterr()
    assert caught.out == ""
    assert "nowhere" in caught.err or caught.err.startswith("broken/datapackage.json: missing-file")


def test_json_holds_the_whole_comparison(changes: Comparison) -> None:
    sentences = (SentenceChange("a.qmd", 3, HOSTILE, "", ("claim x",), (HOSTILE,)),)
    told = json.loads(as_json(("a", HOSTILE), changes, sentences))
    assert (told["old"], told["new"], told["changed"]) == ("a", HOSTILE, True)
    assert told["sentences"] == [
        {
            "file": "a.qmd",
            "line": 3,
            "old": HOSTILE,
            "new": "",
            "rests_on": ["claim x"],
            "causes": [HOSTILE],
        }
    ]
    for row, one in zip(changes.findings, told["findings"], strict=True):
        assert (one["claim_id"], one["change"]) == (row.claim_id, row.change)
        for finding, side in ((row.old, one["old"]), (row.new, one["new"])):
            assert finding
            assert side["supporting"] == [*finding.supporting]
            assert side["contrary"] == [*finding.contrary]
            assert {name: value["numerator"] for name, value in side["values"].items()} == {
                name: value.numerator for name, value in finding.values.items()
            }
            assert (side["verdict"], side["silent"]) == (finding.verdict, finding.silent)
    for change, one in zip(changes.sources, told["sources"], strict=True):
        assert (one["source_id"], one["move"]) == (change.source_id, change.move)
        for codings, rows in ((change.come, one["come"]), (change.gone, one["gone"])):
            assert [(c.facet, c.code, c.stance, c.locator, c.gist) for c in codings] == [
                (row["facet"], row["code"], row["stance"], row["locator"], row["gist"])
                for row in rows
            ]


def test_json_is_ascii(changes: Comparison) -> None:
    assert as_json(("ä\x1b\u2028", "b"), changes, ()).isascii()


@pytest.mark.parametrize("form", [text, markdown])
def test_no_format_lets_a_control_character_through(form: Callable[[Account], str]) -> None:
    told = form(hostile())
    assert "\x1b" not in told
    assert "001B" in told


def test_hostile_text_reads_back_literally_from_markdown() -> None:
    told = markdown(hostile())
    assert "@everyone" not in told
    assert "#1" not in told
    tree = pypandoc.convert_text(told, "json", format="gfm")
    kinds = set(re.findall(r'"t":"(\w+)"', tree))
    assert not kinds & {"Link", "Image", "Strong", "Code", "RawBlock", "HorizontalRule"}
    # All that is raw is the comment that keeps GitHub from calling people and issues.
    assert set(re.findall(r'"c":\["html","(.*?)"\]', tree)) == {"<!-- -->"}
    plain = pypandoc.convert_text(told, "plain", format="gfm", extra_args=["--columns=1000"])
    assert "<img src=x onerror=alert(1)> | `x` [a](javascript:b) @everyone #1 **b** &" in plain
    assert len(json.loads(tree)["blocks"]) == 4


def test_all_formats_tell_the_same_cells(changes: Comparison) -> None:
    told = account("Title", changes, ())
    cells = [cell for section in told.sections for row in section.rows for cell in row if cell]
    in_text = re.sub(r"\s+", "", text(told))
    in_markdown = pypandoc.convert_text(
        markdown(told), "html", format="gfm", extra_args=["--wrap=none"]
    )
    in_markdown = html.unescape(in_markdown.replace("<!-- -->", ""))
    for cell in cells:
        assert cell in in_markdown
    for section in told.sections:
        assert all(row[0] in in_text for row in section.rows)


def test_comment_stays_within_what_github_takes(changes: Comparison) -> None:
    rows = tuple((f"source{number}", "removed", "codings " * 20) for number in range(2000))
    told = markdown(Account("Title", (), (Section("Sources", ("a", "b", "c"), rows),)))
    assert 50_000 < len(told) < 65_536
    assert told.endswith("\n\nThere is more; the command shows it all without `--format md`.")


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("compare", "redline", "why", "what-if"):
        with pytest.raises(SystemExit, match=r"^0$"):
            main([verb, "--help"])
        told = capsys.readouterr().out
        assert f"  evidence {verb} " in told
        assert "from compare, redline, what-if, parity and verify: no difference" in told
