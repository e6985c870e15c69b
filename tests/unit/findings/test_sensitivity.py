"""Verdicts under variants and without each source, against a judgement of what is left."""

from dataclasses import replace

import pytest

from evidence.findings.sensitivity import (
    OTHER,
    STRONGER,
    WEAKER,
    leave_one_out,
    movement,
    under_variants,
)
from evidence.findings.variants import VARIANTS
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED, Finding
from evidence.model.evidence import Evidence
from tests.builders import Builder


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
                changed[claim_id][left_out] = finding.verdict
    return changed


def verdicts(evidence: Evidence) -> dict[str, dict[str, str]]:
    return {
        claim_id: {source_id: finding.verdict for source_id, finding in rows.items()}
        for claim_id, rows in leave_one_out(evidence).items()
    }


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
    assert list(found) == list(VARIANTS)
    assert all(list(findings) == list(real.claims.claims) for findings in found.values())
    assert found["uk-only"] == judge(VARIANTS["uk-only"].of(real))


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
