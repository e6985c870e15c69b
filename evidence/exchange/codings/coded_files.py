"""The tools whose files of coded evidence are read, and how such a file is known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidence.exchange.codings.coded import CodedEvidence
from evidence.exchange.looks import Look
from evidence.exchange.qualitative import eppi, taguette
from evidence.exchange.qualitative.refi_qda import is_refi, read_refi
from evidence.exchange.tables.grids import Unreadable
from evidence.model.faults import Fault, FaultCode, RecordCode


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a kind of file.

    Attributes
    ----------
    looks
        Whether a file is of the kind, from what is seen of it at once.
    parse
        What the file says, in its own names, or why it does not; it may refuse the file.
    """

    looks: Callable[[Look], bool]
    parse: Callable[[Path], tuple[CodedEvidence | None, list[Fault]]]

    def read(self, path: Path) -> tuple[CodedEvidence | None, list[Fault]]:
        """Return what a file says; None where any fault keeps it from being read."""
        file = path.as_posix()
        try:
            found, faults = self.parse(path)
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            return None, [Fault(file, 0, "", FaultCode.MISSING_FILE, reason)]
        except Unreadable as error:
            return None, [Fault(file, 0, "", RecordCode.UNREADABLE_FILE, str(error))]
        if found and not (found.codings or found.answers or found.effects or found.facets):
            message = "nothing is coded in it, and it has no code"
            otherwise = "sources or a screening of records, told by --as"
            return None, [Fault(file, 0, "", RecordCode.NO_RECORD, message, otherwise)]
        return found, faults


READERS: tuple[Reader, ...] = (
    Reader(is_refi, read_refi),
    Reader(eppi.is_eppi, eppi.read_coded),
    Reader(taguette.is_database, taguette.read_database),
    Reader(taguette.is_table, taguette.read_table),
)


def reader_of(look: Look) -> Reader | None:
    """Return what reads a file that looks so, if anything does."""
    return next((reader for reader in READERS if reader.looks(look)), None)
