"""What people say beside the coding that is counted, and in its place."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from evidence.findings.agreement import Agreement, agreements, code_agreements
from evidence.findings.people import (
    agreements_with_people,
    checked,
    codes_checked,
    judged_by_people,
)
from evidence.findings.verdicts import judge
from evidence.model.evidence import Evidence
from tests.builders import Builder

ADA, GRACE = "Ada", "Grace"


def with_people(builder: Builder, *people: str) -> Evidence:
    evidence = builder.build()
    return replace(evidence, codebook=replace(evidence.codebook, people=people))


def of(rows: Iterable[Agreement], question: str) -> Agreement:
    return next(row for row in rows if row.question == question)


def test_without_people_nothing_is_checked(builder: Builder) -> None:
    evidence = builder.add("a", "theme:trust:barrier").build()
    assert not checked(evidence)
    assert agreements_with_people(evidence) == ()
    assert codes_checked(evidence, judge(evidence)) == ()
    assert judged_by_people(evidence) == judge(evidence)


def test_a_source_read_in_which_nothing_is_said_is_checked(builder: Builder) -> None:
    builder.many(3, "theme:trust:barrier").appraise("s0", ADA).appraise("s1", ADA)
    builder.code("s1", "theme:trust:barrier", coder=ADA)
    evidence = with_people(builder, ADA)
    assert checked(evidence) == {"s0": ADA, "s1": ADA}
    theme = of(agreements_with_people(evidence), "theme")
    # One code in use, two sources; the third nobody checked.
    assert (theme.units, theme.percent) == (2, 0.5)


def test_the_person_named_first_speaks_for_a_source(builder: Builder) -> None:
    builder.many(3, "theme:trust:barrier")
    for person, stance in ((ADA, "barrier"), (GRACE, "facilitator")):
        for source_id in ("s0", "s1"):
            builder.appraise(source_id, person)
            builder.code(source_id, f"theme:trust:{stance}", coder=person)
    builder.appraise("s2", GRACE)
    for people, alike in (((ADA, GRACE), 2), ((GRACE, ADA), 0)):
        evidence = with_people(builder, *people)
        assert checked(evidence) == {"s0": people[0], "s1": people[0], "s2": GRACE}
        theme = of(agreements_with_people(evidence), "theme")
        assert theme.percent == pytest.approx(alike / 3)


def test_agreement_is_that_of_two_coders_on_the_checked_sources(builder: Builder) -> None:
    """As if the agreed coding and the person had been the coders of a review of these sources."""
    held = ["theme:trust:barrier", "issue:attribution:raises", "term:integration:uses"]
    for number in range(12):
        builder.add(f"s{number}", *held[: number % 4], design="survey")
        if number < 8:
            builder.appraise(f"s{number}", ADA, design="survey" if number % 3 else "qualitative")
            builder.code(f"s{number}", *held[: number % 3], coder=ADA)
    evidence = with_people(builder, ADA)
    alone = evidence.without({f"s{number}" for number in range(8, 12)})
    alone = replace(
        alone, codebook=replace(alone.codebook, coders=("agreed", ADA), people=(), partial=())
    )
    assert agreements_with_people(evidence) == agreements(alone)
    found = {row.code: row.agreement for row in codes_checked(evidence, judge(evidence))}
    assert found.items() <= code_agreements(alone, minimum=1).items()
    assert found["theme", "trust"].interval


def test_codes_are_those_that_findings_lean_on_with_how_often_they_are_held(
    builder: Builder,
) -> None:
    builder.many(4, "theme:trust:barrier").appraise("s0", ADA).appraise("s1", ADA)
    builder.code("s0", "theme:funding:barrier", coder=ADA)
    evidence = with_people(builder, ADA)
    findings = judge(evidence)
    rows = {row.code: row for row in codes_checked(evidence, findings)}
    assert rows["theme", "trust"].held == 2
    assert rows["theme", "funding"].held == 1
    assert ("theme", "culture") not in rows
    for code, row in rows.items():
        assert row.claim_ids
        assert all(code in findings[claim_id].codes for claim_id in row.claim_ids)


def test_findings_change_where_people_say_otherwise_and_count_them_nowhere(
    builder: Builder,
) -> None:
    builder.many(6, "outcome:cost:measured-improved")
    before = judge(builder.build())["savings-unconfirmed"]
    for number in range(6):
        builder.appraise(f"s{number}", ADA)
        builder.code(f"s{number}", "outcome:cost:measured-worse", coder=ADA)
    evidence = with_people(builder, ADA)
    assert judge(evidence)["savings-unconfirmed"] == before
    assert judged_by_people(evidence)["savings-unconfirmed"].verdict != before.verdict


def test_people_leave_the_agreement_of_the_coders_as_it_is(builder: Builder) -> None:
    for number in range(4):
        builder.add(f"s{number}", "theme:trust:barrier")
        for coder in ("A", "B"):
            builder.appraise(f"s{number}", coder)
        builder.code(f"s{number}", "theme:trust:barrier", coder="AB"[number % 2])
    before = agreements(builder.build()), code_agreements(builder.build(), minimum=1)
    for number in range(4):
        builder.appraise(f"s{number}", ADA, design="inquiry")
        builder.code(f"s{number}", "theme:culture:barrier", coder=ADA)
    evidence = with_people(builder, ADA)
    assert (agreements(evidence), code_agreements(evidence, minimum=1)) == before


def test_the_baseline_is_never_checked(builder: Builder) -> None:
    builder.appraise("brown2006", ADA)
    assert not checked(with_people(builder, ADA))
