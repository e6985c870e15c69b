"""Where each word of the report comes from: a place in a chapter, or what computes it.

The document is read as a build reads it, with marks in it (`marks`), so that a word that was typed
leads to its line and column, and one that was computed to its expression, cell or entry.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evidence.check.chapters import scan
from evidence.check.prose import Piece
from evidence.engine import pandoc, reading, results, workers
from evidence.engine.assemble import assemble
from evidence.engine.document import Cell, Document, Executed, Prose
from evidence.engine.formats import FORMATS
from evidence.engine.nodes import walk
from evidence.engine.results import Cache
from evidence.engine.source import Line
from evidence.engine.staging import WORK
from evidence.proof import manifest
from evidence.review.marks import (
    CROSS_REFERENCE,
    GENERATED,
    MARK,
    WORD,
    Marks,
    Origin,
    as_compared,
    mark_cells,
    mark_prose,
    unrun,
    words_of,
)

_TOKEN = re.compile(rf"(?P<mark>{MARK})|(?P<word>{WORD})")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the report that stay together: a paragraph, a heading, a caption, a table's cell.

    Attributes
    ----------
    text
        As the reader sees it, but for numbers that a format gives.
    words, origins
        Its words, and where each comes from.
    row
        Of a cell, the keys of what its row cites, or else what stands in the row's first cell.
    """

    text: str
    words: tuple[str, ...]
    origins: tuple[Origin, ...]
    row: tuple[str, ...] = ()


def origins(
    document: Document, progress: Callable[[str], None] = lambda _: None, home: Path | None = None
) -> tuple[Stretch, ...]:
    """Return all that a report says, in its order, with the origin of each word.

    Cells run if no build has kept what they give, in `home` if the project is an earlier state of
    that.

    Raises
    ------
    RenderError
        If the document can't be read or its cells don't run.
    """
    project = document.project
    kept = (home or project.root) / WORK
    marks = Marks()
    marked = mark_prose(document, marks)
    with (
        workers.staying(),
        TemporaryDirectory(prefix="evidence-") as temporary,
        ThreadPoolExecutor(1) as pool,
    ):
        folder, beside = Path(temporary), Path(temporary, "contexts")
        for new in (beside, folder / "cell-figures"):
            new.mkdir()
        # Pandoc reads the text twice at the same time: as it was typed, and as it comes out.
        typed = pool.submit(pandoc.parse, unrun(marked, marks), {}, beside)
        run = _run(document, progress, Cache(kept / "results"))
        parts = [
            replace(done, part=part, values=tuple(marks.around(part, done.values)))
            if isinstance(part, Prose)
            else done
            for part, done in zip(marked, run, strict=True)
        ]
        lines = mark_cells(assemble(parts, folder / "cell-figures"), document, marks)
        progress("read     where each word comes from")
        cache = Cache(kept / "review", reading.MOST_KEPT)
        whole = reading.read(project, lines, FORMATS, folder, cache=cache, listed=None)
        marks.note_contexts(typed.result()["blocks"])
    reader = _Reader(marks, _entries(project.files("bibliography"), project.root))
    found = reader.read(whole.blocks)
    return (*_front(document), *_captioned(found, document))


def _run(document: Document, progress: Callable[[str], None], cache: Cache) -> Sequence[Executed]:
    root = document.project.root
    key = results.key(document, tuple(manifest.inputs(root, of_cells=True).values()))
    if run := results.load(cache, key, document):
        return run.parts
    # Slow to load.
    from evidence.engine.run import execute  # noqa: PLC0415

    return execute(document, progress, None, tuple(map(Path, manifest.inputs(root)))).parts


def _front(document: Document) -> Iterator[Stretch]:
    """Yield the texts of the front matter."""
    if not document.front_matter:
        return
    last = document.front_matter[-1]
    for piece in scan(document).pieces:
        if piece.file == last.file and piece.place(0)[0] <= last.number:
            yield _typed(piece)
    for person in document.project.authors:
        name = str(person["name"])
        line = next((row for row in document.front_matter if name in row.text), None)
        if line:
            yield _named(name, line)


def _captioned(stretches: Iterable[Stretch], document: Document) -> Iterator[Stretch]:
    """Find again what authors typed in cells: captions, and texts in their code."""
    cells: dict[tuple[str, int], list[Stretch]] = defaultdict(list)
    starts = [part.start for part in document.parts if isinstance(part, Cell)]
    for piece in scan(document).pieces:
        above = [row for row in starts if row.file == piece.file and row.number < piece.place(0)[0]]
        if above and not piece.holes and (typed := _typed(piece)).words:
            cells[piece.file, above[-1].number].append(typed)
    for stretch in stretches:
        first = stretch.origins[0]
        origins = list(stretch.origins)
        for typed in cells[first.file, first.line] if first.kind == "cell" else ():
            length = len(typed.words)
            for at in range(len(origins) - length + 1):
                if stretch.words[at : at + length] == typed.words:
                    origins[at : at + length] = typed.origins
        yield replace(stretch, origins=tuple(origins))


def _named(name: str, line: Line) -> Stretch:
    found, column = words_of(name), line.text.index(name) + 1
    origins = (Origin("prose", line.file, line.number, column + start) for _, start, _ in found)
    return Stretch(name, tuple(word for word, *_ in found), tuple(origins))


def _typed(piece: Piece) -> Stretch:
    found = words_of(piece.prose)
    places = (piece.place(start) for _, start, _ in found)
    origins = (Origin("prose", piece.file, *place) for place in places)
    return Stretch(piece.text, tuple(word for word, *_ in found), tuple(origins))


def _entries(bibliographies: Iterable[Path], root: Path) -> dict[str, tuple[str, int]]:
    """Return where the entry of each key begins."""
    found: dict[str, tuple[str, int]] = {}
    entry = re.compile(r"""^\s*(?:@\w+\s*\{\s*|"id"\s*:\s*")(?P<key>[^\s,"]+)""")
    for path in bibliographies:
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if match := entry.match(line):
                found.setdefault(match["key"], (name, number))
    return found


class _Reader:
    """Reads the blocks of Pandoc's JSON, with what is open at each place."""

    def __init__(self, marks: Marks, entries: Mapping[str, tuple[str, int]]) -> None:
        self._marks = marks
        self._entries = entries
        self._open: list[Origin] = []
        self._notes: list[Any] = []

    def read(self, blocks: Iterable[Any], row: tuple[str, ...] = ()) -> Iterator[Stretch]:
        """Yield the stretches of blocks, notes behind what they belong to."""
        for block in blocks:
            content: Any = block.get("c")
            match block["t"]:
                case "Para" | "Plain":
                    yield from self._stretch(content, row)
                case "Header":
                    yield from self._stretch(content[2], row)
                case "CodeBlock":
                    yield from self._stretch([{"t": "Str", "c": content[1]}], row)
                case "BlockQuote" | "BulletList" | "OrderedList" | "LineBlock" | "DefinitionList":
                    yield from self.read(_inner(block), row)
                case "Figure":
                    yield from self.read([*content[2], *content[1][1]], row)
                case "Table":
                    yield from self._table(content)
                case "Div":
                    yield from self._division(content, row)

    def _division(self, content: Any, row: tuple[str, ...]) -> Iterator[Stretch]:
        (identity, *_), blocks = content
        key = identity.removeprefix("ref-")
        entry = self._entries.get(key) if identity.startswith("ref-") else None
        if entry:
            self._open.append(Origin("reference", *entry, 0, key))
        yield from self.read(blocks, row)
        if entry:
            self._open.pop()

    def _table(self, content: Any) -> Iterator[Stretch]:
        _, (_, caption), _, (_, head), bodies, (_, foot) = content
        yield from self.read(caption)
        rows = [*head, *(row for body in bodies for part in body[2:] for row in part), *foot]
        for _, cells in rows:
            keys = tuple(dict.fromkeys(_cited(cells)))
            for cell in cells:
                for stretch in self.read(cell[4], keys):
                    keys = keys or (stretch.text,)
                    yield replace(stretch, row=keys)

    def _stretch(self, inlines: Any, row: tuple[str, ...]) -> Iterator[Stretch]:
        text = "".join(self._text(inlines))
        words: list[str] = []
        origins: list[Origin] = []
        coming: Origin | None = None
        cited: Origin | None = None
        for token in _TOKEN.finditer(text):
            if token["word"]:
                words.append(as_compared(token["word"]))
                inner = self._open[-1] if self._open else None
                origins.append(inner or coming or GENERATED)
                coming = None
                continue
            mark = self._marks.of(token["mark"])
            if mark.role == "word":
                coming = mark.origin
            elif mark.role == "citation":
                cited = mark.origin
                if self._open and self._open[-1].kind == "citation":
                    self._open[-1] = cited
            elif mark.role == "open":
                self._open.append(self._opened(mark.origin, cited))
            elif mark.role == "close":
                self._open[-1:] = []
            else:
                at = max(len(origins) - mark.count, 0)
                origins[at:] = [mark.origin] * (len(origins) - at)
        notes, self._notes = self._notes, []
        if words:
            yield Stretch(re.sub(MARK, "", text), tuple(words), tuple(origins), row)
        for note in notes:
            yield from self.read(note, row)

    def _opened(self, origin: Origin, cited: Origin | None) -> Origin:
        """Return what begins, a citation with where its author typed it or the cell it is in."""
        if origin.kind != "citation":
            return origin
        if cited and cited.behind in origin.behind.split():
            return cited
        inside = self._open[-1] if self._open else origin
        return replace(origin, file=inside.file, line=inside.line)

    def _text(self, inlines: Any) -> Iterator[str]:
        for inline in inlines:
            content: Any = inline.get("c")
            match inline["t"]:
                case "Str":
                    yield content
                case "Space" | "SoftBreak" | "LineBreak":
                    yield " "
                case "Code" | "Math":
                    yield content[1]
                case "Note":
                    self._notes.append(content)
                case "Quoted" | "Link" | "Span":
                    yield from self._text(content[1])
                case "Image":
                    pairs = dict(content[0][2])
                    alternative = pairs.get("fig-alt") or pairs.get("alt")
                    shown = [{"t": "Str", "c": alternative}] if alternative else content[1]
                    self._notes.append([{"t": "Plain", "c": shown}])
                case "Cite":
                    keys = " ".join(_keys(content[0]))
                    if keys:
                        sign = self._marks.add("open", Origin("citation", "", 0, 0, keys))
                        yield sign
                        yield from self._text(content[1])
                        yield self._marks.add("close", GENERATED) if sign else ""
                case "RawInline":
                    pass
                case _:
                    yield from self._text(content)


def _inner(block: Any) -> list[Any]:
    """Return the blocks in a quote or in the items of a list."""
    content: Any = block["c"]
    match block["t"]:
        case "BlockQuote":
            return list(content)
        case "LineBlock":
            return [{"t": "Plain", "c": line} for line in content]
        case "DefinitionList":
            terms = [([{"t": "Plain", "c": term}], *definitions) for term, definitions in content]
            return [*itertools.chain.from_iterable(itertools.chain.from_iterable(terms))]
        case "OrderedList":
            content = content[1]
    return [*itertools.chain.from_iterable(content)]


def _keys(citations: Any) -> list[str]:
    return [row["citationId"] for row in citations if not CROSS_REFERENCE.match(row["citationId"])]


def _cited(node: Any) -> Iterator[str]:
    for found in walk(node):
        if isinstance(found, dict) and found.get("t") == "Cite":
            yield from _keys(found["c"][0])
