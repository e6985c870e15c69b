"""Measured effects as figures and tables group them: by study, compared with what, and how so.

What is compared and how it came out stand in attributes of these names; the roles of the second
say what is better, the same, mixed and worse.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from evidence.findings.selections import effects_by_study, select
from evidence.model.claims import Conditions, WithEffects
from evidence.model.evidence import Effect, Evidence
from evidence.report.codes import ChapterError, Names
from evidence.report.markup import sentence_list
from evidence.report.phrases import plural, source_note, spoken
from evidence.words import part

COMPARISON, DIRECTION = "comparison", "direction"
BETTER, SAME, MIXED, WORSE = "better", "same", "mixed", "worse"
# From the best to the worst, as they are said.
DIRECTIONS = {BETTER: "better", SAME: "no difference", MIXED: "mixed", WORSE: "worse"}
# More values are counted, not listed.
MOST_NAMED = 3
VOTE = "A vote count by direction (SWiM): it says how often, and not by how much."

_SAMPLE = re.compile(r"(\d+) *(.*)")


class Study(NamedTuple):
    """The effects meant of a study.

    Attributes
    ----------
    sources
        Those that report them, oldest first.
    effects
        Each once, however many report it.
    reports
        All of them, report by report.
    """

    sources: tuple[str, ...]
    effects: tuple[Effect, ...]
    reports: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The studies of a comparison, oldest first, by the id of the study.

    Attributes
    ----------
    mostly, never
        The studies with more than half of their effects better, and with none better.
    """

    heading: str
    studies: Mapping[str, Study]
    mostly: frozenset[str]
    never: frozenset[str]


def conditions(evidence: Evidence, wanted: Mapping[str, Names]) -> Conditions:
    """Return the values that are wanted of attributes of effects, each role as its values.

    Raises
    ------
    ChapterError
        For an attribute or value that the codebook does not have.
    """
    asked, found = evidence.codebook.effects, []
    for name, values in wanted.items():
        if name not in asked:
            raise ChapterError(f"effects have no {name!r}; they have {', '.join(asked) or 'none'}")
        known = [*asked[name].values, *asked[name].roles]
        names = [values] if isinstance(values, str) else known if values is None else [*values]
        if unknown := sorted({*names}.difference(known)):
            raise ChapterError(f"{name} has no {', '.join(unknown)}; it has {', '.join(known)}")
        found.append((name, tuple(dict.fromkeys(asked[name].expand(names)))))
    return tuple(found)


def values_of(evidence: Evidence, attribute: str, wanted: Names = None) -> tuple[str, ...]:
    """Return the values of an attribute of effects that are wanted; all where left out."""
    return conditions(evidence, {attribute: wanted})[0][1]


def by_value(attribute: str, effects: Iterable[Effect]) -> Mapping[str, Sequence[Effect]]:
    """Return effects by their values of an attribute."""
    found: dict[str, list[Effect]] = {}
    for row in effects:
        for value in row.values[attribute]:
            found.setdefault(value, []).append(row)
    return found


def grouped(
    evidence: Evidence, groups: Mapping[str, Names], where: Mapping[str, Names]
) -> tuple[Group, ...]:
    """Return the studies of each comparison.

    Parameters
    ----------
    groups
        Heading to values or roles of the comparison.
    where
        Other attributes of effects to the values or roles meant.
    """
    return tuple(
        _group(evidence, heading, conditions(evidence, {COMPARISON: names, **where}))
        for heading, names in groups.items()
    )


def _group(evidence: Evidence, heading: str, where: Conditions) -> Group:
    def oldest(source_id: str) -> tuple[int, str]:
        return evidence.sources[source_id].year, source_id

    reports: dict[str, list[Effect]] = {}
    for row in sorted(evidence.effects_with(where), key=lambda row: oldest(row.source_id)):
        reports.setdefault(evidence.sources[row.source_id].study, []).append(row)
    effects = effects_by_study(evidence, where)
    studies = {
        name: Study(tuple(dict.fromkeys(r.source_id for r in rows)), effects[name], tuple(rows))
        for name, rows in reports.items()
    }
    better = came_out(evidence, BETTER)
    mostly, never = (
        evidence.studies(select(evidence, selection))
        for selection in (WithEffects(where, mostly=better), WithEffects(where, never=better))
    )
    return Group(heading, studies, mostly, never)


def came_out(evidence: Evidence, role: str) -> Conditions:
    """Return what is asked of an effect that came out so."""
    return ((DIRECTION, evidence.codebook.effects[DIRECTION].expand([role])),)


def direction(evidence: Evidence, effects: Iterable[Effect]) -> str:
    """Return the role of the direction that more than half of the effects have, or else mixed."""
    rows = tuple(effects)
    for role in (BETTER, SAME, WORSE):
        if sum(row.meets(came_out(evidence, role)) for row in rows) * 2 > len(rows):
            return role
    return MIXED


def largest_sample(study: Study, people: Collection[str]) -> tuple[int, str]:
    """Return how many people were in the largest sample told, and this sample in words.

    Parameters
    ----------
    people
        Units whose numbers count, such as families, beside bare numbers; of a sample of anything
        else the number is 0. Without any sample there are no words either.
    """
    samples = [
        (found[2] in ("", *people), int(found[1]), found[2])
        for row in study.reports
        if (found := _SAMPLE.fullmatch(row.sample))
    ]
    counted, number, unit = max(samples, default=(False, 0, ""))
    return number if counted else 0, f"{number:,} {unit}".strip() if samples else ""


def longest_follow_up(study: Study) -> int:
    """Return the longest follow-up told, in months; 0 where there is none."""
    return max((row.follow_up_months or 0 for row in study.reports), default=0)


def tally(group: Group) -> str:
    """Return how many studies of a comparison found most outcomes better, and how many none."""
    among = len(group.studies)
    return f"most better in {part(len(group.mostly), among)}, none in {len(group.never):,}"


def note(evidence: Evidence, where: Mapping[str, Names], unit: str) -> str:
    """Return what a figure of effects counts, and that it is a vote count."""
    said = []
    for name, values in where.items():
        names = [values] if isinstance(values, str) else [*(values or ())]
        many = f"{len(names)} {plural(spoken(name))}"
        said.append(sentence_list([*map(spoken, names)]) if len(names) <= MOST_NAMED else many)
    counted = f"agreed effects ({'; '.join(said)})" if said else "agreed effects"
    return source_note(evidence, counted, f"{unit} {VOTE}")
