"""Rules as sentences, made of the rules alone."""

from pathlib import Path

import pytest

from evidence.model.evidence import Evidence
from evidence.rule_text import measure, noun, paragraph, rule
from tests.builders import with_claims

GROUPS = """
    groups:
      trust: {facet: theme, codes: [trust]}
      hours: {facet: theme, codes: [time]}
    """


def read(evidence: Evidence, folder: Path, counted: str, supported: str = "") -> Evidence:
    return with_claims(
        evidence,
        folder,
        "selections:\n"
        "  long: {facet: outcome, codes: [cost, access, safety, general]}\n"
        "  better: {all-codings: [long, {stances: better}]}\n"
        "claims:\n  it:\n    section: s\n    statement: S\n"
        f"    {counted}\n    minimum: 5\n    supported: {supported}\n    partly: {supported}\n",
    )


def counted(evidence: Evidence, folder: Path, selection: str) -> str:
    varied = read(evidence, folder, f"count: {{sources: {selection}}}", '{sources: ">= 3"}')
    return rule(varied.claims.claims["it"], varied.codebook)["counted"]


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ("everything", "the number of all sources"),
        ("{facet: theme}", "the number of sources with any theme"),
        (
            "{facet: theme, codes: [trust, key-worker], stances: barrier}",
            "the number of sources with theme trust or key worker in the stance barrier",
        ),
        (
            "{facet: outcome, codes: [cost], stances: measured}",
            "the number of sources with outcome cost in the stance measured",
        ),
        (
            "{facet: outcome, codes: [cost], stances: better}",
            "the number of sources with outcome cost in the stance measured improved",
        ),
        ("{design: [survey, inquiry]}", "the number of sources with design survey or inquiry"),
        ("{design: primary}", "the number of sources with design primary"),
        ("{country: [UK, Wales]}", "the number of sources with country UK or Wales"),
        ("{voices: []}", "the number of sources with no voices stated"),
        ("{not: {voices: []}}", "the number of sources with voices stated"),
        ("{not: {facet: theme}}", "the number of sources without any theme"),
        (
            "{all: [{facet: theme}, {design: survey}, {not: long}]}",
            "the number of sources with any theme, with design survey and not in “long”",
        ),
        (
            "{any: [{facet: theme}, {design: survey}]}",
            "the number of sources (with any theme or with design survey)",
        ),
    ],
)
def test_selections_are_said_in_words(
    real: Evidence, tmp_path: Path, selection: str, words: str
) -> None:
    assert counted(real, tmp_path, selection) == words


def test_long_selections_are_explained_by_their_names(real: Evidence, tmp_path: Path) -> None:
    varied = read(real, tmp_path, "count: {share: {of: better, among: long}}", '{share: "< 0.333"}')
    words = paragraph(varied.claims.claims["it"], varied.codebook)
    assert words == (
        "It counts the share of studies in “better” among studies in “long”. Supported where the "
        "share is less than 33.3%; partly supported where the share is less than 33.3%; not "
        "supported otherwise. No verdict where there are fewer than 5 studies in “long”. “better” "
        "are sources with one coding in “long” and in the stance measured improved; “long” are "
        "sources with outcome cost, access, safety or general."
    )


@pytest.mark.parametrize(
    ("text", "threshold", "words"),
    [
        ("{codes: {facet: theme, held_by: 2}}", ">= 8", "the number of it is at least 8"),
        ("{ratio: {of: long, to: better}}", "> 1.25", "the it is more than 1.25"),
        ("{share: {of: long, among: better}}", "<= 0.5", "the it is at most 50%"),
        ("{smallest: sources}", ">= 3", "each of the two numbers is at least 3"),
        ("{largest: [1, sources]}", ">= 3", "one of the two numbers is at least 3"),
        ("{largest: [1, sources]}", "< 3", "each of the two numbers is less than 3"),
        ("{largest: [2, studies]}", "< 3", "one of the two numbers is less than 3"),
    ],
)
def test_thresholds_are_said_in_words(
    real: Evidence, tmp_path: Path, text: str, threshold: str, words: str
) -> None:
    groups = GROUPS if "est:" in text else ""
    varied = read(real, tmp_path, f"{groups}count: {{it: {text}}}", f'{{it: "{threshold}"}}')
    assert rule(varied.claims.claims["it"], varied.codebook)["supported"] == words


def test_groups_are_named_where_their_codes_are_called_otherwise(
    real: Evidence, tmp_path: Path
) -> None:
    varied = read(
        real, tmp_path, f"among: {{facet: theme}}{GROUPS}count: {{it: {{smallest: share}}}}",
        '{it: ">= 0.2"}',
    )  # fmt: skip
    claim = varied.claims.claims["it"]
    assert rule(claim, varied.codebook)["counted"] == (
        "the share among studies with any theme, for each of these: with theme trust; "
        "with theme time (hours)"
    )
    numbers = claim.rule.numbers
    assert noun(numbers["it"], numbers) == "lowest share"
    assert noun(numbers["trust"], numbers) == "share"


def test_who_speaks_against_and_codes_held(real: Evidence, tmp_path: Path) -> None:
    text = (
        "count: {it: {codes: {facet: term, stances: uses, held_by: 2}}}\n    for: {facet: term}\n"
    )
    varied = read(real, tmp_path, f"{text}    against: {{facet: issue}}", '{it: ">= 2"}')
    parts = rule(varied.claims.claims["it"], varied.codebook)
    assert parts["counted"] == (
        "the codes of the facet term that at least 2 sources hold in the stance uses"
    )
    assert (parts["for"], parts["against"]) == ("sources with any term", "sources with any issue")


def test_measures_are_said_in_words(real: Evidence, tmp_path: Path) -> None:
    varied = with_claims(
        real,
        tmp_path,
        "measures: {m: {part: {of: {facet: issue}, among: everything}, by: design}}\n"
        "claims: {it: {section: s, statement: S, count: {sources: everything}, minimum: 1, "
        'supported: {sources: ">= 1"}, partly: {sources: ">= 1"}}}',
    )
    assert measure(varied.claims.measures["m"], varied.codebook) == (
        "the share of studies with any issue among all studies, by design"
    )


def test_every_rule_of_the_review_has_words(real: Evidence) -> None:
    for claim in real.claims.claims.values():
        words = paragraph(claim, real.codebook)
        assert words.startswith("It counts the ")
        assert "_" not in words
