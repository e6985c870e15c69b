from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from evidence.cli.compare import notes
from evidence.findings.changes import (
    Change,
    Comparison,
    Difference,
    EffectChange,
    FindingChange,
    Move,
    compare,
    recoded,
    with_effects,
)
from evidence.model.claims import Claim, Measure
from evidence.model.evidence import Evidence
from evidence.words import headline
from tests.builders import Builder

SAVINGS = "savings-unconfirmed"


def with_claims(evidence: Evidence, claims: Mapping[str, Claim]) -> Evidence:
    return replace(evidence, claims=replace(evidence.claims, claims=MappingProxyType({**claims})))


def with_rule(evidence: Evidence, claim_id: str, **rule: Any) -> Evidence:
    claims = dict(evidence.claims.claims)
    return with_claims(evidence, {**claims, claim_id: replace(claims[claim_id], **rule)})


def of(comparison: Comparison, claim_id: str) -> FindingChange:
    (row,) = [row for row in comparison.findings if row.claim_id == claim_id]
    return row


@pytest.fixture
def spending(builder: Builder) -> Evidence:
    """Seven sources on cost, two of which measured a saving: below the third, so supported."""
    builder.many(2, "outcome:cost:measured-improved", "theme:funding:barrier")
    return builder.many(5, "outcome:cost:anticipated", start=2).build()


def test_same_evidence_has_not_changed(real: Evidence) -> None:
    comparison = compare(real, real)
    assert not comparison.changed
    assert {row.change for row in comparison.findings} == {Change.UNCHANGED}
    assert [row.claim_id for row in comparison.findings] == [*real.claims.claims]
    assert not any(list(notes(row)) for row in comparison.findings)


def test_order_of_rows_is_no_change(real: Evidence) -> None:
    turned = replace(
        real,
        sources=MappingProxyType({key: real.sources[key] for key in reversed([*real.sources])}),
        codings=real.codings[::-1],
        appraisals=real.appraisals[::-1],
    )
    assert not compare(real, turned).changed


def test_one_recoding_weakens_and_the_way_back_strengthens(spending: Evidence) -> None:
    better = recoded(spending, {("s2", "outcome", "cost"): {"measured-improved"}})
    comparison = compare(spending, better)
    finding = of(comparison, SAVINGS)
    assert finding.change is Change.WEAKER
    assert finding.old
    assert finding.new
    assert (finding.old.verdict, finding.new.verdict) == ("supported", "partly")
    assert tuple(notes(finding))[:2] == (
        "sources for it: 0 more, 1 gone",
        "sources against it: 1 more, 0 gone",
    )
    (source,) = comparison.sources
    assert (source.source_id, source.move) == ("s2", Move.RECODED)
    assert [row.stance for row in source.come] == ["measured-improved"]
    assert [row.stance for row in source.gone] == ["anticipated"]
    assert of(compare(better, spending), SAVINGS).change is Change.STRONGER


def test_another_number_under_the_same_verdict_is_number_only(spending: Evidence) -> None:
    finding = of(compare(spending, spending.without(["s1"])), SAVINGS)
    assert finding.change is Change.NUMBER
    assert finding.old
    assert finding.new
    assert headline(finding.old) == "2 of 7 (29%)"
    assert headline(finding.new) == "1 of 6 (17%)"


def test_same_number_under_another_verdict_is_a_changed_verdict(spending: Evidence) -> None:
    stricter = with_rule(spending, SAVINGS, supported={"share": "< 0.2"})
    comparison = compare(spending, stricter)
    finding = of(comparison, SAVINGS)
    assert finding.change is Change.WEAKER
    assert finding.old
    assert finding.new
    assert headline(finding.old) == headline(finding.new)
    assert comparison.rules == (
        Difference(f"claims: {SAVINGS}: supported: share", "< 0.333", "< 0.2"),
    )
    assert not comparison.sources


def test_no_data_is_the_weakest(spending: Evidence) -> None:
    starved = with_rule(spending, SAVINGS, minimum=8)
    assert of(compare(spending, starved), SAVINGS).change is Change.WEAKER
    assert of(compare(starved, spending), SAVINGS).change is Change.STRONGER


def test_close_call_alone_changes_a_finding_otherwise(spending: Evidence) -> None:
    looser = with_rule(spending, SAVINGS, supported={"share": "< 0.9"})
    finding = of(compare(spending, looser), SAVINGS)
    assert (finding.change, tuple(notes(finding))) == (
        Change.OTHERWISE,
        ("no longer a close call",),
    )


def test_silence_broken_under_the_same_verdict_is_noted(builder: Builder) -> None:
    silent = builder.many(12, "theme:training:barrier", design="inquiry").build()
    builder.add("inquiry", "failure:missed-signs:found", design="inquiry")
    inquiry = builder.many(3, "failure:no-coordination:found", start=20, design="uncontrolled")
    before = with_rule(silent, "inquiries-show-failure", minimum=0)
    after = with_rule(inquiry.build(), "inquiries-show-failure", minimum=0)
    finding = of(compare(before, after), "inquiries-show-failure")
    assert "no longer silent" in notes(finding)


def test_sources_added_and_removed_mirror_each_other(spending: Evidence) -> None:
    fewer = spending.without(["s0", "s6"])
    removed, added = compare(spending, fewer), compare(fewer, spending)
    assert [(row.source_id, row.move) for row in removed.sources] == [
        ("s0", Move.REMOVED),
        ("s6", Move.REMOVED),
    ]
    assert [(row.source_id, row.move) for row in added.sources] == [
        ("s0", Move.ADDED),
        ("s6", Move.ADDED),
    ]
    assert [row.come for row in added.sources] == [row.gone for row in removed.sources]
    assert [row.facet for row in removed.sources[0].gone] == ["outcome", "theme"]


def test_claims_come_and_go(real: Evidence) -> None:
    claims = dict(real.claims.claims)
    first, *others = claims
    fewer = with_claims(real, {name: claims[name] for name in others})
    gone, new = compare(real, fewer), compare(fewer, real)
    assert [row.claim_id for row in gone.findings] == [*others, first]
    assert of(gone, first).change is Change.GONE
    assert of(gone, first).new is None
    assert of(new, first).change is Change.NEW
    assert of(new, first).old is None
    assert not gone.rules
    assert not new.rules


def test_appraisal_bibliography_and_wording_are_told_apart(spending: Evidence) -> None:
    source = replace(spending.sources["s0"], title="Another title")
    other = replace(
        spending,
        sources=MappingProxyType({**spending.sources, "s0": source}),
        codings=tuple(
            replace(row, gist="Said otherwise") if row.facet == "theme" else row
            for row in spending.codings
        ),
        appraisals=tuple(
            replace(row, values={**row.values, "weight": ("high",)})
            if row.source_id == "s0"
            else row
            for row in spending.appraisals
        ),
    )
    comparison = compare(spending, other)
    assert comparison.bibliography == (Difference("s0: title", "", "Another title"),)
    assert [row.source_id for row in comparison.sources] == ["s0", "s1"]
    assert comparison.sources[0].appraisal == (Difference("weight", "low", "high"),)
    assert [row.gist for row in comparison.sources[0].reworded] == ["Said otherwise"]
    assert not any(row.come or row.gone for row in comparison.sources)


def test_a_coders_own_coding_is_no_change(spending: Evidence) -> None:
    single = tuple(replace(row, coder="A", stance="refuted") for row in spending.codings)
    assert not compare(spending, replace(spending, codings=spending.codings + single)).changed


def test_codebook_and_scales_are_compared(real: Evidence) -> None:
    words = {**real.quantities.words, "most": "< 0.9"}
    other = replace(
        real,
        codebook=replace(real.codebook, version=real.codebook.version + 1),
        quantities=replace(real.quantities, words=words),
    )
    comparison = compare(real, other)
    version = real.codebook.version
    assert comparison.codebook == (Difference("version", str(version), str(version + 1)),)
    assert comparison.rules == (
        Difference("quantities: words: most", real.quantities.words["most"], "< 0.9"),
    )
    assert comparison.changed


def test_baseline_edition_is_noted(builder: Builder) -> None:
    builder.many(12, "theme:funding:barrier", year=2005)
    builder.many(12, "theme:funding:barrier", start=12)
    old = builder.build()
    rewritten = {**old.sources, "s0": replace(old.sources["s0"], year=2010)}
    new = replace(old, sources=MappingProxyType(rewritten))
    told = tuple(notes(of(compare(old, new), "barriers-substantial")))
    assert told[-1].startswith("in the baseline edition ")


def test_recoding_keeps_what_is_held_already_and_its_grounds(spending: Evidence) -> None:
    stances = {("s0", "theme", "funding"): {"barrier", "facilitator"}}
    changed = recoded(spending, stances)
    rows = [row for row in changed.agreed_codings("theme", ["funding"]) if row.source_id == "s0"]
    assert [(row.stance, bool(row.gist)) for row in rows] == [
        ("barrier", True),
        ("facilitator", False),
    ]
    assert not compare(changed, recoded(changed, stances)).changed
    assert recoded(spending, {("s0", "theme", "funding"): ()}).holding("theme") == {"s1"}


def test_any_source_can_be_dropped(real: Evidence) -> None:
    # What a coder said alone only costs time here.
    real = replace(real, codings=tuple(row for row in real.codings if row.coder == "agreed"))
    moved = 0
    for source_id in sorted(real.counted())[::10]:
        comparison = compare(real, real.without([source_id]))
        (source,) = comparison.sources
        assert (source.source_id, source.move) == (source_id, Move.REMOVED)
        assert not comparison.bibliography
        assert not comparison.rules
        assert not comparison.codebook
        moved += any(row.change is not Change.UNCHANGED for row in comparison.findings)
    assert moved


def test_every_counted_source_dropped_leaves_no_data(real: Evidence) -> None:
    comparison = compare(real, real.without(real.counted()))
    verdicts = {row.new.verdict for row in comparison.findings if row.new}
    assert verdicts == {"no-data"}


@pytest.fixture
def trial(builder: Builder) -> Evidence:
    """Two sources with an effect each, of which one also has what a coder saw."""
    for key, direction in (("a", "better"), ("b", "worse")):
        builder.add(key, "outcome:safety:measured-improved").effect(key, direction=direction)
    return builder.effect("a", "cost", coder="A").build()


def test_effects_that_come_go_and_are_told_otherwise_are_told_by_source(trial: Evidence) -> None:
    first, second, of_coder = trial.effects
    turned = replace(second, values={**second.values, "direction": ("better",)})
    reworded = replace(first, effect="d = 0.2", values={**first.values, "form": ("co-location",)})
    comparison = compare(trial, replace(trial, effects=(of_coder, turned, reworded)))
    assert comparison.changed
    assert [(row.source_id, row.move) for row in comparison.sources] == [
        ("a", Move.RECODED),
        ("b", Move.RECODED),
    ]
    ((told,), moved) = (row.effects for row in comparison.sources)
    assert (told.what, told.move) == ("safety children better", Move.RECODED)
    assert told.differences == (
        Difference("form", "team", "co-location"),
        Difference("effect", "", "d = 0.2"),
    )
    assert moved == (
        EffectChange("safety children better", Move.ADDED, ()),
        EffectChange("safety children worse", Move.REMOVED, ()),
    )


def test_effects_of_sources_that_come_and_go_come_and_go_with_them(trial: Evidence) -> None:
    for old, new, move in (
        (trial, trial.without(["a"]), Move.REMOVED),
        (trial.without(["a"]), trial, Move.ADDED),
    ):
        (row,) = compare(old, new).sources
        assert row.move == move
        assert row.effects == (EffectChange("safety children better", move, ()),)


def test_a_coders_own_effect_is_no_change(trial: Evidence) -> None:
    assert not compare(trial, replace(trial, effects=trial.effects[:2])).changed


def test_measures_that_change_are_told_and_others_not(trial: Evidence) -> None:
    found = {row.name: row for row in compare(trial, with_effects(trial, {"b": ()})).measures}
    assert (found["tested"].old.numerator, found["tested"].new.numerator) == (2, 1)
    better = found["better-randomised"]
    assert (better.old.numerator, better.old.denominator) == (1, 2)
    assert (better.new.numerator, better.new.denominator) == (1, 1)
    assert "money-tested" not in found
    assert {row.by for row in found.values()} == {""}


def test_other_effects_take_the_place_of_the_agreed_ones_of_their_source(trial: Evidence) -> None:
    first, second, of_coder = trial.effects
    other = replace(first, values={**first.values, "direction": ("worse",)})
    assert with_effects(trial, {"a": [other]}).effects == (second, of_coder, other)
    assert with_effects(trial, {}) == trial


def test_what_a_claim_counts_is_compared_as_a_whole(real: Evidence) -> None:
    rule = real.claims.claims[SAVINGS].rule
    other = with_rule(real, SAVINGS, rule=replace(rule, base=replace(rule.base, unit="source")))
    comparison = compare(real, other)
    assert [row.name for row in comparison.counted] == [SAVINGS]
    assert comparison.changed
    assert not comparison.rules
    measured = replace(
        other.claims, measures={**other.claims.measures, "spent": Measure(rule.base)}
    )
    (row,) = compare(other, replace(other, claims=measured)).counted
    assert (row.name, row.old) == ("spent", None)
