"""References in EPPI-Reviewer's JSON, with what its sets of codes for screening say of each."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from evidence.exchange.records import Part, Record, Records, make_record, malformed, names_by_tag

_KIND = "eppi"
_SETS, _REFERENCES = "CodeSets", "References"
# "Marsh O M", which has no comma to tell the family from the initials.
_NAME = re.compile(r"([^,]+?) ((?:[A-Z]\.? ?){1,4})")
# The kinds of codes that say what was decided.
_DECIDING = ("Include", "Exclude")


def is_eppi(text: str) -> bool:
    """Say whether a text is EPPI-Reviewer's JSON rather than that of another."""
    return text.lstrip().startswith("{") and f'"{_REFERENCES}"' in text


def read_eppi(text: str, file: str) -> Records:
    """Return the records of a file."""
    try:
        held = json.loads(text)
        codes = dict(_codes(held.get(_SETS) or []))
        items = [{**item} for item in held[_REFERENCES]]
        records = [_record(number, one, codes) for number, one in enumerate(items, 1)]
    except json.JSONDecodeError as error:
        return Records(_KIND, (), (malformed(file, error.lineno, "", error.msg.lower()),))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        message = "it is no export of EPPI-Reviewer: its parts are of other kinds"
        return Records(_KIND, (), (malformed(file, 0, "", message),))
    return Records(_KIND, tuple(records))


def _codes(sets: list[Mapping[str, Any]]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield each code that decides: its number, the name of its set, and what it says."""
    for one in sets:
        below = [*((one.get("Attributes") or {}).get("AttributesList") or [])]
        while below:
            code = below.pop()
            below += (code.get("Attributes") or {}).get("AttributesList") or []
            kind = str(code.get("AttributeType", "")).partition(" ")[0]
            if kind in _DECIDING:
                name = str(code.get("AttributeName", ""))
                yield code["AttributeId"], (str(one.get("SetName", "")), f"{kind}: {name}")


def _record(number: int, item: Mapping[str, Any], codes: Mapping[int, tuple[str, str]]) -> Record:
    names = names_by_tag(_KIND)
    parts = [
        Part(names.get(tag, ""), tag, _people(value) if tag == "Authors" else str(value))
        for tag, value in item.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    ]
    for code in item.get("Codes") or []:
        if decided := codes.get(code["AttributeId"]):
            parts.append(Part("", *decided))
    return make_record(_KIND, 0, f"reference {number}", parts)


def _people(value: object) -> str:
    names = [one.strip() for one in str(value).split(";")]
    matches = ((one, _NAME.fullmatch(one)) for one in names if one)
    return "; ".join(", ".join(match.groups()) if match else one for one, match in matches)
