"""The marks by which each word of a report tells where it comes from.

Each word that an author typed gets a mark, a character that no text has, before the document is
read as a build reads it; where a word ends up, its mark tells whence it came. What stands between
the two marks of an expression, or of a cell, is computed.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evidence.check.chapters import scan
from evidence.check.prose import Piece, citation_keys
from evidence.check.wordings import CASES
from evidence.engine.assemble import literal
from evidence.engine.constructs import NUMBERED
from evidence.engine.document import INLINE, Cell, Document, Prose
from evidence.engine.source import Fences, Line

# The private planes of Unicode: no text has these, and no reader of Markdown takes them for more
# than a sign.
_FIRST, _MOST = 0xF0000, 0x1FFFD
MARK = "[\U000f0000-\U0010fffd]"
# Its parts beside an apostrophe are one.
WORD = r"[^\W_]+(?:['’][^\W_]+)*"
# Before these a mark would change how a line is read.
_LEADING = re.compile(r"[ \t>]*(?:[-*+]|\(?(?:\d+|#|[a-zA-Z])[.)])[ \t]|[ \t>]*:{3,}.*")
CROSS_REFERENCE = re.compile(rf"^({NUMBERED})-")
_PLACED = re.compile(r"""["']((?:fig|tbl)-[\w-]+)["']""")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a word comes from.

    Attributes
    ----------
    kind
        "prose" (typed in a chapter), "value" (an inline expression), "cell" (what a cell printed),
        "citation" or "reference" (set by the style from the bibliography).
    file, line, column
        The place, relative to the project; of a reference that in the bibliography. A column is
        counted from 1, or 0 where the whole line is meant.
    behind
        The expression, the cell's label, or the keys of the citation, separated by spaces.
    claim, case
        The claim in whose wording it stands, as the chapter names it, and the verdict of that.
    measure
        The measure whose statement it stands in.
    """

    kind: str
    file: str
    line: int
    column: int = 0
    behind: str = ""
    claim: str = ""
    case: str = ""
    measure: str = ""


GENERATED = Origin("generated", "", 0)


def words_of(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as they are compared, with where each begins and ends."""
    return [
        (as_compared(match[0]), match.start(), match.end()) for match in re.finditer(WORD, text)
    ]


def as_compared(word: str) -> str:
    """Return a word without what hands and programs set otherwise: case and apostrophes."""
    return word.replace("’", "").replace("'", "").casefold()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says.

    Attributes
    ----------
    role
        "word": where the next word was typed; "citation": where the next, or the open, one was;
        "back": where as many words before it as `count` come from; "open" and "close": where all in
        between comes from.
    """

    role: str
    origin: Origin
    count: int = 0


class Marks:
    """The marks of a document, each a character of its own."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []
        # The marks of the expressions of each part, in their order.
        self.expressions: dict[int, list[str]] = defaultdict(list)

    def add(self, role: str, origin: Origin, count: int = 0) -> str:
        """Make a mark, or none where all are taken."""
        if len(self._marks) == _MOST:
            return ""
        self._marks.append(Mark(role, origin, count))
        return chr(_FIRST + len(self._marks) - 1)

    def of(self, sign: str) -> Mark:
        """Return what a mark says."""
        return self._marks[ord(sign) - _FIRST]

    def note_contexts(self, blocks: Any) -> None:
        """Learn from the text as its author wrote it what stands in which wording."""
        for sign, context in _contexts(blocks, {}):
            at = ord(sign) - _FIRST
            mark = self._marks[at]
            origin = replace(
                mark.origin,
                claim=context.get("claim", ""),
                case=context.get("case", ""),
                measure=context.get("measure", ""),
            )
            self._marks[at] = replace(mark, origin=origin)

    def around(self, part: Prose, values: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
        """Put the marks of a part's expressions to what they gave."""
        for sign, value in zip(self.expressions[id(part)], values, strict=True):
            text = value["markdown"] if "markdown" in value else literal(value["text"])
            mark = self.of(sign) if sign else None
            if not mark:
                yield value
            elif mark.role == "back":
                # The filter of chapters reads the number that an element begins with.
                count = len(words_of(re.sub(r"\{[^{}]*\}", "", text)))
                self._marks[ord(sign) - _FIRST] = replace(mark, count=count)
                yield {"markdown": f"{text} {sign}"}
            else:
                yield {"markdown": f"{sign}{text}{self.add('close', mark.origin)}"}


def _contexts(node: Any, context: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(node, list):
        for part in node:
            yield from _contexts(part, context)
        return
    if not isinstance(node, dict):
        return
    content: Any = node.get("c")
    if node.get("t") == "Str":
        yield from ((sign, context) for sign in re.findall(MARK, content) if context)
        return
    if node.get("t") in ("Div", "Span"):
        (_, classes, pairs), content = content
        given = dict(pairs)
        cases = [name for name in classes if name in CASES]
        if "claim" in given:
            context = {**context, "claim": given["claim"]}
        if "measure" in given:
            context = {**context, "measure": given["measure"]}
        if cases and "claim" in context:
            context = {**context, "case": cases[0]}
    yield from _contexts(content, context)


def mark_prose(document: Document, marks: Marks) -> list[Prose | Cell]:
    """Mark the words and citations that authors typed, and keep a mark for each expression."""
    columns: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for piece in scan(document).pieces:
        typed = [(match.start(), "") for match in re.finditer(WORD, piece.prose)]
        for offset, key in citation_keys(piece.text):
            if not CROSS_REFERENCE.match(key):
                typed.append((offset - piece.text[:offset].endswith("-"), key))
        for offset, key in typed:
            number, column = piece.place(offset)
            columns[piece.file, number][column] = key
    parts: list[Prose | Cell] = []
    for part in document.parts:
        if isinstance(part, Cell):
            parts.append(part)
            continue
        fences = Fences()
        lines: list[Line] = []
        signs: list[str] = []
        for line in part.lines:
            is_code = fences.hold(line.text)
            if not is_code:
                signs += [_expression(match, line, marks) for match in INLINE.finditer(line.text)]
            lines.append(line if is_code else _marked(line, columns, marks))
        prose = Prose(tuple(lines))
        marks.expressions[id(prose)] = signs
        parts.append(prose)
    return parts


def _expression(match: re.Match[str], line: Line, marks: Marks) -> str:
    begins = match.string[: match.start()].rstrip()[-1:] in {"", "["}
    origin = Origin("value", line.file, line.number, match.start() + 1, match["code"].strip())
    return marks.add("back" if begins else "open", origin)


def _marked(line: Line, columns: Mapping[tuple[str, int], Mapping[int, str]], marks: Marks) -> Line:
    shown = sorted(columns.get((line.file, line.number), {}).items())
    if line.typed:
        # A shortcode stood in it, and its columns are not those of the file.
        text = Piece(line.file, "", line.text, ((0, line.number, 1),)).prose
        shown = [(match.start() + 1, "") for match in re.finditer(WORD, text)]
    spans = [match.span() for match in INLINE.finditer(line.text)]
    if leading := _LEADING.match(line.text):
        spans.append(leading.span())
    pieces: list[str] = []
    done = 0
    for column, key in shown:
        if any(start < column <= end for start, end in spans):
            continue
        kind, role = ("citation", "citation") if key else ("prose", "word")
        origin = Origin(kind, line.file, line.number, 0 if line.typed else column, key)
        pieces += [line.text[done : column - 1], marks.add(role, origin)]
        done = column - 1
    return replace(line, text="".join((*pieces, line.text[done:])))


def unrun(parts: Iterable[Prose | Cell], marks: Marks) -> tuple[Line, ...]:
    """Return the prose with a mark in the place of each expression."""
    lines = []
    for part in parts:
        if isinstance(part, Cell):
            continue
        signs, fences = iter(marks.expressions[id(part)]), Fences()
        for line in part.lines:
            if not fences.hold(line.text):
                line = replace(line, text=INLINE.sub(lambda _: next(signs), line.text))  # noqa: B023, PLW2901
            lines.append(line)
    return tuple(lines)


def mark_cells(lines: Sequence[Line], document: Document, marks: Marks) -> list[Line]:
    """Put what a cell printed between marks."""
    cells = {
        (part.start.file, part.start.number): part
        for part in document.parts
        if isinstance(part, Cell)
    }
    found: list[Line] = []
    for place, group in itertools.groupby(lines, key=lambda line: (line.file, line.number)):
        printed = list(group)
        if cell := cells.get(place):
            label = cell.label or next(iter(_PLACED.findall(cell.code)), "")
            origin = Origin("cell", *place, 0, label)
            around = (marks.add(role, origin) for role in ("open", "close"))
            first, last = ([Line(text, *place) for text in ("", sign, "")] for sign in around)
            printed = [*first, *printed, *last]
        found += printed
    return found
