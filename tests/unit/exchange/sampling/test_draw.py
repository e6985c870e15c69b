"""The sample of sources: the same for the same seed, and fair to each stratum."""

from collections.abc import Iterable

import pytest

from evidence.exchange.sampling.draw import ALL, NOT_STATED, Stratum, draw
from evidence.model.evidence import Evidence
from evidence.model.faults import DataFaults
from tests.builders import Builder


def of(strata: Iterable[Stratum]) -> dict[str, tuple[int, int]]:
    return {one.name: (len(one.drawn), one.size) for one in strata}


def test_the_same_seed_draws_the_same_and_another_seed_others(real: Evidence) -> None:
    (once,), (again,), (other,) = (draw(real, 0.1, seed) for seed in (1, 1, 2))
    assert once == again
    assert once.name == ALL
    assert len(once.drawn) == int(0.1 * len(real.counted()) + 0.5)
    assert once.drawn != other.drawn
    assert {*once.drawn} <= real.counted()


def test_a_source_more_leaves_the_rest_of_the_sample(builder: Builder) -> None:
    (before,) = draw(builder.many(40).build(), 0.5, 7)
    (after,) = draw(builder.many(1, start=40).build(), 20 / 41, 7)
    assert len(before.drawn) == len(after.drawn) == 20
    assert len({*before.drawn} & {*after.drawn}) >= 19


def test_each_stratum_has_its_share_and_at_least_one(builder: Builder) -> None:
    builder.many(50, design="survey").many(9, start=50, design="qualitative")
    evidence = builder.many(1, start=59, design="inquiry").build()
    assert of(draw(evidence, 0.1, 1, "design")) == {
        "survey": (4, 50),
        "qualitative": (1, 9),
        "inquiry": (1, 1),
    }


def test_with_fewer_drawn_than_strata_the_largest_come_first(builder: Builder) -> None:
    builder.many(12, design="survey").many(6, start=12, design="qualitative")
    evidence = builder.many(2, start=18, design="inquiry").build()
    found = draw(evidence, 0.1, 1, "design")
    assert of(found) == {"survey": (1, 12), "qualitative": (1, 6), "inquiry": (0, 2)}


def test_strata_may_come_from_a_column_or_be_not_stated(builder: Builder) -> None:
    builder.add("a", fields={"country": "Norland"}).add("b")
    found = of(draw(builder.build(), 1, 1, "country"))
    assert found == {"Norland": (1, 1), NOT_STATED: (1, 1)}


def test_of_one_source_one_is_drawn_and_of_none_none(builder: Builder) -> None:
    assert draw(builder.build(), 0.5, 1) == ()
    assert of(draw(builder.add("a").build(), 0.01, 1)) == {ALL: (1, 1)}


@pytest.mark.parametrize(
    ("name", "told"), [("desing", "nearest: design"), ("voices", "several values a source")]
)
def test_what_sources_have_no_one_value_of_is_no_stratum(
    real: Evidence, name: str, told: str
) -> None:
    with pytest.raises(DataFaults, match=told):
        draw(real, 0.1, 1, name)
