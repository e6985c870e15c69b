"""PDFs that come back with annotations, as Acrobat, Preview, Okular and others write them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, StreamObject
from pypdfium2 import raw

from evidence.proof.parity.content import FINGERPRINT
from evidence.review import pdf_pages
from evidence.review.pdf_pages import Box, Page
from evidence.review.remarks import Kind, Passage, Remark, Reply, Returned, UnreadableError

# What no report comes near, and a file made to harm might.
_MOST_BYTES = 200_000_000
_MOST_PAGES = 5_000
_MOST_ANNOTATIONS = 50_000
_MOST_QUADS = 2_000

# Annotations by which nobody says anything.
_NO_REMARKS = frozenset(
    {
        "3D", "Link", "Movie", "Popup", "PrinterMark", "RichMedia", "Screen", "TrapNet",
        "Watermark", "Widget",
    }
)  # fmt: skip
_MARKS = frozenset({"Highlight", "Underline", "Squiggly"})
_DELETIONS = frozenset({"StrikeOut", "Redact"})
_ICONS = frozenset({"Text", "FileAttachment", "Sound"})
# What an answer may be; anything else that refers to a remark is a part of it.
_ANSWERS = frozenset({"Text", "FreeText", ""})
_DONE = frozenset({"Accepted", "Completed", "Marked"})

_UNNAMED = -1

_FAULTS = (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
           ValueError)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DATE = re.compile(
    r"\s*(?:D:)?(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:([Zz+-])(?:(\d\d)'?(\d\d)?)?)?"
)


@dataclass(frozen=True)
class _Annotation:
    """An annotation; `refers` is the number of the one that it answers or belongs to."""

    page: int
    subtype: str
    entry: Any
    refers: int | None = None

    @property
    def answers(self) -> bool:
        return self.subtype in _ANSWERS and _name(self.entry, "/RT") != "Group"

    @property
    def state(self) -> str:
        """The state to which it sets what it refers to."""
        return _text(self.entry, "/State")

    @property
    def says(self) -> str:
        text = _text(self.entry, "/Contents")
        return text if text.strip() else _plain(_text(self.entry, "/RC"))

    @property
    def author(self) -> str:
        return " ".join(_text(self.entry, "/T").split())

    @property
    def when(self) -> str:
        return _iso(_text(self.entry, "/M")) or _iso(_text(self.entry, "/CreationDate"))

    @property
    def box(self) -> Box | None:
        return next(_boxes(_numbers(self.entry, "/Rect"), 4), None)

    @property
    def quads(self) -> list[Box]:
        """The boxes of what is marked, in whatever order its writer gives corners."""
        found = [*_boxes(_numbers(self.entry, "/QuadPoints")[: 8 * _MOST_QUADS], 8)]
        return found or [box for box in [self.box] if box]


def read(path: Path) -> Returned:
    """Read a PDF and what reviewers left in it.

    Each page is a passage. Text that is marked is found by its place, so that remarks are about
    exactly the words that a reader sees marked; a note that marks none is about the word nearest
    to it.

    Raises
    ------
    UnreadableError
        If the file is not a PDF, is encrypted, damaged or cut off, or exceeds a limit: 200 MB,
        5,000 pages, 50,000 annotations.
    """
    document = _opened(path)
    try:
        copy = BytesIO()
        # PDFium mends and decrypts what it can, so that there is one state of the file to read.
        document.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
        reader = PdfReader(copy)
        annotations = _annotations(reader, path)
        asked = {annotation.page for annotation in annotations}
        pages = [pdf_pages.read(page, placed=n in asked) for n, page in enumerate(document)]
    except (pypdfium2.PdfiumError, *_FAULTS) as error:
        raise UnreadableError(_damaged(path)) from error
    finally:
        document.close()
    remarks = sorted(
        _remarks(annotations, pages), key=lambda remark: (remark.passage, remark.start, remark.end)
    )
    return Returned(
        name=str(path),
        format="pdf",
        fingerprint=_fingerprint(reader, pages),
        passages=tuple(Passage("page", page.text, n) for n, page in enumerate(pages, 1)),
        remarks=tuple(remarks),
    )


def _opened(path: Path) -> pypdfium2.PdfDocument:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableError(
                f"{path} is larger than {_MOST_BYTES // 1_000_000} MB; ask for a copy of the "
                "report's PDF with annotations alone"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} can't be read: {error.strerror}") from error
    if not data:
        raise UnreadableError(f"{path} is empty; ask its sender for it again")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableError(f"{path} is not a PDF, whatever its name says")
    _, ended, rest = data.rpartition(b"%%EOF")
    # Annotations are added at the end of a file, so that the part that is missing would be theirs.
    if not ended or b" obj" in rest:
        raise UnreadableError(f"{path} is cut off: its end is missing; ask its sender for it again")
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise UnreadableError(
                f"{path} is encrypted; open it with its password and save it without one"
            ) from error
        raise UnreadableError(_damaged(path)) from error
    if not 0 < pages <= _MOST_PAGES:
        document.close()
        raise UnreadableError(
            f"{path} has {pages:,} pages; a PDF of 1 to {_MOST_PAGES:,} pages can be read"
        )
    return document


def _damaged(path: Path) -> str:
    return f"{path} is damaged; open it in a PDF reader, save it under another name, and try that"


def _annotations(reader: PdfReader, path: Path) -> list[_Annotation]:
    """List the annotations by which something is said, in the order of the file."""
    found: list[_Annotation] = []
    by_name: dict[int | str, int] = {}
    listed = 0
    for number, page in enumerate(reader.pages):
        entries = _value(page, "/Annots")
        for kept in entries if isinstance(entries, list) else ():
            listed += 1
            if listed > _MOST_ANNOTATIONS:
                raise UnreadableError(
                    f"{path} has more than {_MOST_ANNOTATIONS:,} annotations; split it"
                )
            entry = _resolved(kept)
            subtype = _name(entry, "/Subtype") if isinstance(entry, Mapping) else "Link"
            own = kept.idnum if isinstance(kept, IndirectObject) else _UNNAMED
            if subtype in _NO_REMARKS or own in by_name:
                continue
            for name in (own, _text(entry, "/NM")):
                if name not in (_UNNAMED, ""):
                    by_name.setdefault(name, len(found))
            found.append(_Annotation(number, subtype, entry))
    return [replace(one, refers=_refers(one.entry, by_name)) for one in found]


def _refers(entry: Any, names: Mapping[int | str, int]) -> int | None:
    if "/IRT" not in entry:
        return None
    target = entry.raw_get("/IRT")
    if isinstance(target, IndirectObject) and target.idnum in names:
        return names[target.idnum]
    return names.get(_text(entry, "/IRT"))


def _threads(annotations: Sequence[_Annotation]) -> Iterator[tuple[int, list[int]]]:
    """Group the annotations by the one that all others of a group refer to in the end."""
    heads = list(range(len(annotations)))

    def head(at: int) -> int:
        while heads[at] != at:
            heads[at] = heads[heads[at]]
            at = heads[at]
        return at

    for at, annotation in enumerate(annotations):
        # One that would close a circle stands for itself.
        if annotation.refers is not None and head(annotation.refers) != at:
            heads[at] = annotation.refers
    threads: dict[int, list[int]] = defaultdict(list)
    for at in range(len(annotations)):
        threads[head(at)].append(at)
    for first, members in threads.items():
        yield first, [at for at in members if at != first]


def _remarks(annotations: Sequence[_Annotation], pages: Sequence[Page]) -> Iterator[Remark]:
    for first, others in _threads(annotations):
        parts, answers, states = [annotations[first]], [], {}
        for other in (annotations[at] for at in others):
            if not other.answers:
                parts.append(other)
            elif other.state:
                states[other.author, _text(other.entry, "/StateModel")] = other.state
            else:
                answers.append(other)
        replies = tuple(Reply(one.author, one.when, one.says) for one in answers)
        made = [*_parts(parts, pages)]
        resolved = not _DONE.isdisjoint(states.values())
        yield replace(made[0], replies=made[0].replies + replies, resolved=resolved)
        yield from made[1:]


def _parts(parts: list[_Annotation], pages: Sequence[Page]) -> Iterator[Remark]:
    """Read what belongs together, the first leading.

    Text struck out and an insertion mark, grouped, are a replacement.
    """
    struck = next((part for part in parts if part.subtype == "StrikeOut"), None)
    caret = next((part for part in parts if part.subtype == "Caret"), None)
    if struck and caret:
        remark = _remark(struck, pages)
        new, said = caret.says, remark.says
        replies = (
            (Reply(struck.author, struck.when, said),) if new and said not in ("", new) else ()
        )
        new = new or said
        kind = Kind.REPLACEMENT if new else Kind.DELETION
        yield replace(remark, kind=kind, says=new, replies=replies)
        parts = [part for part in parts if part not in (struck, caret)]
    for part in parts:
        yield _remark(part, pages)


def _remark(annotation: _Annotation, pages: Sequence[Page]) -> Remark:
    number = min(annotation.page, len(pages) - 1)
    page, subtype, says = pages[number], annotation.subtype, annotation.says
    start, end = _words(annotation, page)
    # Some readers copy what is marked into the comment.
    if subtype in _MARKS | _DELETIONS and says.split() == page.text[start:end].split():
        says = ""
    if subtype in _MARKS:
        kind = Kind.COMMENT if says else Kind.HIGHLIGHT
    elif subtype in _DELETIONS:
        kind = Kind.DELETION
    elif subtype == "Caret" and says:
        kind = Kind.INSERTION
    else:
        kind = Kind.COMMENT
        says = says or _drawn(annotation)
    return Remark(kind, annotation.author, annotation.when, number, start, end, says)


def _words(annotation: _Annotation, page: Page) -> tuple[int, int]:
    """Find what an annotation is about: the words that it marks, or the nearest."""
    box = annotation.box
    if annotation.subtype in _MARKS | _DELETIONS:
        quads = annotation.quads
        found = page.inside(quads)
        box = quads[0] if quads else None
    elif not box:
        return 0, 0
    elif annotation.subtype == "Caret":
        gap = page.gap(box)
        return gap, gap
    elif annotation.subtype in _ICONS:
        return page.nearest(page.pinned(box))
    elif annotation.subtype == "FreeText":
        return page.nearest(_pointed(annotation) or box)
    else:
        found = page.inside([box])
    return found or (page.nearest(box) if box else (0, 0))


def _pointed(annotation: _Annotation) -> Box | None:
    """Return the point to which the line of a text box leads."""
    line = _numbers(annotation.entry, "/CL")
    if _name(annotation.entry, "/IT") != "FreeTextCallout" or len(line) < 4:
        return None
    return line[0], line[1], line[0], line[1]


def _drawn(annotation: _Annotation) -> str:
    subtype = annotation.subtype
    if subtype == "Stamp":
        name = _name(annotation.entry, "/Name")
        return f"stamp: {name}" if name else "drawn: stamp"
    if subtype == "FileAttachment":
        file = _value(annotation.entry, "/FS")
        name = (_text(file, "/UF") or _text(file, "/F")) if isinstance(file, Mapping) else ""
        return f"attached: {name}" if name else "attached: a file"
    return "" if subtype in ("", "Text", "FreeText") else f"drawn: {subtype.lower()}"


def _fingerprint(reader: PdfReader, pages: Sequence[Page]) -> str:
    """Find the build among the document's keywords, or on its title page."""
    keywords = _text(_value(reader.trailer, "/Info") or {}, "/Keywords")
    try:
        described = str(reader.xmp_metadata.pdf_keywords) if reader.xmp_metadata else ""
    except _FAULTS:
        described = ""
    for text in (keywords, described, pages[0].text):
        if build := FINGERPRINT.search(text):
            return build.group()
    return ""


def _resolved(thing: Any) -> Any:
    try:
        return thing.get_object() if isinstance(thing, IndirectObject) else thing
    except _FAULTS:
        return None


def _value(entry: Any, key: str) -> Any:
    try:
        return _resolved(entry.get(key))
    except _FAULTS:
        return None


def _name(entry: Any, key: str) -> str:
    value = _value(entry, key)
    return _clean(value.removeprefix("/")) if isinstance(value, str) else ""


def _text(entry: Any, key: str) -> str:
    """Return a text without what can't be shown, its lines ended by line feeds."""
    value = _value(entry, key)
    try:
        if isinstance(value, StreamObject):
            value = value.get_data()
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
    except _FAULTS:
        return ""
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", paired.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _plain(rich: str) -> str:
    """Return what rich text says, a line for each paragraph."""
    if not rich:
        return ""
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    root = etree.fromstring(rich.encode(), parser)
    if root is None:
        return ""
    paragraphs = root.findall(".//{*}p") or [root]
    lines = (" ".join("".join(map(str, one.itertext())).split()) for one in paragraphs)
    return "\n".join(filter(None, lines))


def _iso(date: str) -> str:
    """Return a PDF's date as ISO 8601, as far as it goes."""
    found = _DATE.match(date)
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, off, off_minutes = found.groups()
    when = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        datetime.fromisoformat(when)
    except ValueError:
        return ""
    if not hour:
        return "-".join(filter(None, (year, month, month and day)))
    if sign in ("+", "-"):
        return f"{when}{sign}{off or '00'}:{off_minutes or '00'}"
    return when + ("Z" if sign else "")


def _numbers(entry: Any, key: str) -> list[float]:
    value = _value(entry, key)
    numbers = []
    for item in value if isinstance(value, list) else ():
        try:
            number = float(_resolved(item))
        except (TypeError, ValueError, OverflowError):
            return []
        if not math.isfinite(number):
            return []
        numbers.append(number)
    return numbers


def _boxes(numbers: Iterable[float], corners: int) -> Iterator[Box]:
    """Make boxes of so many numbers each, x and y in turn."""
    listed = [*numbers]
    for at in range(0, len(listed) - corners + 1, corners):
        xs, ys = listed[at : at + corners : 2], listed[at + 1 : at + corners : 2]
        yield min(xs), min(ys), max(xs), max(ys)
