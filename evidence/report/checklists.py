"""Checklists and the use of AI as the report shows them, each with where it is reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from evidence.model.checklists import NOT_DONE, PARTLY, REPORTED
from evidence.model.evidence import ChecklistItem, Evidence
from evidence.model.faults import quote
from evidence.report.codes import ChapterError
from evidence.report.framed import framed
from evidence.report.markup import escape, sentence_list
from evidence.words import count

if TYPE_CHECKING:
    import pandas as pd

_NUMBERED = re.compile(r"(?:tbl|fig)-[\w-]*\w")
_LEAD = {REPORTED: "**Reported** in", PARTLY: "**Partly** in", NOT_DONE: "**Not done.**"}


def checklist(evidence: Evidence, name: str) -> pd.DataFrame:
    """Return each item of a checklist, such as `prisma`: where it is reported, or why not.

    Raises
    ------
    ChapterError
        Where the review has no such checklist.
    """
    rows = [
        (number, f"{escape(item.section)}: {escape(item.topic)}", _where(item))
        for number, item in _items(evidence, name).items()
    ]
    return framed(rows, columns=["Item", "Topic", "Where reported"])


def summary(evidence: Evidence, name: str) -> str:
    """Return a sentence that says how many items are reported, in part or not at all."""
    answers = Counter(item.status for item in _items(evidence, name).values())
    reported, partly, not_done = (
        f"{answers[status] or 'none'} {'is' if answers[status] < 2 else 'are'}"
        for status in (REPORTED, PARTLY, NOT_DONE)
    )
    return (
        f"Of the {count(answers.total()):item}, {reported} reported, {partly} reported in part and "
        f"{not_done} not done."
    )


def ai_uses(evidence: Evidence) -> pd.DataFrame:
    """Return each use of artificial intelligence: what for, how, and how far to trust it.

    Raises
    ------
    ChapterError
        Where the data have no `ai-use.yml`.
    """
    if not evidence.ai_uses:
        raise ChapterError("the data disclose no use of AI: there is no ai-use.yml")
    rows = [
        (
            f"**{escape(use.task)}.** {escape(use.tool)}. Version: {escape(use.version)}. Dates: "
            f"{escape(use.dates)}. Told in {_references(use.places)}.",
            escape(use.how),
            f"**Oversight:** {escape(use.oversight)} **Validation:** {escape(use.validation)} "
            f"**Limits:** {escape(use.limits)}",
        )
        for use in evidence.ai_uses.values()
    ]
    return framed(rows, columns=["Task and tool", "How it was used", "How far to trust it"])


def _items(evidence: Evidence, name: str) -> Mapping[str, ChecklistItem]:
    if name not in evidence.checklists:
        there = ", ".join(evidence.checklists) or "none"
        raise ChapterError(f"there is no checklist {quote(name)}; there are {there}")
    return evidence.checklists[name]


def _where(item: ChecklistItem) -> str:
    places = _references(item.places)
    end = "." if places else ""
    return " ".join(filter(None, (_LEAD[item.status], places + end, escape(item.note))))


def _references(places: Iterable[str]) -> str:
    return sentence_list([*map(_reference, places)])


def _reference(place: str) -> str:
    # To a section the filter `wording.lua` refers by its number or its title.
    return f"@{place}" if _NUMBERED.fullmatch(place) else f"[](#{escape(place)})"
