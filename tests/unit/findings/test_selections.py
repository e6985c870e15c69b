"""Selections found in evidence made by hand."""

import pytest

from evidence.findings.selections import select
from evidence.model.claims import (
    AllOf,
    AnyOf,
    Everything,
    Having,
    Held,
    Named,
    Not,
    SameCoding,
    Selection,
)
from evidence.model.evidence import Evidence
from tests.builders import Builder

COST = Held("outcome", ("cost",))
EXPECTED = Held("", (), ("anticipated",))
SURVEY = Having("design", ("survey",))


@pytest.fixture
def few(builder: Builder) -> Evidence:
    builder.add("expects", "outcome:cost:anticipated", "outcome:safety:perceived")
    builder.add("reports", "outcome:cost:perceived", "outcome:safety:anticipated")
    builder.add("asks", "theme:trust:barrier", design="qualitative", voices=("professionals",))
    builder.add("old", fields={"country": "Norway"}, year=1999, groups=("review", "definition"))
    return builder.code("brown2006", "outcome:cost:anticipated").build()


@pytest.mark.parametrize(
    ("selection", "sources"),
    [
        (Everything(), {"expects", "reports", "asks", "old"}),
        (COST, {"expects", "reports"}),
        (Held("outcome", (), ("anticipated",)), {"expects", "reports"}),
        (Held("outcome", ("cost",), ("anticipated",)), {"expects"}),
        (AllOf((COST, EXPECTED)), {"expects", "reports"}),
        (SameCoding((COST, EXPECTED)), {"expects"}),
        (SameCoding((Named("cost", COST), Not(EXPECTED))), {"reports"}),
        (SameCoding((AnyOf((COST, Held("theme"))),)), {"expects", "reports", "asks"}),
        (Not(COST), {"asks", "old"}),
        (Not(Not(COST)), {"expects", "reports"}),
        (SURVEY, {"expects", "reports", "old"}),
        (Having("groups", ("definition", "cost")), {"old"}),
        (Having("voices", ()), {"expects", "reports", "old"}),
        (Having("country", ("Norway", "Sweden")), {"old"}),
        (Having("year", ("1999",)), {"old"}),
        (AnyOf((Held("theme"), Having("country", ("Norway",)))), {"asks", "old"}),
        (AllOf((SURVEY, Not(COST))), {"old"}),
        (AllOf((Held("theme"), COST)), set()),
    ],
)
def test_a_selection_finds_its_sources(
    few: Evidence, selection: Selection, sources: set[str]
) -> None:
    assert select(few, selection) == sources


def test_a_selection_follows_the_evidence(few: Evidence) -> None:
    assert select(few, COST) == select(few.up_to(2010), COST)
    assert not select(few.up_to(1999), COST)


def test_a_selection_is_what_holding_finds(real: Evidence) -> None:
    for name, facet in real.codebook.facets.items():
        for stance in facet.stances:
            found = select(real, Held(name, (), (stance,)))
            assert found == real.holding(name, stances=[stance])
