"""Every word that data choose: numbers, labels, verdicts, and words for quantities."""

from dataclasses import replace

import pytest

from evidence.findings.verdicts import Editions
from evidence.model.claims import STRENGTH, Value
from evidence.model.evidence import Evidence, Quantities
from evidence.words import (
    UNDEFINED,
    Number,
    change_word,
    comparison_word,
    count,
    decimal,
    headline,
    interval,
    label,
    number,
    numbers,
    part,
    percent,
    quantity_word,
    ratio,
    verdict,
    within,
)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1, "1"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")]
)
def test_counts_separate_thousands(value: int, text: str) -> None:
    assert str(count(value)) == text
    assert count(value).value == value


@pytest.mark.parametrize(
    ("numerator", "denominator", "text", "value"),
    [
        (12, 22, "12 of 22", 12 / 22),
        (1, 1200, "1 of 1,200", 1 / 1200),
        (1000, 1200, "1,000 of 1,200", 5 / 6),
        (0, 8, "none of 8", 0),
        (5, 5, "all 5", 1),
        (1, 1, "1 of 1", 1),
        (0, 1, "none of 1", 0),
        (0, 0, UNDEFINED, 0),
    ],
)
def test_parts_are_written_in_words(
    numerator: int, denominator: int, text: str, value: float
) -> None:
    assert part(numerator, denominator) == Number(value, text, denominator)


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "text"),
    [
        (1, 8, 0, "13%"),
        (3, 8, 0, "38%"),
        (1, 200, 0, "1%"),
        (1, 201, 0, "under 1%"),
        (2, 918, 0, "under 1%"),
        (2, 918, 1, "0.2%"),
        (1, 2001, 1, "under 0.1%"),
        (199, 200, 0, "over 99%"),
        (198, 200, 0, "99%"),
        (2000, 2001, 1, "over 99.9%"),
        (1, 2000, 1, "0.1%"),
        (1, 3, 1, "33.3%"),
        (1, 3, 2, "33.33%"),
        (2, 3, 0, "67%"),
        (5, 5, 1, "100.0%"),
        (0, 9, 0, "0%"),
        (0, 0, 0, UNDEFINED),
        (0, 0, 1, UNDEFINED),
    ],
)
def test_percentages_round_halves_up(
    numerator: int, denominator: int, digits: int, text: str
) -> None:
    written = percent(numerator, denominator, digits)
    assert written == Number(ratio(numerator, denominator), text, denominator)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.25, 1, "2.3"),
        (0.125, 2, "0.13"),
        (2.0, 1, "2.0"),
        (0.0, 2, "0.00"),
        (-0.001, 2, "0.00"),
        (-0.125, 2, "-0.13"),
        (1e-9, 2, "0.00"),
    ],
)
def test_decimals_round_halves_up_and_have_no_negative_zero(
    value: float, digits: int, text: str
) -> None:
    assert decimal(value, digits) == Number(value, text)


@pytest.mark.parametrize(
    ("number", "spec", "text"),
    [
        (count(0), "source", "no sources"),
        (count(1), "source", "one source"),
        (count(2), "source", "2 sources"),
        (count(1200), "source", "1,200 sources"),
        (count(0), "inquiry/inquiries", "no inquiries"),
        (count(1), "inquiry/inquiries", "one inquiry"),
        (count(12), "inquiry/inquiries", "12 inquiries"),
        (count(7), "", "7"),
        # A share of 1 is no count of one, and one below 1 no count of none.
        (part(5, 5), "source", "all 5 sources"),
        (part(12, 22), "source", "12 of 22 sources"),
        (part(1, 22), "source", "1 of 22 sources"),
        (part(1, 1), "source", "1 of 1 source"),
        (part(0, 1), "source", "none of 1 source"),
        (decimal(1.3, 1), "theme", "1.3 themes"),
        (count(1), "source says/sources say", "one source says"),
        (part(0, 0), "source", UNDEFINED),
    ],
)
def test_a_format_spec_names_what_is_counted(number: Number, spec: str, text: str) -> None:
    assert format(number, spec) == text


def test_a_notebook_shows_the_wording_and_never_the_repr() -> None:
    number = part(12, 22)
    assert number._repr_markdown_() == str(number) == f"{number}" == "12 of 22"


def test_nothing_to_divide_by_is_zero() -> None:
    assert ratio(0, 0) == ratio(3, 0) == 0
    assert ratio(1, 4) == 0.25


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("funding", "Funding"),
        ("information-sharing", "Information sharing"),
        ("inter-agency", "Inter-agency"),
        ("multi-disciplinary", "Multi-disciplinary"),
        ("co-ordination", "Co-ordination"),
        ("one-stop", "One-stop"),
        ("conceptual", "Conceptual"),
        ("communicating-agenda", "Communicating agenda"),
        ("England and Wales", "England and Wales"),
        ("UK; Kenya", "UK; Kenya"),
        ("", ""),
    ],
)
def test_codes_are_words_that_keep_the_hyphen_of_a_prefix(code: str, text: str) -> None:
    assert label(code) == text


def test_a_codebook_calls_codes_as_it_likes(real: Evidence) -> None:
    assert {label(value) for value in real.codebook.attributes["groups"].values} >= {
        "Barriers and facilitators",
        "Outcome evaluation",
    }


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("", ""),
        ("Early start", "early start"),
        ("A word", "a word"),
        ("Inter-agency working in Norland", "inter-agency working in Norland"),
        ("CSV", "CSV"),
        ("CSV or a workbook", "CSV or a workbook"),
        ("BibTeX", "BibTeX"),
        ("REFI-QDA", "REFI-QDA"),
        ("R", "R"),
        ("Überblick", "überblick"),
        ("Ü", "Ü"),
        ("3D print", "3D print"),
    ],
)
def test_names_keep_their_capitals_within_a_sentence(text: str, inside: str) -> None:
    assert within(text) == inside


def test_every_code_of_a_facet_has_a_label_of_its_own(real: Evidence) -> None:
    for facet in real.codebook.facets.values():
        assert len({label(code) for code in facet.codes}) == len(facet.codes)


def test_each_verdict_has_words_of_its_own_and_silence_is_no_denial(
    real_editions: Editions,
) -> None:
    finding = replace(real_editions.now["five-themes"], silent=False)
    words = [verdict(replace(finding, verdict=name)) for name in STRENGTH]
    silence = verdict(replace(finding, verdict="not-supported", silent=True))
    assert len({*words, silence}) == 5
    assert "silent" in silence
    assert "Not supported" not in silence


SCALE = Quantities(
    minimum=10,
    words={"no": "<= 0", "few": "< 0.2", "most": "< 1", "all": ">= 1"},
    changes={"fell": "<= -0.1", "hardly changed": "< 0.1", "rose": ">= 0.1"},
    comparisons={"fewer than": "< 0", "as many as": "<= 0", "more than": "> 0"},
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "word"),
    [
        (0, 10, "no"),
        (1, 10, "few"),
        (2, 10, "most"),
        (9, 10, "most"),
        (10, 10, "all"),
        (3, 9, "3 of 9"),
        (0, 0, UNDEFINED),
        (1, 1, "1 of 1"),
    ],
)
def test_the_word_is_that_of_the_first_bound_that_holds(
    numerator: int, denominator: int, word: str
) -> None:
    assert quantity_word(SCALE, numerator, denominator) == word


def test_the_bounds_are_those_of_the_scale() -> None:
    stricter = replace(SCALE, minimum=1, words={"hardly any": "< 0.9", "nearly all": ">= 0.9"})
    assert quantity_word(stricter, 8, 10) == "hardly any"
    assert quantity_word(stricter, 3, 3) == "nearly all"


@pytest.mark.parametrize(("numerator", "word"), [(4, "fell"), (5, "hardly changed"), (7, "rose")])
def test_a_share_changes_by_its_difference(numerator: int, word: str) -> None:
    assert change_word(SCALE, part(5, 10), part(numerator, 10)) == word


@pytest.mark.parametrize(("new", "word"), [(90, "fell"), (105, "hardly changed"), (110, "rose")])
def test_a_count_changes_by_its_proportion(new: int, word: str) -> None:
    assert change_word(SCALE, count(100), count(new)) == word


def test_a_count_from_nothing_rises() -> None:
    assert change_word(SCALE, count(0), count(1)) == "rose"


@pytest.mark.parametrize(("new", "word"), [(4, "fewer than"), (5, "as many as"), (6, "more than")])
def test_numbers_compare(new: int, word: str) -> None:
    assert comparison_word(SCALE, count(5), count(new)) == word


@pytest.mark.parametrize("value", [Value(0, 0, "share"), Value(3, 0, "ratio"), Value(0, 0, "part")])
def test_of_nothing_prose_gets_what_stops_the_build(value: Value) -> None:
    nothing = number(value)
    for said in (
        nothing,
        UNDEFINED.capitalize(),
        quantity_word(SCALE, 0, 0),
        change_word(SCALE, nothing, count(3)),
        change_word(SCALE, count(3), nothing),
        comparison_word(SCALE, nothing, nothing),
    ):
        assert str(said) == "not defined"
        assert said._repr_markdown_() == "[not defined]{.undefined}"  # type: ignore[union-attr]


def test_every_share_has_a_word_on_the_real_scale(real: Evidence) -> None:
    words = [quantity_word(real.quantities, number, 100) for number in range(101)]
    positions = [list(real.quantities.words).index(word) for word in words]
    assert positions == sorted(positions)
    assert (words[0], words[-1]) == ("no", "all")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(1200), "1,200"),
        (Value(6, 11, "share"), "55%"),
        (Value(6, 11, "share", 1), "54.5%"),
        (Value(6, 11, "part"), "6 of 11"),
        (Value(41, 20, "ratio", 1), "2.1"),
    ],
)
def test_a_value_is_written_by_its_kind(value: Value, text: str) -> None:
    assert str(number(value)) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"share": Value(12, 22, "share"), "distinct_terms": Value(15)},
            "12 of 22 (55%); distinct terms 15",
        ),
        ({"ratio": Value(41, 20, "ratio", 1)}, "41 to 20 (2.1)"),
        ({"share": Value(0, 0, "share"), "distinct_terms": Value(1)}, "distinct terms 1"),
        ({"share": Value(0, 0, "share")}, "nothing to count"),
        ({"ratio": Value(0, 0, "ratio", 1)}, "nothing to count"),
        ({"ratio": Value(3, 0, "ratio", 1)}, "3 to none"),
        ({"ratio": Value(0, 3, "ratio", 1)}, "none to 3 (0.0)"),
        ({"a": Value(0, 0, "share", 1), "b": Value(0, 0, "share", 1)}, "nothing to count"),
        ({"sources": Value(0)}, "no sources"),
        ({"sources": Value(1)}, "one source"),
        ({"studies": Value(3)}, "3 studies"),
        ({"health": Value(5), "family_support": Value(4)}, "health 5, family support 4"),
        ({"a": Value(1, 8, "share", 1), "b": Value(2, 8, "share", 1)}, "a 12.5%, b 25.0%"),
    ],
)
def test_a_headline_tells_what_was_counted(
    real_editions: Editions, values: dict[str, Value], text: str
) -> None:
    finding = replace(real_editions.now["five-themes"], main=tuple(values), values=values)
    assert headline(finding) == text


def test_a_share_is_a_part_too(real_editions: Editions) -> None:
    values = {"among": Value(22), "share": Value(12, 22, "share"), "worse": Value(2)}
    finding = replace(real_editions.now["five-themes"], values=values)
    written = {name: str(value) for name, value in numbers(finding).items()}
    assert written == {"among": "22", "part": "12 of 22", "share": "55%", "worse": "2"}


def test_an_interval_is_written_as_shares() -> None:
    assert interval((0.2553, 0.3662)) == "26% to 37%"
