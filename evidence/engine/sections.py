"""The text cut at its chapters, so that an edit is read and written anew in its own alone.

Pandoc gives of the sections, one by one, what it gives of the whole; where a text refers across,
by notes, link references, examples or the titles of headings, it stays in one piece. What a cell
shows for the filters of the whole text, a div `.for-each-section`, is given to each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from evidence.engine.facts import Facts
from evidence.engine.source import Fences, Line


class WithFacts(Protocol):
    """A section that was read."""

    @property
    def facts(self) -> Facts:
        """What it holds."""


Read = TypeVar("Read", bound=WithFacts)

_CHAPTER = re.compile(r"# +\S")
_DIV = re.compile(r" {0,3}:{3,}[ \t]*(?P<attributes>.*)$")
_FOR_EACH = re.compile(r"\{[^}]*\.for-each-section\b")
_TAG = re.compile(
    r"<(?P<end>/?)(?:div|section|details|table|dl|ul|ol)\b(?![^>]*/>)|\\(?:begin|(?P<last>end))\{",
    re.IGNORECASE,
)
_DEFINED = re.compile(r" {0,3}\[(?P<name>[^\]]+)\]:")
_NAMED = re.compile(r"\[(?P<name>[^\[\]]+)\](?![({])")
_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*#*\s*(?:\{[^}]*\})?\s*$")
_UNDERLINE = re.compile(r"(?:=+|-+)\s*$")
# Numbered examples, settings between two lines of dashes, and macros hold for the whole text.
_WHOLE = re.compile(
    r"\s*\(@[\w-]*\)\s|---\s*$|.*\\(?:\w*(?:command|environment)|[egx]?def|let|newif|Declare\w+)\b"
)


def split(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Cut a text before each heading of the first level that stands in nothing else.

    Parameters
    ----------
    lines
        Markdown without cells.

    Returns
    -------
    tuple of tuple of Line
        The sections, which together are the text; at least one.
    """
    sections = [tuple(lines[start:end]) for start, end in _spans(lines)]
    alone = len({*map(_texts, _for_each(lines))}) < 2 and _stand_alone(sections)
    return tuple(sections) if alone else (tuple(lines),)


def apart(found: Sequence[Read], again: Callable[[int, Sequence[str]], Read]) -> list[Read]:
    """Return sections as they were read, but those read again that name a heading as others do.

    Parameters
    ----------
    again
        Reads a section, by its place, with the identities of the headings before it.
    """
    known: list[Read] = []
    taken: list[str] = []
    for at, section in enumerate(found):
        is_alone = {*taken}.isdisjoint(row.identity for row in section.facts.headings)
        known.append(section if is_alone else again(at, taken))
        taken += (row.identity for row in known[-1].facts.headings)
    return known


def starts_chapter(lines: Iterable[Line]) -> bool:
    """Tell whether a section may begin among some lines."""
    return any(_CHAPTER.match(line.text) for line in lines)


def for_each(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the div that is for each section, or nothing where a text has none."""
    return next(_for_each(lines), ())


def _for_each(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    start, depth = 0, 0
    for place, line in enumerate(lines):
        div = _DIV.match(line.text) if ":::" in line.text else None
        if div and depth:
            depth += 1 if div["attributes"] else -1
            if not depth:
                yield lines[start : place + 1]
        elif div and _FOR_EACH.match(div["attributes"]):
            start, depth = place, 1


def _texts(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(line.text for line in lines)


def _spans(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    start = 0
    for place in _starts(lines):
        if any(line.text.strip() for line in lines[start:place]):
            yield start, place
            start = place
    yield start, len(lines)


def _starts(lines: Sequence[Line]) -> Iterator[int]:
    fences, depth, tags, comment, above = Fences(), 0, 0, False, ""
    for place, line in enumerate(lines):
        text = line.text
        if not comment and fences.hold(text):
            above = text
            continue
        if _CHAPTER.match(text) and not (above.strip() or depth or tags or comment):
            yield place
        if "<!--" in text or "-->" in text:
            comment = text.rfind("<!--") > text.rfind("-->")
        if div := _DIV.match(text):
            depth = max(depth + (1 if div["attributes"] else -1), 0)
        tags += sum(-1 if tag["end"] or tag["last"] else 1 for tag in _TAG.finditer(text))
        above = text


def _stand_alone(sections: Sequence[Sequence[Line]]) -> bool:
    """Tell whether no section says what another has defined, or defines it again."""
    shown = [tuple(_outside_code(section)) for section in sections]
    if any(_WHOLE.match(text) for texts in shown for text in texts):
        return False
    labels = [{*map(_plain, _labels(texts))} for texts in shown]
    titles = [{*map(_plain, _titles(texts))} for texts in shown]
    named = [{*map(_plain, _names(texts))} for texts in shown]
    return not any(
        own & theirs or named[at] & (theirs | titles[other]) - own
        for at, own in enumerate(labels)
        for other, theirs in enumerate(labels)
        if other != at
    )


def _outside_code(lines: Iterable[Line]) -> Iterator[str]:
    fences = Fences()
    for line in lines:
        if not fences.hold(line.text):
            yield line.text


def _labels(texts: Iterable[str]) -> Iterator[str]:
    """Yield the names of notes and of the addresses of links that a text defines."""
    return (match["name"] for text in texts if (match := _DEFINED.match(text)))


def _titles(texts: Iterable[str]) -> Iterator[str]:
    above = ""
    for text in texts:
        if match := _HEADING.match(text):
            yield match["title"]
        elif _UNDERLINE.match(text):
            yield above
        above = text


def _names(texts: Iterable[str]) -> Iterator[str]:
    """Yield what a text may refer to: words in brackets that are neither link nor span."""
    return (match["name"] for text in texts if "[" in text for match in _NAMED.finditer(text))


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
