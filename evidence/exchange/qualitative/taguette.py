"""Taguette's database, and its exports of highlights and of the codebook as CSV.

Its codebook for other tools (.qdc) and what else is REFI-QDA is read by `refi_qda`.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from evidence.exchange.codings.coded import CodedEvidence, CodedPassage, CodedSource
from evidence.exchange.looks import Look
from evidence.exchange.qualitative.databases import SQLITE, Row, read_tables
from evidence.exchange.qualitative.markup_text import text_of
from evidence.exchange.qualitative.refi_codes import DOTTED, apart
from evidence.exchange.sources.records import clean
from evidence.exchange.tables.spreadsheet import read_pages
from evidence.model.codebook import Facet
from evidence.model.faults import Fault, quote

# What is read, each from the table that is named last.
_QUERIES = {
    "texts": "SELECT id, name, description FROM documents",
    "tags": "SELECT id, path, description FROM tags",
    "highlights": "SELECT id, document_id, snippet, start_offset FROM highlights",
    "tagged": "SELECT highlight_id, tag_id FROM highlight_tags",
    "commands": "SELECT user_login, payload FROM commands ORDER BY id",
    "projects": "SELECT name FROM projects",
}
_HIGHLIGHTS = ("id", "document", "tag", "content")
_CODEBOOK = ("tag", "description", "number of highlights", "number of documents")
# Who works with it alone is called so, whoever it is.
_ALONE = "admin"


def is_database(look: Look) -> bool:
    """Say whether a file looks like a database, other than Zotero's, which has no codings."""
    return look.start.startswith(SQLITE) and "zotero" not in look.name.lower()


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
    return found, []


def read_database(path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
    """Return what a database says, which is neither changed nor believed."""
    tables = read_tables(path, _QUERIES, "Taguette")
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
            "content": text_of(row["snippet"]),
            "coder": coders.get(row["id"], ""),
        }
        for row in sorted(tables["highlights"], key=_place)
        if row["document_id"] in texts
        for tag in tagged.get(row["id"], [""])
    ]
    names = [quote(row["name"]) for row in tables["projects"]]
    notes = [f"it holds {len(names)} projects: {', '.join(names)}"] if len(names) > 1 else []
    return _evidence([*texts.values()], tables["tags"], highlights, notes), []


def _place(row: Row) -> tuple[int, ...]:
    cells = (row[name] for name in ("document_id", "start_offset", "id"))
    return tuple(int(cell) if cell.isdecimal() else 0 for cell in cells)


def _coders(commands: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Yield who highlighted or last changed what."""
    for row in commands:
        try:
            payload = json.loads(row["payload"])
        except (ValueError, RecursionError):
            continue
        if isinstance(payload, dict) and payload.get("type") == "highlight_add":
            login = row["user_login"]
            yield str(payload.get("highlight_id")), "" if login == _ALONE else login


def _evidence(
    documents: Iterable[Row],
    tags: Iterable[Row],
    highlights: Iterable[Row],
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
