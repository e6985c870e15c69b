"""Zotero's library: the RDF that it exports, and its database, zotero.sqlite, as it lies there.

Tags and the collections that an item is in become keywords, its notes become notes; attachments
are told and not opened.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from lxml import etree

from evidence.exchange.looks import Look
from evidence.exchange.qualitative.databases import Row, read_tables
from evidence.exchange.qualitative.markup_text import text_of
from evidence.exchange.qualitative.refi_package import read_xml
from evidence.exchange.sources.records import (
    Part,
    Record,
    Records,
    make_record,
    malformed,
    names_by_tag,
)
from evidence.exchange.tables.grids import Unreadable
from evidence.model.faults import Fault, FaultCode, RecordCode

_KIND = "zotero"
_AUTHOR = "author"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_Z = "{http://www.zotero.org/namespaces/export#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_BIB = "{http://purl.org/net/biblio#}"
_FOAF = "{http://xmlns.com/foaf/0.1/}"
_VCARD = "{http://nwalsh.com/rdf/vCard#}"
_PRISM = "{http://prismstandard.org/namespaces/1.2/basic/}"
_LINK = "{http://purl.org/rss/1.0/modules/link/}"
_ABOUT, _RESOURCE = f"{_RDF}about", f"{_RDF}resource"
# What stands in an item by itself, under the names that the database has for it.
_FIELDS = {
    f"{_Z}itemType": "itemType",
    f"{_Z}type": "reportType",
    f"{_Z}language": "language",
    f"{_DC}language": "language",
    f"{_DC}title": "title",
    f"{_DC}date": "date",
    f"{_DC}description": "extra",
    f"{_TERMS}abstract": "abstractNote",
    f"{_BIB}pages": "pages",
    f"{_PRISM}volume": "volume",
}
_NUMBER = f"{_PRISM}number"
_DATED = re.compile(r"^\d{4}-\d\d-\d\d (?=.)")
_TABLE = b'"Key","Item Type","Publication Year"'
_NOT_ITEMS = frozenset({"attachment", "note", "annotation"})
_QUERIES = {
    "items": "SELECT itemID, itemTypeID FROM items",
    "types": "SELECT itemTypeID, typeName FROM itemTypes",
    "data": "SELECT itemID, fieldID, valueID FROM itemData",
    "fields": "SELECT fieldID, fieldName FROM fields",
    "values": "SELECT valueID, value FROM itemDataValues",
    "by": "SELECT itemID, creatorID, creatorTypeID, orderIndex FROM itemCreators",
    "people": "SELECT creatorID, firstName, lastName FROM creators",
    "roles": "SELECT creatorTypeID, creatorType FROM creatorTypes",
    "tagged": "SELECT itemID, tagID FROM itemTags",
    "tags": "SELECT tagID, name FROM tags",
    "within": "SELECT itemID, collectionID FROM collectionItems",
    "collections": "SELECT collectionID, collectionName, parentCollectionID FROM collections",
    "notes": "SELECT itemID, parentItemID, note FROM itemNotes",
    "attached": "SELECT itemID, parentItemID, path FROM itemAttachments",
    "deleted": "SELECT itemID FROM deletedItems",
}


def is_rdf(text: str) -> bool:
    """Say whether a text is RDF as Zotero writes it."""
    return text.lstrip().startswith("<") and _Z[1:-1] in text


def is_table(look: Look) -> bool:
    """Say whether a file looks like the table that Zotero exports."""
    return look.start.removeprefix(b"\xef\xbb\xbf").startswith(_TABLE)


def read_rdf(text: str, file: str) -> Records:
    """Return the records of an export, each with the line that it starts in."""
    try:
        root = read_xml(text.encode())
    except Unreadable as error:
        return Records(_KIND, (), (malformed(file, 0, "", str(error)),))
    about = {name: one for one in root if (name := one.get(_ABOUT))}
    collections = _collections(root)
    items = [one for one in root if _is_item(one)]
    used: set[str] = set()
    records = [_item(one, about, collections, used) for one in items]
    loose = [
        f"line {one.sourceline}: a {etree.QName(one).localname} that belongs to no source"
        for one in root
        if one.tag in (f"{_BIB}Memo", f"{_Z}Attachment") and one.get(_ABOUT) not in used
    ]
    return Records(_KIND, tuple(records), (), tuple(loose))


def _is_item(one: etree._Element) -> bool:
    kind = one.findtext(f"{_Z}itemType")
    return bool(kind) and kind not in _NOT_ITEMS


def _collections(root: etree._Element) -> Mapping[str, list[str]]:
    """Return the collections of each item, by what it is called, those above them before them."""
    held = {one.get(_ABOUT, ""): one for one in root if one.tag == f"{_Z}Collection"}
    parts = {
        name: [part.get(_RESOURCE, "") for part in one.findall(f"{_TERMS}hasPart")]
        for name, one in held.items()
    }
    above = {part: name for name, inner in parts.items() for part in inner if part in held}
    titles = {name: one.findtext(f"{_DC}title") or "" for name, one in held.items()}
    found: dict[str, list[str]] = {}
    for name, inner in parts.items():
        path = _path(name, above, titles)
        for part in inner:
            if part not in held:
                found.setdefault(part, []).append(path)
    return found


def _path(name: str, above: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Return the titles down to a collection; a circle ends where it would begin again."""
    path: dict[str, str] = {}
    while name and name not in path:
        path[name] = titles.get(name, "")
        name = above.get(name, "")
    return "/".join(reversed(path.values()))


def _item(
    one: etree._Element,
    about: Mapping[str, etree._Element],
    collections: Mapping[str, list[str]],
    used: set[str],
) -> Record:
    names = names_by_tag(_KIND)
    told = [*_told(one, about, used)]
    told += [("collection", path) for path in collections.get(one.get(_ABOUT, ""), ())]
    parts = [Part(names.get(tag, ""), tag, text) for tag, text in told]
    return make_record(_KIND, cast("int", one.sourceline), "", parts)


def _told(
    one: etree._Element, about: Mapping[str, etree._Element], used: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield what an item says, under the names that the database has for it."""
    for child in one:
        name = etree.QName(child).localname
        target = child.get(_RESOURCE, "")
        text = _words(child)
        if child.tag in _FIELDS:
            yield _FIELDS[child.tag], text
        elif child.find(f"{_RDF}Seq") is not None:
            role = _AUTHOR if name == "authors" else name
            yield from ((role, person) for person in _people(child))
        elif child.tag == f"{_DC}publisher":
            yield "publisher", " ".join(map(_words, child.iter(f"{_FOAF}name")))
            yield "place", " ".join(map(_words, child.iter(f"{_VCARD}locality")))
        elif child.tag == f"{_DC}identifier":
            yield from _identifier(text)
        elif child.tag == f"{_DC}subject":
            # A call number stands among the tags.
            is_tag = child.find(f"{_TERMS}LCC") is None
            yield "tag" if is_tag else "callNumber", text.replace(";", ",")
        elif child.tag == f"{_TERMS}isPartOf":
            whole = child[0] if len(child) else about.get(target)
            yield from _whole(whole) if whole is not None else ()
        elif child.tag == f"{_TERMS}isReferencedBy":
            used.add(target)
            note = child[0] if len(child) else about.get(target)
            yield "note", text_of(_words(note)) if note is not None else ""
        elif child.tag == f"{_LINK}link":
            used.add(target)
            attached = child[0] if len(child) else about.get(target)
            yield "attachment", _named(attached) if attached is not None else target
        else:
            yield name, text or target


def _words(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _people(child: etree._Element) -> Iterator[str]:
    for person in child.iter(f"{_FOAF}Person"):
        family = person.findtext(f"{_FOAF}surname") or ""
        given = person.findtext(f"{_FOAF}givenName") or person.findtext(f"{_FOAF}givenname") or ""
        yield ", ".join(filter(None, (family.replace(";", ","), given)))


def _identifier(text: str) -> Iterator[tuple[str, str]]:
    kind, _, number = text.partition(" ")
    if kind in ("DOI", "ISBN", "ISSN"):
        yield kind, number
    else:
        yield "url" if text.startswith("http") else "identifier", text


def _whole(whole: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what an item says of the journal, book or series that it is part of."""
    for child in whole:
        text = _words(child)
        if child.tag == f"{_DC}title":
            is_series = etree.QName(whole).localname == "Series"
            yield "series" if is_series else "publicationTitle", text
        elif child.tag == _NUMBER:
            yield "issue", text
        elif child.tag in _FIELDS:
            yield _FIELDS[child.tag], text
        elif child.tag == f"{_DC}identifier":
            yield from _identifier(text)
        elif child.tag == f"{_TERMS}isPartOf" and len(child):
            yield from _whole(child[0])
        else:
            yield etree.QName(child).localname, text


def _named(attached: etree._Element) -> str:
    path = attached.find(f"{_Z}path")
    where = path.get(_RESOURCE) or path.text if path is not None else ""
    return where or attached.findtext(f"{_DC}title") or "without a name"


def read_library(path: Path) -> tuple[Records | None, list[Fault]]:
    """Return the items of a database, which is neither changed nor believed."""
    file = path.as_posix()
    try:
        tables = read_tables(path, _QUERIES, "Zotero")
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        return None, [Fault(file, 0, "", FaultCode.MISSING_FILE, reason)]
    except Unreadable as error:
        return None, [Fault(file, 0, "", RecordCode.UNREADABLE_FILE, str(error))]
    names = names_by_tag(_KIND)
    told = _by_item(tables)
    deleted = {row["itemID"] for row in tables["deleted"]}
    types = {row["itemTypeID"]: row["typeName"] for row in tables["types"]}
    records = [
        make_record(
            _KIND,
            0,
            f"item {row['itemID']}",
            [
                Part(names.get(tag, ""), tag, text)
                for tag, text in (("itemType", kind), *told.get(row["itemID"], ()))
            ],
        )
        for row in tables["items"]
        if row["itemID"] not in deleted
        and (kind := types.get(row["itemTypeID"], "")) not in _NOT_ITEMS
    ]
    notes = []
    if path.with_name(f"{path.name}-wal").exists():
        notes.append("Zotero is running: what it has not yet put into this file is not read")
    if deleted:
        notes.append(f"{len(deleted):,} items in the bin")
    return Records(_KIND, tuple(records), (), tuple(notes)), []


def _by_item(tables: Mapping[str, Iterable[Row]]) -> Mapping[str, list[tuple[str, str]]]:
    """Return what there is of each item: names and texts."""
    fields = {row["fieldID"]: row["fieldName"] for row in tables["fields"]}
    values = {row["valueID"]: row["value"] for row in tables["values"]}
    roles = {row["creatorTypeID"]: row["creatorType"] for row in tables["roles"]}
    people = {
        row["creatorID"]: ", ".join(
            filter(None, (row["lastName"].replace(";", ","), row["firstName"]))
        )
        for row in tables["people"]
    }
    tags = {row["tagID"]: row["name"].replace(";", ",") for row in tables["tags"]}
    titles = {row["collectionID"]: row["collectionName"] for row in tables["collections"]}
    above = {row["collectionID"]: row["parentCollectionID"] for row in tables["collections"]}
    found: dict[str, list[tuple[str, str]]] = {}

    def put(item: str, name: str, text: str) -> None:
        found.setdefault(item, []).append((name, text))

    for row in tables["data"]:
        name, text = fields.get(row["fieldID"], ""), values.get(row["valueID"], "")
        # A date as days, and then as it was typed.
        put(row["itemID"], name, _DATED.sub("", text) if name == "date" else text)
    for row in sorted(tables["by"], key=_order):
        role = roles.get(row["creatorTypeID"], "")
        put(row["itemID"], role, people.get(row["creatorID"], ""))
    for row in tables["tagged"]:
        put(row["itemID"], "tag", tags.get(row["tagID"], ""))
    for row in tables["within"]:
        path = _path(row["collectionID"], above, titles).replace(";", ",")
        put(row["itemID"], "collection", path)
    for row in tables["notes"]:
        put(row["parentItemID"], "note", text_of(row["note"]))
    for row in tables["attached"]:
        name = row["path"] or "without a file"
        put(row["parentItemID"], "attachment", name)
    return found


def _order(row: Row) -> int:
    return int(row["orderIndex"]) if row["orderIndex"].isdecimal() else 0
