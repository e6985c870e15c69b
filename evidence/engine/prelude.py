"""What runs inside the kernel: its set-up, and inline expressions evaluated as one batch.

The engine sends this module's text to the kernel, which therefore needs no installed engine.
"""

from __future__ import annotations

import ast
import functools
import io
import os
import pickle
import random
import sys
import types
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from typing import Any, ClassVar

INLINE_MIME = "application/vnd.render.inline+json"


class Document:
    """The document that a cell stands in, which cells know as `document`.

    Attributes
    ----------
    titles
        The title of each heading, figure and table by identifier.
    """

    titles: Mapping[str, str] = {}


# By these a cell does what no other can know of.
_FAR_EVENTS = (
    "os.chdir", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system",
    "socket.connect", "subprocess.Popen",
)  # fmt: skip
_PLAIN = (bytearray, dict, list, set)


class Traces:
    """What cells did so far, by the number of the first cell or expression that did it.

    Attributes
    ----------
    pairs
        Each file that was written, with each number.
    odd
        Whether one may have left to another what can't be seen.
    """

    now = 0
    root = apart = ""
    odd = False
    pairs: ClassVar[set[tuple[str, int]]] = set()
    states: ClassVar[dict[str, object]] = {}
    bound: ClassVar[dict[str, tuple[int, str]]] = {}
    modules = 0
    read: ClassVar[dict[str, int]] = {}
    written: ClassVar[dict[str, int]] = {}
    imported: ClassVar[dict[str, int]] = {}
    early: ClassVar[set[str]] = set()


document = Document()


def watch() -> None:
    """Note from now on what is read, written and imported."""
    sys.addaudithook(_note)


def prepare(root: str, apart: str, titles: Mapping[str, str]) -> None:
    """Let cells import from the project's folder and know `document`.

    The package `apart` is known to remember nothing between two calls that changes a result.
    """
    from IPython import get_ipython  # noqa: PLC0415

    sys.path.insert(0, root)
    # Each figure shall say so, not the first alone.
    warnings.filterwarnings("always", message="Glyph .* missing from")
    document.titles = titles
    shell = get_ipython()
    shell.push({"document": document})
    # A message of its own for this would be half of the time of most cells.
    shell.events.register("pre_run_cell", _enter)
    shell.events.register("post_run_cell", _look)
    shell.ast_transformers.append(_Pause())
    Traces.early.update(sys.modules)
    Traces.root, Traces.apart = root, apart
    # What the kernel needs for itself is none of what cells do.
    for noted in (Traces.read, Traces.written, Traces.pairs):
        noted.clear()
    pause()


def inline(expressions: Sequence[str]) -> None:
    """Evaluate expressions and display what prose shall show of them."""
    from IPython import get_ipython  # noqa: PLC0415

    shell = get_ipython()
    values = []
    for at, code in enumerate(expressions):
        if at:
            _look()
            _enter()
        try:
            value = shell.ev(code)
            to_markdown = getattr(value, "_repr_markdown_", None)
            # str() and not repr(): prose must never show `np.float64(0.5)`.
            values.append({"markdown": str(to_markdown())} if to_markdown else {"text": str(value)})
        except Exception as error:
            values.append({"error": f"{type(error).__name__}: {error}"})
    _display(values)


def traces() -> None:
    """Display which files of a project cells have read and written, and what they imported.

    Modules are told by their top-level names: those that are there, and those sought in vain. By
    their full names it tells those that are loaded and neither of the project nor of the package
    that is apart, and which of them cells loaded. Cells are `alone` where none has left anything
    to another but files, and what it imported.
    """
    from importlib.util import source_from_cache  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    _look()
    _late()
    start, own = Traces.root + os.sep, sys.prefix + os.sep

    def files(found: Mapping[str, int]) -> list[tuple[str, int]]:
        return [
            (source_from_cache(path) if path.endswith(".pyc") else path, number)
            for path, number in found.items()
            if path.startswith(start) and not path.startswith(own)
        ]

    # What was read of the project, or of its own package, may be other at the next run.
    loaded = [
        name
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None))
        and (not file.startswith(start) or file.startswith(own))
        and name.partition(".")[0] != Traces.apart
    ]
    # Python itself keeps there what it has compiled.
    written = files({row: at for row, at in Traces.written.items() if "__pycache__" not in row})
    there = {name.partition(".")[0] for name in sys.modules}
    _display(
        {
            "read": [row for row in files(Traces.read) if Path(row[0]).is_file()],
            "written": written,
            "imported": sorted(there - sys.stdlib_module_names),
            "alone": not Traces.odd and _unchanged(),
            "pairs": sorted(row for row in Traces.pairs if row[0] in dict(written)),
            "loaded": loaded,
            "late": [name for name in loaded if name not in Traces.early],
            "absent": sorted({*Traces.imported} - there - sys.stdlib_module_names),
        }
    )


def _enter(*_: object) -> None:
    """Count the next cell or expression."""
    _late()
    Traces.now += 1


class _Pause(ast.NodeTransformer):
    """Look at what was imported before the value is worked out that a cell shows."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Put a call behind all that comes before the last expression."""
        names = {
            part.id
            for row in node.body
            for part in ast.walk(row)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
        Traces.bound.update(dict.fromkeys(names, (0, "")))
        shows = bool(node.body) and isinstance(node.body[-1], ast.Expr)
        if len(node.body) > shows:
            (call,) = ast.parse(f"__import__('sys').modules[{__name__!r}].pause()").body
            for part in ast.walk(call):
                ast.copy_location(part, node.body[-1])
            node.body.insert(len(node.body) - shows, call)
        return node


def pause() -> None:
    """Take what there is for what imports have left."""
    for name, setting in _settings().items():
        if name not in Traces.states:
            Traces.states[name] = setting()
    for name, module in _own_modules().items():
        if name not in Traces.states:
            Traces.states[name] = _state(module)
    Traces.modules = len(sys.modules)


def _late() -> None:
    """Take what came in the midst of a value for what it is when it comes, as far as known."""
    if len(sys.modules) != Traces.modules:
        for name, setting in _settings().items():
            if name not in Traces.states:
                Traces.states[name] = _untouched().get(name) or setting()
        for name in _own_modules():
            Traces.states.setdefault(name, None)
        Traces.modules = len(sys.modules)


def _look(*_: object) -> None:
    """Note whether a value changed that a cell has bound to a name."""
    from IPython import get_ipython  # noqa: PLC0415

    space = get_ipython().user_ns
    for name, before in Traces.bound.items():
        seen = (id(space.get(name)), repr(space.get(name)))
        Traces.odd |= before[0] == seen[0] and before[1] != seen[1]
        Traces.bound[name] = seen


def _own_modules() -> dict[str, types.ModuleType]:
    """Return the modules of the project that have been loaded."""
    start, elsewhere = Traces.root + os.sep, sys.prefix + os.sep
    return {
        name: module
        for name, module in [*sys.modules.items()]
        if (file := getattr(module, "__file__", None) or "").startswith(start)
        and not file.startswith(elsewhere)
        and name.partition(".")[0] != Traces.apart
    }


def _unchanged() -> bool:
    """Tell whether modules and settings are as imports left them; what can't be told is not."""
    now = {name: setting() for name, setting in _settings().items()}
    now |= {name: _state(module) for name, module in _own_modules().items()}
    return None not in now.values() and all(Traces.states.get(name) == now[name] for name in now)


def _settings() -> dict[str, Callable[[], object]]:
    """Return what tells what Python and the libraries that are loaded go by."""
    loaded: Mapping[str, Any] = sys.modules
    found: dict[str, Callable[[], object]] = {
        "random": random.getstate,
        "environment": lambda: dict(os.environ),
        "folder": os.getcwd,
        "path": lambda: [*sys.path],
        # NumPy adds two of its own when it is loaded.
        "warnings": lambda: [row for row in map(repr, warnings.filters) if "numpy" not in row],
    }
    if "matplotlib.rcsetup" in loaded and hasattr(loaded["matplotlib"], "rcParamsOrig"):
        found["matplotlib"] = lambda: _drawing(loaded["matplotlib"].rcParams)
    if "pandas.core.config_init" in loaded:
        config = loaded["pandas._config.config"]
        options = config._registered_options
        found["pandas"] = lambda: {name: repr(config.get_option(name)) for name in options}
    if "numpy.random" in loaded:
        found["numpy"] = lambda: repr(loaded["numpy"].get_printoptions())
        found["numpy.random"] = lambda: repr(loaded["numpy"].random.get_state(legacy=False))
    return found


def _untouched() -> dict[str, object]:
    """Return the settings with which libraries begin that a cell has loaded in the midst."""
    found: dict[str, object] = {}
    loaded: Mapping[str, Any] = sys.modules
    if "matplotlib" in loaded:
        found["matplotlib"] = _drawing(loaded["matplotlib"].rcParamsOrig)
    if "pandas._config.config" in loaded:
        options = loaded["pandas._config.config"]._registered_options
        found["pandas"] = {name: repr(option.defval) for name, option in options.items()}
    if "numpy" in loaded:
        found["numpy"] = repr(Context().run(loaded["numpy"].get_printoptions))
    return found


def _drawing(settings: Mapping[str, object]) -> str:
    return repr({name: settings[name] for name in settings if name != "backend"})


class _States(pickle.Pickler):
    """A pickler that also takes what functions and classes of the project keep."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.own = _own_modules()
        self.seen: set[int] = set()

    def persistent_id(self, obj: object) -> str | None:
        """Leave out what is of others, and what only spares work."""
        sparing = (types.ModuleType, types.BuiltinFunctionType, functools._lru_cache_wrapper)
        apart = type(obj).__module__.partition(".")[0] == Traces.apart
        code = isinstance(obj, (type, types.FunctionType)) and obj.__module__ not in self.own
        return "other" if apart or code or isinstance(obj, sparing) else None

    def reducer_override(self, obj: object) -> Any:
        """Take what a function of the project holds, or a class of it."""
        if not isinstance(obj, (type, types.FunctionType)):
            return NotImplemented
        if id(obj) in self.seen:
            # A method knows its class.
            return str, ()
        self.seen.add(id(obj))
        if isinstance(obj, types.FunctionType):
            cells = [cell.cell_contents for cell in obj.__closure__ or ()]
            return str, (obj.__qualname__, obj.__defaults__, obj.__kwdefaults__, cells, vars(obj))
        kept = {name: value for name, value in vars(obj).items() if name[:2] != "__"}
        return str, (obj.__qualname__, kept)


def _state(module: types.ModuleType) -> bytes | None:
    """Return what a module holds, or nothing where that cannot be told."""
    content = io.BytesIO()
    values = {name: value for name, value in vars(module).items() if name[:2] != "__"}
    try:
        _States(content).dump(values)
    except Exception:
        return None
    return content.getvalue()


def _display(values: object) -> None:
    from IPython.display import display  # noqa: PLC0415

    display({INLINE_MIME: values}, raw=True)  # type: ignore[no-untyped-call]


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if Traces.root and event in _FAR_EVENTS:
        Traces.odd = True
    if event == "import":
        Traces.imported.setdefault(str(arguments[0]).partition(".")[0], Traces.now)
    elif event == "open":
        flags = arguments[2]
        if isinstance(flags, int):
            if flags & os.O_ACCMODE != os.O_WRONLY:
                _note_path(Traces.read, arguments[0])
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_TRUNC | os.O_CREAT):
                _note_path(Traces.written, arguments[0])
    elif event in ("os.rename", "os.remove"):
        for path in arguments[: 2 if event == "os.rename" else 1]:
            _note_path(Traces.written, path)


def _note_path(noted: dict[str, int], path: object) -> None:
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    # A link counts under its own name.
    name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
    noted.setdefault(name, Traces.now)
    if noted is Traces.written:
        Traces.pairs.add((name, Traces.now))
