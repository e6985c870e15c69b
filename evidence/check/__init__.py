"""The chapters read without running them, and what in their wording the data do not bear.

Prose is all Markdown outside cells, the title, subtitle and abstract in the front matter, captions,
alternative texts and titles, inline code that computes nothing, and every string of a cell that
holds a space or is printed; docstrings, comments and other options are none.

A number is one in digits anywhere; in words, a part ("two thirds", "one in five", "sixty per
cent"), a number above ten, or any before what the data count, such as sources, or without a noun. A
word for a quantity is one before any noun or pronoun ("several", "most of them"), of change
("doubled") or of comparison ("more X than Y", "the most common").

`no_counts` has what counts nothing, by kind: dates, ages, laws, labels such as "tier 3", names,
bounds of methods, idioms such as "at most". Nor do citations with their locators, cross-references,
identifiers, addresses, code, formulas that hold more than a number, and a claim's own name within
its wording. A word for a quantity may stand in a wording that the data choose, unless beside a
number that they gave.

``<!-- literal: why -->`` covers what stands before it in its sentence; in a cell, ``# literal:
why`` its line. Neither works without a reason.
"""

from functools import partial
from pathlib import Path

from evidence.check.chapters import Chapters, scan
from evidence.check.claims import claim_faults, name_faults
from evidence.check.expressions import bound_names, expression_faults
from evidence.check.nouns import nouns
from evidence.check.prose import ProseCode
from evidence.check.references import (
    DataFile,
    checklist_faults,
    citation_faults,
    coded_faults,
    reference_faults,
)
from evidence.check.shown import outcomes, seen
from evidence.check.typed import pieces_with_typed, typed_faults
from evidence.check.values import data_values
from evidence.check.wordings import Wordings, wordings
from evidence.engine.document import Document, read
from evidence.engine.faults import PLACE, Problem, RenderError
from evidence.engine.results import Cache
from evidence.engine.staging import WORK
from evidence.findings.verdicts import Editions
from evidence.model.evidence import Evidence
from evidence.model.package import read_package
from evidence.report.chapter import names, taken
from evidence.report.frames import Review

__all__ = ["Chapters", "ProseCode", "prose_faults", "scan"]


def prose_faults(
    source: Path | Document, data: Path, evidence: Evidence, editions: Editions
) -> tuple[Problem, ...]:
    """Return everything wrong with the wording of a document, or of that in a folder, by place."""
    try:
        document = source if isinstance(source, Document) else read(source)
    except RenderError as error:
        return error.problems
    if document.faults:
        return document.faults
    chapters = scan(document)
    found, odd = _stated(document)
    project = document.project.root
    package, _ = read_package(data)
    paths = {**package.others, "sources": package.tables["sources"].path} if package else {}

    def file(resource: str) -> DataFile:
        path = data / paths.get(resource, "")
        name = path.relative_to(project).as_posix()
        return DataFile(name, path.read_text("utf-8") if path.is_file() else "")

    counted, claims = nouns(evidence.codebook), evidence.claims.claims
    kept = Cache(project / WORK / "typed")
    typed = pieces_with_typed(chapters.pieces, counted, evidence.quantities, claims, kept)
    values = data_values(evidence, editions) if typed else {}
    review = Review(evidence, data, editions)
    clashes = taken(review, bound_names(chapters, project))
    blocks = document.blocks if found else []
    look = partial(seen, blocks, outcomes(evidence.claims, editions))
    return tuple(
        sorted(
            {
                *chapters.faults,
                *typed_faults(typed, counted, values, evidence.quantities, claims),
                *odd,
                *(claim_faults(found, evidence.claims, file("claims")) if found else ()),
                *coded_faults(chapters, evidence),
                *name_faults(clashes, evidence.claims, file("claims")),
                *(expression_faults(chapters, names(review), project, look) if not clashes else ()),
                *citation_faults(chapters, evidence, file("sources")),
                *reference_faults(chapters, evidence),
                *checklist_faults(chapters, evidence, file),
            },
            key=PLACE,
        )
    )


def _stated(document: Document) -> tuple[Wordings | None, tuple[Problem, ...]]:
    """Return the claims that a document states, or why its Markdown can't be read."""
    try:
        return wordings(document), ()
    except RenderError as error:
        return None, error.problems
