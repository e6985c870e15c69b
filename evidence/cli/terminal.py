"""Printing for the verbs: progress, counts, differences, and text without control characters."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TextIO

CLEAR_LINE = "\r\x1b[2K"
# How much of a long text is shown, and how much of it before the difference.
LONGEST, BEFORE = 160, 40


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done now, and for how long the command has run.

    On a terminal it does so in one line, which is gone when the block ends; else in plain lines.
    """
    start = perf_counter()
    terminal = stream.isatty()

    def show(message: str) -> None:
        line = f"{perf_counter() - start:5.1f} s  {spelled_out(message)}"
        if terminal:
            width = shutil.get_terminal_size().columns
            stream.write(f"{CLEAR_LINE}{line[: width - 1]}")
        else:
            stream.write(f"{line}\n")
        stream.flush()

    try:
        yield show
    finally:
        if terminal:
            stream.write(CLEAR_LINE)
            stream.flush()


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: "1 fault", "1,200 faults"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def visible(text: str) -> str:
    """Return a text as one line, with control characters spelled out."""
    return spelled_out(" ".join(text.split()))


def spelled_out(text: str) -> str:
    """Return a text with control characters spelled out, ends of lines among them."""
    from evidence.model.faults import CONTROL

    one_line = " ".join(text.splitlines())
    return CONTROL.sub(lambda match: f"<U+{ord(match[0]):04X}>", one_line)


def difference(
    place: str, texts: tuple[str | None, str | None], names: tuple[str, str] = ("", "")
) -> Iterator[str]:
    """Yield the lines that show how two documents with names differ in one place."""
    yield visible(place)
    for sign, name, text in zip("-+", names, _around(*texts), strict=True):
        yield f"  {sign} {name}{': ' if name else ''}{'nothing' if text is None else visible(text)}"


def _around(one: str | None, two: str | None) -> tuple[str | None, str | None]:
    """Return two texts cut down, where they are long, to where they begin to differ."""
    if one is None or two is None or max(len(one), len(two)) <= LONGEST:
        return one and one[:LONGEST], two and two[:LONGEST]
    pairs = enumerate(zip(one, two, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))
    start = max(0, first - BEFORE)
    left, right = (
        f"{'…' if start else ''}{text[start : start + LONGEST]}"
        f"{'…' if len(text) > start + LONGEST else ''}"
        for text in (one, two)
    )
    return left, right
