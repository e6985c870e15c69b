"""Tables that would fill a document: summed up in it, and whole in a file beside it."""

import csv
import re
from collections.abc import Iterable, Sequence

import pandas as pd

from evidence.report.folders import folder
from evidence.report.markup import Text, cite, table

FOLDER = "_tables"
MOST = 500
SHOWN = 25

_ESCAPED = re.compile(r"\\([^\w\s])")
_FORMULA = re.compile(r"[=+\-@\t\r]")


def long_table(frame: pd.DataFrame, name: str) -> Text:
    """Return a table for a document, its beginning alone where it has very many rows.

    The whole then goes into ``_tables/NAME.csv``, which Quarto and the builtin engine copy beside
    the documents as a resource of the project.
    """
    file = _overflow(name, list(frame.columns), list(frame.itertuples(index=False)))
    if not file:
        return table(frame)
    said = (
        f"The table shows the first {SHOWN:,} of {len(frame):,} rows. All of them are in the file "
        f"`{file}` beside this document."
    )
    return Text(f"{said}\n\n{table(frame.head(SHOWN)).markdown}")


def cite_many(source_ids: Sequence[str], name: str) -> str:
    """Return citations of sources, of the first alone where a file has to hold them all."""
    file = _overflow(name, ["source_id"], [(source_id,) for source_id in source_ids])
    if not file:
        return cite(source_ids)
    more = len(source_ids) - SHOWN
    return f"{cite(source_ids[:SHOWN])} and {more:,} more, all named in the file `{file}`"


def plain(cell: object) -> str:
    """Return a number or a cell's Markdown as a spreadsheet shows it, no formula of it."""
    text = _ESCAPED.sub(r"\1", str(cell).removeprefix("@"))
    return f"'{text}" if _FORMULA.match(text) else text


def _overflow(name: str, columns: Sequence[str], rows: Sequence[Iterable[object]]) -> str:
    """Write rows that are too many for a document into a file; return its path, or nothing."""
    file = folder(FOLDER) / f"{name}.csv"
    if len(rows) <= MOST:
        file.unlink(missing_ok=True)
        return ""
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([map(plain, row) for row in (columns, *rows)])
    return str(file)
