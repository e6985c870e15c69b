"""What the names in chapters stand for on some state of the evidence, those of cells too."""

import ast
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from evidence.check.chapters import Chapters, Code
from evidence.check.expressions import bound_by
from evidence.report.chapter import names
from evidence.report.frames import Review, standing_in

_PACKAGE = Path(__file__).parents[1]
# It has the names of the review that is open when it is imported.
_NAMES = "evidence.names"


def names_on(chapters: Chapters, project: Path, review: Review) -> Mapping[str, object]:
    """Return every name that inline expressions use, bound on the evidence of a review.

    Of the cells only that runs which binds such a name: what imports, assigns and defines. The
    modules of the project are imported anew, and open this review. A name whose statement fails
    stays unbound.
    """
    found = dict(names(review))
    with standing_in(review), _modules_anew(project):
        for statement in _needed(chapters, project):
            try:
                code = compile(ast.Module([statement], []), "<cell>", "exec")
                exec(code, found)  # noqa: S102 - the author's own code, as in a build
            except Exception:  # noqa: S112 - whoever asks for the name is told
                continue
    found.pop("__builtins__", None)
    return found


def used(code: Code) -> frozenset[str]:
    """Return the names that an expression or a statement reads."""
    return _read(code.tree)


def _needed(chapters: Chapters, project: Path) -> list[ast.stmt]:
    """Return the statements that bind what inline expressions use, in their order."""
    wanted = {name for code in chapters.codes if code.inline for name in used(code)}
    binding = [
        (statement, frozenset(bound_by(statement, project)))
        for code in chapters.codes
        if not code.inline and isinstance(code.tree, ast.Module)
        for statement in code.tree.body
        if not isinstance(statement, ast.Expr)
    ]
    taken: list[int] = []
    # From the last to the first: what a statement reads is bound above it.
    for at in reversed(range(len(binding))):
        statement, bound = binding[at]
        if bound & wanted:
            wanted |= _read(statement)
            taken.append(at)
    return [binding[at][0] for at in reversed(taken)]


def _read(tree: ast.AST) -> frozenset[str]:
    return frozenset(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


@contextmanager
def _modules_anew(project: Path) -> Iterator[None]:
    """Forget the modules of a project, and afterwards those that were imported instead of them."""
    path, kept = sys.path[:], _take_out(project)
    sys.path.insert(0, str(project))
    try:
        yield
    finally:
        _take_out(project)
        sys.modules.update(kept)
        sys.path[:] = path


def _take_out(project: Path) -> dict[str, ModuleType]:
    own = {}
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None)
        path = Path(file) if file else None
        if name == _NAMES or (
            path
            and path.is_relative_to(project)
            and not path.is_relative_to(_PACKAGE)
            and not path.is_relative_to(sys.prefix)
            and "site-packages" not in path.parts
            and name != "__main__"
        ):
            own[name] = sys.modules.pop(name)
    return own
