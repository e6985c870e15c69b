import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from evidence.cli.main import FAULTS, USAGE, Stopped, main

End = Callable[[BaseException], None]


@pytest.fixture
def end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> End:
    """Enter a project in which `evidence check` ends with an error."""
    (tmp_path / "_quarto.yml").touch()
    monkeypatch.chdir(tmp_path)

    def end_with(error: BaseException) -> None:
        def run(project: Path, options: object) -> NoReturn:
            raise error

        monkeypatch.setattr("evidence.cli.check.run", run)

    return end_with


@pytest.mark.parametrize("verb", [[], ["check"], ["render"]])
def test_help_teaches(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*verb, "--help"])
    text = capsys.readouterr().out
    assert "  evidence check" in text or "  evidence render" in text
    assert "exit codes:" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: VERB"),
        (["chek"], "invalid choice: 'chek'"),
        (["render", "--to", "html,pdff"], "unknown format 'pdff'; choose from html, pdf, docx"),
        (["render", "--engine", "latex"], "invalid choice: 'latex'"),
        (["check", "data"], "unrecognized arguments: data"),
    ],
)
def test_wrong_usage_exits_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=rf"^{USAGE}$"):
        main(arguments)
    told = capsys.readouterr().err
    assert message in told
    assert re.search(r"^evidence: wrong-usage: .+; see evidence.* --help$", told, re.MULTILINE)


@pytest.mark.parametrize("verb", ["check", "render"])
def test_outside_a_project_exits_with_2(
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([verb]) == USAGE
    assert "evidence: no-project: no _quarto.yml in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "evidence: stopped-by-signal: interrupted\n"),
        (Stopped(signal.SIGTERM), 143, "evidence: stopped-by-signal: terminated\n"),
        (Stopped(signal.SIGHUP), 129, "evidence: stopped-by-signal: hung up\n"),
        (PermissionError(13, "Permission denied", "/x"), FAULTS, "Permission denied: '/x'\n"),
    ],
)
def test_an_end_from_outside_is_told_in_one_line(
    error: BaseException, code: int, message: str, end: End, capsys: pytest.CaptureFixture[str]
) -> None:
    end(error)
    assert main(["check"]) == code
    assert capsys.readouterr().err.endswith(message)


DROPS = """
import os, signal, sys, time, weakref
from evidence.cli import check
from evidence.cli.main import main

class Thing: pass

def run(project, options):
    thing = Thing()
    seen = weakref.ref(thing, lambda _: (os.kill(os.getpid(), signal.SIGTERM), time.sleep(0.01)))
    del thing
    time.sleep(20)

check.run = run
sys.exit(main(["check"]))
"""


def test_a_signal_that_python_drops_ends_it_all_the_same(tmp_path: Path) -> None:
    """What is raised within a weak reference's callback goes nowhere."""
    (tmp_path / "_quarto.yml").touch()
    done = subprocess.run(
        [sys.executable, "-c", DROPS], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (143, "evidence: stopped-by-signal: terminated\n")


def test_help_does_not_wait_for_heavy_imports() -> None:
    script = "import sys, evidence.cli.main; evidence.cli.main.parser(); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"evidence.model.load", "matplotlib", "nbclient", "pandas", "yaml"} & {*modules}


def test_the_version_is_that_of_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--version"])
    assert re.fullmatch(r"evidence (\d+\.\d+\.\d+\S*|not installed)\n", capsys.readouterr().out)
