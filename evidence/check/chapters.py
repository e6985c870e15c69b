"""The chapters of a project as prose, code and placements, in the order of the document."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from evidence.check import markdown, strings
from evidence.check.faults import ProseCode, ProseFault
from evidence.check.pieces import Piece, piece, typed
from evidence.check.strings import Code
from evidence.engine.document import Cell, Document, Prose
from evidence.engine.document import read as read_document
from evidence.engine.faults import Problem, RenderError

# What places a claim, and what makes a paragraph of its arguments.
STATING = frozenset({"say", "state"})
_WRITING = STATING | {"paragraph", "print", "Text"}
_NOTHING = ast.Module([], [])


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function by name, whatever it is an attribute of."""

    name: str
    node: ast.Call
    code: Code

    @property
    def place(self) -> tuple[int, int]:
        """Line and column in the file."""
        return self.code.place_of(self.node)


@dataclass(frozen=True, slots=True)
class Placement:
    """A claim placed in a chapter.

    Attributes
    ----------
    section
        Identifier, or else title, of the nearest heading above.
    wording
        Markdown by the keyword of its verdict. What an f-string computes stands in it as
        an expression in doubled braces.
    """

    file: str
    line: int
    section: str
    claim_id: str
    wording: Mapping[str, str]
    column: int = 1


@dataclass(frozen=True, slots=True)
class Chapters:
    """All that the document includes.

    Attributes
    ----------
    codes
        Cells and inline expressions.
    faults
        What could not be read.
    """

    pieces: tuple[Piece, ...] = ()
    codes: tuple[Code, ...] = ()
    faults: tuple[ProseFault, ...] = ()


def scan(project: Path | Document) -> Chapters:
    """Read the document of a project with all it includes, in the order of the text."""
    try:
        document = project if isinstance(project, Document) else read_document(project)
    except RenderError as error:
        return Chapters(faults=tuple(map(_as_told, error.problems)))
    if document.faults:
        return Chapters(faults=tuple(map(_as_told, document.faults)))
    pieces = list(markdown.blocks(markdown.front_matter(document.front_matter), ""))
    codes: list[Code] = []
    faults: list[ProseFault] = []
    section = ""
    for part in document.parts:
        if isinstance(part, Prose):
            typed_lines = [replace(line, text=line.typed or line.text) for line in part.lines]
            found = markdown.blocks(typed_lines, section)
            section = found[-1].section if found else section
            pieces += found
            codes += [code for prose in found for code in _expressions(prose, faults)]
        else:
            pieces += markdown.blocks(markdown.captions(part.option_lines), section)
            codes.append(_cell(part, section, faults))
    pieces += [found for code in codes for found in _strings(code)]
    return Chapters(tuple(pieces), tuple(codes), tuple(faults))


def placements(project: Path) -> tuple[Placement, ...]:
    """Return every claim that the chapters place, with its wording, in the order of the text."""
    return placed(scan(project))


def placed(chapters: Chapters) -> tuple[Placement, ...]:
    """Return every claim that the chapters place, with its wording, in the order of the text."""
    return tuple(
        Placement(
            file=call.code.file,
            line=call.place[0],
            section=call.code.section,
            claim_id=claim_id,
            wording=MappingProxyType(
                {pair.arg: _text(pair.value) for pair in call.node.keywords if pair.arg}
            ),
            column=call.place[1],
        )
        for call in calls(chapters)
        if call.name in STATING and (claim_id := _claim_id(call.node))
    )


def calls(chapters: Chapters) -> Iterator[Call]:
    """Return the calls in cells and inline expressions."""
    for code in chapters.codes:
        nodes = [node for node in ast.walk(code.tree) if isinstance(node, ast.Call)]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            yield Call(_called(node), node, code)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _cell(cell: Cell, section: str, faults: list[ProseFault]) -> Code:
    code = Code(
        file=cell.start.file,
        section=section,
        text=cell.code,
        line=cell.start.number + len(cell.option_lines) + 1,
        tree=_NOTHING,
        label=cell.label,
    )
    return _parsed(code, faults)


def _expressions(prose: Piece, faults: list[ProseFault]) -> Iterator[Code]:
    for at, text in prose.holes.items():
        line, column = prose.places[at]
        code = Code(prose.file, prose.section, text, line, _NOTHING, column, inline=True)
        yield _parsed(code, faults)


def _parsed(code: Code, faults: list[ProseFault]) -> Code:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return replace(code, tree=ast.parse(code.text))
    except SyntaxError as error:
        row, column, reason = error.lineno or 1, error.offset or 1, error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        row, column, reason = 1, 1, str(error)
    faults.append(
        ProseFault(
            code.file,
            code.line + row - 1,
            column + (code.column - 1 if row == 1 else 0),
            ProseCode.UNREADABLE,
            f"this is no Python: {reason}",
            "correct it; nothing in it was checked",
        )
    )
    return code


def _strings(code: Code) -> Iterator[Piece]:
    literal = strings.literal_lines(code)
    for node, claim, written in sorted(_prose_nodes(code.tree), key=_position):
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            texts = [tuple(typed(code.text, *code.place_of(node)))]
        else:
            inner = strings.nested(code, node) if isinstance(node, ast.JoinedStr) else ()
            texts = [*inner, strings.read(code, node)]
        for marks in texts:
            found = piece(code.file, code.section, marks, claim)
            if written or re.search(r"\s", found.text):
                yield replace(found, literal=tuple(_runs(found, literal)))


def _prose_nodes(tree: ast.AST) -> Iterator[tuple[ast.expr, str, bool]]:
    match tree:
        case ast.Module(body=[ast.Expr(value=ast.Constant(value=int() | float()) as alone)]):
            # `{python} 12` is a number typed by hand all the same.
            yield alone, "", True
            return
    waiting: list[tuple[ast.AST, str, bool]] = [(tree, "", False)]
    parts: Sequence[ast.AST]
    while waiting:
        node, claim, written = waiting.pop()
        match node:
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield node, claim, written
                continue
            case ast.Call() if _called(node) in STATING:
                claim = _claim_id(node)
                parts = [pair.value for pair in node.keywords]
                written = True
            case ast.Call():
                written = _called(node) in _WRITING
                parts = [*node.args, *node.keywords, node.func]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                parts = node.body[1:] if ast.get_docstring(node) else node.body
            case ast.BinOp() | ast.IfExp() | ast.keyword():
                parts = list(ast.iter_child_nodes(node))
            case _:
                written = False
                parts = list(ast.iter_child_nodes(node))
        waiting += [(part, claim, written) for part in parts]


def _position(found: tuple[ast.expr, str, bool]) -> tuple[int, int]:
    return found[0].lineno, found[0].col_offset


def _runs(found: Piece, lines: frozenset[int]) -> Iterator[tuple[int, int]]:
    marked = (line in lines for line, _ in found.places)
    at = 0
    for covered, run in groupby(marked):
        end = at + len(tuple(run))
        if covered:
            yield at, end
        at = end


def _as_told(problem: Problem) -> ProseFault:
    line = max(problem.line, 1)
    return ProseFault(problem.file, line, 1, problem.code, problem.message, problem.hint)


def _claim_id(call: ast.Call) -> str:
    first = (node.value for node in call.args if isinstance(node, ast.Constant))
    return next((value for value in first if isinstance(value, str)), "")


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(map(_text, values))
        case ast.FormattedValue(value=value):
            # In doubled braces, so that filling the wording leaves the expression to be seen.
            return f"{{{{{ast.unparse(value)}}}}}"
        case _:
            return ast.unparse(node)
