"""A document's date: read, worded, and fixed where it says `today`."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

# Whatever the clock says, two builds of the same files give the same bytes.
MOVING = frozenset({"today", "now", "last-modified"})
# Forms that can be read in one way only; 03/04/2026 cannot.
_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_STYLES = {
    "full": "dddd, D MMMM YYYY",
    "long": "D MMMM YYYY",
    "medium": "D MMM YYYY",
    "short": "DD/MM/YYYY",
    "iso": "YYYY-MM-DD",
}
_PARTS: Mapping[str, Callable[[dt.date], str]] = {
    "YYYY": lambda day: f"{day:%Y}",
    "YY": lambda day: f"{day:%y}",
    "MMMM": lambda day: f"{day:%B}",
    "MMM": lambda day: f"{day:%b}",
    "MM": lambda day: f"{day:%m}",
    "M": lambda day: str(day.month),
    "DD": lambda day: f"{day:%d}",
    "Do": lambda day: f"{day.day}{_ordinal(day.day)}",
    "D": lambda day: str(day.day),
    "dddd": lambda day: f"{day:%A}",
    "ddd": lambda day: f"{day:%a}",
}
_TOKEN = re.compile(r"\[(?P<text>[^]]*)\]|(?P<part>Do|([A-Za-z])\3*)")


def read(text: str) -> dt.date | None:
    """Read a date that can be read in one way only, such as 2026-11-22 or 22 November 2026."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(text).date()
    for form in _FORMS:
        with suppress(ValueError):
            return dt.datetime.strptime(text, form).date()
    return None


def last_change(root: Path, document: Path) -> dt.date:
    """Return the day that `today` means: the same for all builds of the same state of a project.

    It is the day of SOURCE_DATE_EPOCH where that is set, else of the last commit that touches the
    project, else the one on which the document was saved.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal():
        return dt.datetime.fromtimestamp(int(given), dt.UTC).date()
    with suppress(OSError, ValueError):
        command = ["git", "log", "-1", "--format=%cs", "--", "."]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
        return dt.date.fromisoformat(done.stdout.strip())
    return dt.datetime.fromtimestamp((root / document).stat().st_mtime, dt.UTC).date()


def worded(day: dt.date, form: str = "long") -> str:
    """Word a date as one of Quarto's styles or a form such as `D MMMM YYYY` says.

    Parts that `is_form` refuses stay as they are.
    """

    def part(match: re.Match[str]) -> str:
        if match["part"] is None:
            return match["text"]
        return _PARTS[match["part"]](day) if match["part"] in _PARTS else match["part"]

    return _TOKEN.sub(part, _STYLES.get(form, form))


def is_form(form: str) -> bool:
    """Tell whether `worded` knows all parts of a form."""
    found = (match["part"] for match in _TOKEN.finditer(_STYLES.get(form, form)))
    return all(part is None or part in _PARTS for part in found)


def _ordinal(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number if number < 20 else number % 10, "th")
