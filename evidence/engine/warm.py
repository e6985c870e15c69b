"""A process that has loaded what cells import from elsewhere, and forks itself into their kernels.

`kernels` sends this module's text to a Python of its own, in the environment of a kernel. What it
loads must be as if the kernel had loaded it: a module that asks for IPython's shell as it is
loaded, or says something, is left to the kernel, and the process begins anew without it. Where a
file of what is loaded has changed, or a name has come or gone where modules are sought, it ends
instead of answering. It ends with all its kernels, too, when the other end of its socket is closed.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import io
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from unittest.mock import patch

# The clock of the file system may be as much behind ours.
_LAG = 50_000_000


def serve(handle: int, folder: str, modules: list[str]) -> None:
    """Load modules, then be a kernel, in a child, for each request."""
    since = time.time_ns() - _LAG
    kernels: list[int] = []
    request = None
    with socket.socket(fileno=handle) as asked, asked.makefile("rw", encoding="utf-8") as lines:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        # A module that imports one of these does as they do.
        apart = {name.partition(".")[0] for name in modules if not _loaded(name)}
        if apart:
            quiet = [name for name in modules if name.partition(".")[0] not in apart]
            os.set_inheritable(handle, True)
            os.execv(sys.executable, [*sys.orig_argv[:-1], json.dumps(quiet)])  # noqa: S606
        known = _state()
        settled = all(stamp[0] < since for stamp in known.values() if isinstance(stamp, tuple))
        # What is shared with the children stays so.
        gc.freeze()
        while line := lines.readline():
            if not settled or known != _state():
                break
            child = os.fork()
            if not child:
                request = json.loads(line)
                break
            kernels.append(child)
            lines.write(f"{child}\n")
            lines.flush()
    if request is not None:
        _be_kernel(**request)
        return
    for kernel in kernels:
        with suppress(OSError):
            os.killpg(kernel, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _be_kernel(arguments: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
    """Go on as a new process would that was started with these."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    parent = os.getppid()
    os.environ.update(environment, JPY_PARENT_PID=str(parent))
    time.tzset()
    os.chdir(folder)
    # It ends with the process that forked it. Where ipykernel is loaded it has looked already for
    # the variable that says so.
    sys.argv = [*arguments, f"--IPKernelApp.parent_handle={parent}"]
    importlib.invalidate_caches()
    if "numpy.random" in sys.modules:
        # A new process would have numbers of its own.
        sys.modules["numpy.random"].seed()
    from ipykernel import kernelapp  # noqa: PLC0415

    kernelapp.launch_new_instance()


class _Shell:
    """What stands for IPython's shell while modules are loaded, and notes what it cannot answer.

    It answers that it has a kernel, by which pandas knows that it is in no terminal.
    """

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> _Shell:
        if name == "kernel":
            return _Shell(self._asked)
        self._asked.append(name)
        raise AttributeError(name)


def _loaded(name: str) -> bool:
    """Load a module, and tell whether it did so without a word and without asking for a shell.

    What cannot be loaded by itself comes with another, or in the kernel.
    """
    if name in sys.modules:
        # It came with another, which answered for it.
        return True
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

    asked: list[str] = []
    said = io.StringIO()
    shell = _Shell(asked)
    with (
        patch.object(builtins, "get_ipython", lambda: shell, create=True),
        patch.object(InteractiveShell, "initialized", lambda: asked.append(name)),
        redirect_stdout(said),
        redirect_stderr(said),
        suppress(Exception),
    ):
        importlib.import_module(name)
    return not asked and not said.getvalue()


def _state() -> dict[str, object]:
    """Return the stamp of each file that is loaded, and the names in each folder of modules."""
    files = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    stamps: dict[str, object] = {}
    for file in filter(None, files):
        try:
            status = os.stat(file)  # noqa: PTH116
            stamps[file] = (status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            stamps[file] = None
    for folder in sys.path:
        with suppress(OSError):
            stamps[f"{folder}{os.sep}"] = sorted(os.listdir(folder))  # noqa: PTH208
    return stamps
