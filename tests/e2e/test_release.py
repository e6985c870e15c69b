"""A real release of a small review, and the report that tells of it."""

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
CHAPTER = (PROJECT / "chapters/whats-new.qmd").read_text("utf-8")


def test_a_release_builds_what_it_says_and_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    project = tmp_path / "a review"
    shutil.copytree(
        PROJECT / "tests/second_review", project, ignore=shutil.ignore_patterns("_[a-pr-z]*", ".*")
    )
    shutil.copytree(PROJECT / "_extensions", project / "_extensions")
    (project / "chapters/whats-new.qmd").write_text(CHAPTER, "utf-8")
    report = project / "report.qmd"
    text = report.read_text("utf-8")
    place = "# References"
    assert place in text
    include = "{{< include chapters/whats-new.qmd >}}\n\n"
    report.write_text(text.replace(place, include + place), "utf-8")
    (project / ".gitignore").write_text("_output/\n_figures/\n_tables/\n.render/\n", "utf-8")
    git(project, "init", "--quiet", "--initial-branch", "main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "First")
    said = "A reader asked."
    done = evidence(project, "release", "1.0.0", "--trigger", said, **AUTHOR)
    assert done.returncode == 0, done.stderr
    made = manifest.read(project / "_output")
    assert made
    assert made.fingerprint in done.stdout
    assert built_at(project, made.fingerprint) == git(project, "rev-parse", "HEAD").strip()
    # The documents are those of the project as it is now, and say what was released.
    assert evidence(project, "verify", "_output").returncode == 0
    page = " ".join((project / "_output/report.html").read_text("utf-8").split())
    assert "Release 1.0.0 was made on" in page
    assert said in page
    assert evidence(project, "release", "1.0.0", **AUTHOR).returncode == 1
    assert git(project, "status", "--porcelain") == ""
