"""Records in a table, a row each: as tools of screening, reference managers and databases write."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evidence.exchange.sources.records import Part, Records, make_record, names_by_tag
from evidence.exchange.tables.grids import Grid
from evidence.exchange.tables.table_files import read_grids
from evidence.model.faults import Fault

_KIND = "table"
_JOURNAL = "journal"
_SIGNS = ",;\t"
# "['Marx, Karl', 'Lindgren, Astrid']", as a list in Python comes into a cell.
_LIST = re.compile(r"\[\s*['\"].*['\"]\s*\]", re.DOTALL)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_WITH_INITIALS = re.compile(r"[^\s,]+(?: [^\s,]+)* (?:[^\W\d_]\.-?)+")


def is_header(names: Iterable[str]) -> bool:
    """Say whether names of columns are those of a table of records."""
    known = names_by_tag(_KIND)
    parts = [known[name] for name in map(_plain, names) if name in known]
    return "title" in parts and len({*parts}) > 1


def is_table(text: str) -> bool:
    """Say whether a text is a table of records, by its first line."""
    lines = text.lstrip().split("\n", 2)
    # Spreadsheets may write above the names what parts them.
    first = lines[1] if lines[0].startswith("sep=") and len(lines) > 1 else lines[0]
    return any(is_header(first.split(sign)) for sign in _SIGNS)


def read_table(path: Path) -> tuple[Records | None, list[Fault]]:
    """Return the records of the first table of a file that has any, each with its place."""
    grids, faults = read_grids(path)
    if faults:
        return None, faults
    for grid in grids:
        filled = [number for number, cells in enumerate(grid.rows) if any(cells)]
        if filled and is_header(grid.rows[filled[0]]):
            return _records(grid, filled), []
    return None, []


def _records(grid: Grid, filled: Sequence[int]) -> Records:
    header = grid.rows[filled[0]]
    notes, found = [], []
    for number in filled[1:]:
        cells = grid.rows[number]
        if len(cells) > len(header):
            notes.append(f"{grid.place(number)}: cells beyond the last column, which have no name")
        line, column = (grid.lines[number], "") if grid.lines else (0, grid.place(number))
        found.append(make_record(_KIND, line, column, _parts(header, cells)))
    return Records(_KIND, tuple(found), (), tuple(notes))


def _parts(header: Sequence[str], cells: Sequence[str]) -> Iterator[Part]:
    names = names_by_tag(_KIND)
    columns = {_plain(name) for name, cell in zip(header, cells, strict=False) if cell.strip()}
    if _JOURNAL in columns and not any(names.get(one) == "type" for one in columns):
        # Tools of screening do not say what a record is, but where it appeared.
        yield Part("type", _JOURNAL, "journalArticle")
    for column, cell in zip(header, cells, strict=False):
        if not cell.strip():
            continue
        tag = _plain(column)
        name = names.get(tag, "")
        texts = _texts(cell) if _LIST.fullmatch(cell.strip()) else [cell]
        if name == "authors":
            texts = [one for text in texts for one in _people(text)]
        if name in ("authors", "keywords"):
            yield Part(name, tag, "; ".join(texts))
        else:
            # What has no name of ours is told by the name that the file has.
            yield Part(name, tag if name else column.strip(), "; ".join(texts))


def _plain(name: str) -> str:
    return " ".join(name.strip().strip('"').lower().split())


def _texts(cell: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", one or two) for one, two in _QUOTED.findall(cell)]


def _people(text: str) -> list[str]:
    """Return the names in a text, whichever of three ways it parts them."""
    if ";" in text:
        return text.split(";")
    # Rayyan puts "and" between people; a body may have one in its name.
    by_and = text.split(" and ")
    if all("," in one or _WITH_INITIALS.fullmatch(one.strip()) for one in by_and):
        people = by_and
    else:
        people = [text]
    if len(people) == 1:
        # Embase: "Liu R., Adler D.G."
        by_comma = [one.strip() for one in text.split(",")]
        if all(map(_WITH_INITIALS.fullmatch, by_comma)):
            people = by_comma
    return people
