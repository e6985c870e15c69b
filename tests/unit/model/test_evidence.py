"""Editions, who counts, and that nothing can be changed."""

import dataclasses
import pickle
from collections.abc import MutableMapping
from typing import Any, cast

import pytest

from evidence.model.claims import AllOf, Count, Held, Not
from evidence.model.evidence import Evidence
from tests.builders import Builder


@pytest.fixture
def evidence(builder: Builder) -> Evidence:
    return (
        builder.add("early", "theme:funding:barrier", year=2005)
        .add("same", "theme:funding:barrier", "theme:trust:facilitator", year=2006)
        .add("late", "theme:funding:facilitator", "issue:weak-methods:raises", year=2007)
        .code("brown2006", "theme:funding:barrier")
        .code("late", "theme:trust:barrier", coder="A")
        .code("same", "theme:trust:barrier", coder="B")
        .build()
    )


def test_a_source_of_the_year_is_in_its_edition_and_not_in_what_came_since(
    evidence: Evidence,
) -> None:
    assert evidence.up_to(2006).counted() == {"early", "same"}
    assert evidence.since(2006).counted() == {"late"}
    assert evidence.up_to(2004).counted() == frozenset()


def test_an_edition_takes_codings_and_appraisals_with_it_and_nothing_else(
    evidence: Evidence,
) -> None:
    edition = evidence.up_to(2005)
    assert set(edition.sources) == {"early"}
    assert {row.source_id for row in edition.codings} == {"early"}
    assert {row.source_id for row in edition.appraisals} == {"early"}
    assert edition.screening == evidence.screening
    assert edition.claims == evidence.claims


def test_editions_part_the_real_data(real: Evidence) -> None:
    then, since = real.up_to(2006), real.since(2006)
    assert then.counted() | since.counted() == real.counted()
    assert not then.counted() & since.counted()
    assert len(then.codings) + len(since.codings) == len(real.codings)


def test_the_baseline_is_there_but_never_counts(evidence: Evidence) -> None:
    baseline = evidence.baseline()
    assert baseline
    assert baseline.source_id == "brown2006"
    assert "brown2006" not in evidence.counted() | evidence.holding("theme")
    assert "brown2006" not in evidence.agreed


def test_only_agreed_codings_hold(evidence: Evidence) -> None:
    assert evidence.holding("theme", ["trust"]) == {"same"}
    assert evidence.holding("theme", ["trust"], ["barrier"]) == frozenset()


@pytest.mark.parametrize(
    ("codes", "stances", "holders"),
    [
        (None, None, {"early", "same", "late"}),
        (["funding"], None, {"early", "same", "late"}),
        (None, ["facilitator"], {"same", "late"}),
        (["funding"], ["facilitator"], {"late"}),
        (iter(["funding", "trust"]), iter(["facilitator"]), {"same", "late"}),
        ([], None, set()),
        (None, [], set()),
    ],
)
def test_codes_and_stances_narrow_a_facet(
    evidence: Evidence, codes: list[str] | None, stances: list[str] | None, holders: set[str]
) -> None:
    assert evidence.holding("theme", codes, stances) == holders


def test_an_edition_is_as_immutable_as_the_whole(real: Evidence) -> None:
    edition = real.up_to(2006)
    with pytest.raises(dataclasses.FrozenInstanceError):
        edition.codings = ()  # type: ignore[misc]
    for evidence in (real, edition):
        sources = cast("MutableMapping[str, Any]", evidence.sources)
        with pytest.raises(TypeError):
            sources["new"] = evidence.baseline()


def test_effects_are_found_as_by_asking_each(real: Evidence) -> None:
    direction, outcome = (
        tuple(real.codebook.effects[name].values) for name in ("direction", "outcome")
    )
    for conditions in (
        (),
        (("direction", ()),),
        (("direction", ("no-such-value",)),),
        (("no-such-name", ("any",)),),
        *((("direction", (one,)), ("outcome", outcome[::2])) for one in direction),
        *((("outcome", (one, *outcome[3:5])),) for one in outcome),
    ):
        asked = [row for row in real.agreed_effects if row.meets(conditions)]
        assert [*real.effects_with(conditions)] == asked


def test_what_is_equal_has_one_hash_and_takes_it_nowhere() -> None:
    def selection(code: str) -> AllOf:
        return AllOf((Held("theme", (code,)), Not(Held("theme"))))

    assert hash(selection("trust")) == hash(selection("trust"))
    assert {selection("trust"), selection("trust"), Count(selection("trust"))} == {
        Count(selection("trust")),
        selection("trust"),
    }
    assert selection("trust") not in {selection("time")}
    known = selection("trust")
    state = pickle.dumps(known)
    hash(known)
    # In another process the letters have another hash.
    assert pickle.dumps(known) == state
