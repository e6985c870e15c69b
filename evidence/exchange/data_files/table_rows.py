"""Rows and names put into the files of the data, all other bytes as they are."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    return _written([[row.get(name, "") for name in columns]], sign, end)


def with_merged(text: str, schema: TableSchema, rows: Iterable[Sequence[str]]) -> str:
    """Return the text of a table with rows put in.

    A row takes the place of the one with its key, or else comes after the last of its source, so
    that a table sorted by sources stays so; those of new sources come last, in their order.

    Parameters
    ----------
    rows
        The cells of each, in the order of the columns.
    """
    sign = separator(text, schema.fields)
    # As csv counts them: other programs end lines at more signs.
    lines = [*io.StringIO(text, newline="")]
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    columns = [*schema.fields]
    key = [columns.index(name) for name in schema.primary_key]
    source = columns.index("source_id")
    given = {tuple(row[at] for at in key): row for row in rows}
    starts = [*records(text, sign), (len(lines) + 1, [])]
    kept: list[str] = []
    last: dict[str, int] = {}
    for (line, cells), (after, _) in pairwise(starts):
        held = "".join(lines[line - 1 : after - 1])
        row = given.pop(tuple(cells[at] for at in key), None) if line > 1 else None
        kept.append(_written([row], sign, end) if row else held)
        last[cells[source]] = len(kept) - 1
    if not kept[-1].endswith(("\n", "\r")):
        kept[-1] += end
    new: dict[int, list[Sequence[str]]] = {}
    for row in given.values():
        new.setdefault(last.get(row[source], len(kept) - 1), []).append(row)
    for place, several in new.items():
        kept[place] += _written(several, sign, end)
    return "".join(kept)


def with_empty_columns(text: str, schema: TableSchema, names: Sequence[str]) -> str:
    """Return the text of a table with columns behind its own, empty in each row."""
    sign = separator(text, schema.fields)
    lines = [*io.StringIO(text, newline="")]
    starts = {line for line, _ in records(text, sign)}
    found = []
    for number, line in enumerate(lines, 1):
        bare = line.rstrip("\r\n")
        # The row ends before the next begins, and the last with the file.
        is_end = number + 1 in starts or number == len(lines)
        more = sign + sign.join(names) if number == 1 else sign * len(names)
        found.append(f"{bare}{more if is_end else ''}{line[len(bare) :]}")
    return "".join(found)


def _written(rows: Iterable[Sequence[str]], sign: str, end: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=sign, lineterminator=end).writerows(rows)
    return text.getvalue()


def with_added(text: str, schema: TableSchema, rows: Sequence[Mapping[str, str]]) -> str:
    """Return the text of a table with rows put after its last."""
    sign = separator(text, schema.fields)
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    before = text if text.endswith("\n") else text + end
    return before + "".join(_row(row, [*schema.fields], sign, end) for row in rows)


def without_rows(
    text: str, schema: TableSchema, gone: Collection[str], key: str = "source_id"
) -> str:
    """Return the text of a table without the rows that have one of some values in a column."""
    at = [*schema.fields].index(key)
    lines = [*io.StringIO(text, newline="")]
    starts = [*records(text, separator(text, schema.fields)), (len(lines) + 1, [])]
    return "".join(
        "".join(lines[start - 1 : after - 1])
        for (start, cells), (after, _) in pairwise(starts)
        if len(cells) <= at or cells[at] not in gone
    )


def with_filled(
    text: str,
    schema: TableSchema,
    cells: Mapping[str, Mapping[str, str]],
    key: str = "source_id",
) -> str:
    """Return the text of a table in which cells are filled that were empty.

    Parameters
    ----------
    cells
        By what stands in the column `key`, cells by column.
    """
    if not cells:
        return text
    sign = separator(text, schema.fields)
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    # As the reader of the table counts lines, whatever stands within them.
    lines = re.split(r"(?<=\n)", text)
    starts = [*records(text, sign), (len(lines) + 1, [])]
    columns = [*schema.fields]
    made = []
    for (start, row), (after, _) in pairwise(starts):
        named = dict(zip(columns, row, strict=False))
        filled = cells.get(named.get(key, ""), {})
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
