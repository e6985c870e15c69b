"""Which sources of the data those of a file with coded evidence are, and which are new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.exchange.codings.coded import CodedEvidence, CodedSource
from evidence.exchange.data_files.held_tables import HeldData
from evidence.exchange.sources.held import record_of
from evidence.exchange.sources.incoming import Plan, plan
from evidence.exchange.sources.records import FORMATS, Record, clean
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.package import TableSchema
from evidence.model.tables import cell_fault
from evidence.model.works import bare_words

_SOURCES = "sources"
_PUBLICATION = frozenset({*FORMATS["csl"], "pages"})
# A title of so many words says which source it is without a year; an "Editorial" does not.
_TELLING = 4
# For more unknown sources it would take long to find what is like them.
_MOST_NEAREST = 20


@dataclass(frozen=True, slots=True)
class MatchedSources:
    """What becomes of the sources of a file.

    Attributes
    ----------
    plan
        Of those that the data do not have by their ids.
    ids
        Id of each by the file's name for it; without those that are left out.
    known
        The ids that the data have, in their order.
    filled
        By id, cells that are empty in the data and that the file fills: of what the review says of
        a source, and not of the publication.
    """

    plan: Plan
    ids: Mapping[str, str]
    known: tuple[str, ...]
    filled: Mapping[str, Mapping[str, str]]
    faults: tuple[Fault, ...]

    def held(self) -> int:
        """Return how many of the file's sources the data have."""
        return len({*self.ids.values()} & {*self.known})


def match_sources(found: CodedEvidence, held: HeldData, file: str) -> MatchedSources:
    """Find each source of a file by its id, its DOI, or its title with author and year."""
    schema = held.package.tables[_SOURCES]
    rows = [dict(zip(schema.fields, row, strict=True)) for row in held.rows[_SOURCES]]
    by_id = {row["source_id"]: row for row in rows}
    titled = _by_title(rows)
    spoken: dict[str, str] = {}
    for said in found.said():
        spoken.setdefault(said.source, said.place)
    described = {one.name for one in found.sources}
    # A source that the file does not describe has to be there.
    bare = (
        CodedSource(name=name, place=place)
        for name, place in spoken.items()
        if name not in described
    )
    ids: dict[str, str] = {}
    faults: list[Fault] = []
    records: list[Record] = []
    names: dict[int, str] = {}
    reviewed: dict[str, Mapping[str, str]] = {}
    every = (*found.sources, *bare)
    known = tuple(by_id)
    for one in every:
        if one.name in by_id:
            ids[one.name] = one.name
        elif not one.values.get("year") and (same := titled.get(_bare_title(one.values))):
            ids[one.name] = same
        elif one.values:
            record = record_of(one.values, 0, one.place, {})
            reviewed[one.place] = {"source_id": one.name, **_reviewed(one, schema)}
            records.append(record)
            names[id(record)] = one.name
        elif one.name in spoken:
            message = f"the data have no source {quote(one.name)}"
            near = nearest(one.name, known) if len(faults) < _MOST_NEAREST else ""
            faults.append(Fault(file, 0, one.place, FaultCode.UNKNOWN_SOURCE, message, "", near))
    planned = plan(records, rows, schema, reviewed)
    ids |= {names[id(added.record)]: added.source_id for added in planned.added}
    ids |= {names[id(left.record)]: left.same for left in planned.duplicates}
    filled: dict[str, dict[str, str]] = {}
    for one in every:
        if row := by_id.get(ids.get(one.name, "")):
            for name, text in _reviewed(one, schema).items():
                if not row[name] and not cell_fault(schema.fields[name], text):
                    filled.setdefault(row["source_id"], {}).setdefault(name, text)
    return MatchedSources(planned, ids, known, filled, tuple(faults))


def _reviewed(one: CodedSource, schema: TableSchema) -> Mapping[str, str]:
    """Return what a file says of a source that says nothing of the publication."""
    own = {
        name: clean(text)
        for name, text in one.values.items()
        if name in schema.fields and name not in _PUBLICATION and name != "source_id"
    }
    return {name: text for name, text in own.items() if text}


def _by_title(rows: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    """Return the id of the source that alone has a title, if that says anything."""
    titles = [_bare_title(row) for row in rows]
    times = Counter(titles)
    return {
        title: row["source_id"]
        for title, row in zip(titles, rows, strict=True)
        if times[title] == 1 and len(title.split()) >= _TELLING
    }


def _bare_title(values: Mapping[str, str]) -> str:
    return bare_words(values.get("title", ""))
