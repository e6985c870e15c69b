"""Progress of a long command: one line that changes on a terminal, plain lines elsewhere."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TextIO

CLEAR_LINE = "\r\x1b[2K"


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done now, and for how long the command has run.

    Parameters
    ----------
    stream
        Where to show it. On a terminal the line is gone when the block ends.
    """
    start = perf_counter()
    terminal = stream.isatty()

    def show(message: str) -> None:
        line = f"{perf_counter() - start:5.1f} s  {message}"
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
