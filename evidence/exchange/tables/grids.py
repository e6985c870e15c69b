"""Tables of a workbook or a text file as text, and what their readers share.

Files are a stranger's: nothing in them is run, followed or believed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import IO, Any

from lxml import etree

# More than any table of studies or answers has, and little enough to be read in half a minute.
UNPACKED = 600_000_000
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 1_000, 5_000_000
FORMULA, DATE = "a formula", "a date"


class Unreadable(Exception):  # noqa: N818 - what a file is
    """A file that is not read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a file, as text: a tab of a workbook, whose name it has, or a text file.

    Attributes
    ----------
    rows
        Each as long as it is filled, the first at 0, so that an empty one has no cells.
    width
        How many columns there are.
    lines
        Of a text file, where each row starts.
    merged
        Areas that are one cell: the first and last row, and the first and last column.
    made
        Row and column to what the text was made of where nobody typed it as text.
    hidden_rows, hidden_columns
        How many are, by a filter or otherwise.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    width: int
    lines: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    made: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0

    def place(self, row: int, column: int | None = None) -> str:
        """Return where a row or a cell stands, as a person would say it."""
        if self.lines:
            return f"line {self.lines[row]}"
        cell = f"row {row + 1}" if column is None else f"{letters(column)}{row + 1}"
        return f"{self.name}!{cell}" if self.name else cell


class Gathered:
    """The rows of a table while they are read, held to what is the most."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []
        self.made: dict[tuple[int, int], str] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows = 0
        self.hidden_columns = 0
        self._cells = 0
        self._lines: dict[str, str] = {}

    def put(self, row: int, cells: Mapping[int, str]) -> None:
        """Put the filled cells of a row in their places."""
        if not cells:
            return
        width = max(cells) + 1
        self._cells += width
        if row >= MOST_ROWS or width > MOST_COLUMNS or self._cells > MOST_CELLS:
            raise Unreadable(too_large())
        if row < len(self.rows):
            raise Unreadable("a row stands twice in it; open it in a spreadsheet and save it again")
        self.rows += [()] * (row - len(self.rows))
        # One object for each text, however often it stands there.
        self.rows.append(tuple([self._lines.get(one) or self._line(one) for one in _full(cells)]))

    def grid(
        self, file: str, name: str = "", *, is_hidden: bool = False, lines: Sequence[int] = ()
    ) -> Grid:
        """Return the table."""
        return Grid(
            file=file,
            name=name,
            rows=tuple(self.rows),
            width=max(map(len, self.rows), default=0),
            lines=tuple(lines),
            merged=tuple(self.merged),
            made=self.made,
            hidden=is_hidden,
            hidden_rows=self.hidden_rows,
            hidden_columns=self.hidden_columns,
        )

    def _line(self, text: str) -> str:
        return self._lines.setdefault(text, in_lines(text))


def _full(cells: Mapping[int, str]) -> Sequence[str]:
    width = max(cells) + 1
    return [*cells.values()] if len(cells) == width else [cells.get(i, "") for i in range(width)]


def in_lines(text: str) -> str:
    """Return a text with single spaces, and its lines if it has several."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return unicodedata.normalize("NFC", "\n".join(filter(None, lines)))


def letters(column: int) -> str:
    """Return a column, the first being 0, as spreadsheets name it: A, B … Z, AA."""
    found, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = ascii_uppercase[rest] + found
    return found


def too_large() -> str:
    """Return why a file is too large."""
    return (
        f"it unpacks to more than {UNPACKED // 1_000_000} MB or has over {MOST_ROWS:,} rows, "
        f"{MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells, which are the most that is read"
    )


def parsed(source: IO[bytes], tags: Sequence[str], events: Sequence[str] = ("end",)) -> Any:
    """Yield elements of these tags while they are read, nothing followed and nothing fetched."""
    return etree.iterparse(
        source,
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def tree(raw: bytes) -> Any:
    """Return the root of a small part."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(raw, parser)


def forget(element: Any) -> None:
    """Give back the memory of an element that is done with, and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
