"""What can be wrong with the data, and how a fault is told to an author."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

# Tab, newline and other controls, line separators, direction overrides, the byte order mark inside
# a text, annotations and what is no character (Word's XML can't hold it), and U+FFFD, which only a
# lossy conversion leaves behind. The marks U+200E and U+200F pass: they turn no text around.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]")
_LONGEST_QUOTE = 60


class FaultCode(StrEnum):
    """The stable reason codes; `docs/errors.md` says what each means and what to do."""

    MISSING_FILE = "missing-file"
    NOT_UTF8 = "not-utf8"
    BYTE_ORDER_MARK = "byte-order-mark"
    CONTROL_CHARACTER = "control-character"
    MALFORMED_JSON = "malformed-json"
    MALFORMED_CSV = "malformed-csv"
    MALFORMED_YAML = "malformed-yaml"
    MALFORMED_BIBTEX = "malformed-bibtex"
    BAD_STRUCTURE = "bad-structure"
    MISSING_COLUMN = "missing-column"
    EXTRA_COLUMN = "extra-column"
    DUPLICATE_COLUMN = "duplicate-column"
    COLUMN_ORDER = "column-order"
    EMPTY_TABLE = "empty-table"
    RAGGED_ROW = "ragged-row"
    DUPLICATE_KEY = "duplicate-key"
    REQUIRED = "required"
    STRAY_SPACE = "stray-space"
    WRONG_TYPE = "wrong-type"
    NOT_ALLOWED = "not-allowed"
    BAD_FORM = "bad-form"
    OUT_OF_RANGE = "out-of-range"
    SECOND_BASELINE = "second-baseline"
    UNKNOWN_SOURCE = "unknown-source"
    UNKNOWN_SEARCH = "unknown-search"
    UNKNOWN_CODER = "unknown-coder"
    UNKNOWN_VALUE = "unknown-value"
    UNKNOWN_FACET = "unknown-facet"
    UNKNOWN_CODE = "unknown-code"
    UNKNOWN_STANCE = "unknown-stance"
    STANCE_NOT_OF_FACET = "stance-not-of-facet"
    CODING_WITHOUT_APPRAISAL = "coding-without-appraisal"
    RECONCILED_MISMATCH = "reconciled-mismatch"
    SOURCE_WITHOUT_APPRAISAL = "source-without-appraisal"
    SOURCE_WITHOUT_CODING = "source-without-coding"
    SOURCE_WITHOUT_BIBLIOGRAPHY = "source-without-bibliography"
    SOURCE_WITHOUT_SCREENING = "source-without-screening"
    SOURCE_INCLUDED_TWICE = "source-included-twice"
    SCREENING_WITHOUT_SOURCE = "screening-without-source"
    SCREENING_MISMATCH = "screening-mismatch"
    BIBLIOGRAPHY_WITHOUT_SOURCE = "bibliography-without-source"
    BIBLIOGRAPHY_DIFFERS = "bibliography-differs"
    BAD_COMPARISON = "bad-comparison"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    UNKNOWN_SELECTION = "unknown-selection"
    CIRCULAR_SELECTION = "circular-selection"
    BAD_RULE = "bad-rule"
    UNKNOWN_ITEM = "unknown-item"
    MISSING_ITEM = "missing-item"
    NOT_ONE_ANSWER = "not-one-answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place.

    Attributes
    ----------
    file
        Path of the file, as reached from the folder given to `load`.
    row
        Line in the file as an editor numbers it (the header is 1); 0 where the file has none.
    column
        Column name, or the number of the character or cell where no name is known; else empty.
    allowed, nearest
        What is allowed instead, and the valid value most like the one found; empty if not known.
    """

    file: str
    row: int
    column: str | int
    code: FaultCode
    message: str
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        """Return the line to print: `file:row:column: CODE: what; allowed: …; nearest: …`."""
        place = ":".join(str(part) for part in (self.file, self.row, self.column) if part)
        hints = (("allowed", self.allowed), ("nearest", self.nearest))
        parts = [self.message, *(f"{name}: {text}" for name, text in hints if text)]
        return f"{place}: {self.code}: {'; '.join(parts)}"


class DataFaults(Exception):  # noqa: N818 - named for what it carries, as the glossary has it
    """The data are not valid; `faults` holds every fault found, sorted by place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=_place))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def quote(text: str) -> str:
    """Return `text` safe to print in one line: in quotes, controls spelled out, long ends cut."""
    shown = CONTROL.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
    if len(shown) > _LONGEST_QUOTE:
        shown = f"{shown[: _LONGEST_QUOTE - 1]}…"
    return f"'{shown}'"


@lru_cache(maxsize=4096)
def nearest(value: str, options: tuple[str, ...]) -> str:
    """Return the option most like `value`, letter case apart, or an empty string."""
    by_lower = {option.lower(): option for option in options}
    found = get_close_matches(value[:_LONGEST_QUOTE].lower().strip(), by_lower, n=1)
    return by_lower[found[0]] if found else ""


def _place(fault: Fault) -> tuple[str, int, int, str, str, str]:
    numbered = isinstance(fault.column, int)
    number = int(fault.column) if numbered else 0
    name = "" if numbered else str(fault.column)
    return (fault.file, fault.row, number, name, fault.code, fault.message)
