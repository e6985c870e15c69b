"""The document's text with includes and shortcodes expanded, each line knowing its origin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.project import Project, read_text, within

_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,})(?P<info>.*)$")


@dataclass(frozen=True)
class Line:
    """One line of text and where it stands.

    Attributes
    ----------
    text
        The line, shortcodes expanded.
    file
        The file in which its author wrote it, relative to the project.
    number
        Its number there, counted from 1.
    typed
        The line as its author typed it, where a shortcode stood in it.
    section
        The titles above it, such as "Results: Costs".
    """

    text: str
    file: str
    number: int
    typed: str = field(default="", compare=False)
    section: str = field(default="", compare=False)

    def problem(self, code: RenderCode, message: str, hint: str) -> Problem:
        """Say what is wrong with this line.

        Parameters
        ----------
        code
            Which kind of fault it is.
        message
            What is wrong.
        hint
            The way out.
        """
        return Problem(code, self.file, self.number, message, hint)


class Fences:
    """Whether a line stands in a fenced code block, asked line by line."""

    def __init__(self) -> None:
        self._open = ""

    @property
    def inside(self) -> bool:
        """Whether a block is open."""
        return bool(self._open)

    def hold(self, text: str) -> bool:
        """Tell whether the next line is code or one of the fences around it.

        Parameters
        ----------
        text
            The line.
        """
        match = _FENCE.match(text)
        if self._open:
            marks = match["marks"] if match and not match["info"].strip() else ""
            if marks.startswith(self._open):
                self._open = ""
            return True
        if match and not (match["marks"][0] == "`" and "`" in match["info"]):
            self._open = match["marks"]
            return True
        return False


def read(project: Project, faults: list[Problem], unsupported: list[Problem]) -> tuple[Line, ...]:
    """Read the document's body with all it includes.

    Parameters
    ----------
    project
        The project whose document is read.
    faults
        Takes the included files that are missing, are no UTF-8 or include each other.
    unsupported
        Takes what the engine does not know.
    """
    fences = Fences()
    included = _Reader(project, faults).lines(
        project.root / project.document, (), project.body_line
    )
    return tuple(
        line if fences.hold(line.text) else _expand(line, project, unsupported) for line in included
    )


@dataclass(frozen=True)
class _Reader:
    project: Project
    faults: list[Problem]

    def lines(self, path: Path, above: tuple[Path, ...], skip: int = 0) -> Iterator[Line]:
        name = path.relative_to(self.project.root).as_posix()
        fences = Fences()
        try:
            whole = read_text(self.project.root, path)
        except RenderError as error:
            self.faults.extend(error.problems)
            return
        for number, text in enumerate(whole.splitlines(), 1):
            if number <= skip:
                continue
            line = Line(text, name, number)
            match = None if fences.hold(text) else _SHORTCODE.fullmatch(text.strip())
            if match and match["name"] == "include":
                wanted = match["rest"].strip("\"'")
                yield from self._included(line, wanted, (*above, path))
            else:
                yield line

    def _included(self, line: Line, wanted: str, above: tuple[Path, ...]) -> Iterator[Line]:
        base = self.project.root if wanted.startswith("/") else above[-1].parent
        target = (base / wanted.lstrip("/")).resolve()
        if fault := self._unfit(wanted, target):
            code, what, hint = fault
            self.faults.append(line.problem(code, f"it includes {wanted}, which {what}", hint))
        elif target in above:
            chain = " -> ".join(path.name for path in (*above, target))
            message = f"files include each other: {chain}"
            self.faults.append(line.problem(RenderCode.INCLUDE_CIRCLE, message, "break the circle"))
        else:
            yield from self.lines(target, above)
            # Quarto sets included text off as paragraphs of its own.
            yield replace(line, text="")

    def _unfit(self, wanted: str, target: Path) -> tuple[RenderCode, str, str] | None:
        """Say why a file cannot be included, if it cannot."""
        into = "put the file into the project and name it there"
        if _ADDRESS.match(wanted):
            return RenderCode.OUTSIDE_PROJECT, "is an address", into
        # To Quarto, `/` is the project's folder; an author may have meant the machine's.
        elsewhere = wanted.startswith("/") and not target.exists() and Path(wanted).exists()
        if not within(self.project.root, Path(wanted) if elsewhere else target):
            return RenderCode.OUTSIDE_PROJECT, "is outside the project", into
        if target.is_dir():
            return RenderCode.INCLUDE_MISSING, "is a folder", "name a file in it"
        if elsewhere:
            what = "does not exist: `/` is the project's folder"
            return RenderCode.INCLUDE_MISSING, what, "name the file from there"
        if not target.is_file():
            return RenderCode.INCLUDE_MISSING, "does not exist", "correct the name"
        return None


def _expand(line: Line, project: Project, problems: list[Problem]) -> Line:
    def value(match: re.Match[str]) -> str:
        name, rest = match["name"], match["rest"]
        match name:
            case "var":
                found = _look_up(project.variables, rest)
                where = "_variables.yml"
            case "meta":
                found = _look_up({**project.metadata, **_as_shown(project)}, rest)
                where = "the front matter"
            case "pagebreak" if line.text.strip() == match[0]:
                return "\n::: {.pagebreak}\n:::\n"
            case "include":
                problems.append(
                    line.problem(
                        RenderCode.UNSUPPORTED_SHORTCODE,
                        "an include shares its line",
                        "give the include its own line",
                    )
                )
                return ""
            case _:
                hint = "use include, var, meta or pagebreak, or `--engine quarto`"
                problems.append(
                    line.problem(
                        RenderCode.UNSUPPORTED_SHORTCODE, f"unsupported shortcode {match[0]}", hint
                    )
                )
                return ""
        if found is None:
            problems.append(
                line.problem(
                    RenderCode.NO_VALUE, f"{match[0]} has no value", f"add `{rest}` to {where}"
                )
            )
            return ""
        return str(found)

    text = _SHORTCODE.sub(value, line.text)
    return line if text == line.text else replace(line, text=text, typed=line.text)


def _as_shown(project: Project) -> Mapping[str, Any]:
    # Quarto, too, writes the date out and gives an author of the list (`author.1`) by name.
    return {
        "date": project.worded_date,
        "author": [person["name"] for person in project.authors],
    }


def _look_up(values: Mapping[str, Any], path: str) -> object:
    found: Any = values
    for key in path.split("."):
        match found:
            case Mapping():
                found = found.get(key)
            case list() if key.isdecimal() and 1 <= int(key) <= len(found):
                found = found[int(key) - 1]
            case _:
                return None
    return None if isinstance(found, Mapping | list) else found
