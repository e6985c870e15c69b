"""Claims judged on the evidence: the verdicts, and what carries them."""

import itertools
import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.findings.rules import RULES, Measure, Value
from evidence.model.evidence import Claim, Evidence, Quantities
from evidence.words import Number, percent

SUPPORTED, PARTLY, NOT_SUPPORTED, NO_DATA = "supported", "partly", "not-supported", "no-data"
VERDICTS = (SUPPORTED, PARTLY, NOT_SUPPORTED, NO_DATA)

# A share this near to its threshold is written with a decimal.
NEAR = 0.01
COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


class ClaimError(ValueError):
    """A claim in claims.yml that no rule can judge; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim judged on one edition of the evidence.

    Attributes
    ----------
    edition
        The year up to which sources count.
    silent
        True where the verdict is `not-supported` and no source says the contrary: the texts read
        do not speak to it, which is no denial.
    close
        True where one source more or fewer in what is counted would give another verdict.
    headline
        What was counted, in one phrase, for tables.
    supporting, contrary
        Source ids, sorted.
    codes
        Facet and code of the codings that the finding leans on.
    """

    claim_id: str
    section: str
    statement: str
    edition: int
    verdict: str
    silent: bool
    close: bool
    numbers: Mapping[str, Number]
    headline: str
    supporting: tuple[str, ...]
    contrary: tuple[str, ...]
    codes: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Editions:
    """The findings by claim id, for the edition of the baseline review and the current one.

    Attributes
    ----------
    quantities
        The scale by which their numbers are put into words.
    """

    then: Mapping[str, Finding]
    now: Mapping[str, Finding]
    quantities: Quantities


def judge(evidence: Evidence, claim_ids: Collection[str] | None = None) -> Mapping[str, Finding]:
    """Return the finding of each claim on this evidence, in the order of claims.yml.

    Parameters
    ----------
    claim_ids
        The claims to judge; by default all.

    Raises
    ------
    ClaimError
        For a claim without a rule, or a threshold on something its rule does not count.
    """
    edition = max((row.year for row in evidence.sources.values()), default=0)
    return MappingProxyType(
        {
            claim_id: _judge_claim(claim, _measure(claim, evidence), edition)
            for claim_id, claim in evidence.claims.claims.items()
            if claim_ids is None or claim_id in claim_ids
        }
    )


def movable(evidence: Evidence) -> tuple[str, ...]:
    """Return the claims whose verdict some single source might move, were it taken out.

    Of all others it is certain without trying: no count falls by more than one source is worth.
    """
    return tuple(
        claim_id
        for claim_id, claim in evidence.claims.claims.items()
        if _is_movable(claim, _measure(claim, evidence))
    )


def judge_editions(evidence: Evidence) -> Editions:
    """Return the findings for the edition of the baseline review's year and for all sources."""
    then = evidence.up_to(evidence.baseline().year)
    return Editions(judge(then), judge(evidence), evidence.quantities)


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return every finding: those of the baseline edition, then those of the current one."""
    editions = judge_editions(evidence)
    return (*editions.then.values(), *editions.now.values())


def holds(value: float, condition: str) -> bool:
    """Say whether `value` meets a condition of claims.yml such as ``>= 0.50``."""
    comparison, _, threshold = condition.partition(" ")
    return bool(COMPARISONS[comparison](value, float(threshold)))


def digits(claim: Claim, share: Value) -> int:
    """Return the decimals that a share needs as a percentage, lest it look like its threshold."""
    conditions = (*claim.supported.items(), *claim.partly.items())
    bounds = [float(bound.split()[1]) for name, bound in conditions if name == "share"]
    return int(any(abs(float(share) - bound) < NEAR for bound in bounds))


def _measure(claim: Claim, evidence: Evidence) -> Measure:
    rule = RULES.get(claim.claim_id)
    if rule is None:
        raise ClaimError(
            f"claims.yml: claim {claim.claim_id!r} has no rule in evidence/findings/rules.py; "
            f"rules exist for {', '.join(RULES)}"
        )
    measure = rule(evidence)
    unknown = sorted({*claim.supported, *claim.partly} - set(measure.values))
    if unknown:
        raise ClaimError(
            f"claims.yml: claim {claim.claim_id!r} sets a threshold on {', '.join(unknown)}, "
            f"which its rule does not count; it counts {', '.join(measure.values)}"
        )
    return measure


def _judge_claim(claim: Claim, measure: Measure, edition: int) -> Finding:
    verdict = _verdict(claim, measure.denominator, measure.values)
    numbers, headline = dict(measure.numbers), measure.headline
    if "share" in numbers:
        share = measure.values["share"]
        plain = numbers["share"].text
        numbers["share"] = percent(share.numerator, share.denominator, digits(claim, share))
        headline = headline.replace(plain, numbers["share"].text)
    return Finding(
        claim_id=claim.claim_id,
        section=claim.section,
        statement=claim.statement,
        edition=edition,
        verdict=verdict,
        silent=verdict == NOT_SUPPORTED and not measure.contrary,
        close=_is_close(claim, measure, verdict),
        numbers=MappingProxyType(numbers),
        headline=headline,
        supporting=tuple(sorted(measure.supporting)),
        contrary=tuple(sorted(measure.contrary)),
        codes=measure.codes,
    )


def _is_close(claim: Claim, measure: Measure, verdict: str) -> bool:
    return any(
        _verdict(claim, measure.denominator, {**measure.values, name: nudged}) != verdict
        for name, value in measure.values.items()
        for nudged in value.nudged()
    )


def _is_movable(claim: Claim, measure: Measure) -> bool:
    verdict = _verdict(claim, measure.denominator, measure.values)
    names = {*claim.supported, *claim.partly}
    possible = [[(name, value) for value in measure.values[name].without_one()] for name in names]
    # Over a single source, nothing would be left to judge.
    return measure.denominator <= 1 or any(
        _verdict(claim, denominator, dict(values)) != verdict
        for values in itertools.product(*possible)
        for denominator in (measure.denominator, measure.denominator - 1)
    )


def _verdict(claim: Claim, denominator: int, values: Mapping[str, Value]) -> str:
    if denominator < claim.minimum:
        return NO_DATA
    for verdict, conditions in ((SUPPORTED, claim.supported), (PARTLY, claim.partly)):
        if all(holds(float(values[name]), condition) for name, condition in conditions.items()):
            return verdict
    return NOT_SUPPORTED
