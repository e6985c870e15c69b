"""What the chapters of this review say of its tests: their forms, and how long they looked."""

from dataclasses import dataclass
from statistics import median
from typing import cast

from evidence.findings.measures import measures
from evidence.findings.variants import vary
from evidence.model.claims import WithEffects
from evidence.model.evidence import Evidence
from evidence.report.markup import sentence_list
from evidence.words import UNDEFINED, Number, number

# As they stand within a sentence.
FORMS = {
    "strategy": "joint strategies",
    "structure": "merged structures",
    "co-location": "services under one roof",
    "team": "one team of several professions",
    "key-worker": "a key worker",
    "referral": "shared referral and assessment",
    "collaborative-care": "specialists who work in primary care or schools",
    "wraparound": "one plan around a child",
}
# A form tested less often says little, and is not ranked.
FEWEST_TESTS = 4


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How long the studies of a selection followed what they measured, in months.

    Attributes
    ----------
    studies
        Those that say so.
    typical, longest
        Of the longest follow-up of each study the median and the maximum; 0 where none says so.
    """

    studies: int
    typical: float
    longest: int


def follow_up(evidence: Evidence, selection: str) -> FollowUp:
    """Return how long studies followed the effects that a selection of claims.yml is of."""
    meant = cast("WithEffects", evidence.claims.selections[selection])
    months: dict[str, int] = {}
    for effect in evidence.agreed_effects:
        if effect.meets(meant.where) and effect.follow_up_months:
            (study,) = evidence.studies([effect.source_id])
            months[study] = max(months.get(study, 0), effect.follow_up_months)
    found = months.values()
    return FollowUp(len(found), median(found) if found else 0, max(found, default=0))


def forms_by_record(evidence: Evidence) -> tuple[str, ...]:
    """Return the forms of integration that were tested often enough, the best record first.

    The record is the share of tests in which most outcomes for children were better, as the
    measures `form-…` of claims.yml count it. Forms that are level stay in the codebook's order.
    """
    found = measures(evidence)
    shares = {
        form: found[f"form-{form}"].value
        for form in evidence.codebook.effects["form"].values
        if f"form-{form}" in found
    }
    tested = [form for form, row in shares.items() if row.denominator >= FEWEST_TESTS]
    return tuple(sorted(tested, key=lambda form: -float(shares[form])))


def best_forms(evidence: Evidence) -> str:
    """Return the two forms with the best record, as a phrase; undefined where there are no two."""
    best = forms_by_record(evidence)[:2]
    return sentence_list([FORMS[form] for form in best]) if len(best) == 2 else UNDEFINED


def under(evidence: Evidence, measure: str, variant: str) -> Number:
    """Return a measure of claims.yml as it comes out under a variant."""
    return number(measures(vary(evidence, evidence.variants[variant]))[measure].value)
