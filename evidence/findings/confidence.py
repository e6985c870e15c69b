"""Confidence in a finding, computed by the declared rules of `confidence.yml`.

Modelled on the four components of GRADE-CERQual (Lewin et al. 2018, Implementation Science 13,
Suppl 1): methodological limitations, coherence, adequacy and relevance. CERQual is a panel's
judgement; this is a rule over the sources for and against a finding, and no substitute for one.
"""

from dataclasses import dataclass

from evidence.findings.selections import select
from evidence.model.claims import NO_DATA, PART, Finding, Value, holds
from evidence.model.declared import DISSENT, Component, Criterion
from evidence.model.evidence import Evidence

NO_CONCERN = "none"


@dataclass(frozen=True, slots=True)
class Concern:
    """What one component of confidence takes off, and what was measured."""

    name: str
    concern: str
    measured: tuple[tuple[Criterion, Value], ...]


@dataclass(frozen=True, slots=True)
class Confidence:
    """The level of confidence in a finding, and its components.

    Both are empty without declared rules, and where there is no verdict or no source behind it.
    """

    level: str
    components: tuple[Concern, ...]


def confidence(evidence: Evidence, finding: Finding) -> Confidence:
    """Return the confidence in a finding judged on this evidence."""
    rules = evidence.confidence
    behind = finding.supporting or finding.contrary
    if not rules.levels or not behind or finding.verdict == NO_DATA:
        return Confidence("", ())
    components = tuple(
        _concern(evidence, finding, name, row) for name, row in rules.components.items()
    )
    taken_off = sum(rules.takes_off.get(row.concern, 0) for row in components)
    level = rules.levels[min(taken_off, len(rules.levels) - 1)]
    return Confidence(level, components)


def _concern(evidence: Evidence, finding: Finding, name: str, component: Component) -> Concern:
    measured = tuple(
        (row, _measured(evidence, finding, row)) for row in component.criteria.values()
    )
    met = [
        concern
        for row, value in measured
        for concern, bound in row.bounds.items()
        if holds(float(value), bound)
    ]
    order = (NO_CONCERN, *evidence.confidence.takes_off)
    return Concern(name, max([NO_CONCERN, *met], key=order.index), measured)


def _measured(evidence: Evidence, finding: Finding, criterion: Criterion) -> Value:
    behind = frozenset((*finding.supporting, *finding.contrary))
    if criterion.share_of:
        within = behind & select(evidence, criterion.share_of)
        return Value(len(within), len(behind), PART)
    if criterion.built_in == DISSENT:
        fewer = min(len(finding.supporting), len(finding.contrary))
        return Value(fewer, len(behind), PART)
    return Value(len(evidence.studies(behind)))
