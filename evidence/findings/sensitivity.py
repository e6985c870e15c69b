"""How far the verdicts hold: each claim under each variant, and without each single source."""

from collections.abc import Mapping
from types import MappingProxyType

from evidence.findings.changes import without
from evidence.findings.variants import VARIANTS, reconciled_only
from evidence.findings.verdicts import judge, movable
from evidence.model.claims import NOT_SUPPORTED, PARTLY, SUPPORTED, Finding
from evidence.model.evidence import Evidence

STRONGER, WEAKER, OTHER = "stronger", "weaker", "other"
_STRENGTH = (NOT_SUPPORTED, PARTLY, SUPPORTED)

Findings = Mapping[str, Finding]


def under_variants(evidence: Evidence) -> Mapping[str, Findings]:
    """Return the findings under each variant, by its name and the claim's id."""
    return MappingProxyType(
        {name: judge(variant.of(evidence)) for name, variant in VARIANTS.items()}
    )


def leave_one_out(evidence: Evidence) -> Mapping[str, Findings]:
    """Return, per claim, the sources without any one of which it has another verdict.

    Returns
    -------
    Mapping
        Claim id to source id to the finding without that source; every claim is there.

    Notes
    -----
    This is the jackknife of Quenouille and Tukey put to verdicts: each counted source is taken
    out in turn and every claim judged again on what is left, except the claims of which the
    counts alone show that no source could move them.
    """
    counted = reconciled_only(evidence)
    whole = judge(counted)
    changed: dict[str, dict[str, Finding]] = {claim_id: {} for claim_id in whole}
    close = movable(counted)
    for source_id in sorted(counted.counted()) if close else ():
        for claim_id, finding in judge(without(counted, {source_id}), close).items():
            if finding.verdict != whole[claim_id].verdict:
                changed[claim_id][source_id] = finding
    return MappingProxyType({key: MappingProxyType(rows) for key, rows in changed.items()})


def movement(before: Finding, after: Finding) -> str | None:
    """Say whether a verdict is stronger or weaker than before, or None where it is the same.

    A verdict that comes or goes for want of sources is `other`: it is on no scale.
    """
    if before.verdict == after.verdict:
        return None
    if before.verdict not in _STRENGTH or after.verdict not in _STRENGTH:
        return OTHER
    rose = _STRENGTH.index(after.verdict) > _STRENGTH.index(before.verdict)
    return STRONGER if rose else WEAKER
