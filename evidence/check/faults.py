"""What can be wrong with the wording of the chapters, and how it is told to an author."""

from dataclasses import dataclass
from enum import StrEnum

from evidence.engine.faults import RenderCode


class ProseCode(StrEnum):
    """The stable reason codes."""

    UNREADABLE = "unreadable"
    TYPED_NUMBER = "typed-number"
    RETYPED_VALUE = "retyped-value"
    UNBOUND_QUANTITY = "unbound-quantity"
    CLAIM_NOT_PLACED = "claim-not-placed"
    UNKNOWN_CLAIM = "unknown-claim"
    CLAIM_WORDED_TWICE = "claim-worded-twice"
    SOURCE_NOT_CITED = "source-not-cited"
    CITATION_WITHOUT_SOURCE = "citation-without-source"
    REFERENCE_WITHOUT_TARGET = "reference-without-target"


@dataclass(frozen=True, order=True, slots=True)
class ProseFault:
    """One thing wrong in one place.

    Attributes
    ----------
    file
        Relative to the project.
    line, column
        As an editor numbers them, from 1.
    code
        One of the engine's where the engine could not read the text.
    advice
        What to do about it.
    """

    file: str
    line: int
    column: int
    code: ProseCode | RenderCode
    message: str
    advice: str

    def __str__(self) -> str:
        """Return the line to print: `file:line:column: CODE: what; what to do`."""
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}; {self.advice}"
