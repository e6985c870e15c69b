"""The numbers that a word processor gives to paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True)
class Level:
    """How the paragraphs of one level are numbered."""

    start: int
    form: str
    text: str
    style: str


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}


class Numbering:
    """Counts the numbered paragraphs of a document, met in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self.levels: dict[str, dict[int, Level]] = {}
        self.lists: dict[str, str] = {}
        self.counts: dict[str, list[int | None]] = {}
        if root is None:
            return
        for abstract in root.iter(f"{W}abstractNum"):
            own = {int(_value(level, "ilvl")): _level(level) for level in abstract.iter(f"{W}lvl")}
            self.levels[_value(abstract, "abstractNumId")] = own
        for number in root.iter(f"{W}num"):
            self.lists[_value(number, "numId")] = child_value(number, "abstractNumId")

    def level_of_style(self, number: str, style: str) -> int:
        """Return the level that a list keeps for a style of paragraphs."""
        levels = self.levels.get(self.lists.get(number, ""), {})
        return next((i for i, level in levels.items() if style and level.style == style), 0)

    def next(self, number: str, depth: int) -> str:
        """Count one paragraph and return its number as shown; empty where it has a bullet."""
        abstract = self.lists.get(number, "")
        levels = self.levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self.counts.setdefault(abstract, [None] * 9)
        for i in range(depth + 1):
            start = levels[i].start if i in levels else 1
            if counts[i] is None:
                counts[i] = start
            elif i == depth:
                counts[i] = (counts[i] or 0) + 1
        counts[depth + 1 :] = [None] * (8 - depth)
        text = levels[depth].text
        if levels[depth].form == "bullet":
            return ""
        for i in range(depth + 1):
            form = _FORMS.get(levels[i].form if i in levels else "decimal")
            text = text.replace(f"%{i + 1}", form(counts[i] or 0) if form else "")
        return text


def child_value(element: etree._Element, name: str) -> str:
    """Return the value of a child element; empty without one."""
    child = element.find(f"{W}{name}")
    return _value(child, "val") if child is not None else ""


def _value(element: etree._Element, name: str) -> str:
    return str(element.get(f"{W}{name}") or "")


def _level(level: etree._Element) -> Level:
    return Level(
        int(child_value(level, "start") or 1),
        child_value(level, "numFmt"),
        child_value(level, "lvlText"),
        child_value(level, "pStyle"),
    )
