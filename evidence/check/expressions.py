"""Inline expressions, evaluated before any cell runs: those in wordings not in use, too."""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

from evidence.check.chapters import Chapters, Code
from evidence.check.prose import ProseCode
from evidence.check.references import nearest_of
from evidence.engine.faults import Problem
from evidence.report.codes import ChapterError
from evidence.words import UNDEFINED

_WHERE = (
    "say it only where there is something: in a wording of a claim, or "
    "[`{python} count` [ … ]{.one .some} [ … ]{.none}]{.number}"
)

# What an expression may be made of to be evaluated here, as it then does nothing but look up.
_PLAIN = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.keyword,
    ast.Load, ast.Tuple, ast.List,
)  # fmt: skip


# To judge all claims under every variant takes longer than a check may: a build finds its faults.
_DEAR = {"robustness"}


def expression_faults(
    chapters: Chapters,
    names: Mapping[str, object],
    project: Path,
    seen: Callable[[Callable[[str], str]], Mapping[str, list[bool]]],
) -> Iterator[Problem]:
    """Find inline expressions with names that nothing gives, or that the data can't answer.

    Parameters
    ----------
    seen
        Returns of each expression whether readers see it, place by place, given what an
        expression stands for.
    """
    inline = [code for code in chapters.codes if code.inline]
    bound = bound_names(chapters, project)
    known = {*names, *bound, *dir(builtins)}
    values: dict[str, str] = {}
    undefined: list[Code] = []
    for code in inline:
        nodes = [*ast.walk(code.tree)]
        own = {node.id for node in nodes if isinstance(node, ast.Name) and _is_stored(node)}
        used = {node.id for node in nodes if isinstance(node, ast.Name)} - own
        if unknown := sorted(used - known):
            hint = nearest_of(unknown[0], tuple(sorted({*names, *bound})), "see docs/author.md")
            message = f"nothing is called {unknown[0]}"
            yield code.fault(0, ProseCode.UNKNOWN_NAME, message, hint)
        elif used and used <= names.keys() - _DEAR and _is_plain(code):
            if hidden := [node.attr for node in nodes if _is_hidden(node)]:
                message = f"`{code.text}`: {hidden[0]} is no name for chapters"
                hint = "take one that does not begin with _"
                yield code.fault(0, ProseCode.UNKNOWN_NAME, message, hint)
                continue
            try:
                value = eval(code.text, {"__builtins__": {}, **names})  # noqa: S307 - looks up alone
                values[code.text] = str(value)
            except ChapterError as error:
                yield code.fault(0, ProseCode.UNKNOWN_NAME, f"`{code.text}`: {error}", "")
            except Exception as error:
                hint = "correct the expression"
                yield code.fault(0, ProseCode.UNKNOWN_NAME, f"`{code.text}`: {error}", hint)
            else:
                if values[code.text] == UNDEFINED:
                    undefined.append(code)
    found = seen(lambda text: case(values.get(text)))
    places = {text: iter(flags) for text, flags in found.items()}
    for code in undefined:
        # What no place is known of may be a caption, which is always seen.
        if next(places.get(code.text, iter(())), True):
            message = f"`{code.text}`: there is nothing to count it from"
            yield code.fault(0, ProseCode.NOTHING_COUNTED, message, _WHERE)


def _is_plain(code: Code) -> bool:
    tree = code.tree.body[0] if isinstance(code.tree, ast.Module) and code.tree.body else None
    if not isinstance(tree, ast.Expr):
        return False
    return all(isinstance(node, _PLAIN) for node in ast.walk(tree.value))


def _is_hidden(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and node.attr.startswith("_")


def case(value: str | None) -> str:
    """Return the class of what stands after such a number, as the filter of chapters has it."""
    if value is None:
        return ""
    first = value.partition(" ")[0].lower()
    if value == UNDEFINED or first in ("0", "0%", "none", "no"):
        return "none"
    return "one" if first in ("1", "one") else "some"


def bound_names(chapters: Chapters, project: Path) -> frozenset[str]:
    """Return the names that cells bind and import."""
    cells = (code for code in chapters.codes if not code.inline)
    return frozenset(name for code in cells for name in bound_by(code.tree, project))


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def bound_by(tree: ast.AST, project: Path) -> Iterable[str]:
    """Yield the names that Python binds or imports."""
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
        yield from (
            name for node in tree.body for name in bound_by(node, project) if name[0] != "_"
        )
