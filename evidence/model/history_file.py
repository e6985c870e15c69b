"""`history.yml` read, with every fault at once, and written."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from evidence.model.claims import SILENT, STRENGTH
from evidence.model.faults import Fault, FaultCode, quote
from evidence.model.history import (
    DATA,
    Changes,
    History,
    Release,
    VerdictChange,
    is_version,
    rank,
)
from evidence.model.yaml_nodes import Node, read_record

SEARCH_EVERY = 12
_LONGEST = 1200
HEAD = """\
# The releases of this report, the newest first. `evidence release` writes them, with what changed
# since the one before; only the words of a trigger are for people to change. `search_every` says
# after how many months `evidence due` calls for a new search.
"""
_OUTCOMES = (*STRENGTH, SILENT)
_CHANGES = ("since", "data", "numbers", "settings", "sentences")


def read_history(path: Path | None, faults: list[Fault]) -> History | None:
    """Read the releases, none where there is no file; None if anything in them is wrong."""
    if path is None:
        return History(SEARCH_EVERY)
    before = len(faults)
    top = read_record(path, faults, ("version", "search_every", "releases"))
    if not top:
        return None
    top["version"].number()
    months = top["search_every"].number()
    if months > _LONGEST:
        top["search_every"].fault(f"{months:,} months are no interval", f"at most {_LONGEST}")
    # Where nothing was released yet, the list is empty.
    nodes = top["releases"].items("[{version: 1.0.0, ...}]") if top["releases"].raw.value else ()
    releases = [release for node in nodes if (release := _release(node))]
    if len(faults) == before:
        for node, newer, older in zip(nodes[1:], releases, releases[1:], strict=False):
            _ordered(node, newer, older)
    return None if len(faults) > before else History(months, tuple(releases))


def _release(node: Node) -> Release | None:
    needed = ("version", "date", "tag", "authors", "data_version", "sources")
    parts = node.record(needed, ("trigger", "changes"))
    if not parts:
        return None
    return Release(
        version=_version(parts["version"]),
        date=parts["date"].day(),
        tag=parts["tag"].text(),
        trigger=parts["trigger"].text() if "trigger" in parts else "",
        authors=_names(parts, "authors"),
        data_version=parts["data_version"].text(),
        sources=parts["sources"].number(),
        changes=_changes(parts["changes"]) if "changes" in parts else None,
    )


def _changes(node: Node) -> Changes | None:
    parts = node.record(_CHANGES, ("verdicts", "rules", "come", "gone"))
    if not parts:
        return None
    moved = parts["verdicts"].items("[{claim: name, now: partly}]") if "verdicts" in parts else []
    return Changes(
        since=_version(parts["since"]),
        data=MappingProxyType({key: at.number() for key, at in parts["data"].record(DATA).items()}),
        verdicts=tuple(map(_verdict, moved)),
        numbers=parts["numbers"].number(),
        rules=_names(parts, "rules"),
        settings=parts["settings"].number(),
        sentences=parts["sentences"].number(),
        come=_names(parts, "come"),
        gone=_names(parts, "gone"),
    )


def _verdict(node: Node) -> VerdictChange:
    parts = node.record(("claim",), ("was", "now"))
    outcomes = {key: parts[key].text() for key in ("was", "now") if key in parts}
    for key, outcome in outcomes.items():
        if outcome not in _OUTCOMES:
            parts[key].unknown("verdict", outcome, _OUTCOMES)
    name = parts["claim"].text() if parts else ""
    return VerdictChange(name, outcomes.get("was", ""), outcomes.get("now", ""))


def _names(parts: Mapping[str, Node], key: str) -> tuple[str, ...]:
    return tuple(parts[key].names("[one]")) if key in parts else ()


def _version(node: Node) -> str:
    text = node.text()
    if text and not is_version(text):
        allowed = "three numbers parted by points, such as 1.2.0"
        node.fault(f"{quote(text)} is no version", allowed, code=FaultCode.BAD_FORM)
    return text


def _ordered(node: Node, newer: Release, older: Release) -> None:
    for what, wrong in (
        (f"version {older.version}", rank(older.version) >= rank(newer.version)),
        (f"date {older.date}", older.date > newer.date),
    ):
        if wrong:
            message = f"{what} is not before that of the release above it"
            node.fault(message, "the newest release first", code=FaultCode.RELEASE_ORDER)


def written(history: History) -> str:
    """Return the text of `history.yml`."""
    content = {
        "version": 1,
        "search_every": history.search_every,
        "releases": [_plain(row) for row in history.releases],
    }
    return HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


def _plain(release: Release) -> dict[str, Any]:
    plain = {
        "version": release.version,
        "date": release.date,
        "tag": release.tag,
        "trigger": release.trigger,
        "authors": [*release.authors],
        "data_version": release.data_version,
        "sources": release.sources,
        "changes": _plain_changes(release.changes) if release.changes else None,
    }
    # What is empty is left out, where it may be.
    return {key: value for key, value in plain.items() if value not in ("", None)}


def _plain_changes(changes: Changes) -> dict[str, Any]:
    plain = {
        "since": changes.since,
        "data": {key: changes.data[key] for key in DATA},
        "verdicts": [
            {
                key: text
                for key, text in (("claim", row.claim_id), ("was", row.was), ("now", row.now))
                if text
            }
            for row in changes.verdicts
        ],
        "numbers": changes.numbers,
        "rules": [*changes.rules],
        "settings": changes.settings,
        "sentences": changes.sentences,
        "come": [*changes.come],
        "gone": [*changes.gone],
    }
    return {key: value for key, value in plain.items() if value != []}
