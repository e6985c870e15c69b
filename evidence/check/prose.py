"""Prose as authors typed it: each text with the place of every character, and what is no wording.

A text is as long as what was typed, so that an offset in it is a place in the file. Whatever is
computed (an inline expression, `{part}` in a wording) is a run of `HOLE`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter

from evidence.check.literals import BLANK
from evidence.engine.faults import Problem
from evidence.model.claims import NO_DATA, NOT_SUPPORTED, PARTLY, SILENT, SUPPORTED

_CITATION_KEY = r"(?<![\w\\@.])-?@(?:\{[^}\s]+\}|\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*)"
_NO_TEXT = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL),
    re.compile(r"\{\{<.*?>\}\}"),
    re.compile(r"(?:https?://|www\.|doi:|mailto:)[^\s<>\"]*[^\s<>\".,;:!?)\]]"),
)
_ATTRIBUTES = re.compile(r"<[A-Za-z/][^<>]*>|\{(?:[#.:][^{}]*|[\w-]+=[^{}]*)\}")
# What readers see or hear of attributes.
_SHOWN = re.compile(
    r"\b(?:fig-alt|alt|title|fig-cap|tbl-cap|caption|summary|aria-label)="
    r"(?P<quote>[\"'])(?P<text>.*?)(?P=quote)",
    re.DOTALL,
)
_NO_WORDING = (
    re.compile(r"(?<=\])\([^()\s]*(?:\)|(?=\s+[\"']))|^\[(?!\^)[^\]]+\]:\s*\S+", re.MULTILINE),
    re.compile(r"\[\^[^\]]+\]"),
    re.compile(rf"{_CITATION_KEY}(?:[^\[\]@;]*(?=[;\]]))?"),
    # "Only **five** of" is read as "only five of".
    re.compile(r"\*+"),
    # A formula is one that holds more than a number.
    re.compile(r"\$\$.+?\$\$", re.DOTALL),
    re.compile(r"(?<![\\\w$])\$(?=\S)(?=[^$]*[A-Za-z\\])[^$]+(?<=\S)\$(?![\w$])"),
)
_BRACKET = re.compile(r"\[|\](?:\{(?P<classes>[^{}]*)\})?")
# Classes of what is shown under one verdict alone, or by one number.
_VERDICTS = (SUPPORTED, PARTLY, NOT_SUPPORTED, SILENT, NO_DATA, "moved")
_CASES = {f".{name}" for name in (*_VERDICTS, "none", "one", "some")}


class ProseCode(StrEnum):
    """The stable reason codes; `docs/errors.md` says what each means and what to do."""

    UNREADABLE = "unreadable"
    TYPED_NUMBER = "typed-number"
    RETYPED_VALUE = "retyped-value"
    UNBOUND_QUANTITY = "unbound-quantity"
    CLAIM_NOT_PLACED = "claim-not-placed"
    UNKNOWN_CLAIM = "unknown-claim"
    WORDING_MISSING = "wording-missing"
    BAD_WORDING = "bad-wording"
    UNKNOWN_NAME = "unknown-name"
    NAME_TAKEN = "name-taken"
    NOTHING_COUNTED = "nothing-counted"
    NOT_CODED = "not-coded"
    CLAIM_WORDED_TWICE = "claim-worded-twice"
    SOURCE_NOT_CITED = "source-not-cited"
    CITATION_WITHOUT_SOURCE = "citation-without-source"
    REFERENCE_WITHOUT_TARGET = "reference-without-target"


@dataclass(frozen=True, slots=True)
class Extract:
    """Text of a chapter, under the identifier or else the title of a section.

    Of each row of the text `rows` has the offset, and the line and column where it begins.
    """

    file: str
    section: str
    text: str
    rows: tuple[tuple[int, int, int], ...]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of a character."""
        start, line, column = self.rows[bisect_right(self.rows, offset, key=itemgetter(0)) - 1]
        return line, column + offset - start

    def fault(self, offset: int, code: ProseCode, message: str, hint: str) -> Problem:
        """Return what is wrong with the character at an offset."""
        line, column = self.place(offset)
        return Problem(code, self.file, line, message, hint, column)


@dataclass(frozen=True, slots=True)
class Piece(Extract):
    """Prose that is read in one go: a paragraph, a heading, a caption or a string of a cell.

    `holes` are the offsets of its computed parts, with the code that computes them; `literal` the
    spans that the author has marked as typed on purpose.
    """

    holes: Mapping[int, str] = field(default_factory=dict)
    literal: tuple[tuple[int, int], ...] = ()

    @property
    def chosen(self) -> tuple[tuple[int, int], ...]:
        """The spans that the data choose: the wordings of a claim, or those by a number."""
        spans, open_at = [], list[int]()
        for match in _BRACKET.finditer(without_comments(self.text)):
            if match[0] == "[":
                open_at.append(match.start())
            elif open_at:
                start = open_at.pop()
                if match["classes"] and {*match["classes"].split()} <= _CASES:
                    spans.append((start, match.start()))
        return tuple(spans)

    @property
    def prose(self) -> str:
        """The text without code, addresses, attributes and citations; offsets stay."""
        return blanked(without_code(self.text), *_NO_WORDING)

    @property
    def wording(self) -> str:
        """The prose without literals; offsets stay."""
        text = self.prose
        for start, end in self.literal:
            text = text[:start] + BLANK * (end - start) + text[end:]
        return text


@dataclass(frozen=True, slots=True)
class Typed:
    """A number or a word for a quantity in a text; `worth` is what a number is in digits.

    It is `counting` if it stands before what the data count, or beside what they give.
    """

    start: int
    end: int
    word: str
    worth: str = ""
    counting: bool = False


def without_code(text: str) -> str:
    """Blank out what holds no citation and no link: comments, code, addresses, attributes."""
    return _ATTRIBUTES.sub(_shown, blanked(text, *_NO_TEXT))


def _shown(attributes: re.Match[str]) -> str:
    text = BLANK * len(attributes[0])
    for match in _SHOWN.finditer(attributes[0]):
        start, end = match.span("text")
        text = text[:start] + match["text"] + text[end:]
    return text


def without_comments(text: str) -> str:
    """Blank out comments and code, and leave attributes."""
    return blanked(text, *_NO_TEXT[:3])


def blanked(text: str, *patterns: re.Pattern[str]) -> str:
    """Blank out what patterns match; every offset stays."""
    for pattern in patterns:
        text = pattern.sub(lambda match: BLANK * len(match[0]), text)
    return text


def squeezed(text: str) -> tuple[str, Sequence[int]]:
    """Return a text with each run of spaces as one, and the offset that each character had."""
    offsets = [at for at, sign in enumerate(text) if sign != " " or text[at - 1 : at] != " "]
    return "".join(text[at] for at in offsets), offsets


def citation_keys(text: str) -> Iterator[tuple[int, str]]:
    """Return what a text cites or refers to by ``@key``, with its offset."""
    for match in re.finditer(_CITATION_KEY, without_code(text)):
        name = match[0].lstrip("-")
        yield match.end() - len(name), name[1:].strip("{}")
