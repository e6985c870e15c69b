"""`evidence parity`: the proof that HTML, PDF and Word say the same."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.progress import progress
from evidence.cli.project import CommandCode, FaultsError, shown

if TYPE_CHECKING:
    from evidence.proof.parity import Difference, Document

NAME = "parity"
SUMMARY = "prove that HTML, PDF and Word say the same"
DESCRIPTION = """\
Read the documents back and compare what they say.

Headings with their numbers, captions, table cells, numbers in prose, citations with the entries
they lead to, notes and alternative texts must be equal, and the build's fingerprint the same. The
PDF is read by its tags, as a screen reader reads it. What may differ is a fixed list, printed with
the reasons. The first document, usually HTML, is what the others are held against.

examples:
  evidence parity                                    the report in _output/
  evidence parity /tmp/draft                         report.html, .pdf and .docx in a folder
  evidence parity --pdf my.pdf --docx my.docx        these two alone
  evidence parity --html old.html --html new.html    two documents of one format"""

FORMATS = ("html", "pdf", "docx")
SHOWN = 20


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    command.add_argument(
        "folder",
        metavar="FOLDER",
        type=Path,
        nargs="?",
        help="where the documents are (default: _output in the project)",
    )
    for name in FORMATS:
        command.add_argument(
            f"--{name}",
            metavar="FILE",
            type=Path,
            action="append",
            help=f"compare this {name} file, and only files named so",
        )


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print the proof and say whether the documents differ.

    Raises
    ------
    FaultsError
        If a document is missing or can't be read.
    """
    from evidence.proof.parity import UnreadableDocument, compare, read

    paths = documents(project, options)
    read_back = []
    with progress(sys.stderr) as show:
        for path in paths:
            show(f"reading {shown(path)}")
            try:
                read_back.append(read(path))
            except UnreadableDocument as error:
                raise FaultsError(str(error), CommandCode.UNREADABLE_DOCUMENT) from error
        show("comparing")
        read_back = _told_apart(read_back)
        found = compare(read_back)
    print("\n".join(proof(paths, read_back, found)))
    return bool(found)


def _told_apart(read_back: Sequence["Document"]) -> list["Document"]:
    """Give numbers to documents of one format."""
    names = [document.format for document in read_back]
    return [
        replace(document, format=f"{name} {names[:index].count(name) + 1}")
        if names.count(name) > 1
        else document
        for index, (name, document) in enumerate(zip(names, read_back, strict=True))
    ]


def documents(project: Path, options: argparse.Namespace) -> list[Path]:
    """Return the files to compare.

    Raises
    ------
    FaultsError
        If one of them does not exist, or there is only one.
    """
    named = [path for name in FORMATS for path in getattr(options, name) or ()]
    if named and options.folder:
        raise FaultsError("name a folder or files, not both", CommandCode.NOT_COMPARABLE)
    if len(named) == 1:
        raise FaultsError(
            "one file alone can't be compared; name another", CommandCode.NOT_COMPARABLE
        )
    folder = options.folder or project / "_output"
    paths = named or [folder / f"report.{name}" for name in FORMATS]
    for path in paths:
        if not path.is_file():
            way_out = "" if named else "; make it: evidence render"
            output = f" --output {shown(folder)}" if options.folder else ""
            raise FaultsError(
                f"there is no {shown(path)}{way_out}{output}", CommandCode.NO_DOCUMENT
            )
    return paths


def proof(
    paths: Sequence[Path], read_back: Sequence["Document"], found: Sequence["Difference"]
) -> Iterator[str]:
    """Give the lines that show what was compared, with which result.

    Parameters
    ----------
    paths
        The files.
    read_back
        What was read out of each.
    found
        Where they differ.
    """
    from evidence.proof.parity import DECLARED, KINDS

    names = [document.format for document in read_back]
    for name, path in zip(names, paths, strict=True):
        yield f"{name:<8}{shown(path)}"
    yield ""
    yield _row("", names, "equal")
    for kind, title in KINDS.items():
        counts = [f"{len(document.items[kind]):,}" for document in read_back]
        yield _row(title, counts, _verdict(kind, found))
    builds = [document.fingerprint or "none" for document in read_back]
    yield _row("build fingerprint", builds, _verdict("fingerprint", found))
    yield ""
    yield _row("declared differences", names, "")
    for name, declared in DECLARED.items():
        if declared.counted:
            met = [f"{document.left_out.get(name, 0):,}" for document in read_back]
            yield _row(declared.what, met, "")
        else:
            yield declared.what
        yield f"    {declared.why}"
    for kind, title in (*KINDS.items(), ("fingerprint", "build fingerprint")):
        of_kind = [difference for difference in found if difference.kind == kind]
        if of_kind:
            yield from _told(title, of_kind)
    if not found:
        yield ""
        yield "Equal, apart from the declared differences."


def _row(title: str, values: Sequence[str], verdict: str) -> str:
    return f"{title:<40}{''.join(f'{value:>14}' for value in values)}   {verdict}".rstrip()


def _verdict(kind: str, found: Sequence["Difference"]) -> str:
    return "no" if any(difference.kind == kind for difference in found) else "yes"


def _told(title: str, found: Sequence["Difference"]) -> Iterator[str]:
    from evidence.cli.comparison import around, visible

    yield ""
    yield f"{title}: {len(found):,} {'difference' if len(found) == 1 else 'differences'}"
    for difference in found[:SHOWN]:
        yield visible(difference.place)
        texts = around(difference.texts)
        for sign, name, text in zip("-+", difference.formats, texts, strict=True):
            yield f"  {sign} {name}: {'nothing' if text is None else visible(text)}"
    if len(found) > SHOWN:
        yield f"and {len(found) - SHOWN:,} more"
