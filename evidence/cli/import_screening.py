"""A screening done in another tool brought into the data, for `evidence import`."""

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.import_sources import (
    FEW,
    MANY,
    emptied_cells,
    held_sources,
    listed,
    named,
    reasons,
    source_texts,
)
from evidence.cli.project import DATA, FaultsError, shown, write_data
from evidence.cli.terminal import plural, progress, visible
from evidence.cli.trial import stop, try_data

if TYPE_CHECKING:
    from evidence.exchange.screening.screening_log import Log, Screening
    from evidence.exchange.sources.records import Records
    from evidence.model.package import Package

_TABLES = ("searches", "screening")
_PACKAGE = "datapackage.json"
_TO_FILL = ("collection", "searched_on", "query", "results")


def import_screening(project: Path, file: Path, *, search: str, kind: str, write: bool) -> None:
    """Print what a file's records would add to the screening, and write it if asked to.

    Parameters
    ----------
    search
        The search that turned the records up; named after the file if empty.
    kind
        Which list of the screening the file is, if that was said.
    """
    from evidence.exchange.screening.screened import named_list, screened
    from evidence.exchange.screening.screening_log import plan_screening
    from evidence.exchange.sources.record_files import read_records
    from evidence.model.works import bare_words

    search = search or "-".join(bare_words(file.stem).split()) or "search"
    with progress(sys.stderr) as show:
        show(f"read {file}")
        records, faults = read_records(file)
        if records is None:
            stop(faults, str(file))
        kind = kind or named_list(file.name)
        told = screened(records.records, kind)
        _hold_silent(file, [one.decision for one in told], [one.why for one in told], kind)
        show("compare with the data")
        package, log = _read_log(project)
        _hold_search(file, package, search)
        plan = plan_screening(told, log, search)
        texts = _texts(project, package, plan)
        if texts:
            show("check the data as they would be")
            try_data(project, texts)
    print("\n".join(_told(file, records, plan, search)))
    if not texts:
        print("\nThere is nothing to add.")
        return
    print("\n".join(_to_fill(plan, log, search)))
    if write:
        write_data(project, texts)
        written = ", ".join(f"{DATA}/{name}" for name in texts)
        print(f"\nWritten: {written}. Next: evidence check")
    else:
        options = f"--as screening --search {shlex.quote(search)}"
        options += f" --list {kind}" if kind and not named_list(file.name) else ""
        again = f"evidence import {shlex.quote(str(file))} {options} --write"
        print(f"\nNothing is written yet: {again}")


def _hold_silent(file: Path, decisions: Sequence[str], why: Sequence[str], kind: str) -> None:
    """Stop where no record says what was decided, and nobody said which list the file is."""
    from evidence.exchange.screening.screened import LISTS
    from evidence.model.faults import Fault, RecordCode

    if not kind and not any(decisions) and set(why) == {"nobody has decided"}:
        message = "no record says what was decided on it; say which list of the screening this is"
        allowed = ", ".join(f"--list {name}" for name in LISTS)
        stop([Fault(str(file), 0, "", RecordCode.NO_DECISION, message, allowed)], str(file))


def _read_log(project: Path) -> "tuple[Package, Log]":
    """Return the tables of the screening, empty ones where the review has none."""
    from evidence.exchange.screening.screening_log import Log
    from evidence.exchange.screening.screening_tables import SCHEMAS
    from evidence.model.faults import FaultCode
    from evidence.model.tables import read_table

    package, held = held_sources(project)
    rows: dict[str, list[Mapping[str, str]]] = {name: [] for name in _TABLES}
    for name in _TABLES:
        if name in package.tables:
            table, faults = read_table(shown(project / DATA), package.tables[name])
            is_new = all(fault.code is FaultCode.EMPTY_TABLE for fault in faults)
            if table is None or not (table.sound or is_new):
                stop(faults, f"{DATA}/{package.tables[name].path}")
            rows[name] = [row.cells for row in table.rows]
    schema = package.tables.get("screening", SCHEMAS["screening"])
    sources = [row.cells for row in held]
    log = Log(schema, rows["screening"], rows["searches"], package.tables["sources"], sources)
    return package, log


def _hold_search(file: Path, package: "Package", search: str) -> None:
    """Stop where the data do not allow the name of the search."""
    from dataclasses import replace

    from evidence.model.faults import Fault
    from evidence.model.tables import cell_fault

    for name in _TABLES:
        column = package.tables[name].fields["search"] if name in package.tables else None
        if column and (wrong := cell_fault(column, search)):
            fault = Fault(str(file), 0, "search", *wrong)
            way = f"of {name}; say --search NAME, or allow it in {DATA}/{_PACKAGE}"
            stop([replace(fault, message=f"{fault.message} {way}")], str(file))


def _texts(project: Path, package: "Package", plan: "Screening") -> Mapping[str, str]:
    """Return what the files of the data would hold, by the name of each that would change."""
    from evidence.exchange.data_files.table_rows import with_added, with_filled
    from evidence.exchange.screening.screening_tables import SCHEMAS, empty_table, with_tables

    if not (plan.rows or plan.filled):
        return {}
    texts = dict(source_texts(project, package, plan.sources))
    missing = [name for name in _TABLES if name not in package.tables]
    if missing:
        before = (project / DATA / _PACKAGE).read_bytes().decode()
        texts[_PACKAGE] = with_tables(before, missing)
    for name, rows in (
        ("searches", [plan.search] if plan.search else []),
        ("screening", plan.rows),
    ):
        schema = package.tables.get(name, SCHEMAS[name])
        path = project / DATA / schema.path
        if name in missing and path.exists():
            raise FaultsError(
                f"{DATA}/{schema.path}: is there, but {_PACKAGE} does not describe it; describe it "
                "there, or move it"
            )
        text = empty_table(name) if name in missing else path.read_bytes().decode()
        after = with_added(text, schema, rows) if rows else text
        if name == _TABLES[1]:
            after = with_filled(after, schema, plan.filled, "record_id")
        if after != text:
            texts[schema.path] = after
    return texts


def _told(file: Path, records: "Records", plan: "Screening", search: str) -> Iterator[str]:
    """Give the lines that say what a file brings."""
    from evidence.exchange.sources.record_files import NAMES

    total = plural(len(records.records), "record")
    yield f"{visible(str(file))}: {NAMES[records.format]}, {total}; search {search}"
    yield f"  new: {plural(len(plan.rows), 'record')}"
    decided = Counter((row["decision"], row.get("reason", "")) for row in plan.rows)
    for (decision, reason), number in sorted(decided.items()):
        what = f"{decision} {reason}" if reason else decision
        bare = " (no reason)" if decision == "exclude" and not reason else ""
        yield f"    {what}{bare}: {number:,}"
    added = [f"{one.source_id}, {named(one.record)}" for one in plan.sources.added]
    yield f"  new sources, of records included: {len(added):,}"
    yield from listed(added, FEW)
    yield f"  in the screening already: {plural(plan.there, 'record')}"
    if plan.filled:
        yield f"    whose empty reasons are filled: {len(plan.filled):,}"
    undecided = [f"{named(one.record)}: {one.why}" for one in plan.undecided]
    unworded = [f"{words} ({plural(many, 'record')})" for words, many in plan.unworded.items()]
    emptied = emptied_cells(plan.sources.added)
    for title, lines in (
        ("left out, undecided", undecided),
        ("left out, incomplete", reasons(plan.incomplete)),
        ("the data say otherwise, and stay as they are", reasons(plan.differing)),
        ("new as duplicates", reasons(plan.duplicates)),
        ("new, though like another: see whether they are the same", reasons(plan.near)),
        (f"reasons that {_PACKAGE} does not allow; allow them and import again", unworded),
        ("reasons beside the first, which alone is kept", reasons(plan.further)),
        ("no cell of the log takes it, so it stays empty", reasons(plan.emptied)),
        ("no cell of the sources takes it, so it stays empty", emptied),
        ("passed over", records.notes),
    ):
        if lines:
            yield f"  {title}: {len(lines):,}"
            yield from listed(lines, MANY)


def _to_fill(plan: "Screening", log: "Log", search: str) -> Iterator[str]:
    """Say what a person still has to fill in."""
    from evidence.exchange.screening.screening_log import DUPLICATE

    if plan.search:
        yield f"  to fill in in searches.csv, row {search}: {', '.join(_TO_FILL)}"
    if sum(row["search"] == search for row in log.searches) > 1:
        yield f"  the search {search} has several queries: the new records are put under its first"
    sources = {row["source_id"] for row in log.held} | {one.source_id for one in plan.sources.added}
    included = {row.get("source_id", "") for row in (*log.records, *plan.rows)}
    if alone := sorted(sources - included):
        yield f"  sources that no record includes yet: {len(alone):,}, such as {alone[0]}"
    of_search = [row for row in (*log.records, *plan.rows) if row["search"] == search]
    if not any(row.get("reason") == DUPLICATE for row in of_search):
        yield (
            "  no record is a duplicate: if the tool took some out, export them too and import "
            "them with --list duplicates, or the flow begins without them"
        )
