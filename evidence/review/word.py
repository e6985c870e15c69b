"""Word files that reviewers return: from Word, LibreOffice, or what else writes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from evidence.proof.parity.content import FINGERPRINT
from evidence.proof.parity.word_reader import W
from evidence.review.remarks import Kind, Passage, Remark, Returned, UnreadableError
from evidence.review.word_changes import span
from evidence.review.word_comments import comments, threads
from evidence.review.word_package import Package, opened
from evidence.review.word_text import Reader, Styles

_SHORTEST_MARKED = 20
_KINDS = {"heading": re.compile(r"heading \d"), "caption": re.compile(r"(image |table )?caption")}


def mark_of(text: str) -> str:
    """Name the bookmark that a built Word file gives a paragraph of this text.

    It is `_p` and the first ten hexadecimal digits of the SHA-1 of the text, of which only ASCII
    letters and digits count; empty for a text that has fewer than twenty of them. The filter
    `_extensions/evidence/docx.lua` makes the same name. Where several paragraphs say the same, the
    first has the bookmark.
    """
    known_by = re.sub("[^A-Za-z0-9]", "", text)
    if len(known_by) < _SHORTEST_MARKED:
        return ""
    return "_p" + hashlib.sha1(known_by.encode(), usedforsecurity=False).hexdigest()[:10]


def read(path: Path) -> Returned:
    r"""Read a Word file with all that reviewers left in it.

    Its text is as it was built, whatever was done to it since: paragraphs that somebody split are
    one passage, rows of tables that somebody added are none. The ends of paragraphs show in
    remarks: an insertion that says "\n" split a paragraph, and a deletion whose `last` is the next
    passage and whose `end` is 0 joined it with that. One that takes whole paragraphs away ends with
    the last of them. A row that was added says its cells with " | " between them.

    A comment that is anchored nowhere has an empty passage, behind all others.

    Raises
    ------
    UnreadableError
        If the file is none of Word's, is encrypted, damaged or of a size that no report has.
    """
    with opened(path) as package:
        root = package.xml(package.main)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            raise UnreadableError("it is damaged: it has no text; ask the sender for it anew")
        reader = Reader(_styles(package.part("styles")), dict(_notes(package)))
        reader.read(body)
        reader.read_other_notes()
        for kind in ("header", "footer"):
            for name in dict.fromkeys(package.related(kind)):
                part = package.xml(name)
                if part is not None:
                    reader.read(part, "running")
        given, above = comments(package.part("comments"), package.part("commentsExtended"))
        build = _fingerprint(package.part("custom-properties", ""), reader.passages)
    passages, lengths = reader.passages, reader.lengths
    remarks = list(reader.changes.remarks(lengths))
    for comment in threads(given, above, reader.ends):
        end = reader.ends.get(comment.number, reader.starts.get(comment.number))
        if end is None:
            end = (len(passages), 0)
        if end[0] >= len(lengths):
            passages.append(Passage("paragraph", ""))
            lengths.append(0)
            end = (len(passages) - 1, 0)
        first, last = span(reader.starts.get(comment.number, end), end, lengths)
        remarks.append(
            Remark(
                Kind.COMMENT, comment.author, comment.when, *first, last[1], comment.says,
                last[0] if last[0] != first[0] else -1,
                replies=comment.replies, resolved=comment.resolved,
            )
        )  # fmt: skip
    return Returned(str(path), "docx", build, *_without_empty(passages, remarks))


def _without_empty(
    passages: list[Passage], remarks: list[Remark]
) -> tuple[tuple[Passage, ...], tuple[Remark, ...]]:
    """Leave out the passages that say nothing and of which nobody says anything."""
    used = {number for number, passage in enumerate(passages) if passage.text.strip()}
    for remark in remarks:
        used |= {remark.passage, remark.last} | ({remark.target[0]} if remark.target else set())
    kept = sorted(used - {-1})
    numbers = {number: now for now, number in enumerate(kept)} | {-1: -1}
    placed = (
        replace(
            remark,
            passage=numbers[remark.passage],
            last=numbers[remark.last],
            target=(numbers[remark.target[0]], remark.target[1]) if remark.target else None,
        )
        for remark in remarks
    )
    in_order = sorted(placed, key=lambda remark: (remark.passage, remark.start))
    return tuple(passages[number] for number in kept), tuple(in_order)


def _styles(root: etree._Element | None) -> Styles:
    """Read what styles are called, and which make headings and captions, or rest on such."""
    own = {
        str(style.get(f"{W}styleId")): style
        for style in (() if root is None else root.iter(f"{W}style"))
    }
    names = {style: _value(element, "name") for style, element in own.items()}
    kinds = {}
    for style in own:
        name, met = style, set[str]()
        while name in own and name not in met and style not in kinds:
            met.add(name)
            for kind, pattern in _KINDS.items():
                if pattern.fullmatch(names[name].lower()):
                    kinds[style] = kind
            name = _value(own[name], "basedOn")
    return Styles(names, kinds)


def _value(element: etree._Element, name: str) -> str:
    child = element.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val") or "")


def _notes(package: Package) -> Iterator[tuple[tuple[str, str], etree._Element]]:
    for kind in ("footnote", "endnote"):
        root = package.part(f"{kind}s")
        for note in () if root is None else root.iter(f"{W}{kind}"):
            # The others are the lines above notes.
            if note.get(f"{W}type") in (None, "normal"):
                yield (kind, str(note.get(f"{W}id"))), note


def _fingerprint(properties: etree._Element | None, passages: list[Passage]) -> str:
    """Find the build among the file's properties, or on its title page."""
    for each in () if properties is None else properties:
        if each.get("name") == "fingerprint":
            build = FINGERPRINT.search("".join(map(str, each.itertext())))
            if build:
                return build.group()
    front = []
    for passage in passages:
        if passage.kind == "heading":
            break
        front.append(passage.text)
    build = FINGERPRINT.search(" ".join(front))
    return build.group() if build else ""
