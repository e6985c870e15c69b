"""What stands in the columns of a spreadsheet: texts and how often, and what kind they are of."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from evidence.exchange.spreadsheets.sheet_codings import parts
from evidence.exchange.spreadsheets.wide_sheet import Column, WideSheet

WORDS: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("spreadsheets.toml").read_text("utf-8")
)
NOTHING, MARKS, REFUSALS, UNMARKED = (
    frozenset(WORDS[key]) for key in ("nothing", "marks", "refusals", "unmarked")
)
SEPARATORS = ("\n", ";", "|", ",")

_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ T].*)?")
_NUMBER = re.compile(r"[<>~≈±]?\s*[-−]?\d[\d ,.]*%?")
# An answer is no longer, and a column has no more of them; what has is text.
_LONGEST, _MOST, _FEW = 120, 40, 12
_SHORT = 20
_MOST_CELLS, _MOST_PARTS, _LONGEST_PART = 2_000, 60, 60
# So much of a column has to be of a kind.
_MOSTLY = 0.8


@dataclass(frozen=True, slots=True)
class Seen:
    """A column with what stands in it.

    Attributes
    ----------
    texts
        How often each stands there, without those that say nothing, in the order of the rows.
    first
        The row in which each stands first.
    nothing
        Texts that say nothing, and how often.
    filled
        How many cells say something.
    alike
        The same for two columns of which every cell is the same.
    """

    column: Column
    texts: Mapping[str, int]
    first: Mapping[str, int]
    nothing: Mapping[str, int]
    filled: int
    alike: int

    @property
    def is_number(self) -> bool:
        """Whether it is mostly numbers, and more than a scale has."""
        numbers = sum(count for text, count in self.texts.items() if _NUMBER.fullmatch(text))
        return numbers >= _MOSTLY * self.filled and len(self.texts) > 5

    @property
    def dates(self) -> int:
        """How many cells are dates."""
        return sum(count for text, count in self.texts.items() if _DATE.fullmatch(text))

    @property
    def is_dates(self) -> bool:
        """Whether it is mostly dates."""
        return self.dates >= _MOSTLY * self.filled

    @property
    def is_marked(self) -> bool:
        """Whether its cells say yes, no or nothing, the former also by the column's own name."""
        own = {self.column.title.casefold(), self.column.name.casefold()}
        texts = {text.casefold() for text in self.texts}
        return bool(texts & (MARKS | own)) and texts <= MARKS | REFUSALS | UNMARKED | own

    @property
    def is_asked(self) -> bool:
        """Whether no is an answer in it, too."""
        return any(text.casefold() in REFUSALS for text in self.texts)

    @property
    def marks(self) -> list[str]:
        """The texts by which its cells say yes."""
        return [text for text in self.texts if text.casefold() not in REFUSALS | UNMARKED]

    @property
    def refusals(self) -> list[str]:
        """The texts by which its cells say no."""
        return [text for text in self.texts if text.casefold() in REFUSALS | UNMARKED]

    def parts(self, split: str) -> Mapping[str, int]:
        """Return the texts, each cell split, with how often each stands there, most often first."""
        found: Counter[str] = Counter()
        for text, count in self.texts.items():
            for part in parts(text, split):
                if part.casefold() not in NOTHING:
                    found[part] += count
        return dict(found.most_common())

    def is_answers(self, counts: Mapping[str, int]) -> bool:
        """Say whether texts are answers to a question, few and often the same."""
        longest = max(map(len, counts), default=0)
        total = sum(counts.values())
        few = len(counts) <= _FEW and sum(map(len, counts)) <= _SHORT * len(counts)
        return longest <= _LONGEST and len(counts) <= _MOST and (2 * len(counts) <= total or few)

    @property
    def separator(self) -> str:
        """What stands between several answers in a cell; empty where each cell has one."""
        found = {sign: self._several(sign) for sign in SEPARATORS}
        best = max(SEPARATORS, key=lambda sign: found[sign])
        return best if found[best] else ""

    def _several(self, sign: str) -> int:
        """Return how many cells have several answers, if this sign is what parts answers."""
        if len(self.texts) > _MOST_CELLS:
            return 0
        many = {text: count for text, count in self.texts.items() if len(parts(text, sign)) > 1}
        counts = self.parts(sign)
        if len(counts) > _MOST_PARTS or max(map(len, counts), default=0) > _LONGEST_PART:
            return 0
        told = {part for text in many for part in parts(text, sign)}
        # Sentences have commas, and their halves stand nowhere else.
        again = sum(counts.get(part, 0) > 1 for part in told)
        return sum(many.values()) if again >= _MOSTLY * len(told) else 0


def seen(sheet: WideSheet, column: Column) -> Seen:
    """Return what stands in a column."""
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    nothing: dict[str, int] = {}
    cells = []
    for row, text in sheet.cells(column):
        cells.append((row, text))
        if text.casefold() in NOTHING:
            nothing[text] = nothing.get(text, 0) + 1
        else:
            counts[text] = counts.get(text, 0) + 1
            first.setdefault(text, row)
    filled = sum(counts.values())
    return Seen(column, counts, first, nothing, filled, hash(tuple(cells)))


@cache
def folded(text: str) -> str:
    """Return a text without capitals, accents, spaces and signs, so that spellings are the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum()) or text.strip()


def near(text: str, others: Collection[str]) -> str:
    """Return another text that this is like, as where a letter is missing."""
    one = folded(text)
    if len(one) < 5:
        return ""
    for other in others:
        two = folded(other)
        if two != one and abs(len(one) - len(two)) <= 2:
            matcher = SequenceMatcher(None, one, two, autojunk=False)
            if matcher.quick_ratio() >= 0.88 and matcher.ratio() >= 0.88:
                return other
    return ""
