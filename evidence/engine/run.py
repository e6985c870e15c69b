"""All cells and inline expressions run once, in one kernel, in the order of the document."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from evidence.engine import results
from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.faults import CellFailed, Problem
from evidence.engine.kernels import MOST_PRINTED, Kernel, Kernels, call, displayed, started
from evidence.engine.results import Run
from evidence.engine.source import Line
from evidence.engine.staging import WORK, scratch

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def execute(
    document: Document,
    progress: Callable[[str], None],
    timeout: int | None = None,
    listed: Collection[Path] | None = None,
    *,
    ready: Callable[[], None] = lambda: None,
    kernels: Kernels | None = None,
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
    kernels
        Makes the kernel, and gets ready for the next run.

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
    with (
        scratch(work) as folder,
        started(document, Path(folder), timeout, ready, kernels) as kernel,
    ):
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
        traces = displayed(kernel.run(call("traces", str(root), __name__.partition(".")[0])))
    read, written = (
        {Path(path): places[number] for path, number in traces[name]}
        for name in ("read", "written")
    )
    if kernels:
        kernels.prepare(document, traces["loaded"], traces["late"])
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


def _cell(kernel: Kernel, cell: Cell, places: list[Line]) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    places.append(cell.start)
    label = f" `{cell.label}`" if cell.label else ""
    return _answer(kernel, cell.code, cell.start, f"the cell{label}")


def _inline(kernel: Kernel, prose: Prose, places: list[Line]) -> tuple[dict[str, str], ...]:
    found = prose.expressions()
    if not found:
        return ()
    code = call("inline", [code for code, _ in found])
    places += [line for _, line in found]
    values = displayed(_answer(kernel, code, found[0][1], "an inline expression from here on"))
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


def _answer(kernel: Kernel, code: str, place: Line, what: str) -> tuple[Any, ...]:
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
    if kernel.printed > MOST_PRINTED:
        message = f"{what} shows more than {MOST_PRINTED // 1_000_000} MB"
        fault = place.problem("printed-too-much", message, "let it show less")
    if fault:
        raise CellFailed(fault)
    return outputs


def _tail(traceback: str, last: str) -> str:
    lines = [line.rstrip() for line in _ANSI.sub("", traceback).splitlines()]
    frames = [line for line in lines if re.match(r"-+> ?\d+ |---->", line)]
    ending = _ANSI.sub("", last).strip().splitlines()
    return "\n".join(f"    {line}" for line in [*frames[-2:], *ending[-3:]])
