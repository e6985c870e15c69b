"""What became of each record that the searches turned up, as counts that add up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.evidence import Evidence

INCLUDE, EXCLUDE, MERGED = "include", "exclude", "merged"


@dataclass(frozen=True, slots=True)
class Flow:
    """The counts of the screening, which add up or are refused.

    Attributes
    ----------
    searches
        Search to its number of queries and of records.
    excluded
        Reason to number of records, most frequent first.
    merged_into
        Number of sources that the merged records added text to.
    baseline, later, counted
        The sources included, by what becomes of them: the review replicated, those published
        after this edition's year, and those that count.
    """

    searches: Mapping[str, tuple[int, int]]
    records: int
    excluded: Mapping[str, int]
    merged: int
    merged_into: int
    included: int
    baseline: int
    later: int
    counted: int

    def __post_init__(self) -> None:
        sums = {
            "records per search": (sum(r for _, r in self.searches.values()), self.records),
            "records by decision": (
                sum(self.excluded.values()) + self.merged + self.included,
                self.records,
            ),
            "sources included": (self.baseline + self.later + self.counted, self.included),
        }
        for what, (parts, whole) in sums.items():
            if parts != whole:
                raise ValueError(
                    f"screening.csv: {what} do not add up ({parts} against {whole}); each record "
                    f"is {INCLUDE}, {EXCLUDE} or {MERGED}, and each source is included by one"
                )

    @property
    def queries(self) -> int:
        """Return the number of queries in all searches."""
        return sum(queries for queries, _ in self.searches.values())


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
    included = [row.source_id for row in evidence.screening if row.decision == INCLUDE]
    merged = [row.source_id for row in evidence.screening if row.decision == MERGED]
    reasons = Counter(row.reason for row in evidence.screening if row.decision == EXCLUDE)
    return Flow(
        searches={name: (queries[name], records[name]) for name in names},
        records=len(evidence.screening),
        excluded=dict(reasons.most_common()),
        merged=len(merged),
        merged_into=len(set(merged)),
        included=len(included),
        baseline=len(evidence.sources) - len(evidence.counted()),
        later=len(set(included) - set(evidence.sources)),
        counted=len(evidence.counted()),
    )
