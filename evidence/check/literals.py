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

_LITERAL = re.compile(
    r"#[^\n]*|(?P<opening>(?P<prefix>[rRuUfF]{0,2})(?P<quote>\"\"\"|'''|\"|'))"
    r"(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)",
    re.DOTALL,
)
_ESCAPE = r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|.)"
_REPLACED = re.compile(
    rf"(?P<escape>{_ESCAPE})|(?P<brace>\{{\{{|\}}\}})"
    r"|(?P<field>\{(?:[^{}'\"]|'[^']*'|\"[^\"]*\"|\{[^{}]*\})*\})",
    re.DOTALL,
)
# What `str.format` fills; `{#id}` and `{.class}` are attributes of Markdown.
_FIELD = re.compile(r"\{[A-Za-z_]\w*(?:[.\[][^{}=]*)?(?:![rsa])?(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class String:
    """A string, as long as it was typed.

    It begins at `start` of the code; `holes` are the offsets in its text of what an f-string or
    `str.format` fills in, with the code of that.
    """

    start: int
    text: str
    holes: Mapping[int, str]


def strings(code: str) -> Iterator[String]:
    """Yield the one string that literals in a row make, and those inside its braces."""
    literals = [match for match in _LITERAL.finditer(code) if match["quote"]]
    text, holes = "", dict[int, str]()
    for literal in literals:
        prefix, end = literal["prefix"].lower(), literal.end("body")
        text = text.ljust(literal.start("body"))
        for part in _REPLACED.finditer(code, literal.start("body"), end):
            text += code[len(text) : part.start()]
            if part["escape"]:
                text += part[0] if "r" in prefix else _escaped(part[0])
            elif "f" not in prefix:
                text += part[0]
            elif part["brace"]:
                text += " {" if part[0] == "{{" else "} "
            else:
                holes[len(text)] = part[0][1:-1]
                text += HOLE * len(part[0])
                for inner in _LITERAL.finditer(code, *part.span()):
                    for string in strings(inner[0]):
                        yield replace(string, start=inner.start() + string.start)
        text += code[len(text) : end]
    if literals:
        holes |= {field.start(): field[0][1:-1] for field in _FIELD.finditer(text)}
        text = _FIELD.sub(lambda field: HOLE * len(field[0]), text)
        first = literals[0].start("body")
        yield String(first, text[first:], {at - first: hole for at, hole in holes.items()})


def _escaped(escape: str) -> str:
    """Return what an escape stands for, filled up to the length in which it was typed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        character: str = ast.literal_eval(f'"""{escape}"""')
    # The last one, where the backslash is itself meant.
    return character[-1:].rjust(len(escape), BLANK if character.strip() else " ")
