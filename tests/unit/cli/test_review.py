"""Remarks as tables, pages and lists, and edits made in a project."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from evidence.cli.project import FaultsError
from evidence.cli.review import (
    as_json,
    make,
    page,
    read_all,
    refuse_unclean,
    table,
    told_why,
    write_checklist,
    written,
)
from evidence.cli.terminal import visible
from evidence.model.evidence import Evidence
from evidence.review.home import Home, Item
from evidence.review.marks import Origin
from evidence.review.patch import Edit, Patch, Refused
from evidence.review.places import Certainty, Place
from evidence.review.reasons import Behind
from evidence.review.remarks import Kind, Remark, Reply

HOSTILE = "<script>alert(1)</script> @anna | `x` \x1b[31m\nnext"


def item(says: str = "Really?", *, lost: bool = False, **about: object) -> Item:
    remark = Remark(Kind.COMMENT, "Ann", "2026-11-27T10:00:00Z", 0, 0, 5, says)
    place = Place(Certainty.EXACT, (Origin("prose", "chapters/one.qmd", 3, 7),))
    if lost:
        place = Place(Certainty.LOST)
    found = Item(remark, ("a.docx",), "trees", "", place, ("the wording of x",), "")
    return replace(found, **about)  # type: ignore[arg-type]


def test_remarks_are_told_by_chapter_and_line() -> None:
    home = Home((item(), item("Gone?", lost=True)), ("a.docx is of an earlier build",))
    account = table(home, ["a.docx"])
    assert [section.heading for section in account.sections] == [
        "chapters/one.qmd", "Without a place",
    ]  # fmt: skip
    assert account.sections[0].rows[0][:4] == (
        "3:7", "Ann 2026-11-27", "comment: Really?", "trees",
    )  # fmt: skip
    assert account.lines == ("2 comments", "a.docx is of an earlier build")


def test_replies_and_what_is_resolved_are_told() -> None:
    remark = replace(item().remark, replies=(Reply("Ben", "", "Yes."),), resolved=True)
    (row,) = table(Home((item(remark=remark),), ()), ["a.docx"]).sections[0].rows
    assert row[2] == "comment: Really? ↳ Ben: Yes. (resolved)"
    home = Home((item(), item("Why?", remark=remark)), ())
    assert table(home, ["a.docx"]).lines == ("2 comments, 1 of them resolved",)


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_no_remarks_are_no_fault(form: str) -> None:
    assert written(Home((), ()), ["a.docx"], form)


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_hostile_text_stays_text(form: str) -> None:
    told = written(Home((item(HOSTILE, words=HOSTILE),), ()), ["a.docx"], form)
    assert "\x1b" not in told
    assert "<script>" not in told or form in {"json", "text"}
    assert "@anna" not in told or form != "md"


def test_the_page_has_a_title_and_heads_of_rows_and_columns() -> None:
    found = html.document_fromstring(page(table(Home((item(),), ()), ["a.docx"])))
    assert found.get("lang") == "en"
    assert found.xpath("string(//title)") == "Remarks in a.docx"
    assert [cell.get("scope") for cell in found.iter("th")] == ["col"] * 5 + ["row"]


def test_json_holds_everything() -> None:
    (row,) = json.loads(as_json(Home((item(),), ())))["remarks"]
    assert row["place"] == "chapters/one.qmd:3:7"
    assert (row["author"], row["words"], row["files"]) == ("Ann", "trees", ["a.docx"])


def test_answers_stay_in_a_checklist(tmp_path: Path) -> None:
    path = tmp_path / "review/round.md"
    write_checklist(path, Home((item(),), ()))
    answered = path.read_text("utf-8").replace("- [ ]", "- [x]").replace("Answer:", "Answer: Yes.")
    path.write_text(answered, "utf-8")
    write_checklist(path, Home((item(), item("Another one")), ()))
    text = path.read_text("utf-8")
    assert text.startswith(answered)
    assert text.count("- [") == 2
    assert text.count("Another one") == 1


def test_a_remark_is_never_taken_for_another_in_a_checklist(tmp_path: Path) -> None:
    path = tmp_path / "round.md"
    write_checklist(path, Home((item("Why is it so?"),), ()))
    twice = Home((item("Why"), item("Why is it so?"), item("Why is it so?")), ())
    for _ in range(2):
        write_checklist(path, twice)
    assert re.findall("comment: (.*) [(]on", path.read_text("utf-8")) == [
        "Why is it so?", "Why", "Why is it so?",
    ]  # fmt: skip


def test_an_entry_of_a_checklist_says_what_on_which_words_and_where(tmp_path: Path) -> None:
    path = tmp_path / "round.md"
    write_checklist(path, Home((item("*Why*?\n- [x] done"),), ()))
    (entry,) = path.read_text("utf-8").split("\n\n- ")[1:]
    assert entry.splitlines() == [
        "[ ] Ann 2026-11-27, comment: \\*Why\\*? - \\[x\\] done (on “trees”)",
        "  `chapters/one.qmd:3:7`: the wording of x",
        "",
        "  Answer:",
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04\xff", b"# Results\n\nTrees fall.\n"])
def test_no_list_is_written_over_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "from-ann.docx"
    path.write_bytes(content)
    for place in (path, tmp_path):
        with pytest.raises(FaultsError, match="name a new file"):
            write_checklist(place, Home((item(),), ()))
    assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]


def test_a_refused_change_is_told_in_one_line() -> None:
    told = told_why(Refused(item("more\nand more"), "edit it by hand"))
    assert visible(told) == (
        "chapters/one.qmd:3:7: refused: Ann 2026-11-27, comment: more and more (on “trees”): "
        "edit it by hand"
    )


@pytest.mark.parametrize("columns", ["60", "200"])
def test_each_remark_tells_enough_to_act_on(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    told = written(Home((item(),), ()), ["a.docx"], "text")
    assert max(map(len, told.splitlines())) <= int(columns)
    for cell in ("3:7", "Ann 2026-11-27", "comment: Really?", "trees", "the wording of x"):
        assert cell in told
    assert ("chapters/one.qmd:3:7" in told) == (columns == "60")


def test_all_files_that_cannot_be_read_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "broken.docx").write_bytes(b"no zip")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    files = [tmp_path / name for name in ("broken.docx", "broken.pdf", "absent.docx")]
    with pytest.raises(FaultsError) as told:
        read_all(files, lambda _: None)
    assert all(str(path) in str(told.value) for path in files)


def git(project: Path, *arguments: str) -> str:
    who = [
        "-c",
        "user.name=Lead",
        "-c",
        "user.email=lead@example.org",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=project, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NAME", "EMAIL"):
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", "lead@example.org")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/one.qmd").write_bytes("Äpfel fall.\r\nFar away.\r\n".encode())
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return tmp_path


def changes(*edits: tuple[str, int, int, str]) -> Patch:
    found = []
    for author, start, end, new in edits:
        remark = Remark(Kind.REPLACEMENT, author, "", 0, 0, 1, new)
        found.append(Edit("chapters/one.qmd", start, end, new, item(remark=remark)))
    return Patch(tuple(found), ())


def options(**given: bool) -> argparse.Namespace:
    return argparse.Namespace(**{"patch": False, "commit": False, **given})


def test_edits_are_made_and_line_ends_stay(project: Path, real: Evidence) -> None:
    make(changes(("Ann", 6, 10, "drop")), Behind(project, project, real), options())
    assert (project / "chapters/one.qmd").read_bytes() == "Äpfel drop.\r\nFar away.\r\n".encode()


def test_each_reviewer_is_the_author_of_a_commit(project: Path, real: Evidence) -> None:
    found = changes(("Ben <b>", 13, 16, "Near"), ("Ann", 6, 10, "drop"), ("Ann", 0, 5, "Pears"))
    make(found, Behind(project, project, real), options(commit=True))
    assert git(project, "log", "-2", "--format=%an").split("\n")[:2] == ["Ben b", "Ann"]
    assert git(project, "status", "--porcelain") == ""
    assert (project / "chapters/one.qmd").read_bytes() == b"Pears drop.\r\nNear away.\r\n"


def test_a_diff_writes_nothing(
    project: Path, real: Evidence, capsys: pytest.CaptureFixture[str]
) -> None:
    make(changes(("Ann", 6, 10, "drop")), Behind(project, project, real), options(patch=True))
    assert "+Äpfel drop." in capsys.readouterr().out
    assert git(project, "status", "--porcelain") == ""


def test_uncommitted_work_is_not_edited_unless_forced(project: Path) -> None:
    refuse_unclean(project, force=False, commit=False)
    (project / "chapters/one.qmd").write_text("Mine.", "utf-8")
    with pytest.raises(FaultsError, match=r"unclean: .*chapters/one.qmd"):
        refuse_unclean(project, force=False, commit=False)
    refuse_unclean(project, force=True, commit=False)
    with pytest.raises(FaultsError, match="commit them first"):
        refuse_unclean(project, force=True, commit=True)


def test_without_git_edits_must_be_forced(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="--force"):
        refuse_unclean(tmp_path, force=False, commit=False)
    refuse_unclean(tmp_path, force=True, commit=False)
