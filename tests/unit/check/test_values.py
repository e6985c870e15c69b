import pytest

from evidence.check.values import Value, copied, data_values, plain
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence

CODINGS = Value("the number of codings", frozenset({"coding"}), True)
TRUST = Value("the sources that hold theme:trust", frozenset({"trust"}), False)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1,214", "1214"),
        ("1\u202f214", "1214"),
        ("55 per cent", "55%"),
        ("55 %", "55%"),
        ("12 of the 1,022", "12 of 1022"),
        ("2.60", "2.60"),
    ],
)
def test_a_number_is_compared_without_its_dress(typed: str, key: str) -> None:
    assert plain(typed) == key


def test_words_around_a_number_tell_what_it_was_copied_from() -> None:
    values = {"31": [CODINGS, TRUST]}
    assert copied("31", "31 speak of trust", False, values) is TRUST
    assert copied("31", "31 codings", False, values) is CODINGS
    assert copied("31", "31 days", False, values) is None
    assert copied("31", "31 sources", True, values) is CODINGS
    assert copied("32", "32 codings", True, values) is None


def test_small_numbers_are_no_copies_and_large_ones_are() -> None:
    values = {"7": [CODINGS], "700": [CODINGS], "7%": [CODINGS], "800": [TRUST]}
    assert copied("7", "7 codings", True, values) is None
    assert copied("700", "700 days", False, values) is CODINGS
    assert copied("7%", "by 7%", False, values) is CODINGS
    assert copied("800", "800 days", False, values) is None


def test_the_data_give_totals_findings_codes_and_attributes(
    evidence: Evidence, editions: Editions
) -> None:
    values = data_values(evidence, editions)
    meanings = {value.meaning for found in values.values() for value in found}
    assert "the number of records logged" in meanings
    assert "part of terms-confusing in the edition of 2006" in meanings
    assert "the sources that hold theme:trust as barrier" in meanings
    assert "the sources of weight high" in meanings
    counted = values[str(len(evidence.counted()))]
    assert counted[0].meaning == "the number of sources counted"
