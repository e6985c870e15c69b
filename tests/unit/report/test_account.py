"""What moved through the editions, told in sentences."""

from dataclasses import replace

from evidence.findings.editions import courses
from evidence.model.evidence import Evidence
from evidence.report import account
from evidence.report.account import bound_of, moved_account, noun_of, unmoved_account
from evidence.words import label
from tests.builders import Builder
from tests.unit.conftest import pandoc_blocks, shown
from tests.unit.findings.test_editions import COST, moving, savings


def test_main_numbers_are_told_with_their_thresholds(real: Evidence) -> None:
    found = {key: f"{noun_of(row)}: {bound_of(row)}" for key, row in courses(real).items()}
    assert found["terms-confusing"] == "share: 50% or more"
    assert found["terms-challenge"] == "lowest count: 3 or more"
    assert found["savings-anticipated"] == "count: 3 or more"
    assert found["outcomes-unconfirmed"] == "share: under 33.3%"
    assert found["process-dominates"] == "ratio: 2 or more"
    assert found["five-themes"] == "lowest share: 20% or more"


def test_the_account_says_from_what_to_what_and_when(builder: Builder) -> None:
    text = moved_account(moving(builder)).markdown
    title = label("savings-anticipated")
    assert title.endswith("?")
    assert text.startswith(f"- **{title}** The verdict was *not shown")
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
        moved_account(builder.build()).markdown
    )
    builder.many(2, "failure:no-coordination:found", start=20, year=2009, design="inquiry")
    builder.many(2, "failure:no-coordination:found", start=30, year=2010, design="inquiry")
    assert "with 5 new sources, 4 for the statement and 1 against it [@s30; @s31; @other;" in (
        moved_account(builder.build()).markdown
    )


def test_the_account_cites_six_and_counts_the_rest(builder: Builder) -> None:
    builder.many(10, year=2005).many(8, COST, start=20, year=2009)
    text = moved_account(builder.build()).markdown
    assert "[@s20; @s21; @s22; @s23; @s24; @s25] and 2 more." in text
    assert "@s26" not in text


def test_the_account_in_the_current_edition(builder: Builder) -> None:
    builder.many(10, COST, year=2005).many(1, start=50, year=2009)
    assert moved_account(builder.build()).markdown.startswith("No verdict moved")
    builder.many(3, "outcome:attainment:anticipated", start=60, year=2009)
    for code in ("physical-health", "offending", "family-support"):
        builder.many(2, f"outcome:{code}:anticipated", start=10 * len(code), year=2009)
    text = moved_account(builder.build()).markdown
    assert "on all sources. Over all editions" in text
    assert "and since" not in text


def test_a_verdict_moved_by_the_whole_alone(builder: Builder) -> None:
    found = "failure:no-coordination:found"
    builder.many(3, found, year=2005, design="inquiry")
    builder.many(3, start=10, year=2009, design="inquiry")
    text = moved_account(builder.build()).markdown
    assert "It moved to *partly supported* without a new source for or against it" in text
    assert "[@" not in text


def test_a_number_that_is_the_same_again_is_said_so(builder: Builder) -> None:
    evidence = moving(builder)
    course = savings(evidence)
    same = replace(course, standings=course.standings[2:])
    said = account._number_moved(evidence.quantities, same)
    assert said == "Its main number, the count, was and is 4."


def test_claims_that_did_not_move_share_one_sentence(builder: Builder) -> None:
    text = unmoved_account(moving(builder)).markdown
    assert text.count(".") == 1
    assert text.startswith("The verdict on ")
    still = [course for course in courses(moving(builder)).values() if not course.verdict_moves]
    assert f"on {len(still)} statements is the same in every edition" in text
    assert "savings anticipated" not in text


def test_the_report_tells_each_claim_once(real: Evidence) -> None:
    told = moved_account(real).markdown + unmoved_account(real).markdown
    for claim_id in real.claims.claims:
        assert told.lower().count(f"*{label(claim_id).lower()}*") == 1


def test_nothing_is_said_where_every_claim_moved(builder: Builder) -> None:
    evidence = moving(builder)
    claim = evidence.claims.claims["savings-anticipated"]
    alone = replace(evidence.claims, claims={claim.claim_id: claim})
    assert unmoved_account(replace(evidence, claims=alone)).markdown == ""


def test_a_unicode_claim_reads_back_from_markdown(builder: Builder) -> None:
    claim_id = "über-łódź*αβγ_жду"
    evidence = moving(builder)
    claim = replace(evidence.claims.claims["savings-anticipated"], claim_id=claim_id)
    alone = replace(evidence.claims, claims={claim_id: claim})
    (block,) = pandoc_blocks(moved_account(replace(evidence, claims=alone)).markdown)
    assert shown(block["c"][0][0]["c"]).startswith("<Strong>Über łódź*αβγ_жду. The verdict was ")
