"""What this review says of its themes."""

import pytest

from analysis.themes import themes_named_one_way
from tests.builders import Builder


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
