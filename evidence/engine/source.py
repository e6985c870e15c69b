"""The document's text with includes and shortcodes expanded, each line knowing its origin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evidence.engine.constructs import refusal
from evidence.engine.faults import Problem, RenderCode, RenderError
from evidence.engine.project import MARK, Project, read_text, within
from evidence.engine.settings import lines_of

_SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)\s*>\}\}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ITEM = r"(?:[-*+]|\(?(?:\d+|#|[a-zA-Z])[.)]|:|\[\^[^\]\s]+\]:)[ \t]"
# Quotes and items may begin on the same line.
_FENCE = re.compile(rf"^(?P<before>(?:[ \t>]|{_ITEM})*)(?P<marks>`{{3,}}|~{{3,}})(?P<info>.*)$")
_IN_ITEM = re.compile(rf"^[ >]{{0,4}}{_ITEM}")


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
        """Say what is wrong with this line, and the way out."""
        return Problem(code, self.file, self.number, message, hint)


def line_of(text: str, lines: Sequence[Line]) -> Line:
    """Find the first line with a name or whatever else stood in it, or the first of all."""
    pattern = re.compile(re.escape(text) + r"(?![a-zA-Z0-9_-])")
    found = (line for line in lines if text in line.text and pattern.search(line.text))
    return next(found, next(iter(lines), Line("", "", 0)))


class Fences:
    """Whether a line stands in a code block, fenced or indented, asked line by line.

    In texts of YAML an indent means no code: `indents` is false.
    """

    def __init__(self, *, indents: bool = True) -> None:
        self._indents = indents
        self._open = ""
        self._in_quote = False
        self._in_item = False
        # What an indented line is, if it goes on with the line above it.
        self._may_indent = True

    @property
    def is_open(self) -> bool:
        """Whether a fenced block is open."""
        return bool(self._open)

    def hold(self, text: str) -> bool:
        """Tell whether the next line is code or one of the fences around it."""
        if self._in_quote and not text.lstrip().startswith(">"):
            # A quote ends all that is open in it.
            self._open, self._in_quote = "", False
        match = _FENCE.match(text)
        if self._open:
            marks = match["marks"] if match and not match["info"].strip() else ""
            if marks.startswith(self._open):
                self._open, self._in_quote, self._may_indent = "", False, True
            return True
        if self._is_indented(text):
            return True
        if match and not (match["marks"][0] == "`" and "`" in match["info"]):
            self._open, self._in_quote = match["marks"], ">" in match["before"]
            return True
        return False

    def _is_indented(self, text: str) -> bool:
        starts = self._may_indent
        if not text.strip():
            self._may_indent = True
        elif text.startswith(("    ", "\t")):
            return self._indents and starts and not self._in_item
        else:
            goes_on = self._in_item and (not starts or text.startswith(" "))
            self._may_indent, self._in_item = False, bool(_IN_ITEM.match(text)) or goes_on
        return False


def read(project: Project, faults: list[Problem], unsupported: list[Problem]) -> tuple[Line, ...]:
    """Read the document's body with all it includes.

    `faults` takes the included files that are missing, are no UTF-8 or include each other, and
    `unsupported` what the engine does not know.
    """
    fences = Fences()
    body = _lines(project, project.root / project.document, (), faults)
    return tuple(
        line if fences.hold(line.text) else _expand(line, project, unsupported) for line in body
    )


def _lines(
    project: Project, path: Path, above: tuple[Path, ...], faults: list[Problem]
) -> Iterator[Line]:
    name = path.relative_to(project.root).as_posix()
    fences = Fences()
    try:
        texts = lines_of(read_text(project.root, path))
    except RenderError as error:
        faults.extend(error.problems)
        return
    start = 0 if above else len(project.front_matter)
    for number, text in enumerate(texts[start:], start + 1):
        line = Line(text, name, number)
        match = None if fences.hold(text) else _SHORTCODE.fullmatch(text.strip())
        if not match or match["name"] != "include":
            yield line
            continue
        wanted = match["rest"].strip("\"'")
        base = project.root if wanted.startswith("/") else path.parent
        target = (base / wanted.lstrip("/")).resolve()
        if fault := _unfit(project.root, wanted, target, (*above, path)):
            faults.append(line.problem(*fault))
            continue
        yield from _lines(project, target, (*above, path), faults)
        # Quarto sets included text off as paragraphs of its own.
        yield replace(line, text="")


def _unfit(
    root: Path, wanted: str, target: Path, above: tuple[Path, ...]
) -> tuple[RenderCode, str, str] | None:
    """Say why a file cannot be included, if it cannot."""
    # To Quarto, `/` is the project's folder; an author may have meant the machine's.
    elsewhere = wanted.startswith("/") and not target.exists() and Path(wanted).exists()
    is_address = bool(_ADDRESS.match(wanted))
    if is_address or not within(root, Path(wanted) if elsewhere else target):
        what = "is an address" if is_address else "is outside the project"
        hint = "put the file into the project and name it there"
        return "outside-project", f"it includes {wanted}, which {what}", hint
    if target in above:
        chain = " -> ".join(path.name for path in (*above, target))
        return "include-circle", f"files include each other: {chain}", "break the circle"
    if target.is_file():
        return None
    what, hint = "does not exist", "correct the name"
    if target.is_dir():
        what, hint = "is a folder", "name a file in it"
    elif elsewhere:
        what, hint = f"{what}: `/` is the project's folder", "name the file from there"
    return "include-missing", f"it includes {wanted}, which {what}", hint


def _expand(line: Line, project: Project, problems: list[Problem]) -> Line:
    def value(match: re.Match[str]) -> str:
        match match["name"]:
            case "pagebreak" if line.text.strip() == match[0]:
                return "\n::: {.pagebreak}\n:::\n"
            case "var" | "meta" as name:
                values, where = project.variables, "_variables.yml"
                if name == "meta":
                    values, where = _as_shown(project), "the front matter"
                found = _look_up(values, match["rest"])
                if found is not None:
                    return str(found)
                message, hint = f"{match[0]} has no value", f"add `{match['rest']}` to {where}"
                problems.append(line.problem("no-value", message, hint))
            case name:
                refused = refusal("shortcode", name, match[0])
                problems.append(line.problem("unsupported-shortcode", *refused))
        return ""

    text = _SHORTCODE.sub(value, line.text)
    return line if text == line.text else replace(line, text=text, typed=line.text)


def _as_shown(project: Project) -> Mapping[str, Any]:
    # Quarto, too, writes the date out and gives an author of the list (`author.1`) by name.
    authors = [person["name"] for person in project.authors]
    mark = {MARK: project.stand_in} if project.mark else {}
    return {**project.metadata, **mark, "date": project.worded_date, "author": authors}


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
