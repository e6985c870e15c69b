"""Tables count what a plain loop over the files counts, and hold no source that does not count."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from evidence.findings.agreement import Agreement
from evidence.model.codebook import Attribute
from evidence.model.evidence import Evidence
from evidence.report import tables
from evidence.report.markup import escape, table
from evidence.words import label
from tests.builders import Builder, with_claims
from tests.recount import Count, recount, rows
from tests.unit.conftest import pandoc_cells
from tests.unit.report.drawn import outcomes, themes

DATA = Path(__file__).parents[3] / "data"
LATEST = 9999
UNDEFINED = "not defined"
ATTRIBUTES = ("groups", "voices", "design", "sector", "weight")

COLUMNS = {"design": "Design", "sector": "Field", "weight": "Weight", "groups": "Groups"}
DOING = {"defines": "Defines", "problematises": "Questions"}
gists = partial(tables.gists, facet="term", stances=DOING)
failures = partial(
    tables.stances, facet="failure", columns={"Inquiries": None}, heading="What failed"
)
sources = partial(tables.sources, columns={**COLUMNS, "basis": "Text read"})
OF_EVIDENCE: dict[str, Callable[[Evidence], pd.DataFrame]] = {
    "searches": tables.searches,
    "exclusions": tables.exclusions,
    "gists": gists,
    "map": lambda evidence: outcomes(evidence).frame,
    "themes": lambda evidence: themes(evidence).frame,
    "failures": failures,
    "sources": sources,
}


@pytest.fixture(scope="module")
def counted() -> Count:
    return Count(DATA, LATEST)


def lines(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_searches_add_up_by_row_and_column(real: Evidence) -> None:
    written = tables.searches(real)
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


def test_failures(real: Evidence, counted: Count) -> None:
    frame = failures(real)
    assert sorted(lines(frame)) == sorted(
        (escape(meaning), counted.studies(counted.having("failure", [code])))
        for code, meaning in real.codebook.facets["failure"].codes.items()
    )
    assert frame["Inquiries"].is_monotonic_decreasing


def test_definitions_are_by_term_then_stance(real: Evidence, counted: Count) -> None:
    frame = gists(real)
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
    frame = sources(builder.build())
    assert list(frame["Source"]) == ["@z1", "@b1", "@a1", "@c1"]
    assert lines(frame)[1] == ("@b1", "Survey", "Schools", "Low", "", "Abstract")
    assert frame["Groups"][2] == "review; definition"
    assert sorted(sources(real)["Source"]) == sorted(f"@{k}" for k in real.counted())


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


def test_fields_of_effects_stand_in_their_order() -> None:
    rows = [
        Agreement("form", 1200, 0.5, 0.1, 0.1, (-0.2, 0.4)),
        Agreement("follow-up", 0, *[None] * 3),
    ]
    assert lines(tables.effect_agreement(rows)) == [
        ("Form", "1,200", "50.0%", "0.10", "0.10", "-0.20 to 0.40"),
        ("Follow-up", "0", *[UNDEFINED] * 4),
    ]


@pytest.mark.parametrize(
    ("column", "until", "after"),
    [("Up to 2006", 2006, 0), ("After 2006", LATEST, 2006), ("All sources", LATEST, 0)],
)
def test_verdicts_are_those_of_a_recount(
    real: Evidence, column: str, until: int, after: int
) -> None:
    frame = tables.verdicts(real)
    cells = dict(zip(real.claims.claims, frame[column], strict=True))
    words = {"supported": "Supported", "partly": "Partly", "no-data": "Too few"}
    for claim, by_hand in recount(DATA, until, after).items():
        said = words.get(by_hand.verdict, "Not" if by_hand.contrary else "Silent")
        assert cells[claim].startswith(f"**{said}**"), claim
        if "share" in by_hand.numbers and by_hand.verdict != "no-data":
            studies, among = by_hand.numbers["studies"], by_hand.numbers.get("among")
            assert among is None or f": {studies:.0f} of {among:.0f} (" in cells[claim]


CLAIMS = """
selections: {trusting: {facet: theme, codes: trust}, themed: {facet: theme}}
claims:
  a: {section: s, statement: "Some *trust*.", count: {sources: trusting}, minimum: 1,
    supported: {sources: ">= 2"}, partly: {sources: ">= 1"}}
  b: {section: s, statement: Most trust., count: {share: {of: trusting, among: themed}}, minimum: 1,
    supported: {share: ">= 0.50"}, partly: {share: ">= 0.25"}}
  c: {section: s, statement: Trust prevails., count: {ratio: {of: trusting, to: {facet: term}}},
    minimum: 1, supported: {ratio: ">= 2"}, partly: {ratio: ">= 1"}}
  d: {section: s, statement: Each is named., among: themed,
    groups: {trust: {facet: theme, codes: trust}, time: {facet: theme, codes: time}},
    count: {all: {smallest: share}}, minimum: 3,
    supported: {all: ">= 0.50"}, partly: {all: ">= 0.20"}}
"""


def test_a_verdict_has_its_main_number_whatever_it_counts(builder: Builder, tmp_path: Path) -> None:
    builder.many(2, "theme:trust:barrier").many(3, "theme:time:barrier", start=2)
    builder.add("named", "term:networks:uses")
    frame = tables.verdicts(with_claims(builder.build(), tmp_path, CLAIMS))
    assert list(frame["All sources"]) == [
        "**Supported**, close: 2 sources",
        "**Partly**, close: 2 of 5 (40%; 12% to 77%)",
        "**Supported**, close: 2 to 1 (2.0)",
        "**Partly**, close: lowest share 2 of 5 (40.0%; 12% to 77%)",
    ]


def test_a_statement_is_numbered_and_stays_text(builder: Builder, tmp_path: Path) -> None:
    frame = tables.verdicts(with_claims(builder.build(), tmp_path, CLAIMS))
    assert frame["Statement"][0] == r"**1** Some \*trust\*."
    assert set(frame["All sources"]) == {"**Too few**"}
    assert set(frame["Confidence"]) == {"–"}


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
    assert table(frame).markdown.count("\n") == max(len(frame), 1) + 2


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_the_baseline_alone_gives_an_empty_table(builder: Builder, attribute: str) -> None:
    frame = tables.sources_by(builder.build(), attribute)
    assert list(frame.columns) == [label(attribute), "Up to 2006", "After 2006", "All"]
    assert frame.empty


def test_nothing_found_gives_an_empty_flow(builder: Builder) -> None:
    nothing = replace(builder.build(), searches=(), screening=())
    assert lines(tables.searches(nothing)) == [("**All**", "0", "0", "0", "0", "0")]
    assert tables.exclusions(nothing).empty


HOSTILE = "<b>|</b> *a* [@x] $y$ {{< include z >}}"


def test_a_hostile_gist_reads_back_literally(builder: Builder) -> None:
    builder.add("a").code("a", "term:networks:defines", gist=HOSTILE)
    (row,) = pandoc_cells(table(gists(builder.build())).markdown)
    assert row[2] == f"<Plain>{HOSTILE}"


def test_the_codebook_has_every_entry_once_with_its_meaning(real: Evidence) -> None:
    book = real.codebook
    frame = tables.codebook(real)
    asked = [*book.attributes.values(), *book.effects.values()]
    meanings = [text for row in asked for text in (row.question, *row.values.values())]
    for facet in book.facets.values():
        meanings += [facet.question, *facet.stances.values(), *facet.codes.values()]
    assert sorted(frame["Meaning"]) == sorted(map(escape, meanings))
    assert not frame.duplicated(["Of", "Entry"]).any()


def test_a_hostile_meaning_reads_back_literally(real: Evidence) -> None:
    attribute = Attribute(HOSTILE, {"information-sharing": HOSTILE})
    book = replace(real.codebook, attributes={"kind": attribute}, facets={}, effects={})
    cells = pandoc_cells(table(tables.codebook(replace(real, codebook=book))).markdown)
    assert [row[1:] for row in cells] == [
        ["<Plain>Question", f"<Plain>{HOSTILE}"],
        ["<Plain>Value: information sharing", f"<Plain>{HOSTILE}"],
    ]
