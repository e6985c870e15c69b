"""References in EPPI-Reviewer's JSON, with what its sets of codes for screening say of each."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from evidence.exchange.sources.records import (
    Part,
    Record,
    Records,
    make_record,
    malformed,
    names_by_tag,
)

_KIND = "eppi"
_SETS, _REFERENCES = "CodeSets", "References"
# Which EPPI-Reviewer does not write, and `eppi` does.
_CODER = "Coder"
# Family, with what stands before it in small letters, and given names: so EPPI-Reviewer has them.
_NAME = re.compile(r"((?:[a-z]\S* )*\S+) (\S+(?: \S+){0,3})")
# A body has one of these in its name.
_BODY = re.compile(
    r"&|\b(?:of|for|the|and|on|The|Agency|Association|Authority|Bank|Board|Cent(?:re|er)s?|College"
    r"|Commission|Committee|Consortium|Council|Department|Foundation|Fund|Government|Group"
    r"|Institutes?|International|Ministry|National|Nations|Network|Office|Organi[sz]ation"
    r"|Parliament|Services?|Society|Team|Trust|Union|University)\b"
)
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
        # In a file of ours, names have their commas.
        plain = _CODER not in held and not any("," in str(one.get("Authors")) for one in items)
        records = [_record(n, one, codes, plain=plain) for n, one in enumerate(items, 1)]
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


def _record(
    number: int,
    item: Mapping[str, Any],
    codes: Mapping[int, tuple[str, str]],
    *,
    plain: bool,
) -> Record:
    """Return a reference as a record.

    Parameters
    ----------
    plain
        Whether names have no commas, as EPPI-Reviewer writes them.
    """
    names = names_by_tag(_KIND)
    parts = [
        Part(names.get(tag, ""), tag, _people(value) if plain and tag == "Authors" else str(value))
        for tag, value in item.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    ]
    for code in item.get("Codes") or []:
        if decided := codes.get(code["AttributeId"]):
            parts.append(Part("", *decided))
    return make_record(_KIND, 0, f"reference {number}", parts)


def _people(value: object) -> str:
    names = (" ".join(one.split()) for one in str(value).split(";"))
    return "; ".join(map(_person, filter(None, names)))


def _person(name: str) -> str:
    """Return a name with a comma after the family, if it is not a body's."""
    match = _NAME.fullmatch(name)
    if match is None or _BODY.search(name):
        return name
    return f"{match[1]}, {match[2]}"
