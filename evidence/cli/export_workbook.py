"""The evidence as a workbook, for `evidence export` and beside the documents."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING
from zlib import ZLIB_RUNTIME_VERSION

from evidence.cli.check import judge_project
from evidence.cli.project import DATA, FaultsError
from evidence.cli.terminal import plural
from evidence.model.archive import unzipped, zipped

if TYPE_CHECKING:
    from evidence.engine.project import Project
    from evidence.findings.verdicts import Editions
    from evidence.model.evidence import Evidence
    from evidence.report.tables.companion import Sheet
    from evidence.report.workbook.pages import About, Page

# Stands where the mark of a build will: no text has this character, which means nothing.
_MARK = "\ue000"


def xlsx(project: Path) -> tuple[bytes, str]:
    """Return the workbook as Excel has it, and how many sheets it has."""
    from evidence.report.workbook.xlsx import xlsx

    pages, about = _of(project)
    return xlsx(pages, about), plural(len(pages), "worksheet")


def ods(project: Path) -> tuple[bytes, str]:
    """Return the workbook as OpenDocument has it, and how many sheets it has."""
    from evidence.report.workbook.ods import ods

    pages, about = _of(project)
    return ods(pages, about), plural(len(pages), "worksheet")


def _of(project: Path) -> "tuple[tuple[Page, ...], About]":
    from evidence.engine.faults import RenderError
    from evidence.engine.project import load
    from evidence.proof.manifest import fingerprint

    try:
        loaded = load(project)
    except RenderError as error:
        raise FaultsError(str(error)) from error
    return workbook(loaded, *judge_project(project), fingerprint(project))


def kept(
    project: "Project",
    judged: "tuple[Evidence, Editions]",
    mark: str,
    tables: "Iterable[Sheet]",
    code: Mapping[str, str] | None,
) -> bytes:
    """Return the workbook as Excel has it, kept while what stands in it is the same.

    Parameters
    ----------
    mark
        Of the build: each has another, and one workbook with the place for it serves them all.
    code
        What the workbook is written with; without it none is kept.
    """
    from evidence.engine.results import Cache
    from evidence.engine.staging import WORK

    pages, about = workbook(project, *judged, _MARK * len(mark), tables)
    libraries = (*map(version, ("lxml", "xlsxwriter")), python_version(), ZLIB_RUNTIME_VERSION)
    key = sha256(repr((pages, about, code, libraries)).encode()).hexdigest()
    cache = Cache(project.root / WORK / "workbook")
    content = cache.get(key) if code else None
    if content is None:
        from evidence.report.workbook.xlsx import xlsx

        content = xlsx(pages, about)
        if code:
            cache.put(key, content)
    parts = unzipped(content)
    unmarked = (_MARK * len(mark)).encode()
    return zipped({name: part.replace(unmarked, mark.encode()) for name, part in parts.items()})


def workbook(
    project: "Project",
    evidence: "Evidence",
    editions: "Editions",
    mark: str,
    tables: "Iterable[Sheet]" = (),
) -> "tuple[tuple[Page, ...], About]":
    """Return the sheets of the workbook, and what it says of itself.

    Parameters
    ----------
    tables
        Those that chapters leave to the workbook.
    """
    from evidence.model.package import read_package
    from evidence.report.workbook.evidence_sheets import notes, sheets
    from evidence.report.workbook.pages import About, pages

    package, _ = read_package(project.root / DATA)
    edition = "" if evidence.edition is None else f" (edition of {evidence.edition})"
    about = About(
        title=f"{project.metadata.get('title', '')}{edition}",
        description=str(project.metadata.get("description", "")),
        authors=tuple(str(author["name"]) for author in project.authors),
        contact="; ".join(str(one["email"]) for one in project.authors if one.get("email")),
        licence="; ".join(map(str, package.licences)) if package else "",
        lang=str(project.metadata.get("lang", "en")),
        date=project.date,
        version=evidence.version,
        fingerprint=mark,
    )
    found = (*sheets(evidence, editions), *tables)
    return pages(found, tuple(notes(evidence)), about), about
