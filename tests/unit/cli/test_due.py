"""What is due, on days around the one on which it becomes so, and of reviews that have little."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from evidence.cli import due
from evidence.cli.main import CHANGED, FINE, USAGE, main
from evidence.findings.verdicts import judge_editions
from evidence.model.bibliography import Reference
from evidence.model.evidence import Evidence, Search
from evidence.model.history import History, Release
from tests.builders import Builder

SEARCH = Search("first", 1, "pages", "query", 3, "2026-03-31")


@pytest.fixture
def evidence(builder: Builder) -> Evidence:
    return replace(builder.add("one2010").build(), searches=(SEARCH,), history=History(12))


@pytest.mark.parametrize(
    ("every", "today", "is_due", "again"),
    [
        (12, "2027-03-30", False, "2027-03-31"),
        (12, "2027-03-31", True, "2027-03-31"),
        # September has no 31st.
        (6, "2026-09-29", False, "2026-09-30"),
        (6, "2026-09-30", True, "2026-09-30"),
        (11, "2027-02-28", True, "2027-02-28"),
        (0, "2026-03-31", True, "2026-03-31"),
        (21, "2027-12-30", False, "2027-12-31"),
    ],
)
def test_a_search_is_due_after_so_many_months(
    evidence: Evidence, every: int, today: str, is_due: bool, again: str
) -> None:
    found = due.searching(replace(evidence, history=History(every)), date.fromisoformat(today))
    assert found.due is is_due
    assert f"on 2026-03-31; search again from {again}" in found.said


def test_without_dates_of_queries_the_last_reading_counts(evidence: Evidence) -> None:
    undated = replace(evidence, searches=(replace(SEARCH, searched_on=""),))
    assert not due.searching(undated, date(2030, 1, 1)).due
    assert due.searching(undated, date(2030, 1, 1)).said.startswith("not known")
    source = replace(evidence.sources["one2010"], read_on="2026-01-02")
    read = replace(undated, sources={"one2010": source}, searches=())
    found = due.searching(read, date(2027, 1, 2))
    assert found.due
    assert "no query has a date; the last source was read on 2026-01-02" in found.said


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({"journal": "J", "volume": "3"}, False),
        ({"journal": "J", "number": "3"}, False),
        ({"journal": "J", "pages": "3--4"}, False),
        ({"journal": "J", "doi": "10.1/x"}, True),
        ({"journal": "J", "volume": "3", "note": "Epub ahead of print"}, True),
        ({"title": "In press coverage of schools", "publisher": "P"}, False),
        ({"title": "T", "year": "in press"}, True),
        ({"title": "T", "pubstate": "forthcoming"}, True),
        ({"title": "T"}, False),
        ({}, False),
    ],
)
def test_articles_without_a_place_wait_for_one(fields: dict[str, str], is_due: bool) -> None:
    found = due.printing({"one2010": Reference(1, MappingProxyType(fields))})
    assert found.due is is_due
    assert found.about == (("one2010",) if is_due else ())


def test_remarks_are_answered_when_ticked_off() -> None:
    texts = {
        "a.md": "# Remarks\n\n- [ ] `x`\n  * [ ] y\n- [x] z\n- [X] z\n`- [ ]` no\n",
        "b.md": "",
    }
    found = due.answering(texts)
    assert (found.due, found.said, found.about) == (True, "2 remarks unanswered", ("a.md (2)",))
    assert not due.answering({"b.md": "- [x] z"}).due
    assert due.answering({}).said == "there is no list of remarks"


@pytest.mark.parametrize(
    ("log", "is_due", "said"),
    [
        (None, False, "has no part Unreleased"),
        ("# Changes\n", False, "has no part Unreleased"),
        ("## [Unreleased]\n\n## [1.0.0]\n\n- Old.\n", False, "0 entries"),
        (
            "## [Unreleased]\n\n- New.\n\n## [1.0.0]\n\n- Old.\n",
            True,
            "1 entry under Unreleased waits",
        ),
    ],
)
def test_what_is_unreleased_waits(log: str | None, is_due: bool, said: str) -> None:
    found = due.releasing(log)
    assert found.due is is_due
    assert said in found.said


def test_the_age_of_the_last_release(evidence: Evidence) -> None:
    assert due.last_release(evidence, date(2027, 1, 1)).said == "none has been made yet"
    release = Release("1.0.0", "2026-12-31", "v1.0.0", "", ("Ada",), "1.0.0", 3)
    released = replace(evidence, history=History(12, (release,)))
    assert due.last_release(released, date(2027, 1, 1)).said == "1.0.0 of 2026-12-31, 1 day ago"


def test_a_review_may_not_say_what_was_read_in_part(evidence: Evidence) -> None:
    silent = replace(evidence, codebook=replace(evidence.codebook, weak=None))
    found = due.reading(silent, judge_editions(silent))
    assert (found.due, found.about) == (False, ())


@pytest.fixture
def project(tiny_project: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tiny_project("One.\n")
    monkeypatch.chdir(project)
    return project


def test_what_is_due_is_the_answer(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "review").mkdir()
    (project / "review/one.md").write_text("- [ ] a\n", "utf-8")
    assert main(["due"]) == CHANGED
    assert "due  remarks       1 remark unanswered\n" in capsys.readouterr().out
    (project / "done.md").write_text("- [x] a\n", "utf-8")
    assert main(["due", "done.md", "--format", "json"]) == CHANGED
    rows = {row["what"]: row["due"] for row in json.loads(capsys.readouterr().out)}
    assert not rows["remarks"]
    assert rows["bibliography"]


def test_nothing_is_due(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(due, "printing", lambda _: due.Matter("bibliography", False, "fine"))
    data = project / "data/history.yml"
    text = data.read_text("utf-8")
    data.write_text(text.replace("search_every: 12", "search_every: 1200"), "utf-8")
    assert main(["due"]) == FINE
    assert not any(line.startswith("due") for line in capsys.readouterr().out.splitlines())


def test_a_list_that_is_not_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["due", "no.md", "neither.md"]) == USAGE
    assert "evidence: no-document: there is no no.md, neither.md" in capsys.readouterr().err
    (project / "data/claims.yml").unlink()
    assert main(["due"]) == USAGE
