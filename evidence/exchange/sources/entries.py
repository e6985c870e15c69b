"""Values put into entries of a bibliography, all other bytes as they are."""

import re
from collections.abc import Collection, Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry

from evidence.exchange.sources.bibtex import entry_tag, entry_value
from evidence.exchange.sources.records import FORMATS, LISTS

_FIELD = re.compile(r"[ \t\r\n]*([\w-]+)[ \t\r\n]*=[ \t\r\n]*")
# The type is how the entry begins.
_NOT_FIELDS = frozenset({"type", "genre"})


def with_values(text: str, values: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    """Return a bibliography whose entries have, by key, what they lack of some values.

    What an entry has already stays, but for lists, which are given with what they held before.
    """
    for start, block in _from_last(text, values):
        raw = str(block.raw)
        entry = _entry(raw, block.entry_type.lower(), values[block.key])
        text = text[:start] + entry + text[start + len(raw) :]
    return text


def without_entries(text: str, keys: Collection[str]) -> str:
    """Return a bibliography without some of its entries."""
    for start, block in _from_last(text, keys):
        text = text[:start] + text[start + len(str(block.raw)) :].lstrip()
    return text


def _from_last(text: str, keys: Collection[str]) -> Iterator[tuple[int, Entry]]:
    """Yield entries, the last first, and where each begins."""
    if not keys:
        # To parse a bibliography of many thousands takes seconds.
        return
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for block in reversed(parse_string(text).blocks):
        if isinstance(block, Entry) and block.key in keys:
            yield text.index(str(block.raw), starts[block.start_line or 0]), block


def _entry(raw: str, kind: str, values: Mapping[str, tuple[str, ...]]) -> str:
    for name, texts in values.items():
        if name in _NOT_FIELDS:
            continue
        written = f"{{{entry_value(name, texts)}}}"
        held = {tag: (start, end) for tag, start, end in _spans(raw)}
        tags = [tag for tag in (*FORMATS["bibtex"].get(name, ()), name) if tag in held]
        if not tags:
            raw = _with_field(raw, entry_tag(kind, name), written)
        elif name in LISTS and name != "authors":
            start, end = held[name if name in tags else tags[0]]
            raw = raw[:start] + written + raw[end:]
    return raw


def _spans(raw: str) -> Iterator[tuple[str, int, int]]:
    """Yield each field of an entry with where its value starts and ends."""
    at, depth, quoted = raw.index(",") + 1 if "," in raw else len(raw), 1, False
    while at < len(raw) and depth:
        field = _FIELD.match(raw, at)
        start = at = field.end() if field else at
        while at < len(raw) and not (raw[at] == "," and depth == 1 and not quoted):
            sign = raw[at]
            if sign == "\\":
                at += 1
            elif sign == '"' and depth == 1:
                quoted = not quoted
            elif sign in "{}":
                depth += 1 if sign == "{" else -1
                if not depth:
                    break
            at += 1
        if field:
            yield field[1].lower(), start, start + len(raw[start:at].rstrip())
        at += 1


def _with_field(raw: str, tag: str, written: str) -> str:
    indent = re.search(r"\n([ \t]+)\S", raw)
    end = "\r\n" if "\r\n" in raw else "\n"
    before = raw[:-1].rstrip()
    comma = "" if before.endswith(",") else ","
    return f"{before}{comma}{end}{indent[1] if indent else '  '}{tag} = {written},{end}}}"
