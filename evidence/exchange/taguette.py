"""Taguette's database, and its exports of highlights and of the codebook as CSV.

Its codebook for other tools (.qdc) and what else is REFI-QDA is read by `refi_qda`.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote as quoted

from evidence.exchange.coded import CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.grids import Unreadable
from evidence.exchange.looks import Look
from evidence.exchange.records import clean
from evidence.exchange.refi_codes import DOTTED, apart
from evidence.exchange.spreadsheet import read_pages
from evidence.model.codebook import Facet
from evidence.model.faults import Fault, FaultCode, RecordCode, quote

_SQLITE = b"SQLite format 3"
# What is read, each from the table that is named last.
_QUERIES = {
    "texts": "SELECT id, name, description FROM documents",
    "tags": "SELECT id, path, description FROM tags",
    "highlights": "SELECT id, document_id, snippet, start_offset FROM highlights",
    "tagged": "SELECT highlight_id, tag_id FROM highlight_tags",
    "commands": "SELECT user_login, payload FROM commands ORDER BY id",
    "projects": "SELECT name FROM projects",
}
_COMPUTED = re.compile(r"\bAS\s*\(")
_HIGHLIGHTS = ("id", "document", "tag", "content")
_CODEBOOK = ("tag", "description", "number of highlights", "number of documents")
# Who works with it alone is called so, whoever it is.
_ALONE = "admin"
_LARGEST, _MOST_ROWS, _LONGEST = 1_000_000_000, 1_000_000, 20_000_000
_BLOCKS = {"p", "div", "br", "li", "td", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}

_Row = Mapping[str, str]


def is_database(look: Look) -> bool:
    """Say whether a file looks like a database."""
    return look.start.startswith(_SQLITE)


def is_table(look: Look) -> bool:
    """Say whether a file looks like highlights or a codebook as CSV."""
    head = look.start.partition(b"\n")[0].removeprefix(b"\xef\xbb\xbf").strip()
    columns = (*head.decode("utf-8", "replace").replace(";", ",").split(","),)
    return columns in (_HIGHLIGHTS, _CODEBOOK[:2], _CODEBOOK)


def read_table(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what an export of highlights or of the codebook says."""
    pages, faults = read_pages(path)
    if faults:
        return None, faults
    header, *rows = [[cell.text for cell in row] for row in pages[""].rows]
    held = [dict(zip(header, row, strict=False)) for row in rows]
    if tuple(header) == _HIGHLIGHTS:
        found = _evidence(
            [{"id": name, "name": name} for name in dict.fromkeys(row["document"] for row in held)],
            [{"path": tag} for tag in dict.fromkeys(row["tag"] for row in held) if tag],
            [{**row, "coder": ""} for row in held],
        )
    else:
        found = _evidence([], [{"path": row["tag"], **row} for row in held if row["tag"]], [])
    return _something(found, path)


def read_database(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a database says, which is neither changed nor believed."""
    file = path.as_posix()
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise Unreadable(f"it has {size:,} bytes; {_LARGEST:,} are the most that is read")
        tables = _tables(path)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        return None, [Fault(file, 0, "", FaultCode.MISSING_FILE, reason)]
    except (sqlite3.Error, Unreadable) as error:
        return None, [Fault(file, 0, "", RecordCode.UNREADABLE_FILE, str(error))]
    texts = {row["id"]: row for row in tables["texts"]}
    tags = {row["id"]: row for row in tables["tags"]}
    tagged: dict[str, list[str]] = {}
    for row in tables["tagged"]:
        tagged.setdefault(row["highlight_id"], []).append(
            tags.get(row["tag_id"], {}).get("path", "")
        )
    coders = dict(_coders(tables["commands"]))
    highlights = [
        {
            "id": row["id"],
            "document": row["document_id"],
            "tag": tag,
            "content": _text(row["snippet"]),
            "coder": coders.get(row["id"], ""),
        }
        for row in sorted(tables["highlights"], key=_place)
        if row["document_id"] in texts
        for tag in tagged.get(row["id"], [""])
    ]
    names = [quote(row["name"]) for row in tables["projects"]]
    notes = [f"it holds {len(names)} projects: {', '.join(names)}"] if len(names) > 1 else []
    return _something(_evidence([*texts.values()], tables["tags"], highlights, notes), path)


def _something(found: CodedEvidence, path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    if found.facets or found.codings:
        return found, []
    message = "there is no tag in it, and nothing is highlighted"
    return None, [Fault(path.as_posix(), 0, "", RecordCode.NO_RECORD, message)]


def _tables(path: Path) -> Mapping[str, list[_Row]]:
    """Read the tables that are needed; nothing in a schema is run, and nothing is written."""
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
        for query in _QUERIES.values():
            name = query.partition(" FROM ")[2].split()[0]
            kind, sql = kinds.get(name, ("", ""))
            # A table that is computed, or has such a column, could go on computing for ever.
            if kind != "table" or "VIRTUAL" in sql.split("(")[0] or _COMPUTED.search(sql):
                raise Unreadable(f"it is no database of Taguette: it has no table {quote(name)}")
        return {name: _read(database, query) for name, query in _QUERIES.items()}
    finally:
        database.close()


def _allowed(action: int, *_: str | None) -> int:
    """Let rows be read and nothing else be done, whatever a schema asks for."""
    reading = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if reading else sqlite3.SQLITE_DENY


def _read(database: sqlite3.Connection, query: str) -> list[_Row]:
    found = database.execute(query)
    columns = [column for column, *_ in found.description]
    rows: list[_Row] = [
        dict(zip(columns, ("" if one is None else str(one) for one in row), strict=True))
        for row in found.fetchmany(_MOST_ROWS + 1)
    ]
    if len(rows) > _MOST_ROWS:
        raise Unreadable(f"it has a table of over {_MOST_ROWS:,} rows, the most that is read")
    return rows


def _place(row: _Row) -> tuple[int, ...]:
    cells = (row[name] for name in ("document_id", "start_offset", "id"))
    return tuple(int(cell) if cell.isdecimal() else 0 for cell in cells)


def _coders(commands: Iterable[_Row]) -> Iterator[tuple[str, str]]:
    """Yield who highlighted or last changed what."""
    for row in commands:
        try:
            payload = json.loads(row["payload"])
        except (ValueError, RecursionError):
            continue
        if isinstance(payload, dict) and payload.get("type") == "highlight_add":
            login = row["user_login"]
            yield str(payload.get("highlight_id")), "" if login == _ALONE else login


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self.words.append(" ")


def _text(snippet: str) -> str:
    words = _Words()
    words.feed(snippet)
    words.close()
    return "".join(words.words)


def _evidence(
    documents: Iterable[_Row],
    tags: Iterable[_Row],
    highlights: Iterable[_Row],
    notes: Iterable[str] = (),
) -> CodedEvidence:
    lost: dict[str, dict[str, None]] = {}
    sources: list[CodedSource] = []
    names: dict[str, str] = {}
    known: dict[str, int] = {}
    for number, row in enumerate(documents, 1):
        name = clean(row["name"]) or f"document {row['id']}"
        known[name] = known.get(name, 0) + 1
        names[row["id"]] = name if known[name] == 1 else f"{name} ({known[name]})"
        sources.append(CodedSource(name=names[row["id"]], place=f"document {number}"))
        if said := clean(row.get("description", "")):
            lost.setdefault("comments on sources", {})[f"{names[row['id']]}: {said}"] = None
    facets: dict[str, Facet] = {}
    for row in tags:
        facet, code = apart(clean(row["path"]), DOTTED)
        held = facets.setdefault(facet, Facet("", {}, {}))
        meaning = held.codes.get(code) or clean(row.get("description", ""))
        facets[facet] = Facet("", {}, {**held.codes, code: meaning})
    codings: list[CodedPassage] = []
    for row in highlights:
        source, gist = names[row["document"]], clean(row["content"])
        if not row["tag"]:
            lost.setdefault("passages without a code", {})[f"{source}: {gist}"] = None
            continue
        facet, code = apart(clean(row["tag"]), DOTTED)
        place = f"highlight {row['id']}"
        codings.append(
            CodedPassage(
                source=source,
                place=place,
                coder=row["coder"],
                facet=facet,
                code=code,
                locator=place,
                gist=gist,
            )
        )
    return CodedEvidence(
        tool="Taguette",
        sources=tuple(sources),
        codings=tuple(codings),
        facets=facets,
        lost={what: tuple(texts) for what, texts in lost.items()},
        notes=tuple(notes),
    )
