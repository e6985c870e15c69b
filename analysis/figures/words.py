"""Counts as alt texts write them, inside sentences."""

from collections.abc import Iterable, Sequence

from analysis.labels import label
from analysis.markdown import sentence_list
from analysis.numbers import count


def spoken(code: str) -> str:
    """Return a code as it stands within a sentence."""
    return label(code).lower()


def sources_in_all(number: int) -> str:
    """Return the number of sources as a sentence opens with it."""
    text = f"{count(number):source} in all"
    return text[0].upper() + text[1:]


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
    """Return what is counted "most often" and "least often", where that differs."""
    values = {value for _, value in pairs if value}
    largest = f"most often {leading(pairs, most)}"
    if len(values) < 2:
        return largest
    smallest = counted_list(pair for pair in pairs if pair[1] == min(values))
    return f"{largest}; least often {smallest}"
