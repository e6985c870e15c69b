"""Cells taken apart, so that one runs again and the others do not.

A cell that can be kept by itself is imports and names for literals, and at its end an expression
whose value it shows. The first are run each time, in all cells and in their order: what a cell
finds is then as if all had run. What it shows goes by its own code, by all that was imported before
it, and by the names that it uses. Code of any other form, or that may look at more than the names
in it, makes the whole document run again.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection
from dataclasses import dataclass

from evidence.engine.document import Cell, Document
from evidence.engine.results import digest

# By these code gets at names that are not in it, or at what other cells have shown.
_FAR = {
    "In", "Out", "__import__", "breakpoint", "compile", "delattr", "dir", "eval", "exec", "exit",
    "get_ipython", "globals", "input", "locals", "next", "quit", "setattr", "vars",
}  # fmt: skip
_FAR_NODES = (ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)


@dataclass(frozen=True)
class Piece:
    """What a cell shows, or an inline expression.

    Attributes
    ----------
    key
        A hash of all that it goes by, apart from what is the same for the whole document.
    before
        What a cell runs each time.
    shows
        Whether a value comes at its end.
    """

    key: str
    before: str = ""
    shows: bool = True


Pieces = tuple[tuple[Piece, ...], ...]
"""By part of the document: one of each cell that runs, and one of each inline expression."""


def pieces(document: Document) -> Pieces | None:
    """Return the pieces of a document, or nothing where one may go by what another one did."""
    # The code of imports, and of what else binds a name, with that name.
    ran: list[tuple[str, str]] = []
    found: list[tuple[Piece, ...]] = []

    def key(code: str, uses: Collection[str]) -> str:
        rests = [row for row in ran if row[1] in uses or not row[1]]
        titles = dict(document.titles) if "document" in uses else None
        return digest([json.dumps([code, rests, titles]).encode()])

    for part in document.parts:
        if not isinstance(part, Cell):
            expressions = [code for code, _ in part.expressions()]
            names = [_names(_parsed(code)) for code in expressions]
            if None in names:
                return None
            found.append(
                tuple(
                    Piece(key(code, uses or ()))
                    for code, uses in zip(expressions, names, strict=True)
                )
            )
            continue
        if part.options.get("eval") is False:
            found.append(())
            continue
        tree = _parsed(part.code)
        uses = _names(tree)
        if tree is None or uses is None:
            return None
        shown = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
        before = tree.body[:-1] if shown else tree.body
        bound = [_bound(row) for row in before]
        if None in bound:
            return None
        texts = [ast.unparse(row) for row in before]
        ran += [(text, name or "") for text, name in zip(texts, bound, strict=True)]
        found.append((Piece(key(part.code, uses), "\n".join(texts), shown),))
    return tuple(found)


def _parsed(code: str) -> ast.Module | None:
    try:
        return ast.parse(code.strip())
    except (SyntaxError, ValueError):
        # A magic of IPython's, say.
        return None


def _names(tree: ast.Module | None) -> frozenset[str] | None:
    """Return the names in code; nothing where it may get at more than it names."""
    if tree is None:
        return None
    nodes = [*ast.walk(tree)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    hidden = any(name.startswith("_") for name in (*names, *named))
    far = hidden or names & _FAR or any(isinstance(node, _FAR_NODES) for node in nodes)
    return None if far else frozenset(names)


def _bound(row: ast.stmt) -> str | None:
    """Return the name that is bound to a literal, none for imports; nothing for all else."""
    match row:
        case ast.Import() | ast.ImportFrom():
            return ""
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            try:
                ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                return None
            return name
    return None
