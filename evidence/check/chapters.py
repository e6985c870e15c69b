"""The chapters of a document, read without running them: its prose, its code and what this places.

Prose is all that `evidence.check` calls so, in the order of the document.
"""

import ast
import builtins
import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from evidence.check.literals import HOLE, strings
from evidence.check.prose import Extract, Piece, ProseCode
from evidence.engine.document import INLINE, Document, Prose
from evidence.engine.document import read as read_document
from evidence.engine.faults import Problem, RenderError
from evidence.engine.source import Fences, Line

# Calls whose arguments become prose.
_WRITING = frozenset({"print", "Text", "Markdown"})

# What stands alone in its line: a heading, a fence of a div, a row of a table.
_ALONE = re.compile(r"#{1,6}[ \t]|[ \t>]*:{3,}|\s*\|")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\(?(?:\d+|#|[a-zA-Z]|[ivxIVX]+)[.)])[ \t]")
_LITERAL = re.compile(r"<!--\s*literal:\s*[^\s-].*?-->", re.DOTALL)
_LITERAL_LINE = re.compile(r"#\s*literal:\s*\S")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)*_\]]*\s+|\|")

_KEY = re.compile(r"(?:#\| )?(?P<key>[\w-]+)[ \t]*:[ \t]*(?:[|>][-+]?)?")
_PROSE_KEYS = frozenset(
    {"title", "subtitle", "abstract", "description", "tbl-cap", "fig-cap", "fig-subcap", "fig-alt"}
)
_YAML_LITERAL = re.compile(r"\s#\s*(literal:.*)$")


@dataclass(frozen=True, slots=True)
class Code(Extract):
    """Python of a cell with a label, or of an inline expression; no tree where it is no Python."""

    tree: ast.AST = field(default_factory=lambda: ast.Module([], []))
    label: str = ""
    inline: bool = False

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return the offsets between which an expression stands."""
        ends = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        starts = [start for start, *_ in self.rows]
        lines = self.text.split("\n")
        # `ast` counts columns in bytes.
        first, last = (
            starts[line - 1] + len(lines[line - 1].encode()[:byte].decode()) for line, byte in ends
        )
        return first, last


@dataclass(frozen=True, slots=True)
class Chapters:
    """All that the document includes, in the order of the text, and what of it could not be read.

    Codes are cells and inline expressions; headings the identifiers of sections, given or made by
    Pandoc.
    """

    pieces: tuple[Piece, ...] = ()
    codes: tuple[Code, ...] = ()
    headings: frozenset[str] = frozenset()
    faults: tuple[Problem, ...] = ()

    def calls(self, names: Collection[str]) -> Iterator[tuple[Code, ast.Call]]:
        """Return the calls of functions with these names, whatever they are attributes of."""
        for code in self.codes:
            nodes = [node for node in ast.walk(code.tree) if isinstance(node, ast.Call)]
            for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
                if called(node) in names:
                    yield code, node


def scan(source: Path | Document) -> Chapters:
    """Return what a document says, or the document of the project in a folder."""
    try:
        document = source if isinstance(source, Document) else read_document(source)
    except RenderError as error:
        return Chapters(faults=error.problems)
    if document.faults:
        return Chapters(faults=document.faults)
    extracts = [*_markdown(_yaml_prose(document.front_matter), indents=False)]
    for part in document.parts:
        if isinstance(part, Prose):
            typed = (replace(line, text=line.typed or line.text) for line in part.lines)
            extracts += _markdown(typed)
        else:
            extracts += _markdown(_yaml_prose(part.option_lines), indents=False)
            start, line = part.start, part.start.number + len(part.option_lines) + 1
            rows = _rows(part.code, line, 1)
            extracts.append(Code(start.file, start.section, part.code, rows, label=part.label))
    codes = [row for row in extracts if isinstance(row, Code)]
    faults = []
    for at, code in enumerate(codes):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                codes[at] = replace(code, tree=ast.parse(code.text))
        except SyntaxError as error:
            faults.append(_no_python(code, error.msg, error.lineno or 1, error.offset or 1))
        except (ValueError, RecursionError, MemoryError) as error:
            faults.append(_no_python(code, str(error)))
    pieces = [row for row in extracts if isinstance(row, Piece)]
    pieces += [piece for code in codes for piece in _pieces(code)]
    return Chapters(tuple(pieces), tuple(codes), frozenset(document.titles), tuple(faults))


def _no_python(code: Code, reason: str, row: int = 1, column: int = 1) -> Problem:
    at, *_ = code.rows[row - 1]
    hint = "correct it; nothing in it was checked"
    return code.fault(at + column - 1, ProseCode.UNREADABLE, f"this is no Python: {reason}", hint)


def _markdown(lines: Iterable[Line], *, indents: bool = True) -> Iterator[Piece | Code]:
    for group in _groups(lines, Fences(indents=indents)):
        file, section = group[0].file, group[0].section
        # A hole typed by an author would pass for a computed value.
        text = "\n".join(line.text for line in group).replace(HOLE, " ")
        starts = accumulate((len(line.text) + 1 for line in group), initial=0)
        expressions = [*INLINE.finditer(text)]
        typed = {match.start(): _typed(match) for match in expressions}
        piece = Piece(
            file,
            section,
            text=INLINE.sub(lambda match: typed[match.start()] or HOLE * len(match[0]), text),  # noqa: B023
            rows=tuple((start, line.number, 1) for start, line in zip(starts, group, strict=False)),
            holes={
                match.start(): match["code"].strip()
                for match in expressions
                if not typed[match.start()]
            },
            literal=tuple(_literal_sentences(text)),
        )
        yield piece
        for match in expressions:
            code = match["code"].strip()
            rows = _rows(code, *piece.place(match.start("code")))
            yield Code(file, section, code, rows, inline=True)


def _typed(match: re.Match[str]) -> str:
    """Return what inline code that computes nothing says, where it says it: `{python} "seven"`."""
    try:
        tree = ast.parse(match["code"].strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if _names(tree):
        return ""
    before = " " * (match.start("code") - match.start())
    said = re.sub(
        r"\b(?:\w+(?=\()|[rRfF]{1,2}(?=['\"]))|[^\w\s.,%½-]",
        lambda odd: " " * len(odd[0]),
        match["code"],
    )
    return (before + said).ljust(len(match[0]))


def _names(tree: ast.AST) -> set[str]:
    """Return the names in an expression, but those of Python itself such as `str`."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names - {*dir(builtins)}


def _groups(lines: Iterable[Line], fences: Fences) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph, heading, item, table row and fence of a div."""
    group: list[Line] = []
    for line in lines:
        above = "\n".join(row.text for row in group)
        if above.rfind("<!--") > above.rfind("-->"):
            group.append(line)
            continue
        text = "" if fences.hold(line.text) else line.text
        starts = not text.strip() or _ALONE.match(text) or _ITEM.match(text)
        if group and (starts or _ALONE.match(group[-1].text)):
            yield group
            group = []
        if text.strip():
            group.append(line)
    if group:
        yield group


def _yaml_prose(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the texts of front matter, or of a cell's options, their keys blanked out."""
    shown = False
    for line in lines:
        key = _KEY.match(line.text)
        if key:
            yield replace(line, text="")
            shown = key["key"] in _PROSE_KEYS
        if shown:
            start = key.end() if key else 2 * line.text.startswith("#|")
            text = _YAML_LITERAL.sub(r" <!-- \1 -->", line.text[start:])
            yield replace(line, text=" " * start + text)


def _literal_sentences(text: str) -> Iterator[tuple[int, int]]:
    for mark in _LITERAL.finditer(text):
        before = text[: mark.start()].rstrip()
        ends = [match.end() for match in _SENTENCE_END.finditer(before)]
        yield max(ends, default=0), mark.start()


def _rows(text: str, line: int, column: int) -> tuple[tuple[int, int, int], ...]:
    starts = [match.end() for match in re.finditer("\n", text)]
    return ((0, line, column), *((start, line + at, 1) for at, start in enumerate(starts, 1)))


def _pieces(code: Code) -> Iterator[Piece]:
    if code.inline and not _names(code.tree):
        # Said where it stands, in the prose.
        return
    lines = code.text.split("\n")
    first = code.rows[0][1]
    for node, written in _prose_nodes(code.tree):
        start, end = code.span(node)
        for string in strings(code.text[start:end]):
            if not written and not re.search(r"\s", string.text):
                continue
            at = start + string.start
            rows = _rows(code.text[at : at + len(string.text)], *code.place(at))
            ends = [*(row[0] for row in rows[1:]), len(string.text)]
            literal = tuple(
                (row[0], until)
                for row, until in zip(rows, ends, strict=True)
                if _LITERAL_LINE.search(lines[row[1] - first])
            )
            yield Piece(code.file, code.section, string.text, rows, string.holes, literal)


def _prose_nodes(tree: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """Yield each string, and whether it is prose even as a single word."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, written = waiting.pop()
        parts: Iterable[ast.AST] = ast.iter_child_nodes(node)
        match node:
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield node, written
                continue
            case ast.Call():
                written = called(node) in _WRITING
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                parts = node.body[1:] if ast.get_docstring(node) else node.body
            case ast.BinOp() | ast.IfExp() | ast.keyword():
                pass
            case _:
                written = False
        waiting += reversed([(part, written) for part in parts])


def called(call: ast.Call) -> str:
    """Return the name of the function that a call is of, or nothing."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
