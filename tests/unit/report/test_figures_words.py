"""Headlines say what the data say: each is held against a count of its own, on changed data."""

import re
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest

from evidence.findings.agreement import agreements
from evidence.model.codebook import Facet
from evidence.model.evidence import Evidence
from evidence.report import figures
from evidence.report.figures.cooccurrence import shade
from evidence.report.phrases import foremost, is_or_are
from evidence.words import label
from tests.builders import Builder
from tests.recount import Count, rows
from tests.unit.report.drawn import FIGURES, designs, outcomes, terms, themes, together
from tests.unit.report.test_figures import DATA, marks, written

BETTER, SAME, WORSE = (f"measured-{end}" for end in ("improved", "no-difference", "worse"))


@pytest.fixture(scope="module")
def counted() -> Count:
    return Count(DATA, 9999)


def test_the_largest_share_their_place() -> None:
    assert foremost([("a", 2), ("b", 3), ("c", 3)]) == (("b", "c"), 3)
    assert foremost([("a", 0)]) == ((), 0)
    assert foremost([]) == ((), 0)
    assert is_or_are(["a"]) == "a is"
    assert is_or_are(["a", "b"]) == "a and b are"


def test_the_map_names_the_outcome_that_most_found_better(real: Evidence, counted: Count) -> None:
    better = {
        code: counted.studies(counted.having("outcome", [code], BETTER))
        for code in real.codebook.facets["outcome"].codes
    }
    top = max(better, key=lambda code: better[code])
    measured = counted.studies(counted.having("outcome", [top], "measured-"))
    headline = outcomes(real).headline
    assert headline.startswith(f"{label(top)} is the outcome")
    assert headline.endswith(f": {better[top]} of {measured} that measured it")


def test_the_map_follows_the_data(builder: Builder) -> None:
    def headline() -> str:
        return outcomes(builder.build()).headline

    builder.add("a", "outcome:cost:anticipated").add("b", "outcome:safety:perceived")
    assert headline() == "No study measured an outcome; 2 studies report on one"
    builder.add("c", f"outcome:cost:{WORSE}")
    assert headline() == "The one study that measured an outcome found none better"
    builder.many(2, f"outcome:safety:{BETTER}").add("d", f"outcome:safety:{SAME}")
    assert headline().startswith("Safety is the outcome")
    assert headline().endswith(": 2 of 3 that measured it")
    builder.many(2, f"outcome:cost:{BETTER}", start=10)
    assert (
        headline() == "Safety and cost are the outcomes that the most studies found better (2 each)"
    )
    builder.add("e", f"outcome:cost:{BETTER}")
    assert headline().startswith("Cost is")
    assert headline().endswith(": 3 of 4 that measured it")


def test_themes_name_the_foremost_of_each_side(real: Evidence, counted: Count) -> None:
    headline = themes(real).headline
    for stance, phrase in zip(("barrier", "facilitator"), headline.split("; "), strict=True):
        sizes = {
            code: counted.studies(counted.having("theme", [code], stance))
            for code in real.codebook.facets["theme"].codes
        }
        top = max(sizes, key=lambda code: sizes[code])
        among = counted.studies(counted.having("theme", stance=stance))
        assert phrase.lower().startswith(f"{label(top).lower()} is the {stance}")
        assert f"(by {sizes[top]} of {among} studies" in phrase


def test_themes_follow_the_data(builder: Builder) -> None:
    builder.many(3, "theme:trust:barrier").many(3, "theme:time:barrier", start=5)
    headline = themes(builder.build()).headline
    first, second = headline.split("; ")
    assert first.startswith("Trust and time are")
    assert "(each by 3 of 6 studies" in first
    assert second == "no study names a facilitator"


def test_terms_name_the_foremost_of_each_time(real: Evidence) -> None:
    spans = Count(DATA, 2006), Count(DATA, 9999, 2006)
    headline = terms(real).headline
    for phrase, span in zip(headline.split("; "), spans, strict=True):
        using = {
            code: span.studies(span.having("term", [code], "uses"))
            for code in real.codebook.facets["term"].codes
        }
        most = max(using.values())
        named = {code for code in using if re.search(rf"\b{label(code).lower()}\b", phrase)}
        assert named == {code for code, number in using.items() if number == most}
        assert f"({most} studies" in phrase


def test_terms_follow_the_data(builder: Builder) -> None:
    builder.many(2, "term:networks:uses", year=2001)
    headline = terms(builder.build()).headline
    assert headline == "The commonest term up to 2006 is networks (2 studies)"
    builder.add("x", "term:joined-up:uses", "term:one-stop:uses", year=2007)
    headline = terms(builder.build()).headline
    assert headline.endswith(
        "; the commonest terms after 2006 are joined up and one-stop (one study each)"
    )


def test_pairs_of_terms_are_those_of_the_table(real: Evidence, counted: Count) -> None:
    using = {
        code: counted.reported(counted.having("term", [code], "uses"))
        for code in real.codebook.facets["term"].codes
    }
    pairs = {
        frozenset(pair): len(using[pair[0]] & using[pair[1]]) for pair in combinations(using, 2)
    }
    figure = together(real)
    drawn = {frozenset(name.split(" + ")) for name in marks(figure) if " + " in name}
    assert drawn == set(pairs)
    order = sorted(using, key=lambda code: -len(using[code]))
    for index, code in enumerate(order):
        numbers = [pairs[frozenset((other, code))] for other in order[:index]]
        cells = [str(number) if number else "·" for number in numbers]
        assert [label(code), *cells, str(len(using[code]))] in written(figure)
    several = sum(
        sum(study in studies for studies in using.values()) > 1
        for study in counted.reported(counted.ids)
    )
    assert f"by {max(pairs.values())} of the {several} studies" in figure.headline


def test_pairs_follow_the_data(builder: Builder) -> None:
    builder.add("a", "term:networks:uses").add("b", "term:one-stop:uses")
    assert together(builder.build()).headline == "No study uses two of the terms"
    builder.many(2, "term:networks:uses", "term:one-stop:uses")
    headline = together(builder.build()).headline
    assert headline == (
        "Most often together: networks with one-stop, "
        "by 2 of the 2 studies that use more than one term"
    )


def test_shades_go_by_quarters_of_the_largest() -> None:
    assert [shade(number, 8) for number in range(9)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert [shade(number, 1) for number in range(2)] == [0, 4]


def test_years_are_divided_by_the_review(real: Evidence, counted: Count) -> None:
    early = Count(DATA, 2006).ids
    headline = designs(real).headline
    after = counted.ids - early
    assert headline.startswith(f"{len(after)} of {len(counted.ids)} sources came after")
    for ids in (early, after):
        ((design, number),) = Counter(counted.appraisals[key]["design"] for key in ids).most_common(
            1
        )
        assert label(design).lower() in headline
        assert f"({number})" in headline


def test_years_follow_the_data(builder: Builder) -> None:
    builder.many(2, year=2001, design="inquiry").many(2, start=5, year=2001, design="survey")
    headline = designs(builder.build()).headline
    assert headline == (
        "None of 4 sources came after the review of 2006; "
        "up to then the commonest designs are inquiry and survey (2 each)"
    )
    builder.add("x", year=2012, design="guidance")
    headline = designs(builder.build()).headline
    assert headline.startswith("1 of 5 sources came after")
    assert headline.endswith("since then the commonest design is guidance (1)")


def test_the_flow_says_what_was_included(real: Evidence) -> None:
    records = rows(DATA, "screening.csv")
    included = sum(row["decision"] == "include" for row in records)
    headline = figures.flow(real).headline
    share = f"{100 * included / len(records):.0f}%"
    assert headline.startswith(f"Of {len(records):,} records identified, {included} ({share})")
    assert headline.endswith(f"{included - 1} sources counted and the review replicated")


def test_agreement_names_the_question_of_least_agreement(real: Evidence) -> None:
    found = [row for row in agreements(real) if row.alpha is not None]
    lowest = min(found, key=lambda row: row.alpha or 0)
    figure = figures.agreement(real)
    reaching = sum((row.alpha or 0) >= 0.667 for row in found)
    whole = f"All {len(found)}" if reaching == len(found) else f"{reaching} of {len(found)}"
    assert figure.headline.startswith(whole)
    assert figure.headline.endswith(f"{lowest.question} ({lowest.alpha:.2f})")
    for row in found:
        numbers = [f"{row.alpha:.2f}", f"{row.kappa:.2f}"]
        assert [label(row.question), *numbers] in written(figure)
    assert set(marks(figure)) == {f"{row.question}: alpha" for row in found}


def test_agreement_follows_the_data(real: Evidence) -> None:
    first = [row for row in real.codings if row.coder == "A"]
    alike = [*first, *(replace(row, coder="B") for row in first)]
    appraised = [row for row in real.appraisals if row.coder == "A"]
    same = [*appraised, *(replace(row, coder="B") for row in appraised)]
    figure = figures.agreement(replace(real, codings=tuple(alike), appraisals=tuple(same)))
    assert figure.headline.endswith("(1.00)")
    apart = tuple(row for row in real.codings if row.coder != "B" or row.facet != "theme")
    figure = figures.agreement(replace(real, codings=apart))
    assert "agree least on theme (-" in figure.headline
    dot = marks(figure)["theme: alpha"]
    assert dot.get_facecolor() != dot.get_edgecolor()


@pytest.mark.parametrize("name", FIGURES)
def test_notes_say_how_many_sources_and_up_to_when(real: Evidence, name: str) -> None:
    edition = real.up_to(2010)
    note = FIGURES[name](edition).note
    if name != "flow":
        assert f"{len(edition.counted())} sources published up to 2010" in note


def test_without_roles_the_map_says_only_what_it_counted(builder: Builder) -> None:
    evidence = other_review(builder.many(3, "sleep:length:improved").build())
    figure = figures.evidence_map(evidence, "sleep", noun="result")
    assert figure.headline == "Length is the result that the most studies report on: all 3"
    assert "measur" not in figure.alt + figure.note
    assert list(figure.frame.columns) == ["Result", "Improved", "Worse", "All"]
    varied = builder.many(3, "sleep:depth:worse", start=9).code("s0", "sleep:depth:worse").build()
    for roles, headline in (
        (
            {"better": ("improved",)},
            "Depth is the result that the most studies report on: 4 of 6",
        ),
        (
            {"better": ("improved",), "measured": ("improved", "worse")},
            "Length is the result that the most studies found better: all 3 that measured it",
        ),
    ):
        evidence = other_review(varied, **roles)
        assert figures.evidence_map(evidence, "sleep", noun="result").headline == headline


def other_review(evidence: Evidence, **roles: tuple[str, ...]) -> Evidence:
    """Give the evidence a codebook of another topic."""
    stances = {"improved": "It got better.", "worse": "It got worse."}
    codes = {"length": "How long", "depth": "How deep"}
    facet = Facet("Did sleep change?", stances, codes, roles=roles)
    return replace(evidence, codebook=replace(evidence.codebook, facets={"sleep": facet}))
