"""The tables of this review count what a plain loop over the files counts."""

import pytest

from analysis.tables import inquiry_table, term_table
from evidence.model.evidence import Evidence
from evidence.report.markup import escape
from tests.builders import Builder
from tests.recount import Count, rows
from tests.unit.conftest import DATA


@pytest.fixture(scope="module")
def counted() -> Count:
    return Count(DATA, 9999)


def test_terms(real: Evidence, counted: Count) -> None:
    frame = term_table(real)
    early = Count(DATA, 2006).ids
    codes = real.codebook.facets["term"].codes
    expected = []
    for code, meaning in codes.items():
        used = counted.having("term", [code], "uses")
        others = [counted.having("term", [code], s) for s in ("defines", "problematises")]
        counts = [len(used & early), len(used - early), len(used), *map(len, others)]
        expected.append((escape(meaning), *map(words, counts)))
    assert sorted(frame.itertuples(index=False, name=None)) == sorted(expected)
    totals = [int(text) for text in frame["Used in all"]]
    assert totals == sorted(totals, reverse=True)


def words(number: int) -> str:
    return str(number) if number else "none"


def test_inquiries_are_listed_once_and_oldest_first(real: Evidence, counted: Count) -> None:
    frame = inquiry_table(real)
    years = {row["source_id"]: int(row["year"]) for row in rows(DATA, "sources.csv")}
    expected = sorted(
        (years[key], key) for key, row in counted.appraisals.items() if row["design"] == "inquiry"
    )
    assert list(frame["Inquiry"]) == [f"@{key}" for _, key in expected]
    failed = {row["source_id"] for row in counted.codings if row["facet"] == "failure"}
    named = [text != "None named in the text read" for text in frame["What failed"]]
    assert named == [key in failed for _, key in expected]


def test_terms_without_a_source_are_said_to_have_none(builder: Builder) -> None:
    frame = term_table(builder.build())
    assert frame.columns[1] == "Used up to 2006"
    assert set(frame.iloc[:, 1:].to_numpy().flat) == {"none"}
