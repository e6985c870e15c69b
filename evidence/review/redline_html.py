"""A redline as one HTML file: the whole document, with what came, what went and why."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from evidence.review.redline_reading import CAME, WENT, Paragraph, Piece, Row, Table, level

_STYLE = """
:root { --came: #0b5d2e; --came-tint: #e2f3e6; --went: #8c1c1c; --went-tint: #fbe6e4; }
@media screen and (prefers-color-scheme: dark) {
  :root { --came: #8fdca8; --came-tint: #14301f; --went: #f5a5a0; --went-tint: #3a1a1a; }
}
body { max-width: 52rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
ins, del { padding: 0 0.1em; border-radius: 0.15em; }
ins { color: var(--came); background: var(--came-tint); text-decoration: underline; }
del { color: var(--went); background: var(--went-tint); text-decoration: line-through; }
.why { background: var(--note-tint); border-left: 0.25rem solid var(--note); font-size: 0.85em;
  margin: 0.4rem 0 1rem; padding: 0.4rem 0.8rem; }
.why p { margin: 0.2rem 0; }
.scroll { overflow-x: auto; overflow-wrap: normal; margin: 1rem 0; }
.scroll table { width: auto; font-size: 0.85em; border-collapse: collapse; }
.scroll th, .scroll td { border-bottom: 1px solid var(--rule); padding: 0.3rem 0.6rem;
  text-align: left; vertical-align: top; }
img { max-width: 100%; height: auto; background: #fff; }
.caption { font-weight: 600; }
.title { font-size: 1.8em; font-weight: 700; line-height: 1.2; }
:target { outline: 2px solid var(--focus); outline-offset: 0.3rem; }
"""


def html(
    title: str,
    about: Iterable[str],
    *,
    sections: Iterable[tuple[str, list[Paragraph | Table]]],
    pictures: Mapping[str, tuple[str, bytes]],
    language: str,
    style: str,
) -> str:
    """Return the page.

    Parameters
    ----------
    about
        What is compared with what, a line each.
    sections
        What stands under each heading.
    pictures
        By relationship the name and the content of each picture.
    style
        The style sheet of reports.
    """
    parts: list[str] = []
    contents: list[str] = []
    for number, (heading, under) in enumerate(sections, 1):
        changed = sum(block.changed for block in under)
        if changed:
            name = escape(heading) or "Front matter"
            contents.append(f'<li><a href="#part-{number}">{name}</a> ({changed})</li>')
        parts.append(f'<section id="part-{number}">')
        parts += [part for block in under for part in _block(block, pictures)]
        parts.append("</section>")
    said = "".join(f"<p>{escape(line)}</p>" for line in about)
    where = (
        f'<nav aria-label="Changes"><h2>Where it changed</h2><ul>{"".join(contents)}</ul></nav>'
        if contents
        else ""
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(title)}</h1>{said}{where}</header>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _block(block: Paragraph | Table, pictures: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _paragraph(block, pictures)
        return
    # What scrolls has to be reached by keyboard.
    yield '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
    yield from (_row(row) for row in block.rows)
    yield "</table></div>"
    yield from (
        part for row in block.rows for cell in row.cells for p in cell for part in _notes(p)
    )


def _paragraph(paragraph: Paragraph, pictures: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    said = _pieces(paragraph.pieces)
    rank = level(paragraph)
    tag = f"h{min(rank + 1, 6)}" if rank else "p"
    kind = {"Title": ' class="title"'}.get(paragraph.style, "")
    if "Caption" in paragraph.style:
        kind = ' class="caption"'
    if said.strip():
        yield f"<{tag}{kind}>{said}</{tag}>"
    for key, about in paragraph.pictures:
        if key in pictures:
            name, data = pictures[key]
            mime = mimetypes.guess_type(name)[0] or "image/png"
            coded = base64.b64encode(data).decode()
            yield f'<p><img src="data:{mime};base64,{coded}" alt="{escape(about)}"></p>'
    yield from _notes(paragraph)


def _notes(paragraph: Paragraph) -> Iterator[str]:
    for _, lines in paragraph.notes:
        said = "".join(f"<p>{escape(line)}</p>" for line in lines)
        yield f'<div class="why" role="note" aria-label="What caused this">{said}</div>'


def _row(row: Row) -> str:
    tag = 'th scope="col"' if row.is_head else "td"
    cells = (
        "<br>".join(_pieces(paragraph.pieces) for paragraph in cell if paragraph.pieces)
        for cell in row.cells
    )
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag[:2]}>' for cell in cells)}</tr>"


def _pieces(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    said = escape(piece.text).replace("\n", "<br>").replace("\t", " ")
    for look in sorted(piece.looks):
        said = f"<{look}>{said}</{look}>"
    return f"<{piece.how}>{said}</{piece.how}>" if piece.how in (CAME, WENT) else said
