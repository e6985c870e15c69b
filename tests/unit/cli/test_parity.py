import re
import shutil
from pathlib import Path

import pytest

from evidence.cli.main import CHANGED, FINE, USAGE, main

PAGE = """<!DOCTYPE html><html><body><main><p>Build 0123456789ab</p><h2>One</h2>
<table><tr><th>A</th></tr>{rows}</table></main></body></html>"""


def page(path: Path, *cells: str) -> str:
    rows = "".join(f"<tr><td>{cell}</td></tr>" for cell in cells)
    path.write_text(PAGE.format(rows=rows), "utf-8")
    return str(path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a project without documents."""
    (tmp_path / "_quarto.yml").write_text("project:\n  render: [book.qmd]\n", "utf-8")
    (tmp_path / "book.qmd").write_text("---\ntitle: Tiny\ndate: 2026-11-22\n---\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_equal_documents_exit_with_0_and_show_the_proof(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = page(project / "a.html", "x"), page(project / "b.html", "x")
    assert main(["parity", one, two]) == FINE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["HTML", "1", "a.html"]
    assert [line.split()[-3:] for line in lines if line.startswith("table cells")] == [
        ["2", "2", "yes"]
    ]
    assert [line.split()[2:] for line in lines if line.startswith("build fingerprint")] == [
        ["0123456789ab", "0123456789ab", "yes"]
    ]
    assert any("running heads" in line for line in lines)
    assert lines[-1] == "Equal, apart from the declared differences."
    assert max(map(len, lines)) <= 100


def test_differences_exit_with_1_and_are_counted_after_twenty(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = page(project / "a.html", *(f"x{n}" for n in range(25)))
    two = page(project / "b.html", *(f"y{n}" for n in range(25)))
    assert main(["parity", one, two]) == CHANGED
    told = capsys.readouterr().out
    assert "table cells: 25 differences\n" in told
    assert "\nrow 2, column 1 of table 1 under “One”\n  - HTML 1: x0\n  + HTML 2: y0\n" in told
    assert "y19" in told
    assert "y20" not in told
    assert told.endswith("and 5 more\n")
    assert "Equal" not in told


def test_long_texts_are_cut_down_to_where_they_differ(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = page(project / "a.html", "a" * 500 + "one" + "b" * 500)
    two = page(project / "b.html", "a" * 500 + "two" + "b" * 500)
    main(["parity", one, two])
    told = capsys.readouterr().out
    for sign, name in (("-", "one"), ("+", "two")):
        assert re.search(rf"^  \{sign} HTML \d: …a{{40}}{name}b+…$", told, re.M)
    assert max(map(len, told.splitlines())) <= 240


def test_control_characters_reach_no_terminal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = page(project / "a.html", "\x9b2J"), page(project / "b.html", "x")
    main(["parity", one, two])
    caught = capsys.readouterr()
    assert "\x9b" not in caught.out + caught.err


def test_missing_report_names_the_command_that_makes_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity"]) == USAGE
    told = capsys.readouterr().err
    assert (
        told == "evidence: no-document: there is no _output/book.html; make it: evidence render\n"
    )
    assert main(["parity", "draft"]) == USAGE
    told = capsys.readouterr().err
    assert told.endswith("draft/book.html; make it: evidence render --output draft\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.html"], "one file alone can't be compared"),
        (["a.html", "none.pdf"], "there is no none.pdf\n"),
        (["a.html", "a.docx"], "a.docx: can't be read as docx"),
    ],
)
def test_wrong_usage_is_told(
    arguments: list[str], message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page(project / "a.html")
    shutil.copy(project / "a.html", project / "a.docx")
    assert main(["parity", *arguments]) == USAGE
    caught = capsys.readouterr()
    assert message in caught.err
    assert caught.out == ""
