"""Each claim at its thresholds, on evidence made by hand; and what no rule may count."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED
from evidence.model.evidence import Coding, Evidence
from tests.builders import Builder


class Group(NamedTuple):
    """So many like sources."""

    number: int
    held: tuple[str, ...]
    appraised: dict[str, Any]


def of(number: int, *held: str, **appraised: Any) -> Group:
    return Group(number, held, appraised)


def _terms(distinct: int, define: int, raising: int) -> list[Group]:
    terms = ["inter-agency", "multi-agency", "joined-up", "partnership", "networks"]
    terms += ["collaboration", "co-operation", "one-stop", "wraparound"]
    uses = [f"term:{code}:uses" for code in terms[:distinct]]
    problem = "issue:unclear-terms:raises"
    return [
        of(2, *uses),
        of(1, f"term:{terms[-1]}:uses"),
        of(1, problem),
        of(raising, "term:integration:problematises", problem),
        of(define - raising, "term:integration:defines"),
    ]


def _each(sources: int, *counts: tuple[int, str]) -> list[Group]:
    groups = [of(number, held) for number, held in counts]
    return [*groups, of(sources - sum(number for number, _ in counts))]


def _challenges(sources: int, *counts: int) -> list[Group]:
    codes = ("communicating-agenda", "no-shared-understanding", "hard-to-measure")
    return _each(sources, *zip(counts, [f"issue:{code}:raises" for code in codes], strict=True))


def _expected(sources: int, *counts: int) -> list[Group]:
    codes = ("attainment", "physical-health", "mental-health", "offending", "family-support")
    held = [f"outcome:{code}:anticipated" for code in codes]
    return [*_each(sources, *zip(counts, held, strict=True)), of(3, "outcome:safety:anticipated")]


def _inquiries(failing: int, other: int, silent: int) -> list[Group]:
    return [
        of(failing - 1, "failure:information-not-shared:found", design="inquiry"),
        of(1, "failure:no-coordination:found", design="inquiry"),
        of(other, "failure:child-not-heard:found", design="inquiry"),
        of(silent, design="inquiry"),
        of(5, "theme:communication:barrier", design="survey"),
    ]


def _measured(code: str, improved: int, among: int) -> list[Group]:
    return [
        of(improved, f"outcome:{code}:measured-improved", f"outcome:{code}:measured-worse"),
        of(among - improved, f"outcome:{code}:perceived"),
        of(4, "outcome:access:measured-improved"),
    ]


def _doubts(raising: int, among: int) -> list[Group]:
    both = ("review", "outcome-evaluation")
    return [
        of(raising, "issue:attribution:raises", "issue:weak-methods:raises", groups=both),
        of(among - raising, groups=("review",)),
        of(9, "issue:weak-methods:raises", groups=("definition",)),
    ]


def _process(themed: int, measured: int) -> list[Group]:
    return [
        of(themed, "theme:trust:barrier", "theme:time:barrier"),
        of(measured, "outcome:safety:measured-no-difference", "outcome:general:measured-mixed"),
        of(5, "outcome:access:measured-improved", "outcome:safety:perceived"),
    ]


def _voices(professionals: int, among: int) -> list[Group]:
    theme = "theme:trust:barrier"
    return [
        of(professionals, theme, voices=("professionals", "children-families")),
        of(among - professionals, theme, voices=("children-families",), design="qualitative"),
        of(9, theme, voices=("professionals",), design="literature-review"),
        of(9, voices=("professionals",)),
    ]


def _themes(*tenths: int) -> list[Group]:
    codes = ("funding", "culture", "roles", "leadership", "climate")
    named = dict(zip(codes, tenths, strict=True))
    first, second = (
        [f"theme:{code}:barrier" for code, number in named.items() if number >= least]
        for least in (1, 2)
    )
    rest = "theme:trust:barrier"
    return [of(1, rest, *first), of(1, rest, *second), of(8, rest), of(7)]


def _themed(themed: int, sources: int) -> list[Group]:
    return _each(sources, (themed, "theme:trust:facilitator"))


CASES: list[tuple[str, list[Group], str]] = [
    ("terms-confusing", _terms(8, 10, 5), SUPPORTED),
    ("terms-confusing", _terms(8, 5, 5), SUPPORTED),
    ("terms-confusing", _terms(8, 4, 4), NO_DATA),
    ("terms-confusing", _terms(8, 11, 5), PARTLY),
    ("terms-confusing", _terms(8, 12, 3), PARTLY),
    ("terms-confusing", _terms(8, 13, 3), NOT_SUPPORTED),
    ("terms-confusing", _terms(7, 10, 10), NOT_SUPPORTED),
    ("terms-challenge", _challenges(10, 3, 3, 3), SUPPORTED),
    ("terms-challenge", _challenges(9, 3, 3, 3), NO_DATA),
    ("terms-challenge", _challenges(10, 4, 4, 2), PARTLY),
    ("terms-challenge", _challenges(10, 2, 3, 3), PARTLY),
    ("terms-challenge", _challenges(20, 9, 2, 2), NOT_SUPPORTED),
    ("outcomes-anticipated", _expected(8, 2, 1, 1, 2, 2), SUPPORTED),
    ("outcomes-anticipated", _expected(7, 1, 1, 1, 2, 2), PARTLY),
    ("outcomes-anticipated", _expected(7, 2, 0, 2, 2, 1), PARTLY),
    ("outcomes-anticipated", _expected(9, 5, 1, 0, 1, 2), NOT_SUPPORTED),
    ("outcomes-anticipated", _expected(6, 2, 1, 0, 2, 1), NO_DATA),
    ("savings-anticipated", _each(10, (3, "outcome:cost:anticipated")), SUPPORTED),
    ("savings-anticipated", _each(10, (2, "outcome:cost:anticipated")), PARTLY),
    ("savings-anticipated", _each(10, (1, "outcome:cost:anticipated")), PARTLY),
    ("savings-anticipated", _each(10, (10, "outcome:cost:measured-improved")), NOT_SUPPORTED),
    ("savings-anticipated", _each(9, (9, "outcome:cost:anticipated")), NO_DATA),
    ("inquiries-show-failure", _inquiries(3, 1, 0), SUPPORTED),
    ("inquiries-show-failure", _inquiries(3, 0, 1), SUPPORTED),
    ("inquiries-show-failure", _inquiries(2, 1, 0), PARTLY),
    ("inquiries-show-failure", _inquiries(2, 1, 1), PARTLY),
    ("inquiries-show-failure", _inquiries(2, 2, 1), NOT_SUPPORTED),
    ("inquiries-show-failure", _inquiries(2, 0, 0), NO_DATA),
    ("outcomes-unconfirmed", _measured("general", 332, 1000), SUPPORTED),
    ("outcomes-unconfirmed", _measured("general", 333, 1000), PARTLY),
    ("outcomes-unconfirmed", _measured("safety", 4, 12), PARTLY),
    ("outcomes-unconfirmed", _measured("safety", 8, 12), PARTLY),
    ("outcomes-unconfirmed", _measured("safety", 667, 1000), NOT_SUPPORTED),
    ("outcomes-unconfirmed", _measured("safety", 0, 10), SUPPORTED),
    ("outcomes-unconfirmed", _measured("safety", 0, 9), NO_DATA),
    ("outcomes-unconfirmed", _measured("family-support", 5, 20), NO_DATA),
    ("outcomes-hard-to-measure", _doubts(333, 1000), SUPPORTED),
    ("outcomes-hard-to-measure", _doubts(332, 1000), PARTLY),
    ("outcomes-hard-to-measure", _doubts(167, 1000), PARTLY),
    ("outcomes-hard-to-measure", _doubts(166, 1000), NOT_SUPPORTED),
    ("outcomes-hard-to-measure", _doubts(10, 10), SUPPORTED),
    ("outcomes-hard-to-measure", _doubts(9, 9), NO_DATA),
    ("savings-unconfirmed", _measured("cost", 1, 5), SUPPORTED),
    ("savings-unconfirmed", _measured("cost", 2, 5), PARTLY),
    ("savings-unconfirmed", _measured("cost", 2, 6), PARTLY),
    ("savings-unconfirmed", _measured("cost", 4, 6), PARTLY),
    ("savings-unconfirmed", _measured("cost", 4, 5), NOT_SUPPORTED),
    ("savings-unconfirmed", _measured("cost", 0, 4), NO_DATA),
    ("process-dominates", _process(20, 10), SUPPORTED),
    ("process-dominates", _process(19, 10), PARTLY),
    ("process-dominates", _process(15, 12), PARTLY),
    ("process-dominates", _process(14, 12), NOT_SUPPORTED),
    ("process-dominates", _process(0, 12), NOT_SUPPORTED),
    ("process-dominates", _process(90, 9), NO_DATA),
    ("process-dominates", _process(90, 0), NO_DATA),
    ("professionals-voice", _voices(6, 10), SUPPORTED),
    ("professionals-voice", _voices(59, 100), PARTLY),
    ("professionals-voice", _voices(4, 10), PARTLY),
    ("professionals-voice", _voices(39, 100), NOT_SUPPORTED),
    ("professionals-voice", _voices(9, 9), NO_DATA),
    ("five-themes", _themes(2, 2, 2, 2, 2), SUPPORTED),
    ("five-themes", _themes(2, 1, 2, 2, 2), PARTLY),
    ("five-themes", _themes(0, 2, 2, 1, 2), PARTLY),
    ("five-themes", _themes(2, 1, 1, 1, 2), NOT_SUPPORTED),
    ("five-themes", [of(9, "theme:funding:barrier")], NO_DATA),
    ("barriers-substantial", _themed(30, 60), SUPPORTED),
    ("barriers-substantial", _themed(29, 58), PARTLY),
    ("barriers-substantial", _themed(30, 61), PARTLY),
    ("barriers-substantial", _themed(33, 100), PARTLY),
    ("barriers-substantial", _themed(15, 15), PARTLY),
    ("barriers-substantial", _themed(14, 14), NOT_SUPPORTED),
    ("barriers-substantial", _themed(32, 100), NOT_SUPPORTED),
    ("barriers-substantial", _themed(9, 9), NO_DATA),
]


CLAIMS = tuple(dict.fromkeys(claim for claim, *_ in CASES))


def build(builder: Builder, groups: list[Group]) -> Evidence:
    start = 0
    for group in groups:
        builder.many(group.number, *group.held, start=start, **group.appraised)
        start += group.number
    return builder.build()


@pytest.mark.parametrize(("claim", "groups", "verdict"), CASES)
def test_a_verdict_turns_at_its_threshold(
    builder: Builder, claim: str, groups: list[Group], verdict: str
) -> None:
    finding = judge(build(builder, groups))[claim]
    assert finding.verdict == verdict, finding.values


def test_every_claim_meets_every_verdict() -> None:
    met = {(claim, verdict) for claim, _, verdict in CASES}
    verdicts = (SUPPORTED, PARTLY, NOT_SUPPORTED, NO_DATA)
    assert met == {(claim, verdict) for claim in CLAIMS for verdict in verdicts}


def test_roles_and_purpose_count_as_one_theme_and_a_source_once(builder: Builder) -> None:
    builder.add("both", "theme:roles:barrier", "theme:purpose:barrier", "theme:roles:facilitator")
    builder.add("one", "theme:purpose:facilitator").many(2, "theme:trust:barrier")
    values = judge(builder.build())["five-themes"].values
    assert float(values["roles_or_purpose"]) == 0.5


def test_health_counts_once_for_physical_and_mental(builder: Builder) -> None:
    builder.add("a", "outcome:physical-health:anticipated", "outcome:mental-health:anticipated")
    assert judge(builder.build())["outcomes-anticipated"].values["health"].numerator == 1


def test_a_term_counts_from_its_second_user_and_defining_is_no_use(builder: Builder) -> None:
    builder.add("a", "term:networks:uses", "term:networks:defines", "term:one-stop:uses")
    builder.add("b", "term:networks:defines", "term:one-stop:uses")
    assert judge(builder.build())["terms-confusing"].values["distinct_terms"].numerator == 1


def test_who_does_not_answer_is_neither_for_nor_against(builder: Builder) -> None:
    theme = "theme:trust:barrier"
    builder.add("silent", theme).add("families", theme, voices=("children-families",))
    builder.add("both", theme, voices=("professionals", "children-families"))
    builder.add("unnamed", design="inquiry")
    builder.add("other", "failure:child-not-heard:found", design="inquiry")
    builder.add("unshared", "failure:information-not-shared:found", design="inquiry")
    evidence = builder.build()
    voice = judge(evidence)["professionals-voice"]
    assert [set(voice.supporting), set(voice.contrary)] == [{"both"}, {"families"}]
    assert voice.values["unstated"].numerator == 1
    failure = judge(evidence)["inquiries-show-failure"]
    assert [set(failure.supporting), set(failure.contrary)] == [{"unshared"}, {"other"}]


@pytest.mark.parametrize("claim", CLAIMS)
def test_nothing_coded_is_no_data_and_raises_nothing(builder: Builder, claim: str) -> None:
    finding = judge(builder.build())[claim]
    assert finding.verdict == NO_DATA
    assert all(float(value) == 0 for value in finding.values.values())
    assert not finding.supporting + finding.contrary


def everything(evidence: Evidence) -> list[str]:
    """Every coding that the codebook allows, as ``facet:code:stance``."""
    return [
        f"{name}:{code}:{stance}"
        for name, facet in evidence.codebook.facets.items()
        for code in facet.codes
        for stance in facet.stances
    ]


def test_one_source_that_says_everything_is_too_few(builder: Builder, real: Evidence) -> None:
    for design in ("inquiry", "survey"):
        builder.add(design, *everything(real), design=design, groups=("review",))
        assert {row.verdict for row in judge(builder.build()).values()} == {NO_DATA}


def _baseline_says_everything(evidence: Evidence) -> Evidence:
    held = Builder(evidence).code("brown2006", *everything(evidence)).codings
    return replace(evidence, codings=(*evidence.codings, *held))


def _coders_say_everything(evidence: Evidence) -> Evidence:
    held = [
        row
        for source_id in list(evidence.counted())[:20]
        for coder in "AB"
        for row in Builder(evidence).code(source_id, *everything(evidence), coder=coder).codings
    ]
    return replace(evidence, codings=(*evidence.codings, *held))


def _coders_say_nothing(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        codings=tuple(row for row in evidence.codings if row.coder == "agreed"),
        appraisals=tuple(row for row in evidence.appraisals if row.coder == "agreed"),
    )


def _everyone_repeats(evidence: Evidence) -> Evidence:
    def again(row: Coding) -> Coding:
        return replace(row, locator="again")

    return replace(evidence, codings=(*evidence.codings, *map(again, evidence.codings)))


def _rows_turned_round(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        sources=dict(reversed(list(evidence.sources.items()))),
        codings=evidence.codings[::-1],
        appraisals=evidence.appraisals[::-1],
    )


@pytest.mark.parametrize(
    "change",
    [
        _baseline_says_everything,
        _coders_say_everything,
        _coders_say_nothing,
        _everyone_repeats,
        _rows_turned_round,
    ],
)
def test_what_must_not_count_moves_no_finding(
    real: Evidence, change: Callable[[Evidence], Evidence]
) -> None:
    assert judge(change(real)) == judge(real)


def test_any_source_can_be_taken_out(real: Evidence) -> None:
    agreed = _coders_say_nothing(real)
    for source_id in agreed.counted():
        rest = replace(
            agreed,
            sources={key: row for key, row in agreed.sources.items() if key != source_id},
            codings=tuple(row for row in agreed.codings if row.source_id != source_id),
            appraisals=tuple(row for row in agreed.appraisals if row.source_id != source_id),
        )
        for finding in judge(rest).values():
            assert source_id not in finding.supporting + finding.contrary
