"""Where two documents differ in what they say, and where they may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from evidence.proof.parity.content import KINDS, Document, Item

FINGERPRINT = "fingerprint"
_WORD = re.compile(r"\w+|[^\w\s]")
_CONTEXT = 40
# What may differ between the formats, in the words of a reader, and why it may: the whole list.
DECLARED = {
    "contents": (
        "contents, lists of figures and tables",
        "they repeat headings and captions, with page numbers where there are pages",
    ),
    "running": (
        "running heads and page numbers",
        "HTML has no pages; in PDF they are artefacts, in Word parts of their own (parts counted)",
    ),
    "interactive": (
        "explorer, pop-overs and controls",
        "HTML alone can be operated; they tell more of the data behind what all three say",
    ),
    "levels": (
        "levels of headings in HTML",
        "a page has one h1, its title, so that chapters begin at h2 (levels lowered by)",
    ),
    "notes-heading": (
        "the heading over the notes",
        "HTML collects them at its end; in PDF and Word they stand at the foot of pages",
    ),
    "labels": (
        "labels of author and date, and the kind of a titled callout",
        "HTML says them in words; in PDF and Word their place on the cover and colour tell",
    ),
    "marks": (
        "marks of lists and of notes",
        "in PDF they are text; browsers and Word make them",
    ),
    "formulas": (
        "formulas",
        "each format has its own notation: MathML, a picture with its source, Office Math",
    ),
    "decorative": (
        "pictures marked as decoration",
        "they say nothing; a figure whose text is lost is missing among the alt texts",
    ),
    "layout": (
        "tables that only lay out a page",
        "Quarto puts figures and callouts of a Word file into tables without header",
    ),
    "rows": (
        "cells that name their row",
        "HTML tags each, Word says it once for the table, Typst cannot yet tag them in a PDF",
    ),
    "repeated": (
        "header rows repeated on each page",
        "where a table goes on, PDF and Word show its header again as an artefact",
    ),
    "letters": (
        "spaces, ligatures, soft hyphens and word joiners",
        "they serve the breaking of lines; a non-breaking space counts as a space",
    ),
}
# Readers don't count these.
NOT_COUNTED = ("repeated", "letters")


@dataclass(frozen=True)
class Difference:
    """One place at which a document differs from the one it is measured by; None for nothing.

    It is of a kind of `KINDS`, or "fingerprint".
    """

    kind: str
    formats: tuple[str, str]
    place: str
    texts: tuple[str | None, str | None]


def compare(documents: Sequence[Document]) -> tuple[Difference, ...]:
    """Hold every document against the first; nothing when all say the same and are of one build."""
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
    if kind == "prose":
        yield from _of_prose(formats, _unmarked(first), _unmarked(other))
        return
    one = _settled(first.items[kind], other.items[kind])
    two = _settled(other.items[kind], one)
    # The ends alike are cut off: long sequences that differ in one item compare at once.
    start = _alike(one, two)
    tail = _alike(one[start:][::-1], two[start:][::-1])
    one, two = one[start : len(one) - tail], two[start : len(two) - tail]
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        for left, right in zip_longest(one[a:b], two[c:d]) if what != "equal" else ():
            pair = (left.text if left else None, right.text if right else None)
            yield Difference(kind, formats, (left or right).place, pair)


def _of_prose(
    formats: tuple[str, str], one: Sequence[Item], two: Sequence[Item]
) -> Iterator[Difference]:
    """Compare paragraph by paragraph, wherever their spaces stand, and these word by word."""
    left, right = ([item.text.replace(" ", "") for item in items] for items in (one, two))
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        # Where one has a paragraph and the other has two, what they say may be the same.
        if what != "equal" and "".join(left[a:b]) != "".join(right[c:d]):
            yield from _of_words(formats, one[a:b], two[c:d])


def _unmarked(document: Document) -> Sequence[Item]:
    """Return the prose without the fingerprint, which is compared by itself."""
    mark = document.fingerprint or FINGERPRINT
    return [
        replace(item, text=item.text.replace(mark, "0" * len(mark)))
        for item in document.items["prose"]
    ]


def _of_words(
    formats: tuple[str, str], one: Sequence[Item], two: Sequence[Item]
) -> Iterator[Difference]:
    place = (*one, *two)[0].place
    texts = [" ".join(map(_apart, items)) for items in (one, two)]
    words = [[*_WORD.finditer(text)] for text in texts]
    left, right = ([match[0] for match in found] for found in words)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            continue
        pair = [
            text[found[start].start() : found[end - 1].end()] if end > start else None
            for text, found, start, end in zip(texts, words, (a, c), (b, d), strict=True)
        ]
        before = texts[0][: words[0][a - 1].end()][-_CONTEXT:] if a else ""
        after = f"after “{before}” " if before else ""
        yield Difference("prose", formats, f"{after}{place}", (pair[0], pair[1]))


def _apart(item: Item) -> str:
    """Return a text with a space at each end of a line, so that no two words are joined there."""
    return " ".join(item.text[a:b] for a, b in pairwise((0, *item.line_ends, len(item.text))))


def _alike(one: Sequence[Item], two: Sequence[Item]) -> int:
    """Return how many items are equal before the first that are not."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))


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
