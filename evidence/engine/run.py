"""All cells and inline expressions run once, in one kernel, in the order of the document."""

from __future__ import annotations

import logging
import os
import re
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.environment import variables, write_settings
from evidence.engine.faults import CellFailed, Problem, RenderCode, RenderError
from evidence.engine.inputs import unlisted
from evidence.engine.kernel import INLINE_MIME
from evidence.engine.source import Line
from evidence.engine.staging import WORK, scratch

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MODULE = "_render_kernel"
_START_SECONDS = 60
_TRY = "python -m ipykernel_launcher"
MOST_PRINTED = 10_000_000


def execute(
    document: Document,
    progress: Callable[[str], None],
    timeout: int | None = None,
    listed: Collection[Path] | None = None,
) -> tuple[Executed, ...]:
    """Run everything that the document computes.

    Parameters
    ----------
    document
        The document; its cells run in the project's folder.
    progress
        Called with one line per cell.
    timeout
        Seconds that one cell may take; without it as long as it likes.
    listed
        The files that cells may read of the project, relative to it; without it all.

    Raises
    ------
    CellFailed
        If a cell raises an exception, takes or prints too much, ends the kernel, or reads a file
        that is not listed.
    RenderError
        If the kernel does not start.
    """
    project, parts = document.project, document.parts
    total = sum(isinstance(part, Cell) for part in parts)
    if not total and not any(part.expressions() for part in parts if isinstance(part, Prose)):
        return tuple(Executed(part) for part in parts)
    done = []
    number = 0
    work = project.root / WORK
    work.mkdir(exist_ok=True)
    with scratch(work) as folder, _kernel(document, Path(folder), timeout) as client:
        for part in parts:
            if isinstance(part, Prose):
                done.append(Executed(part, values=_inline(client, part)))
                continue
            _run(client, _call("enter", part.start.section))
            number += 1
            place = f"{part.start.file}:{part.start.number}"
            progress(f"execute  cell {number}/{total} {place} {part.label}".rstrip())
            done.append(Executed(part, outputs=_cell(client, part)))
        read = _display(_run(client, _call("opened", str(project.root))))
    cells = [part for part in parts if isinstance(part, Cell)]
    used = ((Path(name), _reader(cells, Path(name))) for name in read)
    if problems := unlisted(used, project.root, listed):
        raise CellFailed(*problems)
    return tuple(done)


def _reader(cells: Sequence[Cell], path: Path) -> Line:
    """Find the cell that names a file; what it calls may have read it."""
    named = (cell.start for cell in cells if path.stem in cell.code)
    return next(named, Line("", "", 0))


class _ThisPython(KernelSpecManager):
    """The interpreter that runs us, whatever kernels its user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def _kernel(document: Document, folder: Path, timeout: int | None) -> Iterator[_Client]:
    """Start a kernel, and let nothing of it outlive its use: no process and no file."""
    project = document.project
    manager = AsyncKernelManager(
        kernel_spec_manager=_ThisPython(), connection_file=str(folder / "kernel.json")
    )
    client = _Client(
        nbformat.v4.new_notebook(),  # type: ignore[no-untyped-call]
        km=manager,
        timeout=_START_SECONDS,
        startup_timeout=_START_SECONDS,
        # Else outputs that come late would be missing, and nobody told.
        iopub_timeout=60,
        raise_on_iopub_timeout=True,
        # The kernel else warns on our stderr of things that its user cannot change.
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(project.root)}},
    )
    # It says on stderr what we say better.
    client.log = logging.getLogger(f"{__name__}.nbclient")
    client.log.disabled = True
    # Where a signal ends the build in a cell, nobody is left to hear how that cell ended.
    ensure_event_loop().set_exception_handler(lambda *_: None)
    group = None
    try:
        with ExitStack() as stack:
            try:
                write_settings(folder)
                known = variables(folder, project.epoch)
                stack.enter_context(client.setup_kernel(env=known, cleanup_kc=True))
                group = manager.provisioner.pgid  # type: ignore[union-attr]
                _run(client, _preparation(document))
            except (RuntimeError, OSError, CellExecutionError, DeadKernelError) as error:
                said = getattr(error, "evalue", str(error)).strip().splitlines()[0]
                message = f"the kernel that runs the cells did not start: {said}"
                raise RenderError(
                    Problem(RenderCode.NO_KERNEL, "", 0, message, f"see what `{_TRY}` says")
                ) from error
            client.timeout = timeout
            yield client
    finally:
        if group is None and manager.provisioner:
            group = getattr(manager.provisioner, "pgid", None)
        if group:
            # The kernel leads its group; what its cells started may still be there.
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


class _Client(NotebookClient):
    """A client that does not let a cell fill the memory with what it prints."""

    printed = 0

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Count what a cell prints, and wait no longer for one that prints too much."""
        if msg["msg_type"] != "stream":
            return super().process_message(msg, cell, cell_index)
        self.printed += len(msg["content"]["text"])
        if self.printed <= MOST_PRINTED:
            return super().process_message(msg, cell, cell_index)
        # As where the kernel died: a cell that goes on printing may go on for ever.
        if self.task_poll_for_reply:
            self.task_poll_for_reply.cancel()
        return None


def _run(client: _Client, code: str) -> tuple[Any, ...]:
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    client.nb.cells.append(cell)
    client.printed = 0
    return tuple(client.execute_cell(cell, len(client.nb.cells) - 1).outputs)


def _preparation(document: Document) -> str:
    text = resources.files("evidence.engine").joinpath("kernel.py").read_text(encoding="utf-8")
    return "\n".join(
        (
            "import sys, types",
            f"sys.modules[{_MODULE!r}] = types.ModuleType({_MODULE!r})",
            f"exec({text!r}, sys.modules[{_MODULE!r}].__dict__)",
            "del sys, types",
            _call("prepare", str(document.project.root), dict(document.titles)),
        )
    )


def _call(name: str, *arguments: object) -> str:
    return f"__import__('sys').modules[{_MODULE!r}].{name}{arguments!r}"


def _display(outputs: Iterable[Any]) -> Any:
    return next(o.data[INLINE_MIME] for o in outputs if INLINE_MIME in o.get("data", {}))


def _cell(client: _Client, cell: Cell) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    label = f" `{cell.label}`" if cell.label else ""
    return _answer(client, cell.code, cell.start, f"the cell{label}")


def _answer(client: _Client, code: str, place: Line, what: str) -> tuple[Any, ...]:
    """Run code of the document, and say of what ends it badly where that is and what to do."""
    printed = place.problem(
        RenderCode.PRINTED_TOO_MUCH,
        f"{what} printed more than {MOST_PRINTED // 1_000_000} MB",
        "let it print less",
    )
    try:
        outputs = _run(client, code)
    except CellExecutionError as error:
        tail = _tail(error.traceback, f"{error.ename}: {error.evalue}")
        message = f"{what} failed:\n{tail}\n"
        raise CellFailed(
            place.problem(RenderCode.CELL_FAILED, message, "correct it or what it calls")
        ) from None
    except DeadKernelError:
        if client.printed > MOST_PRINTED:
            raise CellFailed(printed) from None
        hint = "see what it does to memory or to the process"
        raise CellFailed(
            place.problem(RenderCode.KERNEL_DIED, f"the kernel died in {what}", hint)
        ) from None
    except CellTimeoutError:
        message = f"{what} ran for more than {client.timeout} s"
        hint = "find what does not end in it, or give it more with `--timeout`"
        raise CellFailed(place.problem(RenderCode.CELL_TIMEOUT, message, hint)) from None
    if client.printed > MOST_PRINTED:
        raise CellFailed(printed)
    return outputs


def _tail(traceback: str, last: str) -> str:
    lines = [line.rstrip() for line in _ANSI.sub("", traceback).splitlines()]
    frames = [line for line in lines if line.startswith("---->") or re.match(r"^-+> ?\d+ ", line)]
    ending = _ANSI.sub("", last).strip().splitlines()
    shown = [*frames[-2:], *ending[-3:]]
    return "\n".join(f"    {line}" for line in shown)


def _inline(client: _Client, prose: Prose) -> tuple[dict[str, str], ...]:
    found = prose.expressions()
    if not found:
        return ()
    call = _call("inline", [(code, line.section) for code, line in found])
    values = _display(_answer(client, call, found[0][1], "an inline expression from here on"))
    problems = [
        _inline_problem(line, code, value["error"])
        for (code, line), value in zip(found, values, strict=True)
        if "error" in value
    ]
    if problems:
        raise CellFailed(*problems)
    return tuple(values)


def _inline_problem(line: Line, code: str, error: str) -> Problem:
    text = _ANSI.sub("", error).strip()
    return line.problem(
        RenderCode.INLINE_FAILED, f"inline `{code}` failed: {text}", "correct the expression"
    )
