"""A piece of prose in which every character knows where its author typed it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Stands in a piece for whatever is computed: an inline expression, `{part}` in a wording.
HOLE = "\ufffc"


@dataclass(frozen=True, slots=True)
class Mark:
    """One character of prose, its place in the file, and its code if it stands for a value."""

    character: str
    line: int
    column: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Prose that is read in one go: a paragraph, a heading, a caption or a string of a cell.

    Attributes
    ----------
    section
        Identifier, or else title, of the nearest heading above.
    places
        Line and column of each character of `text`.
    holes
        Offset of each `HOLE` in `text` to the code that computes it.
    literal
        Spans of `text` that the author has marked as typed on purpose.
    claim
        The claim whose wording this is, or nothing.
    """

    file: str
    section: str
    text: str
    places: tuple[tuple[int, int], ...]
    holes: Mapping[int, str]
    literal: tuple[tuple[int, int], ...] = ()
    claim: str = ""


def piece(file: str, section: str, marks: Iterable[Mark], claim: str = "") -> Piece:
    """Make a piece of its characters, none of them marked as literal."""
    marks = tuple(marks)
    return Piece(
        file=file,
        section=section,
        # A hole typed by an author would pass for a computed value.
        text="".join(
            " " if mark.character == HOLE and not mark.code else mark.character for mark in marks
        ),
        places=tuple((mark.line, mark.column) for mark in marks),
        holes=MappingProxyType({at: mark.code for at, mark in enumerate(marks) if mark.code}),
        claim=claim,
    )


def typed(text: str, line: int, column: int = 1) -> Iterator[Mark]:
    """Return the characters of one line from `column` on."""
    return (Mark(character, line, at) for at, character in enumerate(text, column))
