"""`evidence sample`: a blind coding sheet of a sample of the sources, for a person to fill in."""

import argparse
import shlex
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import CommandCode, FaultsError, shown
from evidence.cli.terminal import plural

if TYPE_CHECKING:
    from evidence.exchange.sampling.draw import Stratum

DESCRIPTION = """\
Draw a sample of the sources and write a coding sheet of it, for a person to code them again.

The sheet shows each source with its link and how far it was read, what is asked of it and what each
answer means. It shows no earlier coding. The same seed draws the same sources from the same data,
and the sheet has the same bytes. With --stratify the sample has of each kind of source its share.

An .xlsx has lists to choose from, and only the cells for answers can be changed; a .csv is plain.
When it comes back filled in, `evidence import` takes it: see docs/people.md.

examples:
  evidence sample --coder Ada --share 0.1 --seed 1
  evidence sample --coder Ada --share 0.1 --seed 1 --stratify country
  evidence sample --coder Grace --share 0.1 --seed 1 --output grace.csv"""

SUFFIXES = (".xlsx", ".csv")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--coder", required=True, type=_name, metavar="NAME", help="the person who is to code"
    )
    command.add_argument(
        "--share", required=True, type=_share, help="how much of the sources: above 0, up to 1"
    )
    command.add_argument("--seed", required=True, type=int, metavar="N", help="a whole number")
    command.add_argument(
        "--stratify",
        default="",
        metavar="NAME",
        help="draw by the values of this attribute or column of sources.csv",
    )
    command.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="an .xlsx or .csv file (default: coding-sheet-NAME.xlsx, here)",
    )


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share: above 0, up to 1, such as 0.1")
    return share


def _name(text: str) -> str:
    from evidence.exchange.sampling.coding_sheet import NAMED_BY, is_name

    name = unicodedata.normalize("NFC", text)
    if not is_name(name):
        raise argparse.ArgumentTypeError(f"{text!r} is no name: {NAMED_BY}")
    return name


def run(project: Path, options: argparse.Namespace) -> None:
    """Write the sheet, and print how many of which sources were drawn."""
    from evidence.cli.check import judge_project
    from evidence.exchange.sampling.coding_sheet import Sheet, write_csv
    from evidence.exchange.sampling.coding_workbook import write_xlsx
    from evidence.exchange.sampling.draw import draw
    from evidence.model.faults import DataFaults

    output = options.output or Path(f"coding-sheet-{options.coder}.xlsx")
    if output.suffix.lower() not in SUFFIXES:
        message = f"--output {output} ends in none of {', '.join(SUFFIXES)}"
        raise FaultsError(message, CommandCode.WRONG_USAGE)
    if output.exists():
        message = f"{output} is there, maybe with answers; name another file with --output"
        raise FaultsError(message, CommandCode.FILE_EXISTS)
    if not output.absolute().parent.is_dir():
        message = f"--output {output}: there is no folder {output.parent}; make it first"
        raise FaultsError(message, CommandCode.WRONG_USAGE)
    evidence, _ = judge_project(project)
    machine = (*evidence.codebook.coders, evidence.codebook.agreed)
    if options.coder.casefold() in {name.casefold() for name in machine}:
        message = f"{options.coder} made the coding that is to be checked; name another person"
        raise FaultsError(message, CommandCode.WRONG_USAGE)
    try:
        strata = draw(evidence, options.share, options.seed, options.stratify)
    except DataFaults as error:
        raise FaultsError(str(error)) from error
    drawn = {source_id for stratum in strata for source_id in stratum.drawn}
    counted = sum(stratum.size for stratum in strata)
    by = f", by {options.stratify}" if options.stratify else ""
    title = f"{len(drawn):,} of {plural(counted, 'source')}, drawn with seed {options.seed}{by}"
    sources = tuple(row for key, row in evidence.sources.items() if key in drawn)
    about = {"Sample": title, "Data version": evidence.version}
    sheet = Sheet(options.coder, evidence.codebook, sources, about)
    (write_csv if output.suffix.lower() == ".csv" else write_xlsx)(output, sheet)
    print(f"{title}.")
    if options.stratify:
        print(f"\n{table(strata)}")
    back = f"evidence import {shlex.quote(str(output))}"
    print(f"\nWritten: {shown(output.absolute())}. When it is filled in: {back}")


def table(strata: "tuple[Stratum, ...]") -> str:
    """Return how many sources were drawn of each stratum."""
    from tabulate import tabulate

    rows = [(stratum.name, len(stratum.drawn), stratum.size) for stratum in strata]
    text = tabulate(rows, headers=["stratum", "drawn", "of"])
    empty = [stratum.name for stratum in strata if not stratum.drawn]
    if empty:
        text += f"\n\nToo small a share for one of each: none of {', '.join(empty)}."
    return text
