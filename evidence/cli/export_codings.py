"""The codings in formats of tools for qualitative analysis, for `evidence export`."""

from pathlib import Path
from typing import TYPE_CHECKING

from evidence.cli.check import judge_project
from evidence.cli.project import DATA, FaultsError, shown
from evidence.cli.terminal import plural

if TYPE_CHECKING:
    from evidence.exchange.codings.coded import CodedEvidence
    from evidence.model.evidence import Evidence

_TOOL = "evidence"


def refi_qda(project: Path) -> tuple[bytes, str]:
    """Return the codings as a REFI-QDA project, and how many they are."""
    from evidence.exchange.qualitative.refi_written import refi_project

    evidence, coded, title = _held(project)
    told = f"{plural(len(coded.codings), 'coding')} of {plural(len(coded.sources), 'source')}"
    return refi_project(coded, title), told + _left_out(evidence)


def qdc(project: Path) -> tuple[bytes, str]:
    """Return the codebook as REFI-QDA has it, and how many facets it has."""
    from evidence.exchange.qualitative.refi_written import refi_codebook

    _, coded, _ = _held(project)
    return refi_codebook(coded), plural(len(coded.facets), "facet")


def eppi_json(project: Path) -> tuple[bytes, str]:
    """Return the agreed codings as EPPI-Reviewer's JSON, and how many they are."""
    from evidence.exchange.qualitative import eppi_written

    evidence, coded, _ = _held(project)
    agreed = evidence.codebook.agreed
    number = sum(coding.coder == agreed for coding in coded.codings)
    told = f"{plural(number, 'coding')} of {plural(len(coded.sources), 'source')}"
    return eppi_written.eppi_json(coded, agreed).encode(), told + _left_out(evidence)


def _left_out(evidence: "Evidence") -> str:
    effects = len(evidence.effects)
    return (
        f"; {plural(effects, 'measured effect')} left out, for want of a place" if effects else ""
    )


def _held(project: Path) -> "tuple[Evidence, CodedEvidence, str]":
    """Return the evidence, what is coded, and what the data are called."""
    from evidence.exchange.codings.held_codings import held_codings
    from evidence.model.package import read_package

    evidence, _ = judge_project(project)
    package, faults = read_package(shown(project / DATA))
    if package is None:
        raise FaultsError("\n".join(map(str, faults)))
    columns = [name for name in package.tables["sources"].fields if name != "source_id"]
    return evidence, held_codings(evidence, columns, _TOOL), package.title
