"""PDFs that come back with annotations, as Acrobat, Preview, Okular and others write them."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import category

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import IndirectObject, NullObject
from pypdfium2 import raw

from evidence.proof.parity.content import FINGERPRINT
from evidence.proof.parity.pdf_text import soft_fonts
from evidence.review import pdf_pages
from evidence.review.pdf_entries import (
    FAULTS,
    Box,
    boxes_of,
    iso_date,
    name_of,
    numbers_of,
    plain,
    resolved,
    text_of,
    value_of,
)
from evidence.review.pdf_pages import Page
from evidence.review.remarks import Kind, Passage, Remark, Reply, Returned, UnreadableError

# What no report comes near, and a file made to harm might.
_MOST_BYTES = 200_000_000
_MOST_PAGES = 5_000
_MOST_CHARACTERS = 20_000_000
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

_DAMAGED = "it is damaged; open it in a PDF reader, save it under another name, and try that"
_LOST = "what stood here can't be read: this part of the file is damaged"
_UNNAMED = -1
# In the metadata stream, as an element or an attribute.
_KEYWORDS = re.compile(r"pdf:Keywords(?:>|=[\"'])([^<\"']*)")

# What it has to say of damage is for programmers, and in the words of a stranger's file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(frozen=True, eq=False)
class _Annotation:
    """An annotation; `refers` is the number of the one that it answers or belongs to."""

    page: int
    subtype: str
    entry: Any
    refers: int | None = None

    @property
    def answers(self) -> bool:
        return self.subtype in _ANSWERS and name_of(self.entry, "/RT") != "Group"

    @property
    def state(self) -> str:
        """The state to which it sets what it refers to."""
        return text_of(self.entry, "/State").strip()

    @property
    def says(self) -> str:
        return self.inserts.strip()

    @property
    def inserts(self) -> str:
        """What it says with the spaces around it, which count in new text."""
        text = text_of(self.entry, "/Contents").strip("\n")
        return text if text.strip() else plain(text_of(self.entry, "/RC")) or text

    @property
    def author(self) -> str:
        return " ".join(text_of(self.entry, "/T").split()).strip(", ")

    @property
    def when(self) -> str:
        return iso_date(text_of(self.entry, "/M")) or iso_date(text_of(self.entry, "/CreationDate"))

    @property
    def box(self) -> Box | None:
        return next(boxes_of(numbers_of(self.entry, "/Rect"), 4), None)

    @property
    def quads(self) -> list[Box]:
        """The boxes of what is marked, in whatever order its writer gives corners."""
        found = [*boxes_of(numbers_of(self.entry, "/QuadPoints")[: 8 * _MOST_QUADS], 8)]
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
        5,000 pages, 20 million characters, 50,000 annotations.
    """
    document = _opened(path)
    try:
        copy = BytesIO()
        # PDFium mends and decrypts what it can, so that there is one state of the file to read.
        document.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
        reader = PdfReader(copy)
        annotations = _annotations(reader)
        asked = {annotation.page for annotation in annotations}
        soft = soft_fonts(reader)
        pages: list[Page] = []
        left = _MOST_CHARACTERS
        for number, page in enumerate(document):
            made = pdf_pages.read(page, left, soft, placed=number in asked)
            if made is None:
                raise UnreadableError(
                    f"it has more than {_MOST_CHARACTERS:,} characters of text; split it"
                )
            pages.append(made)
            left -= len(made.text)
    except (pypdfium2.PdfiumError, *FAULTS) as error:
        raise UnreadableError(_DAMAGED) from error
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
                f"it is larger than {_MOST_BYTES // 1_000_000} MB; ask for a copy of the "
                "report's PDF with annotations alone"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"it can't be read: {error.strerror}") from error
    if not data:
        raise UnreadableError("it is empty; ask its sender for it again")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableError("it is not a PDF, whatever its name says")
    _, ended, rest = data.rpartition(b"%%EOF")
    # Annotations are added at the end of a file, so that the part that is missing would be theirs.
    if not ended or b" obj" in rest:
        raise UnreadableError("it is cut off: its end is missing; ask its sender for it again")
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise UnreadableError(
                "it is encrypted; open it with its password and save it without one"
            ) from error
        raise UnreadableError(_DAMAGED) from error
    if not 0 < pages <= _MOST_PAGES:
        document.close()
        raise UnreadableError(
            f"it has {pages:,} pages; a PDF of 1 to {_MOST_PAGES:,} pages can be read"
        )
    return document


def _annotations(reader: PdfReader) -> list[_Annotation]:
    """List the annotations by which something is said, in the order of the file."""
    found: list[_Annotation] = []
    by_name: dict[int | str, int] = {}
    listed = 0
    for number, page in enumerate(reader.pages):
        listing = value_of(page, "/Annots")
        for kept in listing if isinstance(listing, list) else ():
            listed += 1
            if listed > _MOST_ANNOTATIONS:
                raise UnreadableError(
                    f"it has more than {_MOST_ANNOTATIONS:,} annotations; split it"
                )
            entry = resolved(kept)
            if isinstance(kept, IndirectObject) and isinstance(entry, NullObject | None):
                entry = {"/Contents": _LOST}
            subtype = name_of(entry, "/Subtype") if isinstance(entry, Mapping) else "Link"
            own = kept.idnum if isinstance(kept, IndirectObject) else _UNNAMED
            if subtype in _NO_REMARKS or own in by_name:
                continue
            for name in (own, text_of(entry, "/NM")):
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
    return names.get(text_of(entry, "/IRT"))


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
                states[other.author, text_of(other.entry, "/StateModel")] = other.state
            else:
                answers.append(other)
        replies = tuple(Reply(one.author, one.when, one.says) for one in answers)
        made = [_with_space(part, pages) for part in _parts(parts, pages)]
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
        first, *more = _told(struck, pages)
        new = caret.says or struck.says
        beside = (
            () if struck.says in ("", new) else (Reply(struck.author, struck.when, struck.says),)
        )
        if first.kind is Kind.DELETION and new:
            first = replace(first, kind=Kind.REPLACEMENT)
        yield replace(first, says=new, replies=beside)
        yield from more
    for part in parts:
        if not (struck and caret) or part not in (struck, caret):
            yield from _told(part, pages)


def _told(annotation: _Annotation, pages: Sequence[Page]) -> Iterator[Remark]:
    """Tell an annotation: once, but what is struck out for each run of words by itself.

    Where nothing is marked nothing may be changed, so that it is a comment on what is nearest.
    """
    number = min(annotation.page, len(pages) - 1)
    page, subtype, says = pages[number], annotation.subtype, annotation.says
    runs = _words(annotation, page)
    marked = " ".join(page.text[start:end] for start, end in runs)
    # Some readers copy what is marked into the comment.
    if subtype in _MARKS | _DELETIONS and says.split() == marked.split():
        says = ""
    if subtype in _MARKS:
        kind = Kind.COMMENT if says else Kind.HIGHLIGHT
    elif subtype in _DELETIONS and runs:
        kind = Kind.DELETION
    elif subtype == "Caret" and runs and annotation.inserts:
        kind = Kind.INSERTION
        says = _spaced(annotation.inserts, page.text, runs[0][0])
    else:
        kind = Kind.COMMENT
        says = says or _drawn(annotation)
    if not runs:
        place = _place(annotation, page)
        runs = [page.nearest(place) if place else (0, 0)]
    elif kind is not Kind.DELETION:
        runs = [max(runs, key=lambda run: run[1] - run[0])]
    for start, end in runs:
        yield Remark(kind, annotation.author, annotation.when, number, start, end, says)
        says = ""


def _with_space(remark: Remark, pages: Sequence[Page]) -> Remark:
    """Take to words that are struck out the space that would be one too many without them."""
    text, start, end = pages[remark.passage].text, remark.start, remark.end
    if remark.kind is not Kind.DELETION:
        return remark
    begins, ends = _begins(text, start), _ends(text, end)
    if text[:start].endswith(" ") and ends:
        return replace(remark, start=start - 1)
    return replace(remark, end=end + (begins and text.startswith(" ", end)))


def _spaced(new: str, text: str, at: int) -> str:
    """Give new words the space that their writer took for granted."""
    begins, ends = _begins(text, at), _ends(text, at)
    if new != new.strip() or begins == ends:
        return new
    if ends:
        return new if _ends(new, 0) or new[0] == "-" else f" {new}"
    return new if _begins(new, len(new)) or new[-1] == "-" else f"{new} "


def _begins(text: str, at: int) -> bool:
    """Tell whether words begin at a place: after a space or what opens brackets or quotes."""
    before = text[at - 1 : at] if at else " "
    return before.isspace() or category(before) in ("Ps", "Pi")


def _ends(text: str, at: int) -> bool:
    """Tell whether words end at a place: before a space, a stop or what closes."""
    after = text[at : at + 1] or " "
    return after.isspace() or category(after) in ("Pe", "Pf", "Po")


def _words(annotation: _Annotation, page: Page) -> list[tuple[int, int]]:
    """Find the words that an annotation marks, in runs, or the place where it inserts."""
    box = annotation.box
    if annotation.subtype in _MARKS | _DELETIONS:
        return page.inside(annotation.quads)
    if not box or annotation.subtype in _ICONS | {"FreeText"}:
        return []
    if annotation.subtype == "Caret":
        gap = page.gap(box)
        return [] if gap is None else [(gap, gap)]
    return page.inside([box])


def _place(annotation: _Annotation, page: Page) -> Box | None:
    """Return where the words are sought that an annotation is about without marking them."""
    line = numbers_of(annotation.entry, "/CL")
    if name_of(annotation.entry, "/IT") == "FreeTextCallout" and len(line) >= 4:
        # A text box whose line leads to the words.
        return line[0], line[1], line[0], line[1]
    if annotation.subtype in _ICONS and annotation.box:
        return page.pinned(annotation.box)
    return next(iter(annotation.quads), None)


def _drawn(annotation: _Annotation) -> str:
    subtype = annotation.subtype
    if subtype == "Stamp":
        name = name_of(annotation.entry, "/Name")
        return f"stamp: {name}" if name else "drawn: stamp"
    if subtype == "FileAttachment":
        file = value_of(annotation.entry, "/FS")
        name = text_of(file, "/UF") or text_of(file, "/F")
        return f"attached: {name}" if name else "attached: a file"
    return "" if subtype in ("", "Text", "FreeText") else f"drawn: {subtype.lower()}"


def _fingerprint(reader: PdfReader, pages: Sequence[Page]) -> str:
    """Find the build among the document's keywords, or on its title page."""
    keywords = text_of(value_of(reader.trailer, "/Info"), "/Keywords")
    described = _KEYWORDS.findall(text_of(value_of(reader.trailer, "/Root"), "/Metadata"))
    for text in (keywords, *described, pages[0].text):
        if build := FINGERPRINT.search(text):
            return build.group()
    return ""
