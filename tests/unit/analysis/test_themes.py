"""What this review says of its themes."""

import pytest

from analysis.themes import frequent_themes, one_sided, theme_account
from tests.builders import Builder


def test_an_account_of_a_theme_says_how_many_and_that_there_are_more(builder: Builder) -> None:
    builder.many(7, "theme:trust:barrier").add("both", "theme:trust:facilitator")
    builder.code("both", "theme:trust:barrier")
    text = theme_account(builder.build(), "trust").markdown
    assert "Named by 8 sources: by 8 as a barrier and by 1 as a facilitator, 1 of them" in text
    assert "As a barrier (the weightiest and newest 5 of 8):" in text
    assert "As a facilitator:" in text
    assert text.count("\n- ") == 6


def test_an_account_of_a_theme_that_nobody_names_lists_nothing(builder: Builder) -> None:
    text = theme_account(builder.build(), "trust").markdown
    assert text == "Named by no sources: by none as a barrier and by none as a facilitator.\n"


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
def test_one_sided_themes(builder: Builder, held: list[str], text: str) -> None:
    assert one_sided(builder.add("a", *held).build()).markdown == text


def test_frequent_themes_are_as_frequent_as_the_rarest_placed(builder: Builder) -> None:
    for start, (number, code) in enumerate(
        [(3, "funding"), (1, "roles"), (1, "purpose"), (2, "trust"), (1, "time"), (4, "training")]
    ):
        builder.many(number, f"theme:{code}:barrier", start=10 * start)
    evidence = builder.build()
    placed = ["funding", "roles", "purpose"]
    assert frequent_themes(evidence, placed) == ("training", "trust")
    assert frequent_themes(evidence, ["funding"]) == ("training",)
    assert frequent_themes(evidence, ["training"]) == ()
