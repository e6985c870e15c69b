"""The files that a release changes: each as it was but for what is to change, or a reason."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

from evidence.cli.release_files import (
    UnfitFileError,
    authors,
    changelog,
    citation,
    package_version,
    sentences,
    unreleased,
    versions,
    with_history,
)

LOG = """\
# Changelog

## [Unreleased]

### Added

- One.
* Two,
  and more of it.

## [1.0.0] - 2026-01-02

- Old.

## 0.9.0

[1.0.0]: https://example.org
"""
CITED = """\
cff-version: 1.2.0
# Kept.
version: 1.0.0
authors:
  - name: The project
  - given-names: Ada
    family-names: Doe
title: T
preferred-citation:
  version: 7
"""


def test_what_was_unreleased_is_the_version_s() -> None:
    text = changelog(LOG, "1.1.0", "2026-05-04")
    assert text.startswith("# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-05-04\n\n### Added")
    assert text.replace("\n## [1.1.0] - 2026-05-04\n", "") == LOG
    assert (unreleased(LOG), unreleased(text)) == (2, 0)
    assert versions(text) == ("1.1.0", "1.0.0", "0.9.0")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Changelog\n", "has no part"),
        ("## Unreleased\n", "lists nothing"),
        ("## [Unreleased]\n\n### Added\n\n## [1.0.0]\n\n- Old.\n", "lists nothing"),
    ],
)
def test_a_changelog_must_say_what_is_new(text: str, reason: str) -> None:
    with pytest.raises(UnfitFileError, match=reason):
        changelog(text, "1.1.0", "2026-05-04")


def test_a_citation_keeps_the_rest() -> None:
    text = citation(CITED, "1.1.0", "2026-05-04")
    assert text == CITED.replace("version: 1.0.0", "version: 1.1.0") + "date-released: 2026-05-04\n"
    again = citation(text, "1.2.0", "2026-06-07")
    assert yaml.safe_load(again)["date-released"] == date(2026, 6, 7)
    assert authors(text) == ("The project", "Ada Doe")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "is no YAML"),
        ("- a", "is no mapping"),
        ("{version: 1.0.0}\n", "is no YAML|no line of its own"),
        ("title: |\n  A\nversion:\n  1.0.0\n", "no line of its own|is no YAML"),
    ],
)
def test_a_citation_that_can_not_be_changed_by_line_is_left(text: str, reason: str) -> None:
    with pytest.raises(UnfitFileError, match=reason):
        citation(text, "1.1.0", "2026-05-04")


def test_only_the_project_s_own_version_changes() -> None:
    text = (
        '[tool.x]\nversion = "1"\n\n[project]\nname = "a"\nversion = "1" # here\n[y]\nversion="1"\n'
    )
    changed = package_version(text, "1.1.0")
    assert changed == text.replace('"1" # here', '"1.1.0" # here')
    assert tomllib.loads(changed)["tool"]["x"]["version"] == "1"
    assert package_version('[project]\nname = "a"\ndynamic = ["version"]\n', "1.1.0") is None
    assert package_version("", "1.1.0") is None


@pytest.mark.parametrize("text", ["[project", 'project = {name = "a", version = "1"}\n'])
def test_a_pyproject_that_can_not_be_changed_by_line_is_left(text: str) -> None:
    with pytest.raises(UnfitFileError):
        package_version(text, "1.1.0")


@pytest.mark.parametrize(
    "rest", ["}", ',\n "keywords": ["a"]}', ', "x": "]"}'], ids=["last", "list after", "bracket"]
)
def test_the_data_package_lists_the_history(rest: str) -> None:
    text = '{\n "name": "ä",\n "resources": [\n  {"name": "a", "path": "a.csv"}\n ]' + rest
    changed = with_history(text)
    assert changed
    before, after = json.loads(text), json.loads(changed)
    assert [row["name"] for row in after.pop("resources")] == ["a", "history"]
    assert after == {key: value for key, value in before.items() if key != "resources"}
    assert with_history(changed) is None


def test_sentences_are_counted_without_cells(tmp_path: Path) -> None:
    (tmp_path / "chapters/deep").mkdir(parents=True)
    (tmp_path / "report.qmd").write_text("One. Two!\nStill two? (Three.) *Four.* Five\n", "utf-8")
    chapter = "```{python}\nprint('No. No.')\n```\n\nSix\nmore.\n\nSix more.\n"
    (tmp_path / "chapters/deep/one.qmd").write_text(chapter, "utf-8")
    assert sentences(tmp_path) == {
        "One.": 1, "Two!": 1, "Still two?": 1, "(Three.)": 1, "*Four.*": 1, "Five": 1,
        "Six more.": 2,
    }  # fmt: skip
