"""Names put into the codebook as text: in their places, and no other byte changed."""

import difflib
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from evidence.exchange.codings.mapping import Additions
from evidence.exchange.data_files.codebook_text import lacking, with_names
from evidence.model.codebook import Attribute, Codebook, Facet

BLOCK = """\
# A comment at the head.
version: 4   # why
coders:
  - A
  - B        # the second
agreed: agreed

attributes:
  design:
    question: How?
    values:
      trial: |
        By lot,
        in two lines.

      # a comment between
      cohort: "Before: after"   # a comment behind
facets:
  outcome:
    question: What?
    stances: {better: Better, worse: Worse,}   # in one line
    codes:
      sleep: Sleep
# The end.
"""
FLOW = (
    "{version: 1, coders: [A], agreed: A, facets: {outcome: {question: What, "
    "stances: {better: Better}, codes: {sleep: Sleep}}}, labels: {sleep: Sleep}}\n"
)
ADDED = Additions(
    coders=("Zoë B.",),
    attributes={
        "design": Attribute("", {"survey": "Who was asked, and: what?"}),
        "place": Attribute("Where, on #1?", {"no": "Nowhere", "2020": 'A "year"'}, multiple=True),
    },
    facets={
        "outcome": Facet("", {}, {"mood": "Mood"}),
        "theme": Facet("Why?", {"said": "Said"}, {"money": "Money"}),
    },
    labels={"mood": "Mood, wellbeing"},
)


def added_lines(before: str, after: str) -> list[str]:
    found = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line[2:] for line in found if line.startswith(("+", "-"))]


def names(text: str) -> Mapping[str, Any]:
    book = yaml.safe_load(text)
    return {
        "coders": book["coders"],
        "attributes": {name: dict(row["values"]) for name, row in book["attributes"].items()},
        "codes": {name: [*row["codes"]] for name, row in book["facets"].items()},
        "labels": book["labels"],
    }


@pytest.mark.parametrize("text", [BLOCK, FLOW, f"\ufeff{BLOCK}", BLOCK.rstrip("\n")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_is_added_and_nothing_else_changes(text: str, end: str) -> None:
    before = text.replace("\n", end)
    after = with_names(before, ADDED)
    found, held = names(after), yaml.safe_load(text)
    assert found["coders"] == [*held["coders"], "Zoë B."]
    assert found["attributes"]["place"] == {"no": "Nowhere", "2020": 'A "year"'}
    assert found["attributes"]["design"]["survey"] == "Who was asked, and: what?"
    assert found["codes"] == {"outcome": ["sleep", "mood"], "theme": ["money"]}
    assert found["labels"]["mood"] == "Mood, wellbeing"
    assert yaml.safe_load(after)["attributes"]["place"]["multiple"] is True
    assert yaml.safe_load(after)["version"] == held["version"] + 1
    assert after.count("\n") == after.count(end)
    if text is BLOCK:
        gone = [line for line in before.splitlines() if line not in after.splitlines()]
        assert gone == ["version: 4   # why"]
        assert after.splitlines()[-1] == "# The end." or "# The end." in after


def test_what_stands_in_one_line_stays_in_one_line() -> None:
    added = Additions(facets={"outcome": Facet("", {"same": "No other"}, {})})
    after = with_names(BLOCK, added)
    line = "    stances: {better: Better, worse: Worse, same: No other,}   # in one line\n"
    assert line in after
    assert len(after.splitlines()) == len(BLOCK.splitlines())


def test_a_second_time_nothing_is_lacking() -> None:
    book = Codebook(
        1,
        ("A", "Zoë B."),
        "A",
        {"design": Attribute("How?", {"survey": "Asked"})},
        {"outcome": Facet("What?", {"better": "Better"}, {"mood": "Mood"})},
    )
    rest = lacking(ADDED, book)
    assert rest.coders == ()
    assert [*rest.attributes] == ["place"]
    assert [*rest.facets] == ["theme"]
    once = with_names(FLOW, ADDED)
    assert with_names(once, Additions(labels=ADDED.labels)) == once


def test_a_coder_alone_makes_no_version() -> None:
    after = with_names(BLOCK, Additions(coders=("C",)))
    assert added_lines(BLOCK, after) == ["  - C\n"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\ncoders: [A]\nagreed: A\nfacets:\n  a: &one {codes: {x: X}}\n  outcome: *one\n",
        "version: 1\ncoders: [A]\nagreed: A\nfacets:\n  outcome: {codes: text}\n",
    ],
)
def test_a_codebook_written_otherwise_is_left_to_its_author(text: str) -> None:
    with pytest.raises(ValueError, match="add it yourself:\nfacets:"):
        with_names(text, Additions(facets={"outcome": Facet("", {}, {"mood": "Mood"})}))
