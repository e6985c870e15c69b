"""A checklist as a table of cross-references, and the sentence that counts it."""

from types import SimpleNamespace
from typing import cast

import pytest

from evidence.model.evidence import AiUse, ChecklistItem, Evidence
from evidence.report import checklists
from evidence.report.codes import ChapterError
from evidence.report.markup import table
from tests.unit.conftest import pandoc_cells


def item(status: str = "reported", *places: str, topic: str = "topic", note: str = "") -> (
    ChecklistItem
):  # fmt: skip
    return ChecklistItem("Methods", topic, status, places, note)


def of(*items: ChecklistItem) -> Evidence:
    """Return evidence with these items, from 5 on, in the checklist `swim`, and nothing else."""
    numbered = {str(number): row for number, row in enumerate(items, 5)}
    return cast("Evidence", SimpleNamespace(checklists={"swim": numbered}))


def where(entry: ChecklistItem) -> str:
    return str(checklists.checklist(of(entry), "swim")["Where reported"].item())


def test_places_are_references_and_what_a_section_is_called_is_left_to_the_filter() -> None:
    entry = item("partly", "sec-one", "annex-terms", "tbl-two", "fig-three", note="Not the rest.")
    assert where(entry) == (
        "**Partly** in [](#sec-one), [](#annex-terms), @tbl-two and @fig-three. Not the rest."
    )


def test_what_is_not_done_has_its_reason() -> None:
    assert where(item("not_done", note="No panel sat.")) == "**Not done.** No panel sat."


def test_no_item_makes_a_table_of_none() -> None:
    assert checklists.checklist(of(), "swim").columns.tolist() == [
        "Item",
        "Topic",
        "Where reported",
    ]


def test_hostile_text_stays_text() -> None:
    entry = item("not_done", topic="a | b <script>", note="@nobody *says* `so`")
    (cells,) = pandoc_cells(table(checklists.checklist(of(entry), "swim")).markdown)
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


def used(**said: str) -> Evidence:
    """Return evidence with one use of AI, and nothing else."""
    told = dict.fromkeys(("task", "tool", "version", "dates", "how"), "x")
    told |= dict.fromkeys(("oversight", "validation", "limits"), "None.")
    use = AiUse(**(told | said), places=("sec-one", "tbl-two"))
    return cast("Evidence", SimpleNamespace(ai_uses={"coding": use}))


def test_a_use_of_ai_says_what_was_not_recorded_too() -> None:
    frame = checklists.ai_uses(
        used(
            task="Coding", tool="A model", version="not recorded", dates="May 2026", how="It read."
        )
    )
    assert frame.iloc[0].tolist() == [
        "**Coding.** A model. Version: not recorded. Dates: May 2026. "
        "Told in [](#sec-one) and @tbl-two.",
        "It read.",
        "**Oversight:** None. **Validation:** None. **Limits:** None.",
    ]


def test_hostile_text_of_a_use_stays_text() -> None:
    frame = checklists.ai_uses(used(task="a | b <script>", how="@nobody *reads*", limits="`x`"))
    (cells,) = pandoc_cells(table(frame).markdown)
    assert cells[0].startswith("<Plain><Strong>a | b <script>.")
    assert cells[1] == "<Plain>@nobody *reads*"
    assert cells[2].endswith("`x`")


def test_without_a_disclosure_there_is_no_table_of_it() -> None:
    with pytest.raises(ChapterError, match=r"there is no ai-use\.yml"):
        checklists.ai_uses(cast("Evidence", SimpleNamespace(ai_uses={})))


def test_a_checklist_that_the_review_does_not_have_is_told() -> None:
    with pytest.raises(ChapterError, match="no checklist 'swom'; there are swim"):
        checklists.checklist(of(), "swom")
    bare = cast("Evidence", SimpleNamespace(checklists={}))
    with pytest.raises(ChapterError, match="there are none"):
        checklists.summary(bare, "swim")
