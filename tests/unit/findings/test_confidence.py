"""Confidence follows the declared rules, component by component."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from evidence.findings.confidence import confidence
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, SUPPORTED, Finding, Having
from evidence.model.declared import Component, ConfidenceRules, Criterion
from evidence.model.evidence import Evidence
from evidence.words import reason
from tests.builders import Builder

RULES = ConfidenceRules(
    levels=("high", "moderate", "low"),
    takes_off={"minor": 0, "moderate": 1, "serious": 2},
    components={
        "adequacy": Component(
            "Enough?",
            {
                "studies": Criterion(
                    "Studies", {"moderate": "< 3", "serious": "< 2"}, built_in="studies"
                ),
                "abstracts": Criterion(
                    "Abstracts",
                    {"minor": ">= 0.5"},
                    Having("basis", ("abstract",)),
                    "read as an abstract",
                ),
            },
        ),
        "coherence": Component(
            "One way?",
            {"dissent": Criterion("Dissent", {"moderate": ">= 0.25"}, built_in="dissent")},
        ),
    },
)


def under(evidence: Evidence, rules: ConfidenceRules = RULES) -> Evidence:
    return replace(evidence, confidence=rules)


def behind(evidence: Evidence, supporting: int, contrary: int) -> Finding:
    finding = judge(evidence)["barriers-substantial"]
    ids = sorted(evidence.counted())
    return replace(
        finding,
        verdict=SUPPORTED,
        supporting=tuple(ids[:supporting]),
        contrary=tuple(ids[supporting : supporting + contrary]),
    )


@pytest.mark.parametrize(
    ("supporting", "contrary", "level", "concerns"),
    [
        (4, 0, "high", ["none", "none"]),
        (3, 1, "moderate", ["none", "moderate"]),
        (2, 0, "moderate", ["moderate", "none"]),
        (1, 1, "low", ["moderate", "moderate"]),
        (1, 0, "low", ["serious", "none"]),
    ],
)
def test_concerns_take_levels_off_down_to_the_lowest(
    builder: Builder, supporting: int, contrary: int, level: str, concerns: list[str]
) -> None:
    evidence = under(builder.many(4, "theme:trust:barrier").build())
    found = confidence(evidence, behind(evidence, supporting, contrary))
    assert found.level == level
    assert [row.concern for row in found.components] == concerns


def test_there_is_no_confidence_without_a_source_behind_the_finding(builder: Builder) -> None:
    evidence = under(builder.many(4, "theme:trust:barrier").build())
    undecided = replace(behind(evidence, 1, 0), verdict=NO_DATA)
    for finding in (behind(evidence, 0, 0), undecided):
        found = confidence(evidence, finding)
        assert (found.level, found.components) == ("", ())


def test_every_component_has_its_reasons_in_words(builder: Builder) -> None:
    evidence = under(builder.many(4, "theme:trust:barrier").build())
    finding = behind(evidence, 3, 1)
    said = [
        reason(*measured, finding)
        for row in confidence(evidence, finding).components
        for measured in row.measured
    ]
    assert said == [
        "4 studies behind it",
        "none of 4 sources behind it read as an abstract",
        "3 sources for it, 1 against",
    ]


def test_sources_of_one_study_are_one_study(builder: Builder) -> None:
    for name in ("a1", "a2", "a3"):
        builder.add(name, "theme:trust:barrier", fields={"study": "one"})
    evidence = under(builder.build())
    adequacy, _ = confidence(evidence, behind(evidence, 3, 0)).components
    assert adequacy.concern == "serious"


def test_the_most_serious_concern_of_a_component_counts(builder: Builder) -> None:
    for name in ("a1", "a2"):
        builder.add(name, "theme:trust:barrier", fields={"basis": "abstract"})
    evidence = under(builder.build())
    adequacy, _ = confidence(evidence, behind(evidence, 2, 0)).components
    assert adequacy.concern == "moderate"


def test_without_rules_there_is_no_confidence(builder: Builder) -> None:
    evidence = under(builder.many(1, "theme:trust:barrier").build(), ConfidenceRules())
    found = confidence(evidence, behind(evidence, 1, 0))
    assert (found.level, found.components) == ("", ())


def test_the_real_rules_judge_every_finding(real: Evidence) -> None:
    for edition in (real, real.up_to(real.first_year())):
        for finding in judge(edition).values():
            found = confidence(edition, finding)
            assert found.level in real.confidence.levels
            assert [row.name for row in found.components] == list(real.confidence.components)


def test_looser_rules_never_lower_confidence(real: Evidence) -> None:
    none = {name: replace(row, criteria={}) for name, row in real.confidence.components.items()}
    loose = under(real, replace(real.confidence, components=MappingProxyType(none)))
    assert {confidence(loose, f).level for f in judge(loose).values()} == {"high"}
