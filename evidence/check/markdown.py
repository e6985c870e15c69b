"""Lines of Markdown as pieces of prose, and the parts of a piece that are no wording."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from evidence.check.pieces import HOLE, Mark, Piece, piece, typed
from evidence.engine.document import INLINE
from evidence.engine.source import Fences, Line

# Stands for a character that is no wording; neither a letter nor a space, so no word crosses it.
BLANK = "\x00"

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*(?:\{(?P<attributes>[^}]*)\})?\s*$")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\(?(?:\d+|#|[a-zA-Z]|[ivxIVX]+)[.)])[ \t]")
_DIV = re.compile(r"[ \t>]*:{3,}[ \t]*(?P<rest>.*)$")
_IDENTIFIER = re.compile(r"#([^\s}]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LITERAL = re.compile(r"<!--\s*literal:\s*[^\s-].*?-->", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)*_\]]*\s+|\|")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:https?://|www\.|doi:|mailto:)[^\s<>\"]*[^\s<>\".,;:!?)\]]|<[A-Za-z/][^<>]*>"
)
_ATTRIBUTES = re.compile(r"\{(?:[#.:][^{}]*|[\w-]+=[^{}]*)\}")
_SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s*\S+", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
_KEY = r"(?<![\w\\@.])-?@(?:\{[^}\s]+\}|\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*)"
_CITATION = re.compile(rf"{_KEY}(?:[^\[\]@;]*(?=[;\]]))?")

_PROSE_KEYS = re.compile(r"(?P<key>title|subtitle|abstract|description)\s*:\s*[|>]?[-+]?")
_CAPTION_KEYS = re.compile(r"#\| (?P<key>tbl-cap|fig-cap|fig-alt)\s*:")
_OTHER_OPTION = re.compile(r"#\| [\w-]+\s*:")
_YAML_LITERAL = re.compile(r"\s#\s*(literal:.*)$")


def blocks(lines: Iterable[Line], section: str) -> tuple[Piece, ...]:
    """Return the paragraphs, headings, items and table rows of some lines.

    Parameters
    ----------
    section
        The section in which they begin.
    """
    pieces: list[Piece] = []
    for group, depth in _groups(lines):
        heading = _HEADING.match(group[0].text)
        # A heading inside a div is the title of a callout.
        if heading and not depth:
            identity = _IDENTIFIER.search(heading["attributes"] or "")
            section = identity[1] if identity else heading["title"]
        marks = [mark for line in group for mark in _marks(line)]
        found = piece(group[0].file, section, marks[:-1])
        pieces.append(replace(found, literal=tuple(_literal(found.text))))
    return tuple(pieces)


def front_matter(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the lines of a front matter that readers see, with their keys blanked out."""
    shown = False
    for line in lines:
        key = _PROSE_KEYS.match(line.text)
        if line.text[:1].strip():
            yield replace(line, text="")
            shown = bool(key)
        if shown:
            text = " " * len(key[0]) + line.text[key.end() :] if key else line.text
            yield replace(line, text=text)


def captions(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the captions and alternative texts among option lines, their keys blanked out."""
    shown = False
    for line in lines:
        key = _CAPTION_KEYS.match(line.text)
        if key or _OTHER_OPTION.match(line.text):
            yield replace(line, text="")
            shown = bool(key)
        if shown:
            start = key.end() if key else len("#|")
            text = _YAML_LITERAL.sub(r" <!-- \1 -->", line.text[start:])
            yield replace(line, text=" " * start + text)


def wording(text: str) -> str:
    """Blank out what is no wording: code, addresses, attributes, citations; every offset stays."""
    return _blanked(addressed(text), _LINK_TARGET, _FOOTNOTE, _CITATION)


def addressed(text: str) -> str:
    """Blank out what holds no citation and no link: comments, code, addresses, attributes."""
    return _blanked(text, _COMMENT, _CODE_SPAN, _SHORTCODE, _ADDRESS, _ATTRIBUTES)


def keys(text: str) -> Iterator[tuple[int, str]]:
    """Return what a text cites or refers to by ``@key``, with its offset."""
    for match in re.finditer(_KEY, addressed(text)):
        name = match[0].lstrip("-")
        yield match.end() - len(name), name[1:].strip("{}")


def links(text: str) -> Iterator[tuple[int, str]]:
    """Return what a text links to inside the document, with its offset."""
    for match in re.finditer(r"(?<=\]\()#([^()\s]+)", addressed(text)):
        yield match.start(), match[1]


def identifiers(text: str) -> Iterator[str]:
    """Return what a piece of Markdown can be referred to by."""
    for attributes in re.finditer(r"\{[^{}]*\}", text):
        yield from _IDENTIFIER.findall(attributes[0])[:1]
    heading = _HEADING.match(text.lstrip("\n"))
    if heading and "#" not in (heading["attributes"] or ""):
        # Pandoc's own way to name a heading without identifier.
        plain = re.sub(r"[^\w\-. ]", "", heading["title"].lower()).replace(" ", "-")
        yield re.sub(r"^[^a-z]+", "", plain)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank out spans of a text; every offset stays."""
    for start, end in spans:
        text = text[:start] + BLANK * (end - start) + text[end:]
    return text


def _blanked(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in patterns:
        text = pattern.sub(lambda match: BLANK * len(match[0]), text)
    return text


def _groups(lines: Iterable[Line]) -> Iterator[tuple[list[Line], int]]:
    fences = Fences()
    group: list[Line] = []
    depth = 0
    for line in lines:
        if _in_comment(group):
            group.append(line)
            continue
        fenced = fences.hold(line.text)
        div = None if fenced else _DIV.match(line.text)
        alone = bool(_HEADING.match(line.text) or div or line.text.lstrip().startswith("|"))
        if group and (fenced or alone or not line.text.strip() or _ITEM.match(line.text)):
            yield group, depth
            group = []
        if fenced or not line.text.strip():
            continue
        if div:
            depth += 1 if div["rest"].strip() else -1
        group.append(line)
        if alone and not _in_comment(group):
            yield group, depth
            group = []
    if group:
        yield group, depth


def _in_comment(group: Sequence[Line]) -> bool:
    text = "\n".join(line.text for line in group)
    return text.rfind("<!--") > text.rfind("-->")


def _marks(line: Line) -> Iterator[Mark]:
    characters = tuple(typed(line.text, line.number))
    at = 0
    for match in INLINE.finditer(line.text):
        start = match.start("code")
        yield from characters[at : match.start()]
        yield Mark(HOLE, line.number, start + 1, match["code"].strip())
        at = match.end()
    yield from characters[at:]
    yield Mark("\n", line.number, len(line.text) + 1)


def _literal(text: str) -> Iterator[tuple[int, int]]:
    for mark in _LITERAL.finditer(text):
        before = text[: mark.start()].rstrip()
        ends = [match.end() for match in _SENTENCE_END.finditer(before)]
        yield max(ends, default=0), mark.start()
