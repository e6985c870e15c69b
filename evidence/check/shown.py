"""Which inline expressions readers see: those in wordings that the data do not call for are not."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evidence.check.wordings import EXPRESSION, MOVED
from evidence.findings.verdicts import Editions
from evidence.model.claims import Claims

Outcomes = Mapping[str, frozenset[str]]
"""By a claim's name or id the classes of the wordings that are shown."""


def outcomes(claims: Claims, editions: Editions) -> Outcomes:
    """Return which wordings the data call for."""
    found = {}
    for name, claim_id in claims.ids().items():
        now, then = editions.now[claim_id], editions.then.get(claim_id)
        moved = {MOVED} if then and then.outcome != now.outcome else frozenset[str]()
        found[name] = frozenset({now.outcome, *moved})
    return found


def seen(blocks: Any, shown: Outcomes, number: Callable[[str], str]) -> Mapping[str, list[bool]]:
    """Return of each inline expression whether readers see it, at each of its places in turn.

    Parameters
    ----------
    blocks
        The prose as Pandoc reads it.
    number
        What an expression gives: by that the filter of chapters chooses after a number.
    """
    found: dict[str, list[bool]] = defaultdict(list)
    for code, visible in _expressions(blocks, shown, number, visible=True):
        found[code].append(visible)
    return found


def _expressions(
    node: Any, shown: Outcomes, number: Callable[[str], str], *, visible: bool
) -> Iterator[tuple[str, bool]]:
    if isinstance(node, list):
        for part in node:
            yield from _expressions(part, shown, number, visible=visible)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("t")
    content: Any = node.get("c")
    if kind == "Code" and content[1].startswith(EXPRESSION):
        yield content[1].removeprefix(EXPRESSION).strip(), visible
    elif kind in ("Div", "Span"):
        (_, classes, pairs), parts = content
        cases: frozenset[str] | None = shown.get(dict(pairs).get("claim", ""))
        if "number" in classes:
            # A block begins with a paragraph that holds the number.
            lead = parts[0]["c"] if parts and parts[0]["t"] in ("Para", "Plain") else parts
            first = lead[0]["c"][1] if lead and lead[0]["t"] == "Code" else ""
            cases = frozenset({number(first.removeprefix(EXPRESSION).strip())})
        for part in parts:
            chosen = cases is None or not cases.isdisjoint(_classes(part))
            yield from _expressions(part, shown, number, visible=visible and chosen)
    else:
        yield from _expressions(content, shown, number, visible=visible)


def _classes(node: Any) -> list[str]:
    classes: list[str] = node["c"][0][1] if node["t"] in ("Div", "Span") else []
    return classes
