"""`evidence what-if`: which findings would change without some sources, or coded otherwise."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from evidence.cli.check import judge_project
from evidence.cli.compare import account, changed_sentences, text
from evidence.cli.project import DATA, FaultsError, shown
from evidence.findings.changes import Change, Key, compare, recoded
from evidence.model.evidence import Evidence
from evidence.model.faults import DataFaults, Fault, FaultCode, nearest, quote
from evidence.model.package import TableSchema, read_package
from evidence.model.relations import codebook_faults
from evidence.model.tables import Table, read_table

DESCRIPTION = """\
Show which findings and sentences would change if some sources were left out (--drop), or coded
differently (--recode). Nothing is written.

FILE is a CSV file with the columns source_id, facet, code and stance. For each source and code that
it names, its rows list the stances that replace the agreed ones; an empty stance removes the code
from the source.

examples:
  evidence what-if --drop smith2019 jones2021
  evidence what-if --recode recoded.csv"""

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


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print what would change and say whether anything would."""
    evidence, _ = judge_project(project)
    try:
        if options.drop:
            title = f"Without {', '.join(options.drop)}"
            changed = evidence.without(checked_sources(evidence, options.drop))
        else:
            title = f"Coded as {shown(options.recode)} says"
            changed = recoded(evidence, read_stances(project, evidence, options.recode))
        comparison = compare(evidence, changed)
    except DataFaults as error:
        raise FaultsError(str(error)) from error
    sentences = changed_sentences(project, evidence, changed)
    print(text(account(title, comparison, sentences, sources=False)))
    return bool(sentences) or any(row.change != Change.UNCHANGED for row in comparison.findings)


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
    package, faults = read_package(project / DATA)
    if package is None:
        raise DataFaults(faults)
    fields = {name: package.tables["codings"].fields[name] for name in COLUMNS}
    fields["stance"] = replace(fields["stance"], required=False)
    schema = TableSchema("recodings", file.name, fields, COLUMNS, ())
    table, faults = read_table(file.parent, schema)
    if table and table.sound:
        faults += _unknown_values(evidence, table)
    if faults or table is None:
        raise DataFaults(faults)
    stances: dict[Key, set[str]] = {}
    for row in table.rows:
        source_id, facet, code, stance = (row.cells[name] for name in COLUMNS)
        stances.setdefault((source_id, facet, code), set()).update([stance] if stance else [])
    return stances


def _unknown_values(evidence: Evidence, table: Table) -> Iterator[Fault]:
    rows = []
    for row in table.rows:
        source_id = row.cells["source_id"]
        if "source_id" not in row.faulty and (
            fault := _unknown_source(evidence, table.file, row.line, source_id)
        ):
            yield fault
        # The codebook has no empty stance, which here means none.
        unsaid = set() if row.cells["stance"] else {"stance"}
        rows.append(replace(row, faulty=row.faulty | unsaid))
    yield from codebook_faults({"codings": replace(table, rows=tuple(rows))}, evidence.codebook)


def _unknown_source(evidence: Evidence, file: str, line: int, source_id: str) -> Fault | None:
    if source_id in evidence.sources:
        return None
    column = "source_id" if line else ""
    message = f"sources.csv has no source_id {quote(source_id)}"
    near = nearest(source_id, tuple(evidence.sources))
    return Fault(file, line, column, FaultCode.UNKNOWN_SOURCE, message, nearest=near)
