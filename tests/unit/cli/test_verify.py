"""Verify tells the first input and the document that differ, and what a strange place does."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evidence.cli import verify
from evidence.cli.main import CHANGED, FINE, USAGE, main
from evidence.proof import manifest, rebuild
from evidence.proof.manifest import Manifest, fingerprint
from evidence.proof.rebuild import HOSTILE, BuildFailed, build, environment
from tests.conftest import PROJECT

FILES = ("report.html", "report.pdf", "report.docx", "report-evidence.xlsx")
INPUTS = {
    "_quarto.yml": "project:\n  render: [report.qmd]\n",
    "report.qmd": "---\ntitle: Tiny\ndate: 2026-11-22\n---\n",
    "chapters": "One",
    "fonts": "Two",
}
PAGE = "<html><body><p>{}</p></body></html>"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project whose `_output` has been built from it as it is."""
    for name, text in INPUTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    output = tmp_path / "_output"
    output.mkdir()
    for name in FILES:
        (output / name).write_text(PAGE.format("One"), encoding="utf-8")
    entry = Manifest.of(tmp_path, output)
    entry.adding(output, entry.fingerprint, manifest.BUILTIN).write(output)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(project: Path, **values: Any) -> None:
    path = project / "_output" / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), encoding="utf-8")


@pytest.mark.parametrize("place", ["_output", "_output/manifest.json"])
def test_a_build_of_this_checkout_exits_with_0(
    place: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", place]) == FINE
    told = capsys.readouterr().out
    assert told.count(fingerprint(project)) == 2
    assert told.endswith(
        "\nEqual: the same inputs and tools, and the documents as they were made.\n"
    )


def test_the_first_input_that_differs_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "chapters").write_text("other", encoding="utf-8")
    (project / "fonts").unlink()
    assert main(["verify", "_output"]) == CHANGED
    told = capsys.readouterr().out
    assert "\nfirst input that differs: chapters is another here; 1 more differs\n" in told


@pytest.mark.parametrize(
    ("published", "here", "told"),
    [
        ({}, {}, []),
        ({"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {}, ["first input that differs: a is missing here"]),
        ({}, {"é": "1"}, ["first input that differs: é is not in the published build"]),
    ],
)
def test_inputs_on_one_side_alone(
    published: Mapping[str, str], here: Mapping[str, str], told: list[str]
) -> None:
    assert verify.of_inputs(published, here) == told


def test_tools_and_documents_that_differ(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = project / "_output"
    (output / "report.html").write_text("touched", encoding="utf-8")
    (output / "report.pdf").unlink()
    change(
        project,
        tools={"typst": "0.0.1"},
        built_from=dict.fromkeys(FILES, "0123456789ab"),
    )
    assert main(["verify", "_output"]) == CHANGED
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("tool typst: 0.0.1 in the published build, ") for line in lines)
    assert "document report.html: is not what was built; it was changed since" in lines
    assert "document report.pdf: is not beside the manifest" in lines
    assert "document report.docx: comes from an earlier build, 0123456789ab" in lines


def test_a_fingerprint_that_is_not_of_its_inputs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project, fingerprint="0123456789ab", built_from=dict.fromkeys(FILES, "0123456789ab"))
    assert main(["verify", "_output"]) == CHANGED
    assert "fingerprint: not that of the inputs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("none.json", "evidence: no-manifest: none.json does not exist"),
        ("report.qmd", "evidence: no-manifest: report.qmd is no manifest of a build"),
    ],
)
def test_what_is_no_manifest(
    place: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", place]) == USAGE
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("damage", [{"outputs": None}, {"tools": []}, {"inputs": "x"}])
def test_a_damaged_manifest_is_none(
    damage: Mapping[str, Any], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project, **damage)
    assert main(["verify", "_output"]) == USAGE
    assert "_output/manifest.json is no manifest of a build; " in capsys.readouterr().err


def test_nothing_in_a_manifest_of_others_acts_on_the_terminal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\x1b[2J"
    change(project, fingerprint=text, tools={text: text}, inputs={text: text}, outputs={text: text})
    assert main(["verify", "_output"]) == CHANGED
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert told.count("<U+001B>[2J") == 5


@pytest.fixture
def rebuilt(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Let the second build be a copy of the first, with another text in its page."""

    def make(text: str) -> Path:
        folder = tmp_path_factory.mktemp("strange")
        for path in (project / "_output").iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        (folder / "report.html").write_text(PAGE.format(text), encoding="utf-8")
        monkeypatch.setattr("evidence.cli.verify.hostile", lambda *_: folder)
        return folder

    return make


def test_equal_builds_exit_with_0_and_show_their_hashes(
    rebuilt: Callable[[str], Path], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rebuilt("One")
    assert main(["verify"]) == FINE
    told = capsys.readouterr().out
    assert f"{manifest.digest(project / '_output/report.pdf')}  report.pdf\n" in told
    assert told.endswith("\nEqual to the byte.\n")


def test_another_build_exits_with_1_and_shows_where(
    rebuilt: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (rebuilt("Two\x1b[2J") / "report.docx").unlink()
    assert main(["verify"]) == CHANGED
    told = capsys.readouterr().out
    assert "report.html: differs\n  line 1\n    - <html><body><p>One</p></body></html>\n" in told
    assert "report.docx: was not made\n" in told
    assert "report.pdf" not in told
    assert "Equal" not in told


def test_parts_beyond_the_first_are_counted(tmp_path: Path) -> None:
    paths = tmp_path / "1.docx", tmp_path / "2.docx"
    for path in paths:
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(verify.SHOWN + 3):
                archive.writestr(f"{number}.xml", f"{path.stem}{number}")
    lines = list(verify.lines_of("x.docx", *paths))
    assert lines[:4] == ["x.docx: differs", "  part 0.xml, line 1", "    - 10", "    + 20"]
    assert lines[-1] == "  and 3 more"


def test_long_lines_are_cut_to_where_they_differ(tmp_path: Path) -> None:
    one, other = tmp_path / "1.txt", tmp_path / "2.txt"
    one.write_text("x" * 5000 + "one" + "y" * 5000, encoding="utf-8")
    other.write_text("x" * 5000 + "two" + "y" * 5000, encoding="utf-8")
    _, _, left, right = verify.lines_of("x.txt", one, other)
    assert left.startswith("    - …xxx")
    assert "xone" in left
    assert "xtwo" in right
    assert max(len(left), len(right)) < 200


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with pytest.raises(BuildFailed) as raised:
        build(tmp_path, ("--to", "paper"), lambda _: None, variables)
    assert raised.value.folder == tmp_path
    last = str(raised.value).splitlines()[-1]
    assert last.startswith("evidence: wrong-usage: argument --to: unknown format 'paper'")


def test_nothing_of_the_user_reaches_the_second_build(tmp_path: Path) -> None:
    usual = {
        "PATH": "/bin", "HOME": "/home/me", "USER": "me", "LC_TIME": "de_DE", "PYTHONPATH": "/mine",
        "PYTHONHASHSEED": "0", "MPLCONFIGDIR": "/x", "XDG_CACHE_HOME": "/y",
        "SOURCE_DATE_EPOCH": "1",
    }  # fmt: skip
    strange = environment(usual, tmp_path)
    assert strange["PATH"] == "/bin"
    assert strange["PYTHONPATH"] == str(HOSTILE)
    assert not {"LC_TIME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "SOURCE_DATE_EPOCH"} & {*strange}
    changed = {name for name in ("HOME", "USER", "PYTHONHASHSEED") if strange[name] != usual[name]}
    assert changed == {"HOME", "USER", "PYTHONHASHSEED"}
    assert strange["TZ"] == "Pacific/Kiritimati"


SCRIPT = """
import datetime, glob, json, os, time
from pathlib import Path
print(json.dumps({
    "time": time.time(), "ns": time.time_ns() / 1e9,
    "now": datetime.datetime.now(datetime.UTC).timestamp(),
    "today": datetime.date.today().year, "gmtime": time.gmtime().tm_year,
    "strftime": int(time.strftime("%Y")),
    "real": isinstance(Path(".").stat().st_mtime, float)
        and isinstance(datetime.datetime.fromisoformat("2026-11-22"), datetime.date),
    "listdir": os.listdir(), "scandir": [entry.name for entry in os.scandir()],
    "glob": [path.name for path in Path(".").glob("*")],
    "iterdir": [path.name for path in Path(".").iterdir()],
    "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
}))
"""


def test_the_strange_place_is_strange(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in "bca":
        (folder / name).touch()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        env=environment(os.environ, tmp_path),
        capture_output=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    later = (folder / "a").stat().st_mtime + 9 * 365 * 86_400
    assert min(seen["time"], seen["ns"], seen["now"]) > later
    assert seen["today"] == seen["gmtime"] == seen["strftime"]
    assert seen["real"]
    for way in ("listdir", "scandir", "glob", "iterdir"):
        assert seen[way] == ["c", "b", "a"], way
    assert seen["cores"] == 1


@pytest.mark.parametrize(
    ("date", "epoch"), [("2026-11-22", None), ("today", "86400"), ("Spring 2025", "86400")]
)
def test_a_copy_without_history_is_told_what_today_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str, epoch: str | None
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "_quarto.yml").write_text("project: {render: [x.qmd]}\n", encoding="utf-8")
    (project / "x.qmd").write_text(f"---\ntitle: T\ndate: {date}\n---\n", encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    given: list[Mapping[str, str]] = []
    monkeypatch.setattr(rebuild, "build", lambda *args, **_: given.append(args[3]))
    rebuild.hostile(project, tmp_path, lambda _: None)
    assert given[0].get("SOURCE_DATE_EPOCH") == epoch


@pytest.mark.parametrize(("date", "calls"), [("2026-11-22", 0), ("today", 1)])
def test_a_date_that_moves_is_never_up_to_date(
    project: Path, monkeypatch: pytest.MonkeyPatch, date: str, calls: int
) -> None:
    (project / "report.qmd").write_text(f"---\ntitle: Tiny\ndate: {date}\n---\n", encoding="utf-8")
    entry = Manifest.of(project, project / "_output")
    entry.adding(project / "_output", fingerprint(project), "builtin").write(project / "_output")
    made: list[object] = []
    monkeypatch.setattr("evidence.cli.render.documents", lambda *args, **_: made.append(args))
    main(["render"])
    assert len(made) == calls
