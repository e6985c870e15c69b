"""`evidence render`: check data and chapters, then write the report in each format asked for."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

# What judges and writes is imported where it does so: a look at whether anything has changed needs
# none of it.
from evidence.cli.project import (
    FORMATS,
    OUTPUT,
    CommandCode,
    FaultsError,
    named_document,
    shown,
)
from evidence.cli.terminal import progress
from evidence.model.edition import VARIABLE, NoEditionError, year_of
from evidence.proof import manifest
from evidence.report.folders import WORKBOOK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.cli.preview.beside import Beside
    from evidence.engine import Rendered
    from evidence.engine.document import Document
    from evidence.engine.kernels import Kernels
    from evidence.engine.project import Project
    from evidence.engine.source import Line
    from evidence.findings.verdicts import Editions
    from evidence.model.evidence import Evidence

DESCRIPTION = """\
Check data and chapters as `evidence check` does, run the chapters once and write the report in each
format.

If there is a fault in data or chapters, nothing is written and the documents of an earlier run stay
as they were; otherwise the new documents replace them all at once. If nothing has changed since the
earlier run, nothing is rendered; if only prose has changed, the cells do not run again. Results of
cells are cached in .render/, which may be deleted at any time. Progress goes to standard error, the
paths of the documents to standard output.

With --watch the documents are written again whenever chapters, data, code or settings are saved, by
a process that stays and so takes a fraction of the time. Each time the whole set changes places
with the earlier one in one step: documents, workbook, crate and manifest. Whoever reads the folder
finds at every moment one set that was made of one state, that has passed the check, and that
`evidence verify` can prove. What was saved while a set was made ends that one, and a fault leaves
the last good set; it is printed, as by `evidence render`.

examples:
  evidence render                        all three formats, to _output/ in the project
  evidence render --to html,pdf          two of them
  evidence render --edition 2015         as of the sources up to that year, to _output/2015/
  evidence render --engine quarto        with an installed Quarto instead of the builtin engine
  evidence render --output /tmp/draft    to another folder
  evidence render --watch                again after each save, until Ctrl-C"""

CELL_SECONDS = 600


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--to",
        type=formats,
        default=FORMATS,
        metavar="FORMATS",
        help="formats, separated by commas: html, pdf, docx (default: all three)",
    )
    command.add_argument(
        "--engine",
        choices=manifest.ENGINES,
        default=manifest.BUILTIN,
        help="builtin needs nothing else, quarto needs an installed Quarto (default: builtin)",
    )
    command.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder for the documents (default: _output in the project; of an edition, the folder "
        "of its year in there)",
    )
    add_edition(command)
    command.add_argument(
        "--timeout",
        type=seconds,
        default=CELL_SECONDS,
        metavar="SECONDS",
        help=f"how long one cell may take (default: {CELL_SECONDS})",
    )
    command.add_argument(
        "--watch",
        action="store_true",
        help="write the documents again after each save, until Ctrl-C",
    )
    add_assumed(command)


def add_assumed(command: argparse.ArgumentParser) -> None:
    """Add the option that shows wordings which the data do not call for now."""
    command.add_argument(
        "--as",
        dest="assumed",
        type=assumed,
        action="append",
        default=[],
        metavar="CLAIM=VERDICT",
        help="show the wordings of another verdict, as in savings=supported or all=silent; the "
        "page says so at its head. May be given several times",
    )


def add_edition(command: argparse.ArgumentParser) -> None:
    """Add the option that takes the sources up to a year for all that there are."""
    command.add_argument(
        "--edition",
        type=edition,
        default=os.environ.get(VARIABLE, ""),
        metavar="YEAR",
        help=f"the sources up to a year, and no later ones (default: {VARIABLE} of the environment "
        "or, without it, all sources)",
    )


def edition(text: str) -> str:
    """Return the year of an edition; an empty text asks for none."""
    try:
        return str(year_of(text)) if text else ""
    except NoEditionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def assumed(text: str) -> tuple[str, str]:
    """Return a claim, or `all`, and the verdict that it is assumed to have."""
    from evidence.model.claims import SILENT, STRENGTH

    name, _, outcome = text.partition("=")
    outcomes = (*STRENGTH[::-1], SILENT)
    if outcome not in outcomes:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no CLAIM=VERDICT; a verdict is {', '.join(outcomes)}"
        )
    return name, outcome


def formats(text: str) -> tuple[str, ...]:
    """Return the formats named in a comma-separated list, each once, in the usual order."""
    wanted = {name.strip().lower() for name in text.split(",")}
    unknown = sorted(wanted - set(FORMATS))
    if unknown:
        raise argparse.ArgumentTypeError(
            f"unknown format {', '.join(map(repr, unknown))}; choose from {', '.join(FORMATS)}"
        )
    return tuple(name for name in FORMATS if name in wanted)


def seconds(text: str) -> int:
    """Return a whole number of seconds, at least one."""
    number = int(text) if text.isdecimal() else 0
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of seconds")
    return number


@dataclass(frozen=True)
class Wanted:
    """What is to be made of a project.

    Attributes
    ----------
    output
        The folder for the documents.
    edition
        The year of the edition; empty for the report as it is.
    assumed
        Claims, or `all`, and the verdicts that they are assumed to have.
    """

    output: Path
    engine: str = manifest.BUILTIN
    edition: str = ""
    timeout: int = CELL_SECONDS
    assumed: tuple[tuple[str, str], ...] = ()


def run(project: Path, options: argparse.Namespace) -> None:
    """Render the project and print the paths of the documents, once or after each save."""
    if options.assumed and (not options.output or options.engine != manifest.BUILTIN):
        message = "documents under assumed verdicts must not replace the report's own"
        hint = "name a folder with --output, and use the builtin engine"
        raise FaultsError(f"{message}; {hint}", CommandCode.WRONG_USAGE)
    output = (options.output or project / OUTPUT / options.edition).resolve()
    wanted = Wanted(
        output, options.engine, options.edition, options.timeout, tuple(options.assumed)
    )
    if options.watch:
        from evidence.cli.preview.following import follow

        if options.engine != manifest.BUILTIN:
            message = "only the builtin engine can watch; leave out --watch or --engine"
            raise FaultsError(message, CommandCode.WRONG_USAGE)
        follow(project, wanted, options.to)
        return
    start = perf_counter()
    mark = manifest.fingerprint(project, options.edition)
    if paths := current(project, wanted, options.to, mark):
        print(f"nothing has changed; {perf_counter() - start:.1f} s in all", file=sys.stderr)
    else:
        judging = Judging(project, wanted, mark)
        with progress(sys.stderr) as show:
            show("checking data and chapters")
            rendered = documents(project, wanted, options.to, mark, show=show, judging=judging)
        judging.note()
        paths = [*rendered.paths.values()]
        told = timing(rendered, perf_counter() - start)
        print(*rendered.notes, told, sep="\n", file=sys.stderr)
    for path in paths:
        print(shown(path))
    for line in older(project, wanted, mark):
        print(line, file=sys.stderr)


def current(project: Path, wanted: Wanted, to: Sequence[str], mark: str) -> list[Path]:
    """Return the documents where they are what would be made now; none where one is not."""
    stem, is_dated = named_document(project, mark)
    names = [f"{stem}.{name}" for name in to]
    own = wanted.engine == manifest.BUILTIN and not wanted.assumed
    known = own and is_dated and manifest.is_current(mark, wanted.output, [*names, WORKBOOK])
    return [wanted.output / name for name in names] if known else []


def older(project: Path, wanted: Wanted, mark: str) -> Iterator[str]:
    """Yield which documents beside the new ones are of an earlier state of the project."""
    stem, _ = named_document(project, mark)
    known = {f"{stem}.{name}" for name in FORMATS}
    for name in sorted(known & {*manifest.older(wanted.output, mark)}):
        from evidence.proof.rebuild import of_edition

        again = " ".join(("evidence render", *of_edition(wanted.edition)))
        yield f"{name} beside it is of an earlier build; `{again}` makes it anew"


class Judging:
    """Data and chapters judged while documents are made of them, and what is laid beside these."""

    def __init__(self, project: Path, wanted: Wanted, mark: str) -> None:
        self._project, self._wanted, self._mark = project, wanted, mark

    def approve(self, document: "Document") -> None:
        """Judge the data and hold the chapters against them, or raise every fault."""
        from evidence.cli.check import check_chapters, judge_project
        from evidence.model.faults import nearest, quote

        self._document = document
        evidence, editions = self._judged = judge_project(self._project, self._wanted.edition)
        ids = evidence.claims.ids()
        known = ("all", *ids)
        for name, _ in self._wanted.assumed:
            if name not in known:
                near = nearest(name, known)
                hint = f"nearest: {near}" if near else f"claims are {', '.join(known)}"
                message = f"there is no claim {quote(name)}; {hint}"
                raise FaultsError(message, CommandCode.NO_CLAIM)
        check_chapters(document, evidence, editions, self._wanted.engine)

    def complete(self, made: Path, loaded: "Project", places: "Mapping[str, Line]") -> None:
        """Add workbook, crate and manifest to the folder of new documents."""
        from evidence.engine.staging import WORK
        from evidence.proof import crate

        wanted = self._wanted
        if wanted.output.is_relative_to(self._project / WORK):
            # Nobody is handed what only a preview shows.
            return
        before = manifest.Manifest.of(self._project, wanted.output, wanted.edition)
        add_workbook(made, loaded, self._judged, self._mark, before)
        if wanted.assumed:
            # No later build may take these documents for the report's own.
            return
        outcomes = {key: row.outcome for key, row in self._judged[1].now.items()}
        before = before.saying(str(loaded.metadata.get("title", "")), outcomes)
        entry = before.adding(made, self._mark, wanted.engine)
        crate.write(loaded, made, entry, places)
        entry.adding(made, self._mark, wanted.engine).write(made)

    def note(self) -> None:
        """Note which wordings the documents have shown."""
        from evidence.cli.wordings_shown import note

        evidence, editions = self._judged
        ids = evidence.claims.ids()
        outcomes = {key: row.outcome for key, row in editions.now.items()}
        for name, outcome in self._wanted.assumed:
            outcomes |= dict.fromkeys(outcomes if name == "all" else [ids[name]], outcome)
        note(self._document, evidence.claims, outcomes)


def metadata(wanted: Wanted, mark: str) -> dict[str, object]:
    """Return what a document is given beside the project's own settings."""
    assumed = {"evidence": {"as": dict(wanted.assumed)}} if wanted.assumed else {}
    return {"fingerprint": mark, **assumed}


def environment(wanted: Wanted) -> dict[str, str]:
    """Return the variables that cells are given."""
    return {VARIABLE: wanted.edition} if wanted.edition else {}


def documents(
    project: "Path | Document",
    wanted: Wanted,
    to: Sequence[str],
    mark: str,
    *,
    show: Callable[[str], None],
    judging: "Judging | Beside",
    kernels: "Kernels | None" = None,
    placed: Callable[[Path], None] | None = None,
) -> "Rendered":
    """Render a project, or its document that has been read; each document bears the mark."""
    from evidence.engine import RenderError, render

    root = project if isinstance(project, Path) else project.project.root
    try:
        return render(
            project,
            to=to,
            output=wanted.output,
            engine=wanted.engine,
            metadata=metadata(wanted, mark),
            environment=environment(wanted),
            depends=tuple(manifest.inputs(root, of_cells=True).values()),
            inputs=frozenset(map(Path, manifest.inputs(root))),
            timeout=wanted.timeout,
            kernels=kernels,
            approve=judging.approve,
            complete=judging.complete,
            placed=placed,
            progress=show,
        )
    except RenderError as error:
        raise FaultsError(str(error)) from error


def add_workbook(
    made: Path,
    project: "Project",
    judged: "tuple[Evidence, Editions]",
    mark: str,
    before: manifest.Manifest,
) -> None:
    """Put the workbook of evidence tables beside the documents, with what cells left to it."""
    from evidence.cli.export_workbook import kept
    from evidence.report.tables.companion import FOLDER, handed_on

    # What was saved since the build began may be code that the workbook is written with.
    code = before.code if before.fingerprint == mark else None
    content = kept(project, judged, mark, handed_on(made), code)
    (made / WORKBOOK).write_bytes(content)
    shutil.rmtree(made / FOLDER, ignore_errors=True)


def timing(rendered: "Rendered", total: float) -> str:
    """Return the line that says which engine ran, how long each stage took and all of it."""
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in rendered.seconds.items())
    return f"{rendered.engine} engine: {stages}; {total:.1f} s in all"
