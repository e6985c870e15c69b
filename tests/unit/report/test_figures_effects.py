"""Figures of effects on evidence made by hand: every mark, tally and word."""

from collections.abc import Callable

import pytest
from matplotlib.patches import Polygon, Rectangle

from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.codes import ChapterError
from evidence.report.figures import Figure, style
from evidence.report.figures.effect_directions import MOST, RADII
from tests.builders import Builder
from tests.unit.report.drawn import COMPARISONS, by_comparison, effect_directions, harvest
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
    assert list(figure.frame["Study"]) == ["@a; @b"]
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
    # One effect, reported twice, the longer first.
    builder.add("c", year=2011, fields={"study": "s"}).add("d", year=2012, fields={"study": "s"})
    builder.effect("c", told={"follow_up_months": 36, "sample": "50"}).effect("d")
    frame = effect_directions(builder.build()).frame
    assert list(frame["Months followed"]) == ["24", "not told", "36"]
    assert list(frame["Sample"]) == ["not told", "not told", "50"]


def test_studies_stand_by_comparison_then_year(builder: Builder) -> None:
    for key, year, comparison in (
        ("late", 2020, "randomised"),
        ("early", 2001, "randomised"),
        ("other", 1990, "natural-experiment"),
    ):
        builder.add(key, year=year).effect(key, comparison=comparison)
    builder.add("none").effect("none", comparison="none")
    frame = effect_directions(builder.build()).frame
    assert list(frame["Study"]) == ["@early", "@late", "@other"]
    assert list(frame["Comparison"]) == ["By chance", "By chance", "Other groups"]
    alone = figures.effect_directions(builder.build(), "outcome", {"By chance": "randomised"})
    assert "Comparison" not in alone.frame


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


def cells(figure: Figure, first: str) -> list[list[object]]:
    """Return what stands beside a first cell, row by row."""
    return [row[1:] for row in figure.frame.to_numpy().tolist() if row[0] == first]


def test_a_study_is_a_bar_at_each_outcome(builder: Builder) -> None:
    builder.many(3)
    builder.effect("s0").effect("s0", "attainment", "no-difference")
    builder.effect("s1").effect("s1", "safety", "worse", form="referral")
    builder.effect("s2", direction="worse", comparison="comparison-group")
    figure = harvest(builder.build())
    assert cells(figure, "Safety") == [["By chance", 0, 1, 1], ["Other groups", 1, 0, 0]]
    assert cells(figure, "Attainment") == [["By chance", 0, 1, 0], ["Other groups", 0, 0, 0]]
    assert figure.headline == (
        "Taken outcome by outcome, studies found one result better, 2 no different or mixed, and "
        "1 worse"
    )
    bars = marks(figure)
    assert set(bars) == {
        "safety: Worse: 1",
        "safety: No difference or mixed: 1",
        "safety: Better: 1",
        "attainment: No difference or mixed: 1",
    }


def test_the_stronger_comparison_is_the_higher_bar(builder: Builder) -> None:
    builder.many(2).effect("s0")
    builder.effect("s1", direction="worse", comparison="natural-experiment")
    strong, weak = (
        mark for name, mark in marks(harvest(builder.build())).items() if "safety" in name
    )
    assert isinstance(strong, Rectangle)
    assert isinstance(weak, Rectangle)
    strong, weak = sorted((strong, weak), key=Rectangle.get_height, reverse=True)
    assert strong.get_height() == pytest.approx(2 * weak.get_height())
    assert strong.get_facecolor() != weak.get_facecolor()


def test_a_harvest_without_any_gain_says_so(builder: Builder) -> None:
    builder.add("a").effect("a", direction="mixed")
    assert harvest(builder.build()).headline.endswith(
        "found no results better, 1 no different or mixed, and none worse"
    )


def test_many_studies_stay_in_their_panel(builder: Builder) -> None:
    builder.many(60)
    for key in range(60):
        builder.effect(f"s{key}")
    bars = [mark for name, mark in marks(harvest(builder.build())).items() if "Better" in name]
    assert len(bars) == 60
    last = bars[-1]
    assert isinstance(last, Rectangle)
    assert last.get_x() + last.get_width() < style.WIDTH - style.text_width("60", bold=True)


def test_each_form_says_how_it_was_tested_and_how_that_came_out(builder: Builder) -> None:
    builder.many(4)
    builder.effect("s0", form=["team", "referral"]).effect("s1", direction="worse")
    builder.effect("s2").effect("s2", "attainment", "worse")
    builder.effect("s3", form="structure", comparison="comparison-group")
    figure = by_comparison(builder.build())
    assert cells(figure, "Team") == [["1 of 3 mostly better; none better in 1", "Not tested"]]
    assert cells(figure, "Referral") == [["1 of 1 mostly better", "Not tested"]]
    assert cells(figure, "Structure") == [["Not tested", "1 of 1 mostly better"]]
    assert cells(figure, "Wraparound") == [["Not tested", "Not tested"]]
    assert figure.frame["Form"][0] == "Team"
    assert sum(name.startswith("team: By chance") for name in marks(figure)) == 3


def test_what_is_asked_for_is_what_stands_there(builder: Builder) -> None:
    builder.add("a").effect("a")
    alone = figures.by_comparison(builder.build(), "form", COMPARISONS, form="team")
    assert (len(alone.frame), alone.headline) == (
        1,
        "Each form was tested in the strongest way (by chance)",
    )
    with pytest.raises(ChapterError, match="form has no house"):
        figures.by_comparison(builder.build(), "form", COMPARISONS, form=["team", "house"])


def test_what_was_never_tested_is_said_first(builder: Builder) -> None:
    builder.add("a").effect("a", comparison="comparison-group", form="team")
    builder.add("b").effect("b", form="referral")

    def headline(*forms: str) -> str:
        return figures.by_comparison(builder.build(), "form", COMPARISONS, form=forms).headline

    assert headline("team") == "No form was tested in the strongest way (by chance)"
    assert headline("team", "referral").startswith("Team was never tested")
    assert headline("team", "referral", "structure").startswith("Team and structure were never")


def test_a_long_heading_makes_room_for_its_tally(builder: Builder) -> None:
    heading = " ".join(["With groups that were not made by chance"] * 4)
    builder.add("a").effect("a")
    figure = figures.effect_directions(builder.build(), "outcome", {heading: "randomised"})
    shown = [text for text in texts(figure) if text.get_text() in heading]
    assert len(shown) > 1
    assert all(style.text_width(text.get_text(), bold=True) < style.WIDTH for text in shown)


def test_a_wrong_name_is_told(real: Evidence) -> None:
    for draw in (figures.effect_directions, figures.harvest, figures.by_comparison):
        with pytest.raises(ChapterError, match="effects have no 'colour'; they have outcome"):
            draw(real, "colour", COMPARISONS)
    with pytest.raises(ChapterError, match="comparison has no better; it has randomised"):
        figures.effect_directions(real, "outcome", {"All": "better"})
    with pytest.raises(ChapterError, match="population has no dogs; it has children"):
        figures.effect_directions(real, "outcome", COMPARISONS, population=["children", "dogs"])
    with pytest.raises(ChapterError, match="effects have no 'age'; they have outcome, population"):
        figures.effect_directions(real, "outcome", COMPARISONS, age="children")


def crowd(builder: Builder, comparison: str, number: int, start: int = 0) -> None:
    for place in range(start, start + number):
        name = f"{comparison[:3]}{place:03}"
        builder.add(name, year=1990 + place % 20, weight="high" if place == start else "low")
        builder.effect(name, comparison=comparison)


def test_of_very_many_studies_those_are_drawn_that_rank_first(builder: Builder) -> None:
    crowd(builder, "randomised", 100)
    crowd(builder, "comparison-group", 1)
    figure = effect_directions(builder.build())
    drawn = {name.split(":")[0] for name in marks(figure) if ": safety" in name}
    assert len(drawn) <= MOST
    assert {"ran000", "com000"} <= drawn
    assert len(figure.frame) == 101
    assert f"Drawn are {len(drawn)} of 101 studies" in figure.note


def test_as_many_studies_as_there_is_room_for_are_all_drawn(builder: Builder) -> None:
    crowd(builder, "randomised", MOST)
    figure = effect_directions(builder.build())
    assert len({name for name in marks(figure) if ": safety" in name}) == MOST
    assert "Drawn are" not in figure.note


@pytest.mark.parametrize("draw", [by_comparison, harvest])
def test_a_mark_stands_for_several_studies_where_they_are_very_many(
    builder: Builder, draw: Callable[[Evidence], Figure]
) -> None:
    crowd(builder, "randomised", 30)
    few = len(marks(draw(builder.build())))
    crowd(builder, "randomised", 400, 30)
    builder.effect("ran001", "attainment", "worse")
    figure = draw(builder.build())
    assert "stands for up to" in figure.note
    assert few <= len(marks(figure)) < 200
    assert "430" in {text.get_text().split(" of ")[-1] for text in texts(figure)}
