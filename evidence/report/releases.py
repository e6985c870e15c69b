"""What chapters say of the releases of a report, by the history that the data hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from evidence.engine.dates import worded
from evidence.model.evidence import Evidence
from evidence.model.history import Changes, Release, VerdictChange
from evidence.report.framed import framed
from evidence.report.markup import escape, sentence_list
from evidence.report.values import Names
from evidence.words import UNDEFINED, count, label, opening, outcome_word, within

if TYPE_CHECKING:
    import pandas as pd

_DASH = "–"
_ENTRY = "entry of codebook or rules/entries of codebook or rules"
_OF_RELEASE = ("version", "date", "trigger")
_OF_CHANGES = ("since", "data", "results", "methods", "wording", "authors")


class History(Names):
    """What prose may say of the releases; their table is made when a chapter places it."""

    def __init__(self, releases: Sequence[Release], values: Mapping[str, object]) -> None:
        super().__init__("history", {**values, "table": _table})
        self._releases = releases

    @property
    def table(self) -> pd.DataFrame:
        """All releases, the newest first."""
        return _table(self._releases)


def history_values(evidence: Evidence) -> History:
    """Return what prose may say of the releases; of the newest where it says no more.

    `releases` counts them all, and after `months` a search is due again. `compared` is 0 where the
    newest is the first or could not be compared with the one before, and then what changed is
    undefined: `since`, the version before, and `data`, `results`, `methods`, `wording` and
    `authors`, each in a phrase.
    """
    releases = evidence.history.releases
    newest = releases[0] if releases else None
    changes = newest.changes if newest else None
    return History(
        releases,
        {
            "releases": count(len(releases)),
            "months": count(evidence.history.search_every),
            "compared": count(int(changes is not None)),
            **dict.fromkeys((*_OF_RELEASE, *_OF_CHANGES), UNDEFINED),
            **(_of_release(newest) if newest else {}),
            **(_of_changes(changes) if changes else {}),
        },
    )


def _of_release(release: Release) -> dict[str, str]:
    # The sentence in which chapters place it has a full stop of its own.
    trigger = release.trigger.removesuffix(".")
    said = (release.version, worded(date.fromisoformat(release.date)), trigger)
    return dict(zip(_OF_RELEASE, (escape(text) or "not stated" for text in said), strict=True))


def _of_changes(changes: Changes) -> dict[str, str]:
    numbers = _more(changes.numbers, "finding", "changed without a change of verdict")
    phrases = (
        [escape(changes.since)],
        _data(changes),
        [*map(_verdict, changes.verdicts), *numbers],
        [
            *(f"{_named(name)} is counted or judged otherwise" for name in changes.rules),
            *_more(changes.settings, _ENTRY, "changed"),
        ],
        _more(changes.sentences, "sentence", "added, removed or rewritten"),
        [
            *(f"{escape(name)} joined" for name in changes.come),
            *(f"{escape(name)} left" for name in changes.gone),
        ],
    )
    said = (opening(sentence_list(row) or "nothing changed") for row in phrases)
    return dict(zip(_OF_CHANGES, said, strict=True))


def _data(changes: Changes) -> Sequence[str]:
    # "1 source added" of "sources added".
    return [
        format(count(number), f"{name.replace('s ', ' ', 1)}/{name}")
        for name, number in changes.data.items()
        if number
    ]


def _more(number: int, noun: str, rest: str) -> Sequence[str]:
    return [f"{format(count(number), noun)} {rest}"] if number else []


def _verdict(change: VerdictChange) -> str:
    claim = _named(change.claim_id)
    was, now = (within(outcome_word(row)) if row else "" for row in (change.was, change.now))
    if not was:
        return f"{claim} is new and {now}"
    return f"{claim} is {now} and was {was}" if now else f"{claim} is gone and was {was}"


def _named(key: str) -> str:
    # What a claim or measure is called may be a question.
    return f"*{escape(label(key))}*"


def _table(releases: Sequence[Release]) -> pd.DataFrame:
    rows = [
        (
            escape(row.version),
            row.date,
            opening(escape(row.trigger) or _DASH),
            f"{row.sources:,}",
            opening(sentence_list(_counted(row.changes)) or "nothing") if row.changes else _DASH,
        )
        for row in releases
    ]
    names = ("Release", "Date", "What set it off", "Sources", "Changed since the one before")
    return framed(rows, columns=names)


def _counted(changes: Changes) -> Sequence[str]:
    return [
        *_data(changes),
        *_more(len(changes.verdicts), "verdict", "changed"),
        *_more(len(changes.rules), "rule", "changed"),
        *_more(changes.settings, _ENTRY, "changed"),
        *_more(changes.sentences, "sentence", "written otherwise"),
        *_more(len(changes.come), "author", "joined"),
        *_more(len(changes.gone), "author", "left"),
    ]
