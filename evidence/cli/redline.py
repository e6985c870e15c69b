"""`evidence redline`: what changed in the report, as tracked changes, with what caused it."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evidence.cli.project import DATA, MARKER, CommandCode, FaultsError, document_paths, shown
from evidence.cli.revisions import unpack
from evidence.cli.terminal import progress, visible

if TYPE_CHECKING:
    from evidence.review.redline_word import Redline
    from evidence.review.sentences import SentenceChange

DESCRIPTION = """\
Show what changed in the report from OLD to NEW, word by word, and what caused it.

Each is a Word file, a folder with a rendered one, a project, or a git revision or tag, which is
rendered in a temporary folder by the tools that it has. Where a sentence is computed, what made it
differ stands beside it: the finding or measure, the sources that came, went or were recoded, the
rule. Of Word files this is known where their build leads to a revision of this repository.

Without --output it prints a summary in Markdown. With it, it writes Word with tracked changes,
which to accept or to reject one by one; HTML, the whole text with insertions and deletions; and the
summary, as Markdown or PDF.

examples:
  evidence redline HEAD~1 HEAD                      what the last commit did to the report
  evidence redline v1.0 HEAD --output changes/      redline.docx, redline.html and redline.md
  evidence redline v1.0 . --output changes.docx     the folder as it is, as a Word file alone
  evidence redline sent.docx _output --output r.html"""

FORMATS = ("docx", "html", "md", "pdf")
USUAL = ("docx", "html", "md")
_TITLE = "What changed in the report"


@dataclass(frozen=True)
class Side:
    """One of the two documents, and the project that it was made of where that is known.

    Attributes
    ----------
    edition
        The year of the edition that it is of; empty where it is the report itself.
    """

    name: str
    document: Path
    project: Path | None
    edition: str = ""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's arguments to its parser."""
    for name in ("old", "new"):
        command.add_argument(
            name, metavar=name.upper(), help="a Word file, a folder, or a git revision"
        )
    command.add_argument(
        "--output", type=Path, metavar="PLACE", help="a folder, or a file named after its format"
    )
    command.add_argument(
        "--to",
        type=_formats,
        metavar="FORMATS",
        help=f"with a folder: of {', '.join(FORMATS)} those wanted (default: {','.join(USUAL)})",
    )


def _formats(text: str) -> tuple[str, ...]:
    named = tuple(name.strip() for name in text.split(","))
    if unknown := [name for name in named if name not in FORMATS]:
        raise argparse.ArgumentTypeError(
            f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}"
        )
    return named


def run(project: Path, options: argparse.Namespace) -> bool:
    """Print or write the redline, and say whether anything changed."""
    wanted = targets(options.output, options.to)
    with ExitStack() as stack:
        show = stack.enter_context(progress(sys.stderr))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="evidence-")))
        found, about = compared(project, (options.old, options.new), folder, show)
        if wanted:
            show("writing")
            made = {form: written(form, found, about, folder) for form in wanted}
            for form, path in wanted.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                new = path.with_name(f".{path.name}.new")
                new.write_bytes(made[form])
                new.replace(path)
        else:
            said = written("md", found, about, folder).decode()
    if wanted:
        print(*map(shown, wanted.values()), sep="\n")
    else:
        print("\n".join(_printable(line) for line in said.splitlines()))
    return found.changed


def targets(output: Path | None, formats: Sequence[str] | None) -> dict[str, Path]:
    """Return the file for each format to write; none where the summary is printed."""
    if output is None:
        if formats:
            message = "--to needs --output, a folder for the files"
            raise FaultsError(message, CommandCode.WRONG_USAGE)
        return {}
    form = output.suffix.lower().lstrip(".")
    if form in FORMATS and not output.is_dir():
        if formats and set(formats) != {form}:
            message = f"{output} is one file; name a folder for several formats"
            raise FaultsError(message, CommandCode.WRONG_USAGE)
        return {form: output}
    return {form: output / f"redline.{form}" for form in formats or USUAL}


def compared(
    project: Path, names: tuple[str, str], folder: Path, show: Callable[[str], None]
) -> tuple["Redline", list[str]]:
    """Return the redline of two sides, and what is to be said of it as a whole."""
    from evidence.review.redline_word import compare
    from evidence.review.remarks import UnreadableError

    places = [folder / which for which in ("old", "new")]
    # Two builds side by side take little longer than one.
    with ThreadPoolExecutor(2) as pool:
        old, new = pool.map(lambda name, place: side(project, name, place, show), names, places)
    show("comparing the evidence")
    because, notes = causes(old, new)
    show("comparing the documents")
    try:
        found = compare(old.document, new.document, because)
    except UnreadableError as error:
        raise FaultsError(str(error), CommandCode.UNREADABLE_DOCUMENT) from error
    return found, [f"From {names[0]} to {names[1]}.", *notes]


def side(project: Path, name: str, folder: Path, show: Callable[[str], None]) -> Side:
    """Return the document that a name stands for, rendered where it has to be."""
    path = Path(name)
    if path.is_file():
        return Side(name, path, *_origin(project, path, folder, show))
    if path.is_dir() and (path / MARKER).is_file():
        return Side(name, _rendered(path.resolve(), name, folder, show), path.resolve())
    if path.is_dir():
        usual = [one for one in document_paths(project, path, ["docx"]) if one.is_file()]
        found = usual or sorted(path.glob("*.docx"))
        if len(found) != 1:
            what = "several Word files" if found else "no Word file"
            message = f"{name} holds {what}; name the file, or render with --to docx"
            raise FaultsError(message, CommandCode.NO_DOCUMENT)
        return Side(name, found[0], *_origin(project, found[0], folder, show))
    source = folder / "source"
    source.mkdir(parents=True)
    unpack(project, name, source)
    if not (source / MARKER).is_file():
        message = f"revision {name!r} has no {MARKER} in this folder, so that it can't be rendered"
        raise FaultsError(message, CommandCode.NO_REVISION)
    return Side(name, _rendered(source, name, folder, show), source)


def _rendered(source: Path, name: str, folder: Path, show: Callable[[str], None]) -> Path:
    """Render a project as Word by the package that it holds, or by this one."""
    output = folder / "rendered"
    show(f"rendering {name}")
    # In its folder Python finds a project's own package first.
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-m", "evidence", "render", "--to", "docx", "--output", str(output)],
        cwd=source,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    (made, *_) = document_paths(source, output, ["docx"])
    if done.returncode or not made.is_file():
        told = "\n".join(visible(line) for line in done.stderr.splitlines()[-20:])
        message = f"{told}\n{name} can't be rendered; see the lines above"
        raise FaultsError(message, CommandCode.BUILD_FAILED)
    return made


def _origin(
    project: Path, document: Path, folder: Path, show: Callable[[str], None]
) -> tuple[Path | None, str]:
    """Return the project as it was when a document was built, if it is found, and the edition."""
    from evidence.model.faults import DataFaults
    from evidence.model.load import load
    from evidence.proof import manifest
    from evidence.proof.repository import built_at, extract
    from evidence.review import word
    from evidence.review.remarks import UnreadableError

    try:
        mark = word.read(document).fingerprint
    except UnreadableError as error:
        message = f"{shown(document)}: {error}"
        raise FaultsError(message, CommandCode.UNREADABLE_DOCUMENT) from error
    if not mark:
        return None, ""
    try:
        years = {row.year for row in load(project / DATA).sources.values()}
    except DataFaults:
        years = set()
    edition = manifest.edition_of(project, mark, years)
    if edition is not None:
        return project, edition
    show(f"looking for the revision that {shown(document)} was built of")
    commit = built_at(project, mark)
    source = folder / "source"
    source.mkdir(parents=True)
    return source if commit and extract(project, commit, source) else None, ""


def causes(old: Side, new: Side) -> tuple[Sequence["SentenceChange"], list[str]]:
    """Return the computed sentences that differ with what caused it, or why that isn't known."""
    from evidence.engine.document import read
    from evidence.engine.faults import RenderError
    from evidence.findings.changes import compare
    from evidence.model.edition import as_of
    from evidence.model.faults import DataFaults
    from evidence.model.load import load
    from evidence.review.sentences import changed_sentences

    evidence = []
    for one in (old, new):
        if one.project is None:
            why = f"isn't known: the build of {one.name} leads to no revision"
            return (), [f"What caused the changes {why}."]
        try:
            loaded = load(one.project / DATA)
            evidence.append(as_of(loaded, one.edition) if one.edition else loaded)
        except DataFaults as error:
            first = str(error).splitlines()[0].rpartition(f"{DATA}/")[2]
            why = f"isn't told: these tools can't read the data of {one.name} ({first})"
            return (), [f"What caused the changes {why}."]
    before, after = evidence
    try:
        document = read(new.project or Path())
        if document.faults:
            raise RenderError(*document.faults)
        found = changed_sentences(document, before, after, compare(before, after))
    except RenderError as error:
        return (), [f"What caused the changes isn't told: {error.problems[0]}"]
    return found.changed, list(found.unknown)


def written(form: str, found: "Redline", about: Sequence[str], folder: Path) -> bytes:
    """Return a redline in a format."""
    from evidence.review.redline_reading import headed, read
    from evidence.review.redline_word import pictures, write

    if form == "docx":
        path = folder / "redline.docx"
        write(found, path, about)
        return path.read_bytes()
    sections = headed(read(found))
    if form == "html":
        from evidence.engine.own import OWN_EXTENSION
        from evidence.review.redline_html import html

        style = (OWN_EXTENSION / "report.css").read_text("utf-8")
        page = html(
            _TITLE,
            about,
            sections=sections,
            pictures=pictures(found),
            language=found.language,
            style=style,
        )
        return page.encode()
    from evidence.review.redline_markdown import markdown

    said = markdown(_TITLE, about, sections)
    return _as_pdf(said, found.language, folder) if form == "pdf" else said.encode()


def _as_pdf(said: str, language: str, folder: Path) -> bytes:
    from evidence.engine import RenderError, render

    project = folder / "summary"
    project.mkdir(exist_ok=True)
    (project / MARKER).write_text("project:\n  type: default\n  render: [redline.qmd]\n", "utf-8")
    title, _, body = said.partition("\n")
    head = f"---\ntitle: {title.lstrip('# ')}\nlang: {language}\n---\n"
    (project / "redline.qmd").write_text(f"{head}{body}", "utf-8")
    try:
        made = render(project, to=("pdf",), output=folder / "pdf", progress=lambda _: None)
    except RenderError as error:
        raise FaultsError(str(error)) from error
    return made.paths["pdf"].read_bytes()


def _printable(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    return f"{indent}{visible(line)}"
