"""Nested spans in brackets written as HTML spans, before Pandoc reads a text.

Pandoc reads what stands in brackets twice, as a citation and as a span, so that each level of spans
in spans doubles its time: a paragraph with wordings for each verdict takes a tenth of a second.
HTML spans it reads once, and makes the same of them. Only spans that hold others are written so,
and only where their brackets can mean nothing else. No line comes or goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evidence.engine.source import Fences

# In a block with one of these, brackets or the width of lines may mean something else.
_OTHER = re.compile(r"^(?: {4}| *[\t|+#>])|-{3,}|={3,}|[$]|\\begin\b|<(?!!--)", re.MULTILINE)
_BOUND = re.compile(r"\\.|(?<!`)(?P<code>`+)(?!`).+?(?<!`)(?P=code)(?!`)|<!--.*?-->", re.DOTALL)
_BRACKET = re.compile(r"[\[\]]")
# An attribute that HTML writes as well, and what follows the brackets of a span.
_ONE = r'(?:[.#][A-Za-z][\w-]*|(?!class=|id=|data-)[a-z][a-z-]*="[\w .,;:/-]*")'
_GIVEN = re.compile(rf"\{{ *(?P<given>{_ONE}(?: +{_ONE})*) *\}}", re.ASCII)
_ATTRIBUTE = re.compile(r'\.(?P<name>[\w-]+)|#(?P<id>[\w-]+)|(?P<pair>[a-z-]+="[^"]*")')
# At the start of a line, what makes more of it than a line of a paragraph.
_MARKED = re.compile(r"^ *(?:[-+*:~>#|]|\(?\w+[.)])(?:\s|$)", re.MULTILINE)
# What Pandoc reads by what it has read before, outside of the brackets, too.
_QUOTE = re.compile(r"""["]|(?<!\w)'|'(?!\w)|-@""")
# What may reach beyond brackets where these do not bind it, and what makes something else of them.
_LOOSE = re.compile(r"[*_~^@]")
# What is more than a space at the end of a line, or nothing in one.
_BESIDE = re.compile(r" \s*\n|<!--")
# What makes something else of the brackets behind it: a picture, a note, a link, a citation's page.
_AT = re.compile(r"(?:[!^]|\] *|@\S+ *)$")


def unnested(text: str) -> str:
    """Return Markdown with the outer ones of nested spans as HTML.

    Parameters
    ----------
    text
        Markdown, as Pandoc is given it.
    """
    shown: list[str] = []
    block: list[str] = []
    fences = Fences()
    for line in text.split("\n"):
        if fences.hold(line) or not line.strip():
            shown += [*_written(block), line]
            block = []
        else:
            block.append(line)
    return "\n".join([*shown, *_written(block)])


def _written(lines: Sequence[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text.count("]{") > 1 and not _OTHER.search(text):
        # What stands in code or a comment, or is escaped, is no mark.
        plain = _BOUND.sub(lambda match: " " * len(match[0]), text)
        bare = _GIVEN.sub("", plain)
        is_marked = "\n" in text and _MARKED.search(text)
        is_closed = all(bare.count(mark) % 2 == 0 for mark in "*_~")
        if is_closed and not is_marked and not _QUOTE.search(bare):
            text = _as_html(text, plain)
    if lines:
        yield text


def _as_html(text: str, plain: str) -> str:
    waiting: list[_Bracket] = []
    changed: list[tuple[int, int, str]] = []
    for sign in _BRACKET.finditer(plain):
        at = sign.start()
        if sign[0] == "[":
            waiting.append(_Bracket(at))
        elif not waiting:
            return text
        else:
            bracket = waiting.pop()
            own = "[".join(plain[start:end] for start, end in bracket.own(at))
            if waiting:
                waiting[-1].inner.append((bracket.start, at + 1))
            given = _GIVEN.match(text, at + 1)
            if not given:
                # What these brackets are decides on those in them.
                changed = [change for change in changed if change[0] < bracket.start]
            elif bracket.inner and _is_span(text, bracket.start, at, own):
                before, after = _space(text[bracket.start + 1 : at])
                opened = _opened(given["given"], before)
                changed.append((bracket.start, bracket.start + 1 + len(before), opened))
                # At the start of a line the last sign may be the mark of a quotation.
                closed = "</span\n    >" if "\n" in after else "</span>"
                changed.append((at - len(after), given.end(), closed))
    return text if waiting else _changed(text, changed)


@dataclass
class _Bracket:
    """A bracket that is open, and those in it."""

    start: int
    inner: list[tuple[int, int]] = field(default_factory=list)

    def own(self, end: int) -> Iterator[tuple[int, int]]:
        """Yield what stands in it and in no other."""
        edges = [self.start + 1, *(edge for pair in self.inner for edge in pair), end]
        return zip(edges[::2], edges[1::2], strict=True)


def _is_span(text: str, start: int, end: int, own: str) -> bool:
    """Tell whether a bracket with attributes is a span and can be nothing else."""
    inside = text[start + 1 : end]
    return (
        inside.strip(" \n") == inside.strip()
        and not inside.rstrip().endswith("\\")
        and not _LOOSE.search(own)
        and not _BESIDE.search(inside)
        and not _AT.search(text[:start])
    )


def _space(text: str) -> tuple[str, str]:
    """Return the space that begins and ends a text, which Pandoc leaves out in brackets."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _opened(given: str, space: str) -> str:
    found = [*_ATTRIBUTE.finditer(given)]
    classes = " ".join(match["name"] for match in found if match["name"])
    named = [f'id="{match["id"]}"' for match in found if match["id"]]
    named += [f'class="{classes}"'] if classes else []
    pairs = [match["pair"] for match in found if match["pair"]]
    return f"<span{space or ' '}{' '.join([*named, *pairs])}>"


def _changed(text: str, changed: Sequence[tuple[int, int, str]]) -> str:
    parts, at = [], 0
    for start, end, new in sorted(changed):
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])
