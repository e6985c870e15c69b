"""The executed document as plain Pandoc Markdown, each line knowing its origin."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evidence.engine.document import INLINE, Cell, Executed, Prose
from evidence.engine.faults import Problem, RenderCode, UnsupportedConstruct
from evidence.engine.source import Fences, Line

_ESCAPES = {ord(mark): f"\\{mark}" for mark in string.punctuation}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ufffe\uffff]")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# What a drawing call returns is no result to show; Quarto leaves the same out.
_DRAWING = re.compile(r"^[\[(]*(<matplotlib\.|<Axes|<Figure|Text\(|array\(\[+<Axes)")
# A label in attributes or, in cells that have not run, among the options or as an argument.
_LABEL = re.compile(r"""(?:\{[^{}]*#|label: *|["'])((?:fig|tbl)-[\w-]+)""")
_IMAGES = {"image/svg+xml": "svg", "image/png": "png"}


def literal(value: str) -> str:
    """Write a text so that Markdown shows it as it is.

    Parameters
    ----------
    value
        Any text.
    """
    plain = re.sub(r"\s+", " ", _CONTROL.sub("", _ANSI.sub("", value)))
    return plain.translate(_ESCAPES)


def assemble(executed: Sequence[Executed], figures: Path) -> tuple[Line, ...]:
    """Put values and outputs where the document computes them.

    Parameters
    ----------
    executed
        The parts and what running them gave.
    figures
        The folder that takes the cells' figures.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, done in enumerate(executed):
        if isinstance(done.part, Prose):
            lines += _prose(done.part, done.values)
            continue
        texts = _Output(done.part, done.outputs, figures, number).texts(problems)
        lines += _placed(texts, done.part.start)
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


def _placed(texts: Iterable[str], start: Line) -> Iterator[Line]:
    for text in texts:
        for part in ("", *text.splitlines(), ""):
            yield Line(part, start.file, start.number)


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


class _Output:
    """What one cell adds to the document."""

    def __init__(self, cell: Cell, outputs: Sequence[Any], figures: Path, number: int) -> None:
        self.cell = cell
        self.outputs = outputs
        self.figures = figures
        self.number = number
        self.images = 0
        self.asis = cell.options.get("output") == "asis"

    def texts(self, problems: list[Problem]) -> list[str]:
        options = self.cell.options
        if options.get("include") is False:
            return []
        texts = []
        if options.get("echo", True):
            texts.append(_code(self.cell.code, ".python .cell-code"))
        if options.get("output") is False or options.get("eval") is False:
            return texts
        shown = [text for output in self.outputs if (text := self._one(output, problems))]
        self._check_label(problems)
        return texts + self._captioned_table(shown)

    def _one(self, output: Any, problems: list[Problem]) -> str:
        if output["output_type"] == "stream":
            return self._stream(output)
        data = output["data"]
        if set(_IMAGES) & set(data):
            return self._image(data)
        if "text/markdown" in data:
            return str(data["text/markdown"])
        if "text/html" in data:
            problems.append(
                self.cell.start.problem(
                    RenderCode.HTML_OUTPUT,
                    "the cell shows HTML, which PDF and Word cannot take",
                    "show Markdown: `Markdown(df.to_markdown(index=False))`",
                )
            )
            return ""
        plain = str(data.get("text/plain", ""))
        if _DRAWING.match(plain):
            return ""
        return plain if self.asis else _code(plain, ".cell-output")

    def _stream(self, output: Any) -> str:
        if output["name"] == "stderr" and not self.cell.options.get("warning", True):
            return ""
        text = _CONTROL.sub("", _ANSI.sub("", output["text"]))
        return text if self.asis else _code(text.rstrip("\n"), ".cell-output")

    def _image(self, data: Any) -> str:
        self.images += 1
        name = self.cell.label or f"cell-{self.number}"
        if self.images > 1:
            name += f"-{self.images}"
        for kind, extension in _IMAGES.items():
            if kind in data:
                content = data[kind]
                raw = content.encode() if extension == "svg" else base64.b64decode(content)
                (self.figures / f"{name}.{extension}").write_bytes(raw)
        caption = str(self.cell.options.get("fig-cap", ""))
        identity = f"#{self.cell.label} " if self.cell.label.startswith("fig-") else ""
        alt = _quoted(str(self.cell.options.get("fig-alt", "")))
        return f"![{caption}]({self.figures.name}/{name}){{{identity}fig-alt={alt}}}"

    def _check_label(self, problems: list[Problem]) -> None:
        images, label, start = self.images, self.cell.label, self.cell.start
        if label.startswith("fig-") and images != 1:
            message = f"the cell `{label}` shows {images or 'no'} pictures"
            problems.append(
                start.problem(
                    RenderCode.NOT_ONE_PICTURE, message, "let a cell with a `fig-` label show one"
                )
            )
        if label.startswith("fig-") and not self.cell.options.get("fig-cap"):
            problems.append(
                start.problem(
                    RenderCode.NO_CAPTION, f"the cell `{label}` has no caption", "add `fig-cap`"
                )
            )
        if label.startswith("tbl-") and not self.cell.options.get("tbl-cap"):
            problems.append(
                start.problem(
                    RenderCode.NO_CAPTION, f"the cell `{label}` has no caption", "add `tbl-cap`"
                )
            )

    def _captioned_table(self, shown: list[str]) -> list[str]:
        caption = self.cell.options.get("tbl-cap")
        if not caption or not shown:
            return shown
        widths = self.cell.options.get("tbl-colwidths")
        attributes = [f"#{self.cell.label}"] if self.cell.label else []
        attributes += [f"tbl-colwidths={_quoted(str(widths))}"] if widths else []
        mark = f" {{{' '.join(attributes)}}}" if attributes else ""
        return [*shown[:-1], f"{shown[-1].rstrip()}\n\n: {caption}{mark}"]


def _code(code: str, classes: str) -> str:
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence} {{{classes}}}\n{code}\n{fence}"


def _quoted(text: str) -> str:
    flat = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'
