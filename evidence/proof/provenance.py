"""Which data, code and chapter each figure and table comes from, as the source code tells it.

Nothing is run. A cell that makes a figure or a table names functions of `analysis`; these name
others, and the fields of the evidence that they read. Following the names gives at least what takes
part: a field counts as read wherever an attribute of its name is, and what loads the data stands
for itself alone, else everything would rest on everything.
"""

import ast
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

PACKAGE = "evidence"
EVIDENCE = ("evidence.model.evidence", "Evidence")
LOADER = ("evidence.model.load", "load")
# Where a function that makes a figure or a table takes its label.
_LABELS = {"place": 1, "captioned": 1}
_KINDS = ("fig-", "tbl-")
# Fields of Evidence that are not called like the resource they are read from.
_RESOURCES = {"references": "bibliography", "checklist": "prisma"}

Place = tuple[str, str]


@dataclass(frozen=True)
class Origin:
    """Where a figure or a table comes from.

    Attributes
    ----------
    label
        Its label, such as `fig-map`; `*` in it stands for what only a run can tell.
    caption
        Its caption, where the cell has it as an option.
    files
        What it rests on, as paths in the project.
    """

    label: str
    caption: str
    files: tuple[str, ...]

    def fits(self, label: str) -> bool:
        """Tell whether a label is this one's."""
        return fnmatchcase(label, self.label)


@dataclass
class _Module:
    """The names at the top of a module or of the cells, and what stands behind each."""

    path: str = ""
    defined: dict[str, list[ast.AST]] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)

    def take(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            match statement:
                case ast.ImportFrom(module=str(module)):
                    for alias in statement.names:
                        self.imported[alias.asname or alias.name] = (module, alias.name)
                case ast.FunctionDef() | ast.ClassDef():
                    self.defined.setdefault(statement.name, []).append(statement)
                case _:
                    for name in _bound(statement):
                        self.defined.setdefault(name, []).append(statement)


def _bound(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@dataclass(frozen=True)
class _Used:
    """What following the names has come by."""

    places: set[Place] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


class _Code:
    """The modules of `analysis`, read when they are asked for."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._modules: dict[str, _Module | None] = {}
        self._used: dict[Place, _Used] = {}

    def module(self, name: str) -> _Module | None:
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> _Module | None:
        stem = name.replace(".", "/")
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if name.split(".", maxsplit=1)[0] == PACKAGE and (self.project / path).is_file():
                module = _Module(path)
                module.take(ast.parse((self.project / path).read_text(encoding="utf-8")).body)
                return module
        return None

    def follow(self, first: _Used) -> _Used:
        """Return all that a piece of code rests on, from what it names itself."""
        whole = _Used(set(), {*first.attributes}, {*first.words})
        waiting = [*first.places]
        while waiting:
            place = waiting.pop()
            if place in whole.places:
                continue
            whole.places.add(place)
            own = self._own(place)
            whole.attributes.update(own.attributes)
            whole.words.update(own.words)
            waiting += own.places
        return whole

    def _own(self, place: Place) -> _Used:
        """Return what a name of a module rests on at first hand."""
        if place not in self._used:
            used = self._used[place] = _Used()
            module = self.module(place[0])
            if module and place not in (EVIDENCE, LOADER):
                for node in module.defined.get(place[1], ()):
                    self.walk(node, place[0], module, used)
        return self._used[place]

    def _import(self, origin: Place, used: _Used) -> None:
        module = self.module(origin[0])
        if module is None or self.module(f"{origin[0]}.{origin[1]}"):
            return
        if origin[1] in module.imported:
            # A package that only hands a name on has no part in it.
            self._import(module.imported[origin[1]], used)
        else:
            used.places.add(origin)

    def walk(self, node: ast.AST, name: str, module: _Module, used: _Used) -> None:
        """Note what a piece of code names; types are not looked at."""
        match node:
            case ast.Attribute(value=ast.Name(id=owner)) if owner in module.imported:
                origin = module.imported[owner]
                whole = f"{origin[0]}.{origin[1]}"
                if self.module(whole):
                    self._import((whole, node.attr), used)
                    return
            case ast.Name(id=own):
                if own in module.imported:
                    self._import(module.imported[own], used)
                elif own in module.defined:
                    used.places.add((name, own))
            case ast.Constant(value=str(text)):
                used.words.add(text)
        if isinstance(node, ast.Attribute):
            used.attributes.add(node.attr)
        for key, value in ast.iter_fields(node):
            if key not in ("annotation", "returns"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        self.walk(child, name, module, used)


class _Cells(_Code):
    """The cells of the document as one module, and `analysis` behind it."""

    NAME = "the cells"

    def __init__(self, project: Path, trees: Sequence[ast.Module]) -> None:
        super().__init__(project)
        self.top = _Module()
        for tree in trees:
            self.top.take(tree.body)
        self._modules[self.NAME] = self.top

    def used_by(self, node: ast.AST) -> _Used:
        used = _Used()
        self.walk(node, self.NAME, self.top, used)
        return self.follow(used)


def origins(project: Path, inputs: Collection[str]) -> tuple[Origin, ...]:
    """Return where each figure and table of the document comes from, in its order.

    Parameters
    ----------
    project
        The folder with `_quarto.yml`.
    inputs
        The files that go into a build, as paths in the project.
    """
    from evidence.engine.document import Cell, read

    parts = read(project).parts
    found = [
        (cell, _parsed(cell.code))
        for cell in parts
        if isinstance(cell, Cell) and cell.options.get("eval") is not False
    ]
    code = _Cells(project, [tree for _, tree in found])
    resources, fields = _resources(project), _fields(code)
    made = []
    for cell, tree in found:
        for label, node in _made(cell.label, tree):
            used = code.used_by(node)
            read_fields = {
                name for attribute in used.attributes for name in fields.get(attribute, ())
            }
            files = {
                cell.start.file,
                *(word for word in used.words if word in inputs),
                *(resources.get(_RESOURCES.get(name, name), "") for name in read_fields),
                *(module.path for name, _ in used.places if (module := code.module(name))),
            }
            caption = str(cell.options.get("tbl-cap") or cell.options.get("fig-cap") or "")
            made.append(Origin(label, caption, tuple(sorted(files & {*inputs}))))
    return tuple(made)


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError:
        # Jupyter runs more than Python.
        return ast.Module([], [])


def _made(label: str, tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield the label of each figure and table that a cell makes, with the code that makes it."""
    if label.startswith(_KINDS):
        yield label, tree
    for node in ast.walk(tree):
        name = node.func if isinstance(node, ast.Call) else None
        called = getattr(name, "attr", getattr(name, "id", ""))
        if isinstance(node, ast.Call) and called in _LABELS and len(node.args) > _LABELS[called]:
            text = _pattern(node.args[_LABELS[called]])
            if text.startswith(_KINDS):
                yield text, node


def _pattern(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_pattern(value) for value in values)
        case _:
            return "*"


def _fields(code: _Code) -> Mapping[str, frozenset[str]]:
    """Return what each field and method of Evidence reads of its fields."""
    module = code.module(EVIDENCE[0])
    defined = module.defined.get(EVIDENCE[1], []) if module else []
    body = [
        statement for node in defined if isinstance(node, ast.ClassDef) for statement in node.body
    ]
    own = {
        statement.target.id
        for statement in body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    calls = {
        method.name: {node.attr for node in ast.walk(method) if isinstance(node, ast.Attribute)}
        for method in body
        if isinstance(method, ast.FunctionDef)
    }

    def reads(name: str, above: frozenset[str] = frozenset()) -> frozenset[str]:
        if name in own:
            return frozenset({name})
        inner = calls.get(name, set()) - above - {name}
        return frozenset().union(*(reads(other, above | {name}) for other in inner))

    return {name: reads(name) for name in (*own, *calls)}


def _resources(project: Path) -> Mapping[str, str]:
    """Return the files of the data by the names that `datapackage.json` gives them."""
    path = project / "data" / "datapackage.json"
    if not path.is_file():
        return {}
    package = json.loads(path.read_text(encoding="utf-8"))
    return {row["name"]: f"data/{row['path']}" for row in package["resources"]} | {
        "version": "data/datapackage.json"
    }
