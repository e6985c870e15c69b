"""A name as a reader sees it is taken for the data's own, where it can be no other."""

import pytest

from evidence.exchange.codings.meanings import Meanings
from evidence.model.codebook import LABELS

NAMES = ("early-start", "inter-agency", "follow_up_months", "ökologie", "a-b", "a_b", "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("early-start", "early-start"),
        ("Early start", "early-start"),
        (" EARLY  START ", "early-start"),
        ("Inter-agency", "inter-agency"),
        ("Follow up months", "follow_up_months"),
        ("ÖKOLOGIE", "ökologie"),
        # It may be either of two, or none.
        ("A b", "A b"),
        ("a_b", "a_b"),
        ("Late start", "Late start"),
        ("", ""),
        ("?", "?"),
    ],
)
def test_what_a_text_means(text: str, name: str) -> None:
    meanings = Meanings()
    assert meanings.of(text, NAMES) == name
    assert meanings.of(text, NAMES) == name


def test_what_the_codebook_calls_a_code_means_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LABELS, "early-start", "Home visits")
    meanings = Meanings()
    assert meanings.of("home visits", NAMES) == "early-start"
    assert meanings.of("Early start", NAMES) == "early-start"
