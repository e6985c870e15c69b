"""Sources of another tool's file brought into the data, for `evidence import`."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import DATA, shown, write_data
from evidence.cli.terminal import plural, progress, visible
from evidence.cli.trial import stop, try_data

if TYPE_CHECKING:
    from evidence.exchange.sources.incoming import Added, LeftOut, Plan
    from evidence.exchange.sources.merging import Merging
    from evidence.exchange.sources.records import Record, Records
    from evidence.model.package import Package
    from evidence.model.tables import Row

# How many lines are shown of what is as expected, and of what a person has to judge.
FEW, MANY = 20, 200
_TABLE, _BIBLIOGRAPHY = "sources", "bibliography"


def import_sources(
    project: Path, file: Path, *, write: bool, said: bool, merging: bool = False
) -> None:
    """Print what a file's records would add to the sources, and write it if asked to.

    Parameters
    ----------
    said
        Whether the command said what the file holds, as it then has to again.
    merging
        Whether records that are the same as a source, or as each other, are merged.
    """
    from evidence.exchange.screening.screened import screened
    from evidence.exchange.sources.incoming import plan
    from evidence.exchange.sources.merging import Merging, merge
    from evidence.exchange.sources.record_files import read_records

    with progress(sys.stderr) as show:
        show(f"read {file}")
        records, faults = read_records(file)
        if records is None:
            stop(faults, str(file))
        show("compare with the data")
        package, rows = held_sources(project)
        schema = package.tables[_TABLE]
        found = plan(records.records, [row.cells for row in rows], schema)
        merged = Merging(found, (), {}, {})
        if merging:
            merged = merge(found, _held_records(project, package, rows), schema)
            found = merged.plan
        texts = _merged_texts(project, package, merged, source_texts(project, package, found))
        if texts:
            show("check the data as they would be")
            try_data(project, texts)
    print("\n".join(_told(file, records, merged)))
    if any(one.decision for one in screened(records.records, "")):
        print("  it says what was decided on them: --as screening puts that into the log")
    if not texts:
        print("\nThere is nothing to add.")
        return
    empty = [
        name
        for name, column in schema.fields.items()
        if column.required and any(not one.cells.get(name) for one in found.added)
    ]
    print(f"  cells that evidence check will then ask for: {', '.join(empty) or 'none'}")
    if write:
        write_data(project, texts)
        written = ", ".join(f"{DATA}/{name}" for name in texts)
        print(f"\nWritten: {written}. Next: evidence check")
    else:
        options = (" --as sources" if said else "") + (" --merge" if merging else "")
        again = f"evidence import {shlex.quote(str(file))}{options} --write"
        print(f"\nNothing is written yet: {again}")


def held_sources(project: Path) -> "tuple[Package, Sequence[Row]]":
    """Return the table of sources, which may still have cells to be filled in.

    Raises
    ------
    FaultsError
        The table, or what describes it, cannot be read.
    """
    from evidence.model.faults import FaultCode
    from evidence.model.package import read_package
    from evidence.model.tables import read_table

    data = shown(project / DATA)
    package, faults = read_package(data)
    if package is None:
        stop(faults, f"{DATA}/")
    table, faults = read_table(data, package.tables[_TABLE])
    # A review may begin with no source at all.
    is_new = all(fault.code is FaultCode.EMPTY_TABLE for fault in faults)
    if table is None or not (table.sound or is_new):
        stop(faults, f"{DATA}/{package.tables[_TABLE].path}")
    return package, [*table.rows]


def _held_records(
    project: Path, package: "Package", rows: "Sequence[Row]"
) -> "list[tuple[str, Record]]":
    from evidence.exchange.sources.held import held_records

    text = _entries(project, package.others[_BIBLIOGRAPHY])
    ids = [row.cells["source_id"] for row in rows]
    return [*zip(ids, held_records(rows, text), strict=True)]


def _merged_texts(
    project: Path, package: "Package", merged: "Merging", texts: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the texts with what sources that are there already gain."""
    from evidence.exchange.data_files.table_rows import with_filled
    from evidence.exchange.sources.entries import with_values

    schema, path = package.tables[_TABLE], package.others[_BIBLIOGRAPHY]
    table = (project / DATA / schema.path).read_bytes().decode()
    held = {schema.path: table, path: _entries(project, path)}
    made = {**held, **texts}
    made[schema.path] = with_filled(made[schema.path], schema, merged.cells)
    made[path] = with_values(made[path], merged.entries)
    return {name: text for name, text in made.items() if text != held.get(name)}


def source_texts(project: Path, package: "Package", found: "Plan") -> Mapping[str, str]:
    """Return what the files of the data would hold, by the name of each that would change."""
    from evidence.exchange.data_files.table_rows import with_added
    from evidence.exchange.sources.bibtex import bibtex_text

    if not found.added:
        return {}
    schema, path = package.tables[_TABLE], package.others[_BIBLIOGRAPHY]
    table = (project / DATA / schema.path).read_bytes().decode()
    entries = _entries(project, path)
    end = "\r\n" if "\r\n" in entries else "\n"
    between = "" if not entries.strip() else end if entries.endswith("\n") else end * 2
    keys = [one.source_id for one in found.added]
    new = bibtex_text([one.record for one in found.added], keys, cited=True).replace("\n", end)
    return {
        schema.path: with_added(table, schema, [one.cells for one in found.added]),
        path: f"{entries}{between}{new}",
    }


def _entries(project: Path, path: str) -> str:
    """Return the bibliography, which a review that begins with nothing may not have yet."""
    from evidence.model.text import read_text

    if not (project / DATA / path).exists():
        return ""
    _, faults = read_text(shown(project / DATA / path))
    if faults:
        stop(faults, f"{DATA}/{path}")
    return (project / DATA / path).read_bytes().decode()


def _told(file: Path, records: "Records", merged: "Merging") -> Iterator[str]:
    """Give the lines that say what a file brings."""
    from evidence.exchange.sources.record_files import NAMES

    found = merged.plan
    total = plural(len(records.records), "record")
    yield f"{visible(str(file))}: {NAMES[records.format]}, {total}"
    yield f"  new: {plural(len(found.added), 'source')}"
    new = [f"{one.source_id}, {named(one.record)}" for one in found.added]
    yield from listed(new, FEW)
    yield from _duplicates(merged)
    yield f"  left out, incomplete: {plural(len(found.incomplete), 'record')}"
    yield from listed(reasons(found.incomplete), MANY)
    emptied = emptied_cells(found.added)
    rest = [
        f"{tag} ({plural(len(texts), 'value')}), such as {_short(texts[0])}"
        for tag, texts in sorted(found.rest.items())
    ]
    for title, lines in (
        ("new, though like another: see whether they are the same", reasons(found.near)),
        ("no cell takes it, so it stays empty", emptied),
        ("no place for it in the data", rest),
        ("passed over", records.notes),
        ("alike within the data: see whether they are the same", found.alike),
    ):
        if lines:
            yield f"  {title}:"
            yield from listed(lines, MANY)


def emptied_cells(added: "Sequence[Added]") -> list[str]:
    """Return why cells stay empty, each reason once, with the sources that have it."""
    places: dict[str, list[str]] = {}
    for one in added:
        for why in one.emptied:
            places.setdefault(why, []).append(f"{one.record.place}, {one.source_id}")
    return [
        f"{where[0]}: {why}"
        if len(where) == 1
        else f"{where[0]} and {plural(len(where) - 1, 'more source')}: {why}"
        for why, where in places.items()
    ]


def _duplicates(merged: "Merging") -> Iterator[str]:
    """Say of records that are the same as a source what becomes of them."""
    left = merged.plan.duplicates
    if not merged.merged:
        yield f"  left out, as the data or the file have it already: {plural(len(left), 'record')}"
        yield from listed(reasons(left), MANY)
        if left:
            yield "    --merge puts what they have beyond that into what is there"
        return
    yield f"  merged into what is there: {plural(len(merged.merged), 'record')}"
    gaining = [one for one in merged.merged if one.added]
    yield from listed(
        [
            f"{named(one.record)}: {one.reason}; {one.source_id} gains {', '.join(one.added)}"
            for one in gaining
        ],
        MANY,
    )
    if idle := len(merged.merged) - len(gaining):
        yield f"    {plural(idle, 'record')} with nothing that is not there"
    differing = [
        f"{one.source_id} {name}: {_short(ours)}; {one.record.place} has {_short(theirs)}"
        for one in merged.merged
        for name, ours, theirs in one.differing
    ]
    if differing:
        yield "  differs, and stays as it is:"
        yield from listed(differing, MANY)


def reasons(left: "Sequence[LeftOut]") -> list[str]:
    """Return each record with why it is told."""
    return [f"{named(one.record)}: {one.reason}" for one in left]


def listed(lines: Sequence[str], most: int) -> Iterator[str]:
    """Yield lines below a title, and how many more there are than the most that are shown."""
    yield from (f"    {visible(line)}" for line in lines[:most])
    if len(lines) > most:
        yield f"    and {len(lines) - most:,} more"


def named(record: "Record") -> str:
    """Return where a record stands, and its title."""
    return f"{record.place}: {_short(record.one('title') or record.one('authors'))}"


def _short(text: str) -> str:
    from evidence.model.faults import quote

    return quote(text)
