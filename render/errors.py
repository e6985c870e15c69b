"""What can go wrong, told so that its author can put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
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
    """

    file: str
    line: int
    message: str
    hint: str

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line or "")) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.hint}" if self.hint else text


class RenderError(Exception):
    """A document that cannot be made, with every fault of one kind found in the run.

    Attributes
    ----------
    problems
        The faults, in order of file and line.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def file(self) -> str:
        """The file of the first fault."""
        return self.problems[0].file

    @property
    def line(self) -> int:
        """The line of the first fault."""
        return self.problems[0].line

    @property
    def message(self) -> str:
        """What is wrong in the first fault."""
        return self.problems[0].message

    @property
    def hint(self) -> str:
        """The way out of the first fault."""
        return self.problems[0].hint


class UnsupportedConstruct(RenderError):  # noqa: N818 - the public name says what it is
    """Constructs which Quarto may know and the builtin engine does not."""


class CellFailed(RenderError):  # noqa: N818 - the public name says what it is
    """A code cell or an inline expression that raised an exception."""
