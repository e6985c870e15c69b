"""Each item of the levels of RAP, met, not met and not seen, in a small project."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence.proof import manifest
from evidence.proof.rap import LEVELS
from evidence.proof.rap.items import Item, answered, reached
from tests.conftest import PROJECT

WORKFLOW = ".github/workflows/report.yml"
PUSHED = "on:\n  push:\njobs:\n  a:\n    steps:\n      - run: evidence render\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A review without anything that is not needed, and a git that knows nobody else."""
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "tests/second_review", project)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # Nor the repository that the tests may run in.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    # Little to read.
    put(
        tmp_path,
        "installed/evidence/__init__.py",
        '"""A program."""\n\n\nclass One:\n    """One."""\n',
    )
    monkeypatch.setattr(manifest, "PACKAGE", tmp_path / "installed/evidence")
    return project


def put(project: Path, name: str, text: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text, "utf-8")


def git(project: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *arguments], cwd=project, check=True, capture_output=True)


def committed(project: Path, message: str = "Begin") -> None:
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", message)


def answers(project: Path) -> Mapping[str, Item]:
    return {row.name: row for row in answered(project, "gold")}


def test_a_bare_project(project: Path) -> None:
    found = answers(project)
    met = {name for name, row in found.items() if row.met}
    assert met == {
        "open source", "structure", "functions", "standard", "tidy data", "packaged",
    }  # fmt: skip
    assert {name for name, row in found.items() if row.met is None} == {
        "peer review", "by code", "logs",
    }  # fmt: skip
    assert all(row.said for row in found.values())
    assert "no code of its own" in found["packaged"].said


def test_version_control_has_all_that_goes_in(project: Path) -> None:
    assert "no git repository" in answers(project)["version control"].said
    committed(project)
    found = answers(project)["version control"]
    assert found.met
    assert "1 commit, the last" in found.said
    put(project, "chapters/new.qmd", "New.\n")
    found = answers(project)["version control"]
    assert (found.met, "chapters/new.qmd" in found.said) == (False, True)
    (project / "chapters/new.qmd").unlink()
    put(project, "report.qmd", (project / "report.qmd").read_text("utf-8") + "\nMore.\n")
    assert "changed since: 1 file" in answers(project)["version control"].said


@pytest.mark.parametrize(
    ("text", "met", "said"),
    [
        ("# Plants\n", False, "README.md names no command"),
        ("# Plants\n\n    make\n", True, "README.md:3: make"),
        ("Then make tea.\n\n```sh\nevidence render\n```\n", True, "README.md:4: evidence render"),
    ],
)
def test_a_readme_says_how(text: str, met: bool, said: str, project: Path) -> None:
    put(project, "README.md", text)
    found = answers(project)["README"]
    assert (found.met, said in found.said) == (met, True)


def test_only_a_commit_tells_of_a_reviewer(project: Path) -> None:
    committed(project)
    found = answers(project)["peer review"]
    assert found.met is None
    assert "1 author, 0 merges" in found.said
    git(project, "commit", "-q", "--allow-empty", "-m", "More\n\nReviewed-by: Bob <b@example.org>")
    found = answers(project)["peer review"]
    assert found.met
    assert "reviewers are named in 1 commit," in found.said


def test_no_password_of_an_address_is_told(project: Path) -> None:
    assert answers(project)["published"].met is False
    put(project, "LICENSE", "Do as you like.\n")
    committed(project)
    assert "git has no remote" in answers(project)["published"].said
    git(project, "remote", "add", "origin", "https://ann:secret@example.org/plants.git")
    found = answers(project)["published"]
    assert found.met is None
    assert "https://example.org/plants.git" in found.said
    assert "secret" not in found.said
    assert "neither README nor report" in found.said
    put(project, "README.md", "See https://example.org/plants\n")
    assert "README.md:1" in answers(project)["published"].said


def test_documents_are_as_they_were_made(project: Path) -> None:
    put(project, "_output/report.html", "made")
    output, mark = project / "_output", manifest.fingerprint(project)
    manifest.Manifest.of(project, output).adding(output, mark, manifest.BUILTIN).write(output)
    found = answers(project)
    assert found["by code"].met
    assert mark in found["by code"].said
    assert found["logs"].met
    put(project, "_output/report.html", "edited")
    found = answers(project)
    assert (found["by code"].met, "report.html" in found["by code"].said) == (False, True)
    put(project, "_output/report.html", "made")
    put(project, "chapters/new.qmd", "New.\n")
    assert answers(project)["by code"].met is None


def test_own_code_needs_what_a_package_brings(project: Path) -> None:
    put(project, "analysis/sums.py", "def add(a, b):\n    return a + b\n")
    found = answers(project)
    for name in ("standard", "tests", "packaged"):
        assert found[name].met is False
    assert "analysis/sums.py" in found["tests"].said
    assert "analysis/sums.py:1" in found["documented"].said
    put(project, "pyproject.toml", '[project]\nname = "sums"\n\n[tool.ruff]\n')
    put(project, "tests/test_sums.py", "def test_add():\n    pass\n")
    found = answers(project)
    assert found["packaged"].said == "pyproject.toml:1: [project]"
    assert found["standard"].said == "pyproject.toml:4: [tool.ruff], run by hand"
    assert "tests/test_sums.py:1" in found["tests"].said
    put(project, "analysis/broken.py", "def (:\n")
    assert answers(project)["tests"].met


def test_the_program_in_the_project_is_not_its_own_code(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = project / ".venv/lib/evidence"
    put(package, "__init__.py", "")
    monkeypatch.setattr(manifest, "PACKAGE", package)
    assert "no code of its own" in answers(project)["packaged"].said


def test_what_lies_at_the_top_is_told(project: Path) -> None:
    put(project, "old.CSV", "a\n")
    put(project, "conftest.py", "")
    found = answers(project)["structure"]
    assert (found.met, found.said.startswith("old.CSV at the top")) == (False, True)


def test_data_with_faults_are_not_tidy(project: Path) -> None:
    with (project / "data/codings.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,of,this,name\n")
    found = answers(project)["tidy data"]
    assert found.met is False
    assert "evidence check" in found.said
    (project / "data/datapackage.json").unlink()
    assert answers(project)["tidy data"].met is False


@pytest.mark.parametrize(
    ("file", "text", "continuous", "triggered"),
    [
        (WORKFLOW, PUSHED, True, True),
        (WORKFLOW, PUSHED.replace("evidence render", "pytest"), True, False),
        (WORKFLOW, PUSHED.replace("evidence render", "echo"), False, False),
        (WORKFLOW, PUSHED.replace("push", "workflow_dispatch"), True, False),
        (WORKFLOW, "on: [push]\nrun: make\n", True, True),
        (WORKFLOW, "on: push\nrun: make\n", True, True),
        (WORKFLOW, "on: {schedule: [{cron: '0 0 * * *'}]}\nrun: make\n", True, True),
        (WORKFLOW, "run: make\n", True, False),
        (WORKFLOW, "- make\n", True, False),
        (WORKFLOW, "on: [\nrun: make\n", True, False),
        (WORKFLOW, "", False, False),
        (".gitlab-ci.yml", "report:\n  script:\n    - make\n", True, True),
    ],
)
def test_services(file: str, text: str, continuous: bool, triggered: bool, project: Path) -> None:
    put(project, file, text)
    found = answers(project)
    assert (found["CI"].met, found["triggers"].met) == (continuous, triggered)
    assert not triggered or file in found["triggers"].said


def test_changes_are_told_by_a_changelog_or_by_tags(project: Path) -> None:
    committed(project)
    git(project, "tag", "of-a-friend")
    assert answers(project)["changes"].met is False
    git(project, "tag", "v1.2.0")
    found = answers(project)["changes"]
    assert (found.met, "1 tag of versions, the last v1.2.0" in found.said) == (True, True)
    put(project, "CHANGELOG.md", "# Changes\n\n## [1.2.0] - 2026-01-01\n")
    assert answers(project)["changes"].said.startswith("CHANGELOG.md:3: ## [1.2.0]")


def test_what_the_repository_above_has_counts(project: Path) -> None:
    put(project.parent, WORKFLOW, PUSHED)
    put(project.parent, "LICENSE", "Do as you like.\n")
    assert answers(project)["CI"].met is False
    committed(project.parent)
    found = answers(project)
    assert found["CI"].met
    assert found["published"].said.startswith("LICENSE")
    assert found["version control"].met


def rows(*met: bool | None) -> list[Item]:
    return [Item(level, "a", "", one, "") for level, one in zip(LEVELS, met, strict=False)]


@pytest.mark.parametrize(
    ("met", "level", "unseen"),
    [
        ((False, True, True), None, 0),
        ((True, False, True), "baseline", 0),
        ((None, True, False), "silver", 1),
        ((None, None, True), "gold", 2),
        ((True,), "baseline", 0),
    ],
)
def test_a_level_needs_those_before_it(
    met: tuple[bool | None, ...], level: str | None, unseen: int
) -> None:
    assert reached(rows(*met)) == (level, unseen)


def test_only_the_levels_asked_for_are_answered(project: Path) -> None:
    assert {row.level for row in answered(project, "baseline")} == {"baseline"}
    assert {row.level for row in answered(project, "silver")} == {"baseline", "silver"}
