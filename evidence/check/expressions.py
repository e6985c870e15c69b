"""Inline expressions, evaluated before any cell runs: those in wordings not in use, too."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evidence.check.chapters import Chapters, Code
from evidence.check.prose import ProseCode
from evidence.check.references import nearest_of
from evidence.engine.faults import Problem

# What an expression may be made of to be evaluated here, as it then does nothing but look up.
_PLAIN = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.keyword,
    ast.Load, ast.Tuple, ast.List,
)  # fmt: skip


def expression_faults(
    chapters: Chapters, names: Mapping[str, object], project: Path
) -> Iterator[Problem]:
    """Find inline expressions with names that nothing gives, or that the data can't answer."""
    cells = (code for code in chapters.codes if not code.inline)
    bound = {name for code in cells for name in _bound(code.tree, project)}
    known = {*names, *bound, *dir(builtins)}
    for code in chapters.codes:
        if not code.inline:
            continue
        nodes = [*ast.walk(code.tree)]
        own = {node.id for node in nodes if isinstance(node, ast.Name) and _is_stored(node)}
        used = {node.id for node in nodes if isinstance(node, ast.Name)} - own
        if unknown := sorted(used - known):
            hint = nearest_of(unknown[0], tuple(sorted({*names, *bound})), "see docs/author.md")
            message = f"nothing is called {unknown[0]}"
            yield code.fault(0, ProseCode.UNKNOWN_NAME, message, hint)
        elif used and used <= names.keys() and _is_plain(code):
            try:
                value = eval(code.text, {"__builtins__": {}, **names})  # noqa: S307 - looks up alone
                str(value)
            except Exception as error:
                hint = "correct the expression"
                yield code.fault(0, ProseCode.UNKNOWN_NAME, f"`{code.text}`: {error}", hint)


def _is_plain(code: Code) -> bool:
    tree = code.tree.body[0] if isinstance(code.tree, ast.Module) and code.tree.body else None
    if not isinstance(tree, ast.Expr):
        return False
    return all(
        isinstance(node, _PLAIN) and not (isinstance(node, ast.Attribute) and node.attr[0] == "_")
        for node in ast.walk(tree.value)
    )


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _bound(tree: ast.AST, project: Path) -> Iterable[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for name in names:
                    if name.name == "*" and isinstance(node, ast.ImportFrom):
                        yield from _public(node.module or "", project)
                    else:
                        yield (name.asname or name.name).partition(".")[0]
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name


def _public(module: str, project: Path) -> Iterable[str]:
    """Yield the names that a module of the project binds, read without running it."""
    file = project / Path(*module.split(".")).with_suffix(".py")
    if file.is_file():
        tree = ast.parse(file.read_text("utf-8"))
        yield from (name for node in tree.body for name in _bound(node, project) if name[0] != "_")
