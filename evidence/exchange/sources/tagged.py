"""Files with a tag at the start of each line: RIS, PubMed's and Web of Science's.

rispy reads RIS too, but passes over a record without its end and the second of two titles in
silence, and does not say in which line a record stands.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence.exchange.sources.records import (
    FORMATS,
    Part,
    Record,
    Records,
    make_record,
    names_by_tag,
    written_type,
)
from evidence.model.faults import quote

_RANGE = re.compile(r"([^\s-]+)-([^\s-]+)")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a format writes its lines: a tag and its text, the first tag of a record and the last.

    Attributes
    ----------
    head
        Tags outside records.
    """

    line: re.Pattern[str]
    first: str
    last: str
    head: frozenset[str] = frozenset()


MANNERS = {
    "ris": Manner(re.compile(r"\s*([A-Z][A-Z0-9]) {1,2}-(?: (.*)|\s*)$"), "TY", "ER"),
    "nbib": Manner(re.compile(r"([A-Z]{2,4}) *- (.*)$"), "PMID", ""),
    "wos": Manner(
        re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*)$"), "PT", "ER", frozenset({"FN", "VR", "EF"})
    ),
}


def kind_of(text: str) -> str:
    """Return which of these formats a text is in, or nothing."""
    for kind, manner in MANNERS.items():
        for line in text.split("\n", 200)[:200]:
            found = manner.line.match(line.rstrip())
            if found and found[1] == manner.first:
                return kind
    return ""


def read_tagged(text: str, kind: str) -> Records:
    """Return the records of a file, each with the line that it starts in."""
    manner, names = MANNERS[kind], names_by_tag(kind)
    records: list[Record] = []
    notes: list[str] = []
    start, fields = 0, list[tuple[str, list[str]]]()

    def end() -> None:
        if start:
            parts = (_part(kind, names.get(tag, ""), tag, told) for tag, told in fields)
            records.append(make_record(kind, start, "", parts))

    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        found = manner.line.match(line)
        tag, told = (found[1], found[2] or "") if found else ("", line.strip())
        if tag == manner.first:
            if start and manner.last:
                notes.append(
                    f"line {number}: the record of line {start} ends without {manner.last}"
                )
            end()
            start, fields = number, [(tag, [told])]
        elif tag and tag == manner.last:
            end()
            start, fields = 0, []
        elif not start:
            # EndNote and Ovid number records outside them.
            if told and tag not in manner.head and not re.fullmatch(r"\d+\.", told):
                notes.append(f"line {number}: {quote(line)} stands in no record")
        elif tag:
            fields.append((tag, [told]))
        elif told:
            fields[-1][1].append(told)
    if start and manner.last:
        notes.append(f"the file ends within the record of line {start}: it may have been cut off")
    end()
    return Records(kind, tuple(records), (), tuple(notes))


def _part(kind: str, name: str, tag: str, lines: list[str]) -> Part:
    # Web of Science gives each author a line of its own, and breaks other texts at spaces.
    sign = "; " if kind == "wos" and name == "authors" else " "
    return Part(name, tag, sign.join(lines))


def ris_text(records: Iterable[Record]) -> str:
    """Return records as a RIS file."""
    return "\r\n".join(line for record in records for line in (*_lines(record), ""))


def _lines(record: Record) -> Iterator[str]:
    yield f"TY  - {written_type(record, 'ris')}"
    tags = {name: tags[0] for name, tags in FORMATS["ris"].items()}
    for name, values in record.values.items():
        if name == "pages":
            ends = _RANGE.fullmatch(values[0])
            for tag, text in zip(("SP", "EP"), ends.groups() if ends else values, strict=False):
                yield f"{tag}  - {text}"
        elif name != "type":
            tag = "SN" if name == "isbn" else tags.get(name, "")
            yield from (f"{tag}  - {text}" for text in values if tag)
    yield "ER  - "
