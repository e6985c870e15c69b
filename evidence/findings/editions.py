"""The claims through the editions: how each verdict and its number moved, and on which sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from evidence.findings.verdicts import digits, judge
from evidence.model.claims import NO_DATA, Finding, Value
from evidence.model.evidence import Claim, Evidence, Quantities
from evidence.report.markup import Text, bullets, cite, escape, sentence_list
from evidence.words import Number, change_word, count, decimal, label, percent, verdict

# The years between the baseline's, which the data give, and the current edition.
EDITION_YEARS = (2010, 2015, 2020)
MOST_CITED = 6

_NOUNS = {
    "each": "lowest count",
    "each_of_four": "lowest count",
    "all_five": "lowest share",
    "sources": "count",
}
_BOUNDS = {">=": "{} or more", ">": "over {}", "<=": "{} or less", "<": "under {}"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim in one edition.

    Attributes
    ----------
    year
        The year up to which sources count; that of the newest source in the current edition.
    number
        The main number of the claim.
    """

    year: int
    current: bool
    finding: Finding
    number: Number

    @property
    def judged(self) -> bool:
        """Say whether there were sources enough for a verdict."""
        return self.finding.verdict != NO_DATA


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a claim's verdict or main number from one edition to the next.

    Attributes
    ----------
    supporting, contrary
        The sources that newly stand on that side.
    sources
        Those of both sides: the weightier first, then the newer.
    """

    before: Standing
    after: Standing
    supporting: frozenset[str]
    contrary: frozenset[str]
    sources: tuple[str, ...]

    @property
    def of_verdict(self) -> bool:
        """Say whether the verdict itself moved; from silence to denial is a move."""
        return verdict(self.before.finding) != verdict(self.after.finding)


@dataclass(frozen=True, slots=True)
class Course:
    """A claim through the editions, the oldest first.

    Attributes
    ----------
    noun
        What its main number is: "share", "lowest count".
    bound
        What that number has to be for the verdict `supported`: "50% or more".
    moves
        The steps in which verdict or main number changed.
    """

    claim_id: str
    noun: str
    bound: str
    standings: tuple[Standing, ...]
    moves: tuple[Move, ...]

    @property
    def verdict_moves(self) -> tuple[Move, ...]:
        """Return the steps in which the verdict changed."""
        return tuple(move for move in self.moves if move.of_verdict)


def edition_years(evidence: Evidence) -> tuple[int, ...]:
    """Return the years of the editions: the baseline's, those of `EDITION_YEARS`, and the last."""
    if not evidence.sources:
        return ()
    last = max(row.year for row in evidence.sources.values())
    baseline = {row.year for row in evidence.sources.values() if row.role == "baseline"}
    between = {year for year in EDITION_YEARS if max(baseline, default=last) < year < last}
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
                number=_written(claim, judged[year][claim_id].values[name]),
            )
            for year in years
        )
        found[claim_id] = Course(
            claim_id=claim_id,
            noun=_NOUNS.get(name, name.replace("_", " ")),
            bound=_bound(claim),
            standings=standings,
            moves=tuple(
                _move(evidence, before, after)
                for before, after in pairwise(standings)
                if _changed(before, after)
            ),
        )
    return MappingProxyType(found)


def main_condition(claim: Claim) -> str:
    """Return the condition whose value is the claim's main number.

    It is the share that the verdict `supported` depends on or, where that depends on no plain
    share, the first value it depends on: a ratio, a count, the lowest of several.
    """
    return "share" if "share" in claim.supported else next(iter(claim.supported))


def _threshold(claim: Claim) -> tuple[str, float]:
    comparison, _, threshold = claim.supported[main_condition(claim)].partition(" ")
    return comparison, float(threshold)


def _written(claim: Claim, value: Value) -> Number:
    # A count or a ratio under one supports nothing, so that such a threshold is on a share.
    if _threshold(claim)[1] < 1:
        return percent(value.numerator, value.denominator, digits(claim, value))
    if main_condition(claim) == "ratio":
        return decimal(float(value), 1)
    return count(value.numerator)


def _bound(claim: Claim) -> str:
    comparison, threshold = _threshold(claim)
    least = f"{100 * threshold:g}%" if threshold < 1 else f"{threshold:g}"
    return _BOUNDS[comparison].format(least)


def _changed(before: Standing, after: Standing) -> bool:
    return before.number != after.number or verdict(before.finding) != verdict(after.finding)


def _move(evidence: Evidence, before: Standing, after: Standing) -> Move:
    supporting = frozenset(after.finding.supporting) - frozenset(before.finding.supporting)
    contrary = frozenset(after.finding.contrary) - frozenset(before.finding.contrary)
    sources = tuple(evidence.ranked(supporting | contrary))
    return Move(before, after, supporting, contrary, sources)


def moved_account(evidence: Evidence) -> Text:
    """Return what moved, as a list: each claim whose verdict changed, and the sources behind it."""
    items = [
        _moved_item(evidence.quantities, course)
        for course in courses(evidence).values()
        if course.verdict_moves
    ]
    return bullets(items) if items else Text("No verdict moved between these editions.\n")


def _moved_item(quantities: Quantities, course: Course) -> str:
    moves = course.verdict_moves
    stands = ", then ".join(map(_stands, [course.standings[0], *(move.after for move in moves)]))
    since = "" if moves[-1].after.current else " and since"
    return " ".join(
        [
            f"**{escape(label(course.claim_id))}.** The verdict was {stands}{since}.",
            _number_moved(quantities, course),
            *map(_grounds, moves),
        ]
    )


def _stands(standing: Standing) -> str:
    close = ", a close call," if standing.finding.close else ""
    return f"{_verdict(standing)}{close} on {_edition(standing)}"


def _verdict(standing: Standing) -> str:
    said = verdict(standing.finding)
    return f"*{said[:1].lower()}{said[1:]}*"


def _edition(standing: Standing) -> str:
    return "all sources" if standing.current else f"the sources up to {standing.year}"


def _number_moved(quantities: Quantities, course: Course) -> str:
    first, last = course.standings[0].number, course.standings[-1].number
    if first.text == last.text:
        return f"Its main number, the {course.noun}, was and is {last}."
    word = change_word(quantities, first, last)
    return f"Over all editions its main number, the {course.noun}, {word}, from {first} to {last}."


def _grounds(move: Move) -> str:
    if not move.sources:
        return (
            f"It moved to {_verdict(move.after)} without a new source for or against it: "
            "only the sources among which they are counted changed."
        )
    supporting, contrary = len(move.supporting), len(move.contrary)
    if supporting and contrary:
        sides = f", {supporting:,} for the statement and {contrary:,} against it"
    else:
        sides = " for the statement" if supporting else " against the statement"
    more = len(move.sources) - MOST_CITED
    return (
        f"It moved to {_verdict(move.after)} with {count(len(move.sources)):new source}{sides} "
        f"{cite(move.sources[:MOST_CITED])}" + (f" and {more:,} more." if more > 0 else ".")
    )


def unmoved_account(evidence: Evidence) -> str:
    """Return a sentence on the claims whose verdict is the same in every edition."""
    still = [course for course in courses(evidence).values() if not course.verdict_moves]
    if not still:
        return ""
    by_word: dict[str, list[str]] = {word: [] for word in evidence.quantities.changes}
    for course in still:
        first, last = course.standings[0].number, course.standings[-1].number
        word = change_word(evidence.quantities, first, last)
        by_word[word].append(f"*{escape(label(course.claim_id).lower())}*")
    phrases = [f"{word} for {sentence_list(names)}" for word, names in by_word.items() if names]
    return (
        f"The verdict on {count(len(still)):statement} is the same in every edition; "
        f"the main number {'; it '.join(phrases)}."
    )
