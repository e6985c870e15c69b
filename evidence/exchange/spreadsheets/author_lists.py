"""Authors as people type them into one cell of a spreadsheet, in the styles of references."""

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from evidence.exchange.sources.records import OTHERS

_OTHERS = re.compile(r"\b(?:et\.? al\b\.?|and others|and colleagues)$", re.IGNORECASE)
_AND = re.compile(r",? (?:and|&) ")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# A surname has no more words.
_LONGEST = 5
_WORDS = tomllib.loads(Path(__file__).with_name("spreadsheets.toml").read_text("utf-8"))["authors"]
_PARTICLES, _ABBREVIATIONS = frozenset(_WORDS["particles"]), frozenset(_WORDS["abbreviations"])
_OF_BODIES = re.compile(rf"\b(?:{_WORDS['bodies']})\b", re.IGNORECASE)


def author_list(text: str) -> str:
    """Return the names of a cell as `sources.csv` has them: "Hill, A. B.; Reed, Bo".

    Understood are "Hill AB, Reed C", "Hill, A. B., & Reed, C.", "Ann Hill, Bo Reed and Cy Ash",
    "Hill and Reed" and "Hill et al.". What may as well be the name of a body stays as it is.
    """
    told = ";".join(text.splitlines()).rstrip(" ;,")
    named = _OTHERS.sub("", told)
    several = [" ".join(one.split()).strip(" ,") for one in named.split(";")]
    several = [*filter(None, several)]
    names = _parted(several[0]) if len(several) == 1 else map(_alone, several)
    return "; ".join([*names, *([OTHERS] if named != told else [])])


def _parted(text: str) -> Sequence[str]:
    pieces = [one for part in _AND.split(text) for one in re.split(r",\s*", part) if one]
    if len(pieces) < 2:
        return [_alone(text)]
    first, second = pieces[::2], pieces[1::2]
    if len(first) == len(second) and all(map(_is_surname, first)) and all(map(_is_given, second)):
        return [f"{family}, {given}" for family, given in zip(first, second, strict=True)]
    readings: list[Callable[[str], str]] = [_short]
    # With one comma alone a text is one name, the surname first.
    if (_AND.search(text) or len(pieces) > 2) and not _OF_BODIES.search(text):
        readings += [_full, _family]
    for reading in readings:
        if all(names := [reading(one) for one in pieces]):
            return names
    return [text]


def _alone(name: str) -> str:
    first = name.partition(" ")[0]
    told_by_initials = "." in first and _is_given(first)
    return _short(name) or (told_by_initials and _full(name)) or name


def _short(name: str) -> str:
    """Return "Hill AB" or "Hill A. B." with its comma, and nothing of another name."""
    words = name.split()
    for at in range(1, min(len(words), _LONGEST)):
        family, given = " ".join(words[:at]), " ".join(words[at:])
        if _is_surname(family) and _is_given(given):
            return f"{family}, {given}"
    return ""


def _full(name: str) -> str:
    """Return "Ann van der Hill" with the surname first, and nothing of another name."""
    words = name.split()
    at = len(words) - 1
    while at > 0 and words[at - 1] in _PARTICLES:
        at -= 1
    given, family = words[:at], " ".join(words[at:])
    is_name = 0 < len(given) < 4 and all(_is_capital(one) or _is_given(one) for one in given)
    return f"{family}, {' '.join(given)}" if is_name and _is_surname(family) else ""


def _family(name: str) -> str:
    """Return one surname, with its small words, and nothing of another name."""
    capitals = [one for one in name.split() if one not in _PARTICLES]
    return name if len(capitals) == 1 and _is_surname(name) else ""


def _is_surname(text: str) -> bool:
    words = text.split()
    small = all(one in _PARTICLES or _is_capital(one) for one in words)
    return 0 < len(words) < _LONGEST and small and _is_capital(words[-1])


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and not word.isupper() and _WORD.fullmatch(word) is not None


def _is_given(text: str) -> bool:
    return text.isupper() and text not in _ABBREVIATIONS and _INITIALS.fullmatch(text) is not None
