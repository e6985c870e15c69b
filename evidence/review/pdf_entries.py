"""What stands in the entries of a PDF's objects, whatever a stranger's program wrote there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from lxml import etree
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, StreamObject

Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge in points, in the order and sense of a PDF's rectangles."""

# What may go wrong in an object that is damaged, or made to harm.
FAULTS = (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
          ValueError)  # fmt: skip

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DATE = re.compile(
    r"\s*(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:([Zz+-])(?:(\d\d)'?(\d\d)?)?)?"
)


def resolved(thing: Any) -> Any:
    """Follow a reference to what it stands for; None if it leads nowhere."""
    try:
        return thing.get_object() if isinstance(thing, IndirectObject) else thing
    except FAULTS:
        return None


def value_of(entry: Any, key: str) -> Any:
    """Return what an entry has under a key; None of what can't be read."""
    try:
        return resolved(entry.get(key))
    except FAULTS:
        return None


def name_of(entry: Any, key: str) -> str:
    """Return a name without its slash."""
    value = value_of(entry, key)
    return _clean(value.removeprefix("/")) if isinstance(value, str) else ""


def text_of(entry: Any, key: str) -> str:
    """Return a text without what can't be shown, its lines ended by line feeds."""
    value = value_of(entry, key)
    try:
        if isinstance(value, StreamObject):
            value = value.get_data()
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
    except FAULTS:
        return ""
    return _clean(value) if isinstance(value, str) else ""


def numbers_of(entry: Any, key: str) -> list[float]:
    """Return a list of numbers; none of one that holds anything else."""
    value = value_of(entry, key)
    try:
        numbers = [float(resolved(item)) for item in value] if isinstance(value, list) else []
    except (TypeError, ValueError, OverflowError):
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def boxes_of(numbers: Sequence[float], each: int) -> Iterator[Box]:
    """Make a box around the points of so many numbers each, x and y in turn."""
    for at in range(0, len(numbers) - each + 1, each):
        xs, ys = numbers[at : at + each : 2], numbers[at + 1 : at + each : 2]
        yield min(xs), min(ys), max(xs), max(ys)


def plain(rich: str) -> str:
    """Return what rich text says, a line for each paragraph."""
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root = etree.fromstring(rich.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return rich
    paragraphs = root.findall(".//{*}p") or [root]
    lines = (" ".join("".join(map(str, one.itertext())).split()) for one in paragraphs)
    return "\n".join(filter(None, lines))


def iso_date(date: str) -> str:
    """Return a PDF's date as ISO 8601, as far as it goes."""
    found = _DATE.match(date)
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, off, off_minutes = found.groups()
    when = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        datetime.fromisoformat(when)
    except ValueError:
        return ""
    if not hour:
        return "-".join(filter(None, (year, month, month and day)))
    if sign in ("+", "-"):
        return f"{when}{sign}{off or '00'}:{off_minutes or '00'}"
    return when + ("Z" if sign else "")


def _clean(text: str) -> str:
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", paired.replace("\r\n", "\n").replace("\r", "\n"))
