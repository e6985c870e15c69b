"""Figures of effects on evidence made by hand: every mark, tally and word."""

import pytest
from matplotlib.patches import Polygon

from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.codes import ChapterError
from evidence.report.figures import Figure
from evidence.report.figures.effect_directions import RADII
from tests.builders import Builder
from tests.unit.report.drawn import COMPARISONS, effect_directions
from tests.unit.report.test_figures import marks, texts, written


def tops_and_bottoms(figure: Figure, name: str) -> tuple[int, int, int]:
    """Return how many corners of a mark are at its top, in between and at its bottom."""
    mark = marks(figure)[name]
    assert isinstance(mark, Polygon)
    heights = [y for _, y in mark.xy[:-1]]
    ends = heights.count(min(heights)), heights.count(max(heights))
    return ends[0], len(heights) - sum(ends), ends[1]


def half_width(figure: Figure, name: str) -> float:
    mark = marks(figure)[name]
    assert isinstance(mark, Polygon)
    return float(mark.xy[:, 0].max() - mark.xy[:, 0].min()) / 2


@pytest.fixture
def few(builder: Builder) -> Builder:
    builder.add("a", year=2001, fields={"authors": "Ähm, Bo"}).effect("a")
    builder.effect("a", "attainment", "worse").effect("a", "attendance", "no-difference")
    builder.add("b", year=2010, fields={"authors": "Department for Families", "study": "a"})
    return builder.effect("b", "offending", "mixed")


def test_marks_are_told_apart_by_their_shape(few: Builder) -> None:
    figure = effect_directions(few.build())
    shapes = {
        code: tops_and_bottoms(figure, f"a: {code}")
        for code in ("safety", "attainment", "attendance", "offending")
    }
    assert shapes["safety"] == (1, 0, 2)
    assert shapes["attainment"] == (2, 0, 1)
    assert len(set(shapes.values())) == len(shapes)


def test_sources_of_one_study_share_a_row(few: Builder) -> None:
    figure = effect_directions(few.build())
    assert list(figure.frame["Study"]) == ["[@a; @b]"]
    assert list(figure.frame["Better"]) == ["1 of 4"]
    assert any(line[0] == "Ähm 2001 +1" for line in written(figure))


def test_a_long_name_is_cut(builder: Builder) -> None:
    builder.add("a", fields={"authors": "Ministry of Very Long Names and Others"}).effect("a")
    (name,) = [
        text.get_text()
        for text in texts(effect_directions(builder.build()))
        if "…" in text.get_text()
    ]
    assert name.startswith("Ministry of")
    assert name.endswith("… 2010")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (("better", "better", "worse"), "Safety better (3)"),
        (("better", "worse"), "Safety mixed (2)"),
        (("better", "no-difference", "mixed"), "Safety mixed (3)"),
        (("mixed",), "Safety mixed"),
        (("no-difference", "no-difference", "better"), "Safety no difference (3)"),
    ],
)
def test_a_mark_is_more_than_half_or_mixed(
    builder: Builder, found: tuple[str, ...], words: str
) -> None:
    builder.add("a")
    for form, direction in zip(("team", "referral", "structure"), found, strict=False):
        builder.effect("a", "safety", direction, form=form)
    assert list(effect_directions(builder.build()).frame["Outcomes"]) == [words]


def test_what_two_sources_report_alike_counts_once(builder: Builder) -> None:
    builder.add("a", fields={"study": "s"}).effect("a")
    builder.add("b", fields={"study": "s"}).effect("b")
    frame = effect_directions(builder.build()).frame
    assert (list(frame["Outcomes"]), list(frame["Better"])) == (["Safety better"], ["1 of 1"])


@pytest.mark.parametrize(
    ("samples", "radius", "said"),
    [
        ([""], 0, "not told"),
        (["199"], 0, "199"),
        (["200"], 1, "200"),
        (["999 families"], 1, "999 families"),
        (["1000", "12"], 2, "1,000"),
        (["5000 schools"], 0, "5,000 schools"),
        (["5000 schools", "250"], 1, "250"),
        (["many"], 0, "not told"),
    ],
)
def test_a_mark_grows_with_the_people_studied(
    builder: Builder, samples: list[str], radius: int, said: str
) -> None:
    builder.add("a").add("b").effect("b", told={"sample": "1000"})
    for outcome, sample in zip(("safety", "attainment"), samples, strict=False):
        builder.effect("a", outcome, told={"sample": sample})
    figure = effect_directions(builder.build(), people=["families"])
    assert half_width(figure, "a: safety") == pytest.approx(RADII[radius])
    assert next(iter(figure.frame["Sample"])) == said


def test_the_longest_follow_up_is_told(builder: Builder) -> None:
    builder.add("a").effect("a", told={"follow_up_months": 6})
    builder.effect("a", "attainment", told={"follow_up_months": 24})
    builder.add("b").effect("b")
    frame = effect_directions(builder.build()).frame
    assert list(frame["Months followed"]) == ["24", "not told"]


def test_studies_stand_by_comparison_then_year(builder: Builder) -> None:
    for key, year, comparison in (
        ("late", 2020, "randomised"),
        ("early", 2001, "randomised"),
        ("other", 1990, "natural-experiment"),
    ):
        builder.add(key, year=year).effect(key, comparison=comparison)
    builder.add("none").effect("none", comparison="none")
    frame = effect_directions(builder.build()).frame
    assert list(frame["Study"]) == ["[@early]", "[@late]", "[@other]"]
    assert list(frame["Comparison"]) == ["By chance", "By chance", "Other groups"]


def test_the_headline_counts_studies(builder: Builder) -> None:
    builder.many(3).add("x")
    for key in ("s0", "s1"):
        builder.effect(key)
    builder.effect("s2", direction="worse").effect("x", comparison="comparison-group")
    assert effect_directions(builder.build()).headline == (
        "Most outcomes came out better in 2 of 3 studies (by chance) and 1 of 1 study "
        "(other groups)"
    )


def test_other_populations_coders_and_the_baseline_are_left_out(builder: Builder) -> None:
    builder.add("a").effect("a", population="parents").effect("a", coder="A")
    builder.effect("brown2006")
    figure = effect_directions(builder.build())
    assert [text.get_text() for text in texts(figure)] == ["No studies"]
    assert figure.frame.empty


def test_a_wrong_name_is_told(real: Evidence) -> None:
    with pytest.raises(ChapterError, match="comparison has no better; it has randomised"):
        figures.effect_directions(real, "outcome", {"All": "better"})
    with pytest.raises(ChapterError, match="population has no dogs; it has children"):
        figures.effect_directions(real, "outcome", COMPARISONS, population=["children", "dogs"])
    with pytest.raises(ChapterError, match="effects have no 'age'; they have outcome, population"):
        figures.effect_directions(real, "outcome", COMPARISONS, age="children")
