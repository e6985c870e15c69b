"""The report room serves a review of the least data: one coder, no attribute, no baseline."""

from pathlib import Path

import pytest

from evidence.findings.agreement import code_agreements, effect_agreements
from evidence.findings.variants import leave_one_out, under_variants
from evidence.findings.verdicts import judge_editions
from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.report import explorer, figures, ledger, tables
from evidence.report.markup import table
from evidence.report.tables import robustness
from tests.unit.model.test_optional import least  # noqa: F401 - a fixture


@pytest.fixture
def evidence(least: Path) -> Evidence:  # noqa: F811 - the fixture
    return load(least)


def test_figures_of_the_least_data(evidence: Evidence) -> None:
    drawn = [figures.flow(evidence), figures.agreement(evidence)]
    drawn.append(figures.timeline(evidence, "country", noun="country/countries"))
    for name, facet in evidence.codebook.facets.items():
        stances = [*facet.stances]
        drawn += [
            figures.evidence_map(evidence, name),
            figures.bars(evidence, name),
            figures.cooccurrence(evidence, name),
        ]
        if len(stances) > 1:
            drawn.append(figures.diverging(evidence, name, stances[0], stances[-1]))
    for figure in drawn:
        assert figure.headline
        assert figure.alt.endswith(".")
        assert "baseline" not in figure.alt + figure.headline + figure.note
        assert figure.table().markdown.startswith("| ")


def test_tables_of_the_least_data(evidence: Evidence) -> None:
    editions = judge_editions(evidence)
    by_country = tables.sources_by(evidence, "country")
    assert list(by_country.columns) == ["Country", "All"]
    assert len(tables.sources(evidence, {"year": "Year"})) == len(evidence.counted())
    frames = [
        tables.searches(evidence),
        tables.exclusions(evidence),
        tables.verdicts(evidence),
        tables.code_agreement(code_agreements(evidence)),
        tables.effect_agreement(effect_agreements(evidence)),
        robustness.variants(evidence, editions.now, under_variants(evidence)),
        robustness.single_sources(evidence, editions.now, leave_one_out(evidence)),
        robustness.confidence_rules(evidence),
    ]
    assert all(table(frame).markdown for frame in frames)


def test_the_ledger_and_the_explorer_of_the_least_data(evidence: Evidence, tmp_path: Path) -> None:
    editions = judge_editions(evidence)
    text = ledger.ledger(evidence, editions).markdown
    assert "Sources up to" not in text
    assert "Confidence" not in text
    bibliography = tmp_path / "references.bib"
    bibliography.write_text("", "utf-8")
    columns = {"year": "Year"}
    form = explorer.controls(evidence, editions, columns, evidence.claims.entries()).markdown
    assert 'name="country"' not in form
    assert explorer.records(evidence, editions, columns, bibliography).markdown
