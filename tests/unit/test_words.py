"""Numbers as prose writes them."""

import pytest

from evidence.words import Number, count, decimal, part, percent, ratio


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
        (0, 0, "none of 0", 0),
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
        (1, 201, 0, "0%"),
        (1, 2000, 1, "0.1%"),
        (1, 3, 1, "33.3%"),
        (1, 3, 2, "33.33%"),
        (2, 3, 0, "67%"),
        (5, 5, 1, "100.0%"),
        (0, 9, 0, "0%"),
        (0, 0, 0, "0%"),
        (0, 0, 1, "0.0%"),
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
        (decimal(1.3, 1), "theme", "1.3 themes"),
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
