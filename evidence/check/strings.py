"""String literals of Python code, each character with its place; the same in every Python.

Python says where a string begins, yet not where a character in it stands once literals are joined
or escaped, and before 3.12 it says nothing reliable of what is inside an f-string.
"""

import ast
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from evidence.check.pieces import HOLE, Mark

_BETWEEN = re.compile(r"(?:\s|\\\n|#[^\n]*)+")
_OPENING = re.compile(r"(?<!\w)(?P<prefix>[rRuUfFbB]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|N\{(?P<name>[^}]*)\}|(?P<octal>[0-7]{1,3})|(?P<other>.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\n": ""}
_NESTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
# What `str.format` fills; `{#id}` and `{.class}` are attributes of Markdown.
_FIELD = re.compile(r"\{[A-Za-z_]\w*(?:[.\[][^{}=]*)?(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Code:
    """Python of a cell or an inline expression.

    Attributes
    ----------
    line, column
        Where its first character stands; its other lines start at column 1.
    label
        The label of its cell, or nothing.
    inline
        Whether it stands in a sentence.
    tree
        What it says; empty where it is no Python.
    """

    file: str
    section: str
    text: str
    line: int
    tree: ast.AST
    column: int = 1
    label: str = ""
    inline: bool = False

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of a character."""
        starts = _starts(self.text)
        row = bisect_right(starts, offset) - 1
        column = offset - starts[row] + (self.column if row == 0 else 1)
        return self.line + row, column

    def offset(self, line: int, byte: int) -> int:
        """Return the offset of a place as `ast` gives it: line from 1, column in bytes."""
        row = self.text.split("\n")[line - 1]
        return _starts(self.text)[line - 1] + len(row.encode()[:byte].decode())

    def place_of(self, node: ast.expr) -> tuple[int, int]:
        """Return line and column in the file where an expression begins."""
        return self.place(self.offset(node.lineno, node.col_offset))


def read(code: Code, node: ast.expr) -> tuple[Mark, ...]:
    """Return the characters of a string of the code.

    Parameters
    ----------
    code
        What the string stands in.
    node
        A string or f-string of its tree, also one of several literals in a row. What an
        f-string or `str.format` fills in becomes one character with its code.
    """
    end = code.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    marks = tuple(_literals(code, code.offset(node.lineno, node.col_offset), end))
    return tuple(_filled(marks))


def nested(code: Code, node: ast.JoinedStr) -> Iterator[tuple[Mark, ...]]:
    """Return the strings inside the braces of an f-string, each with its characters."""
    start = code.offset(node.lineno, node.col_offset)
    end = code.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    for mark in _literals(code, start, end):
        if not mark.code:
            continue
        inside = replace(code, text=mark.code, line=mark.line, column=mark.column + 1)
        at = 0
        while opening := _OPENING.search(mark.code, at):
            marks: list[Mark] = []
            body = _body(inside, opening)
            try:
                while True:
                    marks.append(next(body))
            except StopIteration as stop:
                at = stop.value
            yield tuple(_filled(tuple(marks)))


def literal_lines(code: Code) -> frozenset[int]:
    """Return the lines of the file that end in a comment ``# literal: why``."""
    return frozenset(
        code.line + row
        for row, text in enumerate(code.text.split("\n"))
        if re.search(r"#\s*literal:\s*\S", text)
    )


@lru_cache(maxsize=64)
def _starts(text: str) -> tuple[int, ...]:
    return (0, *accumulate(len(row) + 1 for row in text.split("\n")[:-1]))


def _literals(code: Code, start: int, end: int) -> Iterator[Mark]:
    at = start
    while at < end:
        if between := _BETWEEN.match(code.text, at):
            at = between.end()
        elif opening := _OPENING.match(code.text, at):
            at = yield from _body(code, opening)
        else:
            at += 1


def _body(code: Code, opening: re.Match[str]) -> Generator[Mark, None, int]:
    text, quote, prefix = code.text, opening["quote"], opening["prefix"].lower()
    at = opening.end()
    while at < len(text) and not text.startswith(quote, at):
        line, column = code.place(at)
        if text[at] == "\\" and "r" in prefix:
            yield from (Mark(text[near], *code.place(near)) for near in (at, at + 1))
            at += 2
        elif escape := _ESCAPE.match(text, at):
            if character := _escaped(escape):
                yield Mark(character, line, column)
            at = escape.end()
        elif "f" in prefix and text.startswith(("{{", "}}"), at):
            yield Mark(text[at], line, column)
            at += 2
        elif "f" in prefix and text[at] == "{":
            end = _field_end(text, at)
            yield Mark(HOLE, line, column, text[at + 1 : end - 1])
            at = end
        else:
            yield Mark(text[at], line, column)
            at += 1
    return at + len(quote)


def _escaped(escape: re.Match[str]) -> str:
    if number := escape["x"] or escape["u"] or escape["U"]:
        return chr(int(number, 16))
    if escape["name"] is not None:
        return unicodedata.lookup(escape["name"])
    if escape["octal"]:
        return chr(int(escape["octal"], 8))
    return _SIMPLE.get(escape["other"], escape["other"])


def _field_end(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        if inner := _NESTED.match(text, at):
            at = inner.end()
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
        if not depth:
            break
    return at


def _filled(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    text = "".join(mark.character for mark in marks)
    at = 0
    for field in _FIELD.finditer(text):
        yield from marks[at : field.start()]
        yield replace(marks[field.start()], character=HOLE, code=field[0][1:-1])
        at = field.end()
    yield from marks[at:]
