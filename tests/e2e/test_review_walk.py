"""The walk of docs/review.md: two reviewers' files, made by real programs, come home."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pypdf
import pypdfium2
import pytest
from pypdf.generic import NameObject, TextStringObject

from tests.conftest import ENVIRONMENT, PROJECT, Once
from tests.e2e.remarks_seeded import marked, quads
from tests.libreoffice import Review, converted

ANNA, BEN = "Anna Berg", "Ben Cole"
CHAPTER = "chapters/evidence.qmd"
# What Anna strikes out in prose, in a claim's wording and in a table, and writes instead.
PROSE = ("is not known", "cannot be told", "did the good is not known")
INSERTED = ("many things at once", "far too ")
WORDING = ("is less scarce than it was", "is no longer scarce", "is less scarce than it was")
CELL = (", as above", "Two passes, as above, over the texts that report a measured outcome.")
NUMBER = r"In (\w+ of \w+) randomised studies what was"
# What Ben marks, and strikes out.
MARKED, STRUCK = "In examination results", "That is no reason not to test."


def commands() -> list[str]:
    """Return the commands of docs/review.md, in their order."""
    text = (PROJECT / "docs/review.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


def in_libreoffice(source: Path, target: Path) -> None:
    """Let Anna work on a Word file."""
    folder = target.parent / "LibreOffice"
    review = Review(converted(source, folder, "fodt"), ANNA)
    review.comment("gains came from its schools", "Which services stood around them?")
    answers = f'Reply to {ANNA} (20/11/2026, 10:00): "Which services stood around them?"'
    review.comment("came from its schools", f"{answers}\nHealth and family services.")
    review.comment("Two cautions.", "Good to have these here.", resolved=True)
    review.replace(*PROSE)
    review.insert(*INSERTED)
    review.replace(*WORDING)
    review.delete(*CELL)
    counted = re.search(NUMBER, review.text)
    assert counted
    review.replace(counted[1], "eight of them", counted[0])
    shutil.move(review.saved(folder), target)


def in_a_pdf_reader(source: Path, target: Path) -> None:
    """Let Ben mark a PDF."""
    writer = pypdf.PdfWriter(clone_from=source)
    for number, page in enumerate(pypdfium2.PdfDocument(source)):
        for words, kind, says in (
            (MARKED, "Highlight", "By how much?"),
            (STRUCK, "StrikeOut", ""),
        ):
            text = page.get_textpage()
            found = text.search(words).get_next()
            if not found:
                continue
            at, length = found
            mark = marked(quads(text, at, at + length))
            mark[NameObject("/Subtype")] = NameObject(f"/{kind}")
            mark[NameObject("/T")] = TextStringObject(BEN)
            mark[NameObject("/M")] = TextStringObject("D:20261121090000Z")
            mark[NameObject("/Contents")] = TextStringObject(says)
            writer.add_annotation(number, mark)
    writer.write(target)


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


def run(project: Path, command: str) -> Done:
    """Run a line of the docs in a project."""
    # As an author calls it: results of cells are kept by Python's variables, too.
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    named = f'evidence() {{ "{sys.executable}" -m evidence "$@"; }}; '
    done = subprocess.run(
        ["bash", "-c", named + command],
        cwd=project, env=environment, capture_output=True, encoding="utf-8", timeout=600,
        check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


class Walk(NamedTuple):
    """The project behind the walk, and what each of its commands came to, in their order."""

    project: Path
    done: Sequence[Done]

    def of(self, part: str, time: int = 0) -> Done:
        """Return what a command came to that is known by a part of it, the first or a later one."""
        return [one for line, one in zip(commands(), self.done, strict=True) if part in line][time]


@pytest.fixture(scope="module")
def walk(once: Once, built: Path) -> Walk:
    """The walk, made once for all processes in which tests run."""

    def fill(folder: Path) -> None:
        project = shutil.copytree(built, folder / "project")
        git = "git -c user.name=Editor -c user.email=editor@example.org"
        assert not run(project, f"git init -q && git add . && {git} commit -qm Report").code
        for key in ("name", "email"):
            run(project, f"git config user.{key} editor@example.org")
        in_libreoffice(project / "_output/report.docx", project / "report-anna.docx")
        in_a_pdf_reader(project / "_output/report.pdf", project / "report-ben.pdf")
        told = [run(project, command) for command in commands()]
        (folder / "told.json").write_text(json.dumps(told), "utf-8")

    folder = once("reviewers' walk", fill)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    return Walk(folder / "project", [Done(*one) for one in told])


# They say by 1 that a change was refused, or that something changed.
TELLING = ("--patch", "--apply", "redline")


def test_each_command_of_the_docs_does_its_work(walk: Walk) -> None:
    for command, done in zip(commands(), walk.done, strict=True):
        assert done.code == any(word in command for word in TELLING), (command, done.err)
        assert "Traceback" not in done.err


def test_each_remark_comes_home_with_what_stands_behind_it(walk: Walk) -> None:
    remarks = json.loads(walk.of("json").out or (walk.project / "remarks.json").read_text("utf-8"))
    found = {row["words"].strip(): row for row in remarks["remarks"]}
    said = {row["says"] or row["kind"] for row in found.values()}
    assert said == {
        "Which services stood around them?", "Good to have these here.", PROSE[1], WORDING[1],
        INSERTED[1], "eight of them", "By how much?", "deletion",
    }  # fmt: skip
    assert {row["author"] for row in found.values()} == {ANNA, BEN}
    assert {row["place"].split(":")[0] for words, row in found.items() if words != CELL[0]} == {
        CHAPTER
    }
    asked = found["gains came from its schools"]
    assert [reply["says"] for reply in asked["replies"]] == ["Health and family services."]
    assert found["Two cautions."]["resolved"]
    (wording,) = found[WORDING[0]]["behind"]
    assert wording.startswith("the wording of better_outcomes for the verdict ")
    (numbered,) = (row for row in found.values() if row["says"] == "eight of them")
    assert any("data/claims.yml:" in reason for reason in numbered["behind"])


def test_changes_of_prose_and_of_a_wording_are_made_where_they_were_typed(walk: Walk) -> None:
    text = (walk.project / CHAPTER).read_text("utf-8")
    assert PROSE[2].replace(*PROSE[:2]) in text
    assert f"{INSERTED[1]}{INSERTED[0]}" in text
    assert STRUCK not in text
    lines = [line for line in text.splitlines() if WORDING[1] in line]
    behind = json.loads((walk.project / "remarks.json").read_text("utf-8"))["remarks"]
    (case,) = (row["behind"][0].split()[-1] for row in behind if row["says"] == WORDING[1])
    assert [line.endswith(f"]{{.{case}}}") for line in lines] == [True]


def test_changes_of_what_is_computed_are_refused_with_what_to_change(walk: Walk) -> None:
    refused = [line for line in walk.of("--apply").err.splitlines() if ": refused: " in line]
    assert refused == [
        line for line in walk.of("--patch").err.splitlines() if ": refused: " in line
    ]
    number, cell = refused
    assert re.search(
        r"eight of them .*change the codings or the rule .*data/claims.yml:\d+", number
    )
    assert re.search(
        r"change what it shows .*data/ai-use.yml:\d+\), or the code of the cell tbl-ai", cell
    )


def test_each_reviewer_is_the_author_of_what_they_changed(walk: Walk) -> None:
    log = run(walk.project, "git log -2 --format=%an").out.splitlines()
    assert sorted(log) == [ANNA, BEN]
    of_ben = run(walk.project, f"git log -1 -p --word-diff --author='{BEN}'").out
    assert f"[-{STRUCK}" in of_ben
    assert PROSE[1] not in re.findall(r"{\+(.*?)\+}", of_ben)
    assert run(walk.project, "git status --porcelain --untracked-files=no").out == ""


def test_the_report_made_again_says_so_and_the_redline_shows_it(walk: Walk) -> None:
    assert PROSE[1] in (walk.project / "_output/report.html").read_text("utf-8")
    told = (walk.project / "changes/redline.md").read_text("utf-8")
    assert f"~~{PROSE[0]}~~" in told or PROSE[1] in told


def test_answered_twice_a_list_stays_as_it_was(walk: Walk) -> None:
    assert "9 new remarks" in walk.of("--checklist").err
    again = walk.of("--checklist", 1).err
    assert "0 new remarks" in again
    assert "made of revision" in walk.of("--checklist", 1).out
    listed = (walk.project / "review/round-1.md").read_text("utf-8")
    assert len(re.findall(r"^- \[[ x]\] ", listed, re.M)) == 9


def test_what_was_made_is_not_made_again(walk: Walk) -> None:
    again = run(walk.project, "evidence review report-anna.docx report-ben.pdf --patch")
    assert (again.code, again.out) == (1, "")
    assert len(re.findall(": made already: ", again.err)) >= 3
