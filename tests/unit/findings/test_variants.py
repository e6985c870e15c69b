"""Each variant keeps what it says and nothing else; verdicts under them and without each source."""

from dataclasses import replace
from pathlib import Path

import pytest

from evidence.findings.variants import (
    OTHER,
    STRONGER,
    WEAKER,
    leave_one_out,
    movement,
    under_variants,
    vary,
)
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SILENT, SUPPORTED, Finding
from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.words import numbers
from tests.builders import Builder, with_claims

VARIANTS = load(Path(__file__).parents[3] / "data").variants


def of(name: str, evidence: Evidence) -> Evidence:
    return vary(evidence, VARIANTS[name])


def held(evidence: Evidence) -> set[tuple[str, str]]:
    return {(row.source_id, row.code) for row in evidence.agreed_codings("theme")}


@pytest.mark.parametrize(("name", "code"), [("coder-a", "trust"), ("coder-b", "time")])
def test_a_coder_alone_stands_in_for_the_agreed(builder: Builder, name: str, code: str) -> None:
    builder.add("s1", "theme:funding:barrier", weight="high")
    for coder, own in (("A", "trust"), ("B", "time")):
        builder.code("s1", f"theme:{own}:barrier", coder=coder)
        builder.appraise("s1", coder, weight={"A": "medium", "B": "low"}[coder])
    found = of(name, builder.build())
    assert held(found) == {("s1", code)}
    assert found.values("s1", "weight") == ({"coder-a": "medium", "coder-b": "low"}[name],)


def test_alike_in_both_keeps_what_both_coders_made(real: Evidence) -> None:
    found = of("both-coders", real)
    kept = [row for row in found.codings if row.coder == "agreed"]
    own = {
        coder: {
            (row.source_id, row.facet, row.code, row.stance)
            for row in real.codings
            if row.coder == coder
        }
        for coder in "AB"
    }
    assert {(row.source_id, row.facet, row.code, row.stance) for row in kept} <= own["A"] & own["B"]
    assert found.agreed == real.agreed


def test_reviews_are_the_review_designs_and_the_group(builder: Builder) -> None:
    builder.add("systematic", design="systematic-review").add(
        "narrative", design="literature-review"
    )
    builder.add("cases", design="inquiry", groups=("inquiry", "review")).add("survey")
    assert of("no-reviews", builder.build()).counted() == {"survey"}


def test_adult_services_are_left_out_by_sector(builder: Builder) -> None:
    builder.add("adults", sector="health-social-care").add("pupils", sector="schools")
    assert of("no-adult-services", builder.build()).counted() == {"pupils"}


def test_the_uk_is_its_name_and_its_nations(builder: Builder) -> None:
    for country in ("UK", "England", "England and Wales", "Scotland", "Ireland", "International"):
        builder.add(country, fields={"country": country})
    assert of("uk-only", builder.build()).counted() == {
        "UK",
        "England",
        "England and Wales",
        "Scotland",
    }


def test_every_country_of_the_data_is_sorted_by_name(real: Evidence) -> None:
    abroad = {row.country for row in real.sources.values()} - {
        row.country for row in of("uk-only", real).sources.values()
    }
    assert abroad == {
        "Australia",
        "Canada",
        "International",
        "Ireland",
        "Netherlands",
        "New Zealand",
        "Norway",
        "Sweden",
        "USA",
    }


def test_effects_are_those_of_the_coder_or_of_both(builder: Builder) -> None:
    for number, whose in enumerate(("both", "A")):
        builder.add(f"s{number}").effect(f"s{number}", told={"reconciled": whose})
    builder.effect("s1", coder="A").effect("s1", coder="B")
    evidence = builder.build()
    found = {
        name: {row.source_id for row in of(name, evidence).agreed_effects}
        for name in ("coder-a", "both-coders", "by-source")
    }
    assert found == {"coder-a": {"s1"}, "both-coders": {"s0"}, "by-source": {"s0", "s1"}}


def test_low_weight_is_left_out(builder: Builder) -> None:
    builder.add("low", weight="low").add("medium", weight="medium").add("high", weight="high")
    assert of("no-low-weight", builder.build()).counted() == {"medium", "high"}


@pytest.mark.parametrize(
    ("variant", "search"), [("no-fifth-search", "inquiries"), ("no-sixth-search", "named")]
)
def test_a_search_is_what_it_included_and_not_what_it_added_text_to(
    real: Evidence, variant: str, search: str
) -> None:
    def by(decision: str, here: bool) -> set[str]:
        return {
            row.source_id
            for row in real.screening
            if row.decision == decision and (row.search == search) == here
        }

    found = of(variant, real)
    assert real.counted() - found.counted() == by("include", here=True)
    earlier = by("merged", here=True) & by("include", here=False) & real.counted()
    assert earlier
    assert earlier <= found.counted()


def test_what_was_read_decides_on_abstracts_and_accounts(builder: Builder) -> None:
    for basis in ("abstract", "account", "executive-summary", "full-text-part"):
        builder.add(basis, fields={"basis": basis})
    evidence = builder.build()
    assert of("abstracts-only", evidence).counted() == {"abstract"}
    assert of("no-accounts", evidence).counted() == evidence.counted() - {"account"}


def test_each_source_by_itself_is_a_study_of_its_own(builder: Builder) -> None:
    builder.many(8, start=3)
    for position in range(3):
        builder.add(f"s{position}", "theme:trust:barrier", fields={"study": "one"})
    evidence = builder.build()
    counted = numbers(judge(evidence)["barriers-substantial"])
    by_source = numbers(judge(of("by-source", evidence))["barriers-substantial"])
    assert (str(counted["part"]), str(by_source["part"])) == ("1 of 9", "3 of 11")


@pytest.mark.parametrize("name", VARIANTS)
def test_the_baseline_and_the_input_stay(real: Evidence, name: str) -> None:
    before = real.counted()
    found = of(name, real)
    assert found.baseline() == real.baseline()
    assert real.counted() == before
    assert found.counted() <= before
    assert {row.source_id for row in found.codings} <= set(found.sources)
    assert {row.source_id for row in found.appraisals} <= set(found.sources)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("sources", [0, 1])
def test_with_one_source_or_none_left_there_is_no_verdict(
    builder: Builder, name: str, sources: int
) -> None:
    builder.many(
        sources,
        "theme:trust:barrier",
        "outcome:attainment:anticipated",
        design="literature-review",
        sector="health-social-care",
    )
    findings = judge(of(name, builder.build()))
    assert {finding.verdict for finding in findings.values()} == {NO_DATA}


def test_names_differ() -> None:
    for attribute in ("heading", "phrase", "meaning"):
        assert len({getattr(row, attribute) for row in VARIANTS.values()}) == len(VARIANTS)


def naive(evidence: Evidence) -> dict[str, dict[str, str]]:
    """Judge again on evidence that is built anew, row by row, without each source in turn."""
    whole = judge(evidence)
    changed: dict[str, dict[str, str]] = {claim_id: {} for claim_id in whole}
    for left_out in sorted(evidence.counted()):
        rest = Evidence(
            **{
                name: getattr(evidence, name)
                for name in Evidence.__dataclass_fields__
                if name not in ("sources", "codings", "appraisals")
            },
            sources={key: row for key, row in evidence.sources.items() if key != left_out},
            codings=tuple(row for row in evidence.codings if row.source_id != left_out),
            appraisals=tuple(row for row in evidence.appraisals if row.source_id != left_out),
        )
        for claim_id, finding in judge(rest).items():
            if finding.verdict != whole[claim_id].verdict:
                changed[claim_id][left_out] = finding.outcome
    return changed


def verdicts(evidence: Evidence) -> dict[str, dict[str, str]]:
    return {claim_id: dict(rows) for claim_id, rows in leave_one_out(evidence).items()}


def test_leaving_one_out_equals_a_naive_judgement(real: Evidence) -> None:
    assert verdicts(real) == naive(real)


def test_one_source_decides(builder: Builder) -> None:
    builder.many(9).add("first", "outcome:cost:anticipated")
    builder.add("second", "outcome:cost:anticipated").add("third", "outcome:cost:anticipated")
    found = verdicts(builder.build())["savings-anticipated"]
    assert found == {"first": PARTLY, "second": PARTLY, "third": PARTLY}
    builder.add("fourth", "outcome:cost:anticipated")
    assert verdicts(builder.build())["savings-anticipated"] == {}


def test_every_source_decides_whether_there_are_enough(builder: Builder) -> None:
    found = verdicts(builder.many(10).build())["savings-anticipated"]
    assert found == {f"s{position}": NO_DATA for position in range(10)}


def test_a_source_whose_study_has_another_decides_no_share(builder: Builder) -> None:
    builder.many(7, "theme:trust:barrier", design="qualitative", voices=("professionals",))
    builder.many(5, "theme:trust:barrier", start=7, design="qualitative", voices=("documents",))
    claim = "professionals-voice"
    assert judge(builder.build())[claim].verdict == PARTLY
    assert verdicts(builder.build())[claim] == {f"s{n}": SUPPORTED for n in range(7, 12)}
    for position in range(7, 12):
        builder.add(
            f"twin{position}",
            "theme:trust:barrier",
            fields={"study": f"s{position}"},
            design="qualitative",
            voices=("documents",),
        )
    assert verdicts(builder.build())[claim] == {}


def test_every_claim_is_there_without_sources(builder: Builder) -> None:
    evidence = builder.build()
    assert verdicts(evidence) == {claim_id: {} for claim_id in evidence.claims.claims}


def test_every_claim_is_judged_under_every_variant(real: Evidence) -> None:
    found = under_variants(real)
    assert list(found) == list(real.variants)
    assert all(list(findings) == list(real.claims.claims) for findings in found.values())
    assert found["uk-only"] == judge(vary(real, real.variants["uk-only"]))


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (SUPPORTED, SUPPORTED, None),
        (PARTLY, SUPPORTED, STRONGER),
        (NOT_SUPPORTED, PARTLY, STRONGER),
        (SUPPORTED, NOT_SUPPORTED, WEAKER),
        (PARTLY, NO_DATA, OTHER),
        (NO_DATA, NOT_SUPPORTED, OTHER),
        (NO_DATA, NO_DATA, None),
    ],
)
def test_a_verdict_moves_on_the_scale_or_off_it(
    finding: Finding, before: str, after: str, moved: str | None
) -> None:
    assert movement(replace(finding, verdict=before), replace(finding, verdict=after)) == moved


@pytest.fixture
def finding(real: Evidence) -> Finding:
    return judge(real)["five-themes"]


def test_one_source_can_take_away_several_terms_at_once(builder: Builder) -> None:
    terms = list(builder.build().codebook.facets["term"].codes)[:9]
    for name in ("one", "two"):
        builder.add(name, *(f"term:{code}:uses" for code in terms))
    for position in range(8):
        builder.add(f"d{position}", f"term:{terms[0]}:defines", "issue:unclear-terms:raises")
    evidence = builder.build()
    assert verdicts(evidence) == naive(evidence)
    assert {"one", "two"} <= verdicts(evidence)["terms-confusing"].keys()


def test_few_sources_are_judged_one_by_one(builder: Builder) -> None:
    for number in (1, 2, 5, 11):
        evidence = builder.many(number).build()
        assert verdicts(evidence) == naive(evidence)


def test_a_source_that_overrules_its_study_decides_by_what_is_left_of_it(
    builder: Builder, tmp_path: Path
) -> None:
    for study in ("one", "two"):
        builder.add(study)
        builder.effect(study)
        builder.add(f"{study}-later", fields={"study": study})
        builder.effect(f"{study}-later", "attainment", "worse").effect(
            f"{study}-later", "cost", "worse"
        )
    builder.add("three").effect("three")
    text = """claims:
  better:
    section: summary
    statement: Most are better.
    count: {studies: {effects: {population: children}, mostly: {direction: better}}}
    minimum: 0
    supported: {studies: ">= 2"}
    partly: {studies: ">= 1"}
"""
    evidence = with_claims(builder.build(), tmp_path, text)
    # Without the later source of either study, that study is mostly better too.
    found = verdicts(evidence)["better"]
    assert found == {"one-later": SUPPORTED, "three": SILENT, "two-later": SUPPORTED}
    assert found == naive(evidence)["better"]
