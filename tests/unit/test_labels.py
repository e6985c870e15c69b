"""What codes and verdicts are called."""

from dataclasses import replace

import pytest

from evidence.findings.verdicts import Editions
from evidence.model.claims import STRENGTH
from evidence.model.evidence import Evidence
from evidence.words import label, verdict


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
