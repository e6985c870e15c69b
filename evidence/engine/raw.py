"""Raw HTML and TeX in Markdown: what not every format would show is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from evidence.engine import pandoc
from evidence.engine.faults import Fault, RenderError
from evidence.engine.nodes import elements
from evidence.engine.source import Fences, Line

# Comments, and what `structure.lua` makes a break of.
_FOR_ALL = re.compile(r"(?:\s*(?:<!--.*?-->|</?w?br\s*/?>))*\s*", re.DOTALL)
_FOR_HTML = '`::: {.content-visible when-format="html"}`'
_NO_RAW = "markdown-raw_html-raw_tex-native_divs-native_spans"
RAW = {"RawInline", "RawBlock"}
_NAME = re.compile(r"(?:</?|\\(?:begin\{)?)(?P<name>[a-zA-Z]+)")
_WAYS = {
    "a": "`[words](address)`",
    "b": "`**words**`", "strong": "`**words**`", "textbf": "`**words**`",
    "i": "`*words*`", "em": "`*words*`", "emph": "`*words*`", "textit": "`*words*`",
    "cite": "`[@key]`",
    "clearpage": "`{{< pagebreak >}}`", "newpage": "`{{< pagebreak >}}`",
    "pagebreak": "`{{< pagebreak >}}`",
    "del": "`~~words~~`", "s": "`~~words~~`",
    "details": '`::: {.callout-note collapse="true" title="…"}`',
    "summary": '`::: {.callout-note collapse="true" title="…"}`',
    "img": '`![caption](picture.png){fig-alt="…"}`',
    "ldots": "`…`", "dots": "`…`",
    "ref": "`@fig-name` or `@sec-name`",
    "sub": "`~words~`", "sup": "`^words^`", "u": "`[words]{.underline}`",
}  # fmt: skip


def unfit(texts: Sequence[str], lines: Sequence[Line]) -> Iterator[Fault]:
    """Find raw HTML and TeX that stands among Markdown for all formats.

    Parameters
    ----------
    texts
        What of both Pandoc read where more than their own format shows it.
    lines
        What it was read from.
    """
    # A filter may have made others.
    typed = "\n".join(line.text for line in lines)
    found = [
        text
        for text in texts
        if not _FOR_ALL.fullmatch(text) and text in typed and not text.startswith("</")
    ]
    said = _with_format(lines) if found else frozenset()
    for text in dict.fromkeys(found):
        if text in said:
            continue
        start = text.strip().split("\n")[0]
        name = _NAME.match(start)
        way = _WAYS.get(name["name"] if name else "", "it in Markdown")
        kind, hint = "TeX", f"write {way}"
        if start.startswith("<"):
            kind, hint = "HTML", f"{hint}, or put it into {_FOR_HTML}"
        message = f"`{start}` is {kind}, which not every format shows"
        for place in _all_with(start, lines):
            yield Fault(place, "unfit-for-format", message, hint)


def _with_format(lines: Sequence[Line]) -> frozenset[str]:
    """Find the raw texts whose author says of which format they are: `` `<b>`{=html} ``."""
    try:
        with TemporaryDirectory() as folder:
            read = pandoc.parse(lines, {}, Path(folder), reader=_NO_RAW)
    except RenderError:
        # A comment that is read as text may hold anything.
        return frozenset()
    return frozenset(n["c"][1] for n in elements(read["blocks"]) if n.get("t") in RAW)


def _all_with(text: str, lines: Sequence[Line]) -> Sequence[int | str]:
    fences = Fences()
    found = [
        place
        for place, line in enumerate(lines)
        if not fences.hold(line.text) and text in line.text
    ]
    return found or [text]
