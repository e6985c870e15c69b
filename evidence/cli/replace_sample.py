"""The invented sources that `evidence new` begins with taken out, for `evidence import`."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from evidence.cli.import_sources import held_sources
from evidence.cli.project import DATA, write_data
from evidence.cli.terminal import plural
from evidence.cli.trial import try_data
from evidence.model.evidence import Evidence

# What the table of sources calls them.
SAMPLE = "sample"
_SEARCHES, _SCREENING = "searches", "screening"


def sample_sources(project: Path) -> list[str]:
    """Return the ids of the invented sources that are still in the data."""
    _, rows = held_sources(project)
    return [row.cells["source_id"] for row in rows if row.cells.get("type") == SAMPLE]


def invented(evidence: Evidence) -> list[str]:
    """Return the same of sound data."""
    return [source_id for source_id, row in evidence.sources.items() if row.type == SAMPLE]


def replace_sample(project: Path, *, write: bool) -> None:
    """Print what goes with the invented sources, and take it out if asked to."""
    gone = sample_sources(project)
    if not gone:
        print("\nThere is no invented source in the data.")
        return
    texts = _texts(project, gone)
    print(f"\nThe sample goes: {plural(len(gone), 'invented source')}, with all that names them in")
    print(f"  {', '.join(f'{DATA}/{name}' for name in texts)}")
    if not write:
        print("It is still there: add --replace-sample --write.")
        return
    try_data(project, texts)
    write_data(project, texts)
    print("Written. If a chapter cites one of them, evidence check says where.")


def _texts(project: Path, gone: list[str]) -> Mapping[str, str]:
    from evidence.exchange.data_files.table_rows import without_rows
    from evidence.exchange.sources.entries import without_entries

    package, _ = held_sources(project)
    texts = {}

    def text(path: str) -> str:
        return (project / DATA / path).read_bytes().decode()

    for schema in package.tables.values():
        if "source_id" in schema.fields:
            texts[schema.path] = without_rows(text(schema.path), schema, gone)
    if {_SEARCHES, _SCREENING} <= package.tables.keys():
        tables = [package.tables[name] for name in (_SEARCHES, _SCREENING)]
        log = [*csv.DictReader(io.StringIO(text(tables[1].path)))]
        # A search of which nothing else became a source is the sample's own, with all its records.
        ours = {row["search"] for row in log if row["source_id"] not in ("", *gone)}
        theirs = {row["search"] for row in log if row["source_id"] in gone} - ours
        for schema in tables:
            held = texts.get(schema.path, text(schema.path))
            texts[schema.path] = without_rows(held, schema, theirs, "search")
    path = package.others["bibliography"]
    texts[path] = without_entries(text(path), gone)
    return {path: new for path, new in texts.items() if new != text(path)}
