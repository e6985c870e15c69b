"""What became of each record that the searches turned up: the boxes of PRISMA 2020, proved.

The log keeps one decision and one reason for each record and not the stage at which it fell. The
stage follows from the reason, by `STAGES`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.model.evidence import Evidence, Record

INCLUDE, EXCLUDE, MERGED = "include", "exclude", "merged"
# From the first stage to the last but one; a reason not named here is one of eligibility.
REMOVED, SCREENED_OUT, NOT_RETRIEVED, NOT_ELIGIBLE = range(4)
STAGES: Mapping[str, int] = MappingProxyType(
    {
        "duplicate": REMOVED,
        "off-topic": SCREENED_OUT,
        "not-taken-up": SCREENED_OUT,
        "no-readable-text": NOT_RETRIEVED,
    }
)
LAST = NOT_ELIGIBLE + 1


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that the flow has to keep: a box, and what its number is made up of."""

    box: str
    whole: int
    parts: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Say whether the parts make up the whole."""
        return sum(self.parts) == self.whole

    def __str__(self) -> str:
        """Return the sum written out: "1,020 + 180 = 1,200"."""
        parts = [f"{number:,}" for number in self.parts if number]
        return f"{' + '.join(parts) or 0} = {self.whole:,}"


@dataclass(frozen=True, slots=True)
class Flow:
    """The counts of the screening, which add up or are refused; each box is counted by itself.

    Attributes
    ----------
    searches
        Search to its number of queries and of records.
    removed, screened_out, not_retrieved, not_eligible
        Reason to number of records that fell at this stage, most frequent first.
    screened, sought, assessed
        Records that came to the stage.
    merged
        Records of a document that another record includes.
    merged_into
        Number of sources that the merged records added text to.
    included
        Records that became a document included.
    baseline, later, counted
        The documents included, by what becomes of them: the review replicated, those published
        after this edition's year, and the sources that count.
    studies
        Number of studies that the counted sources report.
    """

    searches: Mapping[str, tuple[int, int]]
    records: int
    removed: Mapping[str, int]
    screened: int
    screened_out: Mapping[str, int]
    sought: int
    not_retrieved: Mapping[str, int]
    assessed: int
    not_eligible: Mapping[str, int]
    merged: int
    merged_into: int
    included: int
    baseline: int
    later: int
    counted: int
    studies: int

    def __post_init__(self) -> None:
        for proof in self.sums:
            if not proof.holds:
                raise ValueError(
                    f"screening.csv: {proof.box} do not add up ({proof} is wrong); each record "
                    f"is {INCLUDE}, {EXCLUDE} or {MERGED}, and each source is included by one"
                )

    @property
    def queries(self) -> int:
        """Return the number of queries in all searches."""
        return sum(queries for queries, _ in self.searches.values())

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Return every sum of the flow, from the first box to the last."""
        removed, screened_out, not_retrieved, not_eligible = (
            sum(reasons.values())
            for reasons in (
                self.removed,
                self.screened_out,
                self.not_retrieved,
                self.not_eligible,
            )
        )
        by_search = tuple(records for _, records in self.searches.values())
        return (
            Sum("records by search", self.records, by_search),
            Sum("records identified", self.records, (removed, self.screened)),
            Sum("records screened", self.screened, (screened_out, self.sought)),
            Sum("reports sought", self.sought, (not_retrieved, self.assessed)),
            Sum("reports assessed", self.assessed, (not_eligible, self.merged, self.included)),
            Sum("documents included", self.included, (self.baseline, self.later, self.counted)),
        )


def screening_counts(evidence: Evidence) -> Flow:
    """Count the screening of this edition.

    Raises
    ------
    ValueError
        Where the records do not add up to the sources.
    """
    queries = Counter(row.search for row in evidence.searches)
    records = Counter(row.search for row in evidence.screening)
    names = dict.fromkeys([*queries, *records])
    stages = [stage for row in evidence.screening if (stage := _stage(row)) is not None]
    included = [row.source_id for row in evidence.screening if row.decision == INCLUDE]
    merged = [row.source_id for row in evidence.screening if row.decision == MERGED]
    fallen = [
        Counter(
            row.reason
            for row in evidence.screening
            if row.decision == EXCLUDE and _stage(row) == stage
        )
        for stage in range(LAST)
    ]
    removed, screened_out, not_retrieved, not_eligible = (
        dict(reasons.most_common()) for reasons in fallen
    )
    counted = evidence.counted()
    return Flow(
        searches={name: (queries[name], records[name]) for name in names},
        records=len(evidence.screening),
        removed=removed,
        screened=sum(stage > REMOVED for stage in stages),
        screened_out=screened_out,
        sought=sum(stage > SCREENED_OUT for stage in stages),
        not_retrieved=not_retrieved,
        assessed=sum(stage > NOT_RETRIEVED for stage in stages),
        not_eligible=not_eligible,
        merged=len(merged),
        merged_into=len(set(merged)),
        included=len(included),
        baseline=len(evidence.sources) - len(counted),
        later=len(set(included) - set(evidence.sources)),
        counted=len(counted),
        studies=len(evidence.studies(counted)),
    )


def _stage(row: Record) -> int | None:
    """Return the stage at which a record fell, `LAST` if it held a report, None for neither."""
    if row.decision == EXCLUDE:
        return STAGES.get(row.reason, NOT_ELIGIBLE)
    return LAST if row.decision in (INCLUDE, MERGED) else None
