"""What chapters say of the people who checked: nothing too much of none, one and some."""

from dataclasses import replace

from evidence.findings.people import agreements_with_people, codes_checked, judged_by_people
from evidence.findings.verdicts import judge
from evidence.model.evidence import Evidence
from evidence.report.people import agreement_table, checked_values, codes_table
from evidence.report.tables.robustness import Robustness, people_sentence
from evidence.words import UNDEFINED
from tests.builders import Builder

NAMES = ("sources", "people", "share", "machine_only")


def with_ada(builder: Builder) -> Evidence:
    evidence = builder.build()
    return replace(evidence, codebook=replace(evidence.codebook, people=("Ada",)))


def said(evidence: Evidence) -> list[str]:
    return [str(getattr(checked_values(evidence), name)) for name in NAMES]


def test_none_one_and_all_sources_are_told(builder: Builder) -> None:
    assert said(builder.build()) == ["0", "0", UNDEFINED, UNDEFINED]
    builder.many(3, "theme:trust:barrier")
    assert said(builder.build()) == ["0", "0", "0%", "100%"]
    builder.appraise("s0", "Ada")
    assert said(with_ada(builder)) == ["1", "1", "33%", "67%"]
    builder.appraise("s1", "Ada").appraise("s2", "Ada")
    assert said(with_ada(builder)) == ["3", "1", "100%", "0%"]


def test_a_person_counts_also_where_another_speaks_for_them(builder: Builder) -> None:
    builder.many(3, "theme:trust:barrier")
    for source_id, person in (("s0", "Ada"), ("s1", "Ada"), ("s1", "Grace")):
        builder.appraise(source_id, person)
    evidence = builder.build()
    codebook = replace(evidence.codebook, people=("Ada", "Grace", "Nobody yet"))
    assert said(replace(evidence, codebook=codebook))[:2] == ["2", "2"]


def test_tables_have_a_row_a_question_and_a_row_a_code_the_least_alike_first(
    builder: Builder,
) -> None:
    builder.many(3, "theme:trust:barrier", "theme:culture:barrier")
    for number in range(3):
        builder.appraise(f"s{number}", "Ada")
        builder.code(f"s{number}", "theme:culture:barrier", coder="Ada")
    evidence = with_ada(builder)
    questions = agreement_table(agreements_with_people(evidence))
    asked = [*evidence.codebook.attributes, *evidence.codebook.facets]
    assert len(questions) == len(asked)
    rows = codes_checked(evidence, judge(evidence))
    table = codes_table(rows, evidence.claims.entries())
    assert table["Alike"].iloc[0] == "none of 3"
    codes = {row[0]: row for row in table.astype(str).to_numpy().tolist()}
    _, _, statements, held, alike, interval, *_ = codes["Culture"]
    assert (held, alike) == ("3", "all 3")
    # Three alike are no proof of more: the interval of the share says so, where alpha can't.
    assert interval.endswith(" to 100%")
    assert not interval.startswith("100%")
    assert {*statements.split(", ")} <= {*evidence.claims.entries().values()}
    assert codes["Trust"][3] == "3"


def test_the_sentence_names_the_verdicts_that_would_differ(builder: Builder) -> None:
    builder.many(6, "outcome:cost:measured-improved")
    evidence = with_ada(builder)
    sentence = people_sentence(evidence, judge(evidence), judged_by_people(evidence))
    assert sentence.endswith("would change no verdict.")
    for number in range(6):
        builder.appraise(f"s{number}", "Ada")
        builder.code(f"s{number}", "outcome:cost:measured-worse", coder="Ada")
    evidence = with_ada(builder)
    told = Robustness(evidence, judge(evidence)).on_people.markdown
    assert evidence.claims.entries()["savings-unconfirmed"] in told
    assert " from *" in told
