"""A real release of a small review, and the report that tells of it."""

import shlex
import shutil
from pathlib import Path

from evidence.proof import manifest
from evidence.proof.repository import built_at
from tests.conftest import PROJECT, evidence
from tests.e2e.test_compare import git

AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "x"), ("EMAIL", "x@example.org"))
}
VERSION = "1.1.0"


WALK = (PROJECT / "docs/living.md").read_text("utf-8").split("```sh\n")[1].split("```")[0]


def test_a_release_is_made_as_the_page_on_living_reviews_shows(tmp_path: Path) -> None:
    project = small_review(tmp_path / "a review")
    first = git(project, "rev-parse", "HEAD")
    look, rehearse, release = (shlex.split(line)[1:] for line in WALK.splitlines())
    assert evidence(project, *look).returncode == 1, "a search and a release are due"
    done = evidence(project, *rehearse, **AUTHOR)
    assert done.returncode == 0, done.stderr
    assert f"+- version: {VERSION}" in done.stdout
    assert git(project, "rev-parse", "HEAD") == first
    done = evidence(project, *release, **AUTHOR)
    assert done.returncode == 0, done.stderr
    made = manifest.read(project / "_output")
    assert made
    assert made.fingerprint in done.stdout
    assert built_at(project, made.fingerprint) == git(project, "rev-parse", "HEAD").strip()
    # The documents are those of the project as it is now, and say what was released.
    assert evidence(project, "verify", "_output").returncode == 0
    page = " ".join((project / "_output/report.html").read_text("utf-8").split())
    assert f"Release {VERSION} was made on" in page
    assert release[-1] in page
    assert evidence(project, *release, **AUTHOR).returncode == 1
    assert git(project, "status", "--porcelain") == ""


def small_review(project: Path) -> Path:
    """Make a repository of a review that tells of its releases, with something to release."""
    shutil.copytree(
        PROJECT / "tests/second_review", project, ignore=shutil.ignore_patterns("_[a-pr-z]*", ".*")
    )
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    chapter = (PROJECT / "chapters/whats-new.qmd").read_text("utf-8")
    # The last paragraph is about this review alone.
    start, end = chapter.index("The report can be kept up"), chapter.rindex(":::::")
    chapter = chapter[:start] + chapter[end:]
    (project / "chapters/whats-new.qmd").write_text(chapter, "utf-8")
    report = project / "report.qmd"
    text, place = report.read_text("utf-8"), "# References"
    assert place in text
    include = "{{< include chapters/whats-new.qmd >}}\n\n"
    report.write_text(text.replace(place, include + place), "utf-8")
    (project / "CHANGELOG.md").write_text("## [Unreleased]\n\n- Four trials.\n", "utf-8")
    (project / ".gitignore").write_text("_output/\n_figures/\n_tables/\n.render/\n", "utf-8")
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "First")
    return project
