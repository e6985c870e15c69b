"""Where two documents differ in what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from evidence.proof.parity.model import KINDS, Document, Item

FINGERPRINT = "fingerprint"


@dataclass(frozen=True)
class Difference:
    """One place at which two documents differ.

    Attributes
    ----------
    kind
        A kind of `KINDS`, or "fingerprint".
    formats
        The format it is measured by, and the one that differs from it.
    place
        Where a person finds it.
    texts
        What each of the two says; None where it says nothing.
    """

    kind: str
    formats: tuple[str, str]
    place: str
    texts: tuple[str | None, str | None]

    def __str__(self) -> str:
        pairs = zip("-+", self.formats, self.texts, strict=True)
        lines = (f"  {sign} {name}: {text}" for sign, name, text in pairs if text is not None)
        return "\n".join((self.place, *lines))


def compare(documents: Sequence[Document]) -> tuple[Difference, ...]:
    """Hold every document against the first.

    Parameters
    ----------
    documents
        Two or more.

    Returns
    -------
    tuple of Difference
        By kind; empty when all say the same and are of one known build.
    """
    first, *others = documents
    return tuple(
        difference
        for kind in (*KINDS, FINGERPRINT)
        for other in others
        for difference in _of_kind(kind, first, other)
    )


def _of_kind(kind: str, first: Document, other: Document) -> Iterator[Difference]:
    formats = (first.format, other.format)
    if kind == FINGERPRINT:
        if not first.fingerprint or first.fingerprint != other.fingerprint:
            texts = (first.fingerprint or "none", other.fingerprint or "none")
            yield Difference(kind, formats, "title page", texts)
        return
    one = _settled(first.items[kind], other.items[kind])
    two = _settled(other.items[kind], one)
    # The ends alike are cut off: long sequences that differ in one item compare at once.
    start = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
    if start is None:
        start = min(len(one), len(two))
    tail = next(
        (
            i
            for i, (a, b) in enumerate(
                zip(reversed(one[start:]), reversed(two[start:]), strict=False)
            )
            if a != b
        ),
        min(len(one), len(two)) - start,
    )
    one, two = one[start : len(one) - tail], two[start : len(two) - tail]
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            yield from _pairs(kind, formats, one[a:b], two[c:d])


def _settled(items: Sequence[Item], others: Sequence[Item]) -> Sequence[Item]:
    """Give texts the spaces of the other document where the end of a line may have hidden them."""
    known: dict[str, list[str]] = {}
    for item in others:
        known.setdefault(item.text.replace(" ", ""), []).append(item.text)
    return [_like(item, known.get(item.text.replace(" ", ""), ())) for item in items]


def _like(item: Item, known: Sequence[str]) -> Item:
    if not item.line_ends or item.text in known:
        return item
    places = [0, *item.line_ends, len(item.text)]
    pieces = (re.escape(item.text[start:end]) for start, end in pairwise(places))
    either = re.compile(" ?".join(pieces))
    return replace(item, text=next(filter(either.fullmatch, known), item.text))


def _pairs(
    kind: str, formats: tuple[str, str], one: Sequence[Item], two: Sequence[Item]
) -> Iterator[Difference]:
    for i in range(max(len(one), len(two))):
        left, right = (items[i] if i < len(items) else None for items in (one, two))
        shown = left or right
        if shown:
            texts = (left.text if left else None, right.text if right else None)
            yield Difference(kind, formats, shown.place, texts)
