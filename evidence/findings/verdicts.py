"""Claims judged on the evidence: the verdicts, and what carries them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.findings.rules import Tally, leaning
from evidence.findings.selections import select
from evidence.model.claims import NOT_SUPPORTED, Claim, Finding
from evidence.model.evidence import Evidence, Quantities


@dataclass(frozen=True, slots=True, repr=False)
class Editions:
    """The findings by claim id: up to the baseline review's year, after it, and on all sources.

    Without a baseline review there are only those on all sources. By the scale of quantities
    their numbers are put into words.
    """

    then: Mapping[str, Finding]
    since: Mapping[str, Finding]
    now: Mapping[str, Finding]
    quantities: Quantities

    def __repr__(self) -> str:
        return f"<Editions: {len(self.now)} findings now, {len(self.then)} in the earlier edition>"


def judge(evidence: Evidence, claim_ids: Collection[str] | None = None) -> Mapping[str, Finding]:
    """Return the finding of each claim, or of those given, in the order of claims.yml."""
    newest = max((row.year for row in evidence.sources.values()), default=0)
    edition = newest if evidence.edition is None else evidence.edition
    return MappingProxyType(
        {
            claim_id: _finding(claim, evidence, edition)
            for claim_id, claim in evidence.claims.claims.items()
            if claim_ids is None or claim_id in claim_ids
        }
    )


def judge_editions(evidence: Evidence) -> Editions:
    """Return the findings on the sources up to the baseline review's year, after it, and on all."""
    baseline = evidence.baseline()
    then = judge(evidence.up_to(baseline.year)) if baseline else {}
    since = judge(evidence.since(baseline.year)) if baseline else {}
    return Editions(then, since, judge(evidence), evidence.quantities)


def main_condition(claim: Claim) -> str:
    """Return the condition whose value is the claim's main number.

    It is the share that the verdict `supported` depends on or, where that depends on no plain
    share, the first value it depends on: a ratio, a count, the lowest of several.
    """
    return "share" if "share" in claim.supported else next(iter(claim.supported))


def _finding(claim: Claim, evidence: Evidence, edition: int) -> Finding:
    tally, rule = Tally.of(claim, evidence), claim.rule
    verdict = tally.verdict()
    contrary = select(evidence, rule.contrary) if rule.contrary else frozenset()
    return Finding(
        claim_id=claim.claim_id,
        section=claim.section,
        statement=claim.statement,
        edition=edition,
        verdict=verdict,
        silent=verdict == NOT_SUPPORTED and not contrary,
        close=tally.close(),
        values=tally.values(),
        main=rule.main,
        supporting=tuple(sorted(select(evidence, rule.supporting))),
        contrary=tuple(sorted(contrary)),
        codes=leaning(claim, evidence),
    )
