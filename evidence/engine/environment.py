"""The environment in which cells run: nobody's own settings change what they compute.

A cell sees no other variable: its results could not be kept without knowing it, and a secret of
whoever builds the report could end in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# Where things lie, which changes no result.
_PLACES = {
    "HOME", "LD_LIBRARY_PATH", "MPLCONFIGDIR", "PATH", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME",
}  # fmt: skip
# What Python and its numbers go by.
_SETTINGS = ("PYTHON", "OMP_", "OPENBLAS_", "MKL_", "NPY_")
_PERSONAL = {"PYTHONSTARTUP", "PYTHONHASHSEED"}
# These change what Python leaves behind and how it prints, and no result.
_NO_MATTER = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}

_MATPLOTLIBRC = "matplotlibrc"
# Without a salt the ids in matplotlib's SVG are random.
_FIGURES = "svg.hashsalt: render\nfigure.dpi: 200\nsavefig.dpi: 200\nfigure.max_open_warning: 0\n"
_KERNEL = "c.InlineBackend.figure_formats = ['svg', 'png']\n"


def write_settings(folder: Path) -> None:
    """Write how a kernel draws figures: as SVG and as PNG, by no settings of whoever runs us.

    They are read when cells first import matplotlib, which would be half of a kernel's start.

    Parameters
    ----------
    folder
        A folder of the kernel's own.
    """
    (folder / _MATPLOTLIBRC).write_text(_FIGURES, encoding="utf-8")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(_KERNEL, encoding="utf-8")


def variables(folder: Path, epoch: int) -> dict[str, str]:
    """Return the variables that a kernel starts with.

    Parameters
    ----------
    folder
        A folder of the kernel's own.
    epoch
        The report's date, in seconds since 1970.
    """
    return {
        **{name: os.environ[name] for name in _PLACES & os.environ.keys()},
        **{name: value for name, value in os.environ.items() if _is_setting(name)},
        "IPYTHONDIR": str(folder / "ipython"),
        "LC_ALL": "C.UTF-8",
        "MATPLOTLIBRC": str(folder / _MATPLOTLIBRC),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(epoch),
        "TZ": "UTC",
    }


def settings() -> Mapping[str, str]:
    """Return those variables of ours that results of cells can depend on."""
    names = sorted(name for name in os.environ if _is_setting(name) and name not in _NO_MATTER)
    return {name: os.environ[name] for name in names}


def _is_setting(name: str) -> bool:
    return name.startswith(_SETTINGS) and name not in _PERSONAL
