"""The evidence varied: each variant is the evidence under another choice, judged by the same rules.

A variant answers one doubt (another coder, other sources, another unit of counting) and leaves the
rest alone. The baseline review stays: it is never counted, and gives the year of the first edition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from evidence.findings.changes import without
from evidence.findings.confidence import ADULT_SECTOR, UNITED_KINGDOM
from evidence.model.evidence import Evidence

REVIEW_DESIGNS = frozenset({"systematic-review", "literature-review"})
REVIEW_GROUP = "review"
FIFTH_SEARCH = "inquiries"
ADDED_OUTCOME = "general"


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant of the evidence and its names.

    Attributes
    ----------
    heading
        Its name at the head of a column.
    phrase
        Its name inside a sentence: "with pass A alone".
    meaning
        What is done to the evidence, for the key of the tables.
    of
        Makes the varied evidence.
    """

    heading: str
    phrase: str
    meaning: str
    of: Callable[[Evidence], Evidence]


def reconciled_only(evidence: Evidence) -> Evidence:
    """Return the evidence without what each coder said alone, which no rule looks at."""
    return _of_coder(evidence, evidence.codebook.agreed)


def coder_a(evidence: Evidence) -> Evidence:
    """Let the codings and appraisals of coder A stand in for the agreed ones."""
    return _of_coder(evidence, "A")


def coder_b(evidence: Evidence) -> Evidence:
    """Let the codings and appraisals of coder B stand in for the agreed ones."""
    return _of_coder(evidence, "B")


def _of_coder(evidence: Evidence, coder: str) -> Evidence:
    agreed = evidence.codebook.agreed
    return replace(
        evidence,
        codings=tuple(replace(row, coder=agreed) for row in evidence.codings if row.coder == coder),
        appraisals=tuple(
            replace(row, coder=agreed) for row in evidence.appraisals if row.coder == coder
        ),
    )


def both_coders(evidence: Evidence) -> Evidence:
    """Keep of the agreed codings those that both coders made alike; appraisals stay."""
    return replace(
        evidence,
        codings=tuple(
            row
            for row in evidence.codings
            if row.coder != evidence.codebook.agreed or row.reconciled == "both"
        ),
    )


def without_amendment(evidence: Evidence) -> Evidence:
    """Leave out the outcome that was added to the codebook and the claims in reconciliation."""
    return replace(
        evidence,
        codings=tuple(
            row for row in evidence.codings if (row.facet, row.code) != ("outcome", ADDED_OUTCOME)
        ),
    )


def without_reviews(evidence: Evidence) -> Evidence:
    """Leave out what reports the findings of others, which may be sources here themselves.

    That is more than the two review designs: the group `review` also has overviews of case
    reviews, whose design is `inquiry`.
    """
    return without(
        evidence,
        {
            key
            for key in evidence.counted()
            if REVIEW_DESIGNS & {*evidence.values(key, "design")}
            or REVIEW_GROUP in evidence.values(key, "groups")
        },
    )


def without_adult_services(evidence: Evidence) -> Evidence:
    """Leave out the sources on health and social care, which are mainly about adults."""
    return without(
        evidence,
        {key for key in evidence.counted() if ADULT_SECTOR in evidence.values(key, "sector")},
    )


def uk_only(evidence: Evidence) -> Evidence:
    """Keep the sources from the United Kingdom."""
    return without(
        evidence,
        {key for key in evidence.counted() if evidence.sources[key].country not in UNITED_KINGDOM},
    )


def without_low_weight(evidence: Evidence) -> Evidence:
    """Leave out the sources of low weight."""
    return without(
        evidence, {key for key in evidence.counted() if "low" in evidence.values(key, "weight")}
    )


def without_fifth_search(evidence: Evidence) -> Evidence:
    """Leave out the sources that only the fifth search found.

    Sources whose text it replaced stay, with that text: the earlier one is not kept.
    """
    return without(
        evidence,
        {
            row.source_id
            for row in evidence.screening
            if row.search == FIFTH_SEARCH and row.decision == "include"
        },
    )


def abstracts_only(evidence: Evidence) -> Evidence:
    """Keep the sources read as an abstract."""
    return without(
        evidence,
        {key for key in evidence.counted() if evidence.sources[key].basis != "abstract"},
    )


def each_source_by_itself(evidence: Evidence) -> Evidence:
    """Count every source as a study of its own."""
    return replace(
        evidence,
        sources=MappingProxyType(
            {key: replace(row, study=key) for key, row in evidence.sources.items()}
        ),
    )


OF_CODING: Mapping[str, Variant] = MappingProxyType(
    {
        "coder-a": Variant(
            "Pass A alone",
            "with pass A alone",
            "The codings and appraisals of pass A, as they were before reconciliation.",
            coder_a,
        ),
        "coder-b": Variant(
            "Pass B alone",
            "with pass B alone",
            "The codings and appraisals of pass B, as they were before reconciliation.",
            coder_b,
        ),
        "both-coders": Variant(
            "Alike in both",
            "with codings alike in both passes",
            "Only the codings that both passes made alike; the agreed appraisals.",
            both_coders,
        ),
        "no-amendment": Variant(
            "As first fixed",
            "with the rules as first fixed",
            "Without the outcome *general*, which was added to the codebook and to the claims when "
            "the passes were reconciled.",
            without_amendment,
        ),
        "by-source": Variant(
            "By source",
            "with each source counted by itself",
            "Each source counts by itself, also where several report one study.",
            each_source_by_itself,
        ),
    }
)
OF_SOURCES: Mapping[str, Variant] = MappingProxyType(
    {
        "no-reviews": Variant(
            "No reviews",
            "without reviews",
            "Without sources of a review design or in the group of reviews, which may count a "
            "study a second time.",
            without_reviews,
        ),
        "no-adult-services": Variant(
            "No adult services",
            "without adult services",
            "Without sources on health and social care, mainly of adults.",
            without_adult_services,
        ),
        "uk-only": Variant(
            "UK only",
            "with sources from the United Kingdom alone",
            "Only sources from the United Kingdom or one of its nations.",
            uk_only,
        ),
        "no-low-weight": Variant(
            "No low weight",
            "without sources of low weight",
            "Without sources of low weight. These measure no outcomes, so statements on other "
            "matters lose their ground by definition.",
            without_low_weight,
        ),
        "no-fifth-search": Variant(
            "No fifth search",
            "without the fifth search",
            "Without the sources that the search for inquiries added.",
            without_fifth_search,
        ),
        "abstracts-only": Variant(
            "Abstracts only",
            "with abstracts alone",
            "Only sources read as an abstract.",
            abstracts_only,
        ),
    }
)
VARIANTS: Mapping[str, Variant] = MappingProxyType({**OF_CODING, **OF_SOURCES})
