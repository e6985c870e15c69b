"""Where two files of one name differ: the part, page or line, else the byte."""

import zipfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from evidence.proof.parity import pdf_text


@dataclass(frozen=True)
class FileDifference:
    """The first difference in a part of a file: where, and what either has there, if anything."""

    place: str
    texts: tuple[str | None, str | None]


def differences(one: Path, other: Path) -> Iterator[FileDifference]:
    """Yield the first difference in each part of two files of one format.

    The parts of a Word file or a workbook are its files, those of a PDF its pages; others have one.
    Where nothing in them tells the files apart, the first byte that does is yielded.
    """
    before, after = one.read_bytes(), other.read_bytes()
    if before == after:
        return
    parts = [_parts(path) for path in (one, other)]
    found = [
        difference
        for name in {**parts[0], **parts[1]}
        if (difference := _in_part(name, *(lines.get(name) for lines in parts)))
    ]
    yield from found or [_first_byte(before, after)]


def _in_part(
    name: str, one: Sequence[str] | None, other: Sequence[str] | None
) -> FileDifference | None:
    if one is None or other is None:
        here, there = ("is there" if lines is not None else None for lines in (one, other))
        return FileDifference(name, (here, there))
    for number, texts in enumerate(zip_longest(one, other), 1):
        if texts[0] != texts[1]:
            return FileDifference(f"{name}, line {number}" if name else f"line {number}", texts)
    return None


def _first_byte(before: bytes, after: bytes) -> FileDifference:
    # Halving is quicker by far than looking at each byte of some megabytes.
    ends = range(1, min(len(before), len(after)) + 1)
    at = bisect_left(ends, True, key=lambda end: before[:end] != after[:end])
    here, there = (repr(content[at : at + 40])[2:-1] for content in (before, after))
    sizes = f"{len(before):,} bytes against {len(after):,}"
    return FileDifference(f"byte {at:,} ({sizes})", (here, there))


def _parts(path: Path) -> Mapping[str, Sequence[str]]:
    """Return the lines of each part of a file; nothing where it can't be read."""
    try:
        match path.suffix:
            case ".docx" | ".xlsx":
                with zipfile.ZipFile(path) as archive:
                    names = archive.namelist()
                    return {f"part {name}": _tags(archive.read(name)) for name in names}
            case ".pdf":
                pages: dict[str, list[str]] = {}
                for (page, _), said in sorted(pdf_text.read(path).items()):
                    pages.setdefault(f"page {page + 1}", []).append(" ".join(said.text.split()))
                return pages
        return {"": path.read_text(encoding="utf-8").splitlines()}
    # PDFium says nothing more precise.
    except (zipfile.BadZipFile, UnicodeDecodeError, RuntimeError):
        return {}


def _tags(content: bytes) -> Sequence[str]:
    """Return XML with one tag a line, or what is no text as one line."""
    try:
        return content.decode().replace("><", ">\n<").splitlines()
    except UnicodeDecodeError:
        return [repr(content)[2:-1]]
