"""Reviews of hardly anything: nothing is said of an empty denominator, and ties are all named."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.themes import themes_named_one_way
from evidence.model.evidence import Evidence
from evidence.report import figures, ledger, tables
from evidence.report.chapter import names
from evidence.report.frames import Review
from evidence.report.markup import table
from evidence.report.tables.robustness import Robustness
from tests.builders import Builder
from tests.unit.report.drawn import FIGURES

HELD = (
    "theme:funding:barrier", "theme:trust:facilitator", "outcome:cost:measured-improved",
    "term:integration:uses", "issue:unclear-terms:raises", "failure:child-not-heard:found",
)  # fmt: skip
LEVEL = ("funding", "trust", "time", "culture", "roles")


def ties(builder: Builder) -> Builder:
    for at, code in enumerate(LEVEL):
        held = f"theme:{code}:barrier", f"theme:{code}:facilitator"
        builder.add(f"s{at}", *held, "term:networks:uses", "term:one-stop:uses", year=2003 + 2 * at)
    return builder


REVIEWS: dict[str, Callable[[Builder], Builder]] = {
    "the baseline alone": lambda builder: builder,
    "one source": lambda builder: builder.add("a", *HELD),
    "one source of the baseline's year": lambda builder: builder.add("a", *HELD, year=2006),
    "one inquiry": lambda builder: builder.add("a", *HELD, design="inquiry"),
    "one year": lambda builder: builder.many(2, *HELD, year=2006),
    "one stance": lambda builder: builder.many(6, HELD[0], year=2012),
    "nothing measured": lambda builder: builder.many(6, "outcome:cost:anticipated"),
    "nothing coded": lambda builder: builder.many(3),
    "twelve alike, then and now": lambda builder: builder.many(12, *HELD, year=2004).many(
        12, *HELD, start=20, year=2015
    ),
    "twelve, of which one says something": lambda builder: builder.many(
        12,
        "theme:trust:barrier",
        "term:networks:defines",
        "outcome:safety:anticipated",
        "outcome:cost:anticipated",
        design="inquiry",
        year=2004,
        groups=["review"],
    ).add(
        "x",
        *HELD,
        "outcome:safety:measured-improved",
        "issue:hard-to-measure:raises",
        year=2015,
        groups=["review"],
    ),
    "ties": ties,
    "Unicode": lambda builder: builder.add(
        "ødegård2009", *HELD, fields={"authors": "Ødegård, Åsa; 子ども, 学", "title": "עברית «όλα»"}
    ),
}

NONSENSE = re.compile(
    r"\bnone of 0|\ball [01]\b|\bof 0\b|\b0\.0 to|\bnan\b|\bNone[,)\]]"
    r"|\b(?:1|one) (?:sources|studies|texts|documents|statements|verdicts|editions|terms|themes"
    r"|inquiries|questions|pairs|queries|records)\b(?! or more)"
    r"|\b(?:1|one) (?:source|study) (?:are|have|report|name|use|say)\b"
    r"|\bof the no\b|\bThe no\b|\(\)|  +(?=\w)",
)


@pytest.fixture(params=REVIEWS)
def evidence(request: pytest.FixtureRequest, builder: Builder) -> Evidence:
    built = REVIEWS[request.param](builder).build()
    # The log of the screening is that of the report, and would not add up.
    object.__setattr__(built, "screening", ())
    return built


def words(evidence: Evidence) -> Iterator[str]:
    """Yield all that figures, tables and sentences say of a review."""
    review = Review(evidence, Path())
    for draw in FIGURES.values():
        figure = draw(evidence)
        yield from (figure.headline, figure.alt, figure.note, figure.table().markdown)
    robustness = Robustness(evidence, review.editions.now)
    for said in (
        robustness.on_variants,
        robustness.on_coders,
        robustness.on_single_sources,
        robustness.on_tentative,
        robustness.on_studies("by-source"),
        ledger.ledger(evidence, review.editions),
        themes_named_one_way(evidence),
        *map(
            table,
            (
                robustness.variants,
                robustness.single_sources,
                robustness.codes,
                tables.searches(evidence),
                tables.exclusions(evidence),
                tables.verdicts(evidence),
                tables.sources_by(evidence, "design"),
                tables.sources_by(evidence, "country"),
                tables.sources(evidence, {"year": "Year"}),
                tables.stances(evidence, "theme", {"Barrier": "barrier"}),
                tables.gists(evidence, "term", {"defines": "Defines"}),
            ),
        ),
    ):
        yield said.markdown


def test_nothing_is_said_of_nothing(evidence: Evidence) -> None:
    for said in words(evidence):
        assert not (found := NONSENSE.search(said)), (found[0], said)


def test_each_figure_is_drawn(evidence: Evidence) -> None:
    for draw in FIGURES.values():
        assert draw(evidence)._repr_png_()


def test_every_value_of_a_chapter_is_a_number_or_stops_the_build(evidence: Evidence) -> None:
    given: dict[str, Any] = {**names(Review(evidence, Path()))}
    values = [
        given["n"](),
        given["n_then"](),
        given["share"](given["n"](design="inquiry"), given["n"]()),
    ]
    values += [given["quantity"](given["n"](basis="abstract"), given["n"]())]
    for claim in evidence.claims.claims.values():
        for of in (given[claim.name], given[claim.name].then):
            values += [
                getattr(of, key) for key in dir(of) if key not in ("then", "change", "than", "word")
            ]
            values += [getattr(of.word, key) for key in dir(of.word)]
        for kind in ("change", "than"):
            own = getattr(given[claim.name], kind)
            values += [getattr(own, key) for key in dir(own)]
    for facet in evidence.codebook.facets:
        holders = given[f"{facet}s"]
        values += [holders.leading(3), holders.studies, holders.then.leading(1)]
    for value in values:
        shown = value._repr_markdown_() if hasattr(value, "_repr_markdown_") else str(value)
        assert not NONSENSE.search(shown), shown
        assert ("not defined" in shown) == (shown == "[not defined]{.undefined}")


def test_without_sources_no_measure_is_a_number(evidence: Evidence) -> None:
    frame = Review(evidence, Path()).findings
    undecided = frame[frame["verdict"] == "no-data"]
    assert set(undecided["confidence"]) <= {""}
    silent = frame[(frame["supporting"].str.len() + frame["contrary"].str.len()) == 0]
    assert set(silent["confidence"]) <= {""}


def test_what_is_level_with_the_last_named_is_named_too(builder: Builder) -> None:
    evidence = ties(builder).build()
    said = names(Review(evidence, Path()))["themes"].leading(3)  # type: ignore[attr-defined]
    assert {name.removesuffix(" (1)") for name in re.split(", | and ", said)} == {*LEVEL}
    headline = figures.diverging(evidence, "theme", "barrier", "facilitator").headline
    assert "are the barriers named most often (each by 1 of 5 studies" in headline


def test_a_cut_through_a_tie_moves_up(builder: Builder) -> None:
    builder.many(3, "theme:time:barrier").many(
        2, "theme:trust:barrier", "theme:roles:barrier", start=5
    )
    holders: Any = names(Review(builder.build(), Path()))["themes"]
    assert holders.leading(2) == "time (3)"
    assert holders.leading(3) == "time (3), roles (2) and trust (2)"
