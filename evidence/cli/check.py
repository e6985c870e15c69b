"""`evidence check`: whether data and chapters are fine, and what the data say of each claim."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.project import DATA, FaultsError, shown
from evidence.cli.terminal import plural
from evidence.findings.verdicts import Editions, judge_editions
from evidence.model.claims import Finding
from evidence.model.evidence import Evidence
from evidence.model.faults import DataFaults

if TYPE_CHECKING:
    from evidence.engine.document import Document

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
    """Print what the data hold and the verdict on each claim."""
    evidence, editions = judge_project(project)
    check_chapters(project, evidence, editions)
    print(counts(evidence))
    print()
    print(verdicts(editions))
    if said := unseen(project):
        print(said)


def unseen(project: Path) -> str:
    """Return the lines on wordings that no document has shown on this machine."""
    from evidence.cli.wordings_shown import never_shown
    from evidence.engine.document import read

    rows = [*never_shown(read(project))]
    if not rows:
        return ""
    cases = {case: sum(case == other for _, other in rows) for _, case in rows}
    named = ", ".join(f"{case} {number}" for case, number in cases.items())
    row, case = rows[0]
    return (
        f"\n{plural(len(rows), 'wording')} never shown on this machine: {named}. See them with, "
        f"for one, `evidence preview --as {row.claim}={case}` (all={case} for every claim)."
    )


def judge_project(project: Path) -> tuple[Evidence, Editions]:
    """Return the project's evidence and its findings."""
    return judge_data(shown(project / DATA))


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


def check_chapters(document: "Path | Document", evidence: Evidence, editions: Editions) -> None:
    """Raise every fault in the wording of a project's document, or of that in its folder."""
    from evidence.check import prose_faults

    project = document if isinstance(document, Path) else document.project.root
    found = prose_faults(document, project / DATA, evidence, editions)
    if found:
        lines = [str(replace(row, file=shown(project / row.file).as_posix())) for row in found]
        total = f"{plural(len(found), 'fault')} in the chapters"
        raise FaultsError("\n".join([*lines, total]))


def counts(evidence: Evidence) -> str:
    """Return the line that says how much evidence there is."""
    agreed = sum(row.coder == evidence.codebook.agreed for row in evidence.codings)
    return (
        f"The data are fine: {len(evidence.sources):,} sources, {len(evidence.counted()):,} of "
        f"them counted; {len(evidence.codings):,} codings, {agreed:,} of them agreed."
    )


def verdicts(editions: Editions) -> str:
    """Return a table of the claims with their verdict in the baseline edition and now."""
    from tabulate import tabulate

    rows = [
        (claim_id, *(verdict(found[claim_id]) for found in (editions.then, editions.now) if found))
        for claim_id in editions.now
    ]
    baseline = {str(finding.edition) for finding in editions.then.values()}
    return tabulate(rows, headers=["claim", *baseline, "now"])


def verdict(finding: Finding) -> str:
    """Return the verdict in words, with its silence if it is silent."""
    return f"{finding.verdict} (silent)" if finding.silent else finding.verdict
