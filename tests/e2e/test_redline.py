"""The redlines that docs/redline.md shows, made of a repository with two states of a report."""

import re
import shutil
from pathlib import Path

import pytest

from evidence.cli.main import parser
from evidence.cli.redline import DESCRIPTION
from evidence.review.word import read
from tests.conftest import PROJECT, evidence, write_tiny
from tests.e2e.test_compare import git

CHAPTER = """\
```{python}
from evidence.names import *
verdicts
```

# One

There are `{python} n().sources`. [
[The words confuse.]{.supported}
[The words confuse some.]{.partly}
[The words do not confuse.]{.not-supported .silent}
[Nothing is known.]{.no-data}
]{claim="confusion"} That is all.
"""
COMMANDS = re.findall(
    r"^evidence (redline .*?) *(?:#.*)?$", (PROJECT / "docs/redline.md").read_text("utf-8"), re.M
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose threshold a second commit has made stricter, with a file sent before."""
    project = write_tiny(tmp_path_factory.mktemp("redline") / "project", CHAPTER)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    settings = project / "_quarto.yml"
    settings.write_text(f"filters: [evidence]\n{settings.read_text('utf-8')}", "utf-8")
    (project / ".gitignore").write_text(".render\n_output\n*.docx\n", "utf-8")
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "First")
    git(project, "tag", "v1.0")
    done = evidence(project, "render", "--to", "docx")
    assert done.returncode == 0, done.stderr
    shutil.copy(project / "_output/report.docx", project / "sent.docx")
    path = project / "data/claims.yml"
    old = 'partly: {distinct_terms: ">= 8", share: ">= 0.25"}'
    path.write_text(path.read_text("utf-8").replace(old, old.replace("0.25", "0.90")), "utf-8")
    git(project, "commit", "--quiet", "--all", "--message", "Stricter")
    done = evidence(project, "render", "--to", "docx")
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_docs_show_works_and_says_what_caused_it(command: str, repository: Path) -> None:
    before = git(repository, "status", "--porcelain")
    done = evidence(repository, *command.split())
    assert done.returncode == 1, done.stderr
    said = done.stdout
    if "--output" in command:
        made = [repository / line for line in done.stdout.splitlines()]
        assert all(path.stat().st_size for path in made)
        word = next((path for path in made if path.suffix == ".docx"), None)
        remarks = read(word).remarks if word else ()
        comments = [one.says for one in remarks if one.kind == "comment"]
        assert not word or comments
        said = "\n".join(
            [*comments, *(path.read_text("utf-8") for path in made if path.suffix == ".md")]
        )
    if "--to pdf" not in command:
        assert "chapters/one.qmd:11" in said
        assert "rule terms-confusing: partly: share: >= 0.90, was >= 0.25" in said
    for path in repository.glob("changes*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert git(repository, "status", "--porcelain") == before


def test_a_revision_against_itself_has_no_change(repository: Path) -> None:
    done = evidence(repository, "redline", "v1.0", "v1.0")
    assert done.returncode == 0, done.stderr
    assert "~~" not in done.stdout


def test_commands_of_the_help_are_understood() -> None:
    shown = re.findall(r"^  evidence (redline .*?)(?:  .*)?$", DESCRIPTION, re.M)
    assert len(shown) > 3
    for line in shown:
        parser().parse_args(line.split())
