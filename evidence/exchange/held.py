"""The sources that a project has, as records: the row of each with its bibliography entry."""

from collections.abc import Iterator, Mapping, Sequence

from evidence.exchange.bibtex import read_keyed
from evidence.exchange.records import FORMATS, KEPT, TYPES, Part, Record, make_record
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
        yield _record(row, entries.get(row.cells["source_id"]))


def _record(row: Row, entry: Record | None) -> Record:
    cells: dict[str, tuple[str, ...]] = {
        name: (row.cells[name],) for name in FORMATS[_KIND] if row.cells.get(name)
    }
    cells["authors"] = tuple(row.cells.get("authors", "").split("; "))
    if pages := row.cells.get("pages"):
        cells["start"] = (pages,)
    held = entry.values if entry else {}
    kind = row.cells.get("type", "")
    if kind not in TYPES:
        # A kind that only this review knows is a kind of what the entry says.
        cells["genre"], cells["type"] = (kind,), held.get("type", ("document",))
    kept: Mapping[str, tuple[str, ...]] = {name: held[name] for name in KEPT if name in held}
    parts = [
        Part("issn" if name == "isbn" else name, name, text)
        for name, texts in {**cells, **kept}.items()
        for text in texts
    ]
    return make_record(_KIND, row.line, "", parts)
