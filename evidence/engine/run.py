"""All cells and inline expressions run once, in one kernel, in the order of the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from evidence.engine import results
from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.faults import CellFailed, Problem
from evidence.engine.kernels import MOST_PRINTED, Kernel, Kernels, call, displayed, started
from evidence.engine.pieces import Piece, Pieces, pieces
from evidence.engine.results import Kept, Run
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
    kept: Kept | None = None,
    done: Callable[[Executed], None] = lambda part: None,
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
    kept
        What an earlier run gave, of which no more than changed runs again.
    done
        Called with each part that has run, in their order.

    Raises
    ------
    CellFailed
        If a cell raises an exception, takes or prints too much, ends the kernel, reads a file that
        is not listed, or writes one that is.
    RenderError
        If the kernel does not start.
    """
    root, found = document.project.root, pieces(document)
    known = kept if kept and found is not None else Kept({}, {}, (), ())
    keys = [piece.key for own in found or () for piece in own]
    known = replace(known, files={key: known.files[key] for key in {*keys} & known.files.keys()})
    back = [results.put_back(root, files) for files in known.files.values()]
    written = frozenset[Path]().union(*back)
    if found is not None and known.shown.keys() >= {*keys}:
        ready()
        parts = [_as_kept(*row, known.shown) for row in zip(document.parts, found, strict=True)]
        return Run(tuple(parts), written, known.imported, known.absent, _rows(found, known.files))
    at = _Places([document.lines[0]], [""])
    work = root / WORK
    work.mkdir(exist_ok=True)
    with scratch(work) as name, started(document, Path(name), timeout, ready, kernels) as kernel:
        parts = []
        for part in _executed(document, kernel, found, known.shown, at, progress=progress):
            parts.append(part)
            done(part)
        # What a cell left to go on beside may still be at it.
        at.add(at.lines[-1], "")
        traces = displayed(kernel.run(call("traces")))
    if kernels:
        kernels.prepare(document, traces["loaded"], traces["late"])
    used, made = (
        {Path(path): at.lines[number] for path, number in traces[name]}
        for name in ("read", "written")
    )
    if problems := [*results.unlisted(used.items(), root, listed), *_spoilt(made, root, listed)]:
        raise CellFailed(*problems)
    rows = (
        _apart(root, found, parts, traces, at, known=known, listed=listed)
        if found is not None
        else ()
    )
    if known.shown and not rows:
        # One may have found another state than that which all before it leave.
        return execute(document, progress, timeout, listed, kernels=kernels)
    imported, absent = (
        tuple(sorted({*earlier, *traces[name]}))
        for name, earlier in (("imported", known.imported), ("absent", known.absent))
    )
    return Run(tuple(parts), written | frozenset(made), imported, absent, rows)


@dataclass(frozen=True)
class _Places:
    """Where each cell or expression stands, as the kernel counts them, and the piece it shows."""

    lines: list[Line]
    keys: list[str]

    def add(self, line: Line, key: str) -> None:
        """Count one more."""
        self.lines.append(line)
        self.keys.append(key)


def _executed(
    document: Document,
    kernel: Kernel,
    found: Pieces | None,
    shown: Mapping[str, Any],
    at: _Places,
    *,
    progress: Callable[[str], None],
) -> Iterator[Executed]:
    """Run the cells and expressions that are not kept, and of the others what they import."""
    number, cells = 0, sum(isinstance(part, Cell) for part in document.parts)
    for part, own in zip(document.parts, found or repeat(()), strict=False):
        if isinstance(part, Prose):
            yield Executed(part, values=_inline(kernel, part, own, shown, at))
            continue
        number += 1
        if own and own[0].key in shown:
            if own[0].before:
                at.add(part.start, "")
                _answer(kernel, own[0].before, part.start, "what the cell imports")
            yield Executed(part, outputs=tuple(shown[own[0].key]))
            continue
        place = f"{part.start.file}:{part.start.number}"
        progress(f"execute  cell {number}/{cells} {place} {part.label}".rstrip())
        yield Executed(part, outputs=_cell(kernel, part, own, at))


def _as_kept(part: Cell | Prose, own: Sequence[Piece], shown: Mapping[str, Any]) -> Executed:
    values = tuple(shown[piece.key] for piece in own)
    if isinstance(part, Prose):
        return Executed(part, values=values)
    return Executed(part, outputs=tuple(values[0]) if values else ())


def _apart(
    root: Path,
    found: Pieces,
    done: Sequence[Executed],
    traces: Mapping[str, Any],
    at: _Places,
    *,
    known: Kept,
    listed: Collection[Path] | None,
) -> tuple[results.Row, ...]:
    """Return what each piece gave, or nothing where one may have left something to another."""
    written: dict[str, set[str]] = {}
    for path, number in traces["pairs"]:
        name = Path(path).relative_to(root).as_posix()
        if not name.startswith("."):
            written.setdefault(name, set()).add(at.keys[number])
    # What an earlier run wrote and this one did not is known by its piece, too.
    for key, files in known.files.items():
        for name in files:
            if name in written:
                written[name].add(key)
    # What cells make is in such folders.
    read = (Path(path).relative_to(root) for path, _ in traces["read"])
    foreign = any(path.parts[0][0] == "_" and path not in (listed or ()) for path in read)
    shared = any(
        not name.startswith("_") or "" in keys or len(keys) > 1 for name, keys in written.items()
    )
    wrote = frozenset[str]().union(*written.values(), *([key] for key in known.shown))
    silent = any(
        isinstance(row.part, Cell) and not row.outputs and own[0].shows and own[0].key not in wrote
        for row, own in zip(done, found, strict=True)
        if own
    )
    said = any(output.get("name") == "stderr" for row in done for output in row.outputs)
    if not traces["alone"] or foreign or shared or silent or said:
        return ()
    owned = {key: [*files] for key, files in known.files.items()}
    for name, (key,) in written.items():
        owned.setdefault(key, []).append(name)
    return _rows(found, owned)


def _rows(found: Pieces, owned: Mapping[str, Iterable[str]]) -> tuple[results.Row, ...]:
    return tuple(
        (piece.key, part, place, tuple(sorted({*owned.get(piece.key, ())})))
        for part, own in enumerate(found)
        for place, piece in enumerate(own)
    )


def _spoilt(
    written: Mapping[Path, Line], root: Path, listed: Collection[Path] | None
) -> Iterator[Problem]:
    """Find what cells wrote that the documents are made from."""
    for path in sorted({root / path for path in listed or ()} & written.keys()):
        name = path.relative_to(root).as_posix()
        message = f"a cell writes {name}, which the documents are made from"
        hint = "let it write into a folder whose name begins with `_`"
        yield written[path].problem("input-written", message, hint)


def _cell(kernel: Kernel, cell: Cell, own: Sequence[Piece], at: _Places) -> tuple[Any, ...]:
    if cell.options.get("eval") is False:
        return ()
    at.add(cell.start, own[0].key if own else "")
    label = f" `{cell.label}`" if cell.label else ""
    return _answer(kernel, cell.code, cell.start, f"the cell{label}")


def _inline(
    kernel: Kernel, prose: Prose, own: Sequence[Piece], shown: Mapping[str, Any], at: _Places
) -> tuple[dict[str, str], ...]:
    expressions = prose.expressions()
    keys = [piece.key for piece in own] or [""] * len(expressions)
    found = [
        (code, line, key)
        for (code, line), key in zip(expressions, keys, strict=True)
        if key not in shown
    ]
    values: list[dict[str, str]] = []
    if found:
        code = call("inline", [code for code, _, _ in found])
        for _, line, key in found:
            at.add(line, key)
        first = found[0][1]
        values = displayed(_answer(kernel, code, first, "an inline expression from here on"))
    problems = [
        line.problem(
            "inline-failed",
            f"inline `{code}` failed: {_ANSI.sub('', value['error']).strip()}",
            "correct the expression",
        )
        for (code, line, _), value in zip(found, values, strict=True)
        if "error" in value
    ]
    if problems:
        raise CellFailed(*problems)
    ran = iter(values)
    return tuple(shown[key] if key in shown else next(ran) for key in keys)


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
