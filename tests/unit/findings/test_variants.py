"""Each variant keeps what it says and nothing else, down to evidence that has nothing left."""

import pytest

from evidence.findings.variants import OF_CODING, OF_SOURCES, VARIANTS, reconciled_only
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA
from evidence.model.evidence import Evidence
from evidence.words import numbers
from tests.builders import Builder


def of(name: str, evidence: Evidence) -> Evidence:
    return VARIANTS[name].of(evidence)


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
    assert found.agreed() == real.agreed()


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


def test_low_weight_is_left_out(builder: Builder) -> None:
    builder.add("low", weight="low").add("medium", weight="medium").add("high", weight="high")
    assert of("no-low-weight", builder.build()).counted() == {"medium", "high"}


def test_the_fifth_search_is_what_it_included_and_not_what_it_added_text_to(real: Evidence) -> None:
    def by(decision: str, search: str) -> set[str]:
        return {
            row.source_id
            for row in real.screening
            if row.decision == decision and (row.search == "inquiries") == (search == "inquiries")
        }

    found = of("no-fifth-search", real)
    assert real.counted() - found.counted() == by("include", "inquiries")
    earlier = by("merged", "inquiries") & by("include", "others") & real.counted()
    assert earlier
    assert earlier <= found.counted()


def test_abstracts_only_goes_by_the_text_read(builder: Builder) -> None:
    for basis in ("abstract", "executive-summary", "full-text-part"):
        builder.add(basis, fields={"basis": basis})
    assert of("abstracts-only", builder.build()).counted() == {"abstract"}


def test_each_source_by_itself_is_a_study_of_its_own(builder: Builder) -> None:
    builder.many(8, start=3)
    for position in range(3):
        builder.add(f"s{position}", "theme:trust:barrier", fields={"study": "one"})
    evidence = builder.build()
    counted = numbers(judge(evidence)["barriers-substantial"])
    by_source = numbers(judge(of("by-source", evidence))["barriers-substantial"])
    assert (str(counted["part"]), str(by_source["part"])) == ("1 of 9", "3 of 11")


def test_what_the_coders_said_alone_bears_on_no_finding(real: Evidence) -> None:
    assert judge(reconciled_only(real)) == judge(real)


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


def test_names_differ_and_the_two_groups_are_all() -> None:
    assert list(VARIANTS) == [*OF_CODING, *OF_SOURCES]
    for attribute in ("heading", "phrase", "meaning", "of"):
        assert len({getattr(row, attribute) for row in VARIANTS.values()}) == len(VARIANTS)
