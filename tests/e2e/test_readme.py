"""Every command of README and CONTRIBUTING, run in a fresh copy of the project."""

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Once, copy_project

DOCUMENTS = ("README.md", "CONTRIBUTING.md")

# Run otherwise, or not at all: the report is made once for all tests, the tests are what runs now,
# a lock would ask the registry for all packages, and conda is not here.
SUBSTITUTES = {
    "make report": "test -s _output/report.html -a -s _output/report.pdf -a -s _output/report.docx",
    "EVIDENCE_THOROUGH=1 make test": "true",
    "make test": "make --dry-run test && grep --line-regexp 'make test' .ci/run",
    "make lock": "make --dry-run lock",
    # Else it runs until Ctrl-C, which ends it with 130.
    "evidence preview": "timeout --preserve-status --signal=INT 5 evidence preview --port 0"
    " || test $? -eq 130",
    "conda env create --file environment.yml": "test -f environment.yml",
}


# These say by 1 that something would change.
TELLING = ("evidence what-if", "evidence compare")


def commands() -> list[str]:
    text = "".join((PROJECT / name).read_text("utf-8") for name in DOCUMENTS)
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return list(dict.fromkeys(line for block in blocks for line in block.splitlines()))


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    # What the surrounding make and environment would pass on is not there on a fresh machine.
    passed_on = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPATH"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in passed_on},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def fresh_copy(once: Once, built: Path) -> Path:
    """A copy in a folder with a space and a letter beyond ASCII, with the report made.

    Its documents were made elsewhere and `make report` finds them good; `evidence verify` is what
    makes them anew here, in the environment that holds no more than rendering needs.
    """
    folder = once("päth with space", copy_project)
    with (folder.parent / "environment.lock").open("w") as lock:
        # An environment cannot be moved, and is made in its place.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".venv").exists():
            make_report(folder, built)
    return folder


def make_report(folder: Path, built: Path) -> None:
    for made in ("_output", ".render/results"):
        if (built / made).is_dir():
            shutil.copytree(built / made, folder / made)
    # What `evidence compare HEAD` looks at; the copy leaves the real history behind.
    git = "git -c user.name=Test -c user.email=test@example.org"
    run(folder, f"git init --quiet && git add data && {git} commit --quiet --message Data")
    done = run(folder, "make report")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-3:] == [
        "_output/report.html",
        "_output/report.pdf",
        "_output/report.docx",
    ]


@pytest.mark.parametrize("command", commands())
def test_command_works(fresh_copy: Path, command: str) -> None:
    prepared = "" if command.startswith((".", "make")) else ". .venv/bin/activate; "
    done = run(fresh_copy, prepared + SUBSTITUTES.get(command, command))
    allowed = (0, 1) if command.startswith(TELLING) else (0,)
    assert done.returncode in allowed, done.stdout + done.stderr


def test_substitutes_are_commands_that_are_named() -> None:
    assert SUBSTITUTES.keys() <= set(commands())


def test_environment_is_made_once(fresh_copy: Path) -> None:
    assert run(fresh_copy, "make --question .venv/report.stamp").returncode == 0


def test_old_python_is_refused_by_name(fresh_copy: Path, tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    done = run(fresh_copy, f"make --always-make report PYTHON='{old}'")
    assert done.returncode == 2
    assert f"{old} is older than Python 3.11" in done.stderr


def test_absent_python_is_told(fresh_copy: Path) -> None:
    done = run(fresh_copy, "make --always-make report PYTHON=python3.nowhere")
    assert done.returncode == 2
    assert "There is no python3.nowhere here" in done.stderr


@pytest.mark.parametrize("document", DOCUMENTS)
def test_linked_files_exist(document: str) -> None:
    text = (PROJECT / document).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
