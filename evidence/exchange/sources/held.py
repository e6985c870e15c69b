"""The sources that a project has, as records: the row of each with its bibliography entry."""

from collections.abc import Iterator, Mapping, Sequence

from evidence.exchange.sources.bibtex import read_keyed
from evidence.exchange.sources.records import FORMATS, KEPT, TYPES, Part, Record, make_record
from evidence.model.tables import Row

_KIND = "csl"


def held_records(rows: Sequence[Row], bibliography: str) -> Iterator[Record]:
    """Yield each source as a record; the row is believed before the entry.

    Parameters
    ----------
    bibliography
        The text of the entries, whose keys are the ids of the sources.
    """
    entries = read_keyed(bibliography)
    for row in rows:
        entry = entries.get(row.cells["source_id"])
        yield record_of(row.cells, row.line, "", entry.values if entry else {})


def record_of(
    row: Mapping[str, str], line: int, place: str, entry: Mapping[str, tuple[str, ...]]
) -> Record:
    """Return a row of the table of sources, with what its entry has beyond it, as a record."""
    cells: dict[str, tuple[str, ...]] = {
        name: (row[name],) for name in FORMATS[_KIND] if row.get(name)
    }
    cells["authors"] = tuple(row.get("authors", "").split("; "))
    if pages := row.get("pages"):
        cells["start"] = (pages,)
    kind = row.get("type", "")
    if kind not in TYPES:
        # A kind that only this review knows is a kind of what the entry says.
        cells["genre"], cells["type"] = (kind,), entry.get("type", ("document",) if kind else ())
    kept = {name: entry[name] for name in KEPT if name in entry}
    parts = [
        Part("issn" if name == "isbn" else name, name, text)
        for name, texts in {**cells, **kept}.items()
        for text in texts
    ]
    return make_record(_KIND, line, place, parts)
