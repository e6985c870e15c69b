"""Agreement of coders against published worked examples, and what is a unit."""

from dataclasses import replace
from typing import NamedTuple

import krippendorff
import numpy as np
import pytest

from evidence.findings.agreement import (
    Agreement,
    agree,
    agreements,
    attribute_agreement,
    code_agreements,
    facet_agreement,
    leans_on_tentative,
    lowest_alpha,
    nominal_alpha,
    tentative,
    tentative_codes,
    unanimous,
)
from evidence.findings.verdicts import judge
from evidence.model.evidence import Evidence
from tests.builders import Builder

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


@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_resamples_is_that_of_the_library(seed: int) -> None:
    first, second = np.random.default_rng(seed).integers(0, 4, size=(2, 30))
    counts = np.array(
        [[np.bincount([a, b], minlength=4) for a, b in zip(first, second, strict=True)]]
    )
    (found,) = nominal_alpha(counts.sum(axis=1), np.array([(first != second).sum()]))
    by_library = krippendorff.alpha(
        value_counts=counts[0], level_of_measurement="nominal", value_domain=[0, 1, 2, 3]
    )
    assert found == pytest.approx(by_library)


def test_alpha_of_a_resample_without_variation_is_no_number() -> None:
    found = nominal_alpha(np.array([[8, 0], [4, 4]]), np.array([0, 0]))
    assert list(np.isnan(found)) == [True, False]
    assert found[1] == 1


def test_the_interval_is_the_same_each_time_and_holds_the_estimate() -> None:
    first, second = of_table(COHEN)
    found = agree("x", first, second)
    assert found == agree("x", first, second)
    assert found.alpha is not None
    assert found.interval is not None
    lower, upper = found.interval
    assert lower < found.alpha < upper
    # Alpha is close to kappa here; this is Cohen's (1960) large-sample error of kappa.
    error = (0.70 * 0.30 / (100 * (1 - 0.41) ** 2)) ** 0.5
    assert upper - lower == pytest.approx(2 * 1.96 * error, abs=0.03)


def test_an_interval_narrows_with_more_units() -> None:
    few, many = (agree("x", *of_table([[n, 2], [2, n]])).interval for n in (5, 50))
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]


def test_without_disagreement_the_interval_is_a_point() -> None:
    assert agree("x", list("aabb"), list("aabb")).interval == (1, 1)


def test_what_is_drawn_together_is_no_ground_for_a_narrow_interval() -> None:
    first, second = list("aabb" * 10), list("aabb" * 5 + "abab" * 5)
    by_unit = agree("x", first, second).interval
    by_source = agree("x", first, second, drawn=["s1"] * 20 + ["s2"] * 20).interval
    assert by_unit is not None
    assert by_source is not None
    worse = agree("x", first[20:] * 2, second[20:] * 2).alpha
    assert by_source == pytest.approx((worse, 1))
    assert by_unit[1] - by_unit[0] < by_source[1] - by_source[0]


def test_one_source_gives_the_interval_no_width() -> None:
    found = agree("x", list("aab"), list("abb"), drawn=["s1"] * 3)
    assert found.interval == pytest.approx((found.alpha, found.alpha))


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


def code_builder(builder: Builder, cases: int, alike: int) -> Builder:
    """Let coder A hold a code in `cases` of thirty sources, and B in the first `alike` of them."""
    builder.many(30)
    for position in range(cases):
        builder.code(f"s{position}", "theme:trust:barrier", coder="A")
    for position in range(alike):
        builder.code(f"s{position}", "theme:trust:barrier", coder="B")
    return builder


def test_a_code_has_a_unit_a_source_and_its_stances_as_value(builder: Builder) -> None:
    code_builder(builder, 12, 10)
    builder.code("s0", "theme:trust:facilitator", coder="B")
    (found,) = code_agreements(builder.build()).values()
    assert found.units == 30
    assert found.percent == pytest.approx(27 / 30)


@pytest.mark.parametrize(("cases", "judged"), [(9, False), (10, True)])
def test_a_code_needs_cases_in_either_coder(builder: Builder, cases: int, judged: bool) -> None:
    evidence = code_builder(builder, cases, 0).build()
    assert set(code_agreements(evidence)) == ({("theme", "trust")} if judged else set())


def test_cases_in_the_baseline_are_none(builder: Builder) -> None:
    code_builder(builder, 9, 9).code("brown2006", "theme:trust:barrier", coder="A")
    assert code_agreements(builder.build()) == {}


def test_a_code_below_the_limit_is_tentative_and_marks_what_leans_on_it(builder: Builder) -> None:
    assert tentative_codes(code_builder(builder, 12, 11).build()) == frozenset()
    evidence = code_builder(builder, 20, 3).build()
    codes = tentative_codes(evidence)
    assert codes == {("theme", "trust")}
    findings = judge(evidence)
    assert leans_on_tentative(findings["professionals-voice"], codes) == (("theme", "trust"),)
    assert leans_on_tentative(findings["five-themes"], codes) == ()


def test_the_limit_itself_is_not_below_it() -> None:
    row = Agreement("x", 9, 0.9, 0.667, 0.667)
    assert tentative({("theme", "trust"): row}) == frozenset()
    assert tentative({("theme", "trust"): replace(row, alpha=None)}) == {("theme", "trust")}


def test_real_intervals_hold_their_estimates(real: Evidence) -> None:
    for row in (*agreements(real), *code_agreements(real).values()):
        assert row.alpha is not None
        assert row.interval is not None
        assert row.interval[0] <= row.alpha <= row.interval[1]


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
