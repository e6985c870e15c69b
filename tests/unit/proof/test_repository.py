"""The fingerprint of a build leads to the revision that it was made of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from evidence.proof.manifest import fingerprint
from evidence.proof.repository import TRAILER, built_at, changed, extract, git


def run(folder: Path, *arguments: str) -> None:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    subprocess.run(command, cwd=folder, env=inherited, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project in a folder of a repository, with two revisions."""
    project = tmp_path / "repository of März" / "ein Projekt"
    (project / "chapters").mkdir(parents=True)
    (project / "_quarto.yml").write_text("project: {}\n", "utf-8")
    (project / "chapters/ärger.qmd").write_text("One.\n", "utf-8")
    (project / "unrelated.txt").write_text("Nothing to a build.\n", "utf-8")
    run(project.parent, "init", "--quiet", "--initial-branch", "main")
    run(project.parent, "add", ".")
    run(project.parent, "commit", "--quiet", "--message", "First")
    return project


def head(project: Path) -> str:
    return (git(project, "rev-parse", "HEAD") or b"").decode().strip()


def test_the_fingerprint_of_an_earlier_state_leads_to_it(project: Path) -> None:
    first, mark = head(project), fingerprint(project)
    (project / "chapters/ärger.qmd").write_text("Two.\n", "utf-8")
    run(project, "commit", "--all", "--quiet", "--message", "Second")
    assert built_at(project, mark) == first
    assert built_at(project, fingerprint(project)) == head(project)
    # Once more, from what is kept.
    assert built_at(project, mark) == first


def test_a_submodule_is_no_input(project: Path) -> None:
    # A commit of another repository, of which this one knows nothing.
    entry = f"160000,{'1' * 40},{project.name}/data/elsewhere"
    run(project.parent, "update-index", "--add", "--cacheinfo", entry)
    (project / "chapters/ärger.qmd").write_text("Two.\n", "utf-8")
    run(project, "add", "chapters")
    run(project, "commit", "--quiet", "--message", "A submodule")
    assert built_at(project, fingerprint(project)) == head(project)


def test_uncommitted_states_lead_nowhere(project: Path) -> None:
    (project / "chapters/ärger.qmd").write_text("Never committed.\n", "utf-8")
    assert built_at(project, fingerprint(project)) is None


@pytest.mark.parametrize("how", ["commit", "tag"])
def test_a_trailer_wins(project: Path, how: str) -> None:
    message = f"Release\n\n{TRAILER}: 0123456789ab"
    if how == "commit":
        run(project, "commit", "--allow-empty", "--quiet", "--message", message)
    else:
        run(project, "tag", "--annotate", "v1.0.0", "--message", message)
    first = head(project)
    run(project, "commit", "--allow-empty", "--quiet", "--message", "Later")
    assert built_at(project, "0123456789ab") == first


@pytest.mark.parametrize("mark", ["", "not stamped", "--all", "0123456789abcdef"])
def test_what_is_no_fingerprint_leads_nowhere(project: Path, mark: str) -> None:
    assert built_at(project, mark) is None


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert built_at(tmp_path, "0123456789ab") is None
    assert git(tmp_path / "nowhere", "status") is None


def test_a_revision_is_extracted_as_it_was(project: Path, tmp_path: Path) -> None:
    first = head(project)
    (project / "chapters/ärger.qmd").write_text("Two.\n", "utf-8")
    assert [*changed(project).values()] == [" M"]
    assert extract(project, first, tmp_path / "then")
    assert (tmp_path / "then/chapters/ärger.qmd").read_text("utf-8") == "One.\n"
    assert not extract(project, first, tmp_path / "none", "absent")
