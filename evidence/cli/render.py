"""`evidence render`: check data and chapters, then write the report in each format asked for."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from evidence.cli.check import ENGINES, check_chapters, judge_project
from evidence.cli.project import (
    FORMATS,
    OUTPUT,
    CommandCode,
    FaultsError,
    document_paths,
    is_dated,
    shown,
)
from evidence.cli.terminal import progress
from evidence.cli.wordings_shown import note
from evidence.findings.verdicts import Editions
from evidence.model.claims import SILENT, STRENGTH
from evidence.model.edition import VARIABLE, NoEditionError, year_of
from evidence.model.evidence import Evidence
from evidence.model.faults import nearest, quote
from evidence.proof import crate, manifest
from evidence.proof.rebuild import of_edition
from evidence.report.folders import WORKBOOK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.engine import Rendered
    from evidence.engine.document import Document
    from evidence.engine.project import Project
    from evidence.engine.source import Line

DESCRIPTION = """\
Check data and chapters as `evidence check` does, run the chapters once and write the report in each
format.

If there is a fault in data or chapters, nothing is written and the documents of an earlier run stay
as they were; otherwise the new documents replace them all at once. If nothing has changed since the
earlier run, nothing is rendered; if only prose has changed, the cells do not run again. Results of
cells are cached in .render/, which may be deleted at any time. Progress goes to standard error, the
paths of the documents to standard output.

examples:
  evidence render                        all three formats, to _output/ in the project
  evidence render --to html,pdf          two of them
  evidence render --edition 2015         as of the sources up to that year, to _output/2015/
  evidence render --engine quarto        with an installed Quarto instead of the builtin engine
  evidence render --output /tmp/draft    to another folder"""

CELL_SECONDS = 600
OUTCOMES = (*STRENGTH[::-1], SILENT)


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
        choices=ENGINES,
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
    name, _, outcome = text.partition("=")
    if outcome not in OUTCOMES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no CLAIM=VERDICT; a verdict is {', '.join(OUTCOMES)}"
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


def run(project: Path, options: argparse.Namespace) -> None:
    """Render the project and print the paths of the documents."""
    if options.assumed and (not options.output or options.engine != manifest.BUILTIN):
        message = "documents under assumed verdicts must not replace the report's own"
        hint = "name a folder with --output, and use the builtin engine"
        raise FaultsError(f"{message}; {hint}", CommandCode.WRONG_USAGE)
    output = (options.output or project / OUTPUT / options.edition).resolve()
    start = perf_counter()
    paths = document_paths(project, output, options.to)
    names = [*(path.name for path in paths), WORKBOOK]
    own = options.engine == manifest.BUILTIN and not options.assumed
    mark = manifest.fingerprint(project, options.edition)
    if own and is_dated(project) and manifest.is_current(mark, output, names):
        print(f"nothing has changed; {perf_counter() - start:.1f} s in all", file=sys.stderr)
        for path in paths:
            print(shown(path))
        tell_older(project, output, options.edition, mark)
        return
    with progress(sys.stderr) as show:
        show("checking data and chapters")
        rendered = render_project(project, options, output, mark, show)
    print(*rendered.notes, timing(rendered, perf_counter() - start), sep="\n", file=sys.stderr)
    for path in rendered.paths.values():
        print(shown(path))
    tell_older(project, output, options.edition, mark)


def tell_older(project: Path, output: Path, edition: str, mark: str) -> None:
    """Say which documents beside the new ones are of an earlier state of the project."""
    known = {path.name for path in document_paths(project, output)}
    for name in sorted(known & {*manifest.older(output, mark)}):
        again = " ".join(("evidence render", *of_edition(edition)))
        message = f"{name} beside it is of an earlier build; `{again}` makes it anew"
        print(message, file=sys.stderr)


def render_project(
    project: Path,
    options: argparse.Namespace,
    output: Path,
    mark: str,
    show: Callable[[str], None],
) -> "Rendered":
    """Render with the engine and formats asked for; each document bears the mark."""
    from evidence.engine import RenderError, render
    from evidence.engine.staging import WORK

    metadata: dict[str, object] = {"fingerprint": mark}
    if options.assumed:
        metadata["evidence"] = {"as": dict(options.assumed)}

    judged: list[tuple[Evidence, Editions]] = []

    def complete(made: Path, loaded: "Project", places: "Mapping[str, Line]") -> None:
        if output.is_relative_to(project / WORK):
            # Nobody is handed what only a preview shows.
            return
        before = manifest.Manifest.of(project, output, options.edition)
        add_workbook(made, loaded, judged[0], mark, before)
        if options.assumed:
            # No later build may take these documents for the report's own.
            return
        outcomes = {key: row.outcome for key, row in judged[0][1].now.items()}
        before = before.saying(str(loaded.metadata.get("title", "")), outcomes)
        entry = before.adding(made, mark, options.engine)
        crate.write(loaded, made, entry, places)
        entry.adding(made, mark, options.engine).write(made)

    shows: list[Callable[[], None]] = []

    def approve(document: "Document") -> None:
        evidence, editions = judge_project(project, options.edition)
        judged.append((evidence, editions))
        ids = evidence.claims.ids()
        known = ("all", *ids)
        for name, _ in options.assumed:
            if name not in known:
                near = nearest(name, known)
                hint = f"nearest: {near}" if near else f"claims are {', '.join(known)}"
                message = f"there is no claim {quote(name)}; {hint}"
                raise FaultsError(message, CommandCode.NO_CLAIM)
        check_chapters(document, evidence, editions, options.engine)
        outcomes = {key: row.outcome for key, row in editions.now.items()}
        for name, outcome in options.assumed:
            outcomes |= dict.fromkeys(outcomes if name == "all" else [ids[name]], outcome)
        shows.append(partial(note, document, evidence.claims, outcomes))

    try:
        rendered = render(
            project,
            to=options.to,
            output=output,
            engine=options.engine,
            metadata=metadata,
            environment={VARIABLE: options.edition} if options.edition else {},
            depends=tuple(manifest.inputs(project, of_cells=True).values()),
            inputs=tuple(map(Path, manifest.inputs(project))),
            timeout=options.timeout,
            approve=approve,
            complete=complete,
            progress=show,
        )
    except RenderError as error:
        raise FaultsError(str(error)) from error
    for show_wordings in shows:
        show_wordings()
    return rendered


def add_workbook(
    made: Path,
    project: "Project",
    judged: tuple[Evidence, Editions],
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
