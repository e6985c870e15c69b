"""Dates as authors write them: read one way or not at all, and never by the clock."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.engine import RenderError, render
from evidence.engine.dates import is_form, last_change, read, worded
from evidence.engine.project import Project
from tests.unit.engine.conftest import Make
from tests.unit.engine.test_build import quiet, text_of

Load = Callable[..., Project]
DAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", DAY),
        ("2026-11-22T23:59:00", DAY),
        ("22 November 2026", DAY),
        ("22 Nov 2026", DAY),
        ("November 22, 2026", DAY),
        ("November 2025", None),
        ("27/11/2026", None),
        ("03/04/2026", None),
        ("2025", None),
        ("Spring 2025", None),
        ("", None),
    ],
)
def test_reading(text: str, day: dt.date | None) -> None:
    assert read(text) == day


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("full", "Sunday, 22 November 2026"),
        ("long", "22 November 2026"),
        ("medium", "22 Nov 2026"),
        ("short", "22/11/2026"),
        ("iso", "2026-11-22"),
        ("MMMM YYYY", "November 2026"),
        ("dddd, Do MMM YY", "Sunday, 22nd Nov 26"),
        ("[D:] D.M.YYYY", "D: 22.11.2026"),
    ],
)
def test_wording(form: str, text: str) -> None:
    assert worded(DAY, form) == text


def test_ordinals() -> None:
    wanted = {1: "st", 2: "nd", 3: "rd", 4: "th", 11: "th", 12: "th", 13: "th", 21: "st", 31: "st"}
    days = {day: worded(dt.date(2026, 1, day), "Do") for day in wanted}
    assert days == {day: f"{day}{ending}" for day, ending in wanted.items()}


@pytest.mark.parametrize("form", ["HH:mm", "%d %B %Y", "MMMMM", "d"])
def test_forms_of_no_date(form: str) -> None:
    assert not is_form(form)


def commit(root: Path, day: str) -> None:
    stamp = f"{day}T23:30:00+0200"
    for command in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *command],
            cwd=root,
            env={**os.environ, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
            check=True,
        )


def test_today_is_the_day_of_the_last_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    root, document = tmp_path / "repository" / "project", Path("x.qmd")
    root.mkdir(parents=True)
    (root / document).write_text("x", encoding="utf-8")
    os.utime(root / document, (0, 86400 * 365))
    assert last_change(root, document) == dt.date(1971, 1, 1)
    subprocess.run(["git", "init", "-q"], cwd=root.parent, check=True)
    assert last_change(root, document) == dt.date(1971, 1, 1)
    commit(root.parent, "2026-11-22")
    (root.parent / "other").write_text("x", encoding="utf-8")
    commit(root.parent, "2026-11-25")
    assert last_change(root, document) == DAY
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert last_change(root, document) == dt.date(1970, 1, 1)


@pytest.mark.parametrize(
    ("matter", "shown", "is_dated"),
    [
        ("date: today", "1 January 1970", False),
        ("date: last-modified\ndate-format: iso", "1970-01-01", False),
        ("date: 2026-11-22\ndate-format: MMMM YYYY", "November 2026", True),
        ("date: November 22, 2026", "22 November 2026", True),
        ("date: November 2025", "November 2025", False),
        ("date: 27/11/2026\ndate-format: long", "27/11/2026", False),
        ("date: 2025", "2025", False),
        ("lang: en-GB", "", False),
    ],
)
def test_a_date_as_readers_see_it(
    project: Load, monkeypatch: pytest.MonkeyPatch, matter: str, shown: str, is_dated: bool
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    loaded = project(**{"report.qmd": f"---\ntitle: T\n{matter}\n---\n"})
    assert (loaded.worded_date, loaded.is_dated) == (shown, is_dated)
    assert loaded.epoch == (loaded.date - dt.date(1970, 1, 1)).days * 86400


@pytest.mark.parametrize(
    "setting", ["date: 2026-02-30", "date: '`r Sys.Date()`'", "date: 2026-2-3"]
)
def test_what_looks_like_a_date_and_is_none(project: Load, setting: str) -> None:
    with pytest.raises(RenderError, match=r"^report\.qmd:3: bad-setting: "):
        project(**{"report.qmd": f"---\ntitle: T\n{setting}\n---\n"})


def test_times_are_for_quarto(project: Load) -> None:
    matter = "---\ntitle: T\ndate: 2026-11-22\ndate-format: D MMMM, HH:mm\n---\n"
    loaded = project(**{"report.qmd": matter})
    (problem,) = loaded.unsupported
    assert (problem.line, problem.code) == (4, "unsupported-setting")
    assert loaded.worded_date == "22 November, HH:mm"


@pytest.mark.parametrize("date", ["", "date: Spring 2025 & on\n"])
def test_documents_without_a_date_of_the_calendar(make: Make, tmp_path: Path, date: str) -> None:
    root = make(**{"report.qmd": f"---\ntitle: T\n{date}---\n\nText.\n"})
    for name, path in render(root, output=tmp_path / "out", progress=quiet).paths.items():
        text = text_of(path)
        assert ("Spring 2025 &" in text) == bool(date), name
        assert "datetime=" not in text
        assert "dcterms.date" not in text
