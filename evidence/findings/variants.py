"""How far the verdicts hold: the evidence under other choices, and without each single source.

The baseline stays under each variant: it is never counted, and gives the year of the first edition.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from evidence.findings.selections import meets, select
from evidence.findings.verdicts import judge, movable
from evidence.model.claims import NO_DATA, STRENGTH, Finding
from evidence.model.declared import SOURCE_UNIT, Variant
from evidence.model.evidence import Evidence

STRONGER, WEAKER, OTHER = "stronger", "weaker", "other"

Findings = Mapping[str, Finding]


def vary(evidence: Evidence, variant: Variant) -> Evidence:
    """Return the evidence under another choice."""
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


def leave_one_out(evidence: Evidence) -> Mapping[str, Findings]:
    """Return, for every claim, the sources without any one of which it has another verdict.

    This is the jackknife of Quenouille and Tukey put to verdicts: each counted source is taken
    out in turn and every claim judged again on what is left, except the claims of which the
    counts alone show that no source could move them. By source is the finding without it.
    """
    agreed = evidence.codebook.agreed
    # What a coder said alone bears on no finding.
    counted = replace(
        evidence,
        codings=tuple(row for row in evidence.codings if row.coder == agreed),
        appraisals=tuple(row for row in evidence.appraisals if row.coder == agreed),
    )
    whole = judge(counted)
    changed: dict[str, dict[str, Finding]] = {claim_id: {} for claim_id in whole}
    close = movable(counted)
    for source_id in sorted(counted.counted()) if close else ():
        for claim_id, finding in judge(counted.without({source_id}), close).items():
            if finding.verdict != whole[claim_id].verdict:
                changed[claim_id][source_id] = finding
    return MappingProxyType({key: MappingProxyType(rows) for key, rows in changed.items()})


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
