"""The document of a project, read and parsed once for all that a build does with it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from evidence.engine import project as projects
from evidence.engine import source
from evidence.engine.faults import Problem, RenderCode
from evidence.engine.project import Project
from evidence.engine.source import Fences, Line

INLINE = re.compile(r"(?<!`)`\{python\}[ \t]+(?P<code>[^`]+)`(?!`)")

_OPEN = re.compile(r"^(?P<indent>[\s>]*)(?P<marks>`{3,})\{(?P<engine>[a-zA-Z]\w*)(?P<rest>[^}]*)\}")
_OPTION = re.compile(r"^#\|( (?P<text>.*))?$")
_FOREIGN = re.compile(r"(?<!`)`\{(?!python\})\w+\} [^`]*`(?!`)")
_OPTIONS = {
    "label", "fig-cap", "fig-alt", "tbl-cap", "tbl-colwidths", "echo", "eval", "include", "output",
    "warning",
}  # fmt: skip
_HEADING = re.compile(
    r"(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*(?:\{(?P<attributes>[^}]*)\})?\s*$"
)
_DIV = re.compile(r" {0,3}:{3,}[ \t]*(?P<attributes>.*)$")
_IDENTIFIER = re.compile(r"#([^\s}]+)")
_ASIS = ("output", "asis")
_SWITCHES = {"echo", "eval", "include", "output", "warning"}


@dataclass(frozen=True)
class Prose:
    """Lines of Markdown between two cells."""

    lines: tuple[Line, ...]

    def expressions(self) -> tuple[tuple[str, Line], ...]:
        """List the inline expressions in the order of the text."""
        fences = Fences()
        return tuple(
            (match["code"].strip(), line)
            for line in self.lines
            if not fences.hold(line.text)
            for match in INLINE.finditer(line.text)
        )


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes
    ----------
    start
        The line of its opening fence.
    code
        Its code without the option lines.
    options
        Its options, the document's `execute` settings below them.
    option_lines
        The lines on which the options stand.
    """

    start: Line
    code: str
    options: Mapping[str, Any]
    option_lines: tuple[Line, ...] = ()

    @property
    def label(self) -> str:
        """The cell's label, or nothing."""
        return str(self.options.get("label", ""))


@dataclass(frozen=True)
class Executed:
    """A part of the document and what running it gave.

    Attributes
    ----------
    part
        The prose or the cell.
    outputs
        A cell's outputs, as in a notebook.
    values
        The values of the inline expressions in prose.
    """

    part: Prose | Cell
    outputs: tuple[Mapping[str, Any], ...] = ()
    values: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """The one document of a project.

    Attributes
    ----------
    project
        The project's settings.
    front_matter
        The lines of the document above its body.
    lines
        The body with all it includes, shortcodes expanded.
    parts
        The body as prose and cells.
    titles
        The title of each heading, figure and table by identifier, as far as chapters write them
        out; those that cells print are not known before they run.
    faults
        What could not be read.
    unsupported
        What Quarto may know and the builtin engine does not.
    """

    project: Project
    front_matter: tuple[Line, ...]
    lines: tuple[Line, ...]
    parts: tuple[Prose | Cell, ...]
    titles: Mapping[str, str]
    faults: tuple[Problem, ...] = ()
    unsupported: tuple[Problem, ...] = ()


def read(folder: Path, metadata: Mapping[str, str] | None = None) -> Document:
    """Read the document of a project with all it includes.

    Parameters
    ----------
    folder
        The folder with `_quarto.yml`.
    metadata
        What wins over the project's own metadata.

    Raises
    ------
    RenderError
        If its settings cannot be read.
    """
    project = projects.load(folder.resolve(), metadata)
    faults: list[Problem] = []
    unsupported = list(project.unsupported)
    name = project.document.as_posix()
    text = projects.read_text(project.root, project.root / project.document)
    matter = text.splitlines()[: project.body_line]
    outline = _Outline()
    lines = tuple(map(outline.place, source.read(project, faults, unsupported)))
    parts = split(lines, project.metadata["execute"], unsupported)
    captions = {
        part.label: str(part.options.get("fig-cap") or part.options.get("tbl-cap"))
        for part in parts
        if isinstance(part, Cell) and {"fig-cap", "tbl-cap"} & part.options.keys()
    }
    return Document(
        project,
        tuple(Line(line, name, number) for number, line in enumerate(matter, 1)),
        lines,
        parts,
        {**outline.titles, **captions},
        tuple(faults),
        tuple(unsupported),
    )


class _Outline:
    """The sections of a text, asked line by line."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self._above: list[str] = []
        self._fences = Fences()
        self._in_comment = False
        # For each div that is open, whether it is a callout.
        self._callouts: list[bool] = []

    def place(self, line: Line) -> Line:
        """Tell the next line its section."""
        if not self._fences.hold(line.text):
            for text in line.text.split("\n"):
                self._see(text)
        return replace(line, section=": ".join(self._above))

    def _see(self, text: str) -> None:
        hidden = self._in_comment
        if "<!--" in text or "-->" in text:
            self._in_comment = text.rfind("<!--") > text.rfind("-->")
        if hidden:
            return
        heading = _HEADING.match(text)
        if div := _DIV.match(text):
            if div["attributes"]:
                self._callouts.append("callout-" in div["attributes"])
            else:
                del self._callouts[-1:]
        # A heading in a callout is the callout's title.
        elif heading and not any(self._callouts):
            title = heading["title"]
            self._above[len(heading["marks"]) - 1 :] = [title]
            given = _IDENTIFIER.search(heading["attributes"] or "")
            self.titles[given[1] if given else self._made(title)] = title

    def _made(self, title: str) -> str:
        """Name a heading as Pandoc names one without an identifier."""
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
        name = re.sub(r"[^\w\-. ]", "", text).replace(" ", "-")
        name = re.sub(r"^[^a-z]+", "", name) or "section"
        names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(1)))
        return next(name for name in names if name not in self.titles)


def split(
    lines: Sequence[Line], execute: Mapping[str, Any], problems: list[Problem]
) -> tuple[Prose | Cell, ...]:
    """Split the text into prose and cells.

    Parameters
    ----------
    lines
        The whole text.
    execute
        The document's `execute` settings, which hold for cells that say nothing else.
    problems
        Takes what the engine does not know.
    """
    parts: list[Prose | Cell] = []
    prose: list[Line] = []
    fences = Fences()
    rest = iter(lines)
    for line in rest:
        opening = None if fences.inside else _OPEN.match(line.text)
        if not opening:
            fences.hold(line.text)
            prose.append(line)
            continue
        if problem := _unfit(opening, line):
            problems.append(problem)
        parts += [
            Prose(tuple(prose)),
            _cell(line, _body(rest, opening["marks"]), execute, problems),
        ]
        prose = []
    parts.append(Prose(tuple(prose)))
    problems += _foreign_inline(parts) + _twins(parts)
    return tuple(parts)


def _unfit(opening: re.Match[str], line: Line) -> Problem | None:
    if opening["engine"] != "python":
        message = f"unsupported code cell {{{opening['engine']}}}"
        return line.problem(
            RenderCode.UNSUPPORTED_CELL, message, "write it in Python, or use `--engine quarto`"
        )
    if opening["indent"]:
        return line.problem(
            RenderCode.UNSUPPORTED_CELL, "an indented code cell", "let its fence start the line"
        )
    if opening["rest"].strip():
        message = f"options in the fence: {opening['rest'].strip()}"
        return line.problem(
            RenderCode.UNSUPPORTED_CELL, message, "write them as `#| key: value` lines"
        )
    return None


def _body(rest: Iterator[Line], marks: str) -> list[Line]:
    body = []
    for line in rest:
        if line.text.strip().startswith(marks) and not line.text.strip().strip("`"):
            break
        body.append(line)
    return body


def _cell(
    start: Line, body: list[Line], execute: Mapping[str, Any], problems: list[Problem]
) -> Cell:
    matches = list(itertools.takewhile(bool, (_OPTION.match(line.text) for line in body)))
    text = "\n".join(match["text"] or "" for match in matches if match)
    code = "\n".join(line.text for line in body[len(matches) :])
    try:
        options = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        options = None
    if not isinstance(options, dict):
        problems.append(
            start.problem(
                RenderCode.BAD_CELL_OPTION,
                "the cell's options are no YAML",
                "write `#| key: value`",
            )
        )
        options = {}
    for key, value in options.items():
        place = next((line for line in body if line.text.startswith(f"#| {key}:")), start)
        if key not in _OPTIONS:
            hint = f"use {', '.join(sorted(_OPTIONS))}, or `--engine quarto`"
            problems.append(
                place.problem(RenderCode.BAD_CELL_OPTION, f"unsupported cell option `{key}`", hint)
            )
        elif key in _SWITCHES and not (isinstance(value, bool) or (key, value) == _ASIS):
            message = f"unsupported cell option `{key}: {value}`"
            problems.append(
                place.problem(
                    RenderCode.BAD_CELL_OPTION, message, "write true or false (or `output: asis`)"
                )
            )
    return Cell(start, code, {**execute, **options}, tuple(body[: len(matches)]))


def _foreign_inline(parts: Sequence[Prose | Cell]) -> list[Problem]:
    problems = []
    for prose in parts:
        fences = Fences()
        for line in prose.lines if isinstance(prose, Prose) else ():
            match = None if fences.hold(line.text) else _FOREIGN.search(line.text)
            if match:
                message = f"unsupported inline code {match[0]}"
                problems.append(
                    line.problem(
                        RenderCode.UNSUPPORTED_CELL, message, "write `{python} expression`"
                    )
                )
    return problems


def _twins(parts: Sequence[Prose | Cell]) -> list[Problem]:
    first: dict[str, Line] = {}
    problems = []
    for cell in parts:
        if not isinstance(cell, Cell) or not cell.label:
            continue
        earlier = first.setdefault(cell.label, cell.start)
        if earlier is not cell.start:
            message = f"the cell label {cell.label} is taken"
            hint = f"{earlier.file}:{earlier.number} has it; choose another"
            problems.append(cell.start.problem(RenderCode.LABEL_TAKEN, message, hint))
    return problems
