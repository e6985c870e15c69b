"""`evidence export`: the review in a format that other programs read."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from evidence.cli.export_codings import eppi_json, qdc, refi_qda
from evidence.cli.export_packages import data_package, ro_crate
from evidence.cli.export_sources import bibtex, csl_json, ris
from evidence.cli.export_workbook import ods, xlsx
from evidence.cli.project import CommandCode, FaultsError, write_new

DESCRIPTION = """\
Write the review in a format that other programs read.

RIS, CSL-JSON and BibTeX hold the sources, for reference managers: what the table of sources and
the bibliography say of a publication, not what the review says of it, such as its country and how
far it was read. What is written, `evidence import` reads back as the same: see docs/exchange.md.

A REFI-QDA project holds the codings, for NVivo, ATLAS.ti, MAXQDA, QualCoder and others: each source
as a text of its passages, facets as groups of codes, stances below the codes, coders, and what they
said of each source. QDC is the codebook alone. EPPI-JSON, as EPPI-Reviewer has it, holds the
codebook as sets of codes, and of each source what is agreed. Measured effects have no place in
either, and `evidence import` reads all else back as the same: see docs/qda.md.

XLSX and ODS hold the evidence as tables for people to read, one to a worksheet, by the rules of the
UK Government Analysis Function on statistics in spreadsheets. What is changed in them comes back by
`evidence import`: see docs/handover.md.

A data package is a ZIP file of the data, for programs that know Frictionless Data. An RO-Crate is
a ZIP file of the documents that `evidence render` made, and of all that they are made of.

examples:
  evidence export --to ris
  evidence export --to csl-json --output sources.json
  evidence export --to bibtex --output sources.bib
  evidence export --to refi-qda --output review.qdpx
  evidence export --to eppi-json --output review.json
  evidence export --to ods --output evidence.ods
  evidence export --to data-package --output data.zip"""

# What makes the bytes of each format, and says what is in them. Texts may be printed.
Make = Callable[[Path], tuple[bytes, str]]
TEXTS: Mapping[str, Make] = {
    "ris": ris,
    "csl-json": csl_json,
    "bibtex": bibtex,
    "qdc": qdc,
    "eppi-json": eppi_json,
}
FILES: Mapping[str, Make] = {
    "refi-qda": refi_qda,
    "xlsx": xlsx,
    "ods": ods,
    "data-package": data_package,
    "ro-crate": ro_crate,
}
FORMATS = {**TEXTS, **FILES}


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument("--to", required=True, choices=FORMATS, help="the format")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="a new file (default: print it, if it is text)"
    )


def run(project: Path, options: argparse.Namespace) -> None:
    """Write the review, or print it."""
    output = options.output
    if output is None and options.to in FILES:
        message = f"{options.to} is not text to print; name a new file with --output"
        raise FaultsError(message, CommandCode.WRONG_USAGE)
    if output is not None and output.exists():
        message = f"{output} is there already; name another with --output, or move it"
        raise FaultsError(message, CommandCode.FILE_EXISTS)
    content, what = FORMATS[options.to](project)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    # What came there in the meantime is not written over either.
    write_new(output, content)
    print(f"Written: {output}, {what}")
