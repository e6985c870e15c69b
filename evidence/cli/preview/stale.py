"""What tells a process that code has changed since it loaded its modules."""

import os
import sys
from contextlib import suppress
from importlib.machinery import all_suffixes

from evidence.engine.own import OWN_EXTENSION
from evidence.proof.manifest import PACKAGE

_SUFFIXES = frozenset(all_suffixes())


def state() -> dict[str, object]:
    """Return what tells that code has changed: of each file its stamp, of each folder its names.

    The files are those of loaded modules and all of this package, the folders those in which
    modules are sought: a new file in one may hide a module of another.
    """
    loaded = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    ours = (row for top in (PACKAGE, OWN_EXTENSION) for row in os.walk(top))
    files = {
        f"{folder}/{name}"
        for folder, _, names in ours
        if not folder.endswith("__pycache__")
        for name in names
    }
    stamps: dict[str, object] = {}
    for file in files | {name for name in loaded if name}:
        try:
            stat = os.stat(file)  # noqa: PTH116 - some thousands, before each build
            stamps[file] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        except OSError:
            stamps[file] = None
    for folder in sys.path:
        with suppress(OSError):
            names = os.listdir(folder or ".")  # noqa: PTH208 - as above
            stamps[f"{folder}/"] = sorted(filter(may_be_imported, names))
    return stamps


def may_be_imported(name: str) -> bool:
    """Tell whether a file or folder of a name may be a module; folders that cells fill are none."""
    stem, dot, suffix = name.partition(".")
    known = dot + suffix in _SUFFIXES if dot else not stem.startswith("_")
    return stem.isidentifier() and known


def holds(known: dict[str, object], now: dict[str, object], since: int) -> bool:
    """Tell whether all that is loaded is as it lies on the disk.

    What was loaded after `known` was looked at has not changed since the time `since`.
    """
    same = all(name in now and now[name] == stamp for name, stamp in known.items())
    return same and settled({name: now[name] for name in now.keys() - known.keys()}, since)


def settled(known: dict[str, object], since: int) -> bool:
    """Tell whether no file has changed since a time at which none was loaded."""
    return all(stamp[1] < since for stamp in known.values() if isinstance(stamp, tuple))
