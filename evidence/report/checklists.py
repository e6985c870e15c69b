"""The PRISMA 2020 checklist as the report shows it: each item and where it is reported."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from evidence.model.checklists import NOT_DONE, PARTLY, REPORTED
from evidence.model.evidence import ChecklistItem
from evidence.model.faults import nearest, quote
from evidence.report.codes import ChapterError
from evidence.report.markup import escape, sentence_list
from evidence.report.running import running
from evidence.words import count

_NUMBERED = re.compile(r"(?:sec|tbl|fig)-[\w-]*\w")
_LEAD = {REPORTED: "**Reported** in", PARTLY: "**Partly** in", NOT_DONE: "**Not done.**"}


def checklist(
    items: Mapping[str, ChecklistItem], titles: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return each item with its topic and where it is reported, or why it is not done.

    Parameters
    ----------
    titles
        The title of each section by identifier: sections without a number are referred to by it.
        Those of the document that runs where they are not given; where neither is known, words
        made of the identifier stand for it.

    Raises
    ------
    ChapterError
        Where an item names a section without number that the report does not have.
    """
    if titles is None and (document := running()):
        titles = document.titles
    rows = [
        (name, f"{escape(item.section)}: {escape(item.topic)}", _where(name, item, titles))
        for name, item in items.items()
    ]
    return pd.DataFrame(rows, columns=["Item", "Topic", "Where reported"])


def summary(items: Iterable[ChecklistItem]) -> str:
    """Return a sentence that says how many items are reported, in part or not at all."""
    answers = Counter(item.status for item in items)
    reported, partly, not_done = (
        f"{answers[status] or 'none'} {'is' if answers[status] < 2 else 'are'}"
        for status in (REPORTED, PARTLY, NOT_DONE)
    )
    return (
        f"Of the {count(answers.total()):item}, {reported} reported, {partly} reported in part and "
        f"{not_done} not done."
    )


def _where(name: str, item: ChecklistItem, titles: Mapping[str, str] | None) -> str:
    places = sentence_list([_reference(name, place, titles) for place in item.places])
    end = "." if places else ""
    return " ".join(filter(None, (_LEAD[item.status], places + end, escape(item.note))))


def _reference(name: str, place: str, titles: Mapping[str, str] | None) -> str:
    if _NUMBERED.fullmatch(place):
        return f"@{place}"
    if titles is None:
        # The filter `wording.lua` names the section.
        return f"[](#{place})"
    if place not in titles:
        near = nearest(place, tuple(titles))
        raise ChapterError(
            f"prisma.yml: item {name} names {quote(place)}, and no section without number is "
            "called so" + (f"; nearest: {near}" if near else "")
        )
    # What follows a colon only says more.
    return f"[{titles[place].partition(':')[0]}](#{place})"
