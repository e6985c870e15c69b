"""Tables that documents leave to the workbook of evidence tables, handed on to it as files.

Cells run before the workbook is written, and elsewhere: each table waits for it in a file of the
folder ``_tables``, which Quarto and the builtin engine copy beside the documents as a resource of
the project.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.model.evidence import Evidence
from evidence.report.folders import WORKBOOK, folder
from evidence.report.markup import Text, table

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "_tables"
# A table with more rows stands in the workbook alone.
MOST = 500
SHOWN = 25
# Of more entries a list of references is no longer read: 1,000 of them take 26 pages.
MOST_REFERENCES = 1_000

# What Excel allows for the name of a sheet.
_LONGEST = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_ESCAPED = re.compile(r"\\([^\w\s])")

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook.

    Attributes
    ----------
    about
        What it holds, in a sentence.
    """

    name: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def hand_on(frame: pd.DataFrame, name: str, about: str) -> None:
    """Leave a table to the workbook, as a sheet of this name.

    Its cells are Markdown, as those of any table of the report, or numbers.
    """
    name = _NOT_IN_NAMES.sub(" ", name)[:_LONGEST].strip()
    cells = frame.astype(object)
    rows = cells.where(frame.notna(), None).to_numpy().tolist()
    content = {
        "name": name,
        "about": about,
        "columns": [plain(column) for column in frame.columns],
        "rows": [[plain(cell) for cell in row] for row in rows],
    }
    file = folder(FOLDER) / f"{name.lower().replace(' ', '-')}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def handed_on(made: Path) -> Iterator[Sheet]:
    """Yield the tables that cells left in a folder, by the names of their files."""
    for file in sorted((made / FOLDER).glob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        rows = tuple(map(tuple, found["rows"]))
        yield Sheet(found["name"], found["about"], tuple(found["columns"]), rows)


def long_table(frame: pd.DataFrame, name: str) -> Text:
    """Return a table for a document, its beginning alone where it has very many rows.

    The workbook then has the whole, as a sheet of this name.
    """
    if len(frame) <= MOST:
        return table(frame)
    said = (
        f"The table shows the first {SHOWN:,} of {len(frame):,} rows. All of them are in "
        f"[{WORKBOOK}]({WORKBOOK}) beside this document, on the sheet {name}."
    )
    hand_on(frame, name, f"The rows of the table {name}.")
    return Text(f"{said}\n\n{table(frame.head(SHOWN)).markdown}")


def only_cited(evidence: Evidence) -> Text:
    """Return what says that the list of references has only what is cited, of very many sources.

    Elsewhere it is empty. The filter `wording.lua` then passes over `nocite`, by which a document
    lists what it does not cite.
    """
    number = len(evidence.references)
    if number <= MOST_REFERENCES:
        return Text("")
    return Text(
        "::: {.only-cited}\n"
        f"Listed is what is cited above. The bibliography has {number:,} entries, too many to "
        f"print; all sources are in [{WORKBOOK}]({WORKBOOK}) beside this document.\n:::\n"
    )


def plain(cell: object) -> Cell:
    """Return a number, or a cell's Markdown as plain text."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, (int, float)):
        return cell
    # A number of NumPy's.
    if hasattr(cell, "item"):
        return plain(cell.item())
    text = str(cell).strip().removeprefix("@").replace("**", "")
    return _ESCAPED.sub(r"\1", text)
