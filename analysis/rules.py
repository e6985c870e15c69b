"""The rule of each claim: what `measure` in claims.yml says, as a pure function over Evidence.

A rule counts sources; it knows no threshold. `supporting` are the sources the statement rests on;
`contrary` are sources whose own codings answer the same question the other way. A source that
says nothing on the question is neither.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analysis.evidence import Evidence
from analysis.numbers import Number, count, decimal, part, percent, ratio

PRIMARY_DESIGNS = frozenset(
    {"controlled", "uncontrolled", "mixed-methods", "survey", "qualitative"}
)
FIVE_THEMES = {
    "funding": ("funding",),
    "culture": ("culture",),
    "roles_purpose": ("roles", "purpose"),
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
        Number of sources the rule looks at; compared with the claim's `minimum`.
    values
        Condition name of claims.yml to the number compared with its threshold.
    numbers
        Name to number, as prose may use them.
    headline
        What was counted, in one phrase, for tables.
    """

    denominator: int
    values: Mapping[str, float]
    numbers: Mapping[str, Number]
    headline: str
    supporting: frozenset[str]
    contrary: frozenset[str]


Rule = Callable[[Evidence], Measure]


def _share(
    supporting: frozenset[str],
    among: frozenset[str],
    contrary: frozenset[str] = frozenset(),
    counted: frozenset[str] | None = None,
    **numbers: Number,
) -> Measure:
    counted = supporting if counted is None else counted
    return Measure(
        denominator=len(among),
        values={"share": ratio(len(counted), len(among)), "sources": len(counted)},
        numbers={
            "sources": count(len(counted)),
            "among": count(len(among)),
            "part": part(len(counted), len(among)),
            "share": percent(len(counted), len(among)),
            **numbers,
        },
        headline=f"{part(len(counted), len(among))} ({percent(len(counted), len(among))})",
        supporting=supporting,
        contrary=contrary,
    )


def _listed(numbers: Mapping[str, Number]) -> str:
    labels = {"family_support": "family support", "roles_purpose": "roles or purpose"}
    return ", ".join(f"{labels.get(name, name)} {number}" for name, number in numbers.items())


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
    codes = evidence.codebook.facets["term"].codes
    return tuple(code for code in codes if len(evidence.holding("term", [code], ["uses"])) >= 2)


def terms_confusing(evidence: Evidence) -> Measure:
    """Share raising unclear terms among the sources that define or question a term."""
    among = evidence.holding("term", stances=["defines", "problematises"])
    raising = evidence.holding("issue", ["unclear-terms"])
    terms = len(distinct_terms(evidence))
    measure = _share(raising & among, among, terms=count(terms), raising=count(len(raising)))
    return replace(
        measure,
        values={**measure.values, "distinct_terms": terms},
        headline=f"{measure.headline}; {terms} terms",
        supporting=raising,
    )


def terms_challenge(evidence: Evidence) -> Measure:
    """Count the sources that raise each of the three challenges of unclear words."""
    raising = {name: evidence.holding("issue", [code]) for name, code in CHALLENGES.items()}
    counts = [len(ids) for ids in raising.values()]
    return _counts(
        evidence, raising, {"each": min(counts), "at_least_two_of_three": _largest(counts, 2)}
    )


def outcomes_anticipated(evidence: Evidence) -> Measure:
    """Count the sources that anticipate each of the four outcomes expected in 2006."""
    expecting = {
        name: evidence.holding("outcome", codes, ["anticipated"])
        for name, codes in EXPECTED_OUTCOMES.items()
    }
    counts = [len(ids) for ids in expecting.values()]
    return _counts(
        evidence, expecting, {"each_of_four": min(counts), "three_of_four": _largest(counts, 3)}
    )


def _counts(
    evidence: Evidence, groups: Mapping[str, frozenset[str]], values: Mapping[str, float]
) -> Measure:
    supporting = frozenset[str]().union(*groups.values())
    counted = len(evidence.counted())
    each = {name: count(len(ids)) for name, ids in groups.items()}
    return Measure(
        denominator=counted,
        values=values,
        numbers={
            "sources": count(len(supporting)),
            "among": count(counted),
            "part": part(len(supporting), counted),
            **each,
        },
        headline=_listed(each),
        supporting=supporting,
        contrary=frozenset(),
    )


def savings_anticipated(evidence: Evidence) -> Measure:
    """Count the sources that anticipate savings."""
    return _share(evidence.holding("outcome", ["cost"], ["anticipated"]), evidence.counted())


def inquiries_show_failure(evidence: Evidence) -> Measure:
    """Share of inquiries that found information not shared or work not co-ordinated."""
    inquiries = frozenset(key for key, row in evidence.agreed().items() if row.design == "inquiry")
    unshared = evidence.holding("failure", ["information-not-shared"]) & inquiries
    uncoordinated = evidence.holding("failure", ["no-coordination"]) & inquiries
    failing = evidence.holding("failure") & inquiries
    either = unshared | uncoordinated
    return _share(
        either,
        inquiries,
        failing - either,
        failing=count(len(failing)),
        unshared=count(len(unshared)),
        uncoordinated=count(len(uncoordinated)),
    )


def outcomes_unconfirmed(evidence: Evidence) -> Measure:
    """Share with a child outcome measured as improved, among those holding any child outcome."""
    codes = evidence.claims.child_outcomes
    among = evidence.holding("outcome", codes)
    improved = evidence.holding("outcome", codes, [IMPROVED])
    measured = evidence.holding("outcome", codes, measured_stances(evidence))
    return _share(
        among - improved,
        among,
        improved,
        counted=improved,
        measured=count(len(measured)),
        improved_of_measured=part(len(improved), len(measured)),
        not_improved=count(len(measured - improved)),
    )


def outcomes_hard_to_measure(evidence: Evidence) -> Measure:
    """Share of reviews and outcome evaluations that raise a problem of measurement."""
    among = frozenset(
        key
        for key, row in evidence.agreed().items()
        if {"review", "outcome-evaluation"} & set(row.groups)
    )
    raising = evidence.holding("issue", ["hard-to-measure", "attribution", "weak-methods"])
    return _share(raising & among, among)


def savings_unconfirmed(evidence: Evidence) -> Measure:
    """Share with cost measured as improved, among those holding cost."""
    among = evidence.holding("outcome", ["cost"])
    improved = evidence.holding("outcome", ["cost"], [IMPROVED])
    measured = evidence.holding("outcome", ["cost"], measured_stances(evidence))
    return _share(
        among - improved,
        among,
        improved,
        counted=improved,
        measured=count(len(measured)),
        improved_of_measured=part(len(improved), len(measured)),
        worse=count(len(evidence.holding("outcome", ["cost"], ["measured-worse"]))),
        mixed=count(len(evidence.holding("outcome", ["cost"], ["measured-mixed"]))),
    )


def process_dominates(evidence: Evidence) -> Measure:
    """Count sources holding any theme per source with a measured child outcome."""
    themed = evidence.holding("theme")
    measured = evidence.holding(
        "outcome", evidence.claims.child_outcomes, measured_stances(evidence)
    )
    quotient = ratio(len(themed), len(measured))
    return Measure(
        denominator=len(measured),
        values={"ratio": quotient},
        numbers={
            "sources": count(len(themed)),
            "among": count(len(measured)),
            "ratio": decimal(quotient, 1),
        },
        headline=f"{len(themed)} to {len(measured)} ({decimal(quotient, 1)})",
        supporting=themed,
        contrary=measured - themed,
    )


def professionals_voice(evidence: Evidence) -> Measure:
    """Share of primary studies holding a theme in which professionals speak."""
    themed = evidence.holding("theme")
    voices = {
        key: row.voices
        for key, row in evidence.agreed().items()
        if key in themed and row.design in PRIMARY_DESIGNS
    }
    professionals = frozenset(key for key, row in voices.items() if "professionals" in row)
    families = frozenset(key for key, row in voices.items() if "children-families" in row)
    return _share(
        professionals,
        frozenset(voices),
        frozenset(key for key, row in voices.items() if row) - professionals,
        families=count(len(families)),
        unstated=count(sum(not row for row in voices.values())),
    )


def five_themes(evidence: Evidence) -> Measure:
    """Share naming each of the five themes of 2006 among the sources naming any theme."""
    among = evidence.holding("theme")
    holders = {name: evidence.holding("theme", codes) for name, codes in FIVE_THEMES.items()}
    shares = {name: ratio(len(ids), len(among)) for name, ids in holders.items()}
    naming = frozenset[str]().union(*holders.values())
    each = {name: percent(len(ids), len(among), digits=1) for name, ids in holders.items()}
    measure = _share(naming, among, among - naming)
    ranked = sorted(shares.values(), reverse=True)
    return replace(
        measure,
        values={**measure.values, "all_five": ranked[4], "three_of_five": ranked[2]},
        numbers={**measure.numbers, **each},
        headline=_listed(each),
    )


def barriers_substantial(evidence: Evidence) -> Measure:
    """Count and share of the sources that name any theme."""
    return _share(evidence.holding("theme"), evidence.counted())


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
