"""What a screening that was done in another tool would add to the log of records."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from evidence.exchange.screening.screened import DUPLICATES, EXCLUDE, INCLUDE, IRRELEVANT, Screened
from evidence.exchange.sources import incoming
from evidence.exchange.sources.incoming import Index, Known, LeftOut, known_record, known_row
from evidence.exchange.sources.records import Record
from evidence.model.package import TableSchema
from evidence.model.tables import cell_fault
from evidence.model.works import bare_words

# Reasons that name the stage at which a record fell; the flow chart knows them.
DUPLICATE, OFF_TOPIC, NO_TEXT = "duplicate", "off-topic", "no-readable-text"
_MERGED, _SAME = "merged", "same-source"
_UNREAD = re.compile(
    r"\b(?:full[- ]?text|text|report|paper|pdf|article)s?\b.*\b(?:not|un|no)\b ?-?"
    r"(?:available|accessible|retriev\w+|obtain\w+|located|access)\b"
    r"|\b(?:no|not|un)[ -]?(?:full[- ]?text|retriev\w+|obtainable|available|accessible)\b",
    re.IGNORECASE,
)
# No list of reasons has longer ones.
_LONGEST = 200
_NUMBERED = re.compile(r"(.*?)([0-9]+)")


@dataclass(frozen=True, slots=True)
class Log:
    """What there is: the rows of each table, and what its columns may hold.

    `screening` is the schema of the log, `sources` that of the table of sources.
    """

    screening: TableSchema
    records: Sequence[Mapping[str, str]]
    searches: Sequence[Mapping[str, str]]
    sources: TableSchema
    held: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Screening:
    """What becomes of each record.

    Attributes
    ----------
    rows
        Those that would be added to the log.
    search
        The row that would be added to the searches, if the search is not among them.
    there
        How many the log has already.
    filled
        By record of the log, cells that are empty there and that the file fills.
    differing
        Records of which the log says otherwise, be it of the same search or of another.
    undecided
        Records on which nothing is decided, or not by all.
    duplicates, near
        Records that are the same as another, and those that are only like one.
    unworded
        Reasons that the log does not allow, with how many records have each.
    emptied
        What a record has that a column does not take.
    further
        Reasons beside the first, of records that have several.
    sources
        What the included records would add to the sources.
    """

    rows: tuple[Mapping[str, str], ...]
    search: Mapping[str, str] | None
    there: int
    filled: Mapping[str, Mapping[str, str]]
    differing: tuple[LeftOut, ...]
    undecided: tuple[Screened, ...]
    duplicates: tuple[LeftOut, ...]
    near: tuple[LeftOut, ...]
    incomplete: tuple[LeftOut, ...]
    unworded: Mapping[str, int]
    emptied: tuple[LeftOut, ...]
    further: tuple[LeftOut, ...]
    sources: incoming.Plan


def plan_screening(told: Sequence[Screened], log: Log, search: str) -> Screening:
    """Say what becomes of each record, in the order of the file."""
    seqs = [int(row["seq"]) for row in log.searches if row["search"] == search]
    first = str(min(seqs, default=1))
    pairs, new = _apart(told, log, search)
    differing, filled = _held(pairs, log.screening)
    undecided = [one for one in new if not one.decision]
    untitled = [one for one in new if one.decision and not one.record.one("title")]
    incomplete = [LeftOut(one.record, "no title") for one in untitled]
    open_ones = [one for one in new if one.decision and one.record.one("title")]
    duplicates, near = _duplicates(open_ones, log)
    differing += _opposed(duplicates, open_ones, log)
    doubled = {id(row.record) for row in duplicates}
    wanted = [one for one in open_ones if one.decision == INCLUDE and id(one.record) not in doubled]
    sources = incoming.plan([one.record for one in wanted], log.held, log.sources)
    ids = _source_ids(sources)
    incomplete += [LeftOut(one.record, f"included, but {one.reason}") for one in sources.incomplete]
    left = {id(one.record) for one in sources.incomplete}
    taken = {row["source_id"] for row in log.records if row["decision"] == INCLUDE}
    rows: list[Mapping[str, str]] = []
    unworded: Counter[str] = Counter()
    names = _record_ids(log.records)
    for one in open_ones:
        if id(one.record) in left:
            continue
        cells = {"search": search, "first_seen_seq": first, **_cells(one.record, log.screening)}
        if id(one.record) in doubled or one.decision == EXCLUDE:
            stage = DUPLICATES if id(one.record) in doubled else one.stage
            reason, lost = _reason(replace(one, stage=stage), log.screening)
            unworded.update(lost)
            cells |= {"decision": EXCLUDE, "reason": reason}
        else:
            source_id = ids[id(one.record)]
            cells |= {"decision": INCLUDE, "source_id": source_id}
            if source_id in taken:
                cells |= {"decision": _MERGED, "reason": _SAME}
            taken.add(source_id)
        rows.append(MappingProxyType({"record_id": next(names), **cells}))
    return Screening(
        rows=tuple(rows),
        search=None if seqs else {"search": search, "seq": first},
        there=len(pairs),
        filled=MappingProxyType(filled),
        differing=tuple(differing),
        undecided=tuple(undecided),
        duplicates=tuple(duplicates),
        near=tuple(near),
        incomplete=tuple(incomplete),
        unworded=MappingProxyType(dict(unworded)),
        emptied=tuple(one for record in new for one in _emptied(record.record, log.screening)),
        further=tuple(
            LeftOut(one.record, ", ".join(one.reasons[1:])) for one in new if one.reasons[1:]
        ),
        sources=sources,
    )


def _apart(
    told: Iterable[Screened], log: Log, search: str
) -> tuple[list[tuple[Screened, Mapping[str, str]]], list[Screened]]:
    """Return the records that the log has of this search, each with its row, and those it lacks."""
    held: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in log.records:
        if row["search"] == search:
            held.setdefault(_key(row), []).append(row)
    pairs: list[tuple[Screened, Mapping[str, str]]] = []
    others = []
    for one in told:
        rows = held.get(_key(_cells(one.record, log.screening)))
        if rows:
            pairs.append((one, rows.pop(0)))
        else:
            others.append(one)
    # What another tool, or a list after another, calls a little otherwise is the same record too.
    left = {row["record_id"]: row for rows in held.values() for row in rows}
    index, new = Index(), []
    for row in left.values():
        index.add(_known(row))
    for one in others:
        name, _, is_same = index.same(known_record(one.record))
        if is_same and name in left:
            pairs.append((one, left.pop(name)))
        else:
            new.append(one)
    return pairs, new


def _held(
    pairs: Iterable[tuple[Screened, Mapping[str, str]]], schema: TableSchema
) -> tuple[list[LeftOut], dict[str, Mapping[str, str]]]:
    """Return of which records the log says otherwise, and empty cells that the file fills."""
    differing: list[LeftOut] = []
    filled: dict[str, Mapping[str, str]] = {}
    for one, row in pairs:
        # A duplicate is one whatever was decided on it.
        same = one.decision == row["decision"] or row["reason"] in (DUPLICATE, _SAME)
        if one.decision and not same:
            reason = f"{row['record_id']} says {row['decision']}, the file {one.decision}"
            differing.append(LeftOut(one.record, reason))
        elif one.decision == row["decision"] == EXCLUDE and not row["reason"]:
            reason, _ = _reason(one, schema)
            if reason:
                filled[row["record_id"]] = {"reason": reason}
    return differing, filled


def _key(cells: Mapping[str, str]) -> tuple[str, ...]:
    return bare_words(cells["title"]), cells["year"], cells["url"].casefold()


def _cells(record: Record, schema: TableSchema) -> Mapping[str, str]:
    """Return what a row has of a record, as far as its columns allow it."""
    return {
        name: "" if cell_fault(schema.fields[name], text) else text
        for name, text in _texts(record).items()
    }


def _emptied(record: Record, schema: TableSchema) -> Iterator[LeftOut]:
    """Yield what a column does not take, beside what is merely missing."""
    for name, text in _texts(record).items():
        if text and (wrong := cell_fault(schema.fields[name], text)):
            _, *hints = wrong
            yield LeftOut(record, f"{name}: {hints[0]}")


def _texts(record: Record) -> Mapping[str, str]:
    doi, pmid = record.one("doi"), record.one("pmid")
    address = record.one("url") or (f"https://doi.org/{doi}" if doi else "")
    if not address and pmid:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    return {"title": record.one("title"), "year": record.one("year"), "url": address}


def _known(row: Mapping[str, str]) -> Known:
    return known_row({**row, "source_id": row["record_id"], "authors": "", "type": ""})


def _duplicates(told: Iterable[Screened], log: Log) -> tuple[list[LeftOut], list[LeftOut]]:
    """Return the records that are the same as one of the log or of the file, and those like one.

    Of two in the file that one counts which is included, or else the first.
    """
    index = Index()
    for row in log.records:
        index.add(_known(row))
    same, near = [], []
    for one in sorted(told, key=lambda one: one.decision != INCLUDE):
        record = known_record(one.record)
        name, reason, is_same = index.same(record)
        if is_same:
            same.append(LeftOut(one.record, reason, name))
            continue
        index.add(record)
        if reason:
            near.append(LeftOut(one.record, reason, name))
    return same, near


def _opposed(
    duplicates: Iterable[LeftOut], told: Iterable[Screened], log: Log
) -> Iterator[LeftOut]:
    """Yield the duplicates on which the log has another decision, under another search."""
    before = {
        row["record_id"]: row["decision"]
        for row in log.records
        if row["reason"] not in (DUPLICATE, _SAME)
    }
    decided = {id(one.record): one.decision for one in told if one.stage != DUPLICATES}
    for one in duplicates:
        old, new = before.get(one.same), decided.get(id(one.record))
        if old and new and old != new:
            yield LeftOut(one.record, f"{one.same} says {old}, the file {new}")


def _source_ids(plan: incoming.Plan) -> Mapping[int, str]:
    """Return the source of each record, by the record's identity."""
    places = {one.record.place: one.source_id for one in plan.added}
    ids = {id(one.record): one.source_id for one in plan.added}
    for one in plan.duplicates:
        ids[id(one.record)] = places.get(one.same, one.same)
    return ids


def _reason(one: Screened, schema: TableSchema) -> tuple[str, Sequence[str]]:
    """Return the reason as the log has it, and the words of it that the log has no place for."""
    words = one.reasons[0] if one.reasons else ""
    slug = "-".join(bare_words(words).split())
    if one.stage == DUPLICATES or slug.startswith(DUPLICATE):
        wanted = [DUPLICATE]
    elif one.stage == IRRELEVANT:
        wanted = [f"{OFF_TOPIC}-{slug}"] if slug not in ("", OFF_TOPIC) else []
        wanted.append(OFF_TOPIC)
    elif _UNREAD.search(words[:_LONGEST]):
        wanted = [NO_TEXT, slug]
    else:
        wanted = [slug] if slug else []
    column = schema.fields["reason"]
    fit = next((reason for reason in wanted if not cell_fault(column, reason)), "")
    lost = words and fit != wanted[0]
    return fit, [words] if lost else []


def _record_ids(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield ids that follow the last of those there are."""
    matches = (_NUMBERED.fullmatch(row["record_id"]) for row in rows)
    last = max((match for match in matches if match), key=lambda one: int(one[2]), default=None)
    start, digits = (last[1], last[2]) if last else ("r", "0000")
    number = int(digits)
    while True:
        number += 1
        yield f"{start}{number:0{len(digits)}}"
