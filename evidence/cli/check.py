"""`evidence check`: whether data and chapters are fine, and what the data say of each claim."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import DATA, FaultsError, shown
from evidence.cli.terminal import plural

if TYPE_CHECKING:
    from evidence.engine.document import Document
    from evidence.findings.verdicts import Editions
    from evidence.model.claims import Finding
    from evidence.model.evidence import Evidence

NAME = "check"
SUMMARY = "check data and chapters and show the verdict on each claim"
DESCRIPTION = """\
Check the data, judge every claim on them, and check the wording of the chapters against both.

Prints all faults at once, as file:row:column: CODE: what is wrong; what to do. The chapters are
read but not run, and only if the data have no faults. Without faults, prints how much evidence
there is and the verdict on each claim, in the baseline edition and now. "silent" means that the
sources do not speak to the claim, which is not to deny it.

example:
  evidence check"""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add no option: the verb takes none."""


def run(project: Path, options: argparse.Namespace) -> None:
    """Print what the data hold and the verdict on each claim.

    Raises
    ------
    FaultsError
        If there is a fault in the data or, where these are fine, in the chapters.
    """
    evidence, editions = judge_project(project)
    check_chapters(project, evidence, editions)
    print(counts(evidence))
    print()
    print(verdicts(editions))


def judge_project(project: Path) -> "tuple[Evidence, Editions]":
    """Return the project's evidence and its findings.

    Raises
    ------
    FaultsError
        With every fault in the data, one a line.
    """
    return judge_data(shown(project / DATA))


def judge_data(folder: Path, name: str = "") -> "tuple[Evidence, Editions]":
    """Return the evidence in a folder and its findings.

    Parameters
    ----------
    name
        What to call the data where they are not those of the project, such as ``HEAD:data``.

    Raises
    ------
    FaultsError
        With every fault in the data, one a line, and `name` in place of the folder.
    """
    from evidence.findings.verdicts import judge_editions
    from evidence.model.faults import DataFaults
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


def check_chapters(document: "Path | Document", evidence: "Evidence", editions: "Editions") -> None:
    """Do nothing where the data bear the wording of the chapters.

    Parameters
    ----------
    document
        The project's document, or the project's folder, from which it is read then.
    evidence
        The project's evidence.
    editions
        The findings on it.

    Raises
    ------
    FaultsError
        With every fault in the chapters, one a line.
    """
    from evidence.check import prose_faults

    project = document if isinstance(document, Path) else document.project.root
    found = prose_faults(document, project / DATA, evidence, editions)
    if found:
        lines = [str(replace(row, file=shown(project / row.file).as_posix())) for row in found]
        total = f"{plural(len(found), 'fault')} in the chapters"
        raise FaultsError("\n".join([*lines, total]))


def counts(evidence: "Evidence") -> str:
    """Return the line that says how much evidence there is."""
    agreed = sum(row.coder == evidence.codebook.agreed for row in evidence.codings)
    return (
        f"The data are fine: {len(evidence.sources):,} sources, {len(evidence.counted()):,} of "
        f"them counted; {len(evidence.codings):,} codings, {agreed:,} of them agreed."
    )


def verdicts(editions: "Editions") -> str:
    """Return a table of the claims with their verdict in the baseline edition and now."""
    from tabulate import tabulate

    rows = [
        (
            claim_id,
            *(verdict(then) for then in [editions.then.get(claim_id)] if then),
            verdict(finding),
        )
        for claim_id, finding in editions.now.items()
    ]
    baseline = {str(finding.edition) for finding in editions.then.values()}
    return tabulate(rows, headers=["claim", *baseline, "now"])


def verdict(finding: "Finding") -> str:
    """Return the verdict in words, with its silence if it is silent."""
    return f"{finding.verdict} (silent)" if finding.silent else finding.verdict
