"""How far coders agree: percent, Cohen's kappa and Krippendorff's alpha for nominal data.

Alpha (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability") takes any number of coders
and units that some of them did not judge. Percent and kappa (Cohen 1960) are of two coders; for
more they are the mean over all pairs of them, which for kappa is that of Light (1971, "Measures of
response agreement for qualitative data", Psychological Bulletin 76).

The units are source x code for a facet, with the stances held as the value (none held is a value
too), source x value for an attribute of which a source may have several, with yes or no, and the
source for any other attribute and for a single code or value. For a field of effects they are the
effects that coders hold alike but for that field.

The interval of alpha is the percentile bootstrap of Efron (1979). Codings of one text hang
together, so what is drawn with replacement is the source, with all its units; for an attribute or
a code that is the unit itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import cast

from evidence.findings.selections import select
from evidence.model.claims import Finding
from evidence.model.evidence import Appraisal, Coding, Effect, Evidence

RESAMPLES = 2000
LEVEL = 0.95
# Sources in which a coder held a code; below it the code's alpha says too little.
MINIMUM_CASES = 10
# Krippendorff, Content Analysis (2nd ed. 2004, ch. 11; 4th ed. 2018): the lowest conceivable limit,
# even where only tentative conclusions are drawn.
TENTATIVE_BELOW = 0.667
FOLLOW_UP = "follow-up"

Code = tuple[str, str]
"""Facet and code, or attribute and value."""
Unit = tuple[str, str]
"""Source, and a code or value that it may have; or its value as a whole."""
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of the coders on one question.

    Attributes
    ----------
    units
        Number of things that two coders or more judged.
    percent, kappa, alpha
        Shares between 0 and 1 (kappa and alpha from -1); None where undefined, as when no coder
        ever varied.
    interval
        Bounds of the bootstrap interval of alpha, or None where alpha is undefined or there is but
        one source to draw.
    """

    question: str
    units: int
    percent: float | None
    kappa: float | None
    alpha: float | None
    interval: tuple[float, float] | None = None


def agree(
    question: str,
    ratings: Sequence[Sequence[str | None]],
    drawn: Sequence[str] | None = None,
    seed: int = 0,
) -> Agreement:
    """Return the agreement of two coders or more on nominal values.

    Parameters
    ----------
    ratings
        Per coder the value of each unit, or None where the coder did not judge it.
    drawn
        What each unit belongs to that the bootstrap draws as a whole, such as its source; left
        out, each unit is drawn by itself.
    seed
        Of the bootstrap; the same gives the same interval.
    """
    units = list(zip(*ratings, strict=True))
    judged = [place for place, unit in enumerate(units) if len(unit) - unit.count(None) > 1]
    if not judged:
        return Agreement(question, 0, None, None, None)
    pairs = [
        Counter((a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None)
        for one, other in combinations(ratings, 2)
    ]
    kappas = [kappa for pair in pairs if (kappa := _kappa(pair)) is not None]
    blocks = judged if drawn is None else [drawn[place] for place in judged]
    # With it comes NumPy, which is slow to load, and most who load this judge no coders.
    from evidence.findings.alpha import alpha_of  # noqa: PLC0415

    alpha, bounds = alpha_of([units[place] for place in judged], blocks, seed)
    return Agreement(
        question,
        len(judged),
        _mean([_alike(pair) / pair.total() for pair in pairs if pair]),
        _mean(kappas),
        alpha,
        bounds,
    )


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two coders' values, unit by unit; None where neither varies."""
    return _kappa(Counter(pairs))


def _kappa(pairs: Counter[tuple[str, str]]) -> float | None:
    if not pairs:
        return None
    total = pairs.total()
    first, second = Counter[str](), Counter[str]()
    for (one, other), times in pairs.items():
        first[one] += times
        second[other] += times
    expected = sum(first[value] * second[value] for value in first) / total**2
    return None if expected == 1 else (_alike(pairs) / total - expected) / (1 - expected)


def _alike(pairs: Counter[tuple[str, str]]) -> int:
    return sum(times for (one, other), times in pairs.items() if one == other)


@dataclass(frozen=True, slots=True)
class _Question:
    """An attribute or facet as the coders answered it."""

    name: str
    values: tuple[str, ...]
    # A source has one value, which is compared as such.
    whole: bool
    # Those of which it is asked.
    sources: tuple[str, ...]
    seed: int
    # By coder: the sources judged, and what was said of source and code or value.
    judged: Sequence[frozenset[str]]
    held: Sequence[Mapping[Unit, str]]

    def ratings(self, units: Iterable[Unit]) -> list[list[str | None]]:
        """Return what each coder said of each unit: nothing where it holds no such code."""
        listed = list(units)
        return [
            [held.get(unit, "") if unit[0] in judged else None for unit in listed]
            for judged, held in zip(self.judged, self.held, strict=True)
        ]

    def agreement(self) -> Agreement:
        """Return the agreement on the question; codes that no coder ever used are left out."""
        named = {value for held in self.held for _, value in held} - {WHOLE}
        used = [WHOLE] if self.whole else sorted(named)
        units = [(source, value) for source in self.sources for value in used]
        return agree(self.name, self.ratings(units), [source for source, _ in units], self.seed)

    def by_value(self, minimum: int) -> Iterator[tuple[Code, Agreement]]:
        """Yield the agreement on each code or value with so many cases."""
        asked = frozenset(self.sources)
        units = {unit for held in self.held for unit in held if unit[0] in asked}
        cases = Counter(value for _, value in units)
        for value in self.values:
            if cases[value] >= minimum:
                ratings = self.ratings((source, value) for source in self.sources)
                yield (self.name, value), agree(value, ratings, seed=self.seed)


def agreements(evidence: Evidence) -> tuple[Agreement, ...]:
    """Return the agreement on every attribute, then on every facet, in codebook order.

    None where there are not two coders to agree. A facet is asked of the sources that a coder
    takes for such as it is asked of.
    """
    if agreements not in evidence.worked_out:
        found = tuple(question.agreement() for question in _questions(evidence))
        evidence.worked_out[agreements] = found
    return cast("tuple[Agreement, ...]", evidence.worked_out[agreements])


def code_agreements(evidence: Evidence, minimum: int = MINIMUM_CASES) -> Mapping[Code, Agreement]:
    """Return the agreement on each value and code with enough cases, a unit a source.

    A case is a source in which a coder held it. Attributes come first, then facets, in codebook
    order.
    """
    key = code_agreements, minimum
    if key not in evidence.worked_out:
        questions = _questions(evidence)
        evidence.worked_out[key] = MappingProxyType(
            {code: row for question in questions for code, row in question.by_value(minimum)}
        )
    return cast("Mapping[Code, Agreement]", evidence.worked_out[key])


def effect_agreements(evidence: Evidence) -> tuple[Agreement, ...]:
    """Return the agreement on each field of effects in codebook order, then on the follow-up.

    What is compared is held by two coders or more: for a field of the key, effects with the same
    rest of it, which may be several with several values; for any other, the same effect.
    """
    names = (*evidence.codebook.effects, FOLLOW_UP) if evidence.effects else ()
    coders, found = evidence.codebook.coders, []
    for name in names if len(coders) > 1 else ():
        held: dict[str, dict[tuple[str, ...], set[str]]] = {coder: {} for coder in coders}
        key = [other for other in evidence.effect_key if other != name]
        for row in _effects_of_coders(evidence):
            said = row.values.get(name, (str(row.follow_up_months),))
            held[row.coder].setdefault(_unit(row, key), set()).add(" ".join(sorted(said)))
        units = sorted(set[tuple[str, ...]]().union(*held.values()))
        ratings = [
            [" or ".join(sorted(one[unit])) if unit in one else None for unit in units]
            for one in held.values()
        ]
        found.append(agree(name, ratings, [unit[0] for unit in units], _seed(evidence)))
    return tuple(found)


def effects_shared(evidence: Evidence) -> Mapping[str, tuple[int, int]]:
    """Return, by coder, how many of its effects all other coders hold too, and how many it has.

    Only sources count that all coders judged.
    """
    judged = _judged(evidence)
    if len(judged) < 2:
        return {}
    everybody = frozenset.intersection(*map(frozenset, judged.values()))
    held: dict[str, set[tuple[str, ...]]] = {coder: set() for coder in judged}
    for row in _effects_of_coders(evidence):
        if row.source_id in everybody:
            held[row.coder].add(_unit(row, evidence.effect_key))
    shared = set.intersection(*held.values())
    return {coder: (len(shared), len(own)) for coder, own in held.items() if own}


def _effects_of_coders(evidence: Evidence) -> Iterator[Effect]:
    coders, counted = evidence.codebook.coders, evidence.counted()
    return (row for row in evidence.effects if row.coder in coders and row.source_id in counted)


def _unit(row: Effect, key: Iterable[str]) -> tuple[str, ...]:
    return row.source_id, *(" ".join(sorted(row.values[name])) for name in key)


def tentative(rows: Mapping[Code, Agreement]) -> frozenset[Code]:
    """Return the codes and values whose alpha is below the limit.

    Where alpha is undefined the coders never differed.
    """
    return frozenset(
        code for code, row in rows.items() if row.alpha is not None and row.alpha < TENTATIVE_BELOW
    )


def tentative_codes(evidence: Evidence) -> frozenset[Code]:
    """Return the codes and values with enough cases on which the coders agree too little."""
    return tentative(code_agreements(evidence))


def leans_on_tentative(finding: Finding, tentative: Iterable[Code]) -> tuple[Code, ...]:
    """Return the tentative codes and values among those that a finding leans on, sorted."""
    return tuple(sorted(finding.codes.intersection(tentative)))


def lowest_alpha(rows: Iterable[Agreement]) -> tuple[tuple[str, ...], float]:
    """Return the questions with the lowest alpha, and that alpha; no question without any alpha."""
    defined = [(row.question, row.alpha) for row in rows if row.alpha is not None]
    lowest = min((alpha for _, alpha in defined), default=0.0)
    return tuple(question for question, alpha in defined if alpha == lowest), lowest


def unanimous(rows: Iterable[Agreement]) -> tuple[str, ...]:
    """Return the questions on which the coders agree in every unit."""
    return tuple(row.question for row in rows if row.percent == 1)


def _questions(evidence: Evidence) -> Iterator[_Question]:
    codebook, counted = evidence.codebook, evidence.counted()
    coders = codebook.coders
    if len(coders) < 2:
        return
    said: dict[tuple[str, str], dict[Unit, str]] = {}
    judged = _judged(evidence)
    for row in evidence.appraisals:
        if row.coder in judged and row.source_id in counted:
            for name, values in row.values.items():
                units = said.setdefault((row.coder, name), {})
                units |= {(row.source_id, value): "yes" for value in values}
                units[row.source_id, WHOLE] = " ".join(values)
    stances: dict[tuple[str, str], dict[Unit, set[str]]] = {}
    for coding in evidence.codings:
        if coding.coder in judged and coding.source_id in counted:
            held_in = stances.setdefault((coding.coder, coding.facet), {})
            held_in.setdefault((coding.source_id, coding.code), set()).add(coding.stance)
    said |= {
        key: {unit: " ".join(sorted(several)) for unit, several in by_unit.items()}
        for key, by_unit in stances.items()
    }
    asked: list[tuple[str, Iterable[str], bool, frozenset[str]]] = [
        (name, row.values, not row.multiple, counted) for name, row in codebook.attributes.items()
    ]
    views = [evidence.as_coded_by(coder) for coder in coders]
    for name, facet in codebook.facets.items():
        among = frozenset[str]().union(*(select(view, facet.asked_of) for view in views))
        asked.append((name, facet.codes, False, among))
    everybody = [frozenset(judged[coder]) for coder in coders]
    for name, options, whole, among in asked:
        held = [said.get((coder, name), {}) for coder in coders]
        sources = tuple(sorted(among))
        yield _Question(name, tuple(options), whole, sources, _seed(evidence), everybody, held)


def _judged(evidence: Evidence) -> dict[str, set[str]]:
    """Return the counted sources that each coder judged: all, but for a coder of a part."""
    codebook, counted = evidence.codebook, evidence.counted()
    judged = {
        coder: set() if coder in codebook.partial else set(counted) for coder in codebook.coders
    }
    rows: tuple[Appraisal | Coding | Effect, ...] = (
        *evidence.appraisals,
        *evidence.codings,
        *evidence.effects,
    )
    for row in rows:
        if row.coder in judged and row.source_id in counted:
            judged[row.coder].add(row.source_id)
    return judged


def _seed(evidence: Evidence) -> int:
    # Any number does that stays the same while sources are added.
    baseline = evidence.baseline()
    return baseline.year if baseline else 0


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
