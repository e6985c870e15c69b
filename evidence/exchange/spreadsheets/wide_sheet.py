"""A spreadsheet with a row for each study, however its makers laid it out.

The header may lie under titles and take several rows, in which groups of columns have a name.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from evidence.exchange.sources.records import clean
from evidence.exchange.tables.grids import MOST_CELLS, Grid, letters
from evidence.exchange.tables.table_files import read_grids
from evidence.model.faults import Fault, FaultCode, nearest, quote

# The header is looked for in so many rows, and is the first that is filled so far as the fullest.
_SEARCHED, _FULL = 30, 0.6
# What stands alone above a header is a title; a group of columns has a shorter name.
_LONGEST_GROUP, _LONGEST_NAME = 60, 200
BETWEEN = " / "


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    at
        Its number, the first being 0.
    name
        By which a map calls it: its heading with those of its groups, unlike any other's.
    groups, title
        The headings above, from the top, and its own.
    """

    at: int
    name: str
    groups: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class WideSheet:
    """A sheet as far as it is a table.

    Attributes
    ----------
    header
        Its rows, the first of the sheet being 1.
    rows
        The number of each row below the header that has anything, the first of the sheet being 0.
    covered
        Column to its rows below the header that a merged cell covers, each with the text of that.
    others
        The other sheets of the file.
    """

    grid: Grid
    header: tuple[int, ...]
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    covered: Mapping[int, Mapping[int, str]]
    others: tuple[Grid, ...]

    def cells(self, column: Column) -> Iterator[tuple[int, str]]:
        """Yield the rows in which a column is filled, each with its text."""
        at, rows = column.at, self.grid.rows
        covered = self.covered.get(at, {})
        for row in self.rows:
            cells = rows[row]
            text = (cells[at] if at < len(cells) else "") or covered.get(row, "")
            if text:
                yield row, tidied(text)


def read_wide(
    path: Path, sheet: str = "", header: Sequence[int] = ()
) -> tuple[WideSheet | None, list[Fault]]:
    """Return a sheet of a file, or every fault that keeps it from being read.

    Parameters
    ----------
    sheet, header
        Which, and the rows of its header; without a name the visible one that has most, and the
        header is looked for.
    """
    grids, faults = read_grids(path)
    if faults:
        return None, faults
    file = path.as_posix()
    if sheet and sheet not in (names := tuple(grid.name for grid in grids)):
        message, allowed = f"there is no sheet {quote(sheet)}", ", ".join(names)
        near = nearest(sheet, names)
        return None, [Fault(file, 0, "", FaultCode.UNKNOWN_VALUE, message, allowed, near)]
    wanted = [grid for grid in grids if (grid.name == sheet if sheet else not grid.hidden)]
    most = max(wanted, key=_filled, default=None)
    grid = _without_endless(most) if most else None
    rows = tuple(row - 1 for row in header) or (_header(grid) if grid else ())
    below = [row for row, cells in enumerate(grid.rows) if any(cells)] if grid else []
    below = [row for row in below if row > max(rows, default=0)]
    if grid is None or not rows or not below or max(rows) >= len(grid.rows):
        message = "there is no table here: a row of headings, and rows below it"
        return None, [Fault(file, 0, sheet, FaultCode.EMPTY_TABLE, message)]
    found = WideSheet(
        grid,
        header=tuple(row + 1 for row in rows),
        columns=tuple(_columns(grid, rows, below)),
        rows=tuple(below),
        covered=_covered(grid, below[0]),
        others=tuple(one for one in grids if one is not most),
    )
    return found, []


@cache
def tidied(text: str) -> str:
    """Return a cell's text without what nobody sees, its lines kept."""
    return "\n".join(filter(None, map(clean, text.split("\n"))))


def _filled(grid: Grid) -> int:
    return sum(sum(map(bool, row)) for row in grid.rows)


def _area(grid: Grid, area: tuple[int, int, int, int]) -> tuple[range, range, str]:
    """Return the rows, the columns and the text of a merged cell, as far as the sheet goes."""
    top, bottom, left, right = area
    cells = grid.rows[top] if top < len(grid.rows) else ()
    text = cells[left] if left < len(cells) else ""
    return (
        range(top, min(bottom + 1, len(grid.rows))),
        range(left, min(right + 1, grid.width)),
        text,
    )


def _without_endless(grid: Grid) -> Grid:
    """Return a sheet without its merged cells where they cover more cells than there can be."""
    areas = (_area(grid, area) for area in grid.merged)
    covered = sum(len(rows) * len(columns) for rows, columns, _ in areas)
    return replace(grid, merged=()) if covered > MOST_CELLS else grid


def _covered(grid: Grid, first: int) -> Mapping[int, Mapping[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for area in grid.merged:
        rows, columns, text = _area(grid, area)
        if text and rows.start >= first:
            for at in columns:
                found.setdefault(at, {}).update(dict.fromkeys(rows, text))
    return found


def _spread(grid: Grid, row: int, width: int) -> list[str]:
    """Return the cells of a row, each merged cell's text in all that it covers."""
    cells = [*grid.rows[row], *[""] * (width - len(grid.rows[row]))]
    for rows, columns, text in (_area(grid, area) for area in grid.merged):
        if row in rows:
            for at in columns:
                cells[at] = cells[at] or text
    return [tidied(cell).replace("\n", " ") for cell in cells]


def _header(grid: Grid) -> tuple[int, ...]:
    """Return the rows of a header."""
    width = grid.width
    searched = range(min(_SEARCHED, len(grid.rows)))
    spread = [_spread(grid, row, width) for row in searched]
    filled = [sum(map(bool, row)) for row in spread]
    enough = max(2, _FULL * max(filled, default=0))
    fit = [row for row in searched if filled[row] >= enough and len({*spread[row], ""}) > 2]
    if not fit:
        return ()
    first = last = fit[0]
    # Groups that are merged cells make the row as full as the one that it heads.
    while last + 1 < len(grid.rows) and _has_groups(grid, last):
        last += 1
    if first == last and first and _is_group_row(grid, first - 1, spread[first]):
        first -= 1
    return tuple(range(first, last + 1))


def _has_groups(grid: Grid, row: int) -> bool:
    return any(top == bottom == row and left < right for top, bottom, left, right in grid.merged)


def _is_group_row(grid: Grid, row: int, below: Sequence[str]) -> bool:
    """Say whether the few cells of a row are the names of groups, and no title of the sheet."""
    filled = {at: text for at, text in enumerate(grid.rows[row]) if text}
    named = all(below[at] for at in filled if at < len(below))
    return len(filled) > 1 and named and max(map(len, filled.values())) <= _LONGEST_GROUP


def _columns(grid: Grid, header: Sequence[int], below: Sequence[int]) -> Iterator[Column]:
    width = grid.width
    levels = [_spread(grid, row, width) for row in header]
    own = levels[-1]
    for place, row in enumerate(header[:-1]):
        if not _has_groups(grid, row):
            levels[place] = _carried(levels[place], own)
    used = {at for row in below for at, text in enumerate(grid.rows[row]) if text}
    taken: set[str] = set()
    for at in range(width):
        names = [*dict.fromkeys(filter(None, (level[at] for level in levels)))]
        if not names and at not in used:
            continue
        name = BETWEEN.join(names)[:_LONGEST_NAME].strip() or f"(column {letters(at)})"
        if name in taken:
            name = f"{name} ({letters(at)})"
        taken.add(name)
        yield Column(at, name, tuple(names[:-1]), names[-1] if names else "")


def _carried(level: Sequence[str], own: Sequence[str]) -> list[str]:
    """Return the names of groups of which only the first column has the name."""
    found, group = [], ""
    for name, below in zip(level, own, strict=True):
        group = name or group
        found.append(group if below else name)
    return found


def column_named(columns: Collection[Column], name: str) -> Column | None:
    """Return the column of a name, without regard to capitals."""
    folded = name.casefold()
    same = [one for one in columns if one.name.casefold() == folded]
    return next((one for one in same if one.name == name), same[0] if same else None)
