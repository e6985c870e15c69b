"""Results of one study that point both ways on the same thing: what a reader should look at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evidence.model.evidence import Evidence

BETTER, WORSE = "better", "worse"
"""The roles of stances that contradict each other."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A study that is held to have found a thing better and worse, by these sources."""

    study: str
    what: str
    better: tuple[str, ...]
    worse: tuple[str, ...]


def contradictions(evidence: Evidence) -> tuple[Contradiction, ...]:
    """Return the agreed codings of a study that hold one code as better and as worse."""
    return tuple(
        found
        for name, facet in evidence.codebook.facets.items()
        if {BETTER, WORSE} <= facet.roles.keys()
        for code in facet.codes
        for found in _opposed(
            evidence,
            f"{name}:{code}",
            *(evidence.holding(name, [code], [role]) for role in (BETTER, WORSE)),
        )
    )


def _opposed(
    evidence: Evidence, what: str, better: Iterable[str], worse: Iterable[str]
) -> Iterator[Contradiction]:
    ones, others = _by_study(evidence, better), _by_study(evidence, worse)
    for study in sorted(ones.keys() & others.keys()):
        yield Contradiction(study, what, tuple(ones[study]), tuple(others[study]))


def _by_study(evidence: Evidence, source_ids: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source_id in sorted(source_ids):
        found.setdefault(evidence.sources[source_id].study, []).append(source_id)
    return found
