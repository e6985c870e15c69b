"""The executed document as plain Pandoc Markdown, each line knowing its origin."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evidence.engine.document import INLINE, LAYOUT, Cell, Executed, Prose
from evidence.engine.facts import NO_TABLE
from evidence.engine.faults import Problem, RenderCode, UnsupportedConstruct
from evidence.engine.settings import lines_of
from evidence.engine.source import Fences, Line

_ESCAPES = {ord(mark): f"\\{mark}" for mark in string.punctuation}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ufffe\uffff]")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# What a drawing call returns is no result to show; Quarto leaves the same out.
_DRAWING = re.compile(r"^[\[(]*(<matplotlib\.|<seaborn\.|<Axes|<Figure|Text\(|array\(\[+<Axes)")
# A label in attributes or, in cells that have not run, among the options or as an argument.
_LABEL = re.compile(r"""(?:\{[^{}]*#|label: *|["'])((?:fig|tbl)-[\w-]+)""")
# A table, and nothing that Pandoc cannot read beside it.
_HTML_TABLE = re.compile(
    r"^(?!.*<(script|svg|img|iframe|canvas|video|form|input|button)\b).*<table\b",
    re.DOTALL | re.IGNORECASE,
)
# What `cell_tables.lua` reads.
_CELL_TABLE = ".cell-table"
# Code, formulas and escaped signs go before brackets.
_SIGNS = re.compile(
    r"\\.|(?<!`)(?P<code>`+)(?!`).+?(?<!`)(?P=code)(?!`)"
    r"|(?P<formula>(?<!\$)\$(?=\S)[^$]+?(?<=\S)\$(?!\d))|."
)
# What matplotlib draws in place of a character that its fonts lack, and says of it.
_BOX = re.compile(r'id="LastResort')
_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from")
_IMAGES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
# Between dollars, in TeX's brackets, or in an environment of its own for formulas.
_FORMULA = re.compile(
    r"\$\$(?P<block>.+)\$\$|\$(?P<line>.+)\$|\\\[(?P<brackets>.+)\\\]"
    r"|(?P<environment>\\begin\{(?P<name>equation|align|gather|multline)\*?\}.+)",
    re.DOTALL,
)


def literal(value: str) -> str:
    """Write a text so that Markdown shows it as it is."""
    return re.sub(r"\s+", " ", _plain(value)).translate(_ESCAPES)


def assemble(executed: Sequence[Executed], figures: Path) -> tuple[Line, ...]:
    """Put values and outputs where the document computes them, and figures into a folder.

    Raises
    ------
    UnsupportedConstruct
        If cells show what documents cannot take.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, done in enumerate(executed):
        if isinstance(done.part, Prose):
            lines += _prose(done.part, done.values)
            continue
        start = done.part.start
        shown = _Shown(done.part, figures, number)
        for text in shown.texts(done.outputs):
            lines += [
                Line(part, start.file, start.number)
                for part in ("", *lines_of(text.replace("\r", "")), "")
            ]
        problems += shown.problems
    if problems:
        raise UnsupportedConstruct(*problems)
    return tuple(lines)


def places(lines: Iterable[Line]) -> dict[str, Line]:
    """Return the line, or the cell, that places each figure and table, by label.

    Parameters
    ----------
    lines
        The document's text; where its cells have run, also labels that they make up are found.
    """
    found: dict[str, Line] = {}
    for line in lines:
        for label in _LABEL.findall(line.text):
            found.setdefault(label, line)
    return found


def _plain(text: str) -> str:
    return _CONTROL.sub("", _ANSI.sub("", text))


def _prose(prose: Prose, values: Sequence[dict[str, str]]) -> Iterator[Line]:
    rest = iter(values)

    def shown(_: re.Match[str]) -> str:
        value = next(rest)
        return value["markdown"] if "markdown" in value else literal(value["text"])

    fences = Fences()
    for line in prose.lines:
        text = line.text if fences.hold(line.text) else INLINE.sub(shown, line.text)
        for part in text.split("\n"):
            yield Line(part, line.file, line.number)


class _Shown:
    """What one cell adds to the document."""

    def __init__(self, cell: Cell, figures: Path, number: int) -> None:
        self.cell = cell
        self.problems: list[Problem] = []
        self._figures = figures
        self._name = cell.label or f"cell-{number}"
        self._pictures = 0
        self._is_figure = cell.label.startswith("fig-")
        self._layout = [
            f"{name}={_quoted(cell.options[name])}" for name in LAYOUT if name in cell.options
        ]
        # Those of a figure whose parts have captions of their own.
        self._parts: list[str] = []
        self._in_parts = self._is_figure and (
            "fig-subcap" in cell.options
            or (bool(self._layout) and not isinstance(cell.options.get("fig-cap"), list))
        )

    def texts(self, outputs: Sequence[Mapping[str, Any]]) -> list[str]:
        options = self.cell.options
        if options.get("include") is False:
            return []
        code = [_fenced(self.cell.code, self._code_look())] if options.get("echo", True) else []
        if options.get("output") is False or options.get("eval") is False:
            return code
        shown = [text for output in outputs if (text := self._one(output))]
        self._check_label()
        self._check_glyphs(outputs)
        shown = self._captioned_table(shown)
        if self._in_parts:
            head = " ".join((f"#{self.cell.label}", *self._layout))
            shown.append(_division(head, *self._parts, str(options.get("fig-cap", ""))))
        elif self._layout:
            shown = [_division(" ".join(self._layout), *shown)]
        if options.get("column") == "margin":
            shown = [_division(".column-margin", *shown)]
        return code + shown

    def _code_look(self) -> str:
        fold, summary = (self.cell.options.get(f"code-{name}") for name in ("fold", "summary"))
        look = [".python", ".cell-code"]
        if fold:
            look.append(f"code-fold={_quoted(str(fold).lower())}")
            look += [f"code-summary={_quoted(summary)}"] if summary else []
        return " ".join(look)

    def _one(self, output: Mapping[str, Any]) -> str:
        is_stream = output["output_type"] == "stream"
        data = {} if is_stream else output["data"]
        if data.keys() & _IMAGES:
            return self._picture(data)
        if "text/markdown" in data:
            return str(data["text/markdown"])
        if "text/html" in data:
            return self._html(data["text/html"])
        if "text/latex" in data:
            return self._formula(data["text/latex"])
        if is_stream:
            is_warning = output["name"] == "stderr"
            shown = not is_warning or self.cell.options.get("warning", True)
            text = _plain(output["text"]) if shown else ""
        else:
            text = str(data.get("text/plain", ""))
            text = "" if _DRAWING.match(text) else text
        if not text or self.cell.options.get("output") == "asis":
            return text
        return _fenced(text.rstrip("\n") if is_stream else text, ".cell-output")

    def _html(self, html: str) -> str:
        if _HTML_TABLE.search(html):
            return _fenced(html, _CELL_TABLE)
        hint = "show a data frame, a picture or Markdown: `Markdown(...)`"
        message = "the cell shows HTML, which PDF and Word cannot take"
        self._refuse("html-output", message, hint)
        return ""

    def _formula(self, latex: str) -> str:
        match = _FORMULA.fullmatch(latex.strip())
        if not match:
            message = "the cell shows LaTeX that is no formula, which HTML and Word cannot take"
            self._refuse("html-output", message, "show a formula between `$`, or Markdown")
            return ""
        inner = next(filter(None, match.group("block", "line", "brackets", "environment")))
        # An empty line would end it.
        return f"$${' '.join(inner.split())}$$"

    def _picture(self, data: Mapping[str, Any]) -> str:
        self._pictures += 1
        name = self._name + (f"-{self._pictures}" if self._pictures > 1 else "")
        for kind in data.keys() & _IMAGES:
            content, extension = data[kind], _IMAGES[kind]
            raw = content.encode() if extension == "svg" else base64.b64decode(content)
            (self._figures / f"{name}.{extension}").write_bytes(raw)
        options, label = self.cell.options, self.cell.label
        caption, alt = options.get("fig-cap", ""), options.get("fig-alt", "")
        several = self._in_parts or isinstance(caption, list)
        if several:
            caption = _one_of(
                options.get("fig-subcap", "") if self._in_parts else caption, self._pictures
            )
            # Two pictures never show the same.
            alt = _one_of(alt if isinstance(alt, list) else [alt], self._pictures)
            label = f"{label}-{self._pictures}"
        identity = f"#{label} " if self._is_figure else ""
        # The formats choose between the two that a plot comes in; of one there is no choice.
        kinds = [_IMAGES[kind] for kind in _IMAGES if kind in data]
        name += f".{kinds[0]}" if len(kinds) == 1 else ""
        picture = f"{self._figures.name}/{name}"
        text = f"![{_in_brackets(caption)}]({picture}){{{identity}fig-alt={_quoted(alt)}}}"
        if not self._in_parts:
            return text
        self._parts.append(text)
        return ""

    def _check_label(self) -> None:
        kind, label, options = self.cell.label[:4], self.cell.label, self.cell.options
        captions = options.get("fig-subcap", options.get("fig-cap"))
        is_counted = isinstance(captions, list) or not self._in_parts
        wanted = len(captions) if isinstance(captions, list) else 1
        if self._is_figure and (self._pictures != wanted if is_counted else not self._pictures):
            message = f"the cell `{label}` shows {self._pictures or 'no'} pictures"
            hint = "let a cell with a `fig-` label show one, or name each by `fig-subcap`"
            self._refuse("not-one-picture", message, hint)
        elif not self._is_figure and options.get("fig-cap") and not self._pictures:
            hint = "let it show one, or leave `fig-cap` out"
            self._refuse("not-one-picture", "a cell with `fig-cap` shows no pictures", hint)
        if kind in {"fig-", "tbl-"} and not options.get(f"{kind}cap"):
            message = f"the cell `{label}` has no caption"
            self._refuse("no-caption", message, f"add `{kind}cap`")

    def _check_glyphs(self, outputs: Sequence[Mapping[str, Any]]) -> None:
        said = "".join(output.get("text", "") for output in outputs)
        drawn = "".join(output.get("data", {}).get("image/svg+xml", "") for output in outputs)
        lacking = sorted({repr(chr(int(number))) for number in _NO_GLYPH.findall(said)})
        if lacking or _BOX.search(drawn):
            what = ", ".join(lacking) or "some characters"
            message = f"the fonts of the cell's figure cannot show {what}"
            hint = "write it in other characters, or set a font that has it"
            self._refuse("no-glyph", message, hint)

    def _captioned_table(self, shown: list[str]) -> list[str]:
        caption = self.cell.options.get("tbl-cap")
        if not caption:
            return shown
        if not shown:
            self._refuse("no-table", "a cell with `tbl-cap` shows no table", NO_TABLE)
            return shown
        widths = self.cell.options.get("tbl-colwidths")
        attributes = [f"#{self.cell.label}" if self.cell.label else f".of-{self._name}"]
        attributes += [f"tbl-colwidths={_quoted(widths)}"] if widths else []
        if f"{{{_CELL_TABLE}}}" in shown[-1].partition("\n")[0]:
            head = " ".join((_CELL_TABLE, *attributes))
            return [*shown[:-1], _division(head, shown[-1], _flat(caption))]
        mark = f"{_flat(caption)} {{{' '.join(attributes)}}}"
        return [*shown[:-1], f"{shown[-1].rstrip()}\n\n: {mark}"]

    def _refuse(self, code: RenderCode, message: str, hint: str) -> None:
        self.problems.append(self.cell.start.problem(code, message, hint))


def _one_of(given: object, number: int) -> str:
    """Return what is given for a picture: an entry of a list, or nothing."""
    return str(given[number - 1]) if isinstance(given, list) and number <= len(given) else ""


def _division(attributes: str, *texts: str) -> str:
    return "\n\n".join((f"::: {{{attributes}}}", *texts, ":::"))


def _fenced(code: str, classes: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {{{classes}}}\n{code}\n{fence}"


def _flat(value: object) -> str:
    return " ".join(str(value).split())


def _in_brackets(caption: object) -> str:
    """Write a caption so that it can stand within brackets, whichever it has itself."""
    signs: list[str] = []
    waiting: list[int] = []
    for match in _SIGNS.finditer(_flat(caption)):
        sign = match[0]
        if match["formula"] and sign.count("[") != sign.count("]"):
            sign = sign.replace("[", r"\lbrack ").replace("]", r"\rbrack ")
        elif sign == "[":
            waiting.append(len(signs))
        elif sign == "]" and waiting:
            waiting.pop()
        elif sign in {"]", "`", "\\"}:
            sign = f"\\{sign}"
        signs.append(sign)
    for at in waiting:
        signs[at] = r"\["
    return "".join(signs)


def _quoted(value: object) -> str:
    flat = _flat(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'
