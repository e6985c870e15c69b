"""Read a Word file that a reviewer returned."""

from __future__ import annotations

import hashlib
import re

_SHORTEST_MARKED = 20


def mark_of(text: str) -> str:
    """Name the bookmark that a built Word file gives a paragraph of this text.

    It is `_p` and the first ten hexadecimal digits of the SHA-1 of the text, of which only ASCII
    letters and digits count; empty for a text that has fewer than twenty of them. The filter
    `_extensions/evidence/docx.lua` makes the same name. Where several paragraphs say the same, the
    first has the bookmark.
    """
    known_by = re.sub("[^A-Za-z0-9]", "", text)
    if len(known_by) < _SHORTEST_MARKED:
        return ""
    return "_p" + hashlib.sha1(known_by.encode(), usedforsecurity=False).hexdigest()[:10]
