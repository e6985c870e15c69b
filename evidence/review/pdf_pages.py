"""The text of a PDF's pages as a person reads it, and the place of each of its characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from evidence.proof.parity.pdf_text import is_soft
from evidence.review.pdf_entries import Box

# What breaks a page's text: a hyphen at the end of a line, as PDFium gives it, the end of any other
# line, characters that nobody sees, several spaces.
_BREAKS = re.compile(
    r"(?P<hyphen>[\x02\ufffe])|(?P<line>[ \t]*[\r\n][\s]*)"
    r"|(?P<unseen>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200d\u2060\ufeff]+)"
    r"|(?P<spaces>[ \t]{2,}|\t)"
)
# Where a word goes on in the next line although the line ends without a space or PDFium's hyphen.
_GOES_ON = re.compile(r"(?:\S[-\u2010\u2013\u2014/]|[\u00ad\u200b])\Z")
# An address breaks anywhere; one at the end of an entry is followed by a name.
_ADDRESS = re.compile(r"//\S*\Z")
_LONGEST_ADDRESS = 300
# No line is so high, in points.
_FAR = 20.0
# Marks that are drawn by hand, or word by word, miss a comma.
_MISSED = 2
# A note in the margin belongs to the line beside it, even if a longer one is nearer.
_ASIDE = 50.0


@dataclass(frozen=True, eq=False)
class Page:
    """A page: its text, and where what is seen of it stands.

    Attributes
    ----------
    text
        Its lines joined with spaces, words that were broken joined.
    seen
        The offsets of the characters that are seen, that is of all but spaces.
    boxes
        The boxes of these characters on the page as it is viewed.
    turned
        By how many degrees the page is turned clockwise to view it.
    """

    text: str
    seen: NDArray[np.int64]
    boxes: NDArray[np.float64]
    turned: int

    def inside(self, boxes: Iterable[Box]) -> list[tuple[int, int]]:
        """Find the words inside boxes: a character counts if its middle lies in one.

        Where other words stand between them in the text, as between the lines of a table's column,
        each run of words is one of the list.
        """
        x = self.boxes[:, [0, 2]].mean(axis=1)
        y = self.boxes[:, [1, 3]].mean(axis=1)
        found = np.zeros(len(x), dtype=bool)
        for left, low, right, high in (_viewed(box, self.turned) for box in boxes):
            found |= (left <= x) & (x <= right) & (low <= y) & (y <= high)
        (numbers,) = found.nonzero()
        runs = np.split(numbers, (np.diff(numbers) > _MISSED + 1).nonzero()[0] + 1)
        return [(int(self.seen[run[0]]), int(self.seen[run[-1]]) + 1) for run in runs if len(run)]

    def nearest(self, box: Box) -> tuple[int, int]:
        """Find the word nearest to a box; none on a page without words."""
        if not len(self.seen):
            return 0, 0
        at = int(self.seen[self._nearest(_viewed(box, self.turned))])
        start = self.text.rfind(" ", 0, at) + 1
        end = self.text.find(" ", at)
        return start, len(self.text) if end < 0 else end

    def gap(self, box: Box) -> int | None:
        """Find the place between two characters to which an insertion mark points with its top.

        Some stand below their line with the top on it, others are as high as the line. One that is
        far from any line points nowhere.
        """
        left, low, right, high = _viewed(box, self.turned)
        x, y = (left + right) / 2, high - (high - low) / 6
        point = (x, y, x, y)
        if not len(self.seen):
            return None
        index = self._nearest(point)
        if max(aside[index] for aside in self._asides(point)) > _FAR:
            return None
        return int(self.seen[index]) + int(x > self.boxes[index, [0, 2]].mean())

    def pinned(self, box: Box) -> Box:
        """Return the point of a note's icon that lies on what it is about.

        An icon hangs from the point that was clicked, or was moved to stand beside a line.
        """
        left, low, right, high = _viewed(box, self.turned)
        x, y = left + (right - left) / 4, high - (high - low) / 4
        return _viewed((x, y, x, y), -self.turned)

    def _nearest(self, box: Box) -> int:
        left, low, right, high = box
        aside, above = self._asides(box)
        # Of several that the box touches, the one nearest to its middle.
        middle = abs(self.boxes[:, [0, 2]].sum(axis=1) - left - right)
        middle += abs(self.boxes[:, [1, 3]].sum(axis=1) - low - high)
        return int((aside + _ASIDE * above + middle / 1e4).argmin())

    def _asides(self, box: Box) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far each character is beside a box, and above or below it."""
        left, low, right, high = box
        own = self.boxes
        aside = np.maximum(np.maximum(own[:, 0] - right, left - own[:, 2]), 0)
        return aside, np.maximum(np.maximum(own[:, 1] - high, low - own[:, 3]), 0)


def _viewed(box: Box, turned: int) -> Box:
    """Return a box as it lies on a page that is turned clockwise."""
    left, low, right, high = box
    return {
        90: (low, -right, high, -left),
        180: (-right, -high, -left, -low),
        270: (-high, left, -low, right),
    }.get(turned % 360, box)


def read(page: pypdfium2.PdfPage, most: int, soft: Set[str], *, placed: bool) -> Page | None:
    """Read a page, or nothing of one that has more than so many characters.

    Where no remark asks for the places of characters, they are left out.

    Parameters
    ----------
    soft
        The fonts whose hyphens are the typesetter's.
    """
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > most:
            return None
        said = textpage.get_text_range()
        if len(said) != count:
            # Characters that PDFium leaves out of the text, and those it can't give in one go.
            said = "".join(chr(raw.FPDFText_GetUnicode(textpage.raw, n)) for n in range(count))
        text, origins = _joined(said, lambda at: _is_soft(textpage.raw, at, soft))
        seen = [offset for offset, char in enumerate(text) if placed and not char.isspace()]
        turned = page.get_rotation()
        boxes = [_viewed(_box(textpage.raw, origins[offset]), turned) for offset in seen]
    finally:
        textpage.close()
        page.close()
    return Page(text, np.array(seen, dtype=np.int64), np.array(boxes).reshape(-1, 4), turned)


def _joined(said: str, is_soft: Callable[[int], bool]) -> tuple[str, list[int]]:
    """Join the lines of a page; return each character's number among those of PDFium too."""
    pieces: list[str] = []
    origins: list[int] = []
    last = 0
    for broken in _BREAKS.finditer(said):
        at = broken.start()
        between = _between(broken, is_soft)
        pieces += said[last:at], between
        origins += range(last, at)
        origins += [at] * len(between)
        last = broken.end()
    text = "".join((*pieces, said[last:]))
    origins += range(last, len(said))
    begin = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return text[begin:end], origins[begin:end]


def _between(broken: re.Match[str], is_soft: Callable[[int], bool]) -> str:
    at = broken.start()
    if broken["hyphen"]:
        return "" if is_soft(at) else "-"
    if broken["unseen"]:
        return ""
    if broken["line"] and broken["line"][0] in "\r\n":
        before = broken.string[max(at - _LONGEST_ADDRESS, 0) : at]
        next_is_name = broken.string[broken.end() :][:1].isupper()
        goes_on = _GOES_ON.search(before) or (_ADDRESS.search(before) and not next_is_name)
        return "" if goes_on else " "
    return " "


def _is_soft(textpage: object, at: int, soft: Set[str]) -> bool:
    owner = raw.FPDFText_GetTextObject(textpage, at)
    return bool(owner) and is_soft(owner, soft)


def _box(textpage: object, at: int) -> Box:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, at, box)
    return box.left, box.bottom, box.right, box.top
