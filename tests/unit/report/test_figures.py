import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.text import Text

from evidence.model.evidence import Evidence
from evidence.model.load import load
from evidence.report import figures
from evidence.report.figures import Figure, style
from evidence.report.figures.flow import screening_stages
from evidence.words import label, within
from tests.recount import Count
from tests.unit.report.drawn import designs, outcomes, terms, themes

DATA = Path(__file__).parents[3] / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(DATA)


def texts(figure: Figure) -> list[Text]:
    return [
        text for text in figure.figure.findobj(Text) if isinstance(text, Text) and text.get_text()
    ]


def written(figure: Figure) -> list[list[str]]:
    """Return the texts of a figure line by line down the page, each from left to right."""

    def down(text: Text) -> float:
        return round(text.get_position()[1], 3)

    lines = groupby(sorted(texts(figure), key=down), key=down)
    return [
        [text.get_text() for text in sorted(line, key=lambda text: text.get_position()[0])]
        for _, line in lines
    ]


def marks(figure: Figure) -> dict[str, Patch]:
    """Return the bars and bubbles by the name of the number each stands for."""
    return {
        str(patch.get_label()): patch
        for patch in figure.figure.findobj(Patch)
        if isinstance(patch, Patch) and patch.get_label()
    }


def widths(figure: Figure) -> dict[str, float]:
    return {
        name: bar.get_width() for name, bar in marks(figure).items() if isinstance(bar, Rectangle)
    }


def areas(figure: Figure) -> dict[str, float]:
    return {
        name: mark.get_radius() ** 2
        for name, mark in marks(figure).items()
        if isinstance(mark, Circle)
    }


def assert_proportional(drawn: dict[str, float], numbers: dict[str, int]) -> None:
    scale = max(drawn.values()) / max(numbers.values())
    assert drawn == pytest.approx({name: value * scale for name, value in numbers.items()})


def counted_ids() -> dict[str, int]:
    return {
        row["source_id"]: int(row["year"])
        for row in table("sources.csv")
        if row["role"] != "baseline"
    }


def holders(facet: str) -> dict[tuple[str, str], set[str]]:
    """Return code and stance to the studies holding it, straight from the tables."""
    found: dict[tuple[str, str], set[str]] = {}
    counted = counted_ids()
    study = {row["source_id"]: row["study"] for row in table("sources.csv")}
    for row in table("codings.csv"):
        if row["coder"] == "agreed" and row["facet"] == facet and row["source_id"] in counted:
            found.setdefault((row["code"], row["stance"]), set()).add(study[row["source_id"]])
    return found


def test_terms_are_those_of_the_table(evidence: Evidence) -> None:
    figure = terms(evidence)
    using = {code: ids for (code, stance), ids in holders("term").items() if stance == "uses"}
    spans = {"Up to 2006": Count(DATA, 2006), "After 2006": Count(DATA, 9999, 2006)}
    bars = {}
    for code in evidence.codebook.facets["term"].codes:
        ids = using.get(code, set())
        for when, span in spans.items():
            bars[f"{code}: {when}"] = span.studies(span.having("term", [code], "uses"))
        row = [str(bars[f"{code}: {when}"]) for when in spans]
        assert [label(code), *row, str(len(ids))] in written(figure)
    assert_proportional(widths(figure), bars)
    top = max(using, key=lambda code: len(using[code]))
    everyone = set().union(*using.values())
    assert f"{len(everyone)} studies in all, most often {top} ({len(using[top])})" in figure.alt


def test_a_term_only_defined_is_not_in_use(evidence: Evidence) -> None:
    codings = tuple(
        replace(row, stance="defines") if row.facet == "term" else row for row in evidence.codings
    )
    figure = terms(replace(evidence, codings=codings))
    assert [text.get_text() for text in texts(figure)] == ["No studies"]


def test_terms_stand_by_number_of_studies(evidence: Evidence) -> None:
    totals = [int(row[-1]) for row in written(terms(evidence))[1:]]
    assert totals == sorted(totals, reverse=True)


def test_themes_are_those_of_the_table(evidence: Evidence) -> None:
    figure = themes(evidence)
    naming = holders("theme")
    bars = {}
    for code in evidence.codebook.facets["theme"].codes:
        sides = [naming.get((code, stance), set()) for stance in ("barrier", "facilitator")]
        bars[f"{code}: barrier"], bars[f"{code}: facilitator"] = map(len, sides)
        numbers = [str(len(ids)) for ids in (*sides, sides[0] | sides[1])]
        assert [label(code), *numbers] in written(figure)
    assert_proportional(widths(figure), bars)
    everyone = set().union(*naming.values())
    barrier = set().union(*(ids for (_, stance), ids in naming.items() if stance == "barrier"))
    assert f"{len(everyone)} studies in all, {len(barrier)} naming a barrier" in figure.alt
    most = max(
        evidence.codebook.facets["theme"].codes,
        key=lambda code: len(naming.get((code, "barrier"), set())),
    )
    assert f"{label(most).lower()} ({len(naming[most, 'barrier'])})" in figure.alt


def test_barriers_stand_left_of_facilitators(evidence: Evidence) -> None:
    bars = marks(themes(evidence))
    for code in evidence.codebook.facets["theme"].codes:
        barrier, facilitator = bars[f"{code}: barrier"], bars[f"{code}: facilitator"]
        assert isinstance(barrier, Rectangle)
        assert isinstance(facilitator, Rectangle)
        assert barrier.get_x() + barrier.get_width() == pytest.approx(facilitator.get_x())


def test_outcomes_are_those_of_the_table(evidence: Evidence) -> None:
    figure = outcomes(evidence)
    holding = holders("outcome")
    single = {text.get_text() for text in texts(figure)}
    assert {"Anticipated", "Perceived", "Improved", "Mixed", "Worse"} <= single
    facet = evidence.codebook.facets["outcome"]
    for code in facet.codes:
        sides = [holding.get((code, stance), set()) for stance in facet.stances]
        cells = [str(len(ids)) if ids else "·" for ids in sides]
        numbers = [*cells, str(len(set().union(*sides)))]
        # A name on two lines stands above and below the line of its numbers.
        wrapped = numbers in written(figure) and set(label(code).split()) <= single
        assert [label(code), *numbers] in written(figure) or wrapped
    assert_proportional(
        areas(figure), {f"{code}: {stance}": len(ids) for (code, stance), ids in holding.items()}
    )
    (code, stance), ids = max(holding.items(), key=lambda item: len(item[1]))
    assert (
        f"The largest circles: {within(label(code))} {within(label(stance))} ({len(ids)})"
        in figure.alt
    )
    assert f"{len(set().union(*holding.values()))} studies in all" in figure.alt


def test_what_was_not_measured_is_a_ring(evidence: Evidence) -> None:
    for name, bubble in marks(outcomes(evidence)).items():
        ring = bubble.get_facecolor() == to_rgba(style.PAPER)
        assert ring == (": measured-" not in name)


def test_years_and_designs_are_those_of_the_table(evidence: Evidence) -> None:
    figure = designs(evidence)
    years = counted_ids()
    held = {
        row["source_id"]: row["design"]
        for row in table("appraisals.csv")
        if row["coder"] == "agreed" and row["source_id"] in years
    }
    bands = [name for name in marks(figure) if ":" not in name]
    spans = {name: [int(year) for year in re.findall(r"\d{4}", name)] for name in bands}
    within = {
        name: [key for key, year in years.items() if span[0] <= year <= span[-1]]
        for name, span in spans.items()
    }
    assert sum(map(len, within.values())) == len(years)
    heights = {
        name: bar.get_height() for name, bar in marks(figure).items() if isinstance(bar, Rectangle)
    }
    assert_proportional(heights, {name: len(keys) for name, keys in within.items()})
    cells = Counter((held[key], name) for name, keys in within.items() for key in keys)
    for design in evidence.codebook.attributes["design"].values:
        row = [str(cells[design, name] or "·") for name in bands]
        total = sum(value == design for value in held.values())
        assert [label(design), *row, str(total)] in written(figure)
    numbers = {f"{design}: {name}": value for (design, name), value in cells.items()}
    assert_proportional(areas(figure), numbers)
    assert (
        f"{len(years)} sources in all, from {min(years.values())} to {max(years.values())}"
        in figure.alt
    )
    then = sum(year <= 2006 for year in years.values())
    assert (
        f"baseline review of 2006: {then} sources up to then, {len(years) - then} after"
        in figure.alt
    )


def test_a_band_of_years_ends_with_the_baseline(evidence: Evidence) -> None:
    assert "2002 to 2006" in marks(designs(evidence))


@pytest.mark.parametrize("first", [1850, 1950, 1980])
def test_bands_of_years_stay_few_and_whole(evidence: Evidence, first: int) -> None:
    sources = dict(evidence.sources)
    sources["sloper2004"] = replace(sources["sloper2004"], year=first)
    figure = designs(replace(evidence, sources=sources))
    bands = [name for name in marks(figure) if ":" not in name]
    ends = [[int(year) for year in re.findall(r"\d{4}", name)] for name in bands]
    assert len(bands) <= 8
    assert (ends[0][0], ends[-1][-1]) == (first, max(counted_ids().values()))
    assert all(before[-1] + 1 == after[0] for before, after in pairwise(ends))


STAGES = [{"duplicate"}, {"off-topic", "not-taken-up"}, {"no-readable-text"}]


def flow_by_hand() -> list[int]:
    """Return the records at each step of PRISMA 2020, counted from the log row by row."""
    left = table("screening.csv")
    steps = [len(left)]
    for reasons in STAGES:
        left = [row for row in left if row["reason"] not in reasons]
        steps.append(len(left))
    return steps


def test_the_flow_is_that_of_the_tables(evidence: Evidence) -> None:
    figure = figures.flow(evidence)
    said = [text.get_text() for text in texts(figure)]
    records = table("screening.csv")
    for search, number in Counter(row["search"] for row in records).items():
        assert any({str(number), label(search)} <= set(line) for line in written(figure))
    reasons = Counter(row["reason"] for row in records if row["decision"] == "exclude")
    for reason, number in reasons.items():
        assert any({str(number), label(reason)} <= set(line) for line in written(figure))
    merged = [row["source_id"] for row in records if row["decision"] == "merged"]
    identified, screened, sought, assessed = flow_by_hand()
    assert {
        f"{identified:,} records identified by search",
        f"{screened:,} records screened",
        f"{sought:,} reports sought for retrieval",
        f"{assessed:,} reports assessed for eligibility",
        f"{len(evidence.sources)} documents included",
        f"{identified - screened:,} records removed before screening",
        f"{screened - sought:,} records excluded",
        f"{sought - assessed:,} reports not retrieved",
        f"{assessed - len(merged) - len(evidence.sources)} reports excluded",
    } <= set(said)
    assert f"{len(merged)} records merged into {len(set(merged))} documents included" in " ".join(
        said
    )
    assert {"Identification", "Screening", "Included"} <= set(said)
    counted = len(evidence.counted())
    assert figure.alt.endswith(f"1 is the baseline review and {counted} count.")


def test_the_note_of_the_flow_writes_out_the_sums(evidence: Evidence) -> None:
    identified, screened, sought, assessed = flow_by_hand()
    note = figures.flow(evidence).note
    for whole, rest in ((identified, screened), (screened, sought), (sought, assessed)):
        assert f"{whole - rest:,} + {rest:,} = {whole:,}" in note
    counted = len(evidence.counted())
    assert f"1 + {counted} = {counted + 1}" in note


def test_every_sum_of_the_flow_is_proved(evidence: Evidence) -> None:
    stages = screening_stages(evidence)
    assert len(stages) == 5
    assert all(sum(stage.parts) == stage.came.number for stage in stages)
    assert sum(stages[0].came.items.values()) == stages[0].came.number


def test_an_earlier_edition_says_what_came_after_it(evidence: Evidence) -> None:
    edition = evidence.up_to(2006)
    later = len(evidence.sources) - len(edition.sources)
    figure = figures.flow(edition)
    lines = [" ".join(line) for line in written(figure)]
    assert any(f"{later} after this edition, not counted" in line for line in lines)
    counted = len(edition.counted())
    assert f"{later} came after this edition and {counted} count" in figure.alt
    assert figure.headline.endswith(f"and {later} published after this edition")


@pytest.mark.parametrize(
    "screening",
    [
        lambda rows: rows[1:],
        lambda rows: (*rows, rows[0]),
        lambda rows: (replace(rows[0], decision="maybe"), *rows[1:]),
    ],
    ids=["source without a record", "source with two", "unknown decision"],
)
def test_a_flow_that_does_not_add_up_is_refused(
    evidence: Evidence, screening: Callable[[object], tuple[object, ...]]
) -> None:
    broken = replace(evidence, screening=screening(evidence.screening))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="do not add up"):
        figures.flow(broken)
