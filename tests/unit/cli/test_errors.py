"""The catalogue of errors explains each reason code, and every message bears one."""

import ast
import re
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, get_args

import pytest

from evidence.check import ProseCode
from evidence.cli.main import FAULTS, FINE, UNEXPECTED, USAGE, main
from evidence.cli.project import CommandCode, FaultsError, NoProjectError
from evidence.engine import Problem, RenderCode
from evidence.model.faults import FaultCode, RecordCode, SheetCode

PROJECT = Path(__file__).parents[3]
CATALOGUE = (PROJECT / "docs/errors.md").read_text("utf-8")
ROOMS: tuple[type[StrEnum], ...] = (FaultCode, SheetCode, RecordCode, ProseCode, CommandCode)
CODES = [*(code for room in ROOMS for code in room), *get_args(RenderCode)]


def test_the_catalogue_explains_each_code_once_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?) \| (.+?) \|$", CATALOGUE, re.MULTILINE)
    assert Counter(code for code, *_ in rows) == Counter(map(str, CODES))
    for code, *texts in rows:
        for text in texts:
            assert text[:1].isupper() or text.startswith("`"), code
            assert not re.search(r"[|\n]|  ", text), code


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_each_code_is_raised_somewhere(room: type[StrEnum]) -> None:
    used = {
        node.attr
        for folder in ("evidence",)
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == room.__name__
    }
    unused = {code for code in room if code.name not in used}
    assert not unused


def test_each_code_of_the_engine_is_raised_somewhere() -> None:
    used = {
        node.value
        for path in (PROJECT / "evidence/engine").rglob("*.py")
        if path.name != "faults.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert not set(get_args(RenderCode)) - used


def test_no_message_of_the_command_is_made_without_a_code() -> None:
    made = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in (PROJECT / "evidence").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and re.search(r"^evidence: ", str(node.value), re.MULTILINE)
    ]
    assert len(made) == 1, made
    assert made[0].startswith("evidence/cli/project.py:"), made


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """Enter a project in which `evidence check` ends with an error."""

    def run(project: Path, options: object) -> NoReturn:
        raise error

    (project / "_quarto.yml").touch()
    monkeypatch.chdir(project)
    monkeypatch.setattr("evidence.cli.check.run", run)


ENDS = [
    (FaultsError("a:1:b: required: the cell is empty"), FAULTS, "a:1:b: required: the cell"),
    (FaultsError("no such thing", CommandCode.NO_CLAIM), FAULTS, "evidence: no-claim: no such"),
    (PermissionError(13, "Permission denied", "/x"), FAULTS, "evidence: system: [Errno 13]"),
    (KeyError("a\nkey"), UNEXPECTED, "evidence: unexpected: this is a fault of the program"),
    (RecursionError(), UNEXPECTED, "evidence: unexpected: this is a fault of the program"),
]


@pytest.mark.parametrize(("error", "code", "message"), ENDS)
def test_a_message_has_its_code_and_no_traceback(
    *,
    error: BaseException,
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    raising(error, monkeypatch, tmp_path)
    assert main(["check"]) == code
    told = capsys.readouterr().err
    assert told.startswith(message)
    assert told.count("\n") == 1


@pytest.mark.parametrize(("error", "code", "message"), ENDS)
def test_verbose_adds_the_traceback(
    *,
    error: BaseException,
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    raising(error, monkeypatch, tmp_path)
    assert main(["check", "--verbose"]) == code
    told, trace = capsys.readouterr().err.split("Traceback (most recent call last):\n")
    assert told.startswith(message)
    assert f'File "{__file__}", line ' in trace
    assert type(error).__name__ in trace


def test_verbose_tells_faults_once_and_what_else_led_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = "a:1:b: required: the cell is empty\nc:2:d: required: the cell is empty"
    within = NoProjectError(faults)
    within.__cause__ = OSError("what nobody was told")
    error = FaultsError(f"{faults}\n2 faults")
    error.__cause__ = within
    raising(error, monkeypatch, tmp_path)
    assert main(["check", "--verbose"]) == FAULTS
    told = capsys.readouterr().err
    for line in (*faults.splitlines(), "2 faults"):
        assert told.count(line) == 1, told
    assert f'File "{__file__}", line ' in told
    assert re.findall(r"^\S*Error.*$", told, re.MULTILINE) == [
        "OSError: what nobody was told",
        "evidence.cli.project.NoProjectError",
        "evidence.cli.project.FaultsError",
    ]  # fmt: skip


def test_a_fault_of_the_program_says_what_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(ZeroDivisionError("division by zero"), monkeypatch, tmp_path)
    assert main(["check"]) == UNEXPECTED == 70
    told = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in told
    assert "report it with the command, the revision and what the same command with --verbose" in (
        told
    )


def test_outside_a_project_verbose_tells_where_it_was_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--verbose"]) == USAGE
    assert "NoProjectError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "verb",
    [
        "check",
        "render",
        "preview",
        "why",
        "what-if",
        "compare",
        "parity",
        "sample",
        "import",
        "export",
        "rap",
        "verify",
    ],
)
def test_each_verb_has_verbose_and_documents_the_codes(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=rf"^{FINE}$"):
        main([verb, "--help"])
    told = capsys.readouterr().out
    assert "--verbose" in told
    assert re.search(r"^  70 +an error in this program itself$", told, re.MULTILINE)
    assert "docs/errors.md" in told


def test_a_problem_of_the_engine_is_told_with_its_code() -> None:
    problem = Problem("no-target", "a.qmd", 3, "nothing is there", "mend it")
    assert str(problem) == "a.qmd:3: no-target: nothing is there; mend it"
