"""The versions of what is installed."""

import re
from importlib.metadata import distribution

_VERSION = re.compile(r"^Version:[ \t]*(\S+)", re.MULTILINE)


def version(name: str) -> str:
    """Return the version of a distribution, without reading all else that is said of it.

    Raises
    ------
    PackageNotFoundError
        If it is not installed.
    """
    found = distribution(name)
    told = found.read_text("METADATA") or found.read_text("PKG-INFO") or ""
    head = _VERSION.search(told.partition("\n\n")[0])
    return head[1] if head else found.version
