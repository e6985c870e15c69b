import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, groupby, pairwise
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import figures
from analysis.evidence import AGREED, Codebook, Evidence
from analysis.figures import (
    Figure,
    barriers_and_facilitators,
    evidence_map,
    screening_flow,
    sources_by_year_and_design,
    style,
    terms_in_use,
)
from analysis.labels import label
from analysis.load import load

DATA = Path(__file__).parents[3] / "data"
FIGURES: list[Callable[[Evidence], Figure]] = [
    getattr(figures, name) for name in figures.__all__ if name != "Figure"
]
LONG = "zusammen-über-ämter-łódź-αβγ-жду-$x$-Verwaltungsvereinfachungsgesetzgebung"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(DATA)


def only(evidence: Evidence, *source_ids: str) -> Evidence:
    """Keep these sources and the baseline, and of the screening what led to them."""
    kept = {*source_ids, evidence.baseline().source_id}
    return replace(
        evidence,
        sources={key: row for key, row in evidence.sources.items() if key in kept},
        codings=tuple(row for row in evidence.codings if row.source_id in kept),
        appraisals=tuple(row for row in evidence.appraisals if row.source_id in kept),
        screening=tuple(
            row for row in evidence.screening if row.decision != "include" or row.source_id in kept
        ),
    )


def renamed(evidence: Evidence, code: str, name: str) -> Evidence:
    facets = {
        key: replace(
            facet, codes={name if c == code else c: text for c, text in facet.codes.items()}
        )
        for key, facet in evidence.codebook.facets.items()
    }
    codings = tuple(
        replace(row, code=name) if row.code == code else row for row in evidence.codings
    )
    return replace(evidence, codebook=replace(evidence.codebook, facets=facets), codings=codings)


def multiplied(evidence: Evidence, times: int) -> Evidence:
    """Repeat each counted source with all it holds, so that the numbers gain digits."""
    counted = evidence.counted()
    sources = dict(evidence.sources)
    codings = list(evidence.codings)
    appraisals = list(evidence.appraisals)
    screening = list(evidence.screening)
    for turn in range(1, times):
        sources |= {
            f"{key}-{turn}": replace(evidence.sources[key], source_id=f"{key}-{turn}")
            for key in counted
        }
        codings += [
            replace(row, source_id=f"{row.source_id}-{turn}")
            for row in evidence.codings
            if row.source_id in counted and row.coder == AGREED
        ]
        appraisals += [
            replace(row, source_id=f"{row.source_id}-{turn}")
            for row in evidence.appraisals
            if row.source_id in counted
        ]
        screening += [
            replace(row, source_id=f"{row.source_id}-{turn}")
            for row in evidence.screening
            if row.source_id in counted and row.decision == "include"
        ]
    return replace(
        evidence,
        sources=sources,
        codings=tuple(codings),
        appraisals=tuple(appraisals),
        screening=tuple(screening),
    )


def one_sided(evidence: Evidence, stance: str) -> Evidence:
    return replace(
        evidence,
        codings=tuple(
            row for row in evidence.codings if row.facet != "theme" or row.stance == stance
        ),
    )


def more_searches(evidence: Evidence) -> Evidence:
    """Split the searches in two by parity, so that they take more than one row of boxes."""
    return replace(
        evidence,
        searches=tuple(replace(r, search=f"{r.search}-{r.seq % 2}") for r in evidence.searches),
        screening=tuple(
            replace(r, search=f"{r.search}-{r.first_seen_seq % 2}") for r in evidence.screening
        ),
    )


VARIANTS: dict[str, Callable[[Evidence], Evidence]] = {
    "now": lambda evidence: evidence,
    "edition of the baseline": lambda evidence: evidence.up_to(evidence.baseline().year),
    "edition before the baseline": lambda evidence: evidence.up_to(1993),
    "one source": lambda evidence: only(evidence, "sloper2004"),
    "one source after the baseline": lambda evidence: only(evidence, "alderwick2021"),
    "code without sources": lambda evidence: replace(
        evidence,
        codings=tuple(
            row for row in evidence.codings if row.code not in ("integration", "cost", "funding")
        ),
    ),
    "Unicode and a long name": lambda evidence: renamed(
        renamed(renamed(evidence, "integration", LONG), "leadership", LONG), "access", LONG
    ),
    "barriers alone": lambda evidence: one_sided(evidence, "barrier"),
    "facilitators alone": lambda evidence: one_sided(evidence, "facilitator"),
    "seven times the sources": lambda evidence: multiplied(evidence, 7),
    "ten searches": more_searches,
    "no source counted": lambda evidence: only(evidence),
}


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request: pytest.FixtureRequest, evidence: Evidence) -> Evidence:
    return VARIANTS[request.param](evidence)


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
    """Return code and stance to the counted sources holding it, straight from the table."""
    found: dict[tuple[str, str], set[str]] = {}
    counted = counted_ids()
    for row in table("codings.csv"):
        if row["coder"] == "agreed" and row["facet"] == facet and row["source_id"] in counted:
            found.setdefault((row["code"], row["stance"]), set()).add(row["source_id"])
    return found


def test_terms_are_those_of_the_table(evidence: Evidence) -> None:
    figure = terms_in_use(evidence)
    years = counted_ids()
    using = {code: ids for (code, stance), ids in holders("term").items() if stance == "uses"}
    bars = {}
    for code in evidence.codebook.facets["term"].codes:
        ids = using.get(code, set())
        bars[f"{code}: Up to 2006"] = sum(years[key] <= 2006 for key in ids)
        bars[f"{code}: After 2006"] = sum(years[key] > 2006 for key in ids)
        row = [str(bars[f"{code}: {when} 2006"]) for when in ("Up to", "After")]
        assert [label(code), *row, str(len(ids))] in written(figure)
    assert_proportional(widths(figure), bars)
    top = max(using, key=lambda code: len(using[code]))
    everyone = set().union(*using.values())
    assert f"{len(everyone)} sources in all, most often {top} ({len(using[top])})" in figure.alt


def test_terms_stand_by_number_of_sources(evidence: Evidence) -> None:
    totals = [int(row[-1]) for row in written(terms_in_use(evidence))[1:]]
    assert totals == sorted(totals, reverse=True)


def test_themes_are_those_of_the_table(evidence: Evidence) -> None:
    figure = barriers_and_facilitators(evidence)
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
    assert f"{len(everyone)} sources in all, {len(barrier)} naming a barrier" in figure.alt
    assert "information sharing (37)" in figure.alt


def test_barriers_stand_left_of_facilitators(evidence: Evidence) -> None:
    bars = marks(barriers_and_facilitators(evidence))
    for code in evidence.codebook.facets["theme"].codes:
        barrier, facilitator = bars[f"{code}: barrier"], bars[f"{code}: facilitator"]
        assert isinstance(barrier, Rectangle)
        assert isinstance(facilitator, Rectangle)
        assert barrier.get_x() + barrier.get_width() == pytest.approx(facilitator.get_x())


def test_outcomes_are_those_of_the_table(evidence: Evidence) -> None:
    figure = evidence_map(evidence)
    holding = holders("outcome")
    facet = evidence.codebook.facets["outcome"]
    for code in facet.codes:
        sides = [holding.get((code, stance), set()) for stance in facet.stances]
        cells = [str(len(ids)) if ids else "·" for ids in sides]
        assert [label(code), *cells, str(len(set().union(*sides)))] in written(figure)
    assert_proportional(
        areas(figure), {f"{code}: {stance}": len(ids) for (code, stance), ids in holding.items()}
    )
    (code, stance), ids = max(holding.items(), key=lambda item: len(item[1]))
    assert f"The largest circles: {code} {stance} ({len(ids)})" in figure.alt
    assert f"{len(set().union(*holding.values()))} sources in all" in figure.alt


def test_only_what_was_measured_is_solid(evidence: Evidence) -> None:
    for name, bubble in marks(evidence_map(evidence)).items():
        solid = bubble.get_facecolor() == bubble.get_edgecolor()
        assert solid == (": measured-" in name)


def test_years_and_designs_are_those_of_the_table(evidence: Evidence) -> None:
    figure = sources_by_year_and_design(evidence)
    years = counted_ids()
    designs = {
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
    assert sum(map(len, within.values())) == len(years) == 209
    heights = {
        name: bar.get_height() for name, bar in marks(figure).items() if isinstance(bar, Rectangle)
    }
    assert_proportional(heights, {name: len(keys) for name, keys in within.items()})
    cells = Counter((designs[key], name) for name, keys in within.items() for key in keys)
    for design in evidence.codebook.attributes["design"].values:
        row = [str(cells[design, name] or "·") for name in bands]
        total = sum(value == design for value in designs.values())
        assert [label(design), *row, str(total)] in written(figure)
    numbers = {f"{design}: {name}": value for (design, name), value in cells.items()}
    assert_proportional(areas(figure), numbers)
    assert "209 sources in all, from 1991 to 2025" in figure.alt
    assert "qualitative (53)" in figure.alt
    then = sum(year <= 2006 for year in years.values())
    assert f"baseline review of 2006: {then} sources up to then, {209 - then} after" in figure.alt


def test_a_band_of_years_ends_with_the_baseline(evidence: Evidence) -> None:
    assert "2002 to 2006" in marks(sources_by_year_and_design(evidence))


@pytest.mark.parametrize("first", [1850, 1950, 1980])
def test_bands_of_years_stay_few_and_whole(evidence: Evidence, first: int) -> None:
    sources = dict(evidence.sources)
    sources["sloper2004"] = replace(sources["sloper2004"], year=first)
    figure = sources_by_year_and_design(replace(evidence, sources=sources))
    bands = [name for name in marks(figure) if ":" not in name]
    ends = [[int(year) for year in re.findall(r"\d{4}", name)] for name in bands]
    assert len(bands) <= 8
    assert (ends[0][0], ends[-1][-1]) == (first, 2025)
    assert all(before[-1] + 1 == after[0] for before, after in pairwise(ends))


def test_the_flow_is_that_of_the_tables(evidence: Evidence) -> None:
    figure = screening_flow(evidence)
    said = [text.get_text() for text in texts(figure)]
    records = table("screening.csv")
    for search, queries in Counter(row["search"] for row in table("searches.csv")).items():
        turned_up = sum(row["search"] == search for row in records)
        assert {label(search), f"{queries} queries", f"{turned_up} records"} <= set(said)
    reasons = Counter(row["reason"] for row in records if row["decision"] == "exclude")
    for reason, number in reasons.items():
        assert [str(number), label(reason)] in written(figure)
    merged = [row["source_id"] for row in records if row["decision"] == "merged"]
    assert "1,200 records" in said
    assert f"{sum(reasons.values())} records left out" in said
    assert f"{len(merged)} records merged into {len(set(merged))} sources as more text" in said
    assert {"210 sources included", "209 sources counted"} <= set(said)
    assert sum(reasons.values()) + len(merged) + 210 == len(records)
    top, number = reasons.most_common(1)[0]
    assert f"because of {label(top).lower()} ({number})" in figure.alt
    assert figure.alt.endswith("1 is the baseline review and 209 count.")


def test_an_earlier_edition_says_what_came_after_it(evidence: Evidence) -> None:
    edition = evidence.up_to(2006)
    later = len(evidence.sources) - len(edition.sources)
    figure = screening_flow(edition)
    assert f"{later} published after this edition, not counted" in {
        text.get_text() for text in texts(figure)
    }
    assert f"{later} came after this edition and {209 - later} count" in figure.alt


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
        screening_flow(broken)


@pytest.mark.parametrize("draw", FIGURES)
def test_nothing_to_draw_is_said_in_both(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    facets = {key: replace(facet, codes={}) for key, facet in evidence.codebook.facets.items()}
    empty = replace(
        only(evidence),
        sources={},
        screening=(),
        searches=(),
        codebook=Codebook(1, evidence.codebook.attributes, facets),
    )
    figure = draw(empty)
    (text,) = texts(figure)
    assert text.get_text() in {"No sources", "No records"}
    assert figure.alt.startswith(f"{text.get_text()}: ")


@pytest.mark.parametrize("draw", FIGURES)
def test_texts_are_whole_and_apart(variant: Evidence, draw: Callable[[Evidence], Figure]) -> None:
    figure = draw(variant)
    canvas = FigureCanvasAgg(figure.figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]

    def box(artist: Artist) -> Bbox:
        return artist.get_window_extent(renderer).padded(-0.5)

    boxes = [(text.get_text(), box(text)) for text in texts(figure)]
    page = figure.figure.bbox
    for text, extent in boxes:
        assert page.x0 <= extent.x0 <= extent.x1 <= page.x1, text
        assert page.y0 <= extent.y0 <= extent.y1 <= page.y1, text
    for (one, extent), (other, another) in combinations(boxes, 2):
        assert not extent.overlaps(another), (one, other)
    for name, mark in marks(figure).items():
        for text, extent in boxes:
            assert not extent.overlaps(box(mark)), (text, name)


@pytest.mark.parametrize("draw", FIGURES)
def test_alt_text_is_plain(variant: Evidence, draw: Callable[[Evidence], Figure]) -> None:
    alt = draw(variant).alt
    assert not re.search(r"\bnan\b|np\.|None|[\[\]{}\n]|  |\(\)| \.|, \.|: \.", alt)
    assert alt[0] != alt[0].lower() or alt[0].isdigit()
    assert alt.endswith(".")
    assert 1 <= len(re.findall(r"\.(?: |$)", alt)) <= 4


@pytest.mark.parametrize("draw", FIGURES)
def test_the_same_evidence_gives_the_same_bytes(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    def svg(settings: RcParams) -> bytes:
        stream = io.BytesIO()
        with mpl.rc_context(settings):
            figure = draw(evidence).figure
        with mpl.rc_context({"svg.hashsalt": "evidence"}):
            figure.savefig(stream, format="svg", metadata={"Date": None})
        return stream.getvalue()

    with mpl.rc_context():
        usual = mpl.rcParams.copy()
        mpl.rcParams.update(
            {"font.family": "serif", "font.size": 14, "lines.linewidth": 5, "axes.grid": True}
        )
        unusual = mpl.rcParams.copy()
    assert svg(usual) == svg(unusual)


def contrast(colour: str, ground: str) -> float:
    """Return the contrast ratio of WCAG 2."""

    def luminance(name: str) -> float:
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in to_rgb(name)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", [style.PAPER, style.BAND])
def test_colours_stand_out(ground: str) -> None:
    for colour in (style.INK, style.MUTED):
        assert contrast(colour, ground) >= 4.5
    for colour in (style.DARK, style.LIGHT, style.WARM):
        assert contrast(colour, ground) >= 3
    assert contrast(style.DARK, style.LIGHT) >= 3
