"""Questions to the evidence as a person or CI asks them: real processes, a real repository."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENT, copy_project, evidence

AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "x"), ("EMAIL", "x@example.org"))
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "commit.gpgsign=false", *arguments],
        cwd=folder, env={**ENVIRONMENT, **AUTHOR}, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_rows(file: Path, keep: Callable[[str], bool]) -> None:
    lines: Iterable[str] = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if keep(line)), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the report's data and chapters, committed, in a folder hard to name."""
    project = copy_project(
        tmp_path / "ein Projekt für März", "evidence", "tests", "benchmarks", "docs"
    )
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "First")
    return project


def test_change_of_data_is_told_as_ci_comments_it(project: Path) -> None:
    """A threshold on a branch takes a verdict, and with it sentences of the report."""
    git(project, "checkout", "--quiet", "-b", "stricter")
    claims = project / "data/claims.yml"
    text = claims.read_text("utf-8")
    old = 'partly: {distinct_terms: ">= 8", share: ">= 0.25"}'
    assert old in text
    claims.write_text(text.replace(old, old.replace("0.25", "0.90")), "utf-8")
    git(project, "commit", "--quiet", "--all", "--message", "Stricter")
    done = evidence(project, "compare", "main", "HEAD", "--format", "md")
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    assert "### What changes from main to HEAD" in done.stdout
    assert "| terms-confusing | weaker" in done.stdout
    assert "#### Sentences of the report" in done.stdout
    told = json.loads(evidence(project, "compare", "main", "data", "--format", "json").stdout)
    assert all(row["old"] != row["new"] for row in told["sentences"])
    assert all("claim terms-confusing" in row["rests_on"] for row in told["sentences"])
    assert all(
        re.search(r"partly: share: >= 0.90, was", *row["causes"]) for row in told["sentences"]
    )
    assert {"chapters/summary.qmd", "chapters/key-issues.qmd"} <= {
        row["file"] for row in told["sentences"]
    }
    assert evidence(project, "compare", "stricter", "data").returncode == 0


def test_faulty_revision_exits_with_2_and_leaves_no_traceback(project: Path) -> None:
    sources = project / "data/sources.csv"
    without_rows(sources, lambda line: not line.startswith("abbott2005,"))
    git(project, "commit", "--quiet", "--all", "--message", "A source lost")
    done = evidence(project, "compare", "HEAD~1", "HEAD")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "HEAD:data/codings.csv:2:source_id: unknown-source: " in done.stderr
    assert "Traceback" not in done.stderr
    assert evidence(project, "compare", "HEAD~1", "HEAD~1").returncode == 0


def test_what_if_and_why_answer_with_their_exit_codes(project: Path) -> None:
    dropped = evidence(project / "chapters", "what-if", "--drop", "baxter2018")
    assert dropped.returncode == 1, dropped.stderr
    assert "Sentences of the report" in dropped.stdout
    assert evidence(project, "what-if", "--drop", "baxter2081").returncode == 2
    assert evidence(project, "why", "five-themes").returncode == 0
    assert evidence(project, "why", "six-themes").returncode == 2
    assert git(project, "status", "--porcelain") == ""


def test_every_claim_is_worded_when_all_sources_go(project: Path) -> None:
    rows = (project / "data/sources.csv").read_text("utf-8").splitlines()[1:]
    ids = [row.split(",")[0] for row in rows if not row.startswith("brown2006,")]
    done = evidence(project, "what-if", "--drop", *ids)
    assert done.returncode == 1, done.stderr
    assert "The build stops" not in " ".join(done.stdout.split())
