"""How far the verdicts hold: the evidence under other choices, and without each single source.

The baseline stays under each variant: it is never counted, and gives the year of the first edition.
"""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from evidence.findings.rules import Part, Tally, falls
from evidence.findings.selections import asks_for_effects, meets, select
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, SILENT, STRENGTH, Claim, Codes, Finding
from evidence.model.declared import SOURCE_UNIT, Variant
from evidence.model.evidence import Evidence

STRONGER, WEAKER, OTHER = "stronger", "weaker", "other"

Findings = Mapping[str, Finding]


def vary(evidence: Evidence, variant: Variant) -> Evidence:
    """Return the evidence under another choice, made once."""
    if variant not in evidence.worked_out:
        evidence.worked_out[variant] = _vary(evidence, variant)
    return cast("Evidence", evidence.worked_out[variant])


def _vary(evidence: Evidence, variant: Variant) -> Evidence:
    if variant.coder:
        evidence = evidence.as_coded_by(variant.coder)
    agreed, kept = evidence.codebook.agreed, variant.reconciled
    codings = tuple(
        row
        for row in evidence.codings
        if not (
            (kept and row.coder == agreed and row.reconciled != kept)
            or (
                variant.leave_out_codings
                and meets((row.facet, row.code, row.stance), variant.leave_out_codings)
            )
        )
    )
    effects = tuple(
        row
        for row in evidence.effects
        if not (kept and row.coder == agreed and row.reconciled != kept)
    )
    evidence = replace(evidence, codings=codings, effects=effects)
    left_out = {
        row.source_id
        for row in evidence.screening
        if row.search == variant.leave_out_search and row.decision == "include"
    }
    if variant.leave_out:
        left_out |= select(evidence, variant.leave_out)
    if variant.keep:
        left_out |= evidence.counted() - select(evidence, variant.keep)
    evidence = evidence.without(left_out & evidence.counted())
    if variant.unit == SOURCE_UNIT:
        alone = {key: replace(row, study=key) for key, row in evidence.sources.items()}
        evidence = replace(evidence, sources=MappingProxyType(alone))
    return evidence


def under_variants(evidence: Evidence) -> Mapping[str, Findings]:
    """Return the findings under each variant, by its name and the claim's id."""
    return MappingProxyType(
        {name: judge(vary(evidence, variant)) for name, variant in evidence.variants.items()}
    )


def leave_one_out(evidence: Evidence) -> Mapping[str, Mapping[str, str]]:
    """Return, for every claim, the sources without any one of which it has another verdict.

    This is the jackknife of Quenouille and Tukey put to verdicts: each counted source is taken
    out in turn and every claim judged on what is left. By source is the outcome without it.

    Notes
    -----
    Sources that lower the same counts give the same verdict, so that it is judged once for all of
    them. Where a claim asks for effects, what is left of a study may count otherwise than before:
    the sources of such studies are taken out one by one.
    """
    reporting = Counter(
        evidence.sources[one].study for one in {row.source_id for row in evidence.agreed_effects}
    )
    entangled = {
        row.source_id
        for row in evidence.agreed_effects
        if reporting[evidence.sources[row.source_id].study] > 1
    }
    return MappingProxyType(
        {
            claim_id: MappingProxyType(_decisive(evidence, claim, entangled))
            for claim_id, claim in evidence.claims.claims.items()
        }
    )


def _decisive(evidence: Evidence, claim: Claim, entangled: Set[str]) -> dict[str, str]:
    tally, rule = Tally.of(claim, evidence), claim.rule
    verdict = tally.verdict()
    fallen: dict[str, dict[Part, int]] = {}
    for part in tally.sizes:
        for source_id, number in falls(evidence, part).items():
            fallen.setdefault(source_id, {})[part] = number
    # Of several contrary sources one at least is left.
    contrary = select(evidence, rule.contrary) if rule.contrary else frozenset()
    verdicts: dict[frozenset[tuple[Part, int]], str] = {}
    found = {}
    for source_id, lower in fallen.items():
        key = frozenset(lower.items())
        if key not in verdicts:
            verdicts[key] = tally.without(lower).verdict()
        if verdicts[key] != verdict:
            silent = verdicts[key] == NOT_SUPPORTED and contrary <= {source_id}
            found[source_id] = SILENT if silent else verdicts[key]
    asked = [part.within if isinstance(part, Codes) else part.selection for part in tally.sizes]
    if any(map(asks_for_effects, [*asked, rule.contrary] if rule.contrary else asked)):
        for source_id in entangled:
            finding = judge(evidence.without({source_id}), [claim.claim_id])[claim.claim_id]
            found.pop(source_id, None)
            if finding.verdict != verdict:
                found[source_id] = finding.outcome
    return dict(sorted(found.items()))


def movement(before: Finding, after: Finding) -> str | None:
    """Say whether a verdict is stronger or weaker than before, or None where it is the same.

    A verdict that comes or goes for want of sources is `other`: it is on no scale.
    """
    if before.verdict == after.verdict:
        return None
    if NO_DATA in (before.verdict, after.verdict):
        return OTHER
    rose = STRENGTH.index(after.verdict) > STRENGTH.index(before.verdict)
    return STRONGER if rose else WEAKER
