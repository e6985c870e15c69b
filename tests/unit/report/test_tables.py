"""Tables count what a plain loop over the files counts, and hold no source that does not count."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest

from evidence.findings.agreement import Agreement
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.report import tables
from evidence.report.markup import escape, table
from evidence.words import label
from tests.builders import Builder
from tests.recount import Count, rows
from tests.unit.conftest import pandoc_cells

DATA = Path(__file__).parents[3] / "data"
LATEST = 9999
UNDEFINED = "not defined"
ATTRIBUTES = ("groups", "voices", "design", "sector", "weight")
OF_EVIDENCE: dict[str, Callable[[Evidence], pd.DataFrame]] = {
    "searches": tables.searches,
    "exclusions": tables.exclusions,
    "terms": tables.terms,
    "definitions": tables.definitions,
    "map": tables.evidence_map_table,
    "themes": tables.themes,
    "inquiries": tables.inquiries,
    "failures": tables.failures,
    "sources": tables.sources,
}


@pytest.fixture(scope="module")
def counted() -> Count:
    return Count(DATA, LATEST)


def lines(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_searches_add_up_by_row_and_column(real: Evidence) -> None:
    written = tables.searches(real)
    assert "1,200" in set(written["Records"])
    numbers = {c: written[c].str.replace(",", "").astype(int) for c in written.columns[1:]}
    frame = written.assign(**numbers)
    *searches, total = lines(frame)
    assert total[0] == "**All**"
    queries = Counter(row["search"] for row in rows(DATA, "searches.csv"))
    decisions = Counter((row["search"], row["decision"]) for row in rows(DATA, "screening.csv"))
    assert searches == [
        (
            label(search),
            number,
            sum(n for (name, _), n in decisions.items() if name == search),
            *(decisions[search, decision] for decision in ("exclude", "merged", "include")),
        )
        for search, number in queries.items()
    ]
    assert list(total[1:]) == [sum(column) for column in list(zip(*searches, strict=True))[1:]]
    assert (frame["Left out"] + frame["Merged"] + frame["Included"] == frame["Records"]).all()


def test_exclusions_add_up_to_what_was_left_out(real: Evidence) -> None:
    reasons = Counter(
        label(row["reason"]) for row in rows(DATA, "screening.csv") if row["decision"] == "exclude"
    )
    frame = tables.exclusions(real)
    assert sorted(lines(frame)) == sorted(reasons.items())
    assert frame["Records"].is_monotonic_decreasing


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_sources_by_attribute(real: Evidence, counted: Count, attribute: str) -> None:
    then, every = Counter[str](), Counter[str]()
    early = Count(DATA, 2006).ids
    for key, row in counted.appraisals.items():
        for value in row[attribute].split():
            every[label(value)] += 1
            then[label(value)] += key in early
    frame = tables.sources_by(real, attribute)
    assert sorted(lines(frame)) == sorted(
        (value, then[value], every[value] - then[value], every[value]) for value in every
    )
    assert frame["All"].is_monotonic_decreasing
    if not real.codebook.attributes[attribute].multiple:
        assert frame["All"].sum() == len(counted.ids)


def test_terms(real: Evidence, counted: Count) -> None:
    frame = tables.terms(real)
    early = Count(DATA, 2006).ids
    codes = real.codebook.facets["term"].codes
    expected = []
    for code, meaning in codes.items():
        used = counted.having("term", [code], "uses")
        others = [counted.having("term", [code], s) for s in ("defines", "problematises")]
        counts = [len(used & early), len(used - early), len(used), *map(len, others)]
        expected.append((escape(meaning), *map(words, counts)))
    assert sorted(lines(frame)) == sorted(expected)
    totals = [int(text) for text in frame["Used in all"]]
    assert totals == sorted(totals, reverse=True)


def words(number: int) -> str:
    return str(number) if number else "none"


def test_the_map_has_every_outcome_and_stance(real: Evidence, counted: Count) -> None:
    facet = real.codebook.facets["outcome"]
    frame = tables.evidence_map_table(real)
    assert list(frame.columns) == [
        *("Outcome", "Anticipated", "Perceived", "Measured improved", "Measured no difference"),
        *("Measured mixed", "Measured worse", "All"),
    ]
    assert sorted(lines(frame)) == sorted(
        (
            label(code),
            *(words(len(counted.having("outcome", [code], s))) for s in facet.stances),
            words(len(counted.having("outcome", [code]))),
        )
        for code in facet.codes
    )
    assert [label(code) for code in tables.evidence_map_rows(real)] == list(frame["Outcome"])
    totals = [int(text) for text in frame["All"]]
    assert totals == sorted(totals, reverse=True)


def test_the_columns_of_the_map_say_which_stances_they_count(real: Evidence) -> None:
    columns = tables.evidence_map_columns(real)
    frame = tables.evidence_map_table(real)
    assert [column.heading for column in columns] == list(frame.columns)[1:]
    *single, every = columns
    stances = tuple(real.codebook.facets["outcome"].stances)
    assert tuple(column.stances for column in single) == tuple((s,) for s in stances)
    assert every.stances == stances


def test_themes(real: Evidence, counted: Count) -> None:
    frame = tables.themes(real)
    found = {row[0]: row[1:] for row in lines(frame)}
    for code in real.codebook.facets["theme"].codes:
        barrier = counted.having("theme", [code], "barrier")
        facilitator = counted.having("theme", [code], "facilitator")
        either = len(barrier | facilitator)
        share = f"{100 * either / len(counted.having('theme')):.0f}%"
        counts = (len(barrier), len(facilitator), len(barrier & facilitator), either)
        assert found.pop(label(code)) == (*map(words, counts), share)
    assert not found
    totals = [int(text) for text in frame["Either"]]
    assert totals == sorted(totals, reverse=True)


def test_failures(real: Evidence, counted: Count) -> None:
    frame = tables.failures(real)
    assert sorted(lines(frame)) == sorted(
        (escape(meaning), len(counted.having("failure", [code])))
        for code, meaning in real.codebook.facets["failure"].codes.items()
    )
    assert frame["Inquiries"].is_monotonic_decreasing


def test_inquiries_are_listed_once_and_oldest_first(real: Evidence, counted: Count) -> None:
    frame = tables.inquiries(real)
    years = {row["source_id"]: int(row["year"]) for row in rows(DATA, "sources.csv")}
    expected = sorted(
        (years[key], key) for key, row in counted.appraisals.items() if row["design"] == "inquiry"
    )
    assert list(frame["Inquiry"]) == [f"@{key}" for _, key in expected]
    failed = {row["source_id"] for row in counted.codings if row["facet"] == "failure"}
    named = [text != "None named in the text read" for text in frame["What failed"]]
    assert named == [key in failed for _, key in expected]


def test_definitions_are_by_term_then_stance(real: Evidence, counted: Count) -> None:
    frame = tables.definitions(real)
    order = [label(code) for code in real.codebook.facets["term"].codes]
    keys = [(order.index(row[0]), row[1], row[3]) for row in lines(frame)]  # type: ignore[arg-type]
    assert keys == sorted(keys)
    speaking = [
        row
        for row in counted.codings
        if row["facet"] == "term" and row["stance"] in ("defines", "problematises")
    ]
    assert len(frame) == len(speaking)


def test_sources_are_all_listed_by_author_and_year(builder: Builder, real: Evidence) -> None:
    builder.add("b1", year=2001, fields={"authors": "adams", "basis": "abstract"})
    builder.add("a1", year=2002, fields={"authors": "Adams"}, groups=("review", "definition"))
    builder.add("z1", year=2000, fields={"authors": "Adams"}, weight="high")
    builder.add("c1", year=1990, fields={"authors": "Brown"})
    frame = tables.sources(builder.build())
    assert list(frame["Source"]) == ["@z1", "@b1", "@a1", "@c1"]
    assert lines(frame)[1] == ("@b1", "Survey", "Schools", "Low", "", "Abstract")
    assert frame["Groups"][2] == "review; definition"
    assert sorted(tables.sources(real)["Source"]) == sorted(f"@{k}" for k in real.counted())


def test_agreement_says_what_is_undefined() -> None:
    frame = tables.agreement(
        [
            Agreement("theme", 3135, 0.875, 0.125, -0.001, (-0.4, 0.71)),
            Agreement("term", 3, 1, None, None),
            Agreement("failure", 0, None, None, None),
        ]
    )
    assert lines(frame) == [
        ("Theme", "3,135", "87.5%", "0.13", "0.00", "-0.40 to 0.71"),
        ("Term", "3", "100.0%", UNDEFINED, UNDEFINED, UNDEFINED),
        ("Failure", "0", UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED),
    ]


def test_codes_stand_from_the_lowest_alpha_up() -> None:
    frame = tables.code_agreement(
        {
            ("theme", "trust"): Agreement("trust", 8, 1, 1, 1.0, (1.0, 1.0)),
            ("term", "networks"): Agreement("networks", 8, 0.5, 0.1, 0.1, (-0.2, 0.4)),
            ("theme", "time"): Agreement("time", 8, 1, None, None),
        }
    )
    assert lines(frame)[0] == ("Time", "Theme", "100.0%", UNDEFINED, UNDEFINED, UNDEFINED)
    assert list(frame["Code or value"]) == ["Time", "Networks", "Trust"]


def test_claims_have_both_verdicts_in_the_order_of_the_file(
    real: Evidence, real_editions: Editions
) -> None:
    frame = tables.claims(real_editions)
    assert list(frame.iloc[:, 0]) == [escape(row.statement) for row in real.claims.claims.values()]
    assert frame.columns[1] == "Sources up to 2006"


def _with_baseline_coded(evidence: Evidence) -> Evidence:
    held = [
        f"{name}:{code}:{stance}"
        for name, facet in evidence.codebook.facets.items()
        for code in facet.codes
        for stance in facet.stances
    ]
    builder = Builder(evidence).code("brown2006", *held)
    builder.appraise("brown2006", "agreed", design="inquiry", groups=("inquiry",))
    return replace(
        evidence,
        codings=(*evidence.codings, *builder.codings),
        appraisals=(*evidence.appraisals, *builder.appraisals),
    )


@pytest.mark.parametrize("name", OF_EVIDENCE)
def test_the_baseline_is_in_no_table(real: Evidence, name: str) -> None:
    frame = OF_EVIDENCE[name](real)
    pd.testing.assert_frame_equal(OF_EVIDENCE[name](_with_baseline_coded(real)), frame)
    assert "brown2006" not in table(frame).markdown


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_the_baseline_is_in_no_table_by_attribute(real: Evidence, attribute: str) -> None:
    pd.testing.assert_frame_equal(
        tables.sources_by(_with_baseline_coded(real), attribute),
        tables.sources_by(real, attribute),
    )


@pytest.mark.parametrize("name", sorted(OF_EVIDENCE.keys() - {"terms"}))
def test_an_empty_edition_gives_the_same_columns(real: Evidence, name: str) -> None:
    frame = OF_EVIDENCE[name](real.up_to(1800))
    assert list(frame.columns) == list(OF_EVIDENCE[name](real).columns)
    numbers = frame.select_dtypes("number").to_numpy()
    if name not in ("searches", "exclusions"):
        assert not numbers.any()
    assert table(frame).markdown.count("\n") == len(frame) + 2


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_the_baseline_alone_gives_an_empty_table(builder: Builder, attribute: str) -> None:
    frame = tables.sources_by(builder.build(), attribute)
    assert list(frame.columns) == [label(attribute), "Up to 2006", "After 2006", "All"]
    assert frame.empty


def test_terms_without_a_source_are_said_to_have_none(builder: Builder) -> None:
    frame = tables.terms(builder.build())
    assert frame.columns[1] == "Used up to 2006"
    assert set(frame.iloc[:, 1:].to_numpy().flat) == {"none"}


def test_nothing_found_gives_an_empty_flow(builder: Builder) -> None:
    nothing = replace(builder.build(), searches=(), screening=())
    assert lines(tables.searches(nothing)) == [("**All**", "0", "0", "0", "0", "0")]
    assert tables.exclusions(nothing).empty


HOSTILE = "<b>|</b> *a* [@x] $y$ {{< include z >}}"


def test_a_hostile_gist_reads_back_literally(builder: Builder) -> None:
    builder.add("a").code("a", "term:networks:defines", gist=HOSTILE)
    (row,) = pandoc_cells(table(tables.definitions(builder.build())).markdown)
    assert row[2] == f"<Plain>{HOSTILE}"


def test_a_hostile_statement_reads_back_literally(real_editions: Editions) -> None:
    finding = replace(real_editions.now["five-themes"], statement=HOSTILE)
    one = MappingProxyType({"five-themes": finding})
    ((statement, *_),) = pandoc_cells(
        table(tables.claims(replace(real_editions, then=one, now=one))).markdown
    )
    assert statement == f"<Plain>{HOSTILE}"


def test_a_hostile_meaning_reads_back_literally() -> None:
    frame = tables.meanings({"information-sharing": HOSTILE}, "Theme")
    assert pandoc_cells(table(frame).markdown) == [
        ["<Plain>Information sharing", f"<Plain>{HOSTILE}"]
    ]


def test_a_captioned_table_has_label_and_widths() -> None:
    frame = tables.meanings({"funding": "Money"}, "Theme")
    text = tables.captioned(frame, "tbl-x", "Themes", [30, 70]).markdown
    assert text.endswith('\n\n: Themes {#tbl-x tbl-colwidths="[30,70]"}\n')
    assert table(frame).markdown in text
