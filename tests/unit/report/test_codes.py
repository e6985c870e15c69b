"""Sources that report the same research count as one study, wherever codes are counted."""

import pytest

from evidence.model.evidence import Evidence
from evidence.report import figures, tables
from evidence.report.codes import ChapterError, Codes
from evidence.report.figures import Figure
from tests.builders import Builder
from tests.unit.report.drawn import outcomes, terms, themes, together
from tests.unit.report.test_figures import marks, widths

ONE = {"study": "trial"}
HELD = ("term:networks:uses", "theme:trust:barrier", "outcome:cost:measured-improved")


@pytest.fixture
def reported_twice(builder: Builder) -> Evidence:
    """Two sources of one study, up to the baseline's year and since, and a study of its own."""
    builder.add("early", *HELD, year=2004, fields=ONE)
    builder.add("late", *HELD, "theme:trust:facilitator", year=2012, fields=ONE)
    builder.code("late", "term:one-stop:uses")
    return builder.add("other", *HELD, year=2012).build()


def row(figure: Figure, code: str) -> dict[str, object]:
    frame = figure.frame
    (found,) = frame[frame.iloc[:, 0] == code].to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_codes_count_studies(reported_twice: Evidence) -> None:
    codes = Codes(reported_twice, "theme")
    assert codes.studies["trust"] == {"trial", "other"}
    assert next(iter(codes.totals.items())) == ("trust", 2)
    assert (codes.total, codes.number(["barrier"]), codes.number(["facilitator"])) == (2, 2, 1)
    assert codes.by_code(["facilitator"])["trust"] == 1
    assert not any(codes.by_code([]).values())


def test_codes_of_nothing_are_all_there(builder: Builder) -> None:
    codes = Codes(builder.build(), "theme")
    assert codes.total == 0
    assert set(codes.totals.values()) == {0}
    with pytest.raises(ChapterError, match="no facet 'no-such'"):
        Codes(builder.build(), "no-such")


def test_bars_count_a_study_in_each_time_and_once_in_all(reported_twice: Evidence) -> None:
    figure = terms(reported_twice)
    numbers = {"Term": "Networks", "Up to 2006": 1, "After 2006": 2, "All": 2}
    assert row(figure, "Networks") == numbers
    assert "(one study); " in figure.headline
    assert "2 studies in all" in figure.alt
    assert "in both but once in all" in figure.note
    drawn = widths(figure)
    assert drawn["networks: After 2006"] == pytest.approx(2 * drawn["networks: Up to 2006"])


def test_without_a_baseline_bars_count_a_study_once(reported_twice: Evidence) -> None:
    figure = terms(reported_twice.without(["brown2006"]))
    assert row(figure, "Networks") == {"Term": "Networks", "In all": 2}
    assert figure.note.endswith("A study counts once for each term.")


def test_a_study_counts_once_on_each_side(reported_twice: Evidence) -> None:
    figure = themes(reported_twice)
    numbers = {"Barrier": 2, "Facilitator": 1, "Both": 1, "Either": 2, "Share": "100%"}
    assert row(figure, "Trust") == {"Theme": "Trust", **numbers}
    assert "by all 2 studies that name one" in figure.headline


def test_a_study_counts_once_in_a_cell(reported_twice: Evidence) -> None:
    figure = outcomes(reported_twice)
    found = row(figure, "Cost")
    assert (found["Measured improved"], found["All"]) == (2, 2)
    assert figure.headline.endswith("most studies found better: all 2 that measured it")


def test_a_pair_is_that_of_a_study_and_not_of_a_source(reported_twice: Evidence) -> None:
    figure = together(reported_twice.without(["late"]))
    assert figure.headline == "No study uses two of the terms"
    figure = together(reported_twice)
    assert "networks + one-stop" in marks(figure)
    assert figure.headline == "One study uses more than one term: networks with one-stop"


def test_the_pair_of_a_study_may_be_of_two_sources(builder: Builder) -> None:
    builder.add("a", "term:networks:uses", fields=ONE).add("b", "term:one-stop:uses", fields=ONE)
    assert together(builder.build()).headline.endswith(": networks with one-stop")


def test_the_table_of_stances_counts_studies(reported_twice: Evidence) -> None:
    frame = tables.stances(reported_twice, "theme", {"Either": None, "Helps": "facilitator"})
    assert frame.iloc[0, 1:].to_list() == [2, 1]


@pytest.mark.parametrize("draw", [figures.bars, figures.cooccurrence, figures.evidence_map])
def test_nothing_counted_is_no_studies(builder: Builder, draw: object) -> None:
    assert callable(draw)
    assert draw(builder.add("a").build(), "theme").headline.startswith("No studies: ")
