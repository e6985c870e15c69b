"""BibTeX and BibLaTeX, as Zotero, JabRef, Mendeley and EndNote write them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)

from evidence.exchange.sources.records import (
    FORMATS,
    OTHERS,
    Part,
    Record,
    Records,
    is_person,
    join_keywords,
    make_record,
    malformed,
    names_by_tag,
    split_keywords,
    written_type,
)
from evidence.model.faults import CONTROL, quote
from evidence.model.works import plain_tex, tex_name

_KIND = "bibtex"
_VERBATIM = frozenset({"doi", "url", "issn", "isbn"})
_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%#$&_{}"},
}
_WRITTEN = str.maketrans(_SIGNS)
_TAGS = {name: tags[0] for name, tags in FORMATS[_KIND].items()}
_PAIRS = ("--", "''", "``", "?`", "!`")
_DOUBLE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[?!])(?=`)")
# "family=Eyk, given=Helen, prefix=van", as Zotero can write BibLaTeX.
_NAMED_PARTS = re.compile(r'"?(?:family|given|prefix|suffix)="?')
_NAMED_PART = re.compile(r"\b(family|given|prefix|suffix)=([^,]+)")
# Who publishes, and where a work appears, by the type of the entry.
_PUBLISHERS = {"techreport": "institution", "phdthesis": "school"}
_CONTAINERS = {"incollection": "booktitle", "inproceedings": "booktitle"}


def read_bibtex(text: str, file: str) -> Records:
    """Return the records of a file, each with the line that it starts in."""
    records, faults, notes = [], [], []
    for block in parse_string(text).blocks:
        line = (block.start_line or 0) + 1
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(block, DuplicateFieldKeyBlock):
            faults.append(malformed(file, line, "", "a field stands twice in this entry"))
        elif isinstance(block, ParsingFailedBlock) and not isinstance(
            block, DuplicateBlockKeyBlock
        ):
            reason = CONTROL.sub(" ", str(getattr(block.error, "abort_reason", "no entry")))
            faults.append(malformed(file, line, "", " ".join(reason.split()).rstrip(".")))
        elif isinstance(entry, Entry):
            try:
                records.append(make_record(_KIND, line, "", _parts(entry)))
            except RecursionError:
                faults.append(malformed(file, line, "", "braces within braces without end"))
        elif isinstance(block, ImplicitComment) and not faults:
            first = block.comment.strip().partition("\n")[0]
            notes.append(f"line {line}: {quote(first)} stands in no record")
    return Records(_KIND, tuple(records), tuple(faults), tuple(notes))


def _parts(entry: Entry) -> Iterator[Part]:
    names = names_by_tag(_KIND)
    fields = {part.key.lower(): _joined(str(part.value)) for part in entry.fields}
    yield Part("type", "type of entry", entry.entry_type.lower())
    for tag, value in fields.items():
        name = names.get(tag, "")
        if tag in _VERBATIM:
            yield Part(name, tag, value.strip("{}"))
        elif name == "authors":
            people = split_multiple_persons_names(" ".join(value.split()))
            yield from (Part(name, tag, _person(one)) for one in people)
        elif name == "keywords":
            yield from (Part(name, tag, one) for one in split_keywords(_plain(value)))
        elif tag == "title" and (more := fields.get("subtitle")):
            yield Part(name, tag, f"{_plain(value)}: {_plain(more)}")
        elif tag != "subtitle":
            yield Part(name, tag, _plain(value))


def _joined(value: str) -> str:
    """Return a value of several texts, as in "a" # "b", as one."""
    is_quoted = value.startswith('"') and value.endswith('"')
    first, *others = re.split(r'"\s*#\s*"', value[1:-1]) if is_quoted else [value]
    # A text that stands in quotation marks of its own keeps them.
    return "".join([first, *others]) if others else value


def _person(name: str) -> str:
    if _NAMED_PARTS.match(name):
        held = {part: text.strip('"') for part, text in _NAMED_PART.findall(name)}
        family, given = ("prefix", "family", "suffix"), ("given",)
        texts = (" ".join(held[one] for one in names if one in held) for names in (family, given))
        return _plain(", ".join(filter(None, texts)))
    # The comma of a body is part of its name.
    return _plain(name) if name.startswith("{") and name.endswith("}") else tex_name(name)


def _plain(text: str) -> str:
    # pylatexenc makes a letter's accent of this sign.
    text = text.replace(_SIGNS["^"], "^")
    return plain_tex(text if "\\" in text else text.replace("~", " "))


def read_keyed(text: str) -> Mapping[str, Record]:
    """Return the entries of a bibliography by key, as far as they can be read."""
    return {
        block.key: make_record(_KIND, (block.start_line or 0) + 1, "", _parts(block))
        for block in parse_string(text).blocks
        if isinstance(block, Entry)
    }


def bibtex_text(records: Iterable[Record], keys: Iterable[str], *, cited: bool = False) -> str:
    """Return records as entries with a key each.

    Parameters
    ----------
    cited
        Whether only what a citation needs and what the table has no column for is wanted: no
        address beside a DOI, and no kind of publication in words.
    """
    return "\n".join(_entry(one, key, cited=cited) for key, one in zip(keys, records, strict=True))


def _entry(record: Record, key: str, *, cited: bool) -> str:
    kind = written_type(record, _KIND)
    lines = [f"@{kind}{{{key},"]
    passed = {"type"}
    if cited:
        passed |= {"genre", "url"} if "doi" in record.values else {"genre"}
    for name, values in record.values.items():
        if name not in passed:
            lines.append(f"  {entry_tag(kind, name)} = {{{entry_value(name, values)}}},")
    return "\n".join([*lines, "}", ""])


def entry_tag(kind: str, name: str) -> str:
    """Return the field in which an entry of some kind has a part of a record."""
    own = {"container": _CONTAINERS, "publisher": _PUBLISHERS}.get(name, {})
    return own.get(kind) or {"pages": "pages"}.get(name) or _TAGS.get(name, name)


def entry_value(name: str, values: tuple[str, ...]) -> str:
    """Return a part of a record as a field has it."""
    if name == "authors":
        return " and ".join(_name(one) for one in values)
    if name == "pages":
        return _tex(values[0]).replace("-", "--")
    if name in _VERBATIM:
        return ", ".join(values)
    return _tex(join_keywords(values) if name == "keywords" else "; ".join(values))


def _name(name: str) -> str:
    if name == OTHERS:
        return "others"
    return _tex(name) if is_person(name) else f"{{{_tex(name)}}}"


def _tex(text: str) -> str:
    written = text.translate(_WRITTEN)
    # TeX makes one sign of two of these.
    return _DOUBLE.sub("{}", written) if any(pair in text for pair in _PAIRS) else written
