"""All cells and inline expressions run once, in one kernel, in the order of the document.

The Jupyter kernel is this interpreter, with an environment of its own. A cell sees no other
variable than those named here: its results could not be kept without knowing it, and a secret of
whoever builds the report could end in it.
"""

from __future__ import annotations

import itertools
import logging
import os
import re
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
import psutil
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop, run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from evidence.engine import results
from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.faults import CellFailed, Problem, RenderError
from evidence.engine.prelude import INLINE_MIME
from evidence.engine.project import Project
from evidence.engine.results import Run
from evidence.engine.source import Line
from evidence.engine.staging import WORK, scratch

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MOST_PRINTED = 10_000_000

# Where things lie, and what Python prints and leaves behind, which changes no result.
_PLACES = {
    "HOME", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "PATH", "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME",
}  # fmt: skip
# How figures are drawn, by no settings of whoever runs us: as SVG and as PNG. It is read when cells
# first import matplotlib, which would be half of a kernel's start. Without a salt the ids in its
# SVG are random.
_MATPLOTLIB = """\
svg.hashsalt: render
figure.dpi: 200
savefig.dpi: 200
figure.max_open_warning: 0
figure.figsize: {}, {}
"""
_IPYTHON = "c.InlineBackend.figure_formats = ['svg', 'png']\n"
_MODULE = "_render_kernel"
_START_SECONDS = 60


def execute(
    document: Document,
    progress: Callable[[str], None],
    timeout: int | None = None,
    listed: Collection[Path] | None = None,
    ready: Callable[[], None] = lambda: None,
) -> Run:
    """Run everything that the document computes, in the project's folder.

    Parameters
    ----------
    document
        The document.
    progress
        Called with one line per cell.
    timeout
        Seconds that one cell may take; without it as long as it likes.
    listed
        The files that cells may read of the project, relative to it, and must not write; without
        it all may be read.
    ready
        Called while the kernel starts, before anything of the project runs in it: what it raises
        ends the run.

    Raises
    ------
    CellFailed
        If a cell raises an exception, takes or prints too much, ends the kernel, reads a file that
        is not listed, or writes one that is.
    RenderError
        If the kernel does not start.
    """
    root, parts = document.project.root, document.parts
    cells = [part for part in parts if isinstance(part, Cell)]
    if not cells and not any(part.expressions() for part in parts if isinstance(part, Prose)):
        ready()
        return Run(tuple(map(Executed, parts)))
    done: list[Executed] = []
    # Where each cell or expression stands, as the kernel counts them from 1 on.
    places = [document.lines[0]]
    numbers = itertools.count(1)
    work = root / WORK
    work.mkdir(exist_ok=True)
    with scratch(work) as folder, _started(document, Path(folder), timeout, ready) as kernel:
        for part in parts:
            if isinstance(part, Prose):
                done.append(Executed(part, values=_inline(kernel, part, places)))
                continue
            place = f"{part.start.file}:{part.start.number}"
            number = f"{next(numbers)}/{len(cells)}"
            progress(f"execute  cell {number} {place} {part.label}".rstrip())
            done.append(Executed(part, outputs=_cell(kernel, part, places)))
        # What a cell left to go on beside may still be at it.
        places.append(places[-1])
        traces = _displayed(kernel.run(_call("traces", str(root))))
    read, written = (
        {Path(path): places[number] for path, number in traces[name]}
        for name in ("read", "written")
    )
    if problems := [*results.unlisted(read.items(), root, listed), *_spoilt(written, root, listed)]:
        raise CellFailed(*problems)
    return Run(tuple(done), frozenset(written), tuple(traces["imported"]), tuple(traces["absent"]))


def _spoilt(
    written: Mapping[Path, Line], root: Path, listed: Collection[Path] | None
) -> Iterator[Problem]:
    """Find what cells wrote that the documents are made from."""
    for path in sorted({root / path for path in listed or ()} & written.keys()):
        name = path.relative_to(root).as_posix()
        message = f"a cell writes {name}, which the documents are made from"
        hint = "let it write into a folder whose name begins with `_`"
        yield written[path].problem("input-written", message, hint)


def _cell(kernel: _Kernel, cell: Cell, places: list[Line]) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    places.append(cell.start)
    label = f" `{cell.label}`" if cell.label else ""
    return _answer(kernel, cell.code, cell.start, f"the cell{label}")


def _inline(kernel: _Kernel, prose: Prose, places: list[Line]) -> tuple[dict[str, str], ...]:
    found = prose.expressions()
    if not found:
        return ()
    code = _call("inline", [code for code, _ in found])
    places += [line for _, line in found]
    values = _displayed(_answer(kernel, code, found[0][1], "an inline expression from here on"))
    problems = [
        line.problem(
            "inline-failed",
            f"inline `{code}` failed: {_ANSI.sub('', value['error']).strip()}",
            "correct the expression",
        )
        for (code, line), value in zip(found, values, strict=True)
        if "error" in value
    ]
    if problems:
        raise CellFailed(*problems)
    return tuple(values)


def _answer(kernel: _Kernel, code: str, place: Line, what: str) -> tuple[Any, ...]:
    """Run code of the document, and say of what ends it badly where that is and what to do."""
    outputs: tuple[Any, ...] = ()
    fault: Problem | None = None
    try:
        outputs = kernel.run(code)
    except CellExecutionError as error:
        tail = _tail(error.traceback, f"{error.ename}: {error.evalue}")
        message, hint = f"{what} failed:\n{tail}\n", "correct it or what it calls"
        fault = place.problem("cell-failed", message, hint)
    except DeadKernelError:
        message, hint = f"the kernel died in {what}", "see what it does to memory or to the process"
        fault = place.problem("kernel-died", message, hint)
    except CellTimeoutError:
        message = f"{what} ran for more than {kernel.timeout} s"
        hint = "find what does not end in it, or give it more with `--timeout`"
        fault = place.problem("cell-timeout", message, hint)
    if kernel.printed > _MOST_PRINTED:
        message = f"{what} shows more than {_MOST_PRINTED // 1_000_000} MB"
        fault = place.problem("printed-too-much", message, "let it show less")
    if fault:
        raise CellFailed(fault)
    return outputs


def _tail(traceback: str, last: str) -> str:
    lines = [line.rstrip() for line in _ANSI.sub("", traceback).splitlines()]
    frames = [line for line in lines if re.match(r"-+> ?\d+ |---->", line)]
    ending = _ANSI.sub("", last).strip().splitlines()
    return "\n".join(f"    {line}" for line in [*frames[-2:], *ending[-3:]])


class _Kernel(NotebookClient):
    """A client that does not let a cell fill the memory with what it prints."""

    printed = 0

    def run(self, code: str) -> tuple[Any, ...]:
        """Run code and return its outputs, as in a notebook."""
        cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
        self.nb.cells.append(cell)
        self.printed = 0
        outputs = tuple(self.execute_cell(cell, len(self.nb.cells) - 1).outputs)
        for output in outputs:
            if "execution_count" in output:
                # It would tell how many messages went before, and nothing of the cell.
                output["execution_count"] = None
        return outputs

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Count what a cell shows, and wait no longer for one that shows too much."""
        content = msg["content"]
        self.printed += len(content.get("text", "")) + len(str(content.get("data", "")))
        if self.printed <= _MOST_PRINTED:
            return super().process_message(msg, cell, cell_index)
        # As where the kernel died: a cell that goes on printing may go on for ever.
        if self.task_poll_for_reply:
            self.task_poll_for_reply.cancel()
        return None


class _ThisPython(KernelSpecManager):
    """The interpreter that runs us, whatever kernels its user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def _started(
    document: Document, folder: Path, timeout: int | None, ready: Callable[[], None]
) -> Iterator[_Kernel]:
    """Start a kernel in a folder of its own, and let no process of it outlive its use."""
    root = document.project.root
    manager = AsyncKernelManager(
        kernel_spec_manager=_ThisPython(), connection_file=str(folder / "kernel.json")
    )
    kernel = _Kernel(
        nbformat.v4.new_notebook(),  # type: ignore[no-untyped-call]
        km=manager,
        timeout=_START_SECONDS,
        startup_timeout=_START_SECONDS,
        # Else outputs that come late would be missing, and nobody told.
        iopub_timeout=60,
        raise_on_iopub_timeout=True,
        # The kernel else warns on our stderr of things that its user cannot change.
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(root)}},
    )
    # It says on stderr what we say better.
    kernel.log = logging.getLogger(f"{__name__}.nbclient")
    kernel.log.disabled = True
    # Where a signal ends the build in a cell, nobody is left to hear how that cell ended.
    ensure_event_loop().set_exception_handler(lambda *_: None)
    setting_up = True
    try:
        known = {**_environment(folder, document.project), **document.environment}
        kernel.start_new_kernel(env=known)
        setting_up = False
        ready()
        setting_up = True
        with kernel.setup_kernel(cleanup_kc=True):
            kernel.run(_preparation(document))
            setting_up = False
            kernel.timeout = timeout
            yield kernel
    except (RuntimeError, OSError, CellExecutionError, DeadKernelError) as error:
        if not setting_up:
            raise
        said = getattr(error, "evalue", str(error)).strip().splitlines()[0]
        message = f"the kernel that runs the cells did not start: {said}"
        hint = "see what `python -m ipykernel_launcher` says"
        raise RenderError(Problem("no-kernel", "", 0, message, hint)) from error
    finally:
        if manager.has_kernel:
            # It has not come as far as that the client would end it.
            run_sync(manager.shutdown_kernel)(now=True)
        if group := getattr(manager.provisioner, "pgid", None):
            # The kernel leads its group; what its cells started may still be there.
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            _end_strays(folder)


def _end_strays(folder: Path) -> None:
    """End what left the kernel's group and still has the environment that only its cells had."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("IPYTHONDIR") == str(folder / "ipython"):
                process.kill()


def _call(name: str, *arguments: object) -> str:
    """Return the code that calls a function of `prelude` in the kernel."""
    return f"__import__('sys').modules[{_MODULE!r}].{name}{arguments!r}"


def _displayed(outputs: tuple[Any, ...]) -> Any:
    """Return what a function of `prelude` has displayed."""
    return next(o.data[INLINE_MIME] for o in outputs if INLINE_MIME in o.get("data", {}))


def _environment(folder: Path, project: Project) -> dict[str, str]:
    """Write the kernel's settings into its folder, and return the variables that it starts with."""
    drawing = _MATPLOTLIB.format(*project.figure_size)
    (folder / "matplotlibrc").write_text(drawing, encoding="utf-8")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(_IPYTHON, encoding="utf-8")
    return {
        **{name: os.environ[name] for name in _PLACES & os.environ.keys()},
        **results.settings(),
        "IPYTHONDIR": str(folder / "ipython"),
        "LC_ALL": "C.UTF-8",
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(project.epoch),
        "TZ": "UTC",
    }


def _preparation(document: Document) -> str:
    text = resources.files("evidence.engine").joinpath("prelude.py").read_text(encoding="utf-8")
    lines = (
        "import sys, types",
        f"sys.modules[{_MODULE!r}] = types.ModuleType({_MODULE!r})",
        f"exec({text!r}, sys.modules[{_MODULE!r}].__dict__)",
        "del sys, types",
        _call("prepare", str(document.project.root), dict(document.titles)),
    )
    return "\n".join(lines)
