"""What string literals of Python say, character for character where they say it.

Python tells where a string begins, yet not where a character in it stands once literals are joined
or escaped, and before 3.12 nothing reliable of what is inside an f-string.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

# Stands, in each character it takes up, for whatever is computed.
HOLE = "\ufffc"
# Stands for a character that is no wording; neither a letter nor a space, so no word crosses it.
BLANK = "\x00"

_OPENING = re.compile(r"(?P<prefix>[rRuUfF]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_BETWEEN = re.compile(r"(?:\s|\\\n|#[^\n]*)+|.")
_PLAIN = re.compile(r"[^\\{}\"']+")
_ESCAPE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|.)", re.DOTALL
)
# Quotes in the braces of an f-string differ from those around it.
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
# What `str.format` fills; `{#id}` and `{.class}` are attributes of Markdown.
_FIELD = re.compile(r"\{[A-Za-z_]\w*(?:[.\[][^{}=]*)?(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class String:
    """A string, as long as it was typed.

    Attributes
    ----------
    start
        Where in the code its first character stands.
    holes
        Offset in `text` of what an f-string or `str.format` fills in, with its code.
    """

    start: int
    text: str
    holes: Mapping[int, str]


def strings(code: str) -> Iterator[String]:
    """Yield the one string that the literals of an expression make, and those inside its braces.

    Parameters
    ----------
    code
        A literal, or several in a row with space and comments between.
    """
    text = ""
    holes: dict[int, str] = {}
    first = last = 0
    while (at := len(text)) < len(code):
        opening = _OPENING.match(code, at)
        if not opening:
            between = _BETWEEN.match(code, at)
            text += " " * len(between[0] if between else " ")
            continue
        prefix, quote = opening["prefix"].lower(), opening["quote"]
        text += " " * len(opening[0])
        first = first or len(text)
        while (at := len(text)) < len(code) and not code.startswith(quote, at):
            if plain := _PLAIN.match(code, at):
                text += plain[0]
            elif "f" in prefix and code.startswith(("{{", "}}"), at):
                text += " {" if code[at] == "{" else "} "
            elif "f" in prefix and code[at] == "{":
                end = _field_end(code, at)
                yield from _quoted(code, at, end)
                holes[at] = code[at + 1 : end - 1]
                text += HOLE * (end - at)
            elif escape := _ESCAPE.match(code, at):
                text += code[at : at + 2] if "r" in prefix else _escaped(escape[0])
            else:
                text += code[at]
        last = at
        text += " " * len(quote)
    holes |= {field.start(): field[0][1:-1] for field in _FIELD.finditer(text)}
    text = _FIELD.sub(lambda field: HOLE * len(field[0]), text)
    yield String(first, text[first:last], {at - first: hole for at, hole in holes.items()})


def _field_end(code: str, at: int) -> int:
    depth = 0
    while at < len(code):
        if quoted := _QUOTED.match(code, at):
            at = quoted.end()
            continue
        depth += (code[at] == "{") - (code[at] == "}")
        at += 1
        if not depth:
            break
    return at


def _quoted(code: str, start: int, end: int) -> Iterator[String]:
    for literal in _QUOTED.finditer(code, start, end):
        begin = literal.start() - (code[literal.start() - 1] in "fF")
        for string in strings(code[begin : literal.end()]):
            yield replace(string, start=begin + string.start)


def _escaped(escape: str) -> str:
    """Return what an escape stands for, filled up to the length in which it was typed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        character: str = ast.literal_eval(f'"""{escape}"""')
    # The last one, where the backslash is itself meant.
    return character[-1:].rjust(len(escape), BLANK if character.strip() else " ")
