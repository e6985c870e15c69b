"""What can be wrong with the data, and how a fault is told to an author."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

# Tab, newline and other controls, line separators, direction overrides, the byte order mark inside
# a text, annotations and what is no character (Word's XML can't hold it), and U+FFFD, which only a
# lossy conversion leaves behind.
_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff"
# What looks like nothing or like an ordinary space, so that nobody sees why two words differ.
_UNSEEN = (
    "\xa0\xad\u034f\u115f\u1160\u1680\u180e\u2000-\u200b\u202f\u205f-\u2065\u206a-\u206f\u2800\u3164"
    "\uffa0\U000e0000-\U000e007f"
)
# Marks of direction, joiners and variants, and the scripts and pictures that need them.
_MARKS = "\u061c\u200c-\u200f\ufe00-\ufe0f"
_NEEDING = re.compile(
    "[\u0590-\u10ff\u1200-\u167f\u1780-\u1dff\u20d0-\u27ff\u2900-\u3163\u3165-\ufdff\U0001f000-\U0001faff]"
)

CONTROL = re.compile(f"[{_CONTROLS}]")
_UNFIT = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_HIDDEN = re.compile(f"[{_CONTROLS}{_UNSEEN}{_MARKS}]")
_LONGEST_QUOTE = 60


class FaultCode(StrEnum):
    """The stable reason codes; `docs/errors.md` says what each means and what to do."""

    MISSING_FILE = "missing-file"
    NOT_UTF8 = "not-utf8"
    CONTROL_CHARACTER = "control-character"
    INVISIBLE_CHARACTER = "invisible-character"
    MALFORMED_JSON = "malformed-json"
    MALFORMED_CSV = "malformed-csv"
    MALFORMED_YAML = "malformed-yaml"
    MALFORMED_BIBTEX = "malformed-bibtex"
    UNESCAPED_SIGN = "unescaped-sign"
    UNBRACED_NAME = "unbraced-name"
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
    DUPLICATE_DOI = "duplicate-doi"
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
    RELEASE_ORDER = "release-order"


class SheetCode(StrEnum):
    """The codes of what only a coding sheet that comes back can have; told beside those above."""

    UNREADABLE_SHEET = "unreadable-sheet"
    OTHER_CODEBOOK = "other-codebook"
    MISSING_ROW = "missing-row"
    NO_TEXT = "no-text"


class RecordCode(StrEnum):
    """The codes of what only another tool's file of sources can have."""

    UNREADABLE_FILE = "unreadable-file"
    UNKNOWN_FORMAT = "unknown-format"
    MALFORMED_RECORD = "malformed-record"
    NO_RECORD = "no-record"
    NO_DECISION = "no-decision"


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
    code: FaultCode | SheetCode | RecordCode
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


def code_point(character: str) -> str:
    """Return a character as Unicode numbers it: "U+200B"."""
    return f"U+{ord(character):04X}"


def unfit(text: str) -> tuple[FaultCode, str, int] | None:
    """Return the code, the words and the place for a character that no text may hold, if any."""
    found = (_UNFIT if _NEEDING.search(text) else _HIDDEN).search(text)
    if not found:
        return None
    sign = found[0]
    if CONTROL.match(sign):
        return FaultCode.CONTROL_CHARACTER, f"control character {code_point(sign)}", found.start()
    name = unicodedata.name(sign, "").lower()
    said = f"invisible character {code_point(sign)} {name}".strip()
    return FaultCode.INVISIBLE_CHARACTER, said, found.start()


def without_unfit(text: str) -> str:
    """Return a text without the characters that no text may hold."""
    return (_UNFIT if _NEEDING.search(text) else _HIDDEN).sub("", text)


def quote(text: str) -> str:
    """Return `text` to print in one line: in quotes, what is unseen spelled out, long ends cut."""
    shown = _HIDDEN.sub(lambda match: f"<{code_point(match[0])}>", text)
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
