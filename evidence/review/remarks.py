"""What reviewers leave in a document that they return: a newcomer to this room starts here.

`word` and `pdf` read a file into a `Returned`, `origins` tells where each word of the report comes
from, and `places` brings the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of remarks: what is said of words, and what is done to them."""

    COMMENT = "comment"
    HIGHLIGHT = "highlight"
    INSERTION = "insertion"
    DELETION = "deletion"
    REPLACEMENT = "replacement"
    MOVE = "move"
    FORMATTING = "formatting"


class UnreadableError(Exception):
    """A file that can't be read; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a comment; its time is as the file has it."""

    author: str
    when: str
    says: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document's text that stays together, in reading order.

    Attributes
    ----------
    kind
        "paragraph", "heading", "caption", "cell" (of a table), "note", "figure" (its alternative
        text), "running" (header and footer) or "page" (of a PDF, which knows no others).
    text
        The text as it was built: with what reviewers deleted, without what they inserted.
    page
        The page, counted from 1; 0 where the format has none.
    bookmarks
        The bookmarks that begin or stand in it, by name.
    row
        Of a cell, the texts of its row from left to right.
    """

    kind: str
    text: str
    page: int = 0
    bookmarks: tuple[str, ...] = ()
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a reviewer said of words, or did to them.

    Attributes
    ----------
    author, when
        Who, and when in ISO 8601; empty where the file doesn't say.
    passage
        The number of the passage that it is about, counted from 0.
    start, end
        The words that it is about, as offsets into the passage's text; equal where text is
        inserted between words.
    says
        The comment's text, the new text of an insertion or replacement, or what was formatted how.
    last
        The number of the passage in which `end` counts, where a remark covers several; else -1.
    target
        Of a move: the passage and the offset in it to which the words were moved.
    replies
        The answers to a comment, in their order.
    resolved
        Whether a comment is marked as done.
    """

    kind: Kind
    author: str
    when: str
    passage: int
    start: int
    end: int
    says: str = ""
    last: int = -1
    target: tuple[int, int] | None = None
    replies: tuple[Reply, ...] = ()
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """A returned document, read.

    Attributes
    ----------
    name
        The file as its user named it.
    format
        "docx" or "pdf".
    fingerprint
        The build that it was made by; empty if it no longer says.
    passages
        All its text, in reading order.
    remarks
        In the order of the passages.
    """

    name: str
    format: str
    fingerprint: str
    passages: tuple[Passage, ...]
    remarks: tuple[Remark, ...]
