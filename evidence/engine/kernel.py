"""The Jupyter kernel that runs the cells: this interpreter, with an environment of its own.

A cell sees no other variable than those named here: its results could not be kept without knowing
it, and a secret of whoever builds the report could end in it.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from evidence.engine import results
from evidence.engine.document import Document
from evidence.engine.faults import Problem, RenderCode, RenderError
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
"""
_IPYTHON = "c.InlineBackend.figure_formats = ['svg', 'png']\n"
_MODULE = "_render_kernel"
_START_SECONDS = 60


class Kernel(NotebookClient):
    """A client that does not let a cell fill the memory with what it prints."""

    printed = 0

    def run(self, code: str) -> tuple[Any, ...]:
        """Run code and return its outputs, as in a notebook."""
        cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
        self.nb.cells.append(cell)
        self.printed = 0
        return tuple(self.execute_cell(cell, len(self.nb.cells) - 1).outputs)

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


class _ThisPython(KernelSpecManager):
    """The interpreter that runs us, whatever kernels its user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


@contextmanager
def started(document: Document, folder: Path, timeout: int | None) -> Iterator[Kernel]:
    """Start a kernel in a folder of its own, and let no process of it outlive its use.

    Raises
    ------
    RenderError
        If it does not start.
    """
    root = document.project.root
    manager = AsyncKernelManager(
        kernel_spec_manager=_ThisPython(), connection_file=str(folder / "kernel.json")
    )
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
    group, setting_up = None, True
    try:
        known = _environment(folder, document.project.epoch)
        with kernel.setup_kernel(env=known, cleanup_kc=True):
            group = manager.provisioner.pgid  # type: ignore[union-attr]
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
        raise RenderError(Problem(RenderCode.NO_KERNEL, "", 0, message, hint)) from error
    finally:
        if group is None and manager.provisioner:
            group = getattr(manager.provisioner, "pgid", None)
        if group:
            # The kernel leads its group; what its cells started may still be there.
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def call(name: str, *arguments: object) -> str:
    """Return the code that calls a function of `prelude` in the kernel."""
    return f"__import__('sys').modules[{_MODULE!r}].{name}{arguments!r}"


def displayed(outputs: tuple[Any, ...]) -> Any:
    """Return what a function of `prelude` has displayed."""
    return next(o.data[INLINE_MIME] for o in outputs if INLINE_MIME in o.get("data", {}))


def _environment(folder: Path, epoch: int) -> dict[str, str]:
    """Write the kernel's settings into its folder, and return the variables that it starts with."""
    (folder / "matplotlibrc").write_text(_MATPLOTLIB, encoding="utf-8")
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
        "SOURCE_DATE_EPOCH": str(epoch),
        "TZ": "UTC",
    }


def _preparation(document: Document) -> str:
    text = resources.files("evidence.engine").joinpath("prelude.py").read_text(encoding="utf-8")
    lines = (
        "import sys, types",
        f"sys.modules[{_MODULE!r}] = types.ModuleType({_MODULE!r})",
        f"exec({text!r}, sys.modules[{_MODULE!r}].__dict__)",
        "del sys, types",
        call("prepare", str(document.project.root), dict(document.titles)),
    )
    return "\n".join(lines)
