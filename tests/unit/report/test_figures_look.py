import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Patch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from evidence.model.evidence import Coding, Evidence
from evidence.model.load import load
from evidence.report.figures import Figure, style
from tests.unit.report.drawn import FIGURES as BY_NAME

DATA = Path(__file__).parents[3] / "data"
FIGURES = list(BY_NAME.values())
LONG = "zusammen-über-ämter-łódź-αβγ-жду-$x$-Verwaltungsvereinfachungsgesetzgebung"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load(DATA)


def only(evidence: Evidence, *source_ids: str) -> Evidence:
    """Keep these sources and the baseline, and of the screening what led to them."""
    baseline = evidence.baseline()
    assert baseline
    kept = {*source_ids, baseline.source_id}
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
            if row.source_id in counted and row.coder == evidence.codebook.agreed
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


def everywhere(evidence: Evidence) -> Evidence:
    """Let five thousand sources of many years hold every code in every stance."""
    real = [*evidence.counted()]
    names = [f"s{number}" for number in range(5000)]
    model = evidence.agreed[real[0]]
    facets = evidence.codebook.facets.items()
    held = [(n, c, s) for n, facet in facets for c in facet.codes for s in facet.stances]
    return replace(
        only(evidence),
        sources={
            **only(evidence).sources,
            **{
                name: replace(
                    evidence.sources[real[0]],
                    source_id=name,
                    study=name,
                    year=2005 if at % 2 else 1991 + at % 35,
                )
                for at, name in enumerate(names)
            },
        },
        appraisals=tuple(replace(model, source_id=name) for name in names),
        codings=tuple(
            Coding(name, evidence.codebook.agreed, *row, "", "", "")
            for name in names
            for row in held
        ),
        screening=tuple(
            replace(row, record_id=name, source_id=name, decision="include")
            for row in only(evidence).screening
            if row.decision == "include"
            for name in names
        )
        + only(evidence).screening,
    )


def in_one_year(evidence: Evidence) -> Evidence:
    year = evidence.first_year()
    return replace(
        evidence, sources={key: replace(row, year=year) for key, row in evidence.sources.items()}
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


def few_records(evidence: Evidence) -> Evidence:
    """Keep of the screening no record that was left out, so that each box is as low as can be."""
    included = tuple(row for row in evidence.screening if row.decision == "include")
    first, *_ = included
    return replace(evidence, screening=tuple(replace(r, search=first.search) for r in included))


VARIANTS: dict[str, Callable[[Evidence], Evidence]] = {
    "now": lambda evidence: evidence,
    "few records": few_records,
    "edition of the baseline": lambda evidence: evidence.up_to(evidence.first_year()),
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
    "five thousand sources": lambda evidence: multiplied(evidence, 24),
    "five thousand sources that hold everything": everywhere,
    "sources of one year": in_one_year,
    "ten searches": more_searches,
    "no source counted": only,
}


Draw = Callable[[Evidence], Figure]


@pytest.fixture(scope="module", params=VARIANTS)
def drawn(request: pytest.FixtureRequest, evidence: Evidence) -> Callable[[Draw], Figure]:
    """What draws each figure of a variant, once for all who look at it."""
    variant = VARIANTS[request.param](evidence)
    return cache(lambda draw: draw(variant))


def texts(figure: Figure) -> list[Text]:
    return [
        text for text in figure.figure.findobj(Text) if isinstance(text, Text) and text.get_text()
    ]


def marks(figure: Figure) -> dict[str, Patch]:
    """Return the bars and bubbles by the name of the number each stands for."""
    return {
        str(patch.get_label()): patch
        for patch in figure.figure.findobj(Patch)
        if isinstance(patch, Patch) and patch.get_label()
    }


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
        codebook=replace(evidence.codebook, facets=facets),
    )
    figure = draw(empty)
    (text,) = texts(figure)
    assert text.get_text() in {"No sources", "No records", "No studies"}
    assert figure.alt.startswith(f"{text.get_text()}: ")


Box = tuple[float, float, float, float]


def ink(text: Text) -> Box:
    """Return left, top, right and bottom of what is printed of a text, in points."""
    said, font = text.get_text(), text.get_fontproperties()
    outline, _ = text_to_path.get_text_path(font, said, ismath=False)
    (left, low), (right, high) = (
        [side * text.get_fontsize() / text_to_path.FONT_SCALE for side in corner]
        for corner in (
            [min(c) for c in zip(*outline, strict=True)],
            [max(c) for c in zip(*outline, strict=True)],
        )
    )
    x, y = text.get_position()
    if text.get_rotation():
        return x - high, y - right, x - low, y - left
    x -= {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_horizontalalignment()] * (
        style.text_width(said, text.get_fontproperties().get_weight() == "bold")
        * float(text.get_fontsize())
        / style.SIZE
    )
    return x + left, y - high, x + right, y - low


def outline(patch: Patch) -> Box:
    """Return left, top, right and bottom of a bar, a tile or a bubble, in points."""
    if isinstance(patch, Circle):
        x, y = patch.center
        radius = patch.get_radius()
        return x - radius, y - radius, x + radius, y + radius
    if isinstance(patch, Polygon):
        (left, top), (right, bottom) = (find(axis=0) for find in (patch.xy.min, patch.xy.max))
        return left, top, right, bottom
    assert isinstance(patch, Rectangle)
    corner, far = patch.get_xy(), (patch.get_width(), patch.get_height())
    return corner[0], corner[1], corner[0] + far[0], corner[1] + far[1]


def apart(one: Box, other: Box) -> bool:
    slack = 0.3
    return (
        one[2] <= other[0] + slack
        or other[2] <= one[0] + slack
        or one[3] <= other[1] + slack
        or other[3] <= one[1] + slack
    )


def within(one: Box, other: Box) -> bool:
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]


@pytest.mark.parametrize("draw", FIGURES)
def test_texts_are_whole_and_apart(drawn: Callable[[Draw], Figure], draw: Draw) -> None:
    figure = drawn(draw)
    page = (0.0, 0.0, style.WIDTH, figure.figure.get_figheight() * style.POINTS_PER_INCH)
    boxes = [(text.get_text(), ink(text)) for text in texts(figure)]
    for text, box in boxes:
        assert within(box, page), text
    for (text, box), (other, another) in combinations(boxes, 2):
        assert apart(box, another), (text, other)
    for name, mark in marks(figure).items():
        area = outline(mark)
        if area[0] < area[2] and area[1] < area[3]:
            for text, box in boxes:
                assert apart(box, area) or within(box, area), (text, name)


@pytest.mark.parametrize("draw", FIGURES)
def test_alt_text_is_plain(drawn: Callable[[Draw], Figure], draw: Draw) -> None:
    alt = drawn(draw).alt
    assert not re.search(r"\bnan\b|np\.|None|[\[\]{}\n]|  |\(\)| \.|, \.|: \.", alt)
    assert not re.search(r"(?:^|\. )[a-z]", alt)
    assert alt.endswith(".")
    assert 1 <= len(re.findall(r"\.(?: |$)", alt)) <= 4


@pytest.mark.parametrize("draw", FIGURES)
def test_the_same_evidence_gives_the_same_bytes(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    def svg() -> bytes:
        stream = io.BytesIO()
        mpl.rcParams["svg.hashsalt"] = "evidence"
        draw(evidence).figure.savefig(stream, format="svg", metadata={"Date": None})
        return stream.getvalue()

    with mpl.rc_context():
        usual = svg()
        mpl.rcParams.update(
            {"font.family": "serif", "font.size": 14, "lines.linewidth": 5, "axes.grid": True}
        )
        assert svg() == usual


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


@pytest.fixture(params=["by day", "at night"])
def shown(request: pytest.FixtureRequest) -> Callable[[str], str]:
    return style.NIGHT.__getitem__ if request.param == "at night" else str


@pytest.mark.parametrize("ground", [style.PAPER, style.BAND])
def test_colours_stand_out(shown: Callable[[str], str], ground: str) -> None:
    for colour in (style.INK, style.MUTED):
        assert contrast(shown(colour), shown(ground)) >= 4.5
    for colour in (style.DARK, style.LIGHT, style.WARM):
        assert contrast(shown(colour), shown(ground)) >= 3
    # Bars of both are told apart in grey by their lightness.
    assert contrast(shown(style.DARK), shown(style.LIGHT)) >= 2


def test_numbers_stand_out_from_the_tints_they_stand_on(shown: Callable[[str], str]) -> None:
    *few, most = style.TINTS
    assert all(contrast(shown(style.INK), shown(tint)) >= 4.5 for tint in few)
    assert contrast(shown(style.PAPER), shown(most)) >= 4.5
    from_paper = [contrast(shown(tint), shown(style.PAPER)) for tint in style.TINTS]
    assert from_paper == sorted(from_paper)


@pytest.mark.parametrize("draw", FIGURES)
def test_no_colour_stays_as_it_is_at_night(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    stream = io.StringIO()
    draw(evidence).figure.savefig(stream, format="svg", metadata={"Date": None})
    used = set(re.findall(r"(?:fill|stroke)(?:: |=\")(?!none|url)([^;\"]+)", stream.getvalue()))
    assert used
    assert used <= set(style.NIGHT)


@pytest.mark.parametrize("draw", FIGURES)
def test_the_typeface_is_the_projects_own(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    files = {Path(str(text.get_fontproperties().get_file())) for text in texts(draw(evidence))}
    assert {file.parent for file in files} == {DATA.with_name("fonts")}
    assert all(file.is_file() for file in files)


def test_a_project_without_fonts_takes_matplotlibs_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    face = style.font.__wrapped__(True)
    assert (face.get_file(), face.get_name(), face.get_weight()) == (None, "DejaVu Sans", "bold")


@pytest.mark.parametrize("draw", FIGURES)
def test_headline_and_note_are_plain_sentences(drawn: Callable[[Draw], Figure], draw: Draw) -> None:
    figure = drawn(draw)
    assert figure.headline[0].isupper() or figure.headline[0].isdigit()
    assert not figure.headline.endswith(".")
    assert figure.note.startswith("Source: ")
    assert figure.note.endswith(".")
    for said in (figure.headline, figure.note):
        assert not re.search(r"\bnan\b|np\.|None\b(?! of)|[\[\]{}\n]|  |\(\)| \.|, \.|: \.", said)


@pytest.mark.parametrize("draw", FIGURES)
def test_the_headline_is_not_repeated_in_the_picture(
    evidence: Evidence, draw: Callable[[Evidence], Figure]
) -> None:
    figure = draw(evidence)
    assert all(
        text.get_text() not in figure.headline or len(text.get_text()) < 25
        for text in texts(figure)
    )
