"""Sources held against their entries in the bibliography, and against each other by their DOI."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from pylatexenc.latex2text import LatexNodes2Text

from evidence.model.bibliography import Reference
from evidence.model.faults import Fault, FaultCode, nearest, quote
from evidence.model.tables import Row, Table, uncovered

_RESOLVER = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*", re.IGNORECASE)
# What follows the title proper: a stop and a space, or a bracket.
_SUBTITLE = re.compile(r"(?:[.:?!]|\s[-–—])\s|\s\(")
_AND_OTHERS = re.compile(r"(?:and )?(?:others|et al\.?)(?= |$)")
# A chapter has the DOI of its book where it has none of its own.
_CHAPTER = "chapter"


def reference_faults(
    sources: Table, references: Mapping[str, Reference], file: str
) -> Iterator[Fault]:
    """Find sources without a bibliography entry, the reverse, and entries that say otherwise."""
    code = FaultCode.SOURCE_WITHOUT_BIBLIOGRAPHY
    yield from uncovered(sources, references, code, f"{file} has no entry")
    rows = {row.cells["source_id"]: row for row in sources.rows}
    ids = tuple(rows)
    for key, reference in references.items():
        if key not in rows:
            message = f"{sources.file} has no source {quote(key)}"
            code, near = FaultCode.BIBLIOGRAPHY_WITHOUT_SOURCE, nearest(key, ids)
            yield Fault(file, reference.line, "key", code, message, "", near)
        elif reference.fields:
            yield from _differences(sources, rows[key], reference, file)


def doi_faults(sources: Table) -> Iterator[Fault]:
    """Find sources with the DOI of another: one document, taken up twice.

    Chapters of one book may share that of the book.
    """
    first: dict[str, Row] = {}
    for row in sources.rows:
        cells = row.cells
        column = "doi" if cells.get("doi") else "url"
        address = cells.get(column, "")
        if row.faulty & {column} or not (column == "doi" or _RESOLVER.match(address)):
            continue
        other = first.setdefault(bare_doi(address), row)
        chapters = cells.get("type") == _CHAPTER == other.cells.get("type")
        if other is not row and not (chapters and cells["title"] != other.cells["title"]):
            message = f"{quote(other.cells['source_id'])} in row {other.line} has this DOI already"
            allowed = "one row for one document; other records of it are merged in the screening"
            yield sources.fault(row, column, FaultCode.DUPLICATE_DOI, message, allowed)


def _differences(sources: Table, row: Row, reference: Reference, file: str) -> Iterator[Fault]:
    fields, cells = reference.fields, row.cells
    title = ": ".join(filter(None, (fields.get("title"), fields.get("subtitle"))))
    dated = "date" if fields.get("date") and not fields.get("year") else "year"
    editors = not fields.get("author") and fields.get("editor")
    by = "editor" if editors else "author"
    names = fields.get(by, "")
    for column, name, value, same in (
        ("year", dated, fields.get(dated, "")[:4], str.__eq__),
        ("doi", "doi", fields.get("doi", ""), _same_doi),
        ("title", "title", title, _same_title),
        ("authors", by, names, _same_names),
    ):
        if column not in cells or column in row.faulty or same(value, cells[column]):
            continue
        line = reference.lines.get(name, reference.line)
        other = quote(cells[column]) if cells[column] else "nothing"
        held = f"{sources.file}:{row.line} has {other}"
        if column == "authors" and (whole := _torn(names, cells[column])):
            message = f"{quote(names)} is read as the name of a person, but {held}"
            allowed = f"braces of its own: {{{whole}}}"
            yield Fault(file, line, name, FaultCode.UNBRACED_NAME, message, allowed)
        else:
            message = f"{quote(value) if value else 'nothing'}, but {held}"
            yield Fault(file, line, name, FaultCode.BIBLIOGRAPHY_DIFFERS, message, "the same")


def bare_doi(text: str) -> str:
    """Return a DOI, without the address of a resolver, in lower case."""
    return _RESOLVER.sub("", text, count=1).casefold()


def _same_doi(one: str, other: str) -> bool:
    return bare_doi(one) == bare_doi(other)


def plain_tex(text: str) -> str:
    """Return TeX as the text that it stands for."""
    return LatexNodes2Text().latex_to_text(text) if "\\" in text else re.sub("[{}]", "", text)


def bare_words(text: str) -> str:
    """Return a text without what may differ: letter case, accents, signs, and "and" for "&"."""
    letters = text.replace("&", " and ").casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", letters).casefold()
        letters = "".join(sign for sign in letters if not unicodedata.combining(sign))
    letters = re.sub(r"['’‘`]", "", letters)
    # What TeX makes of a circumflex passes for a letter.
    return " ".join(re.findall(r"[^\W_ˆ]+", letters))


def _same_title(one: str, other: str) -> bool:
    """Say whether two titles are the same, one of them maybe without its subtitle."""
    one = plain_tex(one)
    if one == other or bare_words(one) == bare_words(other):
        return True
    return any(
        bare_words(short) in {bare_words(long[: end.start()]) for end in _SUBTITLE.finditer(long)}
        for short, long in ((one, other), (other, one))
    )


def _names(text: str) -> list[str]:
    return [tex_name(name) for name in split_multiple_persons_names(text)]


def tex_name(text: str) -> str:
    """Return a name of BibTeX as sources.csv has it: "van Eyk, Helen"; one in braces whole."""
    if text.startswith("{") and text.endswith("}"):
        # Without its comma it is the name of no person.
        return plain_tex(text).replace(",", "")
    try:
        parts = parse_single_name_into_parts(text)
    except InvalidNameError:
        return plain_tex(text)
    family = " ".join((*parts.von, *parts.last, *parts.jr))
    return plain_tex(", ".join(filter(None, (family, " ".join(parts.first)))))


def _same_names(bibtex: str, cell: str) -> bool:
    """Say whether the names are the same, given names maybe as initials, later ones left out."""
    ours, theirs = _names(bibtex), [name.strip() for name in cell.split(";")]
    open_ended = False
    for names in (ours, theirs):
        for place, name in enumerate(names):
            if _AND_OTHERS.match(bare_words(name)):
                open_ended = True
                del names[place:]
                break
    if len(ours) != len(theirs) and not open_ended:
        return False
    return all(_same_name(one, other) for one, other in zip(ours, theirs, strict=False))


def _same_name(one: str, other: str) -> bool:
    if one == other:
        return True
    if bare_words(one) in {bare_words(other), bare_words(_without_note(other))}:
        # The comma of a body is part of its name.
        return _is_person(other) or not _is_person(one)
    if not (_is_person(one) and _is_person(other)):
        return False
    (family, given), (family_2, given_2) = (
        map(bare_words, name.rsplit(", ", 1)) for name in (one, other)
    )
    # "M." is "Max" and "Max O.", and "David" is not "Daniel".
    alike = (
        a == b or (1 in (len(a), len(b)) and a[0] == b[0])
        for a, b in zip(given.split(), given_2.split(), strict=False)
    )
    return family == family_2 and all(alike)


def _without_note(name: str) -> str:
    """Return a name without what brackets say of whom or with whom."""
    return name.partition(" (")[0].strip()


def _is_person(name: str) -> bool:
    return ", " in name


def _torn(bibtex: str, cell: str) -> str:
    """Return the name of a body that BibTeX takes for persons for want of braces, if there is one.

    That it is a body tells the table: it has no comma, or a comma and an "and".
    """
    loose = bare_words(plain_tex(re.sub(r"\{[^{}]*\}", "", bibtex)))
    names = (_without_note(name) for name in cell.split(";"))
    return next(
        (
            name
            for name in names
            if " " in name and (", " not in name or " and " in name) and bare_words(name) in loose
        ),
        "",
    )
