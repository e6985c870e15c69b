"""`evidence rap` prints the answers as text, JSON and Markdown, and exits as a question does."""

import json
import shutil
from pathlib import Path

import pytest

from evidence.cli.main import CHANGED, FINE, main
from evidence.proof.rap import items
from evidence.proof.rap.items import Item
from tests.conftest import PROJECT

Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PROJECT / "tests/second_review", tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def answering(monkeypatch: pytest.MonkeyPatch, *rows: Item) -> None:
    monkeypatch.setattr(items, "answered", lambda project, level: rows)


def test_the_answers_of_a_project(capsys: Told) -> None:
    assert main(["rap", "--level", "baseline"]) == CHANGED
    told = capsys.readouterr().out
    assert told.startswith("Baseline: ")
    assert "Silver" not in told
    assert main(["rap", "--format", "json"]) == CHANGED
    found = json.loads(capsys.readouterr().out)
    assert {row["level"] for row in found} == {"baseline", "silver", "gold"}
    assert {row["met"] for row in found} == {True, False, None}


@pytest.mark.parametrize(
    ("met", "code", "told"),
    [
        ((True, True), FINE, "Reached: Silver."),
        ((None, True), FINE, "Reached: Silver, if 1 item not seen from here holds."),
        ((True, False), CHANGED, "Reached: Baseline. Silver lacks: b."),
        ((False, False), CHANGED, "Reached: no level yet. Baseline lacks: a."),
    ],
)
def test_what_cannot_be_seen_is_not_unmet(
    met: tuple[bool | None, bool | None],
    code: int,
    told: str,
    capsys: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(
        monkeypatch,
        Item("baseline", "a", "Asks.", met[0], "Said."),
        Item("silver", "b", "Asks.", met[1], "Said."),
    )
    assert main(["rap"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == told


def test_no_text_of_a_file_breaks_the_table_or_the_terminal(
    capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, Item("gold", "a", "Asks.", True, "x | y\n\x1b[31m \\"))
    assert main(["rap", "--format", "md"]) == FINE
    told = capsys.readouterr().out.splitlines()
    assert told[2] == r"| Gold | a | Asks. | met | x \| y <U+001B>[31m \\ |"
    assert main(["rap"]) == FINE
    assert "\x1b" not in capsys.readouterr().out
