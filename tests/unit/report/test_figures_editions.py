import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from matplotlib.text import Annotation, Text

from evidence.findings.editions import Course, Standing, courses
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SUPPORTED
from evidence.model.evidence import Evidence
from evidence.report.account import bound_of, noun_of
from evidence.report.figures import Figure, editions, style
from evidence.report.figures.editions import SIGNS
from evidence.report.markup import sentence_list
from evidence.words import label, number, within
from tests.builders import Builder
from tests.unit.report import test_figures_look as look

COST = "outcome:cost:anticipated"
WORDS = {
    (SUPPORTED, False): ("●", "Supported"),
    (PARTLY, False): ("◉", "Partly"),
    (NOT_SUPPORTED, False): ("✘", "Not"),
    (NOT_SUPPORTED, True): ("○", "Silent"),
    (NO_DATA, False): ("◌", "Too few"),
}
SHAPES = {shape for shape, _ in WORDS.values()}


def texts(figure: Figure) -> list[Text]:
    """Return the texts down the page, each line from left to right; an arrow has none."""
    found = [
        text for text in figure.figure.findobj(Text) if isinstance(text, Text) and text.get_text()
    ]
    return sorted(found, key=lambda text: (round(text.get_position()[1], 3), text.get_position()))


def cell(standing: Standing) -> tuple[str, str, str]:
    shape, word = WORDS[standing.finding.verdict, standing.finding.silent]
    written = "" if standing.finding.verdict == NO_DATA else number(standing.value).text
    return shape, written, word + ("*" if standing.finding.close else "")


def cells(figure: Figure) -> list[tuple[tuple[str, str, str], ...]]:
    """Return shape, number and word of each cell, row by row, read back from where they stand."""
    heads = [text for text in texts(figure) if re.fullmatch(r"To \d{4}|All", text.get_text())]
    lefts = [text.get_position()[0] for text in heads]
    columns = []
    for left, right in zip(lefts, [*lefts[1:], style.WIDTH], strict=True):
        column: list[list[str]] = []
        for text in texts(figure):
            if left <= text.get_position()[0] < right:
                if text.get_text() in SHAPES:
                    column.append([])
                if column:
                    column[-1].append(text.get_text())
        columns.append([(shape, "".join(number), word) for shape, *number, word in column])
    return list(zip(*columns, strict=True))


def joins(figure: Figure) -> tuple[int, int]:
    """Return how many steps hold and how many move."""
    arrows = [note for note in figure.figure.findobj(Annotation) if isinstance(note, Annotation)]
    return len(figure.figure.axes[0].lines), len(arrows)


def steps(found: Mapping[str, Course]) -> tuple[int, int]:
    moves = sum(len(course.verdict_moves) for course in found.values())
    return sum(len(course.standings) - 1 for course in found.values()) - moves, moves


def test_every_verdict_and_number_reads_back(real: Evidence) -> None:
    figure = editions(real)
    found = courses(real).values()
    assert cells(figure) == [tuple(map(cell, course.standings)) for course in found]
    names = [text for text in texts(figure) if text.get_position()[0] == style.MARGIN]
    said = " ".join(text.get_text() for text in names)
    rows = [
        f"{label(course.claim.claim_id)} {noun_of(course)}: {bound_of(course)}" for course in found
    ]
    assert " ".join(["Statement Supported if", *rows]) in said


def test_columns_name_the_editions_and_their_sources(real: Evidence) -> None:
    said = [text.get_text() for text in texts(editions(real))]
    assert said[:6] == ["Statement", "To 2006", "To 2010", "To 2015", "To 2020", "All"]
    counts = [len(real.up_to(year).counted()) for year in (2006, 2010, 2015, 2020, 2025)]
    assert said[6:12] == ["Supported if", *(f"{number} sources" for number in counts)]


def test_an_arrow_stands_where_a_verdict_moves(real: Evidence) -> None:
    figure = editions(real)
    assert joins(figure) == steps(courses(real))
    bold = [
        text.get_text()
        for text in texts(figure)
        if text.get_fontweight() == "bold"
        and text.get_text().rstrip("*") in dict(WORDS.values()).values()
    ]
    assert len(bold) == joins(figure)[1] > 0


def test_shapes_and_words_tell_verdicts_apart_without_colour() -> None:
    assert len({shape for shape, _ in SIGNS.values()}) == len(SIGNS)
    assert len({word for _, word in WORDS.values()}) == len(SIGNS)


def test_the_key_explains_what_occurs_and_no_more(real: Evidence) -> None:
    key = " ".join(text.get_text() for text in texts(editions(real))[-2:])
    assert {"● Supported", "◉ Partly supported", "✘ Not supported"} <= set(re.split(" {4}", key))
    assert "* A close call" in key
    assert "◌" not in key


def test_alt_text_says_which_verdicts_moved_and_when(real: Evidence) -> None:
    alt = editions(real).alt
    found = courses(real).values()
    moved = [course for course in found if course.verdict_moves]
    assert f"moved for {len(moved)} statements" in alt
    for course in moved:
        steps = sentence_list(
            [
                f"to {cell(move.after)[2].rstrip('*').lower()} "
                + ("now" if move.after.current else f"by {move.after.year}")
                for move in course.verdict_moves
            ]
        )
        start = cell(course.standings[0])[2].rstrip("*").lower()
        assert f"{within(label(course.claim.claim_id))} from {start} {steps}" in alt
    assert f"the same throughout for {len(found) - len(moved)} statements" in alt
    assert 2 <= len(re.findall(r"\.(?: |$)", alt)) <= 4


def test_one_source_and_editions_without_any(builder: Builder) -> None:
    evidence = builder.add("only", COST, year=2012).build()
    figure = editions(evidence)
    said = [text.get_text() for text in texts(figure)]
    assert said.count("Too few") == 3 * len(evidence.claims.claims)
    assert {"no sources", "one source", "◌ Too few sources to judge"} <= set(said)
    assert not any("%" in text for text in said if ":" not in text)
    assert "moved" not in figure.alt


def test_a_verdict_made_by_hand_moves_in_the_figure(builder: Builder) -> None:
    evidence = builder.many(12, year=2005).many(3, COST, start=20, year=2014).build()
    figure = editions(evidence)
    row = [*evidence.claims.claims].index("savings-anticipated")
    assert cells(figure)[row] == (
        ("○", "0", "Silent*"),
        ("○", "0", "Silent*"),
        ("●", "3", "Supported*"),
    )
    title = within(label("savings-anticipated"))
    assert f"{title} from silent to supported now" in figure.alt


@pytest.fixture
def unicode_claims(builder: Builder) -> Evidence:
    """One claim under a long name of many scripts, moving."""
    evidence = builder.many(12, year=2005).many(3, COST, start=20, year=2014).build()
    claim = replace(evidence.claims.claims["savings-anticipated"], claim_id=look.LONG)
    return replace(evidence, claims=replace(evidence.claims, claims={look.LONG: claim}))


def test_a_long_unicode_name_is_whole_and_apart(unicode_claims: Evidence) -> None:
    figure = editions(unicode_claims)
    said = "".join(text.get_text() for text in texts(figure))
    assert all(part in said for part in ("łódź", "αβγ", "жду", "$x$"))
    look.test_texts_are_whole_and_apart(unicode_claims, editions)
    look.test_alt_text_is_plain(unicode_claims, editions)


def test_bare_evidence_is_whole_and_apart(builder: Builder) -> None:
    look.test_texts_are_whole_and_apart(builder.add("only", COST, year=2012).build(), editions)
