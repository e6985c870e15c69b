"""The workflow of pull requests: who may write, and what the shell of its steps does."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ENVIRONMENT

WORKFLOW: dict[Any, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / ".github/workflows/report.yml").read_text("utf-8")
)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS: dict[str, dict[str, Any]] = {
    step["id"]: step for step in JOBS["compare"]["steps"] if "id" in step
}
MISSING = "chapters/a.qmd:3:1: wording-missing: no wording for 'silent' of costs; add one"


def takes_code(job: Mapping[str, Any]) -> bool:
    return any(step.get("uses", "").startswith("actions/checkout") for step in job["steps"])


def writes(job: Mapping[str, Any]) -> bool:
    return "write" in {*job.get("permissions", {}).values()}


def test_code_of_a_pull_request_gets_no_token_that_may_write() -> None:
    # YAML takes a bare `on` for true. `pull_request_target` would run with the base's rights.
    assert WORKFLOW[True].keys() == {"push", "pull_request"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {name for name, job in JOBS.items() if writes(job)} == {"comment"}
    assert not takes_code(JOBS["comment"])
    (checkout, *_) = JOBS["compare"]["steps"]
    assert checkout["with"]["persist-credentials"] is False
    assert "secrets" not in str(WORKFLOW)


def test_no_text_of_a_pull_request_becomes_shell() -> None:
    commands = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
    assert commands
    assert not [command for command in commands if "${{" in command]


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=ENVIRONMENT, check=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a branch `base`, and an `evidence` that answers as its files say."""
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "data/claims.yml").write_text("one", "utf-8")
    program = tmp_path / "bin/evidence"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nif [ "$1" = redline ]; then mkdir redline; fi\n'
        'cat "../$1.err" >&2; cat "../$1.out"; exit "$(cat "../$1.rc")"\n',
        "utf-8",
    )
    program.chmod(0o755)
    git(project, "init", "--quiet", "--initial-branch", "base")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "First")
    git(project, "checkout", "--quiet", "-b", "change")
    return project


def answer(project: Path, verb: str, code: int, out: str = "", err: str = "") -> None:
    for ending, text in (("rc", str(code)), ("out", out), ("err", err)):
        (project.parent / f"{verb}.{ending}").write_text(text, "utf-8")


def step(project: Path, name: str, **env: str) -> tuple[int, str]:
    """Run a step as GitHub does, and return its exit code and what it puts out."""
    output = project.parent / "output"
    output.write_text("", "utf-8")
    done = subprocess.run(
        ["bash", "-e", "-c", STEPS[name]["run"]],
        cwd=project,
        env={
            **ENVIRONMENT, "PATH": f"{project.parent / 'bin'}:{ENVIRONMENT['PATH']}",
            "BASE": "base", "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(project.parent / "summary"), **env,
        },
        capture_output=True,
        check=False,
    )  # fmt: skip
    return done.returncode, output.read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "told"), [("data/claims.yml", True), ("chapters/a b.qmd", True), ("README.md", False)]
)
def test_it_tells_of_changes_to_data_and_chapters_alone(
    project: Path, file: str, told: bool
) -> None:
    path = project / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("two", "utf-8")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Second")
    assert step(project, "report") == (0, "changed=true\n" if told else "")


@pytest.mark.parametrize(
    ("faults", "missing"),
    [
        (MISSING, True),
        ("chapters/a.qmd:3:1: claim-not-placed: no chapter states costs; state it", True),
        ("data/claims.yml:3:1: bad-rule: this counts nothing", False),
        ("", False),
    ],
)
def test_a_verdict_without_a_wording_is_found(project: Path, faults: str, missing: bool) -> None:
    answer(project, "check", 1 if faults else 0, err=f"{faults}\n1 fault in the chapters\n")
    assert step(project, "wordings") == (0, "missing=true\n" if missing else "")


@pytest.mark.parametrize(("code", "end"), [(0, 0), (1, 0), (2, 1), (70, 1)])
@pytest.mark.parametrize(("name", "verb"), [("redline", "redline"), ("comment", "compare")])
def test_a_difference_is_no_fault(project: Path, name: str, verb: str, code: int, end: int) -> None:
    answer(project, verb, code, out="### What changes\n")
    found, output = step(project, name, REDLINE="")
    assert found == end
    assert ("written=true\n" in output) == (name == "comment" and not end)


def test_the_comment_names_what_is_missing_and_links_the_redline(project: Path) -> None:
    answer(project, "compare", 1, out="### What changes\n")
    (project / "wordings.txt").write_text(f"{MISSING} @someone\n" * 100, "utf-8")
    assert step(project, "comment", REDLINE="https://example.org/1")[0] == 0
    comment = (project / "comment.md").read_text("utf-8")
    assert (project.parent / "summary").read_text("utf-8") == comment
    assert comment.endswith("### What changes\n")
    assert "](https://example.org/1)" in comment
    assert comment.count("wording-missing") < 100
    assert all(line.startswith("    ") for line in comment.splitlines() if "@someone" in line)


def test_the_comment_says_nothing_of_what_there_is_not(project: Path) -> None:
    answer(project, "compare", 0, out="### What changes\n")
    # A fault of another kind is no wording that is missing.
    answer(
        project, "check", 1, err="chapters/a.qmd:3:1: typed-number: 7\n1 fault in the chapters\n"
    )
    step(project, "wordings")
    step(project, "comment", REDLINE="")
    assert (project / "comment.md").read_text("utf-8") == "### What changes\n"
