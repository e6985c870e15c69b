"""The rule of each claim: what `measure` in claims.yml says, as a pure function over Evidence.

A rule counts; it knows no threshold. In a share, sources of the same study count once; a bare
number is one of sources. `supporting` are the sources the statement rests on;
`contrary` are sources whose own codings answer the same question the other way. A source that
says nothing on the question is neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from evidence.model.claims import PART, RATIO, SHARE, Value
from evidence.model.evidence import Evidence

PRIMARY_DESIGNS = frozenset(
    {"controlled", "uncontrolled", "mixed-methods", "survey", "qualitative"}
)
FIVE_THEMES = {
    "funding": ("funding",),
    "culture": ("culture",),
    "roles_or_purpose": ("roles", "purpose"),
    "leadership": ("leadership",),
    "climate": ("climate",),
}
EXPECTED_OUTCOMES = {
    "attainment": ("attainment",),
    "health": ("physical-health", "mental-health"),
    "offending": ("offending",),
    "family_support": ("family-support",),
}
CHALLENGES = {
    "communicating": "communicating-agenda",
    "understanding": "no-shared-understanding",
    "measuring": "hard-to-measure",
}
IMPROVED = "measured-improved"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule counted.

    Attributes
    ----------
    denominator
        Number of studies or sources the rule looks at; compared with the claim's `minimum`.
    values
        Name to value, as thresholds and prose may ask for it.
    main
        The names of the values that tell in short what was counted.
    codes
        Facet and code of the codings that the rule looks at.
    falls
        By how much a count can fall at most where one source is taken out, if by more than one.
    """

    denominator: int
    values: Mapping[str, Value]
    main: tuple[str, ...]
    supporting: frozenset[str]
    contrary: frozenset[str]
    codes: frozenset[tuple[str, str]]
    falls: Mapping[str, int]


Rule = Callable[[Evidence], Measure]


def _share(
    evidence: Evidence,
    supporting: frozenset[str],
    among: frozenset[str],
    codes: frozenset[tuple[str, str]],
    *,
    contrary: frozenset[str] = frozenset(),
    counted: frozenset[str] | None = None,
    **values: Value,
) -> Measure:
    counted = supporting if counted is None else counted
    share = len(evidence.studies(counted)), len(evidence.studies(among))
    return Measure(
        denominator=share[1],
        values={
            "sources": Value(len(counted)),
            "studies": Value(share[0]),
            "among": Value(share[1]),
            "share": Value(*share, SHARE),
            **values,
        },
        main=("share",),
        supporting=supporting,
        contrary=contrary,
        codes=codes,
        falls={},
    )


def _codes(
    evidence: Evidence, facet: str, codes: Iterable[str] | None = None
) -> frozenset[tuple[str, str]]:
    known = evidence.codebook.facets[facet].codes
    return frozenset((facet, code) for code in (known if codes is None else codes))


def _largest(values: Iterable[int], rank: int) -> int:
    """Return the value of that rank, 1 being the largest: `rank` of them reach at least this."""
    return sorted(values, reverse=True)[rank - 1]


def measured_stances(evidence: Evidence) -> tuple[str, ...]:
    """Return the stances of an outcome that was measured, whatever the direction."""
    return tuple(
        s for s in evidence.codebook.facets["outcome"].stances if s.startswith("measured-")
    )


def distinct_terms(evidence: Evidence) -> tuple[str, ...]:
    """Return the terms used by two or more sources."""
    return tuple(code for code, users in _users(evidence).items() if users >= 2)


def _users(evidence: Evidence) -> Mapping[str, int]:
    codes = evidence.codebook.facets["term"].codes
    return {code: len(evidence.holding("term", [code], ["uses"])) for code in codes}


def terms_confusing(evidence: Evidence) -> Measure:
    """Share raising unclear terms among the sources that define or question a term."""
    among = evidence.holding("term", stances=["defines", "problematises"])
    raising = evidence.holding("issue", ["unclear-terms"])
    terms = len(distinct_terms(evidence))
    barely = sum(users == 2 for users in _users(evidence).values())
    codes = _codes(evidence, "issue", ["unclear-terms"]) | _codes(evidence, "term")
    measure = _share(
        evidence,
        raising & among,
        among,
        codes,
        distinct_terms=Value(terms),
        raising=Value(len(raising)),
    )
    return replace(
        measure,
        main=("share", "distinct_terms"),
        supporting=raising,
        falls={"distinct_terms": barely},
    )


def terms_challenge(evidence: Evidence) -> Measure:
    """Count the sources that raise each of the three challenges of unclear words."""
    raising = {name: evidence.holding("issue", [code]) for name, code in CHALLENGES.items()}
    counts = [len(ids) for ids in raising.values()]
    return _counts(
        evidence,
        raising,
        {"each": Value(min(counts)), "at_least_two_of_three": Value(_largest(counts, 2))},
        _codes(evidence, "issue", CHALLENGES.values()),
    )


def outcomes_anticipated(evidence: Evidence) -> Measure:
    """Count the sources that anticipate each of the four outcomes expected in 2006."""
    expecting = {
        name: evidence.holding("outcome", codes, ["anticipated"])
        for name, codes in EXPECTED_OUTCOMES.items()
    }
    counts = [len(ids) for ids in expecting.values()]
    return _counts(
        evidence,
        expecting,
        {"each_of_four": Value(min(counts)), "three_of_four": Value(_largest(counts, 3))},
        _codes(evidence, "outcome", chain.from_iterable(EXPECTED_OUTCOMES.values())),
    )


def _counts(
    evidence: Evidence,
    groups: Mapping[str, frozenset[str]],
    values: Mapping[str, Value],
    codes: frozenset[tuple[str, str]],
) -> Measure:
    supporting = frozenset[str]().union(*groups.values())
    counted = len(evidence.counted())
    each = {name: Value(len(ids)) for name, ids in groups.items()}
    return Measure(
        denominator=counted,
        values={"sources": Value(len(supporting)), "among": Value(counted), **each, **values},
        main=tuple(each),
        supporting=supporting,
        contrary=frozenset(),
        codes=codes,
        falls={},
    )


def savings_anticipated(evidence: Evidence) -> Measure:
    """Count the sources that anticipate savings."""
    expecting = evidence.holding("outcome", ["cost"], ["anticipated"])
    measure = _counts(
        evidence,
        {"savings": expecting},
        {},
        _codes(evidence, "outcome", ["cost"]),
    )
    values = {name: measure.values[name] for name in ("sources", "among")}
    return replace(measure, values=values, main=("sources",))


def inquiries_show_failure(evidence: Evidence) -> Measure:
    """Share of inquiries that found information not shared or work not co-ordinated."""
    inquiries = frozenset(
        key for key in evidence.counted() if "inquiry" in evidence.values(key, "design")
    )
    unshared = evidence.holding("failure", ["information-not-shared"]) & inquiries
    uncoordinated = evidence.holding("failure", ["no-coordination"]) & inquiries
    failing = evidence.holding("failure") & inquiries
    either = unshared | uncoordinated
    return _share(
        evidence,
        either,
        inquiries,
        _codes(evidence, "failure", ["information-not-shared", "no-coordination"]),
        contrary=failing - either,
        failing=Value(len(evidence.studies(failing))),
        unshared=Value(len(evidence.studies(unshared))),
        uncoordinated=Value(len(evidence.studies(uncoordinated))),
    )


def outcomes_unconfirmed(evidence: Evidence) -> Measure:
    """Share with a child outcome measured as improved, among those holding any child outcome."""
    return _improved(evidence, evidence.claims.child_outcomes)


def _improved(evidence: Evidence, codes: Iterable[str]) -> Measure:
    """Measure a lack of improvement: the share counts what speaks against the statement."""
    codes = tuple(codes)
    among = evidence.holding("outcome", codes)
    improved = evidence.holding("outcome", codes, [IMPROVED])
    measured = evidence.holding("outcome", codes, measured_stances(evidence))
    of_measured = len(evidence.studies(improved)), len(evidence.studies(measured))
    return _share(
        evidence,
        among - improved,
        among,
        _codes(evidence, "outcome", codes),
        contrary=improved,
        counted=improved,
        measured=Value(of_measured[1]),
        improved_of_measured=Value(*of_measured, PART),
    )


def outcomes_hard_to_measure(evidence: Evidence) -> Measure:
    """Share of reviews and outcome evaluations that raise a problem of measurement."""
    problems = ("hard-to-measure", "attribution", "weak-methods")
    among = frozenset(
        key
        for key in evidence.counted()
        if {"review", "outcome-evaluation"} & {*evidence.values(key, "groups")}
    )
    raising = evidence.holding("issue", problems) & among
    return _share(evidence, raising, among, _codes(evidence, "issue", problems))


def savings_unconfirmed(evidence: Evidence) -> Measure:
    """Share with cost measured as improved, among those holding cost."""
    measure = _improved(evidence, ["cost"])
    directions = {
        name: Value(len(evidence.studies(evidence.holding("outcome", ["cost"], [stance]))))
        for name, stance in (("worse", "measured-worse"), ("mixed", "measured-mixed"))
    }
    return replace(measure, values={**measure.values, **directions})


def process_dominates(evidence: Evidence) -> Measure:
    """Count studies holding any theme per study with a measured child outcome."""
    codes = evidence.claims.child_outcomes
    themed = evidence.holding("theme")
    measured = evidence.holding("outcome", codes, measured_stances(evidence))
    value = Value(len(evidence.studies(themed)), len(evidence.studies(measured)), RATIO, decimals=1)
    return Measure(
        denominator=value.denominator,
        values={
            "studies": Value(value.numerator),
            "among": Value(value.denominator),
            "ratio": value,
        },
        main=("ratio",),
        supporting=themed,
        contrary=measured - themed,
        codes=_codes(evidence, "theme") | _codes(evidence, "outcome", codes),
        falls={},
    )


def professionals_voice(evidence: Evidence) -> Measure:
    """Share of primary studies holding a theme in which professionals speak."""
    themed = evidence.holding("theme")
    voices = {
        key: evidence.values(key, "voices")
        for key in themed
        if PRIMARY_DESIGNS & {*evidence.values(key, "design")}
    }
    professionals = frozenset(key for key, row in voices.items() if "professionals" in row)
    families = frozenset(key for key, row in voices.items() if "children-families" in row)
    unstated = frozenset(key for key, row in voices.items() if not row)
    return _share(
        evidence,
        professionals,
        frozenset(voices),
        _codes(evidence, "theme"),
        contrary=frozenset(voices) - professionals - unstated,
        families=Value(len(evidence.studies(families))),
        unstated=Value(len(evidence.studies(unstated))),
    )


def five_themes(evidence: Evidence) -> Measure:
    """Share naming each of the five themes of 2006 among the sources naming any theme."""
    among = evidence.holding("theme")
    holders = {name: evidence.holding("theme", codes) for name, codes in FIVE_THEMES.items()}
    naming = frozenset[str]().union(*holders.values())
    codes = _codes(evidence, "theme", chain.from_iterable(FIVE_THEMES.values()))
    measure = _share(evidence, naming, among, codes, contrary=among - naming)
    counts = {name: len(evidence.studies(ids)) for name, ids in holders.items()}
    among_all = measure.denominator
    each = {name: Value(n, among_all, SHARE, decimals=1) for name, n in counts.items()}
    return replace(
        measure,
        values={
            **measure.values,
            **each,
            "all_five": Value(min(counts.values()), among_all, SHARE, decimals=1),
            "three_of_five": Value(_largest(counts.values(), 3), among_all, SHARE, decimals=1),
        },
        main=tuple(each),
    )


def barriers_substantial(evidence: Evidence) -> Measure:
    """Count and share of the sources that name any theme."""
    themed = evidence.holding("theme")
    return _share(evidence, themed, evidence.counted(), _codes(evidence, "theme"))


RULES: Mapping[str, Rule] = {
    "terms-confusing": terms_confusing,
    "terms-challenge": terms_challenge,
    "outcomes-anticipated": outcomes_anticipated,
    "savings-anticipated": savings_anticipated,
    "inquiries-show-failure": inquiries_show_failure,
    "outcomes-unconfirmed": outcomes_unconfirmed,
    "outcomes-hard-to-measure": outcomes_hard_to_measure,
    "savings-unconfirmed": savings_unconfirmed,
    "process-dominates": process_dominates,
    "professionals-voice": professionals_voice,
    "five-themes": five_themes,
    "barriers-substantial": barriers_substantial,
}
