"""How the makers of spreadsheets head the columns that describe a publication or who coded it."""

import re
import unicodedata
from collections.abc import Mapping

from evidence.exchange.sources.records import TYPES
from evidence.exchange.spreadsheets.columns_seen import WORDS, Seen

_WHAT = "(?:study|paper|article|publication|report|record|reference|ref|source|item)"
_HEADINGS: Mapping[str, str] = {
    name: pattern.replace("WHAT", _WHAT) for name, pattern in WORDS["headings"].items()
}
_MOST_CODERS, _LONGEST_NAME = 20, 60
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_KINDS = {
    name.casefold(): ours
    for ours, theirs in TYPES.items()
    for names in theirs.values()
    for name in names
    if len(name) > 3
}


def plain(heading: str) -> str:
    """Return a heading in small letters without signs and accents."""
    text = unicodedata.normalize("NFKD", heading.casefold())
    kept = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+|_", " ", kept).split())


def source_column(one: Seen, rows: int) -> str:
    """Return the column of `sources.csv` that a column of a sheet is, if any."""
    heading = plain(one.column.title)
    for name, pattern in _HEADINGS.items():
        if re.fullmatch(pattern, heading) and _is_so(name, one, rows):
            return name
    return ""


def _is_so(name: str, one: Seen, rows: int) -> bool:
    """Say whether what stands in a column is what its heading says."""
    texts = one.texts
    checks = {
        "title": not one.is_number,
        "year": sum(map(is_year, texts)) * 2 >= len(texts),
        "doi": any("10." in text for text in texts),
        "url": any(text.startswith("http") for text in texts),
        "source_id": len(texts) * 2 > one.filled and one.filled * 10 >= rows * 9,
    }
    return one.filled > 0 and checks.get(name, True)


def is_year(text: str) -> bool:
    """Say whether a text has the year of a publication."""
    return bool(_YEAR.search(text))


def is_coders(one: Seen) -> bool:
    """Say whether a column says who coded."""
    heading = plain(one.column.title)
    few = 0 < len(one.texts) <= _MOST_CODERS
    return bool(
        few and max(map(len, one.texts)) <= _LONGEST_NAME and re.fullmatch(WORDS["coders"], heading)
    )


def kind_of_publication(text: str, allowed: tuple[str, ...]) -> str:
    """Return which type of `sources.csv` a text names, if it is plain."""
    name = plain(text).replace(" ", "-")
    ours = _KINDS.get(text.casefold(), _KINDS.get(plain(text), ""))
    words = [one for one in allowed if one in name.split("-") or name in one.split("-")]
    found = [one for one in (name, ours, *words) if one in allowed]
    return found[0] if found else ""
