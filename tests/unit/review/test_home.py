"""Files of any state come home to the chapters of today, and every remark is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.engine.document import read
from evidence.model.evidence import Evidence
from evidence.proof.manifest import fingerprint
from evidence.review.home import Home, bring_home
from evidence.review.reasons import Behind
from evidence.review.remarks import Kind, Passage, Remark, Returned

LAST = "The last line says nothing new about any of it."


def git(project: Path, *arguments: str) -> None:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    subprocess.run(command, cwd=project, env=inherited, check=True, capture_output=True)


@pytest.fixture
def own(project: Path, tmp_path: Path) -> Path:
    """A copy of the project, in a repository of its own."""
    own = tmp_path / "own"
    shutil.copytree(project, own, ignore=shutil.ignore_patterns(".render"))
    (own / ".gitignore").write_text(".render\n", "utf-8")
    git(own, "init", "--quiet")
    git(own, "add", ".")
    git(own, "commit", "--quiet", "--message", "First")
    return own.resolve()


def returned(*says: str, name: str = "a.docx", mark: str = "", text: str = LAST) -> Returned:
    start = text.index("nothing")
    remarks = [Remark(Kind.COMMENT, "Ann", "", 0, start, start + 7, one) for one in says]
    return Returned(name, "docx", mark, (Passage("paragraph", text),), tuple(remarks))


def brought(own: Path, real: Evidence, *files: Returned) -> Home:
    return bring_home(read(own), Behind(own, own / "data", real), files, lambda _: None)


def line_of(own: Path, words: str) -> int:
    lines = (own / "chapters/one.qmd").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_the_same_remark_in_two_files_is_told_once(own: Path, real: Evidence) -> None:
    home = brought(own, real, returned("Why?"), returned("Why?", "And?", name="b.docx"))
    told = [(item.remark.says, item.documents) for item in home.items]
    assert told == [("Why?", ("a.docx", "b.docx")), ("And?", ("b.docx",))]


def test_the_build_of_today_needs_no_note(own: Path, real: Evidence) -> None:
    home = brought(own, real, returned("Why?", mark=fingerprint(own)))
    assert (home.notes, len(home.items)) == ((), 1)


def test_a_file_of_an_earlier_state_is_told_by_the_lines_of_today(
    own: Path, real: Evidence
) -> None:
    mark = fingerprint(own)
    chapter = own / "chapters/one.qmd"
    text = chapter.read_text("utf-8")
    edited = text.replace("# What", "New first.\n\n# What").replace("nothing new", "nothing, new,")
    chapter.write_text(edited, "utf-8")
    git(own, "commit", "--all", "--quiet", "--message", "Second")
    home = brought(own, real, returned("Why?", mark=mark))
    (item,) = home.items
    assert item.where.startswith(f"chapters/one.qmd:{line_of(own, 'nothing, new,')}:")
    assert "lines are those of today" in home.notes[0]


def test_a_remark_whose_line_is_gone_says_where_it_was(own: Path, real: Evidence) -> None:
    mark, number = fingerprint(own), line_of(own, "The last line")
    chapter = own / "chapters/one.qmd"
    chapter.write_text(chapter.read_text("utf-8").replace(f"{LAST}\n", ""), "utf-8")
    git(own, "commit", "--all", "--quiet", "--message", "Second")
    (item,) = brought(own, real, returned("Why?", mark=mark)).items
    assert item.where == ""
    assert f"it was chapters/one.qmd:{number}" in item.note


def test_a_build_that_nobody_committed_is_compared_by_its_text(own: Path, real: Evidence) -> None:
    home = brought(own, real, returned("Why?", mark="0123456789ab"), returned("Who?"))
    assert [item.place.origin.file for item in home.items] == ["chapters/one.qmd"] * 2
    assert "no revision is known" in home.notes[0]
    assert "does not say of which build" in home.notes[1]


def test_what_stands_nowhere_comes_last_and_is_told(own: Path, real: Evidence) -> None:
    text = "Wholly nothing of ours."
    file = returned("Lost?", text=text)
    passage = replace(file.passages[0], page=7)
    home = brought(own, real, replace(file, passages=(passage,)), returned("Why?"))
    assert [item.remark.says for item in home.items] == ["Why?", "Lost?"]
    assert home.items[1].note == "its text stands nowhere in the chapters; it is on page 7"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "nothing new.", "|nothing new."),
        ("a " * 30, "nothing " * 9, f"…{'a ' * 19}|{' '.join(['nothing'] * 5)}…"),
        ("a" * 50, "b" * 50, f"…{'a' * 40}|{'b' * 40}…"),
    ],
)
def test_a_place_between_words_shows_whole_words_around_it(
    own: Path, real: Evidence, before: str, after: str, shown: str
) -> None:
    remark = Remark(Kind.INSERTION, "Ann", "", 0, len(before), len(before), "very ")
    text = Passage("paragraph", f"{before}{after}")
    (item,) = brought(own, real, Returned("a.docx", "docx", "", (text,), (remark,))).items
    assert item.around == shown


def test_a_file_of_an_edition_is_of_today_and_brought_home_by_its_report(
    own: Path, real: Evidence
) -> None:
    home = brought(own, real, returned("Why?", mark=fingerprint(own, "2010")))
    (item,) = home.items
    assert item.where.startswith(f"chapters/one.qmd:{line_of(own, 'nothing new')}:")
    assert home.notes == ()
