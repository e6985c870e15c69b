"""Tables of effects on evidence made by hand: votes, directions, samples, and what is printed."""

import pytest

from evidence.findings.measures import wilson
from evidence.model.evidence import Evidence
from evidence.report import tables
from evidence.report.codes import ChapterError
from evidence.report.markup import table
from evidence.words import interval
from tests.builders import Builder
from tests.unit.conftest import pandoc_cells
from tests.unit.report.drawn import COMPARISONS
from tests.unit.report.test_tables import lines

CHANCE = {"By chance": "randomised"}


def test_votes_are_counted_up_to_the_baseline_since_and_in_all(builder: Builder) -> None:
    builder.add("a", year=2001).effect("a")
    builder.add("b", year=2006).effect("b", direction="worse")
    builder.add("c", year=2007).effect("c").effect("c", "attainment", "mixed")
    rows = lines(tables.effect_votes(builder.build(), CHANCE))
    assert [row[1:4] for row in rows] == [
        ("Up to 2006", "2", "1 of 2"),
        ("After 2006", "1", "none of 1"),
        ("All", "3", "1 of 3"),
    ]
    # Half of the effects are not most of them, and more than none.
    assert [row[5] for row in rows] == ["1 of 2", "none of 1", "1 of 3"]
    assert rows[2][4] == rows[2][6] == interval(wilson(1, 3))


def test_a_study_reported_before_and_after_stands_in_both_times(builder: Builder) -> None:
    builder.add("a", year=2001, fields={"study": "s"}).effect("a", direction="worse")
    builder.add("b", year=2010, fields={"study": "s"}).effect("b")
    rows = lines(tables.effect_votes(builder.build(), CHANCE))
    assert [(row[2], row[3]) for row in rows] == [
        ("1", "none of 1"),
        ("1", "1 of 1"),
        ("1", "none of 1"),
    ]


def test_nothing_tested_has_no_interval(builder: Builder) -> None:
    rows = lines(tables.effect_votes(builder.add("a").build(), COMPARISONS))
    assert {row[2:] for row in rows} == {("0", *["none"] * 4)}


def test_without_a_baseline_there_is_one_time(builder: Builder) -> None:
    builder.add("a").effect("a")
    del builder.sources["brown2006"]
    (row,) = lines(tables.effect_votes(builder.build(), CHANCE))
    assert row[:4] == ("By chance", "All", "1", "1 of 1")


def test_directions_are_those_of_more_than_half(builder: Builder) -> None:
    builder.many(4)
    for key, directions in (
        ("s0", ["better"]),
        ("s1", ["better", "worse"]),
        ("s2", ["worse", "worse", "better"]),
        ("s3", ["no-difference"]),
    ):
        for outcome, direction in zip(("safety", "attainment", "access"), directions, strict=False):
            builder.effect(key, outcome, direction)
    first, second = lines(tables.effect_directions(builder.build(), COMPARISONS))
    assert first == ("By chance", "1", "1", "1", "1", "4")
    assert second == ("Other groups", *["none"] * 5)


def test_samples_and_follow_up_are_those_told(builder: Builder) -> None:
    for key, sample, months in (
        ("a", "90", 6),
        ("b", "1200 families", None),
        ("c", "8 schools", 30),
    ):
        builder.add(key).effect(key, told={"sample": sample, "follow_up_months": months})
    builder.effect("a", "attainment", told={"sample": "100", "follow_up_months": 12})
    evidence = builder.build()
    first, second = lines(tables.effect_samples(evidence, COMPARISONS, people=["families"]))
    assert first == (
        *("By chance", "2 of 3", "100 to 1,200, middle 650"),
        *("2 of 3", "12 to 30, middle 21"),
    )
    assert second == ("Other groups", "none", "not told", "none", "not told")
    (alone,) = lines(tables.effect_samples(evidence, CHANCE))
    assert alone[:3] == ("By chance", "1 of 3", "100 to 100, middle 100")


def test_only_printed_effects_are_listed_unless_all_are_asked_for(builder: Builder) -> None:
    builder.add("z", fields={"authors": "Adam"}).add("a", fields={"authors": "Zoe"})
    told = {"effect": "d = 0.2 *", "sample": "12000 pupils", "follow_up_months": 6}
    builder.effect("a", told=told).effect("a", "attainment", told={"gist": "No gain_"})
    builder.effect("z", told={"effect": "$3"})
    evidence, columns = builder.build(), {"outcome": "Outcome", "direction": "Found"}
    printed = tables.effect_list(evidence, COMPARISONS, columns)
    assert list(printed["Source"]) == ["@z", "@a"]
    assert pandoc_cells(table(printed).markdown)[1][1:] == [
        "<Plain>Safety",
        "<Plain>Better",
        "<Plain>12,000 pupils; 6 months",
        "<Plain>d = 0.2 *",
    ]
    every = tables.effect_list(evidence, COMPARISONS, columns, unprinted=True)
    assert list(every["Effect as printed"])[2] == r"*No gain\_*"
    assert list(every["Sample, follow-up"])[2] == "not told"


def test_effects_stand_in_the_order_of_the_comparisons(builder: Builder) -> None:
    builder.many(2)
    builder.effect("s0", comparison="comparison-group", told={"effect": "1"})
    builder.effect("s1", told={"effect": "1"}).effect("s1", coder="A", told={"effect": "2"})
    frame = tables.effect_list(builder.build(), COMPARISONS, {"comparison": "Compared"})
    assert lines(frame)[0][:2] == ("@s1", "Randomised")
    assert list(frame["Source"]) == ["@s1", "@s0"]


def test_no_effect_leaves_an_empty_list(builder: Builder) -> None:
    assert tables.effect_list(builder.add("a").build(), COMPARISONS, {}).empty


def test_a_wrong_value_is_told(real: Evidence) -> None:
    with pytest.raises(ChapterError, match="outcome has no money"):
        tables.effect_votes(real, COMPARISONS, outcome="money")
