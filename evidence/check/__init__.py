"""The chapters read without running them, and what in their wording the data do not bear.

Prose is all Markdown outside cells, the title, subtitle and abstract in the front matter, captions
and alternative texts, and every string of a cell that holds a space or is handed to `say`,
`paragraph` or `print`; docstrings, comments and other options are none.

A number is one in digits anywhere, and one in words (from "two" on, and parts such as "a fifth of")
before what the data count: sources, studies, claims, the codebook's facets and so on. No number is
meant by

- dates, years and spans of years from 1900 to 2099, decades, centuries;
- "section 4.2", chapter, part, article, paragraph or annex with its number;
- the enumerator of an item, footnote marks, citations with their locators, cross-references;
- identifiers, attributes, addresses, code, comments, and words with a digit such as "A4";
- formulas, between dollar signs, that hold more than a number;
- a number word in a claim's own name, within its wording: "three" for three-reasons;
- what ``<!-- literal: why -->`` follows in the same sentence, or in a cell the text of a line that
  ends in ``# literal: why``. Both also cover words for quantities; neither works without a reason.

A word for a quantity is a fault a few words before or after a computed number, and before what the
data count. Fine are "at most", "the most", "for the most part", "most often", "too few", "so few",
"no more than", "some of what", and "all sources" where it names the set and states nothing of it
("on all sources").
"""

from functools import partial
from pathlib import Path

from evidence.check.chapters import Chapters, scan
from evidence.check.claims import claim_faults, name_faults
from evidence.check.expressions import bound_names, expression_faults
from evidence.check.nouns import nouns
from evidence.check.prose import ProseCode
from evidence.check.quantity_words import quantity_faults
from evidence.check.references import (
    DataFile,
    checklist_faults,
    citation_faults,
    coded_faults,
    reference_faults,
)
from evidence.check.shown import outcomes, seen
from evidence.check.typed_numbers import number_faults
from evidence.check.values import data_values
from evidence.check.wordings import Wordings, wordings
from evidence.engine.document import Document, read
from evidence.engine.faults import PLACE, Problem, RenderError
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

    counted, values = nouns(evidence.codebook), data_values(evidence, editions)
    review = Review(evidence, data)
    clashes = taken(review, bound_names(chapters, project))
    blocks = document.blocks if found else []
    look = partial(seen, blocks, outcomes(evidence.claims, editions))
    return tuple(
        sorted(
            {
                *chapters.faults,
                *number_faults(chapters.pieces, counted, values, evidence.claims.claims),
                *quantity_faults(chapters.pieces, counted, evidence.quantities),
                *odd,
                *(claim_faults(found, evidence.claims, file("claims")) if found else ()),
                *coded_faults(chapters, evidence),
                *name_faults(clashes, evidence.claims, file("claims")),
                *(expression_faults(chapters, names(review), project, look) if not clashes else ()),
                *citation_faults(chapters, evidence, file("sources")),
                *reference_faults(chapters, evidence),
                *checklist_faults(chapters, evidence, file("prisma")),
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
