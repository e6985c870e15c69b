"""`evidence index`: one page over many reports, with a comparison of their verdicts."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from evidence.cli.project import CommandCode, FaultsError, shown
from evidence.cli.terminal import plural
from evidence.proof import manifest
from evidence.report.index import DOCUMENTS, NAME, Report, page

DESCRIPTION = """\
Write index.html over all reports in a folder and the folders in it.

A report is where its manifest.json is, as `evidence render` writes it. The page has a row for each:
title, edition, documents, how many claims came out how, and the build. Below stand the verdicts
side by side, of all reports that state the same claims. A file beside a report's folder that has
its name and ends in .log is what its last rendering said where that failed: the page says so, and
why.

It needs no project around it. docs/many.md tells how many reports are rendered, each once.

examples:
  evidence index _output      the report and its editions
  evidence index _reports     what `snakemake` has rendered"""

LOG = ".log"
# Of a log that fills the disk the end is enough.
_MOST = 100_000


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's argument to its parser."""
    command.add_argument("folder", metavar="DIR", type=Path, help="the folder with the reports")


def run(here: Path, options: argparse.Namespace) -> None:
    """Write the page and print its path.

    Parameters
    ----------
    here
        Where the command was called.
    """
    from evidence.engine.own import OWN_EXTENSION

    folder = here / options.folder
    reports = tuple(found(folder))
    if not reports:
        message = f"there is no report in {options.folder}; evidence render makes one"
        raise FaultsError(message, CommandCode.NO_DOCUMENT)
    style = (OWN_EXTENSION / "report.css").read_text("utf-8")
    beside, place = folder / f"{NAME}.new", folder / NAME
    beside.write_bytes(page(reports, style).encode())
    beside.replace(place)
    print(f"{shown(place)}: {plural(len(reports), 'report')}")


def found(folder: Path) -> Iterator[Report]:
    """Yield the reports in a folder, those that failed among them, by their path."""
    manifests = {path.parent for path in folder.rglob(manifest.NAME)}
    logs = {path.with_suffix("") for path in folder.rglob(f"*{LOG}") if path.stat().st_size}
    for place in sorted(manifests | logs):
        made = manifest.read(place)
        log = place.with_name(f"{place.name}{LOG}")
        documents = [
            name
            for name in (made.intact(place) if made else ())
            if "/" not in name and Path(name).suffix in DOCUMENTS
        ]
        said = _end(log) if place in logs else ""
        if made or said:
            yield Report(place.relative_to(folder).as_posix(), made, tuple(documents), said)


def _end(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _MOST))
        return file.read().decode("utf-8", "replace").strip()
