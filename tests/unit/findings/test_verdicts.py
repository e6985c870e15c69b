"""The verdicts of the report against a recount by hand, and how a claim becomes a finding."""

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest

from evidence.findings.verdicts import Editions, judge, judge_editions, main_condition
from evidence.model.claims import Claim, Finding, holds
from evidence.model.evidence import Evidence
from tests.builders import Builder
from tests.recount import Recount, recount

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def recounts() -> Mapping[str, Mapping[str, Recount]]:
    return {"then": recount(DATA, 2006), "since": recount(DATA, after=2006), "now": recount(DATA)}


@pytest.mark.parametrize("edition", ["then", "since", "now"])
@pytest.mark.parametrize("claim", recount(DATA))
def test_a_finding_agrees_with_a_recount_by_hand(
    real_editions: Editions,
    recounts: Mapping[str, Mapping[str, Recount]],
    claim: str,
    edition: str,
) -> None:
    found: Finding = getattr(real_editions, edition)[claim]
    by_hand = recounts[edition][claim]
    assert found.verdict == by_hand.verdict
    assert set(found.supporting) == by_hand.supporting
    assert set(found.contrary) == by_hand.contrary
    assert {name: float(found.values[name]) for name in by_hand.numbers} == by_hand.numbers


def test_every_claim_is_judged_in_order_in_both_editions(
    real: Evidence, real_editions: Editions
) -> None:
    order = list(real.claims.claims)
    assert list(real_editions.then) == list(real_editions.now) == order
    assert {row.edition for row in real_editions.then.values()} == {2006}
    assert {row.edition for row in real_editions.now.values()} == {
        max(row.year for row in real.sources.values())
    }


def test_a_source_of_the_baseline_year_is_in_the_baseline_edition(builder: Builder) -> None:
    for year in (2005, 2006, 2007):
        builder.add(f"s{year}", "theme:trust:barrier", year=year)
    editions = judge_editions(builder.build())
    assert editions.then["barriers-substantial"].supporting == ("s2005", "s2006")
    assert editions.now["barriers-substantial"].supporting == ("s2005", "s2006", "s2007")


@pytest.mark.parametrize(
    ("value", "condition", "expected"),
    [
        (0.5, ">= 0.50", True),
        (0.49999, ">= 0.50", False),
        (0.5, "> 0.5", False),
        (3, "<= 3", True),
        (3, "< 3", False),
        (1 / 3, "< 0.333", False),
        (1 / 5, ">= 0.20", True),
    ],
)
def test_conditions_compare(value: float, condition: str, expected: bool) -> None:
    assert holds(value, condition) is expected


def with_claim(evidence: Evidence, claim: Claim) -> Evidence:
    claims = {**evidence.claims.claims, claim.claim_id: claim}
    return replace(evidence, claims=replace(evidence.claims, claims=MappingProxyType(claims)))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"supported": {"sources": ">= 4"}}, "supported"),
        ({"supported": {"sources": ">= 5"}, "partly": {"sources": ">= 4"}}, "partly"),
        ({"supported": {"sources": "> 4"}, "partly": {"share": "> 0.4"}}, "not-supported"),
        (
            {"supported": {"sources": ">= 4", "share": ">= 0.41"}, "partly": {"sources": ">= 4"}},
            "partly",
        ),
        ({"supported": {"sources": ">= 4"}, "minimum": 10}, "supported"),
        ({"supported": {"sources": ">= 4"}, "minimum": 11}, "no-data"),
    ],
)
def test_thresholds_and_minimum_are_those_of_the_claim(
    builder: Builder, changes: Mapping[str, Any], verdict: str
) -> None:
    builder.many(4, "theme:trust:barrier").many(6, start=4)
    evidence = builder.build()
    claim = evidence.claims.claims["barriers-substantial"]
    moved = with_claim(evidence, replace(claim, **changes))
    assert judge(moved)["barriers-substantial"].verdict == verdict


def test_silent_is_not_supported_without_anyone_against(real_editions: Editions) -> None:
    rows = [*real_editions.then.values(), *real_editions.now.values()]
    for row in rows:
        assert row.silent is (row.verdict == "not-supported" and not row.contrary)


@pytest.mark.parametrize(
    ("inquiries", "holding", "verdict", "silent"),
    [
        (3, "failure:child-not-heard:found", "not-supported", False),
        (3, "theme:trust:barrier", "not-supported", True),
        (3, "failure:no-coordination:found", "supported", False),
        (2, "theme:trust:barrier", "no-data", False),
    ],
)
def test_silence_is_told_from_denial(
    builder: Builder, inquiries: int, holding: str, verdict: str, silent: bool
) -> None:
    builder.many(inquiries, holding, design="inquiry")
    finding = judge(builder.build())["inquiries-show-failure"]
    assert (finding.verdict, finding.silent) == (verdict, silent)


def test_findings_cannot_be_changed(real_editions: Editions) -> None:
    finding = real_editions.now["five-themes"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.verdict = "supported"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        real_editions.now = {}  # type: ignore[misc]
    for mapping in (finding.values, real_editions.now, real_editions.then):
        with pytest.raises(TypeError):
            cast("dict[str, object]", mapping)["new"] = finding


def test_sources_are_sorted_and_on_one_side(real_editions: Editions) -> None:
    for finding in (*real_editions.then.values(), *real_editions.now.values()):
        assert list(finding.supporting) == sorted(set(finding.supporting))
        assert list(finding.contrary) == sorted(set(finding.contrary))
        assert not set(finding.supporting) & set(finding.contrary)


@pytest.mark.parametrize(
    ("themed", "sources", "decimals"), [(50, 100, 1), (34, 100, 0), (33, 101, 1), (3, 10, 0)]
)
def test_a_share_near_its_threshold_has_a_decimal(
    builder: Builder, themed: int, sources: int, decimals: int
) -> None:
    builder.many(themed, "theme:trust:barrier").many(sources - themed, start=themed)
    values = judge(builder.build())["barriers-substantial"].values
    assert values["share"].decimals == decimals


def test_without_a_baseline_there_is_no_first_edition(builder: Builder) -> None:
    builder.many(30, "theme:trust:barrier")
    del builder.sources["brown2006"]
    editions = judge_editions(builder.build())
    assert not editions.then
    assert editions.now["barriers-substantial"].verdict == "supported"


def test_a_main_number_is_the_plain_share_where_there_is_one(real: Evidence) -> None:
    claim = real.claims.claims["terms-confusing"]
    assert main_condition(claim) == "share"
    assert main_condition(replace(claim, supported={"distinct_terms": ">= 8"})) == "distinct_terms"
