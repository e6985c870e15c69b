"""Confidence in a finding, computed by the declared rules of `data/confidence.yml`.

Modelled on the four components of GRADE-CERQual (Lewin et al. 2018, Implementation Science 13,
Suppl 1): methodological limitations, coherence, adequacy and relevance. CERQual is a panel's
judgement; this is a rule over the sources for and against a finding, and no substitute for one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evidence.findings.verdicts import ClaimError
from evidence.model.claims import Finding, holds
from evidence.model.evidence import Evidence
from evidence.words import Number, count, part

UNITED_KINGDOM = frozenset({"UK", "England", "England and Wales", "Scotland", "Wales"})
DISCURSIVE_DESIGNS = frozenset({"conceptual", "guidance", "literature-review"})
ADULT_SECTOR = "health-social-care"
NO_CONCERN = "none"


@dataclass(frozen=True, slots=True)
class Concern:
    """What one component of confidence takes off, and why in words."""

    name: str
    concern: str
    reason: str


@dataclass(frozen=True, slots=True)
class Confidence:
    """The level of confidence in a finding, and its four components with their reasons."""

    level: str
    components: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    number: Number
    reason: str


def confidence(evidence: Evidence, finding: Finding) -> Confidence:
    """Return the confidence in a finding judged on this evidence.

    Raises
    ------
    ClaimError
        Where confidence.yml names a measure that is not counted here.
    """
    rules = evidence.confidence
    components = tuple(
        _component(
            name,
            tuple(rules.takes_off),
            {
                _counted(evidence, finding, measure): bounds
                for measure, bounds in row.measures.items()
            },
        )
        for name, row in rules.components.items()
    )
    taken_off = sum(rules.takes_off.get(row.concern, 0) for row in components)
    level = rules.levels[min(taken_off, len(rules.levels) - 1)]
    return Confidence(level, components)


def _counted(evidence: Evidence, finding: Finding, measure: str) -> _Measured:
    if measure not in MEASURES:
        raise ClaimError(
            f"confidence.yml: nothing counts the measure {measure!r}; "
            f"there are {', '.join(MEASURES)}"
        )
    return MEASURES[measure](evidence, finding)


def _component(
    name: str, concerns: tuple[str, ...], measured: Mapping[_Measured, Mapping[str, str]]
) -> Concern:
    order = (NO_CONCERN, *concerns)
    met = [
        concern
        for row, bounds in measured.items()
        for concern, bound in bounds.items()
        if holds(row.number.value, bound)
    ]
    worst = max([NO_CONCERN, *met], key=order.index)
    return Concern(name, worst, "; ".join(row.reason for row in measured))


def _behind(finding: Finding) -> frozenset[str]:
    return frozenset((*finding.supporting, *finding.contrary))


def _share_where(finding: Finding, test: Callable[[str], bool], words: str) -> _Measured:
    behind = _behind(finding)
    share = part(sum(test(key) for key in behind), len(behind))
    return _Measured(share, f"{share} sources behind it {words}")


def _discursive(evidence: Evidence, finding: Finding) -> _Measured:
    return _share_where(
        finding,
        lambda key: bool(DISCURSIVE_DESIGNS & {*evidence.values(key, "design")}),
        "without data or a stated method",
    )


def _dissent(_: Evidence, finding: Finding) -> _Measured:
    fewer = min(len(finding.supporting), len(finding.contrary))
    share = part(fewer, len(_behind(finding)))
    reason = f"{count(len(finding.supporting)):source} for it, {len(finding.contrary):,} against"
    return _Measured(share, reason)


def _studies(evidence: Evidence, finding: Finding) -> _Measured:
    studies = count(len(evidence.studies(_behind(finding))))
    return _Measured(studies, f"{studies:study/studies} behind it")


def _abstracts(evidence: Evidence, finding: Finding) -> _Measured:
    return _share_where(
        finding,
        lambda key: evidence.sources[key].basis == "abstract",
        "read as an abstract only",
    )


def _adult(evidence: Evidence, finding: Finding) -> _Measured:
    return _share_where(
        finding, lambda key: ADULT_SECTOR in evidence.values(key, "sector"), "mainly about adults"
    )


def _abroad(evidence: Evidence, finding: Finding) -> _Measured:
    return _share_where(
        finding,
        lambda key: evidence.sources[key].country not in UNITED_KINGDOM,
        "from outside the United Kingdom",
    )


MEASURES: Mapping[str, Callable[[Evidence, Finding], _Measured]] = {
    "discursive_share": _discursive,
    "dissent_share": _dissent,
    "studies": _studies,
    "abstract_share": _abstracts,
    "adult_share": _adult,
    "abroad_share": _abroad,
}
