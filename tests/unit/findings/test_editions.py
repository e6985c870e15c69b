from collections.abc import Callable
from dataclasses import replace

import pytest

from evidence.findings.editions import Course, courses, edition_years, main_condition
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA
from evidence.model.evidence import Evidence
from evidence.words import number, verdict
from tests.builders import Builder

COST = "outcome:cost:anticipated"


def numbers(course: Course) -> list[str]:
    return [number(standing.value).text for standing in course.standings]


def verdicts(course: Course) -> list[str]:
    return [standing.finding.verdict for standing in course.standings]


def savings(evidence: Evidence) -> Course:
    return courses(evidence)["savings-anticipated"]


def moving(builder: Builder) -> Evidence:
    """Let the verdict on savings go from not-supported over partly to supported."""
    builder.many(10, year=2005)
    builder.add("low-old", COST, year=2012).add("low-new", COST, year=2013)
    builder.add("high", COST, year=2011, weight="high")
    builder.add("first", COST, year=2008)
    return builder.add("latest", year=2024).build()


def test_editions_are_the_findings_on_the_sources_up_to_each_year(real: Evidence) -> None:
    years = (2006, *real.claims.editions, 2025)
    assert edition_years(real) == years
    judged = {year: judge(real.up_to(year)) for year in years}
    for claim_id, course in courses(real).items():
        assert [standing.finding for standing in course.standings] == [
            judged[year][claim_id] for year in years
        ]
        assert [standing.year for standing in course.standings] == list(years)
        assert [standing.current for standing in course.standings] == [False] * 4 + [True]


def test_the_last_edition_is_the_current_findings(real: Evidence) -> None:
    now = {key: course.standings[-1].finding for key, course in courses(real).items()}
    assert now == dict(judge(real))


def test_the_main_number_is_that_of_the_first_threshold(real: Evidence) -> None:
    for course in courses(real).values():
        assert course.name in course.claim.supported
        for standing in course.standings:
            assert standing.value == standing.finding.values[course.name]


def test_a_main_number_is_the_plain_share_where_there_is_one(real: Evidence) -> None:
    claim = real.claims.claims["terms-confusing"]
    assert main_condition(claim) == "share"
    assert main_condition(replace(claim, supported={"distinct_terms": ">= 8"})) == "distinct_terms"


def test_what_moves_a_claim_newly_stands_on_a_side(real: Evidence) -> None:
    for course in courses(real).values():
        by_year = {standing.year: standing for standing in course.standings}
        for move in course.moves:
            earlier, now = move.before.finding, move.after.finding
            assert move.supporting == set(now.supporting) - set(earlier.supporting)
            assert move.contrary == set(now.contrary) - set(earlier.contrary)
            assert set(move.sources) == move.supporting | move.contrary
            assert len(move.sources) == len(set(move.sources))
            assert by_year[move.after.year] is move.after
            for key in move.sources:
                assert move.before.year < real.sources[key].year <= move.after.year


def test_a_step_without_change_is_no_move(real: Evidence) -> None:
    for course in courses(real).values():
        moved = {move.after.year for move in course.moves}
        for before, after in zip(course.standings, course.standings[1:], strict=False):
            changed = (before.value, verdict(before.finding)) != (
                after.value,
                verdict(after.finding),
            )
            assert (after.year in moved) == changed


def test_a_verdict_that_moves_twice(builder: Builder) -> None:
    course = savings(moving(builder))
    assert verdicts(course) == ["not-supported", "partly", "supported", "supported", "supported"]
    assert numbers(course) == ["0", "1", "4", "4", "4"]
    assert [(move.before.year, move.after.year) for move in course.verdict_moves] == [
        (2006, 2010),
        (2010, 2015),
    ]
    assert course.moves == course.verdict_moves


def test_moving_sources_stand_by_weight_then_year(builder: Builder) -> None:
    first, second = savings(moving(builder)).verdict_moves
    assert first.sources == ("first",)
    assert second.sources == ("high", "low-new", "low-old")


def test_a_number_that_changes_alone_moves_no_verdict(builder: Builder) -> None:
    builder.many(10, COST, year=2005).add("later", COST, year=2009)
    course = savings(builder.build())
    (move,) = course.moves
    assert not move.of_verdict
    assert move.sources == ("later",)
    assert course.verdict_moves == ()


def test_silence_that_turns_into_denial_is_a_move(builder: Builder) -> None:
    builder.many(3, year=2005, design="inquiry")
    builder.add("other", "failure:child-not-heard:found", year=2009, design="inquiry")
    course = courses(builder.build())["inquiries-show-failure"]
    assert verdicts(course) == ["not-supported", "not-supported"]
    (move,) = course.verdict_moves
    assert (move.before.finding.silent, move.after.finding.silent) == (True, False)
    assert move.contrary == {"other"}


def test_an_edition_without_sources_has_no_verdict(builder: Builder) -> None:
    builder.many(12, COST, year=2022)
    course = savings(builder.build())
    assert verdicts(course) == [NO_DATA] * 4 + ["supported"]
    assert [standing.judged for standing in course.standings] == [False] * 4 + [True]


def test_one_source_is_judged_in_its_own_edition(builder: Builder) -> None:
    course = savings(builder.add("only", COST, year=2012).build())
    assert [standing.year for standing in course.standings] == [2006, 2010, 2012]
    assert numbers(course) == ["0", "0", "1"]
    assert verdicts(course) == [NO_DATA] * 3


@pytest.mark.parametrize(
    ("edition", "years"),
    [
        (lambda evidence: evidence.up_to(2006), (2006,)),
        (lambda evidence: evidence.up_to(1993), (1993,)),
        (lambda evidence: evidence.up_to(1900), ()),
        (lambda evidence: evidence.up_to(2020), (2006, 2010, 2015, 2020)),
        (lambda evidence: evidence.since(2006), (2010, 2015, 2020, 2025)),
    ],
    ids=["baseline", "before the baseline", "no sources", "a fixed year", "without baseline"],
)
def test_editions_end_with_the_newest_source(
    real: Evidence, edition: Callable[[Evidence], Evidence], years: tuple[int, ...]
) -> None:
    evidence = edition(real)
    assert edition_years(evidence) == years
    assert all(len(course.standings) == len(years) for course in courses(evidence).values())
