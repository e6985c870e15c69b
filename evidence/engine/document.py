"""The document of a project, read and parsed once for all that a build does with it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from evidence.engine import source
from evidence.engine.constructs import refusal
from evidence.engine.faults import Problem
from evidence.engine.project import Project, load
from evidence.engine.source import Fences, Line

if TYPE_CHECKING:
    from evidence.engine.prose import Section

# Not within code that shows how inline code is written.
_INLINE_START = r"(?<!`)(?<!`` )`\{python\}"
INLINE = re.compile(rf"{_INLINE_START}[ \t]+(?P<code>[^`]+)`(?!`)(?! ``)")
# Quarto, too, shows these as they stand.
_NOT_RUN = re.compile(rf"{_INLINE_START}(?!`)(?![ \t]+[^`]+`)|{_INLINE_START}[^`]+``\{{python\}}")

_OPEN = re.compile(r"^(?P<indent>[\s>]*)(?P<marks>`{3,})\{(?P<engine>[a-zA-Z]\w*)(?P<rest>[^}]*)\}")
_OPTION = re.compile(r"^#\|( (?P<text>.*))?$")
_FOREIGN = re.compile(r"(?<!`)`\{(?!python\})(?P<engine>\w+)\} [^`]*`(?!`)")
_FOREIGN_LABEL = re.compile(r"(?:#|%%|//)\| *label: *(\S+)")
_SWITCHES = {"echo", "eval", "include", "output", "warning", "code-fold"}
_NO_SWITCHES = {("output", "asis"), ("code-fold", "show")}
LAYOUT = ("layout", "layout-ncol", "layout-nrow")
# What Quarto takes for its own look, as `settings.toml` has it, and what does nothing for Python
# there either.
_LOOK = {
    "code-line-numbers", "code-overflow", "fig-align", "fig-env", "fig-height", "fig-pos",
    "fig-width", "id", "layout-align", "layout-valign", "tags",
}  # fmt: skip
_OPTIONS = {
    *_SWITCHES, *LAYOUT, *_LOOK, "code-summary", "column", "fig-alt", "fig-cap", "fig-subcap",
    "label", "tbl-cap", "tbl-colwidths",
}  # fmt: skip
_HEADING = re.compile(
    r"(?P<marks>#{1,6})[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*(?:\{(?P<attributes>[^}]*)\})?\s*$"
)
_DIV = re.compile(r" {0,3}:{3,}[ \t]*(?P<attributes>.*)$")
_IDENTIFIER = re.compile(r"#([^\s}]+)")


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
    environment
        Variables of the environment that cells are given.
    """

    project: Project
    front_matter: tuple[Line, ...]
    lines: tuple[Line, ...]
    parts: tuple[Prose | Cell, ...]
    titles: Mapping[str, str]
    faults: tuple[Problem, ...] = ()
    unsupported: tuple[Problem, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def prose(self) -> tuple[Line, ...]:
        """The lines of the body outside cells."""
        return tuple(line for part in self.parts if isinstance(part, Prose) for line in part.lines)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The prose as Pandoc reads it before any cell has run, section by section.

        Raises
        ------
        RenderError
            If Pandoc finds something odd.
        """
        # What is kept is kept by way of results, which know documents.
        from evidence.engine.prose import read as read_prose  # noqa: PLC0415
        from evidence.engine.results import Cache  # noqa: PLC0415
        from evidence.engine.staging import WORK  # noqa: PLC0415

        # More than a report has chapters, before an edit and after some.
        return read_prose(self.prose, Cache(self.project.root / WORK / "prose", most=200))

    @property
    def blocks(self) -> list[Any]:
        """The blocks of all sections, in Pandoc's JSON."""
        return [block for section in self.sections for block in section.blocks]


def read(
    folder: Path,
    metadata: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Document:
    """Read the document of a project with all it includes.

    Parameters
    ----------
    folder
        The folder with `_quarto.yml`.
    metadata
        What wins over the project's own metadata.
    environment
        Variables of the environment that cells are given.

    Raises
    ------
    RenderError
        If its settings cannot be read.
    """
    project = load(folder.resolve(), metadata)
    faults: list[Problem] = []
    unsupported = list(project.unsupported)
    outline = _Outline()
    lines = tuple(map(outline.place, source.read(project, faults, unsupported)))
    folded = {name: project.setting("html", name) for name in ("code-fold", "code-summary")}
    defaults = {**project.metadata["execute"], **{k: v for k, v in folded.items() if v}}
    outline.end()
    faults += outline.faults
    parts = split(lines, defaults, unsupported)
    captions = {
        part.label: str(part.options.get("fig-cap") or part.options.get("tbl-cap"))
        for part in parts
        if isinstance(part, Cell) and {"fig-cap", "tbl-cap"} & part.options.keys()
    }
    # Whatever runs them, cells in other languages can be referred to.
    prose = (line for part in parts if isinstance(part, Prose) for line in part.lines)
    labels = (found[1] for line in prose if (found := _FOREIGN_LABEL.match(line.text)))
    name = project.document.as_posix()
    return Document(
        project,
        tuple(Line(text, name, number) for number, text in enumerate(project.front_matter, 1)),
        lines,
        parts,
        {**dict.fromkeys(labels, ""), **outline.titles, **captions},
        tuple(faults),
        tuple(unsupported),
        dict(environment or {}),
    )


class _Outline:
    """The sections of a text, asked line by line."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.faults: list[Problem] = []
        self._above: list[str] = []
        self._fences = Fences()
        self._in_comment = False
        # The line that opened the code or the comment that is open.
        self._opener: Line | None = None
        # For each div that is open, whether it is a callout.
        self._callouts: list[bool] = []

    def place(self, line: Line) -> Line:
        """Tell the next line its section."""
        if self._opener and line.file != self._opener.file:
            # What a file opens, it has to close.
            self.end()
        was_open = self._fences.is_open or self._in_comment
        # A fence in a comment opens nothing.
        if self._in_comment or not self._fences.hold(line.text):
            for text in line.text.split("\n"):
                self._see(text)
        if not was_open:
            self._opener = line
        return replace(line, section=": ".join(self._above))

    def end(self) -> None:
        """Note what is open where a file ends: all behind it would be read otherwise."""
        if self._opener and (self._fences.is_open or self._in_comment):
            what, hint = ("comment", "`-->`") if self._in_comment else ("code", "the same marks")
            message = f"this {what} is never closed"
            self.faults.append(self._opener.problem("odd-markdown", message, f"close it by {hint}"))
            self._fences, self._in_comment = Fences(), False

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
    """Split the text into prose and cells; `problems` takes what the engine does not know.

    The document's `execute` settings hold for cells that say nothing else.
    """
    parts: list[Prose | Cell] = []
    prose: list[Line] = []
    labels: dict[str, Line] = {}
    fences = Fences()
    rest = iter(lines)
    for line in rest:
        opening = None if fences.is_open else _OPEN.match(line.text)
        foreign = opening if opening and opening["engine"] != "python" else None
        if foreign or not opening:
            if not fences.hold(line.text):
                foreign = _FOREIGN.search(line.text)
                if _NOT_RUN.search(line.text):
                    refused = refusal("form", "inline", "`` `{python} ``")
                    problems.append(line.problem("unsupported-cell", *refused))
            if foreign:
                refused = refusal("cell", foreign["engine"], f"`{{{foreign['engine']}}}`")
                problems.append(line.problem("unsupported-cell", *refused))
            prose.append(line)
            continue
        problems += _unfit(opening, line)
        cell = _cell(line, list(_body(rest, opening["marks"])), execute, problems)
        first = labels.setdefault(cell.label, line)
        if cell.label and first is not line:
            hint = f"{first.file}:{first.number} has it; choose another"
            message = f"the cell label {cell.label} is taken"
            problems.append(line.problem("label-taken", message, hint))
        parts += [Prose(tuple(prose)), cell]
        prose = []
    return (*parts, Prose(tuple(prose)))


def _unfit(opening: re.Match[str], line: Line) -> Iterator[Problem]:
    if opening["indent"] or opening["rest"].strip():
        name = "indented-cell" if opening["indent"] else "options-in-fence"
        typed = f"`{{python{opening['rest']}}}`"
        yield line.problem("unsupported-cell", *refusal("form", name, typed))


def _body(rest: Iterator[Line], marks: str) -> Iterator[Line]:
    for line in rest:
        if line.text.strip().startswith(marks) and not line.text.strip().strip("`"):
            break
        yield line


def _cell(
    start: Line, body: list[Line], execute: Mapping[str, Any], problems: list[Problem]
) -> Cell:
    matches = list(itertools.takewhile(bool, (_OPTION.match(line.text) for line in body)))
    above, below = body[: len(matches)], body[len(matches) :]
    try:
        options = yaml.safe_load("\n".join(match["text"] or "" for match in matches if match))
    except yaml.YAMLError:
        options = ""
    faults: list[tuple[Line, str, str]] = []
    if not isinstance(options, dict | None):
        faults.append((start, "the cell's options are no YAML", "write `#| key: value`"))
        options = None
    options = options or {}
    for key, value in options.items():
        place = next((line for line in above if line.text.startswith(f"#| {key}:")), start)
        if key not in _OPTIONS:
            faults.append((place, *refusal("option", key, f"`{key}`")))
        elif key in _SWITCHES and not isinstance(value, bool) and (key, value) not in _NO_SWITCHES:
            faults.append((place, *refusal("form", "no-switch", f"`{key}: {value}`")))
    problems += (line.problem("bad-cell-option", *fault) for line, *fault in faults)
    text = "\n".join(line.text for line in below)
    return Cell(start, text, {**execute, **options}, tuple(above))
