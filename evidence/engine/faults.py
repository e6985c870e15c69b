"""What can go wrong, told so that its author can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Done = TypeVar("Done")

# The stable reason codes; `docs/errors.md` says what each means and what to do.
RenderCode = Literal[
    "unknown-option", "setting-names-no-file", "malformed-settings", "bad-setting",
    "unsupported-setting", "wrong-encoding", "outside-project", "unlisted-input", "input-written",
    "include-missing",
    "include-circle", "unsupported-shortcode", "no-value", "unsupported-construct",
    "unsupported-cell", "bad-cell-option", "level-skipped", "label-taken", "cell-failed",
    "cell-timeout", "no-kernel", "kernel-died", "printed-too-much", "inline-failed",
    "html-output", "not-one-picture", "no-table", "no-caption", "no-alternative-text", "no-picture",
    "identity-twice", "no-target", "target-without-number", "mixed-bracket",
    "citation-without-entry", "odd-markdown", "unfit-for-format", "no-font", "no-glyph",
    "pandoc-failed", "typst-failed", "no-quarto", "quarto-failed", "output-holds-project",
    "not-writable", "disk-full", "build-running",
]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One fault and the way out of it.

    Attributes
    ----------
    code
        The reason code.
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

    code: RenderCode | StrEnum
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


class Fault(NamedTuple):
    """What is wrong with a part of the text, wherever the text came from.

    Attributes
    ----------
    place
        The line it is on, counted from 0, or a name that stands there.
    code, message, hint
        As of a `Problem`.
    """

    place: int | str
    code: RenderCode
    message: str
    hint: str


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


def every(jobs: Iterable[Future[Done]]) -> list[Done]:
    """Return what jobs have done, or raise the faults of all.

    Raises
    ------
    RenderError
        That of the one job that failed, or one with all their faults.
    """
    done, failed = [], []
    for job in jobs:
        try:
            done.append(job.result())
        except RenderError as error:
            failed.append(error)
    if len(failed) > 1:
        raise RenderError(*(problem for error in failed for problem in error.problems))
    if failed:
        raise failed[0]
    return done
