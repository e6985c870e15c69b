"""A record of a source as other tools' files have it, whatever the file calls its parts.

`formats.toml` says what each format calls them; a reader brings the parts, and here they are
brought into one form, so that records of all formats can be compared.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from evidence.model.faults import Fault, RecordCode, without_unfit

_TABLE = tomllib.loads(Path(__file__).with_name("formats.toml").read_text("utf-8"))
TYPES: Mapping[str, Mapping[str, list[str]]] = _TABLE.pop("types")
OTHERWISE: Mapping[str, str] = _TABLE.pop("otherwise")
INSTEAD: Mapping[str, Mapping[str, str]] = _TABLE.pop("instead")
FORMATS: Mapping[str, Mapping[str, list[str]]] = _TABLE

# Parts of which a record can have several.
LISTS = frozenset({"authors", "keywords", "issn", "isbn", "annote"})
# What stands for authors who are not named.
OTHERS = "and others"
# Parts that no column has, and the bibliography keeps.
KEPT = ("abstract", "keywords", "issn", "isbn", "language", "annote", "pmid")
_ORDER = (
    "type", "genre", "authors", "year", "title", "container", "volume", "issue", "pages",
    "publisher", "place", "doi", "url", *KEPT,
)  # fmt: skip

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ISSN, _ISBN = re.compile(r"(\d{4})-?(\d{3}[\dXx])"), re.compile(r"(?:97[89]-?)?(?:\d-?){9}[\dXx]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
_SHORT = re.compile(r"(.+) ([A-Z]{1,4})")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?")
_OTHERS = re.compile(r"(?:and )?others|(?:and )?et al\.?", re.IGNORECASE)
_NO_PAGES = re.compile(r"no\b.*specified", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under a tag of a file, and which part of a record it is, if any."""

    name: str
    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """A source as a file describes it.

    Attributes
    ----------
    row, column
        As a `Fault` has them: a line, or which record it is.
    values
        By name: those of the columns of `sources.csv`, `KEPT`, and `genre`.
    rest
        Tag and text of what has none of these names.
    """

    row: int
    column: str
    values: Mapping[str, tuple[str, ...]]
    rest: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def place(self) -> str:
        """Return where it stands, as notes name it."""
        return self.column or f"line {self.row}"

    def one(self, name: str) -> str:
        """Return a value as a cell has it."""
        return "; ".join(self.values.get(name, ()))


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a file: its format, and what was passed over without being a fault."""

    format: str
    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def names_by_tag(kind: str) -> Mapping[str, str]:
    """Return which part of a record each tag of a format is."""
    return {tag: name for name, tags in FORMATS[kind].items() for tag in tags}


def make_record(kind: str, row: int, column: str, parts: Iterable[Part]) -> Record:
    """Bring the parts of a record, in the order of the file, into one form."""
    instead = INSTEAD.get(kind, {})
    held = [Part(part.name, part.tag, clean(part.text)) for part in parts]
    tags = {part.tag for part in held if part.text}
    held = [part for part in held if part.text and instead.get(part.tag) not in tags]
    order = {tag: at for names in FORMATS[kind].values() for at, tag in enumerate(names)}
    values: dict[str, tuple[str, ...]] = {}
    lists: dict[str, dict[str, None]] = {}
    rest: list[tuple[str, str]] = []
    # A list keeps the order of the file; of single values the tag that is preferred comes first.
    for part in sorted(held, key=lambda one: one.name not in LISTS and order.get(one.tag, 0)):
        for name, text in _formed(kind, part):
            if name in LISTS:
                lists.setdefault(name, {})[text] = None
            elif not name or _is_more(name, values.setdefault(name, (text,))[0], text, part):
                rest.append((part.tag, text if not name else part.text))
    values |= {name: tuple(texts) for name, texts in lists.items()}
    if kind in OTHERWISE:
        values.setdefault("type", (OTHERWISE[kind],))
    if "annote" in values:
        values["annote"] = ("; ".join(values["annote"]),)
    _join_pages(values, rest)
    _find_doi(values)
    return Record(row, column, in_order(values), tuple(rest))


def in_order(values: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the values of a record in the order in which all have them."""
    return MappingProxyType({name: values[name] for name in _ORDER if name in values})


def _is_more(name: str, kept: str, text: str, part: Part) -> bool:
    """Say whether a part says more than what is kept of it."""
    if name == "year":
        # Zotero writes "2019///" and "2019/10//undefined".
        return not re.fullmatch(rf"{kept}\W*(?:undefined)?", part.text)
    return text != kept


def clean(text: str) -> str:
    """Return a text as one line, without what cannot be seen and no cell may hold."""
    told = " ".join(text.split())
    if told.isascii() and told.isprintable():
        return told
    told = without_unfit(told)
    return unicodedata.normalize("NFC", " ".join(told.split()))


def _formed(kind: str, part: Part) -> list[tuple[str, str]]:
    """Return a part as names and values; without a name what it is not."""
    name, text = part.name, part.text
    found: list[str] = []
    match name:
        case "type":
            found = [ours for ours, theirs in TYPES.items() if text in theirs.get(kind, ())]
        case "year":
            found = _YEAR.findall(text)[:1]
        case "doi":
            found = [one.rstrip(".,;") for one in _DOI.findall(text.removesuffix("[doi]"))[:1]]
        case "url":
            found = [text] if re.fullmatch(r"https?://\S+", text) else []
        case "authors":
            # PubMed's short form has initials, and no comma before them.
            if part.tag == "AU" and kind == "nbib" and (short := _SHORT.fullmatch(text)):
                text = ", ".join(short.groups())
            found = [person(one) for one in text.split(";") if one.strip()]
        case "keywords":
            found = [one.strip() for one in text.split(";") if one.strip()]
        case "issn":
            return _numbers(text)
        case _:
            found = [text]
    return [(name, one) for one in found] or [("", text)]


def _numbers(text: str) -> list[tuple[str, str]]:
    """Return the ISSNs and ISBNs in a text, whatever stands in brackets beside them."""
    found = []
    for one in re.split(r"[\s,;]+", re.sub(r"\([^)]*\)", "", text)):
        is_issn, is_isbn = _ISSN.fullmatch(one), _ISBN.fullmatch(one)
        if is_issn:
            found.append(("issn", f"{is_issn[1]}-{is_issn[2]}"))
        elif one:
            found.append(("isbn" if is_isbn else "", one))
    return found


def _join_pages(values: dict[str, tuple[str, ...]], rest: list[tuple[str, str]]) -> None:
    ends = [values.pop(name, ("",))[0] for name in ("start", "end")]
    first, last = (re.sub(r"\s*[-–—]+\s*", "-", end) for end in ends)
    if "-" in first and not last:
        first, _, last = first.partition("-")
    pages = first if last in ("", first) or first.endswith(f"-{last}") else f"{first}-{last}"
    if _NO_PAGES.match(pages.replace("-", " ")):
        rest.append(("pages", pages.replace("-", " ")))
    elif pages:
        values["pages"] = (pages.strip("-"),)


def _find_doi(values: dict[str, tuple[str, ...]]) -> None:
    address = values.get("url", ("",))[0]
    if "doi" not in values and "doi.org/" in address and (found := _DOI.search(address)):
        values["doi"] = (found[0].rstrip(".,;"),)


def person(name: str) -> str:
    """Return a name as `sources.csv` has it: "Family, Given", or that of a body as it is."""
    if _OTHERS.fullmatch(name.strip()):
        return OTHERS
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) == 3 and (at := next((i for i in (1, 2) if _SUFFIX.fullmatch(parts[i])), 0)):
        # "Hill, A., Jr." as RIS has it, and "Hill, Jr., A." as BibTeX.
        return f"{parts[0]} {parts[at]}, {parts[3 - at]}"
    if len(parts) > 1:
        return ", ".join(parts)
    words = name.split()
    # Embase writes "De Boer A.-B." without a comma.
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        return f"{' '.join(words[:-1])}, {words[-1]}"
    return " ".join(words)


def is_person(name: str) -> bool:
    """Say whether a name is a person's: it has a comma, and no "and" as bodies' have."""
    return ", " in name and " and " not in name


def split_keywords(text: str) -> list[str]:
    """Return keywords that stand in one text, between semicolons or else commas."""
    return [one.strip() for one in text.split(";" if ";" in text else ",") if one.strip()]


def join_keywords(words: Collection[str]) -> str:
    """Return keywords as one text from which they can be split again."""
    text = "; ".join(words)
    return f"{text};" if "," in text and ";" not in text else text


def written_type(record: Record, kind: str) -> str:
    """Return what a format calls the type of a record."""
    return TYPES.get(record.one("type"), TYPES["document"])[kind][0]


def malformed(file: str, row: int, column: str, message: str) -> Fault:
    """Return the fault of a record that cannot be read as one."""
    return Fault(file, row, column, RecordCode.MALFORMED_RECORD, message)
