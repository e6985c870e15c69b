"""A process that has loaded all libraries, and forks itself for each build.

`resident` starts it. A build runs the code of `evidence render` in a child that ends with it:
nothing is carried from one build to the next but loaded modules, and where a file of these has
changed this process answers that it is stale, and ends. It ends, too, with all that it started,
when the other end of its socket is closed.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from contextlib import suppress
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import NoReturn

from evidence.cli.main import main
from evidence.engine.project import OWN_EXTENSION
from evidence.proof.manifest import PACKAGE

STALE = "stale"
# What the other end sends while it no longer wants a build; it may come too early or too late.
CANCEL = b"x"
# What a build loads when it comes to it.
MODULES = (
    "evidence.check", "evidence.cli.export_workbook", "evidence.cli.render",
    "evidence.engine.formats.docx", "evidence.engine.formats.pdf", "evidence.engine.run",
    "evidence.model.load", "evidence.proof.crate", "evidence.report.workbook.xlsx",
)  # fmt: skip
# Seconds that a build which is interrupted has to clean up.
PATIENCE = 20
# The clock of the file system may be as much behind ours.
LAG = 50_000_000
MOST_ASKED = 1_000_000


def state() -> dict[str, object]:
    """Return what tells that code has changed: of each file its stamp, of each folder its names.

    The files are those of loaded modules and all of this package, the folders those in which
    modules are sought: a new file in one may hide a module of another.
    """
    loaded = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    ours = (path for top in (PACKAGE, OWN_EXTENSION) for path in top.rglob("*"))
    files = {str(path) for path in ours if path.parent.name != "__pycache__" and path.is_file()}
    stamps: dict[str, object] = {}
    for file in sorted(files | {name for name in loaded if name}):
        try:
            stat = Path(file).stat()
            stamps[file] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        except OSError:
            stamps[file] = None
    for folder in map(Path, sys.path):
        with suppress(OSError):
            names = (path.name for path in folder.iterdir())
            stamps[f"{folder}/"] = sorted(filter(may_be_imported, names))
    return stamps


def may_be_imported(name: str) -> bool:
    """Tell whether a file or folder of a name may be a module; folders that cells fill are none."""
    stem, dot, suffix = name.partition(".")
    known = dot + suffix in all_suffixes() if dot else not stem.startswith("_")
    return stem.isidentifier() and known


def settled(known: dict[str, object], since: int) -> bool:
    """Tell whether no file has changed since a time at which none was loaded."""
    return all(stamp[1] < since for stamp in known.values() if isinstance(stamp, tuple))


def serve(asked: socket.socket, since: int) -> None:
    """Answer each request with the exit code of a build, until nobody asks."""
    for module in MODULES:
        importlib.import_module(module)
    known = state()
    certain = settled(known, since - LAG)
    # What is shared with the children stays so.
    gc.freeze()
    code: int | None = 0
    while code is not None:
        request, handles, _, _ = socket.recv_fds(asked, MOST_ASKED, 2)
        if not request:
            return
        request = request.strip(CANCEL)
        if not request:
            continue
        arguments, is_first = json.loads(request)
        # Who has just started us for this gets what a new process would give.
        if not is_first and not (certain and known == state()):
            asked.send(json.dumps(STALE).encode())
            return
        code = _build(asked, arguments, handles)
        for handle in handles:
            os.close(handle)
        if code is not None:
            asked.send(json.dumps(code).encode())


def _build(asked: socket.socket, arguments: list[str], handles: list[int]) -> int | None:
    """Build in a child and return its exit code; nothing where nobody waits for it any longer."""
    ended, alive = os.pipe()
    with warnings.catch_warnings():
        # The one other thread is of a library that knows how to be forked.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        os.setpgid(0, 0)
        asked.close()
        os.close(ended)
        _run(arguments, *handles)
    with suppress(OSError):
        os.setpgid(child, child)
    os.close(alive)
    # The child's end of the pipe is closed with it; no other build is asked for meanwhile.
    waiting = True
    if ended not in select.select([ended, asked.fileno()], [], [])[0]:
        waiting = bool(asked.recv(1))
        os.killpg(child, signal.SIGINT)
        select.select([ended], [], [], PATIENCE)
    os.close(ended)
    # Before the child is waited for: its number is no other's as yet.
    with suppress(PermissionError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if waiting else None


def _run(arguments: list[str], printed: int, said: int) -> NoReturn:
    """Be a process that runs `evidence` with arguments, and end."""
    code = 1
    try:
        for handle, number in ((os.open(os.devnull, os.O_RDONLY), 0), (printed, 1), (said, 2)):
            os.dup2(handle, number)
        importlib.invalidate_caches()
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        # Nothing of what the parent would do at its end.
        os._exit(code)
