"""A release is made whole or not at all; every reason against it is told at once."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.cli import release
from evidence.cli.main import FAULTS, FINE, main
from evidence.model.faults import Fault
from evidence.model.history import History
from evidence.model.history_file import read_history
from evidence.proof.manifest import Manifest, digest, fingerprint
from evidence.proof.parity import Difference
from evidence.proof.repository import built_at
from tests.conftest import PROJECT
from tests.e2e.test_compare import git

PLANTS = PROJECT / "tests/second_review"
LOG = "# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.9.0] - 2020-01-02\n\n- Old.\n"
CITED = "cff-version: 1.2.0\nmessage: Cite.\ntitle: P\nauthors:\n  - name: Ada\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a small review in a repository, in a folder below its top."""
    top = tmp_path / "a répository"
    project = top / "review"
    shutil.copytree(PLANTS, project, ignore=shutil.ignore_patterns("_*", ".render"))
    shutil.copy(PLANTS / "_quarto.yml", project)
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    (project / "CHANGELOG.md").write_text(LOG, "utf-8")
    (project / "CITATION.cff").write_text(CITED, "utf-8")
    (top / ".gitignore").write_text("_output/\n.render/\n", "utf-8")
    git(top, "init", "--quiet", "--initial-branch", "main")
    for name, value in (("user.name", "x"), ("user.email", "x@example.org")):
        git(top, "config", name, value)
    commit(top, "First")
    monkeypatch.chdir(project)
    return project


def commit(folder: Path, message: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", message)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put something quick in the place of builds; what they find may be given."""

    def build(copy: Path, *_: object) -> None:
        output = copy / "_output"
        output.mkdir()
        (output / "report.html").write_text("made", "utf-8")
        Manifest.of(copy, output).adding(output, fingerprint(copy), "builtin").write(output)

    def rebuilt(copy: Path, *_: object) -> tuple[dict[str, str], list[str]]:
        return {path.name: digest(path) for path in (copy / "_output").iterdir()}, unlike

    differ: list[Difference] = []
    unlike: list[str] = []

    def find(
        *, differences: list[Difference] | None = None, lines: list[str] | None = None
    ) -> None:
        differ.extend(differences or [])
        unlike.extend(lines or [])

    monkeypatch.setattr(release, "build", build)
    monkeypatch.setattr(release, "rebuilt", rebuilt)
    monkeypatch.setattr(release, "compared", lambda *_: ([], differ))
    return find


def state(project: Path) -> tuple[str, ...]:
    """Return all that a release that isn't made must leave as it was.

    What a check has read may be kept.
    """
    lines = git(project, "status", "--porcelain", "--ignored").splitlines()
    changed = [line for line in lines if not line.endswith("/.render/")]
    refs, trees = git(project, "for-each-ref"), git(project, "worktree", "list")
    return *changed, refs, trees, (project / "CHANGELOG.md").read_text("utf-8")


def history(project: Path) -> History:
    faults: list[Fault] = []
    found = read_history(project / "data/history.yml", faults)
    assert found, faults
    return found


@pytest.mark.usefixtures("built")
def test_a_release_is_written_committed_and_tagged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "A search\nfound: `more`."
    assert main(["release", "1.0.0", "--trigger", said]) == FINE
    (made,) = history(project).releases
    assert (made.version, made.tag, made.authors) == ("1.0.0", "v1.0.0", ("Ada",))
    assert made.trigger == "A search found: `more`."
    assert made.changes is None
    assert f"## [1.0.0] - {made.date}\n\n- New." in (project / "CHANGELOG.md").read_text("utf-8")
    assert "version: 1.0.0\n" in (project / "CITATION.cff").read_text("utf-8")
    assert git(project, "status", "--porcelain") == ""
    assert git(project, "branch", "--show-current") == "main\n"
    mark, head = fingerprint(project), git(project, "rev-parse", "HEAD").strip()
    assert built_at(project, mark) == head == git(project, "rev-parse", "v1.0.0^{commit}").strip()
    tag = git(project, "for-each-ref", "--format=%(objecttype) %(contents)", "refs/tags/v1.0.0")
    assert tag.startswith("tag Release 1.0.0\n")
    assert f"\nEvidence-Fingerprint: {mark}\n" in tag
    shown = capsys.readouterr().out
    page = project / "_output/report.html"
    assert f"{digest(page)}  report.html" in shown
    assert mark in shown


@pytest.mark.usefixtures("built")
def test_the_next_release_says_what_changed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", "1.0.0"]) == FINE
    edit(
        project / "data/codings.csv",
        "elm2010,reader,effect,mood,hoped",
        "elm2010,reader,effect,mood,improved",
    )
    edit(project / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- Newer.\n")
    edit(project / "CITATION.cff", "name: Ada", "name: Bo")
    edit(project / "chapters/results.qmd", "# What plants do", "It says more.\n\n# What plants do")
    commit(project, "Second")
    before = state(project)
    assert main(["release", "1.1.0"]) == FAULTS
    assert "changed since 1.0.0 and are still of version 1.0.0" in capsys.readouterr().err
    assert state(project) == before
    edit(project / "data/datapackage.json", '"version": "1.0.0"', '"version": "1.1.0"')
    commit(project, "Third")
    before = state(project)
    assert main(["release", "1.1.0-rc.1", "--dry-run"]) == FINE
    assert state(project) == before
    assert "+- version: 1.1.0-rc.1" in capsys.readouterr().out
    assert main(["release", "1.1.0"]) == FINE
    changes = history(project).releases[0].changes
    assert changes
    assert changes.since == "1.0.0"
    assert {key: value for key, value in changes.data.items() if value} == {
        "sources recoded": 1, "codings added": 1, "codings removed": 1,
    }  # fmt: skip
    assert (changes.sentences, changes.come, changes.gone) == (1, ("Bo",), ("Ada",))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_reason_is_told_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(project / "CHANGELOG.md", "- New.\n", "")
    edit(project / "CITATION.cff", "authors:", "authors: [")
    edit(project / "data/codings.csv", "elm2010,reader,effect,mood", "elm2010,reader,effect,moody")
    git(project, "checkout", "--quiet", "--detach")
    git(project, "tag", "v2.0.0")
    before = state(project)
    assert main(["release", "1.0.0"]) == FAULTS
    assert state(project) == before
    said = capsys.readouterr().err
    for reason in (
        "not everything is committed (review/CHANGELOG.md, review/CITATION.cff, review/data/codi",
        "no branch is checked out",
        "1.0.0 is not higher than 2.0.0 (a tag)",
        "CHANGELOG.md lists nothing under Unreleased",
        "CITATION.cff is no YAML",
        "data/codings.csv:12:code: unknown-code",
    ):
        assert reason in said
    assert said.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "0.9.0", "latest", "1.0.0-"])
def test_a_version_has_to_be_one_and_higher(
    project: Path, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(project)
    assert main(["release", version]) == FAULTS
    assert capsys.readouterr().err.count("evidence: not-released: ") == 1
    assert state(project) == before


def test_documents_that_are_not_alike_are_not_released(
    project: Path, built: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    differences = [Difference("prose", ("html", "pdf"), "paragraph 3", ("a", "b"))]
    built(differences=differences, lines=["report.pdf: differs"])
    before = state(project)
    assert main(["release", "1.0.0"]) == FAULTS
    assert state(project) == before
    said = capsys.readouterr().err
    for reason in ("paragraph 3", "differ in 1 place", "report.pdf: differs", "other bytes"):
        assert reason in said


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("disk")])
def test_what_stops_it_in_the_end_leaves_no_tag(
    project: Path, monkeypatch: pytest.MonkeyPatch, stop: Any
) -> None:
    calls = release._git

    def stopped(folder: Path, *arguments: str) -> str:
        if arguments[0] == "merge":
            assert "v1.0.0" in git(project, "tag")
            raise stop
        return calls(folder, *arguments)

    monkeypatch.setattr(release, "_git", stopped)
    before = state(project)
    assert main(["release", "1.0.0"]) != FINE
    assert state(project) == before


@pytest.mark.usefixtures("built")
def test_a_signal_does_not_break_the_last_step(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = release._git

    def signalled(folder: Path, *arguments: str) -> str:
        if arguments[0] == "merge":
            os.kill(os.getpid(), signal.SIGINT)
        return calls(folder, *arguments)

    monkeypatch.setattr(release, "_git", signalled)
    assert main(["release", "1.0.0"]) == FINE
    assert git(project, "rev-parse", "v1.0.0^{commit}") == git(project, "rev-parse", "HEAD")
    assert git(project, "status", "--porcelain") == ""
    assert (project / "_output/report.html").is_file()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("built")
def test_a_hook_may_refuse(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hook = project.parent / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no releases on Fridays >&2\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    before = state(project)
    assert main(["release", "1.0.0"]) == FAULTS
    assert state(project) == before
    assert "not-released: git commit: no releases on Fridays" in capsys.readouterr().err


@pytest.mark.usefixtures("built")
def test_a_project_without_the_files_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CHANGELOG.md", "CITATION.cff"):
        (project / name).unlink()
    commit(project, "Fewer files")
    assert main(["release", "1.0.0"]) == FINE
    shown = capsys.readouterr().out
    assert "note: there is no CHANGELOG.md" in shown
    assert "note: there is no CITATION.cff" in shown
    assert history(project).releases[0].authors == ("Nobody",)
    listed = json.loads((project / "data/datapackage.json").read_text("utf-8"))["resources"]
    assert listed[-1]["path"] == "history.yml"


@pytest.mark.usefixtures("built")
def test_the_last_release_may_be_out_of_reach(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", "1.0.0"]) == FINE
    edit(project / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- Newer.\n")
    commit(project, "Second")
    git(project, "tag", "--delete", "v1.0.0")
    assert main(["release", "1.1.0"]) == FAULTS
    assert "the tag v1.0.0 of the last release is not here" in capsys.readouterr().err
    # What the program can't read any more is left out, and told.
    broken = project / "data/claims.yml"
    whole = broken.read_text("utf-8")
    broken.write_text("claims: [", "utf-8")
    commit(project, "Broken")
    git(project, "tag", "v1.0.0")
    broken.write_text(whole, "utf-8")
    commit(project, "Mended")
    assert main(["release", "1.1.0"]) == FINE
    assert "note: release 1.0.0 can't be compared with: " in capsys.readouterr().out
    assert history(project).releases[0].changes is None


def test_outside_a_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(project.parent / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parents[2]))
    assert main(["release", "1.0.0"]) == FAULTS
    assert "the project is in no git repository" in capsys.readouterr().err
