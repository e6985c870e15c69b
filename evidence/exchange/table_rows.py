"""Rows and names put into the files of the data, all other bytes as they are."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from evidence.model.package import TableSchema
from evidence.model.tables import records, separator

_NAMES = re.compile(r"^people:[ ]*\[(?P<names>[^\]\n]*)\](?P<rest>[^\n]*)$", re.MULTILINE)
_AGREED = re.compile(r"^agreed:", re.MULTILINE)
_PLAIN = re.compile(r"[A-Za-z]\w{2,}", re.ASCII)
_TAKEN = frozenset({"yes", "true", "false", "null", "off"})


def with_rows(
    text: str, schema: TableSchema, coder: str, rows: Mapping[str, Sequence[Mapping[str, str]]]
) -> str:
    """Return the text of a table with rows of a coder in place of those that they had.

    Parameters
    ----------
    rows
        By source, each with its cells by column. They are put after the last row of the source,
        so that a table sorted by sources stays so.
    """
    sign = separator(text, schema.fields)
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    kept: list[str] = []
    last: dict[str, int] = {}
    columns = [*schema.fields]
    for line in lines:
        (cells,) = csv.reader([line], delimiter=sign)
        named = dict(zip(columns, cells, strict=False))
        source_id = named.get("source_id", "")
        if source_id in rows:
            last[source_id] = len(kept) - (named["coder"] == coder)
        if source_id not in rows or named["coder"] != coder:
            kept.append(line if line.endswith(("\n", "\r")) else line + end)
    places = {source_id: last.get(source_id, len(kept) - 1) + 1 for source_id in rows}
    # From the end, so that what is put in moves no place that is still to come.
    for place, source_id in sorted(((places[one], one) for one in rows), reverse=True):
        kept[place:place] = [_row(row, columns, sign, end) for row in rows[source_id]]
    return "".join(kept)


def _row(row: Mapping[str, str], columns: Sequence[str], sign: str, end: str) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=sign, lineterminator=end)
    writer.writerow([row.get(name, "") for name in columns])
    return written.getvalue()


def with_added(text: str, schema: TableSchema, rows: Sequence[Mapping[str, str]]) -> str:
    """Return the text of a table with rows put after its last."""
    sign = separator(text, schema.fields)
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    before = text if text.endswith("\n") else text + end
    return before + "".join(_row(row, [*schema.fields], sign, end) for row in rows)


def with_filled(text: str, schema: TableSchema, cells: Mapping[str, Mapping[str, str]]) -> str:
    """Return the text of a table in which cells are filled that were empty.

    Parameters
    ----------
    cells
        By source, its cells by column.
    """
    sign = separator(text, schema.fields)
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    # As the reader of the table counts lines, whatever stands within them.
    lines = re.split(r"(?<=\n)", text)
    starts = [*records(text, sign), (len(lines) + 1, [])]
    columns = [*schema.fields]
    made = []
    for (start, row), (after, _) in pairwise(starts):
        named = dict(zip(columns, row, strict=False))
        filled = cells.get(named.get("source_id", ""), {})
        new = {name: cell or filled.get(name, "") for name, cell in named.items()}
        same = start == 1 or new == named
        made.append(
            "".join(lines[start - 1 : after - 1]) if same else _row(new, columns, sign, end)
        )
    return "".join(made)


def with_person(text: str, name: str) -> str:
    """Return the text of a codebook that counts a person among those who check.

    Raises
    ------
    ValueError
        The codebook has `people` in a form that this does not know how to add to.
    """
    if found := _NAMES.search(text):
        line = f"people: [{found['names'].rstrip()}, {written(name)}]{found['rest']}"
        return text[: found.start()] + line + text[found.end() :]
    agreed = _AGREED.search(text)
    if agreed is None or re.search(r"^people:", text, re.MULTILINE):
        raise ValueError(f"add {written(name)} to the list people in it yourself")
    end = "\r\n" if "\r\n" in text else "\n"
    line = f"people: [{written(name)}]   # who checked some of the sources{end}"
    return text[: agreed.start()] + line + text[agreed.start() :]


def written(name: str) -> str:
    """Return a name as YAML has it."""
    plain = _PLAIN.fullmatch(name) and name.lower() not in _TAKEN
    return name if plain else json.dumps(name, ensure_ascii=False)
