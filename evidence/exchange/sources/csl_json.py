"""CSL-JSON, as Zotero, Mendeley and Pandoc write it."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from evidence.exchange.sources.records import (
    FORMATS,
    Part,
    Record,
    Records,
    is_person,
    join_keywords,
    make_record,
    malformed,
    names_by_tag,
    split_keywords,
    written_type,
)

_KIND = "csl"
_PLAIN = (str, int, float)
# What JSON can spell, and no file can hold: a NUL or its like, and half a character.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# Of no interest to a reader: a number that another program counts by.
_COUNTED = frozenset({"id", "citation-key"})


def read_csl(text: str, file: str) -> Records:
    """Return the records of a file, each with the number that it has there."""
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        fault = malformed(file, error.lineno, str(error.colno), f"no JSON: {error.msg.lower()}")
        return Records(_KIND, (), (fault,))
    except (RecursionError, ValueError) as error:
        return Records(_KIND, (), (malformed(file, 0, "", f"no JSON of records: {error}"),))
    if isinstance(items, dict):
        items = items.get("items", [items])
    if not isinstance(items, list):
        return Records(_KIND, (), (malformed(file, 0, "", "items is no list"),))
    records, faults = [], []
    for number, item in enumerate(items, 1):
        place = f"record {number}"
        try:
            parts = list(_parts(item))
            if any(_NO_TEXT.search(part.text) for part in parts):
                raise ValueError(place)
            records.append(make_record(_KIND, 0, place, parts))
        except (TypeError, ValueError, AttributeError, LookupError):
            faults.append(malformed(file, 0, place, "this is no item of CSL-JSON"))
    return Records(_KIND, tuple(records), tuple(faults))


def _parts(item: dict[str, Any]) -> Iterator[Part]:
    names = names_by_tag(_KIND)
    for tag, value in item.items():
        name = names.get(tag, "")
        if tag in _COUNTED or value is None:
            continue
        if name == "authors":
            yield from (Part(name, tag, _person(one)) for one in value)
        elif name == "year":
            yield Part(name, tag, _date(value))
        elif name == "keywords" and isinstance(value, str):
            yield from (Part(name, tag, one) for one in split_keywords(value))
        elif not name and not isinstance(value, _PLAIN):
            yield Part("", tag, json.dumps(value, ensure_ascii=False))
        else:
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, _PLAIN):
                    raise TypeError(tag)
                yield Part(name, tag, str(one))


def _person(name: dict[str, str]) -> str:
    if "literal" in name:
        return name["literal"]
    family = [name.get("non-dropping-particle"), name.get("family"), name.get("suffix")]
    given = [name.get("given"), name.get("dropping-particle")]
    return ", ".join(filter(None, (" ".join(filter(None, part)) for part in (family, given))))


def _date(value: dict[str, Any]) -> str:
    if "date-parts" in value:
        return "-".join(str(part) for part in value["date-parts"][0])
    return str(value.get("raw") or value.get("literal") or "")


def csl_text(records: Iterable[Record], keys: Iterable[str]) -> str:
    """Return records as a file of CSL-JSON, with a key each."""
    items = [{"id": key, **_item(one)} for key, one in zip(keys, records, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _item(record: Record) -> dict[str, Any]:
    tags = {name: tags[0] for name, tags in FORMATS[_KIND].items()}
    item: dict[str, Any] = {"type": written_type(record, _KIND)}
    for name, values in record.values.items():
        match name:
            case "type":
                continue
            case "authors":
                item["author"] = [_name(one) for one in values]
            case "year":
                item["issued"] = {"date-parts": [[int(values[0])]]}
            case "keywords":
                item["keyword"] = join_keywords(values)
            case "isbn":
                item["ISBN"] = ", ".join(values)
            case "issn":
                item["ISSN"] = ", ".join(values)
            case "pages":
                item["page"] = values[0]
            case _:
                item[tags[name]] = values[0]
    return item


def _name(name: str) -> dict[str, str]:
    family, _, given = name.partition(", ")
    return {"family": family, "given": given} if is_person(name) else {"literal": name}
