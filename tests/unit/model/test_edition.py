"""Which editions a review has, and what belongs to each."""

from dataclasses import replace

import pytest

from evidence.findings.verdicts import judge
from evidence.model.edition import NoEditionError, as_of, year_of
from evidence.model.evidence import Evidence
from evidence.model.history import Release
from tests.builders import Builder


@pytest.fixture
def evidence(builder: Builder) -> Evidence:
    """A review of 2006 taken up, with a source before it, in its year, and after it."""
    return builder.add("a", year=2001).add("b", year=2006).add("c", year=2010).build()


def without_baseline(evidence: Evidence) -> Evidence:
    return evidence.without({"brown2006"})


@pytest.mark.parametrize("text", ["", "15", "20155", "2O15", "-2015", "٢٠١٥", " 2015", "2015.0"])
def test_what_is_no_year(text: str) -> None:
    with pytest.raises(NoEditionError, match="is no year"):
        year_of(text)


@pytest.mark.parametrize(
    ("year", "ids"), [("2006", {"a", "b"}), ("2009", {"a", "b"}), ("2010", {"a", "b", "c"})]
)
def test_an_edition_has_the_sources_up_to_its_year(
    evidence: Evidence, year: str, ids: set[str]
) -> None:
    edition = as_of(evidence, year)
    assert edition.counted() == ids
    assert edition.edition == int(year)
    assert {row.source_id for row in edition.appraisals} == ids | {"brown2006"}
    # They found these sources, whenever they were made.
    assert edition.screening == evidence.screening
    assert edition.searches == evidence.searches


@pytest.mark.parametrize("year", ["1900", "2005", "2011"])
def test_there_is_none_before_the_baseline_or_after_all_sources(
    evidence: Evidence, year: str
) -> None:
    told = rf"no edition of {year}; .* 2006, the year of the review .* to 2010, the year of"
    with pytest.raises(NoEditionError, match=told):
        as_of(evidence, year)


def test_without_a_baseline_the_first_source_begins(evidence: Evidence) -> None:
    alone = without_baseline(evidence)
    assert as_of(alone, "2001").counted() == {"a"}
    with pytest.raises(NoEditionError, match="2001, the year of the first source"):
        as_of(alone, "2000")


def test_a_review_without_sources_has_none(builder: Builder) -> None:
    with pytest.raises(NoEditionError, match="no source counts yet"):
        as_of(builder.build(), "2006")


def test_releases_are_those_made_by_then(evidence: Evidence) -> None:
    made = [Release(f"{n}.0.0", day, "", "", (), "1", 1) for n, day in (
        (3, "2011-01-01"), (2, "2010-12-31"), (1, "2009-05-05"))]  # fmt: skip
    published = replace(evidence, history=replace(evidence.history, releases=tuple(made)))
    kept = as_of(published, "2010").history
    assert [row.version for row in kept.releases] == ["2.0.0", "1.0.0"]
    assert kept.search_every == evidence.history.search_every


def test_findings_are_of_the_year_asked_for(evidence: Evidence) -> None:
    assert {row.edition for row in judge(as_of(evidence, "2009")).values()} == {2009}
    assert {row.edition for row in judge(evidence).values()} == {2010}
