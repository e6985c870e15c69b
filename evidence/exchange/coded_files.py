"""The tools whose files of coded evidence are read, and how such a file is known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.exchange import eppi, taguette
from evidence.exchange.coded import CodedEvidence
from evidence.exchange.looks import Look
from evidence.exchange.refi_qda import is_refi, read_refi
from evidence.model.faults import Fault


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a kind of file.

    Attributes
    ----------
    looks
        Whether a file is of the kind, from what is seen of it at once.
    read
        What the file says, in its own names; None where any fault keeps it from being read.
    """

    looks: Callable[[Look], bool]
    read: Callable[[Path], tuple[CodedEvidence | None, list[Fault]]]


READERS: tuple[Reader, ...] = (
    Reader(is_refi, read_refi),
    Reader(eppi.is_eppi, eppi.read_coded),
    Reader(taguette.is_database, taguette.read_database),
    Reader(taguette.is_table, taguette.read_table),
)


def reader_of(look: Look) -> Reader | None:
    """Return what reads a file that looks so, if anything does."""
    return next((reader for reader in READERS if reader.looks(look)), None)
