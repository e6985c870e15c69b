"""Coded evidence as the file of another tool has it, in that file's own names.

A reader makes a `CodedEvidence` of a file; a map, which an author may edit, puts the review's names
for the file's; and what the data lack of the result is added to them. Nothing in it is held to the
codebook yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from evidence.model.codebook import Attribute, Facet


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSource:
    """A source as the file has it.

    Attributes
    ----------
    name
        By which the file's codings, answers and effects call it; its source id once it is mapped.
    place
        Where it stands in the file, as a person would say it: "row 12", "Studies!A12", "source 3".
    values
        What the file says of it as a publication, by column of `sources.csv`.
    """

    name: str
    place: str
    values: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPassage:
    """A coding as the file has it; without a stance where its tool knows none.

    Attributes
    ----------
    facet
        The group of codes that the code stands in, groups within groups parted by a slash.
    locator, gist
        Where in the source it stands, and the passage or what was noted of it.
    """

    source: str
    place: str
    coder: str = ""
    facet: str
    code: str
    stance: str = ""
    locator: str = ""
    gist: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedAnswer:
    """What a coder says of a source as a whole: an attribute and its values."""

    source: str
    place: str
    coder: str = ""
    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedEffect:
    """A measured effect, by column of `effects.csv`."""

    source: str
    place: str
    coder: str = ""
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedEvidence:
    """What a file says, as far as there is a place for it.

    Attributes
    ----------
    tool
        What wrote the file, as a person would say it: "NVivo 15, REFI-QDA project".
    facets, attributes
        What can be coded, by name: as the file describes it, or as it is used.
    lost
        What has no place here: its name in the file to the texts, which the author is told of.
    notes
        What else the author should know of the file, a line each.
    """

    tool: str
    sources: tuple[CodedSource, ...] = ()
    codings: tuple[CodedPassage, ...] = ()
    answers: tuple[CodedAnswer, ...] = ()
    effects: tuple[CodedEffect, ...] = ()
    facets: Mapping[str, Facet] = field(default_factory=_nothing)
    attributes: Mapping[str, Attribute] = field(default_factory=_nothing)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    notes: tuple[str, ...] = ()

    def said(self) -> Iterator[CodedPassage | CodedAnswer | CodedEffect]:
        """Yield all that is said of sources."""
        yield from self.codings
        yield from self.answers
        yield from self.effects
