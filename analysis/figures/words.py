"""Counts as alt texts write them, inside sentences."""

from collections.abc import Iterable, Sequence

from analysis.labels import label
from analysis.markdown import sentence_list
from analysis.numbers import count


def spoken(code: str) -> str:
    """Return a code as it stands within a sentence."""
    return label(code).lower()


def counted_list(pairs: Iterable[tuple[str, int]]) -> str:
    """Return named counts as "a (12), b (7) and c (1)"."""
    return sentence_list([f"{name} ({count(value)})" for name, value in pairs])


def leading(pairs: Sequence[tuple[str, int]], ranks: int) -> str:
    """Return the largest named counts as a list; any level with the last of them is in it."""
    ranked = sorted((pair for pair in pairs if pair[1]), key=lambda pair: -pair[1])
    least = min((value for _, value in ranked[:ranks]), default=0)
    return counted_list(pair for pair in ranked if pair[1] >= least)


def trailing(pairs: Sequence[tuple[str, int]]) -> str:
    """Return the smallest named counts above zero as a list."""
    fewest = min((value for _, value in pairs if value), default=0)
    return counted_list(pair for pair in pairs if pair[1] and pair[1] == fewest)
