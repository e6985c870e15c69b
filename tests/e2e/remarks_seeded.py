"""Remarks put at random into the report's documents, each with the place that it has to find.

The place is known by words that stand once in all the report: what a reviewer marks there has their
origin, however the search for places goes about it.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import docx
import pypdf
import pypdfium2
from docx.oxml.ns import qn
from docx.text.run import Run
from pypdf.annotations import Highlight
from pypdf.generic import ArrayObject, FloatObject, NameObject, TextStringObject

from evidence.review.marks import Origin, words_of
from evidence.review.origins import Stretch

# The words that are marked, and those on either side by which they are known.
_MARKED, _BESIDE = 3, 2
_LONG = _MARKED + 2 * _BESIDE


@dataclass(frozen=True)
class Seed:
    """What a remark says, by which it is known, and the file and line that it is about."""

    says: str
    file: str
    line: int


def once_said(report: Sequence[Stretch]) -> dict[tuple[str, ...], Origin]:
    """Return runs of words that stand once in the report, with the origin of what is marked."""
    words = list(chain.from_iterable(row.words for row in report))
    origins = list(chain.from_iterable(row.origins for row in report))
    runs = [tuple(words[at : at + _LONG]) for at in range(len(words) - _LONG + 1)]
    counts = Counter(runs)
    return {
        run: origins[at + _BESIDE]
        for at, run in enumerate(runs)
        if counts[run] == 1 and origins[at + _BESIDE].file
    }


def _spread(
    found: dict[tuple[str, ...], Any], known: dict[tuple[str, ...], Origin], count: int, seed: str
) -> list[tuple[Any, Origin]]:
    """Choose at random, chapters before what cells print and references, so that all are asked."""
    chance = random.Random(seed)
    by_kind: dict[str, list[tuple[Any, Origin]]] = {}
    for run, place in sorted(found.items(), key=lambda row: row[0]):
        origin = known[run]
        by_kind.setdefault(origin.kind, []).append((place, origin))
    shares = {
        "prose": count // 2,
        "cell": count // 4,
        "citation": count // 20,
        "value": count // 20,
    }
    chosen = []
    for kind, share in shares.items():
        rows = by_kind.pop(kind, [])
        chosen += chance.sample(rows, min(share, len(rows)))
    rest = [row for rows in by_kind.values() for row in rows]
    return chosen + chance.sample(rest, count - len(chosen))


def annotate_pdf(path: Path, report: Sequence[Stretch], name: str, count: int) -> list[Seed]:
    """Highlight words all over a PDF, each with a comment."""
    known = once_said(report)
    document = pypdfium2.PdfDocument(path)
    found: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for number, page in enumerate(document):
        text = page.get_textpage().get_text_range()
        words = words_of(text)
        for at in range(len(words) - _LONG + 1):
            run = tuple(word for word, *_ in words[at : at + _LONG])
            if run in known:
                first, last = words[at + _BESIDE], words[at + _BESIDE + _MARKED - 1]
                found[run] = (number, first[1], last[2])
    writer = pypdf.PdfWriter(clone_from=path)
    seeds = []
    for number, ((page_number, start, end), origin) in enumerate(
        _spread(found, known, count, name)
    ):
        textpage = document[page_number].get_textpage()
        highlight = marked(quads(textpage, start, end))
        says = f"{name} {number}"
        highlight[NameObject("/Contents")] = TextStringObject(says)
        highlight[NameObject("/T")] = TextStringObject("Ben")
        writer.add_annotation(page_number, highlight)
        seeds.append(Seed(says, origin.file, origin.line))
    writer.write(path)
    return seeds


def marked(quads: Iterable[Sequence[float]]) -> Highlight:
    """Return an annotation that marks what lies in boxes, as `quads` has them."""
    points = ArrayObject(FloatObject(value) for quad in quads for value in quad)
    xs, ys = points[0::2], points[1::2]
    rect = (min(xs), min(ys), max(xs), max(ys))
    return Highlight(rect=rect, quad_points=points, highlight_color="ffe680")


def quads(textpage: Any, start: int, end: int) -> Iterator[tuple[float, ...]]:
    """Yield a box for each line of a span of characters, as annotations have them."""
    line: list[tuple[float, float, float, float]] = []
    for at in range(start, end):
        left, bottom, right, top = textpage.get_charbox(at)
        if right <= left:
            continue
        if line and (left < line[-1][0] or abs(bottom - line[-1][1]) > 6):
            yield _quad(line)
            line = []
        line.append((left, bottom, right, top))
    if line:
        yield _quad(line)


def _quad(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, ...]:
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (left, top, right, top, left, bottom, right, bottom)


def comment_docx(path: Path, report: Sequence[Stretch], name: str, count: int) -> list[Seed]:
    """Comment on words all over a Word file."""
    known = once_said(report)
    document = docx.Document(str(path))
    found: dict[tuple[str, ...], tuple[Any, int, int]] = {}
    texts = [(node, node.text or "") for node in document.element.body.iter(qn("w:t"))]
    words = [
        (word, node, start, end) for node, text in texts for word, start, end in words_of(text)
    ]
    for at in range(len(words) - _LONG + 1):
        run = tuple(word for word, *_ in words[at : at + _LONG])
        first, last = words[at + _BESIDE], words[at + _BESIDE + _MARKED - 1]
        # What is marked lies in one run, which is cut out of its own.
        if run in known and first[1] is last[1]:
            found[run] = (first[1], first[2], last[3])
    chosen = _spread(found, known, count, name)
    # From the end of each run, so that offsets before it stay.
    seeds = []
    for number, ((node, start, end), origin) in sorted(
        enumerate(chosen), key=lambda row: -row[1][0][1]
    ):
        says = f"{name} {number}"
        middle = _cut(node, start, end)
        document.add_comment(Run(middle, document), text=says, author="Ann", initials="A")
        seeds.append(Seed(says, origin.file, origin.line))
    document.save(str(path))
    return seeds


def _cut(node: Any, start: int, end: int) -> Any:
    """Cut a run in three around a span of its text, and return the middle one."""
    run, text = node.getparent(), node.text or ""
    at = list(run).index(node)
    middle, after = copy.deepcopy(run), copy.deepcopy(run)
    for part, piece in ((run, text[:start]), (middle, text[start:end]), (after, text[end:])):
        part[at].text = piece
        part[at].set(qn("xml:space"), "preserve")
    for part in (middle, after):
        # What stands beside the text in the run stays where it was.
        for child in [child for child in part if child.tag not in (qn("w:t"), qn("w:rPr"))]:
            part.remove(child)
    run.addnext(middle)
    middle.addnext(after)
    return middle


def shuffle_docx(path: Path, seed: int) -> None:
    """Put the parts under headings in another order, and lose all bookmarks and the build."""
    document = docx.Document(str(path))
    body = document.element.body
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        for mark in list(body.iter(qn(tag))):
            mark.getparent().remove(mark)
    parts: list[list[Any]] = [[]]
    for block in [child for child in body if child.tag != qn("w:sectPr")]:
        style = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None and str(style.get(qn("w:val"))).startswith("Heading"):
            parts.append([])
        parts[-1].append(block)
    # The first holds the title page, which says which build it is.
    kept = parts[1:]
    random.Random(seed).shuffle(kept)
    for block in chain.from_iterable(parts):
        body.remove(block)
    for place, block in enumerate(chain.from_iterable(kept)):
        body.insert(place, block)
    document.save(str(path))
    _without(path, "docProps/custom.xml")


def _without(path: Path, name: str) -> None:
    """Empty the custom properties of a Word file."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = (
        b'<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/'
        b'2006/custom-properties"/>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)


def shuffle_pdf(path: Path, seed: int) -> None:
    """Put the pages but the first in another order, and lose the first and the build."""
    reader = pypdf.PdfReader(path)
    pages = list(reader.pages)[1:]
    random.Random(seed).shuffle(pages)
    writer = pypdf.PdfWriter()
    for page in pages:
        writer.add_page(page)
    writer.metadata = None
    writer.write(path)
