"""All cells and inline expressions run once, in one kernel, in the order of the document."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.faults import CellFailed, Problem, RenderCode
from evidence.engine.kernel import MOST_PRINTED, Kernel, call, displayed, started
from evidence.engine.results import unlisted
from evidence.engine.source import Line
from evidence.engine.staging import WORK, scratch

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def execute(
    document: Document,
    progress: Callable[[str], None],
    timeout: int | None = None,
    listed: Collection[Path] | None = None,
) -> tuple[Executed, ...]:
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
        The files that cells may read of the project, relative to it; without it all.

    Raises
    ------
    CellFailed
        If a cell raises an exception, takes or prints too much, ends the kernel, or reads a file
        that is not listed.
    RenderError
        If the kernel does not start.
    """
    root, parts = document.project.root, document.parts
    cells = [part for part in parts if isinstance(part, Cell)]
    if not cells and not any(part.expressions() for part in parts if isinstance(part, Prose)):
        return tuple(map(Executed, parts))
    done: list[Executed] = []
    numbers = itertools.count(1)
    work = root / WORK
    work.mkdir(exist_ok=True)
    with scratch(work) as folder, started(document, Path(folder), timeout) as kernel:
        for part in parts:
            if isinstance(part, Prose):
                done.append(Executed(part, values=_inline(kernel, part)))
                continue
            place = f"{part.start.file}:{part.start.number}"
            number = f"{next(numbers)}/{len(cells)}"
            progress(f"execute  cell {number} {place} {part.label}".rstrip())
            done.append(Executed(part, outputs=_cell(kernel, part)))
        read = displayed(kernel.run(call("opened", str(root))))
    used = {}
    for path in map(Path, read):
        # What a cell calls may have read it, and no cell may name it.
        named = (cell.start for cell in cells if path.stem in cell.code)
        used[path] = next(named, Line("", "", 0))
    if problems := unlisted(used.items(), root, listed):
        raise CellFailed(*problems)
    return tuple(done)


def _cell(kernel: Kernel, cell: Cell) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    kernel.run(call("enter", cell.start.section))
    label = f" `{cell.label}`" if cell.label else ""
    return _answer(kernel, cell.code, cell.start, f"the cell{label}")


def _inline(kernel: Kernel, prose: Prose) -> tuple[dict[str, str], ...]:
    found = prose.expressions()
    if not found:
        return ()
    code = call("inline", [(code, line.section) for code, line in found])
    values = displayed(_answer(kernel, code, found[0][1], "an inline expression from here on"))
    problems = [
        line.problem(
            RenderCode.INLINE_FAILED,
            f"inline `{code}` failed: {_ANSI.sub('', value['error']).strip()}",
            "correct the expression",
        )
        for (code, line), value in zip(found, values, strict=True)
        if "error" in value
    ]
    if problems:
        raise CellFailed(*problems)
    return tuple(values)


def _answer(kernel: Kernel, code: str, place: Line, what: str) -> tuple[Any, ...]:
    """Run code of the document, and say of what ends it badly where that is and what to do."""
    outputs: tuple[Any, ...] = ()
    fault: Problem | None = None
    try:
        outputs = kernel.run(code)
    except CellExecutionError as error:
        tail = _tail(error.traceback, f"{error.ename}: {error.evalue}")
        message, hint = f"{what} failed:\n{tail}\n", "correct it or what it calls"
        fault = place.problem(RenderCode.CELL_FAILED, message, hint)
    except DeadKernelError:
        message, hint = f"the kernel died in {what}", "see what it does to memory or to the process"
        fault = place.problem(RenderCode.KERNEL_DIED, message, hint)
    except CellTimeoutError:
        message = f"{what} ran for more than {kernel.timeout} s"
        hint = "find what does not end in it, or give it more with `--timeout`"
        fault = place.problem(RenderCode.CELL_TIMEOUT, message, hint)
    if kernel.printed > MOST_PRINTED:
        message = f"{what} printed more than {MOST_PRINTED // 1_000_000} MB"
        fault = place.problem(RenderCode.PRINTED_TOO_MUCH, message, "let it print less")
    if fault:
        raise CellFailed(fault)
    return outputs


def _tail(traceback: str, last: str) -> str:
    lines = [line.rstrip() for line in _ANSI.sub("", traceback).splitlines()]
    frames = [line for line in lines if re.match(r"-+> ?\d+ |---->", line)]
    ending = _ANSI.sub("", last).strip().splitlines()
    return "\n".join(f"    {line}" for line in [*frames[-2:], *ending[-3:]])
