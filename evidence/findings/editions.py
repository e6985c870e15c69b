"""The claims through the editions: how each verdict and its number moved, and on which sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, Claim, Finding, Value
from evidence.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim in one edition, of the sources up to a year, with its main number."""

    year: int
    current: bool
    finding: Finding
    value: Value

    @property
    def judged(self) -> bool:
        """Say whether there were sources enough for a verdict."""
        return self.finding.verdict != NO_DATA


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a claim's verdict or main number from one edition to the next.

    New on a side are its `supporting` and `contrary` sources; `sources` are both, by rank.
    """

    before: Standing
    after: Standing
    supporting: frozenset[str]
    contrary: frozenset[str]
    sources: tuple[str, ...]

    @property
    def of_verdict(self) -> bool:
        """Say whether the verdict itself moved; from silence to denial is a move."""
        return _said(self.before) != _said(self.after)


@dataclass(frozen=True, slots=True)
class Course:
    """A claim through the editions, the oldest first, with the name of its main number."""

    claim: Claim
    name: str
    standings: tuple[Standing, ...]
    moves: tuple[Move, ...]

    @property
    def verdict_moves(self) -> tuple[Move, ...]:
        """Return the steps in which the verdict changed."""
        return tuple(move for move in self.moves if move.of_verdict)


def edition_years(evidence: Evidence) -> tuple[int, ...]:
    """Return the years of the editions: the baseline's, those of claims.yml, and the last."""
    if not evidence.sources:
        return ()
    last = max(row.year for row in evidence.sources.values())
    baseline = {row.year for row in evidence.sources.values() if row.role == "baseline"}
    between = {year for year in evidence.claims.editions if max(baseline, default=0) < year < last}
    return tuple(sorted({*baseline, *between, last}))


def courses(evidence: Evidence) -> Mapping[str, Course]:
    """Return each claim through the editions, in the order of claims.yml."""
    years = edition_years(evidence)
    judged = {year: judge(evidence.up_to(year)) for year in years}
    found: dict[str, Course] = {}
    for claim_id, claim in evidence.claims.claims.items():
        name = main_condition(claim)
        standings = tuple(
            Standing(
                year=year,
                current=year == years[-1],
                finding=judged[year][claim_id],
                value=judged[year][claim_id].values[name],
            )
            for year in years
        )
        found[claim_id] = Course(
            claim=claim,
            name=name,
            standings=standings,
            moves=tuple(
                _move(evidence, before, after)
                for before, after in pairwise(standings)
                if before.value != after.value or _said(before) != _said(after)
            ),
        )
    return MappingProxyType(found)


def main_condition(claim: Claim) -> str:
    """Return the condition whose value is the claim's main number.

    It is the share that the verdict `supported` depends on or, where that depends on no plain
    share, the first value it depends on: a ratio, a count, the lowest of several.
    """
    return "share" if "share" in claim.supported else next(iter(claim.supported))


def _move(evidence: Evidence, before: Standing, after: Standing) -> Move:
    supporting = frozenset(after.finding.supporting) - frozenset(before.finding.supporting)
    contrary = frozenset(after.finding.contrary) - frozenset(before.finding.contrary)
    sources = tuple(evidence.ranked(supporting | contrary))
    return Move(before, after, supporting, contrary, sources)


def _said(standing: Standing) -> tuple[str, bool]:
    return standing.finding.verdict, standing.finding.silent
