"""Databases of other people's tools (SQLite), read without trust in what they say of themselves."""

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote as quoted

from evidence.exchange.tables.grids import Unreadable
from evidence.model.faults import quote

SQLITE = b"SQLite format 3"
LARGEST = 1_000_000_000
_COMPUTED = re.compile(r"\bAS\s*\(")
_MOST_ROWS, _LONGEST = 1_000_000, 20_000_000

Row = Mapping[str, str]


def read_tables(path: Path, queries: Mapping[str, str], tool: str) -> Mapping[str, list[Row]]:
    """Read the tables that are needed; nothing in a schema is run, and nothing is written.

    Parameters
    ----------
    queries
        By name, each of one table: what is read of it.
    tool
        What writes such a database.

    Raises
    ------
    Unreadable
        It is no such database, or larger than any that is read.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(f"it has {size:,} bytes; {LARGEST:,} are the most that is read")
    address = f"file:{quoted(path.absolute().as_posix())}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True)
    try:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        database.execute("PRAGMA trusted_schema = OFF")
        database.set_authorizer(_allowed)
        kinds = {
            str(name): (kind, str(sql).upper())
            for name, kind, sql in database.execute("SELECT name, type, sql FROM sqlite_master")
        }
        for query in queries.values():
            name = query.partition(" FROM ")[2].split()[0]
            kind, sql = kinds.get(name, ("", ""))
            # A table that is computed, or has such a column, could go on computing for ever.
            if kind != "table" or "VIRTUAL" in sql.split("(")[0] or _COMPUTED.search(sql):
                raise Unreadable(f"it is no database of {tool}: it has no table {quote(name)}")
        return {name: _read(database, query) for name, query in queries.items()}
    except sqlite3.Error as error:
        what = quote(str(error))
        raise Unreadable(f"it is no sound database of {tool} ({what}); export it anew") from error
    finally:
        database.close()


def _allowed(action: int, *_: str | None) -> int:
    """Let rows be read and nothing else be done, whatever a schema asks for."""
    reading = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if reading else sqlite3.SQLITE_DENY


def _read(database: sqlite3.Connection, query: str) -> list[Row]:
    found = database.execute(query)
    columns = [column for column, *_ in found.description]
    rows: list[Row] = [
        dict(zip(columns, ("" if one is None else str(one) for one in row), strict=True))
        for row in found.fetchmany(_MOST_ROWS + 1)
    ]
    if len(rows) > _MOST_ROWS:
        raise Unreadable(f"it has a table of over {_MOST_ROWS:,} rows, the most that is read")
    return rows
