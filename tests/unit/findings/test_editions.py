from collections.abc import Callable
from dataclasses import replace

import pytest

from evidence.findings import editions
from evidence.findings.editions import EDITION_YEARS, Course, courses, edition_years, main_condition
from evidence.findings.rules import RULES
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA
from evidence.model.evidence import Evidence
from evidence.words import number, verdict
from tests.builders import Builder
from tests.unit.conftest import pandoc_blocks, shown

# What the main number of each claim is, read off claims.yml by hand.
MAIN = {
    "terms-confusing": ("share", "50% or more"),
    "terms-challenge": ("lowest count", "3 or more"),
    "outcomes-anticipated": ("lowest count", "2 or more"),
    "savings-anticipated": ("count", "3 or more"),
    "inquiries-show-failure": ("share", "75% or more"),
    "outcomes-unconfirmed": ("share", "under 33.3%"),
    "outcomes-hard-to-measure": ("share", "33.3% or more"),
    "savings-unconfirmed": ("share", "under 33.3%"),
    "process-dominates": ("ratio", "2 or more"),
    "professionals-voice": ("share", "60% or more"),
    "five-themes": ("lowest share", "20% or more"),
    "barriers-substantial": ("share", "50% or more"),
}
COST = "outcome:cost:anticipated"


def numbers(course: Course) -> list[str]:
    return [standing.number.text for standing in course.standings]


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
    years = (2006, *EDITION_YEARS, 2025)
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


def test_main_numbers_are_those_of_the_thresholds(real: Evidence) -> None:
    found = courses(real)
    assert {key: (course.noun, course.bound) for key, course in found.items()} == MAIN
    for course in found.values():
        now = course.standings[-1].finding.values
        if course.noun in ("share", "ratio"):
            assert numbers(course)[-1] == number(now[course.noun]).text
    lowest = min(
        float(found["five-themes"].standings[-1].finding.values[name])
        for name in ("funding", "culture", "roles_or_purpose", "leadership", "climate")
    )
    assert found["five-themes"].standings[-1].number.value == lowest
    assert numbers(found["savings-anticipated"])[-1] == "11"


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
            changed = (before.number, verdict(before.finding)) != (
                after.number,
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
        (lambda evidence: evidence.since(2006), (2025,)),
    ],
    ids=["baseline", "before the baseline", "no sources", "a fixed year", "without baseline"],
)
def test_editions_end_with_the_newest_source(
    real: Evidence, edition: Callable[[Evidence], Evidence], years: tuple[int, ...]
) -> None:
    evidence = edition(real)
    assert edition_years(evidence) == years
    assert all(len(course.standings) == len(years) for course in courses(evidence).values())


def test_the_account_says_from_what_to_what_and_when(builder: Builder) -> None:
    text = editions.moved_account(moving(builder)).markdown
    assert text.startswith("- **Savings anticipated.** The verdict was *not shown")
    assert (
        "then *partly supported*, a close call, on the sources up to 2010, "
        "then *supported* on the sources up to 2015 and since." in text
    )
    assert "its main number, the count, rose, from 0 to 4." in text
    assert (
        "It moved to *supported* with 3 new sources for the statement "
        "[@high; @low-new; @low-old]." in text
    )
    assert "with one new source for the statement [@first]." in text


def test_the_account_tells_the_sides_apart(builder: Builder) -> None:
    builder.many(3, year=2005, design="inquiry")
    builder.add("other", "failure:child-not-heard:found", year=2009, design="inquiry")
    assert "with one new source against the statement [@other]." in (
        editions.moved_account(builder.build()).markdown
    )
    builder.many(2, "failure:no-coordination:found", start=20, year=2009, design="inquiry")
    builder.many(2, "failure:no-coordination:found", start=30, year=2010, design="inquiry")
    assert "with 5 new sources, 4 for the statement and 1 against it [@s30; @s31; @other;" in (
        editions.moved_account(builder.build()).markdown
    )


def test_the_account_cites_six_and_counts_the_rest(builder: Builder) -> None:
    builder.many(10, year=2005).many(8, COST, start=20, year=2009)
    text = editions.moved_account(builder.build()).markdown
    assert "[@s20; @s21; @s22; @s23; @s24; @s25] and 2 more." in text
    assert "@s26" not in text


def test_the_account_in_the_current_edition(builder: Builder) -> None:
    builder.many(10, COST, year=2005).many(1, start=50, year=2009)
    assert editions.moved_account(builder.build()).markdown.startswith("No verdict moved")
    builder.many(3, "outcome:attainment:anticipated", start=60, year=2009)
    for code in ("physical-health", "offending", "family-support"):
        builder.many(2, f"outcome:{code}:anticipated", start=10 * len(code), year=2009)
    text = editions.moved_account(builder.build()).markdown
    assert "on all sources. Over all editions" in text
    assert "and since" not in text


def test_a_verdict_moved_by_the_whole_alone(builder: Builder) -> None:
    found = "failure:no-coordination:found"
    builder.many(3, found, year=2005, design="inquiry")
    builder.many(3, start=10, year=2009, design="inquiry")
    text = editions.moved_account(builder.build()).markdown
    assert "It moved to *partly supported* without a new source for or against it" in text
    assert "[@" not in text


def test_a_number_that_is_the_same_again_is_said_so(builder: Builder) -> None:
    evidence = moving(builder)
    course = savings(evidence)
    same = replace(course, standings=course.standings[2:])
    said = editions._number_moved(evidence.quantities, same)
    assert said == "Its main number, the count, was and is 4."


def test_claims_that_did_not_move_share_one_sentence(builder: Builder) -> None:
    text = editions.unmoved_account(moving(builder))
    assert text.count(".") == 1
    assert text.startswith("The verdict on ")
    still = [course for course in courses(moving(builder)).values() if not course.verdict_moves]
    assert f"on {len(still)} statements is the same in every edition" in text
    assert "savings anticipated" not in text


def test_the_report_tells_each_claim_once(real: Evidence) -> None:
    told = editions.moved_account(real).markdown + editions.unmoved_account(real)
    for claim_id in real.claims.claims:
        assert told.lower().count(f"*{claim_id.replace('-', ' ')}") == 1


def test_nothing_is_said_where_every_claim_moved(builder: Builder) -> None:
    evidence = moving(builder)
    claim = evidence.claims.claims["savings-anticipated"]
    alone = replace(evidence.claims, claims={claim.claim_id: claim})
    assert editions.unmoved_account(replace(evidence, claims=alone)) == ""


def test_a_unicode_claim_reads_back_from_markdown(
    builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = "über-łódź*αβγ_жду"
    evidence = moving(builder)
    claim = replace(evidence.claims.claims["savings-anticipated"], claim_id=claim_id)
    rules = {claim_id: RULES["savings-anticipated"]}
    monkeypatch.setattr("evidence.findings.editions.RULES", rules)
    monkeypatch.setattr("evidence.findings.verdicts.RULES", rules)
    alone = replace(evidence.claims, claims={claim_id: claim})
    (block,) = pandoc_blocks(editions.moved_account(replace(evidence, claims=alone)).markdown)
    assert shown(block["c"][0][0]["c"]).startswith("<Strong>Über łódź*αβγ_жду. The verdict was ")
