"""A redline in short, as Markdown: the sentences, rows and pictures that changed, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain

from evidence.review.redline_reading import CAME, WENT, Paragraph, Piece, Row, Table
from evidence.review.sentences import spans

# What would not read as it is written; the rest, such as "=", is left readable in a terminal.
_SIGNS = re.compile(r"([\\`*_~<\[\]|])")
_MARKS = {CAME: "**", WENT: "~~"}


def markdown(
    title: str, about: Iterable[str], sections: Iterable[tuple[str, list[Paragraph | Table]]]
) -> str:
    """Return what changed under each heading: what went is struck out, what came is bold."""
    lines = [f"# {_literal(title)}", ""]
    for line in about:
        lines += [_literal(line), ""]
    for heading, under in sections:
        told = [line for block in under for line in _block(block)]
        if told:
            lines += [f"## {_literal(heading) or 'Front matter'}", "", *told, ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _sentences(block)
        return
    for row in block.rows:
        if row.changed:
            yield f"- {_row(row)}"
            for paragraph in chain.from_iterable(row.cells):
                yield from (_why(lines) for _, lines in paragraph.notes)


def _row(row: Row) -> str:
    cells = (
        " ".join("".join(map(_piece, paragraph.pieces)) for paragraph in cell) for cell in row.cells
    )
    return "row: " + " / ".join(cell.strip() or "—" for cell in cells)


def _why(lines: Iterable[str]) -> str:
    return f"  - because {_literal('; '.join(lines))}"


def _sentences(paragraph: Paragraph) -> Iterator[str]:
    """Yield the sentences in which something changed, each with what caused it below it."""
    rows = [piece for piece in paragraph.pieces if piece.text]
    ends = [*accumulate(len(row.text) for row in rows)]
    waiting = [*paragraph.notes]
    if waiting and not rows:
        yield from (f"- picture: {_literal(about)}" for _, about in paragraph.pictures)
    for start, stop in spans("".join(row.text for row in rows)):
        parts = []
        for row, end in zip(rows, ends, strict=True):
            before = end - len(row.text)
            if end > start and before < stop:
                parts.append(Piece(row.text[max(0, start - before) : stop - before], row.how))
        if any(part.how and part.text.strip() for part in parts):
            yield f"- {''.join(map(_piece, parts)).strip()}"
        while waiting and waiting[0][0] <= stop:
            yield _why(waiting.pop(0)[1])
    yield from (_why(lines) for _, lines in waiting)


def _piece(piece: Piece) -> str:
    text = piece.text.replace("\t", ": ")
    # Marks have to stand beside what is no space.
    core = " ".join(text.split())
    if not core:
        return " "
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    mark = _MARKS.get(piece.how, "")
    return f"{before}{mark}{_literal(core)}{mark}{after}"


def _literal(text: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
