"""What can go wrong, told so that its author can put it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter


class RenderCode(StrEnum):
    """The stable reason codes."""

    UNKNOWN_OPTION = "unknown-option"
    SETTING_NAMES_NO_FILE = "setting-names-no-file"
    MALFORMED_SETTINGS = "malformed-settings"
    BAD_SETTING = "bad-setting"
    UNSUPPORTED_SETTING = "unsupported-setting"
    WRONG_ENCODING = "wrong-encoding"
    OUTSIDE_PROJECT = "outside-project"
    UNLISTED_INPUT = "unlisted-input"
    INCLUDE_MISSING = "include-missing"
    INCLUDE_CIRCLE = "include-circle"
    UNSUPPORTED_SHORTCODE = "unsupported-shortcode"
    NO_VALUE = "no-value"
    UNSUPPORTED_CONSTRUCT = "unsupported-construct"
    UNSUPPORTED_CELL = "unsupported-cell"
    BAD_CELL_OPTION = "bad-cell-option"
    LABEL_TAKEN = "label-taken"
    CELL_FAILED = "cell-failed"
    CELL_TIMEOUT = "cell-timeout"
    NO_KERNEL = "no-kernel"
    KERNEL_DIED = "kernel-died"
    PRINTED_TOO_MUCH = "printed-too-much"
    INLINE_FAILED = "inline-failed"
    HTML_OUTPUT = "html-output"
    NOT_ONE_PICTURE = "not-one-picture"
    NO_CAPTION = "no-caption"
    NO_ALTERNATIVE_TEXT = "no-alternative-text"
    NO_PICTURE = "no-picture"
    IDENTITY_TWICE = "identity-twice"
    NO_TARGET = "no-target"
    TARGET_WITHOUT_NUMBER = "target-without-number"
    MIXED_BRACKET = "mixed-bracket"
    CITATION_WITHOUT_ENTRY = "citation-without-entry"
    ODD_MARKDOWN = "odd-markdown"
    UNFIT_FOR_FORMAT = "unfit-for-format"
    NO_FONT = "no-font"
    NO_GLYPH = "no-glyph"
    PANDOC_FAILED = "pandoc-failed"
    TYPST_FAILED = "typst-failed"
    NO_QUARTO = "no-quarto"
    QUARTO_FAILED = "quarto-failed"
    OUTPUT_HOLDS_PROJECT = "output-holds-project"
    NOT_WRITABLE = "not-writable"
    DISK_FULL = "disk-full"
    BUILD_RUNNING = "build-running"


@dataclass(frozen=True)
class Problem:
    """One fault and the way out of it.

    Attributes
    ----------
    file
        The file at fault, relative to the project.
    line
        Its line, counted from 1; 0 when the fault has no line.
    message
        What is wrong.
    hint
        What to do about it.
    column
        Its column, counted from 1; 0 where it is not known.
    """

    code: StrEnum
    file: str
    line: int
    message: str
    hint: str
    column: int = 0

    def __str__(self) -> str:
        numbers = (str(number or "") for number in (self.line, self.column))
        place = ":".join(filter(None, (self.file, *numbers)))
        text = ": ".join(filter(None, (place, self.code, self.message)))
        return f"{text}; {self.hint}" if self.hint else text


# The order of faults: by place, and then always the same.
PLACE = attrgetter("file", "line", "column", "message", "hint", "code")


class RenderError(Exception):
    """A document that cannot be made, with every fault of one kind found in the run.

    Attributes
    ----------
    problems
        The faults, in order of file and line.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(set(problems), key=PLACE))
        super().__init__("\n".join(map(str, self.problems)))


class UnsupportedConstruct(RenderError):  # noqa: N818 - the public name says what it is
    """Constructs which Quarto may know and the builtin engine does not."""


class CellFailed(RenderError):  # noqa: N818 - the public name says what it is
    """A code cell or an inline expression that raised an exception."""
