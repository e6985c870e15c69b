"""Named measures, split by an attribute, and their intervals."""

import math
from pathlib import Path

import pytest

from evidence.findings.measures import measures, wilson
from evidence.model.evidence import Evidence
from tests.builders import Builder, with_claims
from tests.recount_measures import recount_measures

DATA = Path(__file__).parents[3] / "data"

TRUST, TIME = "theme:trust:barrier", "theme:time:barrier"
CLAIM = """
claims: {it: {section: s, statement: S, count: {sources: everything}, minimum: 1,
  supported: {sources: ">= 1"}, partly: {sources: ">= 1"}}}
"""
MEASURES = """selections: {trusting: {facet: theme, codes: trust}}
measures:
  trusted: {share: {of: trusting, among: {facet: theme}}, by: design}
  fixed: {sources: trusting, exploratory: false}
"""


def test_measures_are_counted_and_split(builder: Builder, tmp_path: Path) -> None:
    builder.many(3, TRUST).many(1, TIME, start=3)
    builder.many(2, TRUST, design="inquiry", start=4).many(4, TIME, design="inquiry", start=6)
    text = MEASURES + CLAIM
    evidence = with_claims(builder.build(), tmp_path, text)
    trusted, fixed = measures(evidence).values()
    assert (trusted.value.numerator, trusted.value.denominator) == (5, 10)
    assert trusted.interval == wilson(5, 10)
    by = {name: (row.value.numerator, row.value.denominator) for name, row in trusted.by.items()}
    assert by["survey"] == (3, 4)
    assert by["inquiry"] == (2, 6)
    assert by["guidance"] == (0, 0)
    assert trusted.by["guidance"].interval is None
    assert [*by] == [*evidence.codebook.attributes["design"].values]
    assert (fixed.value.numerator, fixed.interval, fixed.by) == (5, None, {})
    assert [row.exploratory for row in evidence.claims.measures.values()] == [True, False]


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(
    numerator: int, denominator: int, lower: float, upper: float
) -> None:
    found = wilson(numerator, denominator)
    assert math.isclose(found[0], lower, abs_tol=5e-5)
    assert math.isclose(found[1], upper, abs_tol=5e-5)


@pytest.mark.parametrize("span", ["then", "since", "now"])
def test_a_measure_agrees_with_a_recount_by_hand(real: Evidence, span: str) -> None:
    evidence, by_hand = {
        "then": (real.up_to(2006), recount_measures(DATA, until=2006)),
        "since": (real.since(2006), recount_measures(DATA, after=2006)),
        "now": (real, recount_measures(DATA)),
    }[span]
    found = {
        name: (row.value.numerator, row.value.denominator)
        for name, row in measures(evidence).items()
    }
    assert found == by_hand
