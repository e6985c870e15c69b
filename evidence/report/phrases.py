"""Counts as alt texts, headlines and notes write them, inside sentences."""

import re
from collections.abc import Iterable, Mapping, Sequence

from evidence.model.evidence import Evidence
from evidence.report.markup import sentence_list
from evidence.words import count, label, opening, within

STUDY = "study/studies"

_PLURAL = re.compile(r"(?<![ius])s$")
_ENDS_IN_Y = re.compile(r"(?<![aeiou])y$")
_NO_NOUN = re.compile(
    r"(?:how|what|when|where|which|who|why)\b|.*\b(?:and|or)\b|.*(?:\W|ics|ies|[ius]s)$"
)


def singular(noun: str) -> str:
    """Return the one form of a noun that may be written with its plural: "study/studies"."""
    return noun.partition("/")[0]


def plural(noun: str) -> str:
    """Return the other."""
    one, _, many = noun.partition("/")
    return many or (one if _PLURAL.search(one) else f"{one}s")


def noun_of(facet: str) -> str:
    """Return what a code of a facet is called, with its plural: "barrier/barriers".

    What no noun can be made of, as of "Who was asked", has codes: "code of who was asked".
    """
    name = re.sub(r"\s*\([^()]*\)$", "", spoken(facet)) or spoken(facet)
    if _NO_NOUN.match(name):
        return f"code of {name}/codes of {name}"
    if _PLURAL.search(name):
        return f"{name[:-1]}/{name}"
    return f"{name}/{name[:-1]}ies" if _ENDS_IN_Y.search(name) else name


def a(noun: str) -> str:
    """Return a noun after its article: "an outcome"."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {singular(noun)}"


def spoken(code: str) -> str:
    """Return a code as it stands within a sentence."""
    return within(label(code))


def spoken_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return numbers by code as pairs of the code's name in a sentence and its number."""
    return [(spoken(code), number) for code, number in counts.items()]


def in_all(number: int, noun: str) -> str:
    """Return a number with its noun as a sentence opens with it: "12 studies in all"."""
    return opening(f"{format(count(number), noun)} in all")


def counted_list(pairs: Iterable[tuple[str, int]]) -> str:
    """Return named counts as "a (12), b (7) and c (1)"."""
    return sentence_list([f"{name} ({count(value)})" for name, value in pairs])


def leading(pairs: Sequence[tuple[str, int]], most: int) -> str:
    """Return the largest named counts as a list of up to `most`, none above zero as "".

    Counts that are level stay together: those that would not all fit are left out, but the very
    largest are always named.
    """
    values = sorted({value for _, value in pairs if value}, reverse=True)
    named: list[tuple[str, int]] = []
    for value in values:
        level = [pair for pair in pairs if pair[1] == value]
        if named and len(named) + len(level) > most:
            break
        named += level
    return counted_list(named)


def extremes(pairs: Sequence[tuple[str, int]], most: int) -> str:
    """Return what is counted "most often" and, of what occurs at all, "least often"."""
    values = {value for _, value in pairs if value}
    largest = f"most often {leading(pairs, most)}"
    if len(values) < 2:
        return largest
    smallest = counted_list(pair for pair in pairs if pair[1] == min(values))
    rarest = "least often" if all(value for _, value in pairs) else "least often, where at all,"
    return f"{largest}; {rarest} {smallest}"


def foremost(pairs: Sequence[tuple[str, int]]) -> tuple[tuple[str, ...], int]:
    """Return the names that share the largest count, and that count; none where all are zero."""
    largest = max((value for _, value in pairs), default=0)
    return tuple(name for name, value in pairs if largest and value == largest), largest


def is_or_are(names: Sequence[str]) -> str:
    """Return names as the subject of a sentence: "trust is", "trust and time are"."""
    return f"{sentence_list(names)} {'is' if len(names) == 1 else 'are'}"


def source_note(evidence: Evidence, counted: str, unit: str) -> str:
    """Return what a figure counts, over which edition, and in which unit.

    Parameters
    ----------
    counted
        What was counted, as "agreed codings".
    unit
        What counts once, in a sentence.
    """
    sources = evidence.counted()
    year = max(evidence.sources[key].year for key in sources)
    return f"Source: {counted}; {count(len(sources)):source} published up to {year}. {unit}"
