"""Coded evidence of another tool's file brought into the data, for `evidence import`."""

import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.import_sources import FEW, MANY, listed, named, reasons, source_texts
from evidence.cli.project import DATA, FaultsError, shown, write_data
from evidence.cli.terminal import plural, progress, visible
from evidence.cli.trial import stop, try_data

if TYPE_CHECKING:
    from evidence.exchange.codings.coded import CodedEvidence
    from evidence.exchange.codings.incoming_codings import Cells, CodingPlan
    from evidence.exchange.codings.mapping import CodingMap
    from evidence.exchange.data_files.additions import Extended
    from evidence.exchange.data_files.held_tables import HeldData
    from evidence.model.faults import Fault
    from evidence.model.package import TableSchema


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be brought in.

    Attributes
    ----------
    kind
        What of the file alone is asked for, if not all.
    chart
        The map that says what the names in the file are in the review.
    """

    file: Path
    kind: str | None
    chart: Path | None

    def __str__(self) -> str:
        """Return the command."""
        kind = f" --as {self.kind}" if self.kind else ""
        chart = f" --map {shlex.quote(str(self.chart))}" if self.chart else ""
        return f"evidence import {shlex.quote(str(self.file))}{kind}{chart}"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings: what the files of the data would hold, and what is told of it."""

    texts: Mapping[str, str]
    told: tuple[str, ...]
    waiting: tuple[str, ...]


def import_codings(project: Path, request: Request, *, write: bool) -> None:
    """Print what a file's coded evidence would add to the data and change; write it if asked."""
    with progress(sys.stderr) as show:
        # What it was made of is gone when the data are checked, which takes much memory, too.
        brought = _brought(project, request, show)
        left = []
        if brought.texts:
            show("check the data as they would be")
            left = try_data(project, brought.texts)
    print("\n".join(brought.told))
    if not brought.texts:
        print("\nThe data have all of it already: there is nothing to write.")
        return
    print("\n".join([*_asked(left), *brought.waiting]))
    if write:
        write_data(project, brought.texts)
        written = ", ".join(f"{DATA}/{name}" for name in brought.texts)
        print(f"\nWritten: {written}. Next: evidence check")
    else:
        print(f"\nNothing is written yet: {request} --write")


def _brought(project: Path, request: Request, show: Callable[[str], None]) -> Brought:
    """Compare a file with the data."""
    from evidence.exchange.codings.coded_names import hold_names
    from evidence.exchange.codings.incoming_codings import plan_codings
    from evidence.exchange.codings.mapping import Additions
    from evidence.exchange.data_files.additions import extended
    from evidence.exchange.data_files.held_tables import read_held

    data, file = shown(project / DATA), request.file
    show("read the data")
    held, faults = read_held(data)
    if held is None:
        stop(faults, f"{DATA}/")
    told_by = _map(request.chart, held)
    try:
        larger = extended(data, held, told_by.codebook if told_by else Additions())
    except ValueError as error:
        raise FaultsError(f"{DATA}/{held.package.others['codebook']}: {error}") from error
    show(f"read {file}")
    found = _read(request, told_by, larger.held)
    show("compare with the data")
    names, faults = hold_names(found, larger.held, file.as_posix())
    if faults:
        stop(faults, _next(request))
    planned, faults = plan_codings(found, larger.held, names, file.as_posix())
    if planned is None:
        stop(faults, str(file))
    return Brought(
        _texts(project, larger, planned),
        (*_told(file, found, planned, larger),),
        (*_waiting(larger.held, planned),),
    )


def _map(path: Path | None, held: "HeldData") -> "CodingMap | None":
    from evidence.exchange.codings.mapping_file import read_map

    if path is None:
        return None
    found, faults = read_map(path, held.codebook, held.package.tables["sources"].fields)
    if found is None:
        stop(faults, str(path))
    return found


def _read(request: Request, chart: "CodingMap | None", held: "HeldData") -> "CodedEvidence":
    """Return what the file says, in the data's names as far as the map has them."""
    from evidence.exchange.codings.coded_files import reader_of
    from evidence.exchange.codings.mapped import in_stances, mapped
    from evidence.exchange.codings.mapping import CodingMap
    from evidence.exchange.looks import look_at
    from evidence.exchange.spreadsheets.sheet_codings import coded_sheet
    from evidence.exchange.tables.own_tables import read_own_tables
    from evidence.model.faults import SheetCode

    file = request.file
    reader = reader_of(look_at(file))
    if reader:
        found, faults = reader.read(file)
    elif chart and (chart.columns or chart.sources):
        found, faults = coded_sheet(file, chart)
    else:
        found, faults = read_own_tables(file, held)
    if found is None:
        is_read = not any(fault.code is SheetCode.UNREADABLE_SHEET for fault in faults)
        # Of a table that holds sources or a screening, only its author can say so.
        hint = "" if chart else "; or say with --as what else it holds"
        stop(faults, f"{_next(request)}{hint}" if reader is None and is_read else str(file))
    if request.kind == "effects":
        found = replace(found, codings=(), answers=())
    elif request.kind:
        found = replace(found, effects=())
    if reader is None:
        return found
    return in_stances(mapped(found, chart or CodingMap(path="")), held.codebook)


def _next(request: Request) -> str:
    """Say where the faults are, and how their author tells what the names in the file are."""
    file, chart = request.file, request.chart
    if chart:
        return f"{file}; say in {chart} what these are in the review"
    command = f"evidence map {shlex.quote(str(file))}"
    return f"{file}; a map says what these are in the review: {command}"


def _texts(project: Path, larger: "Extended", planned: "CodingPlan") -> Mapping[str, str]:
    """Return what the files of the data would hold, by the name of each that would change."""
    from evidence.exchange.data_files.table_rows import with_filled, with_merged

    package = larger.held.package
    sources, data = package.tables["sources"], project / DATA
    texts = {**larger.texts, **source_texts(project, package, planned.sources.plan)}
    if filled := planned.sources.filled:
        before = texts.get(sources.path) or (data / sources.path).read_bytes().decode()
        texts[sources.path] = with_filled(before, sources, filled)
    for name, rows in planned.tables.items():
        schema = package.tables[name]
        if rows.added or rows.changed:
            before = texts.get(schema.path) or (data / schema.path).read_bytes().decode()
            new = (*rows.added, *(after for _, after in rows.changed))
            texts[schema.path] = with_merged(before, schema, new)
    return texts


def _told(
    file: Path, found: "CodedEvidence", planned: "CodingPlan", larger: "Extended"
) -> Iterator[str]:
    """Give the lines that say what a file brings."""
    said = [
        plural(len(rows), noun)
        for rows, noun in (
            (found.sources, "source"),
            (found.answers, "answer"),
            (found.codings, "coding"),
            (found.effects, "effect"),
        )
        if rows
    ]
    otherwise = "the codebook alone" if larger.told else "nothing comes in"
    yield f"{visible(str(file))}: {found.tool}, {', '.join(said) or otherwise}"
    sources, filled = planned.sources.plan, planned.sources.filled
    known = planned.sources.held()
    yield f"  sources.csv: {len(sources.added):,} new, {known:,} that the data have"
    if filled:
        columns = dict.fromkeys(name for cells in filled.values() for name in cells)
        yield f"    empty cells filled of {plural(len(filled), 'source')}: {', '.join(columns)}"
    yield from listed([f"{one.source_id}, {named(one.record)}" for one in sources.added], FEW)
    for name, rows in planned.tables.items():
        schema = larger.held.package.tables[name]
        yield (
            f"  {schema.path}: {len(rows.added):,} new, {len(rows.changed):,} changed, "
            f"{rows.same:,} as the data have them"
        )
        yield from listed([_difference(schema, *pair) for pair in rows.changed], MANY)
        if rows.silent:
            yield f"    {rows.silent:,} more of these sources in the data, which stay as they are"
        if rows.filled:
            yield (
                f"    {rows.filled:,} of the new say where in the file they stand, for want of "
                "the locator or gist that the data require"
            )
    emptied = [
        f"{one.record.place}, {one.source_id}: {why}"
        for one in sources.added
        for why in one.emptied
    ]
    lost = [
        f"{name} ({plural(len(texts), 'text')}), such as {_short(texts[0])}"
        for name, texts in sorted((*found.lost.items(), *sources.rest.items()))
    ]
    if sources.duplicates:
        yield "  the same as others, in the data or the file:"
        yield from listed(reasons(sources.duplicates), FEW)
    for title, lines in (
        (f"{larger.held.package.others['codebook']}: added", list(larger.told)),
        ("left out with all that is said of them, incomplete", reasons(sources.incomplete)),
        ("new, though like another: see whether they are the same", reasons(sources.near)),
        ("no cell takes it, so it stays empty", emptied),
        ("no place for it in the data", lost),
        ("passed over", found.notes),
    ):
        if lines:
            yield f"  {title}:"
            yield from listed(lines, MANY)
    if planned.left_out:
        yield f"  left out with their sources: {planned.left_out:,} codings, answers and effects"


def _difference(schema: "TableSchema", old: "Cells", new: "Cells") -> str:
    key = [
        cell for name, cell in zip(schema.fields, new, strict=True) if name in schema.primary_key
    ]
    changes = [
        f"{name} {_short(before)} -> {_short(after)}"
        for name, before, after in zip(schema.fields, old, new, strict=True)
        if before != after
    ]
    return f"{' '.join(key)}: {'; '.join(changes)}"


def _asked(left: "Sequence[Fault]") -> Iterator[str]:
    """Give the lines that say what `evidence check` will then ask for."""
    from evidence.model.faults import FaultCode

    cells: dict[str, dict[str, None]] = {}
    for one in left:
        if one.code is FaultCode.REQUIRED:
            cells.setdefault(Path(one.file).name, {})[str(one.column)] = None
    others = Counter(one.code for one in left if one.code is not FaultCode.REQUIRED)
    asked = [f"{name} {', '.join(columns)}" for name, columns in cells.items()]
    asked += [f"{code} ({times:,})" for code, times in others.items()]
    yield f"  evidence check will then ask for: {'; '.join(asked) or 'nothing'}"
    if FaultCode.SOURCE_WITHOUT_SCREENING in others:
        yield (
            "  no record of a search names these sources: bring the log in with --as screening, or "
            "take searches and screening out of datapackage.json, if the review keeps none"
        )


def _waiting(held: "HeldData", planned: "CodingPlan") -> Iterator[str]:
    """Say of how many sources nobody has brought together what several coded."""
    book, codings = held.codebook, planned.tables.get("codings")
    if codings is None or book.agreed in book.coders:
        return
    fields = [*held.package.tables["codings"].fields]
    source, coder = fields.index("source_id"), fields.index("coder")
    rows = (*held.rows["codings"], *codings.added)
    agreed = {row[source] for row in rows if row[coder] == book.agreed}
    coded = {row[source] for row in codings.added if row[coder] in book.coders}
    if alone := coded - agreed:
        yield (
            f"  without a coding by {book.agreed}: {plural(len(alone), 'source')} in the file. "
            f"No finding counts what {' and '.join(book.coders)} say apart: a person has to "
            f"reconcile it, in rows by {book.agreed}"
        )


def _short(text: str) -> str:
    from evidence.model.faults import quote

    return quote(text)
