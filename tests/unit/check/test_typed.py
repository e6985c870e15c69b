"""What is looked for anew, and what is known to have nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.check import typed
from evidence.check.chapters import Chapters
from evidence.check.nouns import nouns
from evidence.check.typed import pieces_with_typed, typed_faults
from evidence.engine.results import Cache
from evidence.model.claims import Claim
from evidence.model.evidence import Evidence

Read = Callable[..., Chapters]
Look = Callable[..., list[str]]
FINE = "Nothing is counted here.\n"


@pytest.fixture
def look(chapters: Read, evidence: Evidence, tmp_path: Path) -> Look:
    """Return the pieces of a text in which something is typed, as a check finds them."""
    cache = Cache(tmp_path / "kept")

    def look(text: str, claims: Mapping[str, Claim] | None = None) -> list[str]:
        pieces, counted = chapters(text).pieces, nouns(evidence.codebook)
        found = pieces_with_typed(pieces, counted, evidence.quantities, claims or {}, cache)
        return [piece.text for piece in found]

    return look


def test_what_has_nothing_is_not_looked_at_again(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(FINE) == []
    monkeypatch.setattr(typed, "quantity_patterns", None)
    assert look(f"\n\n{FINE}") == []


def test_what_has_something_is_found_each_time(look: Look) -> None:
    text = f"We read 12 sources.\n\n{FINE}\nWe read 12 sources."
    for _ in range(2):
        assert look(text) == ["We read 12 sources."] * 2
    assert look(FINE) == []
    assert look(text) == ["We read 12 sources."] * 2


def test_the_faults_are_those_of_all_pieces(
    chapters: Read, evidence: Evidence, tmp_path: Path
) -> None:
    pieces = chapters("We read 12 sources.\n\nFine.\n\nMost sources agree.").pieces
    counted, scale, cache = nouns(evidence.codebook), evidence.quantities, Cache(tmp_path)
    for _ in range(2):
        found = pieces_with_typed(pieces, counted, scale, {}, cache)
        faults = [*typed_faults(found, counted, {}, scale)]
        assert faults == [*typed_faults(pieces, counted, {}, scale)]
        assert len(faults) == len(found) == 2


@pytest.mark.parametrize(
    ("fine", "found"),
    [
        ("We read `{python} n()` sources.", "We read `{python} 12` sources."),
        ("12 sources. <!-- literal: why -->", "12 sources. <!-- literal: -->"),
        ("Most of `{python} savings.word` are.", "Most of `{python} savings.part` are."),
    ],
)
def test_all_that_stands_in_a_piece_counts(look: Look, fine: str, found: str) -> None:
    assert look(fine) == []
    assert len(look(found)) == 1


def test_other_claims_are_looked_for_anew(look: Look, evidence: Evidence) -> None:
    (claim, *_) = evidence.claims.claims.values()
    text = "The five sources agree."
    assert look(text, {"five-sources": claim}) == []
    assert len(look(text)) == 1


def test_other_nouns_and_words_are_looked_for_anew(
    chapters: Read, evidence: Evidence, tmp_path: Path
) -> None:
    pieces, cache = chapters("Seven unicorns came; heaps of sources, too.").pieces, Cache(tmp_path)
    counted, scale = nouns(evidence.codebook), evidence.quantities
    more = replace(counted, countable=rf"(?:{counted.countable}|unicorns)")
    words = replace(scale, words={**scale.words, "heaps of": ">= 2"})
    for others, count in (((counted, scale), 0), ((more, scale), 1), ((counted, words), 1)):
        assert len(pieces_with_typed(pieces, *others, {}, cache)) == count
