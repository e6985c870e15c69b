"""Claims judged on the evidence: the verdicts, and what carries them."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from evidence.findings.rules import RULES, Measure
from evidence.model.claims import (
    NO_DATA,
    NOT_SUPPORTED,
    PARTLY,
    SUPPORTED,
    Finding,
    Value,
    holds,
)
from evidence.model.evidence import Claim, Evidence, Quantities

# A share this near to its threshold is written with a decimal.
NEAR = 0.01


class ClaimError(ValueError):
    """A claim in claims.yml that no rule can judge; the message says what would do."""


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
    then = evidence.up_to(evidence.first_year())
    return Editions(judge(then), judge(evidence), evidence.quantities)


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return every finding: those of the baseline edition, then those of the current one."""
    editions = judge_editions(evidence)
    return (*editions.then.values(), *editions.now.values())


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
    values = dict(measure.values)
    if share := values.get("share"):
        values["share"] = replace(share, decimals=digits(claim, share))
    return Finding(
        claim_id=claim.claim_id,
        section=claim.section,
        statement=claim.statement,
        edition=edition,
        verdict=verdict,
        silent=verdict == NOT_SUPPORTED and not measure.contrary,
        close=_is_close(claim, measure, verdict),
        values=MappingProxyType(values),
        main=measure.main,
        supporting=tuple(sorted(measure.supporting)),
        contrary=tuple(sorted(measure.contrary)),
        codes=measure.codes,
    )


def _is_close(claim: Claim, measure: Measure, verdict: str) -> bool:
    return any(
        _verdict(claim, measure.denominator, {**measure.values, name: nudged}) != verdict
        for name, value in measure.values.items()
        for nudged in _nudged(value)
    )


def _nudged(value: Value) -> tuple[Value, Value]:
    below, above = max(value.numerator - 1, 0), value.numerator + 1
    return replace(value, numerator=below), replace(value, numerator=above)


def _without_one(value: Value, fall: int) -> Iterator[Value]:
    for numerator in range(max(value.numerator - fall, 0), value.numerator + 1):
        # A plain count stands over one, and has no sources below the line.
        for denominator in {value.denominator, max(value.denominator - 1, 1)}:
            yield replace(value, numerator=numerator, denominator=denominator)


def _is_movable(claim: Claim, measure: Measure) -> bool:
    verdict = _verdict(claim, measure.denominator, measure.values)
    names = {*claim.supported, *claim.partly}
    possible = [
        [(name, value) for value in _without_one(measure.values[name], measure.falls.get(name, 1))]
        for name in names
    ]
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
