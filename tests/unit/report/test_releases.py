"""What chapters say of the releases: of none, the first, one that compares, and hostile words."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from evidence.model.evidence import Evidence
from evidence.model.history import DATA, Changes, History, Release, VerdictChange
from evidence.report.markup import table
from evidence.report.releases import history_values
from evidence.report.values import ChapterAttributeError, Names
from evidence.words import UNDEFINED
from tests.unit.conftest import pandoc_cells

FIRST = Release("1.0.0", "2026-03-01", "v1.0.0", "", ("Ada",), "1.0.0", 1200)
QUIET = Changes("1.0.0", dict.fromkeys(DATA, 0), (), 0, (), 0, 0, (), ())
SECOND = replace(FIRST, version="1.1.0", date="2026-12-05", changes=QUIET)


def told(*releases: Release) -> Names:
    return history_values(cast("Evidence", SimpleNamespace(history=History(12, releases))))


def of(changes: Changes) -> Names:
    return told(replace(SECOND, changes=changes), FIRST)


def test_before_the_first_release_nothing_is_said_of_one() -> None:
    history = told()
    assert (str(history.releases), str(history.compared)) == ("0", "0")
    assert str(history.months) == "12"
    assert history.version is history.data is UNDEFINED
    with pytest.raises(ChapterAttributeError, match="nearest: version"):
        _ = history.versions


def test_the_first_release_is_compared_with_none() -> None:
    history = told(FIRST)
    assert (str(history.releases), str(history.compared)) == ("1", "0")
    assert (history.version, history.date) == ("1.0.0", "1 March 2026")
    assert (history.trigger, history.since) == ("not stated", UNDEFINED)
    (row,) = pandoc_cells(table(history.table).markdown)  # type: ignore[arg-type]
    assert row == [f"<Plain>{cell}" for cell in ("1.0.0", "2026-03-01", "–", "1,200", "–")]


def test_each_kind_of_change_has_its_words() -> None:
    moved = (
        VerdictChange("all-well", "partly", "silent"),
        VerdictChange("new-one", "", "supported"),
        VerdictChange("old-one", "no-data", ""),
    )
    data = {**dict.fromkeys(DATA, 0), "sources added": 1, "effects changed": 3}
    history = of(Changes("1.0.0", data, moved, 1, ("all-well",), 2, 1, ("Bo",), ("Ada",)))
    assert history.since == "1.0.0"
    assert history.data == "One source added and 3 effects changed"
    assert history.results == (
        "*All well* is not shown (most texts are silent) and was partly supported, *New one* is "
        "new and supported, *Old one* is gone and was too few sources to judge and one finding "
        "changed without a change of verdict"
    )
    assert history.methods == (
        "*All well* is counted or judged otherwise and 2 entries of codebook or rules changed"
    )
    assert history.wording == "One sentence added, removed or rewritten"
    assert history.authors == "Bo joined and Ada left"


def test_where_nothing_changed_it_is_said() -> None:
    history = of(QUIET)
    assert history.data == history.results == history.authors == "Nothing changed"
    assert "| Nothing" in table(history.table).markdown  # type: ignore[arg-type]


def test_a_trigger_ends_with_the_sentence_that_it_stands_in() -> None:
    assert told(replace(FIRST, trigger="A reader asked.")).trigger == "A reader asked"


def test_words_of_people_are_text() -> None:
    history = told(replace(FIRST, trigger="a | b `{python} 1` [x](y) @c"))
    (row,) = pandoc_cells(table(history.table).markdown)  # type: ignore[arg-type]
    assert row[2] == "<Plain>A | b `{python} 1` [x](y) @c"
