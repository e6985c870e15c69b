"""Checklists as the report shows them: each item and where it is reported."""

import re
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from evidence.model.checklists import NOT_DONE, PARTLY, REPORTED
from evidence.model.evidence import ChecklistItem, Evidence
from evidence.model.faults import nearest, quote
from evidence.report.codes import ChapterError
from evidence.report.markup import escape, sentence_list
from evidence.report.running import running
from evidence.words import count

_NUMBERED = re.compile(r"(?:sec|tbl|fig)-[\w-]*\w")
_LEAD = {REPORTED: "**Reported** in", PARTLY: "**Partly** in", NOT_DONE: "**Not done.**"}


def checklist(
    evidence: Evidence, name: str, titles: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return each item of a checklist with where it is reported, or why it is not done.

    Parameters
    ----------
    name
        Of the checklist, such as `prisma`.
    titles
        The title of each section by identifier: sections without a number are referred to by it.
        Those of the document that runs where they are not given; where neither is known, words
        made of the identifier stand for it.

    Raises
    ------
    ChapterError
        Where the review has no such checklist, or an item names a section without number that the
        report does not have.
    """
    if titles is None and (document := running()):
        titles = document.titles
    rows = [
        (
            item,
            f"{escape(row.section)}: {escape(row.topic)}",
            _where(f"{name}: item {item}", row, titles),
        )
        for item, row in _items(evidence, name).items()
    ]
    return pd.DataFrame(rows, columns=["Item", "Topic", "Where reported"])


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


def _items(evidence: Evidence, name: str) -> Mapping[str, ChecklistItem]:
    if name not in evidence.checklists:
        there = ", ".join(evidence.checklists) or "none"
        raise ChapterError(f"there is no checklist {quote(name)}; there are {there}")
    return evidence.checklists[name]


def _where(at: str, item: ChecklistItem, titles: Mapping[str, str] | None) -> str:
    places = sentence_list([_reference(at, place, titles) for place in item.places])
    end = "." if places else ""
    return " ".join(filter(None, (_LEAD[item.status], places + end, escape(item.note))))


def _reference(at: str, place: str, titles: Mapping[str, str] | None) -> str:
    if _NUMBERED.fullmatch(place):
        return f"@{place}"
    if titles is None:
        # The filter `wording.lua` names the section.
        return f"[](#{place})"
    if place not in titles:
        near = nearest(place, tuple(titles))
        raise ChapterError(
            f"{at} names {quote(place)}, and no section without number is called so"
            + (f"; nearest: {near}" if near else "")
        )
    # What follows a colon only says more.
    return f"[{titles[place].partition(':')[0]}](#{place})"
