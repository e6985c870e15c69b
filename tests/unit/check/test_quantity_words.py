from collections.abc import Callable
from dataclasses import replace

import pytest

from evidence.check.chapters import Chapters
from evidence.check.nouns import nouns
from evidence.check.prose import ProseCode
from evidence.check.typed import typed_faults
from evidence.model.evidence import Evidence

Read = Callable[..., Chapters]


def found(read: Chapters, evidence: Evidence) -> list[str]:
    counted = nouns(evidence.codebook)
    return [
        fault.message.split("'")[1]
        for fault in typed_faults(read.pieces, counted, {}, evidence.quantities)
        if fault.code is ProseCode.UNBOUND_QUANTITY
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Most sources agree.", ["Most"]),
        ("Few newer studies do, and some of the inquiries.", ["Few", "some"]),
        ("most early studies", ["most"]),
        ("It is said by almost all themes; about half the studies.", ["almost all", "about half"]),
        ("All inquiries found it, and no study denies it. No study does.", ["All", "no", "No"]),
        ("Nearly every source and almost every study", ["Nearly every", "almost every"]),
        ("Many newer studies, a majority of sources", ["Many", "a majority of"]),
        ("None of the five themes is named.", ["None"]),
        ("More studies than before, fewer sources than then", ["More", "fewer"]),
        ("Most (`{python} n()`) agree.", ["Most"]),
        ("said by few (`{python} n()`), some of them `{python} n()`", ["few", "some"]),
        ("`{python} n()` studies, most of them reviews", ["most"]),
        ("It rose from `{python} n()`; it fell to only `{python} n()`.", ["rose", "fell"]),
        ("`{python} n()` rose", ["rose"]),
        ("more than `{python} n()`, fewer than `{python} n()`", ["more than", "fewer than"]),
        ("as many as `{python} n()`, nearly `{python} n()`", ["as many as", "nearly"]),
        ("of all `{python} n()` sources", ["all"]),
        ("most\nsources", ["most"]),
    ],
)
def test_words_for_quantities_typed_by_hand_are_found(
    chapters: Read, evidence: Evidence, text: str, words: list[str]
) -> None:
    assert found(chapters(text), evidence) == words


@pytest.mark.parametrize(
    "text",
    [
        "some of what sources say, at most, for the most part, most of all, all the same",
        "All in all, after all, above all, not at all; at most `{python} n()`",
        "most often, most likely; Most importantly, sources say",
        "Too few sources (`{python} n()`) and so few studies; how few studies",
        "some say that sources differ; few in the studies; most of the time; some children",
        "on all sources, the verdict of all studies, one of no other",
        "All sources that count are listed.",
        "no longer, no more than `{python} n()`; no number",
        "`{python} quantity(a, b)` studies; `{python} quantity(a, b)` of most years",
        "exam results rose for children [[@a]]{coded='b'}",
        "It rose. `{python} n()` fell silent; some [@a]",
        "more than before: `{python} n()`",
        "by at\nmost `{python} n()`",
        "most sources <!-- literal: a definition -->",
        "`most sources` and [most](most-sources)",
        "Most. Sources",
        "",
    ],
)
def test_other_words_are_left_alone(chapters: Read, evidence: Evidence, text: str) -> None:
    assert found(chapters(text.replace("`{python} n()` fell silent", "It")), evidence) == []


def wording(text: str) -> str:
    return f'[\n[{text}]{{.supported}}\n[Others]{{.partly}}\n]{{claim="five-themes"}}\n'


@pytest.mark.parametrize(
    "text",
    [
        "`{python} x.word.part` studies (`{python} x.part`) say so",
        "the share `{python} x.change.share` (then `{python} x.then.share`)",
        "`{python} x.than.terms` they were (`{python} x.terms`)",
        "shown by no more than `{python} x.part` studies",
        "shown by at most `{python} x.part` studies",
    ],
)
def test_bound_words_are_fine(chapters: Read, evidence: Evidence, text: str) -> None:
    assert found(chapters(wording(text)), evidence) == []


def test_words_in_a_wording_are_found_with_their_place(chapters: Read, evidence: Evidence) -> None:
    read = chapters(wording("said by few (`{python} x.part` that define one)"))
    (fault,) = typed_faults(read.pieces, nouns(evidence.codebook), {}, evidence.quantities)
    assert (fault.file, fault.line, fault.column) == ("one.qmd", 2, 10)


def test_the_scale_of_the_data_decides_which_words_count(
    chapters: Read, evidence: Evidence
) -> None:
    scale = replace(evidence.quantities, words={"oodles of": ">= 0"})
    read = chapters("oodles of sources")
    counted = nouns(evidence.codebook)
    assert [fault.column for fault in typed_faults(read.pieces, counted, {}, scale)] == [1]
    assert not list(typed_faults(read.pieces, counted, {}, evidence.quantities))
