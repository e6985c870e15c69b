"""A research report computed from its coded evidence, and what makes such reports.

import evidence

review = evidence.open()
review.findings
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evidence.model.faults import DataFaults
    from evidence.report.frames import Review

__all__ = ["DataFaults", "Review", "open"]


def open(path: str | Path | None = None) -> "Review":
    """Open the review that a folder belongs to; data that did not change are read once.

    Parameters
    ----------
    path
        A folder of the review's project, or a file in it; by default the current folder.

    Returns
    -------
    Review
        Its evidence and findings as tables, figures and Python values.

    Raises
    ------
    FileNotFoundError
        Neither the folder nor any above it has coded evidence.
    DataFaults
        The data are not valid; it names every fault with file and line.

    Examples
    --------
    >>> import evidence
    >>> review = evidence.open()
    >>> review.findings.query("verdict == 'supported'")  # doctest: +SKIP
    """
    from evidence.report.frames import open_review  # noqa: PLC0415 - help must come at once

    return open_review(Path(path) if path else Path.cwd())


def __getattr__(name: str) -> Any:
    if name == "Review":
        from evidence.report.frames import Review  # noqa: PLC0415

        return Review
    if name == "DataFaults":
        from evidence.model.faults import DataFaults  # noqa: PLC0415

        return DataFaults
    raise AttributeError(f"module 'evidence' has no attribute {name!r}")
