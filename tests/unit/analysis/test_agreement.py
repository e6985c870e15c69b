"""Agreement of coders against published worked examples, and what is a unit."""

from typing import NamedTuple

import pytest

from analysis.agreement import (
    Agreement,
    agree,
    agreements,
    attribute_agreement,
    facet_agreement,
    lowest_alpha,
    unanimous,
)
from analysis.evidence import Evidence
from tests.unit.analysis.builders import Builder

# Cohen (1960), "A coefficient of agreement for nominal scales": percentages of 100 units.
COHEN = [[44, 7, 9], [5, 20, 5], [1, 3, 6]]


class Ratings(NamedTuple):
    """What two coders said, unit by unit."""

    first: list[str]
    second: list[str]


def of_table(table: list[list[int]]) -> Ratings:
    cells = [
        (str(row), str(column))
        for row, numbers in enumerate(table)
        for column, number in enumerate(numbers)
        for _ in range(number)
    ]
    return Ratings([a for a, _ in cells], [b for _, b in cells])


def test_kappa_of_cohen_1960() -> None:
    found = agree("x", *of_table(COHEN))
    assert found.units == 100
    assert found.percent == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.492, abs=0.0005)


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", sections A and B.
@pytest.mark.parametrize(
    ("first", "second", "alpha", "percent"),
    [
        ("0100000010", "1110010000", 0.095, 6 / 10),
        ("aabbdcccedda", "babbbccceddd", 0.692, 9 / 12),
    ],
)
def test_alpha_of_krippendorff_2011(first: str, second: str, alpha: float, percent: float) -> None:
    found = agree("x", list(first), list(second))
    assert found.alpha == pytest.approx(alpha, abs=0.0005)
    assert found.percent == pytest.approx(percent)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [("abab", "abab", 1), ("abab", "baba", -1), ("aabb", "abab", 0)],
)
def test_the_ends_of_the_scale(first: str, second: str, kappa: float) -> None:
    assert agree("x", first, second).kappa == pytest.approx(kappa)


@pytest.mark.parametrize("units", [1, 3])
def test_coefficients_are_undefined_where_nothing_varies(units: int) -> None:
    assert agree("x", ["a"] * units, ["a"] * units) == Agreement("x", units, 1, None, None)


def test_without_units_nothing_is_defined() -> None:
    assert agree("x", [], []) == Agreement("x", 0, None, None, None)


@pytest.mark.parametrize(("first", "second"), [("ab", "a"), ("a", "ab"), ("", "a"), ("a", "")])
def test_coders_must_judge_the_same_units(first: str, second: str) -> None:
    with pytest.raises(ValueError, match=r"zip\(\)"):
        agree("x", first, second)


def test_a_unit_is_a_source_and_a_code_that_either_coder_used(builder: Builder) -> None:
    builder.many(3)
    builder.code("s0", "theme:trust:barrier", "theme:time:barrier", coder="A")
    builder.code("s0", "theme:trust:barrier", coder="B")
    builder.code("s1", "theme:funding:barrier")
    builder.code("brown2006", "theme:culture:barrier", coder="A")
    found = facet_agreement(builder.build(), "theme")
    assert found.units == 3 * 2
    assert found.percent == pytest.approx(5 / 6)


def test_both_stances_are_another_value_than_one_and_their_order_is_none(
    builder: Builder,
) -> None:
    builder.many(2)
    for source_id in ("s0", "s1"):
        builder.code(source_id, "theme:trust:barrier", "theme:trust:facilitator", coder="A")
    builder.code("s0", "theme:trust:facilitator", "theme:trust:barrier", coder="B")
    builder.code("s1", "theme:trust:barrier", coder="B")
    assert facet_agreement(builder.build(), "theme").percent == 0.5


def test_failure_is_asked_of_what_a_coder_took_for_an_inquiry(builder: Builder) -> None:
    builder.add("agreed_only", design="inquiry").add("first").add("second").add("neither")
    builder.appraise("first", "A", design="inquiry").appraise("second", "B", design="inquiry")
    builder.appraise("brown2006", "A", design="inquiry")
    builder.code("first", "failure:child-not-heard:found", coder="A")
    evidence = builder.build()
    assert facet_agreement(evidence, "failure").units == 2
    builder.code("first", "theme:trust:barrier", coder="A")
    assert facet_agreement(builder.build(), "theme").units == 4


def test_a_facet_that_no_coder_used_has_no_units(builder: Builder) -> None:
    assert facet_agreement(builder.many(2).build(), "term").units == 0


def test_an_attribute_has_a_unit_a_counted_source(builder: Builder) -> None:
    builder.many(4, weight="high")
    for coder, weights in (("A", "hhll"), ("B", "hhlh")):
        for position, weight in enumerate(weights):
            builder.appraise(f"s{position}", coder, weight={"h": "high", "l": "low"}[weight])
        builder.appraise("brown2006", coder, weight="medium")
    found = attribute_agreement(builder.build(), "weight")
    assert (found.units, found.percent) == (4, 0.75)
    assert found.kappa == pytest.approx(0.5)


def test_real_agreement_is_asked_of_every_question_in_order(real: Evidence) -> None:
    rows = agreements(real)
    assert [row.question for row in rows] == [*real.codebook.attributes, *real.codebook.facets]
    assert all(row.units for row in rows)
    assert {row.units for row in rows[:3]} == {len(real.counted())}


def test_lowest_and_unanimous_pass_over_what_is_undefined() -> None:
    rows = [
        Agreement("none", 0, None, None, None),
        Agreement("low", 9, 0.5, 0.1, 0.1),
        Agreement("same", 9, 1, None, None),
        Agreement("high", 9, 1, 1, 1),
    ]
    assert lowest_alpha(rows) == ("low", 0.1)
    assert unanimous(rows) == ("same", "high")
