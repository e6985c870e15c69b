"""What HTML, PDF and Word say, read back out of them and compared."""

from render.parity.compare import Difference, compare
from render.parity.differences import DECLARED, Declared
from render.parity.model import KINDS, Document, Item
from render.parity.read import UnreadableDocument, read

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
