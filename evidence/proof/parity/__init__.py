"""What HTML, PDF and Word say, read back out of them and compared."""

from evidence.proof.parity.compare import Difference, compare
from evidence.proof.parity.differences import DECLARED, Declared
from evidence.proof.parity.model import KINDS, Document, Item
from evidence.proof.parity.read import UnreadableDocument, read

__all__ = [
    "DECLARED",
    "KINDS",
    "Declared",
    "Difference",
    "Document",
    "Item",
    "UnreadableDocument",
    "compare",
    "read",
]
