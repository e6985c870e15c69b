"""What the records of a file would add to the sources, and what of it the sources have already."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

from evidence.exchange.sources.records import KEPT, Record
from evidence.model.evidence import INCLUDED
from evidence.model.package import TableSchema
from evidence.model.tables import cell_fault
from evidence.model.works import bare_doi, bare_words

# Titles this much alike, by the same first author within a year, are of one source.
ALIKE = 0.9
# Titles of fewer words are the same by chance.
_TELLING = 4
_CHAPTER = "chapter"
_LETTERS = "bcdefghijklmnopqrstuvwxyz"
_LONGEST_STEM = 20
# More of a title is not compared: it would take long, and no title has it.
_LONGEST_TITLE = 1_000
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})
# What a source must have for a source id.
_NEEDED = ("title", "year")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Added:
    """A source that would be added.

    Attributes
    ----------
    emptied
        Why a cell stays empty for which the record has something.
    """

    source_id: str
    record: Record
    cells: Mapping[str, str]
    emptied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that would not be added, and why.

    Attributes
    ----------
    same
        The id of the source that it is, or is like.
    """

    record: Record
    reason: str
    same: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each record, and what of the data themselves is to be looked at.

    Attributes
    ----------
    near
        Records that are added in spite of a title like another's.
    rest
        What has no place in the data: its name in the file to the texts.
    alike
        Sources of the data that are like another of them.
    """

    added: tuple[Added, ...]
    duplicates: tuple[LeftOut, ...]
    incomplete: tuple[LeftOut, ...]
    near: tuple[LeftOut, ...]
    rest: Mapping[str, tuple[str, ...]]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A source that there is, as far as it says whether another is the same."""

    name: str
    source_id: str
    title: str
    author: str
    year: int
    doi: str
    type: str
    words: frozenset[str]


@dataclass(slots=True)
class Index:
    """The sources that there are, by what two of the same have in common."""

    by_doi: dict[str, list[Known]] = field(default_factory=dict)
    by_author: dict[tuple[str, int], list[Known]] = field(default_factory=dict)
    by_title: dict[str, list[Known]] = field(default_factory=dict)

    def add(self, one: Known) -> None:
        """Let what comes later be compared with one."""
        if one.doi:
            self.by_doi.setdefault(one.doi, []).append(one)
        if one.author:
            self.by_author.setdefault((one.author, one.year), []).append(one)
        self.by_title.setdefault(one.title, []).append(one)

    def same(self, one: Known) -> tuple[str, str, bool]:
        """Return the id of the same source, the reason, and whether it is beyond doubt."""
        for other in self.by_doi.get(one.doi, ()) if one.doi else ():
            # Chapters may have the DOI of their book.
            if not (one.type == other.type == _CHAPTER and one.title != other.title):
                return other.source_id, f"{other.name} has the same DOI", True
        near = [
            other
            for year in (one.year, one.year - 1, one.year + 1)
            for other in self.by_author.get((one.author, year), ())
        ]
        near += [
            other
            for other in self.by_title.get(one.title, ())
            if abs(other.year - one.year) <= 1 and _is_telling(one, other)
        ]
        pairs = [(not _has_another_doi(one, other), _likeness(one, other), other) for other in near]
        is_same, likeness, other = max(
            (pair for pair in pairs if pair[1] >= ALIKE),
            key=lambda pair: pair[:2],
            default=(False, 0.0, one),
        )
        if not likeness:
            return "", "", False
        author = "the same first author" if one.author == other.author else "another first author"
        if not (one.author and other.author):
            author = "first author not told"
        years = f"{one.year} and {other.year}" if one.year != other.year else str(one.year)
        if not one.year:
            years = "year not told"
        share = int(likeness * 100)
        reason = f"{other.name} has a title {share}% alike, {author}, {years}"
        reason = reason if is_same else f"{reason}, but another DOI"
        return other.source_id, reason, is_same


def plan(
    records: Iterable[Record],
    sources: Sequence[Mapping[str, str]],
    schema: TableSchema,
    reviewed: Mapping[str, Mapping[str, str]] = _NOTHING,
) -> Plan:
    """Say what becomes of each record beside the sources that there are.

    Parameters
    ----------
    sources
        The rows of the table that `schema` describes.
    reviewed
        By the place of a record, the cells that a file has of its row and that say nothing of the
        publication, such as the country or the id that the source is to have.
    """
    index = Index()
    alike = []
    for row in sources:
        known = known_row(row)
        _, reason, is_same = index.same(known)
        if is_same:
            alike.append(f"{known.name}: {reason}")
        index.add(known)
    taken = {row["source_id"] for row in sources}
    added: list[Added] = []
    duplicates: list[LeftOut] = []
    incomplete: list[LeftOut] = []
    near: list[LeftOut] = []
    rest: dict[str, list[str]] = {}
    for record in records:
        if missing := [name for name in _NEEDED if not record.one(name)]:
            incomplete.append(LeftOut(record, f"no {' and no '.join(missing)}"))
            continue
        one = replace(known_record(record), type=_kind(record, schema))
        same, reason, is_same = index.same(one)
        if is_same:
            duplicates.append(LeftOut(record, reason, same))
            continue
        own = reviewed.get(record.place, _NOTHING)
        wished = own.get("source_id", "")
        is_free = (
            wished and wished not in taken and not cell_fault(schema.fields["source_id"], wished)
        )
        source_id = wished if is_free else _source_id(record, taken)
        cells, emptied, told = cells_of(record, {**own, "source_id": source_id}, schema)
        if wrong := [why for name, why in emptied if name in ("source_id", *_NEEDED)]:
            incomplete.append(LeftOut(record, "; ".join(wrong)))
            continue
        if reason:
            near.append(LeftOut(record, reason, same))
        index.add(replace(one, source_id=source_id))
        taken.add(source_id)
        added.append(Added(source_id, record, cells, tuple(why for _, why in emptied)))
        for tag, text in (*record.rest, *told):
            rest.setdefault(tag, []).append(text)
    told_rest = MappingProxyType({tag: tuple(texts) for tag, texts in rest.items()})
    return Plan(
        tuple(added), tuple(duplicates), tuple(incomplete), tuple(near), told_rest, tuple(alike)
    )


def cells_of(
    record: Record, own: Mapping[str, str], schema: TableSchema
) -> tuple[Mapping[str, str], list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the cells of a record's row, what keeps cells empty, and what has no column."""
    made = {name: record.one(name) for name in record.values}
    made |= {"study": own["source_id"], "role": INCLUDED, **own}
    genre, kinds = made.pop("genre", ""), schema.fields.get("type")
    told = []
    if kinds and genre in kinds.enum:
        made["type"] = genre
    elif genre:
        told.append(("genre", genre))
    cells: dict[str, str] = {}
    emptied: list[tuple[str, str]] = []
    for name, text in made.items():
        if name in schema.fields:
            wrong = cell_fault(schema.fields[name], text)
            cells[name] = "" if wrong else text
            if wrong:
                _, *hints = wrong
                emptied.append((name, f"{name}: {'; allowed: '.join(filter(None, hints[:2]))}"))
        elif name not in KEPT and name not in ("study", "role"):
            told.append((name, text))
    return MappingProxyType(cells), emptied, told


def _kind(record: Record, schema: TableSchema) -> str:
    """Return the type that the row of a record would have."""
    column = schema.fields.get("type")
    kinds = (record.one("genre"), record.one("type"))
    return next((kind for kind in kinds if column and kind in column.enum), "")


def known_row(row: Mapping[str, str]) -> Known:
    """Return what a row says that tells whether another source is the same."""
    doi, url, year = row.get("doi", ""), row.get("url", ""), row.get("year", "")
    address = doi or (url if "doi.org/" in url else "")
    title = bare_words(row.get("title", "")[:_LONGEST_TITLE])
    return Known(
        row["source_id"],
        row["source_id"],
        title,
        _family(row.get("authors", "").split(";")[0]),
        int(year) if re.fullmatch("[0-9]{4}", year) else 0,
        bare_doi(address),
        row.get("type", ""),
        frozenset(title.split()),
    )


def known_record(record: Record) -> Known:
    """Return the same of a record."""
    row = {name: record.one(name) for name in record.values} | {"source_id": record.place}
    return known_row(row)


def _has_another_doi(one: Known, other: Known) -> bool:
    return bool(one.doi and other.doi and one.doi != other.doi)


def _is_telling(one: Known, other: Known) -> bool:
    """Say whether the same title says anything: many an author has written an "Editorial"."""
    return len(one.words) >= _TELLING or one.author == other.author


def _likeness(one: Known, other: Known) -> float:
    """Return how much of two titles is the same, from 0 to 1; 0 where it is plainly little."""
    if one.title == other.title:
        return 1.0
    longest = max(len(one.words), len(other.words))
    # Most pairs of a large file end here, at a thousandth of the cost.
    if longest - len(one.words & other.words) > max(1, longest // 5):
        return 0.0
    matcher = SequenceMatcher(None, one.title, other.title, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _family(name: str) -> str:
    return bare_words(name.partition(", ")[0])


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN_LETTERS))
    return "".join(sign for sign in plain if "a" <= sign <= "z")


def _source_id(record: Record, taken: set[str]) -> str:
    """Return an id such as "hill2006", with a letter where one with this name and year is taken."""
    authors, title = record.values.get("authors", ()), record.one("title")
    first = authors[0] if authors else title
    stem = _stem(first)
    for more in ("", *_more(title)):
        stem, year = f"{stem}{more}", record.one("year")
        letters = [one for one in f"a{_LETTERS}" if f"{stem}{year}{one}" in taken]
        if not letters and f"{stem}{year}" not in taken:
            return f"{stem}{year}"
        free = _LETTERS[_LETTERS.find(letters[-1]) + 1 if letters else 0 :]
        if free:
            return f"{stem}{year}{free[0]}"
    return f"{stem}{record.one('year')}"


def _stem(name: str) -> str:
    family, sign, _ = name.partition(", ")
    if sign:
        return _letters(family) or "source"
    stem = ""
    # A body by its whole words, as far as they are not too many.
    for word in map(_letters, name.partition(" (")[0].split()):
        if stem and len(stem) + len(word) > _LONGEST_STEM:
            break
        stem += word
    return stem or "source"


def _more(title: str) -> Iterator[str]:
    yield from filter(None, map(_letters, title.split()))
