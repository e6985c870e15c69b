"""`evidence check`: whether data and chapters are fine, and what the data say of each claim."""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import DATA, CommandCode, FaultsError, shown
from evidence.cli.terminal import plural
from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.claims import Finding
from evidence.model.edition import VARIABLE, NoEditionError, as_of
from evidence.model.evidence import Evidence
from evidence.model.faults import DataFaults
from evidence.proof.manifest import BUILTIN, ENGINES

if TYPE_CHECKING:
    from evidence.engine.document import Document
    from evidence.engine.faults import Problem

DESCRIPTION = """\
Check the data, judge every claim on them, and check the wording of the chapters against both.

Prints all faults at once, as file:row:column: CODE: what is wrong; what to do. The chapters are
read but not run, and only if the data have no faults; what the builtin engine could not render is a
fault too, unless they are for Quarto. Without faults, prints how much evidence there is and the
verdict on each claim, in the baseline edition and now. "silent" means that the sources do not speak
to the claim, which is not to deny it.

examples:
  evidence check
  evidence check --engine quarto    what only Quarto can render is no fault"""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the verb's options to its parser."""
    command.add_argument(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help="the engine that will render the chapters (default: builtin)",
    )


def run(project: Path, options: argparse.Namespace) -> None:
    """Print what the data hold and the verdict on each claim."""
    # As Quarto's pre-render it is asked what cells will be.
    evidence, editions = judge_project(project, os.environ.get(VARIABLE, ""))
    document = checked_document(project, evidence, editions, options.engine)
    print(counts(evidence))
    print()
    print(verdicts(editions, "now" if evidence.edition is None else str(evidence.edition)))
    for note in notes(evidence):
        print(f"\n{note}")
    if said := unseen(document):
        print(said)


def notes(evidence: Evidence) -> Iterator[str]:
    """Yield what is no fault and yet to be looked at.

    That is the sample of a new review, and each result of a study that points both ways.
    """
    from evidence.cli.replace_sample import SAMPLE, invented
    from evidence.findings.contradictions import contradictions

    if number := len(invented(evidence)):
        yield (
            f"note: {plural(number, 'source')} of type {SAMPLE} in sources.csv: invented, and the "
            "report rests on them. `evidence import FILE --replace-sample` brings in yours instead."
        )
    for row in contradictions(evidence):
        better, worse = (", ".join(ids) for ids in (row.better, row.worse))
        yield (
            f"note: {row.what} is better and worse in one study, {row.study} (better: {better}; "
            f"worse: {worse}). Both count; look at these rows of codings.csv, maybe one is mixed."
        )


def unseen(document: "Document") -> str:
    """Return the lines on wordings that no document has shown on this machine."""
    from evidence.cli.wordings_shown import never_shown

    rows = [*never_shown(document)]
    if not rows:
        return ""
    cases = {case: sum(case == other for _, other in rows) for _, case in rows}
    named = ", ".join(f"{case} {number}" for case, number in cases.items())
    row, case = rows[0]
    return (
        f"\n{plural(len(rows), 'wording')} never shown on this machine: {named}. See them with, "
        f"for one, `evidence preview --as {row.claim}={case}` (all={case} for every claim)."
    )


def judge_project(project: Path, edition: str = "") -> tuple[Evidence, Editions]:
    """Return the project's evidence and its findings, or those of an edition by its year."""
    evidence, editions = judge_data(shown(project / DATA))
    if not edition:
        return evidence, editions
    try:
        then = as_of(evidence, edition)
    except NoEditionError as error:
        raise FaultsError(str(error), CommandCode.NO_EDITION) from error
    return then, judge_editions(then)


def judge_data(folder: Path, name: str = "") -> tuple[Evidence, Editions]:
    """Return the evidence in a folder and its findings.

    Faults call the data by a name such as ``HEAD:data`` where they are not those of the project.
    """
    from evidence.model.load import load

    try:
        evidence = load(folder)
    except DataFaults as error:
        place = f"{folder.as_posix()}/"
        lines = [str(row) for row in error.faults]
        if name:
            lines = [f"{name.rstrip('/')}/{line.removeprefix(place)}" for line in lines]
        total = f"{plural(len(lines), 'fault')} in the data{f' of {name}' if name else ''}"
        raise FaultsError("\n".join([*lines, total])) from error
    return evidence, judge_editions(evidence)


def checked_document(
    project: Path, evidence: Evidence, editions: Editions, engine: str
) -> "Document":
    """Return a project's document, or raise every fault in it."""
    from evidence.engine import RenderError
    from evidence.engine.document import read

    try:
        document = read(project)
    except RenderError as error:
        raise _faults(project, error.problems) from error
    check_chapters(document, evidence, editions, engine)
    return document


def check_chapters(
    document: "Document", evidence: Evidence, editions: Editions, engine: str
) -> None:
    """Raise every fault in a project's document, those of one engine among them."""
    from evidence.check import prose_faults
    from evidence.engine import RenderError
    from evidence.engine.build import check
    from evidence.engine.faults import PLACE
    from evidence.proof.manifest import inputs

    project = document.project.root
    found = {*prose_faults(document, project / DATA, evidence, editions)}
    if engine == BUILTIN:
        try:
            check(document, frozenset(map(Path, inputs(project))))
        except RenderError as error:
            found |= {*error.problems}
    if found:
        raise _faults(project, sorted(found, key=PLACE))


def _faults(project: Path, found: "Sequence[Problem]") -> FaultsError:
    lines = [
        str(replace(row, file=shown(project / row.file).as_posix()) if row.file else row)
        for row in found
    ]
    return FaultsError("\n".join([*lines, f"{plural(len(found), 'fault')} in the chapters"]))


def counts(evidence: Evidence) -> str:
    """Return the line that says how much evidence there is."""
    agreed = sum(row.coder == evidence.codebook.agreed for row in evidence.codings)
    return (
        f"The data are fine: {plural(len(evidence.sources), 'source')}, "
        f"{len(evidence.counted()):,} of them counted; "
        f"{plural(len(evidence.codings), 'coding')}, {agreed:,} of them agreed."
    )


def verdicts(editions: Editions, now: str = "now") -> str:
    """Return a table of the claims with their verdict in the baseline edition and now.

    Parameters
    ----------
    now
        What the last column is called.
    """
    from tabulate import tabulate

    rows = [
        (claim_id, *(verdict(found[claim_id]) for found in (editions.then, editions.now) if found))
        for claim_id in editions.now
    ]
    baseline = {str(finding.edition) for finding in editions.then.values()}
    return tabulate(rows, headers=["claim", *baseline, now])


def verdict(finding: Finding) -> str:
    """Return the verdict in words, with its silence if it is silent."""
    return f"{finding.verdict} (silent)" if finding.silent else finding.verdict
