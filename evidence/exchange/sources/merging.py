"""What a record adds to the source that it is, so that nothing is lost and nothing written over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from evidence.exchange.sources.incoming import Added, Plan, cells_of
from evidence.exchange.sources.records import LISTS, Record, in_order
from evidence.model.package import TableSchema
from evidence.model.tables import cell_fault
from evidence.model.works import bare_doi, bare_words

Values = Mapping[str, tuple[str, ...]]
# The kind of publication in words is another in each tool.
_PASSED = frozenset({"genre"})
_GATHERED = LISTS - {"authors", "annote"}
_ALSO = "Also at "


@dataclass(frozen=True, slots=True)
class Merged:
    """A record, the source that it is, what it adds to that, and what of it differs.

    Attributes
    ----------
    differing
        Name, what the source has, and what the record has.
    """

    source_id: str
    record: Record
    reason: str
    added: tuple[str, ...]
    differing: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Merging:
    """What becomes of the records of a file if those that are the same are merged.

    Attributes
    ----------
    plan
        The sources that would be added, each with all that the file has of it.
    cells, entries
        By source of the data, the cells that would be filled and what its entry would have.
    """

    plan: Plan
    merged: tuple[Merged, ...]
    cells: Mapping[str, Mapping[str, str]]
    entries: Mapping[str, Values]


def merge(found: Plan, held: Iterable[tuple[str, Record]], schema: TableSchema) -> Merging:
    """Merge each record that is left out as the same with the source that it is.

    Parameters
    ----------
    held
        The sources of the data, each with its id.
    """
    wanted = {one.same for one in found.duplicates}
    values = {name: dict(record.values) for name, record in held if name in wanted}
    there = {*values}
    values |= {one.source_id: dict(one.record.values) for one in found.added}
    merged: list[Merged] = []
    cells: dict[str, dict[str, str]] = {}
    entries: dict[str, dict[str, tuple[str, ...]]] = {}
    rest = {tag: [*texts] for tag, texts in found.rest.items()}
    for one in found.duplicates:
        ours = values[one.same]
        added, differing = compared(ours, one.record.values)
        unfit = [name for name, texts in added.items() if _is_unfit(name, texts, schema)]
        added = {name: texts for name, texts in added.items() if name not in unfit}
        ours.update(added)
        for name, texts in added.items() if one.same in there else ():
            if name in schema.fields:
                cells.setdefault(one.same, {})[name] = "; ".join(texts)
            if name != "url" or "doi" not in ours:
                entries.setdefault(one.same, {})[name] = texts
        for tag, text in (*one.record.rest, *((name, one.record.one(name)) for name in unfit)):
            rest.setdefault(tag, []).append(text)
        merged.append(Merged(one.same, one.record, one.reason, tuple(added), tuple(differing)))
    plan = replace(
        found,
        added=tuple(_fuller(one, values[one.source_id], schema) for one in found.added),
        duplicates=(),
        rest=MappingProxyType({tag: tuple(texts) for tag, texts in rest.items()}),
    )
    return Merging(plan, tuple(merged), MappingProxyType(cells), MappingProxyType(entries))


def _is_unfit(name: str, texts: tuple[str, ...], schema: TableSchema) -> bool:
    return name in schema.fields and bool(cell_fault(schema.fields[name], "; ".join(texts)))


def _fuller(one: Added, values: Values, schema: TableSchema) -> Added:
    """Return a source that would be added with all that records of the file have of it."""
    record = replace(one.record, values=in_order(values))
    cells, emptied, _ = cells_of(record, {"source_id": one.source_id}, schema)
    held = {name: text for name, text in one.cells.items() if text}
    return Added(one.source_id, record, {**cells, **held}, tuple(why for _, why in emptied))


def compared(ours: Values, theirs: Values) -> tuple[Values, Sequence[tuple[str, str, str]]]:
    """Return what others have that is to be added to ours, and what of theirs differs from ours."""
    added: dict[str, tuple[str, ...]] = {}
    differing: list[tuple[str, str, str]] = []
    for name, texts in theirs.items():
        held = ours.get(name, ())
        if name in _PASSED or (name == "type" and "genre" in ours):
            continue
        if not any(held):
            added[name] = texts
        elif name in _GATHERED:
            known = {bare_words(one) for one in held}
            if more := tuple(one for one in texts if bare_words(one) not in known):
                added[name] = (*held, *more)
        elif name == "annote":
            _note(added, ours, texts[0])
        elif name == "url":
            if not _same_address(held[0], texts[0], ours):
                _note(added, ours, f"{_ALSO}{texts[0]}")
        elif bare_words(" ".join(held)) != bare_words(" ".join(texts)):
            differing.append((name, "; ".join(held), "; ".join(texts)))
    return MappingProxyType(added), differing


def _note(added: dict[str, tuple[str, ...]], ours: Values, text: str) -> None:
    """Add a note to those that there are, if none has it."""
    held = (added.get("annote") or ours.get("annote") or ("",))[0]
    if text not in held:
        added["annote"] = ("; ".join(filter(None, (held, text))),)


def _same_address(one: str, other: str, ours: Values) -> bool:
    dois = {bare_doi(text) for text in ours.get("doi", ())}
    return one.rstrip("/").casefold() == other.rstrip("/").casefold() or bare_doi(other) in dois
