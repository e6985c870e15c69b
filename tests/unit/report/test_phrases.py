"""What codes and their numbers are called within sentences."""

import pytest

from evidence.report.phrases import noun_of, plural


@pytest.mark.parametrize(
    ("facet", "noun"),
    [
        ("outcome", "outcome"),
        ("barriers", "barrier/barriers"),
        ("theory", "theory/theories"),
        ("survey", "survey"),
        ("process", "code of process/codes of process"),
        ("categories", "code of categories/codes of categories"),
        ("who-was-asked", "code of who was asked/codes of who was asked"),
        ("barriers-and-enablers", "code of barriers and enablers/codes of barriers and enablers"),
        ("ethics", "code of ethics/codes of ethics"),
        ("urban?", "code of urban?/codes of urban?"),
        ("Outcome (direction)", "outcome"),
        ("Setting(s)", "setting"),
        ("(all)", "code of (all)/codes of (all)"),
    ],
)
def test_a_heading_of_a_spreadsheet_gives_codes_a_noun(facet: str, noun: str) -> None:
    assert noun_of(facet) == noun


def test_what_is_a_plural_gets_no_second_one() -> None:
    assert [plural(noun) for noun in ("barriers", "barrier", "study/studies")] == [
        "barriers",
        "barriers",
        "studies",
    ]
