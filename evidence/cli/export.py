"""`evidence export`: the sources in a format that reference managers read."""

import argparse
import sys
from pathlib import Path

from evidence.cli.import_sources import held_sources
from evidence.cli.project import DATA, CommandCode, FaultsError, shown
from evidence.cli.terminal import plural

DESCRIPTION = """\
Write the sources in a format that reference managers and other programs read: RIS, CSL-JSON or
BibTeX. What the table of sources and the bibliography say of a publication is in it; what the
review says of the source, such as its country and how far it was read, is not.

What is written, `evidence import` reads back as the same: see docs/exchange.md.

examples:
  evidence export --to ris
  evidence export --to csl-json --output sources.json
  evidence export --to bibtex --output sources.bib"""

FORMATS = ("ris", "csl-json", "bibtex")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument("--to", required=True, choices=FORMATS, help="the format")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="a new file (default: print it)"
    )


def run(project: Path, options: argparse.Namespace) -> None:
    """Write the sources."""
    from evidence.exchange.bibtex import bibtex_text
    from evidence.exchange.csl_json import csl_text
    from evidence.exchange.held import held_records
    from evidence.exchange.tagged import ris_text
    from evidence.model.text import read_text

    package, rows = held_sources(project)
    bibliography, faults = read_text(shown(project / DATA / package.others["bibliography"]))
    if bibliography is None:
        raise FaultsError("\n".join(map(str, faults)))
    records = list(held_records(rows, bibliography))
    keys = [row.cells["source_id"] for row in rows]
    match options.to:
        case "ris":
            text = ris_text(records)
        case "csl-json":
            text = csl_text(records, keys)
        case _:
            text = bibtex_text(records, keys)
    if options.output is None:
        sys.stdout.buffer.write(text.encode())
        return
    try:
        with options.output.open("xb") as file:
            file.write(text.encode())
    except FileExistsError as error:
        message = f"{options.output} is there already; name another with --output, or move it"
        raise FaultsError(message, CommandCode.FILE_EXISTS) from error
    print(f"Written: {options.output}, {plural(len(records), 'source')}")
