"""All cells and inline expressions run once, in one kernel, in the order of the document."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async

from render.cells import Cell, Prose
from render.errors import CellFailed, Problem, RenderCode
from render.kernel import INLINE_MIME
from render.project import Project
from render.source import Line

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_MODULE = "_render_kernel"
MOST_PRINTED = 10_000_000


@dataclass(frozen=True)
class Executed:
    """A part of the document and what running it gave.

    Attributes
    ----------
    part
        The prose or the cell.
    outputs
        A cell's outputs, as in a notebook.
    values
        The values of the inline expressions in prose.
    """

    part: Prose | Cell
    outputs: tuple[Any, ...] = ()
    values: tuple[dict[str, str], ...] = ()


def execute(
    project: Project,
    parts: Sequence[Prose | Cell],
    progress: Callable[[str], None],
    timeout: int | None = None,
) -> tuple[Executed, ...]:
    """Run everything that the document computes.

    Parameters
    ----------
    project
        The project, in whose folder the cells run.
    parts
        Prose and cells.
    progress
        Called with one line per cell.
    timeout
        Seconds that one cell may take; without it as long as it likes.

    Raises
    ------
    CellFailed
        If a cell raises an exception, takes or prints too much, or ends the kernel.
    """
    total = sum(isinstance(part, Cell) for part in parts)
    if not total and not any(part.expressions() for part in parts if isinstance(part, Prose)):
        return tuple(Executed(part) for part in parts)
    client = _Client(
        nbformat.v4.new_notebook(),  # type: ignore[no-untyped-call]
        kernel_name="python3",
        timeout=timeout,
        # The kernel else warns on our stderr of things that its user cannot change.
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(project.root)}},
    )
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(project.epoch),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    done = []
    number = 0
    with client.setup_kernel(env=environment):
        _run(client, _preparation(project.root))
        for part in parts:
            if isinstance(part, Prose):
                done.append(Executed(part, values=_inline(client, part)))
                continue
            number += 1
            place = f"{part.start.file}:{part.start.number}"
            progress(f"execute  cell {number}/{total} {place} {part.label}".rstrip())
            done.append(Executed(part, outputs=_cell(client, part)))
    return tuple(done)


class _Client(NotebookClient):
    """A client that does not let a cell fill the memory with what it prints."""

    printed = 0

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Count what a cell prints, and interrupt one that prints too much."""
        if msg["msg_type"] != "stream":
            return super().process_message(msg, cell, cell_index)
        before, self.printed = self.printed, self.printed + len(msg["content"]["text"])
        if self.printed <= MOST_PRINTED:
            return super().process_message(msg, cell, cell_index)
        if before <= MOST_PRINTED and self.km:
            self.interrupting = asyncio.ensure_future(ensure_async(self.km.interrupt_kernel()))
        return None


def _run(client: _Client, code: str) -> tuple[Any, ...]:
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    client.nb.cells.append(cell)
    client.printed = 0
    return tuple(client.execute_cell(cell, len(client.nb.cells) - 1).outputs)


def _preparation(root: Path) -> str:
    text = resources.files("render").joinpath("kernel.py").read_text(encoding="utf-8")
    return "\n".join(
        (
            "import sys, types",
            f"sys.modules[{_MODULE!r}] = types.ModuleType({_MODULE!r})",
            f"exec({text!r}, sys.modules[{_MODULE!r}].__dict__)",
            f"sys.modules[{_MODULE!r}].prepare({str(root)!r}, 'render')",
            "del sys, types",
        )
    )


def _cell(client: _Client, cell: Cell) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    try:
        outputs = _run(client, cell.code)
        if client.printed > MOST_PRINTED:
            raise CellFailed(_printed_too_much(cell))
        return outputs
    except CellExecutionError as error:
        if client.printed > MOST_PRINTED:
            raise CellFailed(_printed_too_much(cell)) from None
        label = f" `{cell.label}`" if cell.label else ""
        tail = _tail(error.traceback, f"{error.ename}: {error.evalue}")
        message = f"the cell{label} failed:\n{tail}\n"
        raise CellFailed(
            cell.start.problem(RenderCode.CELL_FAILED, message, "correct the cell or what it calls")
        ) from None
    except DeadKernelError:
        hint = "see what it does to memory or to the process"
        raise CellFailed(
            cell.start.problem(RenderCode.KERNEL_DIED, "the kernel died in this cell", hint)
        ) from None
    except CellTimeoutError:
        message = f"the cell ran for more than {client.timeout} s"
        hint = "find what does not end in it, or give it more with `--timeout`"
        raise CellFailed(cell.start.problem(RenderCode.CELL_TIMEOUT, message, hint)) from None


def _printed_too_much(cell: Cell) -> Problem:
    message = f"the cell printed more than {MOST_PRINTED // 1_000_000} MB"
    return cell.start.problem(RenderCode.PRINTED_TOO_MUCH, message, "let it print less")


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
    codes = [code for code, _ in found]
    outputs = _run(client, f"__import__('sys').modules[{_MODULE!r}].inline({codes!r})")
    values = next(o.data[INLINE_MIME] for o in outputs if INLINE_MIME in o.get("data", {}))
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
