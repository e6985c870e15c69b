"""What changed since a release is counted from the comparison with it."""

from dataclasses import replace

from evidence.findings.changes import compare
from evidence.findings.releases import changes_since
from evidence.model.history import Release
from tests.builders import Builder

BEFORE = Release("1.0.0", "2026-03-01", "v1.0.0", "", ("Ada", "Bo"), "1.0.0", 2)


def held(builder: Builder, number: int, stance: str) -> Builder:
    for at in range(number):
        builder.add(f"{stance}{at}", f"outcome:cost:{stance}")
    return builder


def test_nothing_changed(builder: Builder) -> None:
    evidence = held(builder, 3, "hoped").build()
    found = changes_since(BEFORE, compare(evidence, evidence), ("Ada", "Bo"), 0)
    assert set(found.data.values()) == {0}
    assert (found.verdicts, found.numbers, found.rules, found.settings) == ((), 0, (), 0)
    assert (found.since, found.come, found.gone) == ("1.0.0", (), ())


def test_each_change_is_counted_once(builder: Builder) -> None:
    old = (
        builder.add("one2010", "theme:funding:barrier")
        .add("two2010", "theme:trust:barrier")
        .build()
    )
    codings = [row for row in old.codings if row.source_id != "two2010"]
    sources = {key: row for key, row in old.sources.items() if key != "two2010"}
    (first, *_) = [row for row in codings if row.source_id == "one2010"]
    codings += [replace(first, code="time"), replace(first, code="training")]
    new = replace(old, sources=sources, codings=tuple(codings))
    found = changes_since(BEFORE, compare(old, new), ("Bo", "Cy"), 7)
    assert found.data == {
        "sources added": 0, "sources removed": 1, "sources recoded": 1,
        "codings added": 2, "codings removed": 1, "effects changed": 0,
    }  # fmt: skip
    assert (found.come, found.gone, found.sentences) == (("Cy",), ("Ada",), 7)


def test_another_verdict_is_told_and_other_numbers_counted(builder: Builder) -> None:
    evidence = builder.build()
    claims = evidence.claims
    one, *rest = claims.claims
    fewer = replace(claims, claims={key: claims.claims[key] for key in rest})
    found = changes_since(
        BEFORE, compare(replace(evidence, claims=fewer), evidence), BEFORE.authors, 0
    )
    (change,) = found.verdicts
    assert (change.claim_id, change.was, change.now) == (one, "", "no-data")
    assert found.numbers == 0
    back = changes_since(BEFORE, compare(evidence, replace(evidence, claims=fewer)), ("Ada",), 0)
    assert (back.verdicts[0].was, back.verdicts[0].now) == ("no-data", "")


def test_a_claim_with_other_bounds_is_named_and_other_words_are_counted(builder: Builder) -> None:
    evidence = builder.build()
    first, second = [*evidence.claims.claims.values()][:2]
    others = {
        first.claim_id: replace(first, minimum=first.minimum + 1, supported={"share": ">= 0.99"}),
        second.claim_id: replace(second, statement="Another."),
    }
    claims = replace(evidence.claims, claims={**evidence.claims.claims, **others})
    found = changes_since(
        BEFORE, compare(evidence, replace(evidence, claims=claims)), BEFORE.authors, 0
    )
    assert (found.rules, found.settings) == ((first.claim_id,), 1)
