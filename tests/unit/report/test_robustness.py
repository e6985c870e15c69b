"""Robustness in tables and sentences: what is marked, what is named, and nothing without cause."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from evidence.findings.agreement import Agreement
from evidence.findings.variants import Findings, leave_one_out, under_variants, vary
from evidence.findings.verdicts import judge
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED, Finding
from evidence.model.declared import Criterion
from evidence.model.evidence import Evidence
from evidence.report.codes import ChapterError
from evidence.report.tables import robustness
from tests.builders import Builder, with_claims

CLAIMS = ("five-themes", "process-dominates")


@pytest.fixture(scope="module")
def finding(real: Evidence) -> Finding:
    return replace(judge(real)["five-themes"], verdict=PARTLY, silent=False, close=False)


@pytest.fixture
def whole(finding: Finding) -> Findings:
    return {claim: replace(finding, claim_id=claim) for claim in CLAIMS}


def moved(whole: Findings, **verdicts: str) -> Findings:
    changes = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return {
        claim: replace(found, verdict=changes.get(claim, found.verdict))
        for claim, found in whole.items()
    }


def under(real: Evidence, whole: Findings, **changed: Findings) -> dict[str, Findings]:
    named = {name.replace("_", "-"): findings for name, findings in changed.items()}
    return {name: named.get(name, whole) for name in real.variants}


def none(whole: Findings) -> dict[str, dict[str, str]]:
    return {claim: {} for claim in whole}


def column(frame: pd.DataFrame, name: str) -> list[object]:
    return list(frame[name])


def test_a_variant_names_what_it_changes_and_counts_what_is_left(
    real: Evidence, whole: Findings
) -> None:
    changed = moved(whole, five_themes=SUPPORTED, process_dominates=NO_DATA)
    silent = {
        claim: replace(found, verdict=NOT_SUPPORTED, silent=True) for claim, found in whole.items()
    }
    varied = under(real, whole, coder_a=changed, coder_b=silent)
    frame = robustness.variants(real, whole, varied)
    assert column(frame, "Sources") == [
        len(vary(real, variant).counted()) for variant in real.variants.values()
    ]
    first, second, *others = column(frame, "Verdicts changed")
    assert first == "B11 **Supported** (stronger); B9 **Too few**"
    assert second == "B11 **Silent** (weaker); B9 **Silent** (weaker)"
    assert set(others) == {"None"}


@pytest.mark.parametrize(
    ("number", "which"),
    [
        (0, ""),
        (1, "[@s00]"),
        (12, "[" + "; ".join(f"@s{n:02}" for n in range(12)) + "]"),
        (15, "[" + "; ".join(f"@s{n:02}" for n in range(12)) + "] and 3 more"),
    ],
)
def test_a_dozen_single_sources_are_named(
    real: Evidence, whole: Findings, number: int, which: str
) -> None:
    decisive = {**none(whole), "five-themes": {f"s{n:02}": SUPPORTED for n in range(number)}}
    frame = robustness.single_sources(real, whole, decisive)
    assert [*frame.itertuples(index=False, name=None)] == (
        [("B11", "Partly", "Supported", number, which)] if number else []
    )


def test_the_studies_sentence_says_which_verdicts_change(real: Evidence, whole: Findings) -> None:
    sources = real.counted()
    counted = f"The {len(sources)} sources report {len(real.studies(sources))} studies"
    assert robustness.studies_sentence(real, whole, whole) == (
        f"{counted}; counting each source by itself would change no verdict."
    )
    assert robustness.studies_sentence(real, whole, moved(whole, five_themes=SUPPORTED)) == (
        f"{counted}; counting each source by itself would change one verdict: B11 from *partly* "
        "to *supported*."
    )


def test_measures_are_counted_under_each_variant(builder: Builder, tmp_path: Path) -> None:
    builder.many(3, "theme:trust:barrier").many(1, "theme:time:barrier", start=3)
    for number in range(4):
        builder.code(f"s{number}", "theme:time:barrier", coder="A")
    text = """
selections: {timely: {facet: theme, codes: time}}
claims: {it: {section: s, statement: S, count: {sources: everything}, minimum: 1,
  supported: {sources: ">= 1"}, partly: {sources: ">= 1"}}}
measures: {on-time: {title: "Time: any", part: {of: timely, among: everything}}}
"""
    evidence = with_claims(builder.build(), tmp_path, text)
    frame = robustness.measures_under(evidence, ["on-time"], ["coder-a", "no-reviews"])
    assert [*frame.itertuples(index=False, name=None)] == [
        (r"Time\: any", "1 of 4", "all 4", "1 of 4")
    ]
    assert [*frame.columns] == ["Measure", "As reported", "Pass A alone", "No reviews"]


@pytest.mark.parametrize(
    ("names", "variants", "said"),
    [
        (["tiem"], [], "no measure 'tiem'; there are .*better-randomised"),
        ([], ["coder-z"], "no variant 'coder-z'; there are coder-a"),
    ],
)
def test_a_measure_or_variant_that_is_not_there_is_told(
    real: Evidence, names: list[str], variants: list[str], said: str
) -> None:
    with pytest.raises(ChapterError, match=said):
        robustness.measures_under(real, names, variants)


def test_steadiness_names_what_stays_and_what_moves_most(real: Evidence, whole: Findings) -> None:
    assert robustness.steadiness(real, whole, under(real, whole), none(whole)) == (
        "In every check 2 verdicts stay as reported: B11 and B9."
    )
    varied = under(real, whole, uk_only=moved(whole, five_themes=NO_DATA))
    assert robustness.steadiness(real, whole, varied, none(whole)) == (
        "In every check one verdict stays as reported: B9. "
        f"The verdict that changes under the most variants is that on B11 (1 of {len(varied)})."
    )
    decisive = {claim: {"s1": found.outcome} for claim, found in whole.items()}
    assert robustness.steadiness(real, whole, under(real, whole), decisive) == (
        "No verdict stays as reported in every check."
    )


def test_the_coders_sentence_names_what_either_pass_would_change(
    real: Evidence, whole: Findings
) -> None:
    assert robustness.coders_sentence(real, whole, under(real, whole)) == (
        "Either pass alone would have given the same verdicts."
    )
    varied = under(real, whole, coder_b=moved(whole, five_themes=SUPPORTED))
    assert robustness.coders_sentence(real, whole, varied) == (
        "With pass B alone, one verdict would differ: B11."
    )


def test_the_single_sources_sentence_counts_them(real: Evidence, whole: Findings) -> None:
    assert robustness.single_sources_sentence(real, none(whole)) == (
        "No verdict changes when any single source is taken out."
    )
    decisive = {**none(whole), "five-themes": dict.fromkeys("abc", SUPPORTED)}
    assert robustness.single_sources_sentence(real, decisive) == (
        "Taking out a single source changes one verdict: B11 (3 such sources)."
    )


def test_the_sentences_fit_the_tables_on_the_real_data(real: Evidence) -> None:
    whole, varied, decisive = judge(real), under_variants(real), leave_one_out(real)
    entries = real.claims.entries()
    sentence = robustness.single_sources_sentence(real, decisive)
    assert re.findall(r"B\d+", sentence) == [
        entries[claim] for claim, rows in decisive.items() if rows
    ]
    named = robustness.steadiness(real, whole, varied, decisive).split(". ", maxsplit=1)[0]
    assert re.findall(r"B\d+", named) == [
        entries[claim]
        for claim in whole
        if not decisive[claim]
        and all(found[claim].verdict == whole[claim].verdict for found in varied.values())
    ]


def test_tentative_codes_are_named_with_what_leans_on_them(real: Evidence, whole: Findings) -> None:
    rows = {
        ("theme", "trust"): Agreement("trust", 50, 0.9, 0.5, 0.5, (0.2, 0.7)),
        ("theme", "roles"): Agreement("roles", 50, 0.9, 0.6, 0.6, (0.3, 0.8)),
        ("theme", "time"): Agreement("time", 50, 0.9, 0.8, 0.8, (0.6, 0.9)),
        ("term", "networks"): Agreement("networks", 50, 0.9, 0.9, 0.9, (0.8, 1)),
    }
    leaning = {
        **whole,
        "five-themes": replace(whole["five-themes"], codes=frozenset({("theme", "roles")})),
        "process-dominates": replace(whole["process-dominates"], codes=frozenset()),
    }
    assert robustness.tentative_sentence(real, rows, leaning) == (
        "Of the 4 codes and values held in 10 sources or more, 2 have an alpha below 0.667 and are "
        "tentative: *trust* (theme) and *roles* (theme). On them lean the verdicts on "
        "B11. The interval reaches below it for one code or value: *time* (theme)."
    )
    sound = {("term", "networks"): rows["term", "networks"]}
    assert robustness.tentative_sentence(real, sound, leaning) == (
        "Of the one code or value held in 10 sources or more, none has an alpha below 0.667, so "
        "none is called tentative."
    )


def test_effects_that_all_coders_hold_are_told_by_coder() -> None:
    assert robustness.effects_sentence({"A": (1, 1), "B": (600, 1200)}) == (
        "Every coder holds 1 of 1 effect of coder A (100%) and 600 of 1,200 effects of "
        "coder B (50%)."
    )
    nothing = "There are no two coders whose effects could be compared."
    assert robustness.effects_sentence({}) == nothing


def test_confidence_rules_read_as_bounds(real: Evidence) -> None:
    frame = robustness.confidence_rules(real)
    assert list(frame.columns)[2:] == ["Minor", "Moderate", "Serious"]
    assert len(frame) == sum(len(row.criteria) for row in real.confidence.components.values())
    by_measure = {row[1]: row[2:] for row in frame.itertuples(index=False)}
    assert by_measure["Number of studies"] == ("below 20", "below 10", "below 5")
    read = "Share read as an abstract or an account by others only"
    assert by_measure[read] == ("50% or more", "90% or more", "–")


def test_a_bound_of_a_share_keeps_its_decimals(real: Evidence) -> None:
    aged = Criterion("Share that is old", {"serious": "> 0.125"}, real.codebook.weak, "old")
    component = replace(real.confidence.components["relevance"], criteria={"old": aged})
    rules = replace(real.confidence, components={"relevance": component})
    frame = robustness.confidence_rules(replace(real, confidence=rules))
    assert tuple(frame.iloc[0]) == ("Relevance", "Share that is old", "–", "–", "more than 12.5%")


def test_the_confidence_sentence_says_what_is_taken_off(real: Evidence) -> None:
    assert robustness.confidence_sentence(real) == (
        "Confidence starts at *high*. For each component a minor concern takes off no levels, "
        "a moderate concern takes off one level and a serious concern takes off 2 levels, down "
        "to *very low* at the lowest."
    )
