"""Text of the data made safe for Markdown, and Markdown as a cell can show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence.report.framed import framed

if TYPE_CHECKING:
    import pandas as pd

# Pandoc's signs, the colon of Quarto's bare addresses and emoji, and what would become a dash or an
# ellipsis. Braces and angle each have a backslash of their own, so that no shortcode is ever seen.
_SYMBOLS = re.compile(r"([\\`*_{}\[\]<>#|~^$@&!+=:]|-(?=-)|(?<=-)-|\.(?=\.)|(?<=\.)\.)")
_NUMBER = re.compile(r"none|not defined|[-–−]|[-−]?\d[\d,]*(\.\d+)?%?")
# What makes a block of a line: a sign, or the enumerator of a list such as "1." and "(iv)".
_BLOCK_START = re.compile(r"^(?:(?=[-%])|\(?(?:\d+|[a-zA-Z]|[ivxlcdmIVXLCDM]+)(?=[.)](?: |$)))")

_WIDEST = 1000
NONE = "none"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of Markdown that Jupyter and Quarto show as such."""

    markdown: str

    def _repr_markdown_(self) -> str:
        return self.markdown


def escape(text: str) -> str:
    """Return `text` as Markdown that reads back literally, on one line.

    Only straight quotes and apostrophes change: Pandoc sets them as typographic ones.
    """
    line = " ".join(text.split())
    return _BLOCK_START.sub(r"\g<0>\\", _SYMBOLS.sub(r"\\\1", line))


def cite(source_ids: Iterable[str]) -> str:
    """Return a citation of the sources, in the given order; nothing for no source."""
    keys = "; ".join(f"@{source_id}" for source_id in source_ids)
    return f"[{keys}]" if keys else ""


def cite_most(source_ids: Sequence[str], most: int) -> str:
    """Return a citation of the first sources and, where there are others, how many more."""
    more = len(source_ids) - most
    return cite(source_ids[:most]) + (f" and {more:,} more" if more > 0 else "")


def bullets(items: Iterable[str]) -> Text:
    """Return a bulleted list of Markdown items."""
    return Text("\n".join(f"- {item}" for item in items) + "\n")


def sentence_list(items: Sequence[str]) -> str:
    """Return items as English writes them: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def table(frame: pd.DataFrame) -> Text:
    """Return a frame as a Markdown pipe table, columns of numbers to the right.

    Cells are Markdown already (`escape` what comes from the data) or numbers.
    """
    if frame.empty:
        # A heading alone would look like a table that was lost.
        empty = [[NONE.capitalize(), *[""] * (len(frame.columns) - 1)]]
        frame = framed(empty, columns=frame.columns)
    text = frame.astype(str)
    rule = []
    for name in text:
        cells = list(text[name])
        # The dashes give long columns their share of the line; the cells need no filling up.
        dashes = "-" * (min(max([len(str(name)) + 2, *map(len, cells)]), _WIDEST) + 1)
        rule.append(f"{dashes}:" if all(map(_NUMBER.fullmatch, cells)) else f":{dashes}")
    heading, *body = (
        f"| {' | '.join(cells)} |" for cells in (map(str, text), *text.to_numpy().tolist())
    )
    return Text("\n".join((heading, f"|{'|'.join(rule)}|", *body)) + "\n")


def raw(html: str) -> str:
    """Return HTML as a block that Pandoc hands on as it is."""
    return f"```{{=html}}\n{html}\n```"


def counts_in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose counts are words of the report: 1,200, and "none" and not 0."""
    return frame.map(
        lambda cell: (f"{cell:,}" if cell else NONE) if isinstance(cell, int) else cell
    )


def attribute(text: str) -> str:
    """Return `text` in quotes, as the value of an attribute that reads back literally."""
    line = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{line.replace("{", "&#123;")}"'
