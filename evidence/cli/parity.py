"""`evidence parity`: the proof that HTML, PDF and Word say the same."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evidence.cli.project import CommandCode, FaultsError, document_paths, shown
from evidence.cli.terminal import difference, plural, progress
from evidence.proof.parity import (
    DECLARED,
    KINDS,
    NOT_COUNTED,
    Difference,
    Document,
    UnreadableDocument,
    compare,
    read,
)

DESCRIPTION = """\
Read the documents back and compare what they say.

Headings with their numbers, captions, table cells, every word of the prose, citations with their
entries, notes, alternative texts and the build's fingerprint must be equal. The PDF is read by its
tags, as screen readers do. What may differ is a fixed list, printed with the reasons. Each document
is compared with the first, which usually is HTML.

examples:
  evidence parity                      the report in _output/
  evidence parity /tmp/draft           report.html, .pdf and .docx in a folder
  evidence parity my.pdf my.docx       these two alone
  evidence parity old.html new.html    two documents of one format"""

SHOWN = 20


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument(
        "places",
        metavar="PLACE",
        type=Path,
        nargs="*",
        help="the documents, or the folder that holds them (default: _output in the project)",
    )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the proof and say whether the documents differ."""
    paths = _paths(project, options.places)
    with progress(sys.stderr) as show:
        named, found = compared(paths, show)
    print("\n".join(proof(paths, named, found)))
    return bool(found)


def compared(
    paths: Sequence[Path], show: Callable[[str], None]
) -> tuple[Sequence[Document], Sequence[Difference]]:
    """Return what documents say, and where they differ."""
    documents_read = []
    for path in paths:
        show(f"reading {shown(path)}")
        try:
            documents_read.append(read(path))
        except UnreadableDocument as error:
            raise FaultsError(str(error), CommandCode.UNREADABLE_DOCUMENT) from error
    show("comparing")
    named = _numbered(documents_read)
    return named, compare(named)


def _numbered(documents: Sequence[Document]) -> list[Document]:
    """Give numbers to documents of one format."""
    names = [document.format for document in documents]
    return [
        replace(document, format=f"{name} {names[:index].count(name) + 1}")
        if names.count(name) > 1
        else document
        for index, (name, document) in enumerate(zip(names, documents, strict=True))
    ]


def _paths(project: Path, places: Sequence[Path]) -> Sequence[Path]:
    """Return the files to compare: two at least, and all of them there."""
    folder, way_out = project / "_output", ""
    if len(places) == 1:
        (folder,) = places
        if folder.is_file():
            message = "one file alone can't be compared; name another"
            raise FaultsError(message, CommandCode.NOT_COMPARABLE)
    if len(places) < 2:
        output = f" --output {shown(folder)}" if places else ""
        places, way_out = document_paths(project, folder), f"; make it: evidence render{output}"
    for path in places:
        if not path.is_file():
            raise FaultsError(f"there is no {shown(path)}{way_out}", CommandCode.NO_DOCUMENT)
    return places


def proof(
    paths: Sequence[Path], documents: Sequence[Document], found: Sequence[Difference]
) -> Iterator[str]:
    """Give the lines that show which files were compared, with which result."""
    names = [document.format for document in documents]
    for name, path in zip(names, paths, strict=True):
        yield f"{name:<8}{shown(path)}"
    yield ""
    yield _row("", names, "equal")
    kinds = {**KINDS, "fingerprint": "build fingerprint"}
    differences = {kind: [row for row in found if row.kind == kind] for kind in kinds}
    for kind, title in kinds.items():
        values = [
            f"{len(document.items[kind]):,}" if kind in KINDS else document.fingerprint or "none"
            for document in documents
        ]
        yield _row(title, values, "no" if differences[kind] else "yes")
    yield ""
    yield _row("declared differences", names, "")
    for name, (what, why) in DECLARED.items():
        met = [f"{document.left_out.get(name, 0):,}" for document in documents]
        yield what if name in NOT_COUNTED else _row(what, met, "")
        yield f"    {why}"
    for kind, title in kinds.items():
        if rows := differences[kind]:
            yield ""
            yield f"{title}: {plural(len(rows), 'difference')}"
            for row in rows[:SHOWN]:
                yield from difference(row.place, row.texts, row.formats)
            if len(rows) > SHOWN:
                yield f"and {len(rows) - SHOWN:,} more"
    if not found:
        yield ""
        yield "Equal, apart from the declared differences."


def _row(title: str, values: Sequence[str], verdict: str) -> str:
    return f"{title:<40}{''.join(f'{value:>14}' for value in values)}   {verdict}".rstrip()
