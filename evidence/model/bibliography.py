"""`references.bib`: its entries by key, and the faults that bibtexparser passes over in silence."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ImplicitComment,
    ParsingFailedBlock,
)

from evidence.model.faults import CONTROL, Fault, FaultCode, quote
from evidence.model.text import read_text, unfit_faults

_KEY = re.compile(r"@\w+\s*\{\s*([^\s,{}=]+)")
_WEB_ADDRESS = re.compile(r"https?://\S+")
# Where TeX's signs are only themselves.
_VERBATIM = frozenset({"url", "doi", "eprint", "file", "isbn", "issn"})
_NAMES = frozenset({"author", "editor"})
_ET_AL = re.compile(
    r"\band\s+(\{*(?:et al\b|and others\b|(?<=\{)others\b)[^{}]*\}*)", re.IGNORECASE
)
# What TeX does not print: a sign that begins a comment, a formula, a parameter or a column, and a
# backslash before all but a sign, an accent, a letter and those commands that Pandoc prints.
_BARE_SIGN = re.compile(
    r"""(?<!\\)[%#$&] | \\ (?! [%#$&_{}'`^"~=.,/-] | (?: aa|AA|ae|AE|oe|OE|o|O|l|L|ss|i|j
    | [cvuHkrbdtSP] | l?dots | pounds | euro | copyright | emph | underline | url | enquote
    | text(?: it|bf|tt|sc|rm|sf|sl|up|(?:super|sub)script|copyright|registered|degree|less|greater
    | ascii(?:tilde|circum)|backslash|quote(?:left|right|dblleft|dblright|single)) )(?![A-Za-z])
    )""",
    re.VERBOSE,
)
_LOST_COMMA = re.compile(r"[}\"]\s*\n\s*\w+\s*=\s*[{\"]")

# bibtexparser logs what it also returns; with no handler of ours it would print to stderr.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Reference:
    """A bibliography entry: the line it starts on, and its fields' values and lines."""

    line: int
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def read_bibliography(path: Path) -> tuple[Mapping[str, Reference] | None, list[Fault]]:
    """Return the entries by key, or None if the file can't be read.

    A faulty entry is among them, without fields, as far as its key can be seen: it is malformed,
    but not missing.
    """
    file = path.as_posix()
    text, faults = read_text(path)
    if text is None:
        return None, faults
    text = text.replace("\r\n", "\n")
    faults += unfit_faults(text, file)
    references: dict[str, Reference] = {}
    after_failure = False
    for block in blocks(text):
        line = (block.start_line or 0) + 1
        # What follows a broken entry is the rest of that entry, not a second fault.
        rest = after_failure and isinstance(block, ImplicitComment)
        found = [] if rest else _block_faults(block, file, line)
        faults += found
        after_failure = type(block) is ParsingFailedBlock
        if isinstance(block, Entry) and not found:
            references.setdefault(block.key, _reference(block, line))
        elif isinstance(block, Entry | ParsingFailedBlock) and (key := _KEY.match(block.raw or "")):
            references.setdefault(key[1], Reference(line))
    if not references:
        faults.append(Fault(file, 1, "", FaultCode.EMPTY_TABLE, "the file has no entries"))
    return MappingProxyType(references), faults


@lru_cache(maxsize=2)
def blocks(text: str) -> tuple[Block, ...]:
    """Return the parts of a bibliography in their order; it is slow to read and changes seldom."""
    return tuple(parse_string(text).blocks)


def _reference(entry: Entry, line: int) -> Reference:
    fields = {part.key.lower(): " ".join(str(part.value).split()) for part in entry.fields}
    lines = {part.key.lower(): (part.start_line or 0) + 1 for part in entry.fields}
    return Reference(line, MappingProxyType(fields), MappingProxyType(lines))


def _block_faults(block: Block, file: str, line: int) -> list[Fault]:
    if isinstance(block, DuplicateBlockKeyBlock):
        message = f"the key {quote(block.key)} is taken by an entry above"
        return [Fault(file, line, "key", FaultCode.DUPLICATE_KEY, message)]
    if isinstance(block, DuplicateFieldKeyBlock):
        return [
            Fault(file, line, name, FaultCode.DUPLICATE_KEY, "the entry has this field twice")
            for name in sorted(block.duplicate_keys)
        ]
    if isinstance(block, ParsingFailedBlock):
        reason = getattr(block.error, "abort_reason", "cannot be parsed")
        message = CONTROL.sub(" ", str(reason)).strip().rstrip(".")
        return [Fault(file, line, "", FaultCode.MALFORMED_BIBTEX, message)]
    if isinstance(block, ImplicitComment):
        message = f"{quote(block.comment.splitlines()[0])} stands outside an entry"
        allowed = "entries such as @article{key, year = {2001}, …}"
        return [Fault(file, line, "", FaultCode.MALFORMED_BIBTEX, message, allowed)]
    if isinstance(block, Entry):
        return [fault for part in block.fields for fault in _field_faults(part, file)]
    return []


def _field_faults(part: Field, file: str) -> Iterator[Fault]:
    line = (part.start_line or 0) + 1
    if _LOST_COMMA.search(str(part.value)):
        message = "the comma after this field is missing"
        yield Fault(file, line, part.key, FaultCode.MALFORMED_BIBTEX, message)
    elif part.key.lower() == "url" and not _WEB_ADDRESS.fullmatch(str(part.value)):
        # Documents link to it, and another scheme could run a script or open a file.
        message = f"{quote(str(part.value))} is no web address"
        yield Fault(file, line, part.key, FaultCode.BAD_FORM, message, "https://…")
    elif part.key.lower() in _NAMES and (found := _ET_AL.search(str(part.value))):
        message = f"{quote(found[1])} would be cited as a name"
        yield Fault(file, line, part.key, FaultCode.BAD_FORM, message, "and others")
    elif part.key.lower() not in _VERBATIM:
        for number, text in enumerate(str(part.value).split("\n"), start=line):
            for sign in dict.fromkeys(_BARE_SIGN.findall(text)):
                message = f"a bare {sign} in {quote(text.strip())} is read as TeX, not printed"
                allowed = r"\textbackslash{}" if sign == "\\" else f"\\{sign}"
                yield Fault(file, number, part.key, FaultCode.UNESCAPED_SIGN, message, allowed)
