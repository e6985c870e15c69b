"""Agreement of coders against published worked examples, and what is a unit."""

from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evidence.findings.agreement import (
    FOLLOW_UP,
    Agreement,
    agree,
    agreements,
    code_agreements,
    effect_agreements,
    effects_shared,
    leans_on_tentative,
    lowest_alpha,
    tentative,
    tentative_codes,
    unanimous,
)
from evidence.findings.alpha import nominal_alpha
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
    found = agree("x", of_table(COHEN))
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
    found = agree("x", [list(first), list(second)])
    assert found.alpha == pytest.approx(alpha, abs=0.0005)
    assert found.percent == pytest.approx(percent)


@pytest.mark.parametrize(
    ("first", "second", "kappa"),
    [("abab", "abab", 1), ("abab", "baba", -1), ("aabb", "abab", 0)],
)
def test_the_ends_of_the_scale(first: str, second: str, kappa: float) -> None:
    assert agree("x", [first, second]).kappa == pytest.approx(kappa)


@pytest.mark.parametrize("units", [1, 3])
def test_coefficients_are_undefined_where_nothing_varies(units: int) -> None:
    assert agree("x", [["a"] * units] * 2) == Agreement("x", units, 1, None, None)


def test_without_units_nothing_is_defined() -> None:
    assert agree("x", [[], []]) == Agreement("x", 0, None, None, None)


@pytest.mark.parametrize(("first", "second"), [("ab", "a"), ("a", "ab"), ("", "a"), ("a", "")])
def test_coders_must_judge_the_same_units(first: str, second: str) -> None:
    with pytest.raises(ValueError, match=r"zip\(\)"):
        agree("x", [first, second])


# Krippendorff (2011), section C: four observers, twelve units, some not judged ("." here).
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def test_alpha_of_four_observers_with_gaps() -> None:
    found = agree("x", [[None if c == "." else c for c in coder] for coder in FOUR])
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert found.units == 11


def drawn_ratings(seed: int, coders: int) -> list[list[str | None]]:
    chance = np.random.default_rng(seed)
    values = chance.integers(0, 4, size=(coders, 30))
    gaps = chance.random((coders, 30)) < 0.2
    return [
        [None if gap else str(value) for value, gap in zip(*rows, strict=True)]
        for rows in zip(values, gaps, strict=True)
    ]


@pytest.mark.parametrize("coders", [2, 3, 5])
@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_that_of_the_library(seed: int, coders: int) -> None:
    ratings = drawn_ratings(seed, coders)
    numbers = [[np.nan if value is None else int(value) for value in coder] for coder in ratings]
    by_library = krippendorff.alpha(reliability_data=numbers, level_of_measurement="nominal")
    assert agree("x", ratings).alpha == pytest.approx(by_library)


@pytest.mark.parametrize("coders", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_the_library_over_all_pairs(seed: int, coders: int) -> None:
    ratings = drawn_ratings(seed, coders)
    by_library = []
    for one, other in combinations(ratings, 2):
        both = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
        by_library.append(cohen_kappa_score(*zip(*both, strict=True)))
    assert agree("x", ratings).kappa == pytest.approx(sum(by_library) / len(by_library))


def test_percent_of_three_coders_is_the_mean_of_their_pairs() -> None:
    assert agree("x", ["aabb", "aabb", "abbb"]).percent == pytest.approx((1 + 0.75 + 0.75) / 3)


def test_what_one_coder_alone_judged_is_no_unit() -> None:
    found = agree("x", [["a", "b", "a"], ["a", None, "b"]])
    assert (found.units, found.percent) == (2, 0.5)


def test_alpha_of_a_resample_without_variation_is_no_number() -> None:
    found = nominal_alpha(np.array([[0.0, 8.0, 0.0], [0.0, 4.0, 4.0]]))
    assert list(np.isnan(found)) == [True, False]
    assert found[1] == 1


def test_the_interval_is_the_same_each_time_and_holds_the_estimate() -> None:
    ratings = of_table(COHEN)
    found = agree("x", ratings)
    assert found == agree("x", ratings)
    assert found.alpha is not None
    assert found.interval is not None
    lower, upper = found.interval
    assert lower < found.alpha < upper
    # Alpha is close to kappa here; this is Cohen's (1960) large-sample error of kappa.
    error = (0.70 * 0.30 / (100 * (1 - 0.41) ** 2)) ** 0.5
    assert upper - lower == pytest.approx(2 * 1.96 * error, abs=0.03)


def test_an_interval_narrows_with_more_units() -> None:
    few, many = (agree("x", of_table([[n, 2], [2, n]])).interval for n in (5, 50))
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < few[1] - few[0]


def test_without_disagreement_the_interval_is_a_point() -> None:
    assert agree("x", ["aabb", "aabb"]).interval == (1, 1)


def test_what_is_drawn_together_is_no_ground_for_a_narrow_interval() -> None:
    first, second = list("aabb" * 10), list("aabb" * 5 + "abab" * 5)
    by_unit = agree("x", [first, second]).interval
    by_source = agree("x", [first, second], drawn=["s1"] * 20 + ["s2"] * 20).interval
    assert by_unit is not None
    assert by_source is not None
    worse = agree("x", [first[20:] * 2, second[20:] * 2]).alpha
    assert by_source == pytest.approx((worse, 1))
    assert by_unit[1] - by_unit[0] < by_source[1] - by_source[0]


def test_one_source_gives_no_interval() -> None:
    found = agree("x", ["aab", "abb"], drawn=["s1"] * 3)
    assert found.alpha is not None
    assert found.interval is None


def on(question: str, evidence: Evidence) -> Agreement:
    (found,) = [row for row in agreements(evidence) if row.question == question]
    return found


def test_a_unit_is_a_source_and_a_code_that_either_coder_used(builder: Builder) -> None:
    builder.many(3)
    builder.code("s0", "theme:trust:barrier", "theme:time:barrier", coder="A")
    builder.code("s0", "theme:trust:barrier", coder="B")
    builder.code("s1", "theme:funding:barrier")
    builder.code("brown2006", "theme:culture:barrier", coder="A")
    found = on("theme", builder.build())
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
    assert on("theme", builder.build()).percent == 0.5


def test_failure_is_asked_of_what_a_coder_took_for_an_inquiry(builder: Builder) -> None:
    builder.add("agreed_only", design="inquiry").add("first").add("second").add("neither")
    builder.appraise("first", "A", design="inquiry").appraise("second", "B", design="inquiry")
    builder.appraise("brown2006", "A", design="inquiry")
    builder.code("first", "failure:child-not-heard:found", coder="A")
    evidence = builder.build()
    assert on("failure", evidence).units == 2
    builder.code("first", "theme:trust:barrier", coder="A")
    assert on("theme", builder.build()).units == 4


def test_a_facet_that_no_coder_used_has_no_units(builder: Builder) -> None:
    assert on("term", builder.many(2).build()).units == 0


def test_an_attribute_has_a_unit_a_counted_source(builder: Builder) -> None:
    builder.many(4, weight="high")
    for coder, weights in (("A", "hhll"), ("B", "hhlh")):
        for position, weight in enumerate(weights):
            builder.appraise(f"s{position}", coder, weight={"h": "high", "l": "low"}[weight])
        builder.appraise("brown2006", coder, weight="medium")
    found = on("weight", builder.build())
    assert (found.units, found.percent) == (4, 0.75)
    assert found.kappa == pytest.approx(0.5)


def test_an_attribute_of_several_values_has_a_unit_a_source_and_value(builder: Builder) -> None:
    builder.many(3)
    for coder, voices in (("A", ["literature"]), ("B", ["literature", "documents"])):
        builder.appraise("s0", coder, voices=voices)
        builder.appraise("s1", coder, voices=["documents"])
    found = on("voices", builder.build())
    assert found.units == 3 * 2
    assert found.percent == pytest.approx(5 / 6)


def test_one_coder_has_nobody_to_agree_with(builder: Builder) -> None:
    evidence = code_builder(builder, 12, 10).build()
    alone = replace(evidence, codebook=replace(evidence.codebook, coders=("A",), agreed="A"))
    assert agreements(alone) == ()
    assert code_agreements(alone) == {}


def test_sources_that_a_coder_of_a_part_did_not_see_are_no_units(builder: Builder) -> None:
    evidence = code_builder(builder, 12, 10).build()
    sampled = replace(evidence, codebook=replace(evidence.codebook, partial=("B",)))
    assert on("theme", evidence).units == 30
    assert (on("theme", sampled).units, on("theme", sampled).percent) == (10, 1)


def test_a_third_coder_counts_like_the_others(builder: Builder) -> None:
    evidence = code_builder(builder, 12, 10).build()
    third = replace(evidence, codebook=replace(evidence.codebook, coders=("A", "B", "C")))
    assert on("theme", third).percent == pytest.approx((28 + 18 + 20) / 30 / 3)


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
    found = code_agreements(builder.build())["theme", "trust"]
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


def test_a_value_of_an_attribute_can_be_tentative(builder: Builder) -> None:
    builder.many(30)
    for position in range(30):
        for coder, documents in (("A", position < 12), ("B", position % 3 == 0)):
            voices = ["documents"] if documents else []
            builder.appraise(f"s{position}", coder, voices=voices)
    assert tentative_codes(builder.build()) == {("voices", "documents")}


def test_the_limit_itself_is_not_below_it() -> None:
    row = Agreement("x", 9, 0.9, 0.667, 0.667)
    assert tentative({("theme", "trust"): row}) == frozenset()
    assert tentative({("theme", "trust"): replace(row, alpha=0.666)}) == {("theme", "trust")}
    assert tentative({("theme", "trust"): replace(row, alpha=None)}) == frozenset()


def test_real_intervals_hold_their_estimates(real: Evidence) -> None:
    for row in (*agreements(real), *code_agreements(real).values()):
        assert row.alpha is not None
        assert row.interval is not None
        assert row.interval[0] <= row.alpha <= row.interval[1]


def test_real_agreement_is_asked_of_every_question_in_order(real: Evidence) -> None:
    rows = agreements(real)
    assert [row.question for row in rows] == [*real.codebook.attributes, *real.codebook.facets]
    assert all(row.units for row in rows)
    single = {name for name, row in real.codebook.attributes.items() if not row.multiple}
    assert {row.units for row in rows if row.question in single} == {len(real.counted())}


def test_lowest_and_unanimous_pass_over_what_is_undefined() -> None:
    rows = [
        Agreement("none", 0, None, None, None),
        Agreement("low", 9, 0.5, 0.1, 0.1),
        Agreement("same", 9, 1, None, None),
        Agreement("high", 9, 1, 1, 1),
    ]
    assert lowest_alpha(rows) == (("low",), 0.1)
    level = Agreement("level", 10, 0.5, 0.1, 0.1)
    assert lowest_alpha([*rows, level])[0] == ("low", "level")
    assert lowest_alpha([Agreement("none", 0, None, None, None)])[0] == ()
    assert lowest_alpha([])[0] == ()
    assert unanimous(rows) == ("same", "high")


def test_a_field_of_the_key_is_compared_where_the_rest_of_the_key_is_alike(
    builder: Builder,
) -> None:
    builder.add("a").effect("a", direction="better", coder="A")
    builder.effect("a", direction="worse", coder="B")
    builder.effect("a", "cost", coder="A").effect("a", "cost", coder="B")
    found = {row.question: row for row in effect_agreements(builder.build())}
    # Safety and cost differ in no other field; the passes hold another direction of safety.
    assert (found["direction"].units, found["direction"].percent) == (2, 0.5)
    # Of the effects that are better, A has two outcomes and B one.
    assert (found["outcome"].units, found["outcome"].percent) == (1, 0)
    assert (found["population"].units, found["population"].percent) == (1, 1)
    # Only cost is held by both as a whole.
    assert (found["form"].units, found["form"].percent) == (1, 1)


def test_other_fields_are_compared_on_effects_that_both_hold(builder: Builder) -> None:
    builder.add("a").effect("a", form=["team", "co-location"], coder="A")
    builder.effect("a", form=["co-location", "team"], comparison="before-after", coder="B")
    builder.effect("a", "cost", coder="A").effect("a", "attendance", coder="B")
    found = {row.question: row for row in effect_agreements(builder.build())}
    assert (found["form"].units, found["form"].percent) == (1, 1)
    assert (found["comparison"].units, found["comparison"].percent) == (1, 0)


def test_a_follow_up_that_is_not_told_is_a_value_too(builder: Builder) -> None:
    for source, first, second in (("a", 12, 12), ("b", None, None), ("c", 0, None)):
        builder.add(source)
        builder.effect(source, coder="A", told={"follow_up_months": first})
        builder.effect(source, coder="B", told={"follow_up_months": second})
    *_, found = effect_agreements(builder.build())
    assert found.question == FOLLOW_UP
    assert found.units == 3
    assert found.percent == pytest.approx(2 / 3)


def test_effects_of_the_baseline_and_of_one_coder_alone_are_not_compared(builder: Builder) -> None:
    builder.effect("brown2006", coder="A").effect("brown2006", coder="B")
    builder.add("a").effect("a", coder="A").effect("a")
    evidence = builder.build()
    assert {row.units for row in effect_agreements(evidence)} == {0}
    assert effects_shared(evidence) == {"A": (0, 1)}


def test_shared_effects_are_of_sources_that_all_coders_judged(builder: Builder) -> None:
    for source in "ab":
        builder.add(source).effect(source, coder="A")
    builder.effect("a", coder="B").effect("a", "cost", coder="B")
    evidence = builder.build()
    assert effects_shared(evidence) == {"A": (1, 2), "B": (1, 2)}
    of_part = replace(evidence, codebook=replace(evidence.codebook, partial=("B",)))
    assert effects_shared(of_part) == {"A": (1, 1), "B": (1, 2)}


def test_without_effects_or_a_second_coder_there_is_no_agreement_on_them(builder: Builder) -> None:
    assert effect_agreements(builder.build()) == ()
    assert effects_shared(builder.build()) == {}
    evidence = builder.add("a").effect("a").build()
    alone = replace(evidence, codebook=replace(evidence.codebook, coders=("agreed",)))
    assert effect_agreements(alone) == ()
    assert effects_shared(alone) == {}


def test_real_effects_are_compared_in_every_field(real: Evidence) -> None:
    found = effect_agreements(real)
    assert [row.question for row in found] == [*real.codebook.effects, FOLLOW_UP]
    shared = {both for both, _ in effects_shared(real).values()}
    # The key is not all there is, so that the same effects are compared in all other fields.
    others = {row.units for row in found if row.question not in real.effect_key}
    assert others == shared
