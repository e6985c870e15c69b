"""How long tests looked, and which forms of integration have the best record."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.effects import FEWEST_TESTS, best_forms, follow_up, forms_by_record
from evidence.model.evidence import Evidence
from evidence.report.frames import open_review
from evidence.words import UNDEFINED
from tests.unit.conftest import DATA


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return open_review(Path(DATA).parent).evidence


def with_effects(evidence: Evidence, *kept: str) -> Evidence:
    return replace(
        evidence, effects=tuple(row for row in evidence.effects if row.source_id in kept)
    )


def test_follow_up_is_that_of_the_longest_of_a_study(evidence: Evidence) -> None:
    tested = {
        row.source_id
        for row in evidence.agreed_effects
        if row.follow_up_months and row.values["comparison"] == ("randomised",)
    }
    alone = min(tested)
    months = [
        row.follow_up_months or 0 for row in evidence.agreed_effects if row.source_id == alone
    ]
    found = follow_up(with_effects(evidence, alone), "children-tested")
    assert (found.studies, found.typical, found.longest) == (1, max(months), max(months))


def test_without_effects_nothing_is_followed_and_no_form_ranked(evidence: Evidence) -> None:
    nothing = with_effects(evidence)
    assert follow_up(nothing, "children-tested").longest == 0
    assert forms_by_record(nothing) == ()
    assert best_forms(nothing) is UNDEFINED


def test_forms_tested_too_seldom_are_not_ranked(evidence: Evidence) -> None:
    ranked = forms_by_record(evidence)
    assert len(set(ranked)) == len(ranked)
    tested: dict[str, set[str]] = {}
    for row in evidence.agreed_effects:
        for form in row.values["form"]:
            tested.setdefault(form, set()).update(evidence.studies([row.source_id]))
    assert all(len(tested[form]) >= FEWEST_TESTS for form in ranked)
