"""Two rows of blocks brought together, each with its counterpart where it has one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

# Blocks that share so much of their words are the same block, edited.
_LIKE = 0.4
# What has more was written to harm: it is shown as gone and come.
_MOST_PAIRS = 2_000_000

Block = TypeVar("Block")


def bag(text: str) -> Counter[str]:
    """Return how often each word occurs in a text."""
    return Counter(re.findall(r"\w+", text))


def share(one: Counter[str], other: Counter[str]) -> float:
    """Return how much two texts have in common: 1 where they have the same words."""
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 1.0


def paired(
    old: Sequence[Block],
    new: Sequence[Block],
    key: Callable[[Block], object],
    like: Callable[[Block, Block], float],
) -> Iterator[tuple[Block | None, Block | None, int]]:
    """Yield each old and new block with its partner, if it has one, and the place in the new."""
    matcher = SequenceMatcher(None, [*map(key, old)], [*map(key, new)], autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            for step in range(end - start):
                yield old[start + step], new[first + step], first + step
            continue
        pairs = _likest(old[start:end], new[first:last], like)
        at, done = start, first
        for i, j in [*pairs, (end - start, last - first)]:
            yield from ((old[row], None, done) for row in range(at, start + i))
            yield from ((None, new[row], row) for row in range(done, first + j))
            if start + i < end:
                yield old[start + i], new[first + j], first + j
            at, done = start + i + 1, first + j + 1


def _likest(
    old: Sequence[Block], new: Sequence[Block], like: Callable[[Block, Block], float]
) -> list[tuple[int, int]]:
    """Return the pairs, in order, that are most alike in all."""
    rows, columns = len(old), len(new)
    if rows * columns > _MOST_PAIRS:
        return []
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    likes: dict[tuple[int, int], float] = {}
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            found = max(best[i + 1][j], best[i][j + 1])
            if (one := like(old[i], new[j])) >= _LIKE:
                likes[i, j] = one
                found = max(found, one + best[i + 1][j + 1])
            best[i][j] = found
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if (i, j) in likes and best[i][j] == likes[i, j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
