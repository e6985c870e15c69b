"""A checklist as a table of cross-references, and the sentence that counts it."""

import sys
from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import pytest

from evidence.model.evidence import ChecklistItem, Evidence
from evidence.report import checklists
from evidence.report.codes import ChapterError
from evidence.report.markup import table
from tests.unit.conftest import pandoc_cells

TITLES = {"summary": "Executive summary", "annex-terms": "Annex Ä: Terms, and more: all"}


def item(status: str = "reported", *places: str, topic: str = "topic", note: str = "") -> (
    ChecklistItem
):  # fmt: skip
    return ChecklistItem("Methods", topic, status, places, note)


def of(*items: ChecklistItem) -> Evidence:
    """Return evidence with these items, from 5 on, in the checklist `swim`, and nothing else."""
    numbered = {str(number): row for number, row in enumerate(items, 5)}
    return cast("Evidence", SimpleNamespace(checklists={"swim": numbered}))


def where(entry: ChecklistItem, titles: Mapping[str, str] | None = TITLES) -> str:
    return str(checklists.checklist(of(entry), "swim", titles)["Where reported"].item())


def test_what_has_a_number_is_referred_to_by_it() -> None:
    entry = item("reported", "sec-one", "tbl-two", "fig-three")
    assert where(entry) == "**Reported** in @sec-one, @tbl-two and @fig-three."


def test_what_has_none_is_linked_by_the_beginning_of_its_title() -> None:
    assert where(item("partly", "summary", "annex-terms", note="Not the rest.")) == (
        "**Partly** in [Executive summary](#summary) and [Annex Ä](#annex-terms). Not the rest."
    )


def test_what_is_not_done_has_its_reason() -> None:
    assert where(item("not_done", note="No panel sat.")) == "**Not done.** No panel sat."


def test_a_place_without_number_has_to_be_in_the_report() -> None:
    with pytest.raises(
        ChapterError, match=r"swim: item 5 names 'annex-trems'.*nearest: annex-terms"
    ):
        where(item("reported", "annex-trems"))


def test_no_item_makes_a_table_of_none() -> None:
    assert checklists.checklist(of(), "swim", TITLES).columns.tolist() == [
        "Item",
        "Topic",
        "Where reported",
    ]


def test_hostile_text_stays_text() -> None:
    entry = item("not_done", topic="a | b <script>", note="@nobody *says* `so`")
    (cells,) = pandoc_cells(table(checklists.checklist(of(entry), "swim", TITLES)).markdown)
    assert cells == [
        "<Plain>5",
        "<Plain>Methods: a | b <script>",
        "<Plain><Strong>Not done. @nobody *says* `so`",
    ]


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (
            ["reported", "reported", "partly"],
            "Of the 3 items, 2 are reported, 1 is reported in part and none is not done.",
        ),
        (
            ["not_done"],
            "Of the one item, none is reported, none is reported in part and 1 is not done.",
        ),
    ],
)
def test_the_sentence_counts_the_answers(statuses: list[str], sentence: str) -> None:
    assert checklists.summary(of(*map(item, statuses)), "swim") == sentence


def test_titles_are_those_of_the_document_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    document = SimpleNamespace(section="", titles={"summary": "What was found: all"})
    monkeypatch.setattr(sys.modules["__main__"], "document", document, raising=False)
    assert where(item("reported", "summary"), None) == "**Reported** in [What was found](#summary)."


def test_without_titles_the_filter_is_left_to_name_sections() -> None:
    assert where(item("reported", "annex-claims"), None) == "**Reported** in [](#annex-claims)."


def test_a_checklist_that_the_review_does_not_have_is_told() -> None:
    with pytest.raises(ChapterError, match="no checklist 'swom'; there are swim"):
        checklists.checklist(of(), "swom")
    bare = cast("Evidence", SimpleNamespace(checklists={}))
    with pytest.raises(ChapterError, match="there are none"):
        checklists.summary(bare, "swim")
