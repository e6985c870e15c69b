"""`evidence what-if`: what would change without some sources, or were they coded otherwise."""

import argparse
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evidence.cli.check import judge_project
from evidence.cli.compare import account, text, told_sentences
from evidence.cli.project import DATA, FaultsError, shown
from evidence.findings.changes import Change, Key, compare, recoded, with_effects
from evidence.model.evidence import Effect, Evidence
from evidence.model.faults import DataFaults, Fault, FaultCode, nearest, quote
from evidence.model.package import TableSchema, read_package
from evidence.model.relations import codebook_faults
from evidence.model.tables import Table, read_table

DESCRIPTION = """\
Show which findings, sentences and measures would change if some sources were left out (--drop),
were coded differently (--recode), or had reported other effects (--effects). Nothing is written.

FILE is a CSV file. For --recode it has the columns source_id, facet, code and stance: for each
source and code that it names, its rows list the stances that replace the agreed ones; an empty
stance removes the code from the source. For --effects it has the column source_id and those that
the codebook asks of effects, in the order of effects.csv: for each source that it names, its rows
list the effects that replace the agreed ones; a row with nothing but the source removes them.

examples:
  evidence what-if --drop smith2019 jones2021
  evidence what-if --recode recoded.csv
  evidence what-if --effects effects.csv"""

COLUMNS = ("source_id", "facet", "code", "stance")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    either = command.add_mutually_exclusive_group(required=True)
    either.add_argument("--drop", nargs="+", metavar="SOURCE", help="leave out these sources")
    either.add_argument(
        "--recode",
        type=Path,
        metavar="FILE",
        help="replace agreed codings by those in this CSV file",
    )
    either.add_argument(
        "--effects",
        type=Path,
        metavar="FILE",
        help="replace agreed effects by those in this CSV file",
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print what would change and say whether anything would."""
    evidence, _ = judge_project(project)
    try:
        if options.drop:
            title = f"Without {', '.join(options.drop)}"
            changed = evidence.without(checked_sources(evidence, options.drop))
        elif options.effects:
            title = f"With the effects of {shown(options.effects)}"
            changed = with_effects(evidence, read_effects(project, evidence, options.effects))
        else:
            title = f"Coded as {shown(options.recode)} says"
            changed = recoded(evidence, read_stances(project, evidence, options.recode))
        comparison = compare(evidence, changed)
    except DataFaults as error:
        raise FaultsError(str(error)) from error
    sentences = told_sentences(project, evidence, changed, comparison).changed
    print(text(account(title, comparison, sentences, sources=False)))
    moved = any(row.change != Change.UNCHANGED for row in comparison.findings)
    return bool(sentences or comparison.measures) or moved


def checked_sources(evidence: Evidence, source_ids: list[str]) -> frozenset[str]:
    """Return the sources to leave out: none unknown, nor the baseline, which sets an edition."""
    faults = [_unknown_source(evidence, "--drop", 0, source_id) for source_id in source_ids]
    baseline = evidence.baseline()
    if baseline and baseline.source_id in source_ids:
        message = f"{quote(baseline.source_id)} is the baseline review"
        faults.append(Fault("--drop", 0, "", FaultCode.NOT_ALLOWED, message, "included sources"))
    if found := [fault for fault in faults if fault]:
        raise DataFaults(found)
    return frozenset(source_ids)


def read_stances(project: Path, evidence: Evidence, file: Path) -> Mapping[Key, set[str]]:
    """Return the stances that a file of recodings gives, by source, facet and code."""
    table = _read(project, evidence, file, name="codings", columns=COLUMNS, optional=("stance",))
    stances: dict[Key, set[str]] = {}
    for row in table.rows:
        source_id, facet, code, stance = (row.cells[name] for name in COLUMNS)
        stances.setdefault((source_id, facet, code), set()).update([stance] if stance else [])
    return stances


def read_effects(project: Path, evidence: Evidence, file: Path) -> Mapping[str, Sequence[Effect]]:
    """Return the effects that a file gives, by source; none where it names the source alone."""
    asked = evidence.codebook.effects
    if not asked:
        message = "the codebook asks nothing of effects, so that there are none to replace"
        raise DataFaults([Fault("--effects", 0, "", FaultCode.NOT_ALLOWED, message)])
    table = _read(
        project, evidence, file, name="effects", columns=("source_id", *asked), optional=asked
    )
    told = [row for row in table.rows if any(row.cells[name] for name in asked)]
    message = "the cell is empty, and others of the effect are not"
    if faults := [
        table.fault(row, name, FaultCode.REQUIRED, message)
        for row in told
        for name in asked
        if not row.cells[name]
    ]:
        raise DataFaults(faults)
    effects: dict[str, list[Effect]] = {row.cells["source_id"]: [] for row in table.rows}
    for row in told:
        values = {
            name: tuple(row.cells[name].split(table.schema.fields[name].delimiter))
            if one.multiple
            else (row.cells[name],)
            for name, one in asked.items()
        }
        source_id = row.cells["source_id"]
        effects[source_id].append(Effect(source_id, evidence.codebook.agreed, values))
    return effects


def _read(
    project: Path,
    evidence: Evidence,
    file: Path,
    *,
    name: str,
    columns: Iterable[str],
    optional: Collection[str],
) -> Table:
    """Read a file that has some columns of a table of the data, of which some may be empty."""
    package, faults = read_package(project / DATA)
    if package is None:
        raise DataFaults(faults)
    fields = {
        column: replace(field, required=field.required and column not in optional)
        for column, field in ((one, package.tables[name].fields[one]) for one in columns)
    }
    schema = TableSchema(name, file.name, fields, tuple(fields), ())
    table, faults = read_table(file.parent, schema)
    if table and table.sound:
        faults += _unknown_values(evidence, table, optional)
    if faults or table is None:
        raise DataFaults(faults)
    return table


def _unknown_values(evidence: Evidence, table: Table, optional: Collection[str]) -> Iterator[Fault]:
    faulty = {}
    for number, row in enumerate(table.rows):
        source_id = row.cells["source_id"]
        if "source_id" not in row.faulty and (
            fault := _unknown_source(evidence, table.file, row.line, source_id)
        ):
            yield fault
        # The codebook has no empty value, which here means none.
        faulty[number] = row.faulty.union(name for name in optional if not row.cells[name])
    tables = {table.schema.name: replace(table, faulty=faulty)}
    yield from codebook_faults(tables, evidence.codebook)


def _unknown_source(evidence: Evidence, file: str, line: int, source_id: str) -> Fault | None:
    if source_id in evidence.sources:
        return None
    column = "source_id" if line else ""
    message = f"sources.csv has no source_id {quote(source_id)}"
    near = nearest(source_id, tuple(evidence.sources))
    return Fault(file, line, column, FaultCode.UNKNOWN_SOURCE, message, nearest=near)
