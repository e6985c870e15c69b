"""What differs inside two files of one name: part and paragraph, element, page, or byte."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_BLOCKS = frozenset(
    {
        "h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "dt", "dd", "figcaption",
        "caption", "script", "style", "title", "button", "summary", "pre",
    }
)  # fmt: skip
_HEADING = re.compile(r"h[1-6]")
_WORD_HEADING = re.compile(r"Heading\d")
_OBJECT = re.compile(rb"(?:^|\n)(\d+) \d+ obj\b")


@dataclass(frozen=True)
class Inside:
    """One difference inside a file.

    Attributes
    ----------
    place
        Where a person finds it.
    texts
        What stands there in either file; nothing where one has nothing.
    """

    place: str
    texts: tuple[str | None, str | None]


Lines = Sequence[tuple[str, str]]


def differences(one: Path, other: Path) -> Iterator[Inside]:
    """Yield what differs between two files, as near to what a reader sees as can be told.

    Parameters
    ----------
    one, other
        Two files of one format. Where what they say is equal, their inner parts are compared,
        and where these are equal too, their bytes.
    """
    before, after = one.read_bytes(), other.read_bytes()
    if before == after:
        return
    found = list(_READERS.get(one.suffix.lower(), _lines)(one, other))
    yield from found or [_bytes(before, after)]


def _html(one: Path, other: Path) -> Iterator[Inside]:
    from lxml import html

    parser = html.HTMLParser(huge_tree=True, encoding="utf-8")
    roots = [html.fromstring(path.read_bytes(), parser=parser) for path in (one, other)]
    yield from _texts(*(_html_blocks(root) for root in roots)) or _elements("", *roots)


def _html_blocks(root: "etree._Element") -> Lines:
    """Return each block of a page by its place; a block inside another is not said twice."""
    found = []
    heading = ""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag not in _BLOCKS:
            continue
        text = " ".join("".join(_own_text(element)).split())
        if _HEADING.fullmatch(element.tag):
            heading = text
        if text:
            found.append((f"<{element.tag}>{_under(heading)}", text))
    return found


def _own_text(element: "etree._Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS:
            yield from _own_text(child)
        yield child.tail or ""


def _word(one: Path, other: Path) -> Iterator[Inside]:
    with zipfile.ZipFile(one) as before, zipfile.ZipFile(other) as after:
        names = before.namelist(), after.namelist()
        for name in sorted({*names[0]} ^ {*names[1]}):
            have = tuple("is there" if name in there else None for there in names)
            yield Inside(f"part {name}", (have[0], have[1]))
        alike = True
        for name in (name for name in names[0] if name in names[1]):
            contents = before.read(name), after.read(name)
            if contents[0] != contents[1]:
                alike = False
                yield from _part(name, *contents)
        if alike and names[0] != names[1] and {*names[0]} == {*names[1]}:
            pair = next((a, b) for a, b in zip(*names, strict=True) if a != b)
            yield Inside("the order of the parts", pair)
        elif alike:
            yield from _entries(before.infolist(), after.infolist())


def _part(name: str, before: bytes, after: bytes) -> Iterator[Inside]:
    from lxml import etree

    if not name.endswith((".xml", ".rels")):
        difference = _bytes(before, after)
        yield Inside(f"part {name}, {difference.place}", difference.texts)
        return
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    roots = [etree.fromstring(content, parser) for content in (before, after)]
    said = _texts(*(_paragraphs(root) for root in roots))
    found = said or list(_elements("", *roots)) or [_bytes(before, after)]
    yield from (Inside(f"part {name}, {row.place}", row.texts) for row in found)


def _paragraphs(root: "etree._Element") -> Lines:
    found = []
    heading = ""
    for number, paragraph in enumerate(root.iter("{*}p"), 1):
        text = "".join(str(node.text or "") for node in paragraph.iter("{*}t"))
        style = next(paragraph.iter("{*}pStyle"), None)
        if style is not None and any(_WORD_HEADING.match(str(v)) for v in style.attrib.values()):
            heading = text
        found.append((f"paragraph {number}{_under(heading)}", text))
    return found


def _entries(one: list[zipfile.ZipInfo], other: list[zipfile.ZipInfo]) -> Iterator[Inside]:
    """Compare what a Zip file says of its parts, where the parts are equal."""
    for before, after in zip(one, other, strict=True):
        for field in ("date_time", "compress_type", "external_attr", "create_system", "extra"):
            values = getattr(before, field), getattr(after, field)
            if values[0] != values[1]:
                yield Inside(
                    f"the entry of {before.filename}: {field}", (f"{values[0]}", f"{values[1]}")
                )


def _pdf(one: Path, other: Path) -> Iterator[Inside]:
    yield from _texts(_pdf_lines(one), _pdf_lines(other)) or _pdf_properties(one, other)


def _pdf_lines(path: Path) -> Lines:
    """Return the text of each leaf of the structure tree by its page."""
    from evidence.proof.parity import pdf_text

    return [
        (f"page {page + 1}, marked content {mark}", " ".join(said.text.split()))
        for (page, mark), said in sorted(pdf_text.read(path).items())
    ]


def _pdf_properties(one: Path, other: Path) -> Iterator[Inside]:
    from pypdf import PdfReader

    told = []
    for path in (one, other):
        with PdfReader(path) as reader:
            told.append({str(key): str(value) for key, value in (reader.metadata or {}).items()})
    for key in sorted({*told[0]} | {*told[1]}):
        texts = told[0].get(key), told[1].get(key)
        if texts[0] != texts[1]:
            yield Inside(f"the text is equal; property {key}", texts)
    if told[0] == told[1]:
        before, after = one.read_bytes(), other.read_bytes()
        difference = _bytes(before, after)
        objects = list(_OBJECT.finditer(before, 0, _first(before, after) + 1))
        inside = f", in object {objects[-1][1].decode()}" if objects else ""
        yield Inside(f"the text is equal; {difference.place}{inside}", difference.texts)


def _lines(one: Path, other: Path) -> Iterator[Inside]:
    try:
        texts = [path.read_text(encoding="utf-8").splitlines() for path in (one, other)]
    except UnicodeDecodeError:
        return
    numbered = ([(f"line {n}", line) for n, line in enumerate(text, 1)] for text in texts)
    yield from _texts(*numbered)


def _texts(one: Lines, other: Lines) -> list[Inside]:
    """Pair the texts that differ, by the place in the first that has one."""
    said = [[text for _, text in lines] for lines in (one, other)]
    # Most of two long sequences is equal; the rest is small enough to be matched with care.
    start = next(
        (n for n, (a, b) in enumerate(zip(*said, strict=False)) if a != b), min(map(len, said))
    )
    tail = 0
    while tail < min(map(len, said)) - start and said[0][-1 - tail] == said[1][-1 - tail]:
        tail += 1
    middles = [texts[start : len(texts) - tail] for texts in said]
    found = []
    for what, a, b, c, d in SequenceMatcher(None, middles[0], middles[1]).get_opcodes():
        if what == "equal":
            continue
        for i, j in zip_longest(range(start + a, start + b), range(start + c, start + d)):
            place = one[i][0] if i is not None else other[j][0]
            texts = (None if i is None else one[i][1], None if j is None else other[j][1])
            found.append(Inside(place, texts))
    return found


def _elements(above: str, one: "etree._Element", other: "etree._Element") -> Iterator[Inside]:
    """Yield the first elements, from the top, that are not alike where all text is."""
    place = f"{above}/{_name(one)}"
    if one.tag != other.tag:
        yield Inside(above or "/", (f"<{_name(one)}>", f"<{_name(other)}>"))
        return
    for key in sorted({*map(str, one.attrib)} | {*map(str, other.attrib)}):
        texts = one.get(key), other.get(key)
        if texts[0] != texts[1]:
            name = key.rpartition("}")[2]
            yield Inside(f"{place}, attribute {name}", (_string(texts[0]), _string(texts[1])))
    orders = [" ".join(map(str, element.attrib)) for element in (one, other)]
    if orders[0] != orders[1] and sorted(orders[0].split()) == sorted(orders[1].split()):
        yield Inside(f"{place}, order of attributes", (orders[0], orders[1]))
    for field in ("text", "tail"):
        said = getattr(one, field) or "", getattr(other, field) or ""
        if said[0] != said[1]:
            yield Inside(f"{place}, {field}", said)
    if len(one) != len(other):
        yield Inside(f"{place}, elements in it", (f"{len(one)}", f"{len(other)}"))
    for number, (child, twin) in enumerate(zip(one, other, strict=False), 1):
        if isinstance(child.tag, str) and isinstance(twin.tag, str):
            yield from _elements(f"{place}[{number}]", child, twin)


def _name(element: "etree._Element") -> str:
    name = str(element.tag).rpartition("}")[2]
    return f"{name}#{element.get('id')}" if element.get("id") else name


def _string(value: object) -> str | None:
    return None if value is None else str(value)


def _under(heading: str) -> str:
    return f" under “{heading}”" if heading else ""


def _bytes(before: bytes, after: bytes) -> Inside:
    """Return where two contents part, with their bytes from there on."""
    first = _first(before, after)
    sizes = f"{len(before):,} bytes against {len(after):,}"
    return Inside(
        f"byte {first:,} ({sizes})",
        (repr(before[first : first + 40])[2:-1], repr(after[first : first + 40])[2:-1]),
    )


def _first(before: bytes, after: bytes) -> int:
    shorter = min(len(before), len(after))
    # Halving is quicker by far than looking at each byte of some megabytes.
    low, high = 0, shorter
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == after[:middle] else (low, middle - 1)
    return low


_READERS = {".html": _html, ".docx": _word, ".pdf": _pdf}
