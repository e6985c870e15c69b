"""Sentences of small chapters on two states of the real data."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.engine.document import read
from evidence.findings.changes import compare, recoded
from evidence.findings.selections import select
from evidence.model.claims import Quotient
from evidence.model.evidence import Evidence
from evidence.model.history import Release
from evidence.model.load import load
from evidence.review.sentences import Sentences, changed_sentences, spans

Told = Callable[[str, Evidence, Evidence], Sentences]
CHAPTER = "chapters/one.qmd"


@pytest.fixture
def told(tiny_project: Callable[[str], Path]) -> Told:
    """Compare what a chapter says."""

    def compared(chapter: str, old: Evidence, new: Evidence) -> Sentences:
        project = tiny_project(chapter)
        (project / "mine.py").write_text(
            "from pathlib import Path\n"
            "from evidence.report.frames import open_review\n"
            "review = open_review(Path(__file__).parent)\n"
            "def how_many(): return len(review.evidence.counted())\n",
            "utf-8",
        )
        return changed_sentences(read(project), old, new, compare(old, new))

    return compared


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(Path(__file__).parents[3] / "data")


@pytest.fixture(scope="module")
def fewer(evidence: Evidence) -> Evidence:
    return evidence.without(["baxter2018"])


def test_only_the_sentence_that_says_otherwise_is_told_with_its_line(
    told: Told, evidence: Evidence, fewer: Evidence
) -> None:
    text = "# One\n\nNothing here. There are `{python} n().sources`. \nIn `{python} year`.\n"
    (row,) = told(text, fewer, evidence).changed
    assert row.place == f"{CHAPTER}:3"
    counted = len(evidence.counted())
    assert (row.old, row.new) == (
        f"There are {counted - 1} sources.",
        f"There are {counted} sources.",
    )
    values = f"`n().sources` is {counted} sources, was {counted - 1} sources"
    assert row.causes == (f"{values}; sources added: baxter2018",)


def test_nothing_differs_from_itself(told: Told, evidence: Evidence) -> None:
    text = "`{python} n().sources` and `{python} measure('better-randomised')`.\n"
    assert told(text, evidence, evidence) == Sentences()


def test_another_verdict_takes_another_wording_and_names_the_rule(
    told: Told, evidence: Evidence
) -> None:
    claim = evidence.claims.claims["terms-confusing"]
    stricter = replace(claim, partly={"share": ">= 0.90"})
    claims = replace(evidence.claims, claims={**evidence.claims.claims, claim.claim_id: stricter})
    strict = replace(evidence, claims=claims)
    text = (
        "Before.\n[\n[They do. Much.]{.supported}\n[They do a little.]{.partly}\n"
        '[They do not.]{.not-supported .silent}\n[No.]{.no-data}\n]{claim="confusion"} After.\n'
    )
    found = [row for row in told(text, evidence, strict).changed if row.file == CHAPTER]
    assert [(row.line, row.old, row.new) for row in found] == [
        (5, "They do a little.", "They do not.")
    ]
    assert found[0].rests_on == ("claim terms-confusing",)
    assert "rule terms-confusing: partly: share: >= 0.90, was " in found[0].causes[0]


def test_sources_that_hold_codes_of_a_facet_are_named_with_what_became_of_them(
    told: Told, evidence: Evidence
) -> None:
    keys = {(row.source_id, row.facet, row.code) for row in evidence.agreed_codings("failure")}
    key = next(key for key in sorted(keys) if key[2] == "no-coordination")
    other = recoded(evidence, {key: set()})
    found = told("Leading: `{python} failures.leading(9)`.\n", evidence, other).changed
    assert [row.causes for row in found] == [(f"failure; sources recoded: {key[0]}",)]


def test_sources_that_a_measure_counts_are_named(told: Told, evidence: Evidence) -> None:
    measure = evidence.claims.measures["better-randomised"].number
    assert isinstance(measure, Quotient)
    one = min(select(evidence, measure.of.selection))
    text = '[Of cases `{python} measure("better-randomised")`.]{measure="better-randomised"}\n'
    (row,) = told(text, evidence.without([one]), evidence).changed
    assert row.rests_on == ("measure better-randomised",)
    assert row.causes[0].startswith("measure better-randomised: ")
    assert row.causes[0].endswith(f"; counted now: {one} (added)")


@pytest.mark.parametrize("place", ["fewer", "evidence"])
def test_a_number_takes_the_case_that_it_calls_for(
    told: Told, evidence: Evidence, place: str
) -> None:
    none = evidence.without(evidence.counted())
    text = "[`{python} n()` [There is nothing.]{.none} [There is.]{.one .some}]{.number}\n"
    pair = (none, evidence) if place == "fewer" else (evidence, none)
    (row,) = [row for row in told(text, *pair).changed if row.file == CHAPTER]
    assert {row.old, row.new} == {"There is nothing.", "There is."}


def test_a_block_of_cases_says_what_the_report_says_and_rests_on_no_source(
    told: Told, evidence: Evidence, fewer: Evidence
) -> None:
    history = evidence.history
    release = Release("1.0.0", "2026-01-01", "v1.0.0", "It is done.", (), "1.0.0", 1, None)
    after = replace(evidence, history=replace(history, releases=(release,)))
    before = replace(fewer, history=replace(history, releases=()))
    text = (
        ":::: {.number}\n`{python} history.releases`\n\n::: none\nNot yet.\n:::\n\n"
        "::: {.one .some}\nIt is `{python} history.version`.\n:::\n::::\n"
    )
    (row,) = told(text, before, after).changed
    assert (row.old, row.new) == ("Not yet.", "It is 1.0.0.")
    assert "history.yml" in " ".join(row.causes)
    assert "baxter2018" not in " ".join(row.causes)


def test_functions_of_the_review_are_evaluated_on_either_state(
    told: Told, evidence: Evidence, fewer: Evidence
) -> None:
    cell = "```{python}\nfrom mine import how_many\ntwice = how_many() * 2\n1 / 0\n```\n\n"
    before = sys.modules.get("mine"), sys.path[:]
    (row,) = told(f"{cell}There are `{{python}} twice`.\n", fewer, evidence).changed
    counted = len(evidence.counted())
    assert (row.old, row.new) == (f"There are {2 * counted - 2}.", f"There are {2 * counted}.")
    assert (sys.modules.get("mine"), sys.path) == before


def test_what_only_a_build_knows_is_told_once_a_place(
    told: Told, evidence: Evidence, fewer: Evidence
) -> None:
    cell = "```{python}\nmine = undefined_name\n```\n\n"
    found = told(f"{cell}It is `{{python}} mine` of `{{python}} n()`.\n", fewer, evidence)
    assert [row.new for row in found.changed] == [f"It is {{mine}} of {len(evidence.counted())}."]
    (line,) = found.unknown
    assert line.startswith(f"{CHAPTER}:5: ")
    assert "`mine`" in line


def test_every_place_where_text_may_stand_is_read(
    told: Told, evidence: Evidence, fewer: Evidence
) -> None:
    text = (
        "# Of `{python} n()`\n\n> - *Of `{python} n()`*\n\nTerm `{python} n()`\n:   Said\n\n"
        "Note.^[Of `{python} n()`.]\n\n| A |\n|---|\n| `{python} n()` |\n"
        "<!-- `{python} year` -->\n\n"
        "::: {.compact}\n“Of `{python} n()`.” [X `{python} n()`](#a)\n:::\n"
    )
    found = told(text, fewer, evidence).changed
    assert [row.line for row in found] == [1, 3, 5, 8, 12, 16, 16]


def test_text_is_split_between_sentences() -> None:
    text = "One (see p. 3). Two of 3.5 are. “Three.” 12 sources\nfollow. [@four] e.g. this."
    assert [text[start:end] for start, end in spans(text)] == [
        "One (see p. 3).",
        "Two of 3.5 are.",
        "“Three.”",
        "12 sources\nfollow.",
        "[@four] e.g. this.",
    ]
    assert spans("") == [(0, 0)]
