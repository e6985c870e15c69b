"""Text of the data made safe for Markdown, and Markdown as a cell can show it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from tabulate import tabulate

_SYMBOLS = re.compile(r"([\\`*_{}\[\]<>#|~^$@&!+=])")
_NUMBER = re.compile(r"none|not defined|[-–−]|[-−]?\d[\d,]*(\.\d+)?%?")
# What makes a block of a line: a sign, or the enumerator of a list such as "1." and "(iv)".
_BLOCK_START = re.compile(r"^(?:(?=[-:%])|\(?(?:\d+|[a-zA-Z]|[ivxlcdmIVXLCDM]+)(?=[.)](?: |$)))")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of Markdown that Jupyter and Quarto show as such."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def escape(text: str) -> str:
    """Return `text` as Markdown that reads back literally, on one line."""
    line = " ".join(text.split())
    return _BLOCK_START.sub(r"\g<0>\\", _SYMBOLS.sub(r"\\\1", line))


def cite(source_ids: Iterable[str]) -> str:
    """Return a citation of the sources, in the given order; nothing for no source."""
    keys = "; ".join(f"@{source_id}" for source_id in source_ids)
    return f"[{keys}]" if keys else ""


def bullets(items: Iterable[str]) -> Text:
    """Return a bulleted list of Markdown items."""
    return Text("\n".join(f"- {item}" for item in items) + "\n")


def definition_list(items: Iterable[tuple[str, str]]) -> Text:
    """Return a definition list of terms, each a Markdown line, with what is said of each."""
    return Text("\n".join(f"{term}\n:   {' '.join(said.splitlines())}\n" for term, said in items))


def sentence_list(items: Sequence[str]) -> str:
    """Return items as English writes them: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def table(frame: pd.DataFrame) -> Text:
    """Return a frame as a Markdown pipe table, columns of numbers to the right.

    Cells are Markdown already (`escape` what comes from the data) or numbers.
    """
    aligns = [
        "right" if all(_NUMBER.fullmatch(str(cell)) for cell in frame[column]) else "left"
        for column in frame
    ]
    text = tabulate(
        frame.to_dict("list"),
        headers="keys",
        tablefmt="pipe",
        colalign=aligns if len(frame) else None,
        disable_numparse=True,
    )
    return Text(f"{text}\n")
