"""`evidence map`: a map proposed for a file of another tool, for its author to edit."""

import argparse
import shlex
import sys
from pathlib import Path

from evidence.cli.project import DATA, CommandCode, FaultsError, shown, write_new
from evidence.cli.terminal import progress
from evidence.cli.trial import stop

DESCRIPTION = """\
Propose what the columns of a spreadsheet are in the review, or the codes, variables, people and
texts of a project of another tool: a map, as YAML, that you edit and `evidence import` follows.

A spreadsheet (.xlsx, .ods, .csv) has a row for each study and a column for each attribute or code,
maybe under a header of several rows. Columns that describe the publication are found by their
headings; a column of answers becomes an attribute, columns of marks under one heading a facet. Each
line has how often what it names stands in the file, and what is odd about it; what you should look
at stands at the top. Names of your codebook are taken where they fit, and what it lacks is under
codebook: import adds it.

Nothing of the project is changed. docs/spreadsheet.md tells the whole way.

examples:
  evidence map studies.xlsx
  evidence map studies.xlsx --output studies.yml
  evidence map studies.xlsx --sheet "Included studies" --output studies.yml
  evidence map project.qdpx --output project.yml
  evidence import studies.xlsx --map studies.yml"""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument("file", metavar="FILE", type=Path, help="a file of another tool")
    command.add_argument(
        "--sheet", metavar="NAME", default="", help="of a workbook (default: the fullest)"
    )
    command.add_argument(
        "--output", metavar="MAP.yml", type=Path, help="where to write it (default: print it)"
    )


def run(project: Path, options: argparse.Namespace) -> None:
    """Print the map, or write it."""
    if options.output and options.output.exists():
        message = f"{options.output} exists; give another name to --output, or remove it first"
        raise FaultsError(message, CommandCode.FILE_EXISTS)
    text = _proposed(project, options.file, options.sheet)
    if options.output:
        write_new(options.output, text.encode())
        command = f"evidence import {shlex.quote(str(options.file))}"
        print(f"{options.output} is written. Edit it, then: {command} --map {options.output}")
    else:
        print(text, end="")


def _proposed(project: Path, file: Path, sheet: str) -> str:
    from evidence.exchange.codings.coded_files import reader_of
    from evidence.exchange.codings.coded_proposal import proposed_codes
    from evidence.exchange.data_files.held_tables import read_held
    from evidence.exchange.looks import is_coding_sheet, look_at
    from evidence.exchange.sources.tagged import kind_of
    from evidence.exchange.spreadsheets.sheet_proposal import proposed_map
    from evidence.exchange.spreadsheets.wide_sheet import read_wide

    with progress(sys.stderr) as show:
        show("read the codebook")
        held, faults = read_held(shown(project / DATA))
        if held is None:
            stop(faults, f"{DATA}/")
        show(f"read {file}")
        fields = held.package.tables["sources"].fields
        look = look_at(file)
        reader = reader_of(look)
        start = look.start.decode("utf-8", "replace").replace("\r", "\n").lstrip("\ufeff \n")
        has_records = not (reader or look.is_table) and (kind_of(start) or start[:1] in ("@", "["))
        if has_records or is_coding_sheet(file, look):
            what = "has sources and no codings" if has_records else "is a coding sheet"
            command = f"evidence import {shlex.quote(str(file))}"
            message = f"{file} {what}; that needs no map: {command}"
            raise FaultsError(message, CommandCode.WRONG_USAGE)
        if reader:
            found, faults = reader.read(file)
            if found is None:
                stop(faults, str(file))
            rows = (dict(zip(fields, row, strict=True)) for row in held.rows["sources"])
            sources = {row["source_id"]: row.get("title", "") for row in rows}
            return proposed_codes(found, str(file), held.codebook, sources)
        wide, faults = read_wide(file, sheet)
        if wide is None:
            stop(faults, str(file))
        return proposed_map(wide, held.codebook, fields)
