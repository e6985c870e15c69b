"""What this review says of its themes."""

import pytest

from analysis.themes import (
    OF_THE_REVIEW,
    sections_complete,
    theme_account,
    themes_named_one_way,
)
from evidence.report.codes import ChapterError
from tests.builders import Builder


def test_an_account_of_a_theme_says_how_many_and_that_there_are_more(builder: Builder) -> None:
    builder.many(7, "theme:trust:barrier").add("both", "theme:trust:facilitator")
    builder.code("both", "theme:trust:barrier")
    text = theme_account(builder.build(), "trust").markdown
    assert "Named by 8 sources: by 8 as a barrier and by 1 as a facilitator, 1 of them" in text
    assert "As a barrier (5 of 8, by weight and then by year):" in text
    assert "As a facilitator:" in text
    assert text.count("\n- ") == 6


def test_an_account_of_a_theme_that_nobody_names_lists_nothing(builder: Builder) -> None:
    text = theme_account(builder.build(), "trust").markdown
    assert text == "No source names it.\n"


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ([], ""),
        (["theme:trust:barrier", "theme:trust:facilitator"], ""),
        (["theme:trust:barrier"], "Named in one way only: trust as a barrier."),
        (
            ["theme:trust:barrier", "theme:time:facilitator", "theme:policy:barrier"],
            "Named in one way only: trust and policy as a barrier; time as a facilitator.",
        ),
    ],
)
def test_themes_named_one_way(builder: Builder, held: list[str], text: str) -> None:
    assert themes_named_one_way(builder.add("a", *held).build()).markdown == text


def test_a_theme_that_becomes_frequent_wants_a_section_and_a_rare_one_none(
    builder: Builder,
) -> None:
    for start, code in enumerate((*OF_THE_REVIEW, "trust")):
        builder.many(2, f"theme:{code}:barrier", start=10 * start)
    evidence = builder.add("once", "theme:time:barrier").build()
    sections_complete(evidence, "trust")
    with pytest.raises(ChapterError, match="without a section: trust; write one"):
        sections_complete(evidence)
    with pytest.raises(ChapterError, match=r"no longer as frequent .*: time; take its section out"):
        sections_complete(evidence, "trust", "time")
