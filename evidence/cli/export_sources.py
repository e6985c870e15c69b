"""The sources in formats of reference managers, for `evidence export`."""

from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.import_sources import held_sources
from evidence.cli.project import DATA, FaultsError, shown
from evidence.cli.terminal import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.exchange.sources.records import Record


def ris(project: Path) -> tuple[bytes, str]:
    """Return the sources as RIS, and how many they are."""
    from evidence.exchange.sources.tagged import ris_text

    records, _ = _held(project)
    return ris_text(records).encode(), plural(len(records), "source")


def csl_json(project: Path) -> tuple[bytes, str]:
    """Return the sources as CSL-JSON, and how many they are."""
    from evidence.exchange.sources.csl_json import csl_text

    records, keys = _held(project)
    return csl_text(records, keys).encode(), plural(len(records), "source")


def bibtex(project: Path) -> tuple[bytes, str]:
    """Return the sources as BibTeX, and how many they are."""
    from evidence.exchange.sources.bibtex import bibtex_text

    records, keys = _held(project)
    return bibtex_text(records, keys).encode(), plural(len(records), "source")


def _held(project: Path) -> "tuple[Sequence[Record], Sequence[str]]":
    """Return the sources as records, and their ids."""
    from evidence.exchange.sources.held import held_records
    from evidence.model.text import read_text

    package, rows = held_sources(project)
    bibliography, faults = read_text(shown(project / DATA / package.others["bibliography"]))
    if bibliography is None:
        raise FaultsError("\n".join(map(str, faults)))
    return list(held_records(rows, bibliography)), [row.cells["source_id"] for row in rows]
