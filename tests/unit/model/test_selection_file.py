"""Selections as a file writes them: what they mean, and every fault at its place."""

import pytest
import yaml

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
from evidence.model.faults import Fault
from evidence.model.selection_file import SelectionReader, SourceField
from evidence.model.yaml_nodes import Node

FIELDS = {
    "basis": SourceField(("abstract", "full")),
    "country": SourceField(held=frozenset({"Spain", "Scotland"})),
    "source_id": SourceField(held=frozenset({"green2008"})),
    "year": SourceField(held=frozenset({"2010", "2012"})),
}


def read(evidence: Evidence, text: str, named: str = "") -> tuple[Selection, list[Fault]]:
    faults: list[Fault] = []
    reader = SelectionReader(evidence.codebook, FIELDS)
    if named:
        names = yaml.compose(named)
        assert names
        reader.name(Node("claims.yml", names, faults).entries())
    node = yaml.compose(text)
    assert node
    return reader.read(Node("claims.yml", node, faults)), faults


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("everything", Everything()),
        ("{facet: theme}", Held("theme")),
        (
            "{facet: outcome, codes: [cost], stances: [anticipated, perceived]}",
            Held("outcome", ("cost",), ("anticipated", "perceived")),
        ),
        ("{facet: outcome, codes: cost}", Held("outcome", ("cost",))),
        ("{design: [survey, inquiry]}", Having("design", ("survey", "inquiry"))),
        ("{country: Norway}", Having("country", ("Norway",))),
        ("{design: []}", Having("design", ())),
        (
            "{facet: theme, design: survey}",
            AllOf((Held("theme"), Having("design", ("survey",)))),
        ),
        ("{not: {facet: theme}}", Not(Held("theme"))),
        (
            "{any: [{facet: theme}, {all: [{facet: issue}, everything]}]}",
            AnyOf((Held("theme"), AllOf((Held("issue"), Everything())))),
        ),
        (
            "{all-codings: [{facet: outcome}, {stances: [anticipated]}]}",
            SameCoding((Held("outcome"), Held("", (), ("anticipated",)))),
        ),
    ],
)
def test_a_selection_means_what_it_says(real: Evidence, text: str, selection: Selection) -> None:
    assert read(real, text) == (selection, [])


def test_names_may_stand_before_what_they_name(real: Evidence) -> None:
    named = "{late: {all: [early, {design: survey}]}, early: {facet: theme}}"
    found, faults = read(real, "late", named)
    survey = Having("design", ("survey",))
    assert found == Named("late", AllOf((Named("early", Held("theme")), survey)))
    assert not faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "{facet: outcomes}",
            "claims.yml:1:9: unknown-facet: there is no facet 'outcomes'; "
            "allowed: term, issue, outcome, theme, failure; nearest: outcome",
        ),
        (
            "{facet: issue, codes: [attribution, atribution]}",
            "claims.yml:1:37: unknown-code: there is no code of facet issue 'atribution'; ",
        ),
        (
            "{facet: theme, stances: raises}",
            "claims.yml:1:25: unknown-stance: there is no stance of facet theme 'raises'; "
            "allowed: barrier, facilitator",
        ),
        ("{desing: survey}", "claims.yml:1:10: unknown-attribute: there is no attribute or key "),
        ("{design: survy}", "claims.yml:1:10: unknown-value: there is no design 'survy'; "),
        ("{basis: [full, half]}", "claims.yml:1:16: unknown-value: there is no basis 'half'; "),
        (
            "surveys",
            "claims.yml:1:1: unknown-selection: there is no selection 'surveys'; "
            "allowed: everything, survey; nearest: survey",
        ),
        ("{facet: theme, codes: []}", "claims.yml:1:23: bad-structure: the list is empty"),
        ("{all: survey}", "claims.yml:1:7: bad-structure: found 'survey'; allowed: a list such as"),
        ("{all: [{stances: [raises]}]}", "claims.yml:1:8: bad-rule: codes and stances belong to"),
        ("{all-codings: [survey]}", "claims.yml:1:16: bad-rule: all-codings joins codings"),
        ("[survey]", "claims.yml:1:1: bad-structure: found a list"),
        (
            "{design: [survey, survey]}",
            "claims.yml:1:19: duplicate-key: 'survey' stands in the list already",
        ),
        (
            "{country: [Spian]}",
            "claims.yml:1:11: unknown-value: no source has country 'Spian'; nearest: Spain",
        ),
        (
            "{source_id: [green2008, nobody1999]}",
            "claims.yml:1:13: unknown-value: no source has source_id 'nobody1999'",
        ),
        (
            '{year: ">= 2010"}',
            "claims.yml:1:8: unknown-value: no source has year '>= 2010'; nearest: 2010",
        ),
    ],
)
def test_a_fault_is_told_at_its_place(real: Evidence, text: str, fault: str) -> None:
    _, faults = read(real, text, "{survey: {design: survey}}")
    assert str(faults[0]).startswith(fault), faults
    assert len(faults) == 1


def test_selections_that_mean_themselves_are_told(real: Evidence) -> None:
    named = "{a: {all: [b, {facet: theme}]}, b: {not: c}, c: a, d: d}"
    _, faults = read(real, "everything", named)
    assert [str(fault) for fault in faults] == [
        "claims.yml:1:49: circular-selection: 'a' means itself: a → b → c → a",
        "claims.yml:1:55: circular-selection: 'd' means itself: d → d",
    ]


def test_a_name_with_a_meaning_is_not_given_another(real: Evidence) -> None:
    _, faults = read(real, "everything", "{everything: {facet: theme}}")
    assert [fault.code for fault in faults] == ["duplicate-key"]
