"""Tables that would fill a document: summed up in it, and whole in a file beside it."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

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

    Parameters
    ----------
    frame
        The table; its cells are Markdown.
    name
        What the file is called.
    """
    file = folder(FOLDER) / f"{name}.csv"
    if len(frame) <= MOST:
        file.unlink(missing_ok=True)
        return table(frame)
    _write(file, list(frame.columns), frame.itertuples(index=False))
    said = (
        f"The table shows the first {SHOWN:,} of {len(frame):,} rows. All of them are in the file "
        f"`{file}` beside this document."
    )
    return Text(f"{said}\n\n{table(frame.head(SHOWN)).markdown}")


def cite_many(source_ids: Sequence[str], name: str) -> str:
    """Return citations of sources, of the first alone where there are very many.

    Parameters
    ----------
    source_ids
        The sources, in the order in which they are cited.
    name
        What the file with all of them is called.
    """
    file = folder(FOLDER) / f"{name}.csv"
    if len(source_ids) <= MOST:
        file.unlink(missing_ok=True)
        return cite(source_ids)
    _write(file, ["source_id"], ([source_id] for source_id in source_ids))
    more = len(source_ids) - SHOWN
    return f"{cite(source_ids[:SHOWN])} and {more:,} more, all named in the file `{file}`"


def plain(cell: object) -> str:
    """Return a cell's Markdown as a spreadsheet shows it, no formula of it.

    Parameters
    ----------
    cell
        A number, or Markdown of the kind that tables hold.
    """
    text = _ESCAPED.sub(r"\1", str(cell).removeprefix("@"))
    return f"'{text}" if _FORMULA.match(text) else text


def _write(file: Path, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([plain(cell) for cell in row] for row in rows)
