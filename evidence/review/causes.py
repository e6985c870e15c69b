"""What made a sentence differ: the findings, measures and codings that it rests on."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidence.findings.changes import Comparison, Move, SourceChange
from evidence.findings.measures import measures
from evidence.findings.rules import members
from evidence.model.claims import Finding, Number, Quotient, Ranked
from evidence.model.evidence import Evidence
from evidence.report.phrases import plural
from evidence.words import headline, number

# Of the sources that came or went; the tables of a comparison name all.
_NAMED = 8
_SHORT = 40
_ABSENT = "not there"
_ELSEWHERE = (
    "it rests on what is not compared: searches, screening, single coders, checklists, versions"
)
# Values of the report that no source bears, each with what does.
_APART = {
    "checked": "what people coded, or whom codebook.yml counts among them",
    "history": "the releases in history.yml",
}
# What puts numbers into words, by the scale of quantities.
_INTO_WORDS = {"measure_word", "quantity", "word", "than", "change"}

Members = frozenset[tuple[str, str]]
"""What is counted: for each source where it is counted, or as the holder of which code."""


class GroundKind(StrEnum):
    """What a sentence may rest on."""

    CLAIM = "claim"
    MEASURE = "measure"
    FACET = "facet"
    EXPRESSION = "expression"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, order=True)
class Ground:
    """What a sentence rests on: a claim by its id, a measure, a facet, an expression, a scale."""

    kind: GroundKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def grounds_of(code: str, evidence: Evidence) -> frozenset[Ground]:
    """Return what an inline expression names, and itself where that is nothing we know."""
    try:
        nodes = [*ast.walk(ast.parse(code, mode="eval"))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset({Ground(GroundKind.EXPRESSION, code)})
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    ids, facets = evidence.claims.ids(), evidence.codebook.facets
    found = {Ground(GroundKind.CLAIM, ids[name]) for name in names if name in ids}
    found |= {
        Ground(GroundKind.MEASURE, name) for name in evidence.claims.measures if name in texts
    }
    found |= {
        Ground(GroundKind.FACET, name)
        for name in facets
        if name in texts or plural(name.replace("-", "_")) in names
    }
    found = found or {Ground(GroundKind.EXPRESSION, code)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    if _INTO_WORDS & (names | attributes):
        found.add(Ground(GroundKind.SCALE, "quantities"))
    return frozenset(found)


def causes(
    grounds: Collection[Ground],
    values: Mapping[str, tuple[str, str]],
    old: Evidence,
    new: Evidence,
    comparison: Comparison,
) -> tuple[str, ...]:
    """Return what changed of all that a sentence rests on, in a line for each of that.

    Parameters
    ----------
    values
        What expressions gave, and what they give.
    """
    told: list[tuple[str, ...]] = []
    counting: dict[tuple[str, ...], list[str]] = {}
    for kind, name in sorted((ground.kind, ground.name) for ground in grounds):
        match kind:
            case GroundKind.CLAIM:
                told.append(tuple(_of_claim(name, old, new, comparison)))
            case GroundKind.MEASURE:
                told.append(tuple(_of_measure(name, old, new, comparison)))
            case GroundKind.FACET:
                rows = [row for row in comparison.sources if _speaks_of(row, name)]
                if rows:
                    counting.setdefault(tuple(_sources(rows)), []).append(name)
            case GroundKind.EXPRESSION:
                if name.partition(".")[0] in _APART:
                    moves: tuple[str, ...] = (_APART[name.partition(".")[0]],)
                elif name.endswith(".version"):
                    moves = ()
                else:
                    moves = tuple(_sources(comparison.sources)) or (_ELSEWHERE,)
                counting.setdefault(moves, []).append(_valued(name, values))
            case GroundKind.SCALE:
                told.append(tuple(_rules(name, comparison)))
    for moves, names in counting.items():
        told.append((", ".join(names), *moves))
    return tuple("; ".join(parts) for parts in told if parts) or (_ELSEWHERE,)


def _valued(code: str, values: Mapping[str, tuple[str, str]]) -> str:
    """Return an expression with its values, where these are short."""
    was, now = values.get(code, ("", ""))
    short = was and now and max(len(was), len(now)) < _SHORT
    return f"`{code}` is {now}, was {was}" if short else f"`{code}`"


def _of_claim(claim_id: str, old: Evidence, new: Evidence, comparison: Comparison) -> Iterator[str]:
    row = next(row for row in comparison.findings if row.claim_id == claim_id)
    yield from _otherwise(f"claim {claim_id}", _judged(row.old), _judged(row.new))
    then = (_judged(finding) for finding in row.baseline)
    yield from _otherwise(f"claim {claim_id} in the baseline edition", *then)
    yield from _rules(f"claims: {claim_id}", comparison)
    yield from _counting(claim_id, comparison)
    told: set[str] = set()
    for words, name in (("for it", "supporting"), ("against it", "contrary")):
        sides = [
            frozenset(("", source_id) for source_id in (getattr(finding, name) if finding else ()))
            for finding in (row.old, row.new)
        ]
        told |= {source_id for _, source_id in sides[0] ^ sides[1]}
        yield from _come_and_gone(comparison, words, *sides)
    counts = []
    for evidence in (old, new):
        claim = evidence.claims.claims.get(claim_id)
        numbers = (*claim.rule.numbers.values(), claim.rule.base) if claim else ()
        found = _members(numbers, evidence)
        counts.append(frozenset(pair for pair in found if pair[1] not in told))
    yield from _come_and_gone(comparison, "counted", *counts)


def _of_measure(name: str, old: Evidence, new: Evidence, comparison: Comparison) -> Iterator[str]:
    values, counts = [], []
    for evidence in (old, new):
        row = evidence.claims.measures.get(name)
        values.append(str(number(measures(evidence)[name].value)) if row else _ABSENT)
        counts.append(_members([row.number] if row else [], evidence))
    yield from _otherwise(f"measure {name}", *values)
    yield from _counting(name, comparison)
    yield from _come_and_gone(comparison, "counted", *counts)


def _otherwise(what: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield f"{what}: {new}, was {old}"


def _judged(finding: Finding | None) -> str:
    return f"{finding.outcome} ({headline(finding)})" if finding else _ABSENT


def _rules(path: str, comparison: Comparison) -> Iterator[str]:
    """Yield each threshold under a path that is another."""
    for row in comparison.rules:
        if row.what.startswith(f"{path}: "):
            yield from _otherwise(
                f"rule {row.what.removeprefix('claims: ')}", row.old or "none", row.new or "none"
            )


def _counting(name: str, comparison: Comparison) -> Iterator[str]:
    for row in comparison.counted:
        if row.name == name and row.old and row.new:
            yield "another rule says what is counted"


def _members(numbers: Iterable[Number], evidence: Evidence) -> Members:
    found: set[tuple[str, str]] = set()
    for number_ in numbers:
        match number_:
            case Quotient():
                found |= {("of", source_id) for _, source_id in members(evidence, number_.of)}
                found |= {("to", source_id) for _, source_id in members(evidence, number_.to)}
            case Ranked():
                continue
            case _:
                found |= members(evidence, number_)
    return frozenset(found)


def _come_and_gone(comparison: Comparison, what: str, old: Members, new: Members) -> Iterator[str]:
    moves = {row.source_id: row.move for row in comparison.sources}
    come = {source_id for _, source_id in new - old}
    gone = {source_id for _, source_id in old - new}
    for words, found in (
        (f"{what} now", come - gone),
        (f"{what} no longer", gone - come),
        (f"{what} otherwise", come & gone),
    ):
        if found:
            told = [f"{key} ({moves[key]})" if key in moves else key for key in sorted(found)]
            yield f"{words}: {_some(told)}"


def _sources(rows: Iterable[SourceChange]) -> Iterator[str]:
    by_move: dict[Move, list[str]] = {}
    for row in rows:
        by_move.setdefault(row.move, []).append(row.source_id)
    for move, source_ids in by_move.items():
        yield f"sources {move}: {_some(source_ids)}"


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED] if more > 1 else names)
    return f"{shown} and {more} more" if more > 1 else shown


def _speaks_of(row: SourceChange, facet: str) -> bool:
    return any(coding.facet == facet for coding in (*row.come, *row.gone))
