"""The Jupyter kernel that cells run in: a process of its own, with an environment of its own.

The kernel is this interpreter. A cell sees no other variable than those named here: its results
could not be kept without knowing it, and a secret of whoever builds the report could end in it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import resources
from importlib.machinery import PathFinder
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import nbformat
import psutil
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_event_loop, run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from evidence.engine import results
from evidence.engine.document import Document
from evidence.engine.faults import Problem, RenderError
from evidence.engine.prelude import INLINE_MIME

MOST_PRINTED = 10_000_000

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
# A kernel alone has this value of it.
_OWN_FOLDER = "IPYTHONDIR"
_MODULE = "_render_kernel"
_START_SECONDS = 60
_FORK_SECONDS = 5


class Kernel(NotebookClient):
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
        if self.printed <= MOST_PRINTED:
            return super().process_message(msg, cell, cell_index)
        # As where the kernel died: a cell that goes on printing may go on for ever.
        if self.task_poll_for_reply:
            self.task_poll_for_reply.cancel()
        return None


class Kernels:
    """Kernels for run after run, forked from a process that has loaded what the last run did.

    To be used in a `with` block, at whose end that process ends. A run whose kernel it cannot
    make starts one as any other run does.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._key = ""
        self._modules: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def fork(
        self, document: Document, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Forked | None:
        """Return a new kernel, where one can be had that is as a new process would be."""
        root = str(document.project.root)
        tops = {name.partition(".")[0] for name in self._modules}
        # A module of the project would hide it.
        if self._key != _key(document) or any(PathFinder.find_spec(top, [root]) for top in tops):
            return None
        request = {"arguments": arguments, "environment": dict(environment), "folder": root}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            return Forked(int(self._answers.readline()))
        except (OSError, ValueError, psutil.Error):
            # It has ended, or does not answer.
            self._end()
            return None

    def prepare(self, document: Document, modules: Sequence[str], late: Sequence[str]) -> None:
        """Load for the next run what a run has from elsewhere, where its cells had to load any."""
        key = _key(document)
        there = self._process and self._process.poll() is None
        if there and self._key == key and {*late} <= {*self._modules}:
            return
        self._end()
        self._key, self._modules = key, tuple(modules)
        folder = Path(tempfile.mkdtemp(prefix="kernels-"))
        known = _settled(folder, document)
        ours, theirs = socket.socketpair()
        # Who waits longer for it has a new kernel sooner.
        ours.settimeout(_FORK_SECONDS)
        self._socket, self._answers = ours, ours.makefile("rb")
        self._mark = known[_OWN_FOLDER]
        text = resources.files("evidence.engine").joinpath("warm.py").read_text("utf-8")
        code = (
            f"import sys; del sys.path[0]\n{_watching()}import json, sys\n"
            f"exec({text!r}, warm := {{'__name__': 'warm'}})\n"
            f"warm['serve']({theirs.fileno()}, {str(folder)!r}, json.loads(sys.argv[1]))"
        )
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-c", code, json.dumps(modules)],
                cwd=document.project.root,
                env=known,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def end_strays(self) -> None:
        """End what came from a kernel of ours, left its group, and never started a program."""
        if self._process:
            _end_strays(self._mark, apart_from=self._process.pid)

    def _end(self) -> None:
        if self._process:
            self._answers.close()
            self._socket.close()
            try:
                self._process.wait(_FORK_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            shutil.rmtree(Path(self._mark).parent, ignore_errors=True)
            self._process, self._key = None, ""


class Forked:
    """A process that is a child of another one, used as `subprocess.Popen` is."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.pid = pid

    def poll(self) -> int | None:
        """Return nothing while it goes on; how it ended only its parent could tell."""
        with suppress(psutil.NoSuchProcess):
            if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
                return None
        return 0

    def wait(self) -> int:
        """Wait until it has ended."""
        while self.poll() is None:
            time.sleep(0.01)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        with suppress(psutil.NoSuchProcess):
            self._process.send_signal(number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class _Started(LocalProvisioner):
    """Kernels forked, where that can be, or started."""

    fork: Callable[[Sequence[str], Mapping[str, str]], Forked | None]

    async def launch_kernel(self, cmd: list[str], **how: Any) -> Any:
        """Make the process; the client is told how to speak to it."""
        # What follows the interpreter's own arguments.
        process = self.fork(cmd[cmd.index("-f") - 1 :], how["env"])
        if not process:
            return await super().launch_kernel(cmd, **how)
        self.process = cast("subprocess.Popen[Any]", process)
        self.pid = self.pgid = process.pid
        return self.connection_info


class _ThisPython(KernelSpecManager):
    """The interpreter that runs us, whatever kernels its user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def started(
    document: Document,
    folder: Path,
    timeout: int | None,
    ready: Callable[[], None],
    kernels: Kernels | None,
) -> Iterator[Kernel]:
    """Start a kernel in a folder of its own, and let no process of it outlive its use."""
    root = document.project.root
    manager = AsyncKernelManager(
        kernel_spec_manager=_ThisPython(), connection_file=str(folder / "kernel.json")
    )
    if kernels:
        manager.provisioner = _Started(
            kernel_id=uuid.uuid4().hex, kernel_spec=manager.kernel_spec, parent=manager
        )
        manager.provisioner.fork = partial(kernels.fork, document)
    kernel = Kernel(
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
        known = _settled(folder, document)
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
            _end_strays(known[_OWN_FOLDER])
            if kernels:
                kernels.end_strays()


def _end_strays(mark: str, *, apart_from: int = 0) -> None:
    """End what left a kernel's group and still has the environment that only its cells had."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != apart_from and process.environ().get(_OWN_FOLDER) == mark:
                process.kill()


def call(name: str, *arguments: object) -> str:
    """Return the code that calls a function of `prelude` in the kernel."""
    return f"__import__('sys').modules[{_MODULE!r}].{name}{arguments!r}"


def displayed(outputs: tuple[Any, ...]) -> Any:
    """Return what a function of `prelude` has displayed."""
    return next(o.data[INLINE_MIME] for o in outputs if INLINE_MIME in o.get("data", {}))


def _settled(folder: Path, document: Document) -> dict[str, str]:
    """Write a kernel's settings into its folder, and return the variables that it starts with."""
    drawing = _MATPLOTLIB.format(*document.project.figure_size)
    (folder / "matplotlibrc").write_text(drawing, encoding="utf-8")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(_IPYTHON, encoding="utf-8")
    return _environment(folder, document)


def _environment(folder: Path, document: Document) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in _PLACES & os.environ.keys()},
        **results.settings(),
        _OWN_FOLDER: str(folder / "ipython"),
        "LC_ALL": "C.UTF-8",
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(document.project.epoch),
        "TZ": "UTC",
        **document.environment,
    }


def _key(document: Document) -> str:
    """Return all that what a kernel loads may go by, apart from files."""
    project = document.project
    return repr((str(project.root), project.figure_size, _environment(Path(), document)))


def _watching() -> str:
    """Return the code by which a process knows `prelude`, and notes from then on what it reads."""
    text = resources.files("evidence.engine").joinpath("prelude.py").read_text(encoding="utf-8")
    return (
        "import sys, types\n"
        f"if {_MODULE!r} not in sys.modules:\n"
        f"    sys.modules[{_MODULE!r}] = types.ModuleType({_MODULE!r})\n"
        f"    exec({text!r}, sys.modules[{_MODULE!r}].__dict__)\n"
        f"    {call('watch')}\n"
        "del sys, types\n"
    )


def _preparation(document: Document) -> str:
    own = __name__.partition(".")[0]
    titles = dict(document.titles)
    return _watching() + call("prepare", str(document.project.root), own, titles)
