"""Coded evidence as EPPI-Reviewer's JSON, which holds one coding of each reference: the agreed."""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from evidence.exchange.codings.coded import CodedEvidence, CodedSource
from evidence.exchange.qualitative.eppi import CODER, STANCE, VALUE
from evidence.exchange.sources.records import FORMATS, TYPES

_KIND = "eppi"
_GROUP, _CODE = "Not selectable (no checkbox)", "Selectable (show checkbox)"
_STANDARD = {
    "SetTypeName": "Standard",
    "SetTypeDescription": "For codes of any kind but those that decide on a record.",
}


def eppi_json(coded: CodedEvidence, coder: str) -> str:
    """Return what one coder says of the sources; measured effects have no place in it."""
    numbers = count(1)
    numbered: dict[tuple[str, ...], int] = {}
    sets = [_set(number, one, numbers, numbered) for number, one in enumerate(_trees(coded), 1)]
    codes: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for answer in coded.answers:
        if answer.coder == coder:
            for value in answer.values:
                number = numbered[*_path(answer.attribute), value]
                codes.setdefault(answer.source, {})[number] = []
    for row in dict.fromkeys(coded.codings):
        if row.coder == coder:
            number = numbered[(*_path(row.facet), row.code, *filter(None, [row.stance]))]
            details = codes.setdefault(row.source, {}).setdefault(number, [])
            if row.locator or row.gist:
                details.append(_detail(row.locator, row.gist))
    references = [
        _reference(number, source, codes.get(source.name, {}))
        for number, source in enumerate(coded.sources, 1)
    ]
    held = {"CodeSets": sets, **({CODER: coder} if coder else {}), "References": references}
    return json.dumps(held, ensure_ascii=False, indent=1) + "\n"


class _Node(dict[str, "_Node"]):
    """What stands below a code or group, and what it is itself."""

    description, kind, is_code = "", "", False


def _path(name: str) -> tuple[str, ...]:
    return (*name.split("/"),)


def _trees(coded: CodedEvidence) -> Iterator[tuple[str, _Node]]:
    """Yield the sets of codes, each by the first group of what is in it."""
    top = _Node()
    for name, attribute in coded.attributes.items():
        group = _at(top, _path(name))
        group.description = attribute.question
        for value, meaning in attribute.values.items():
            _code(group, value, meaning, VALUE)
    for answer in coded.answers:
        for value in answer.values:
            _code(_at(top, _path(answer.attribute)), value, "", VALUE)
    for name, facet in coded.facets.items():
        group = _at(top, _path(name))
        group.description = facet.question
        for code, meaning in facet.codes.items():
            one = _code(group, code, meaning, "")
            for stance, said in facet.stances.items():
                _code(one, stance, said, STANCE)
    for row in coded.codings:
        one = _code(_at(top, _path(row.facet)), row.code, "", "")
        if row.stance:
            _code(one, row.stance, "", STANCE)
    yield from top.items()


def _at(top: _Node, path: tuple[str, ...]) -> _Node:
    for name in path:
        top = top.setdefault(name, _Node())
    return top


def _code(group: _Node, name: str, description: str, kind: str) -> _Node:
    one = group.setdefault(name, _Node())
    one.description, one.kind, one.is_code = description or one.description, kind, True
    return one


def _set(
    number: int,
    one: tuple[str, _Node],
    numbers: Iterator[int],
    numbered: dict[tuple[str, ...], int],
) -> dict[str, Any]:
    name, node = one
    return {
        "SetName": name,
        "ReviewSetId": number,
        "SetId": number,
        "SetDescription": node.description,
        "SetType": _STANDARD,
        **_below(node, (name,), numbers, numbered),
    }


def _below(
    node: _Node,
    path: tuple[str, ...],
    numbers: Iterator[int],
    numbered: dict[tuple[str, ...], int],
) -> dict[str, Any]:
    listed = []
    for name, one in node.items():
        number = numbered[*path, name] = next(numbers)
        listed.append(
            {
                "AttributeDescription": "",
                "ExtURL": "",
                "ExtType": one.kind,
                "OriginalAttributeID": 0,
                "AttributeSetId": number,
                "AttributeId": number,
                "AttributeSetDescription": one.description,
                "AttributeType": _CODE if one.is_code else _GROUP,
                "AttributeName": name,
                **_below(one, (*path, name), numbers, numbered),
            }
        )
    return {"Attributes": {"AttributesList": listed}} if listed else {}


def _detail(locator: str, gist: str) -> dict[str, Any]:
    return {
        "ItemDocumentId": 0,
        "TextFrom": 0,
        "TextTo": 0,
        "Text": gist,
        "IsFromPDF": False,
        "DocTitle": locator,
        "ItemArm": "",
    }


def _reference(
    number: int, source: CodedSource, codes: Mapping[int, list[dict[str, Any]]]
) -> dict[str, Any]:
    kind = TYPES.get(source.values.get("type", ""), TYPES["document"])[_KIND][0]
    tags = {
        tags[0]: source.values.get("pages" if name == "start" else name, "")
        for name, tags in FORMATS[_KIND].items()
        if name != "type"
    }
    return {
        "Codes": [
            {
                "AttributeId": code,
                "AdditionalText": "",
                "ArmId": 0,
                "ArmTitle": "",
                "ItemAttributeFullTextDetails": details,
            }
            for code, details in codes.items()
        ],
        "Outcomes": [],
        "ItemId": number,
        "ShortTitle": source.name,
        "TypeName": kind,
        **tags,
    }
