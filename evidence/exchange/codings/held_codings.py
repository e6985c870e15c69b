"""What a review has coded, as coded evidence that other tools can be given."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from types import MappingProxyType

from evidence.exchange.codings.coded import CodedAnswer, CodedEvidence, CodedPassage, CodedSource
from evidence.model.claims import Everything
from evidence.model.evidence import Evidence


def held_codings(evidence: Evidence, columns: Collection[str], tool: str) -> CodedEvidence:
    """Return the sources, codings and answers of a review in its own names.

    Parameters
    ----------
    columns
        Those of `sources.csv` beside the id, of which each that says something goes with a source.
    tool
        What is to be said of who wrote the file.
    """
    facets = evidence.codebook.facets.items()
    attributes = evidence.codebook.attributes.items()
    return CodedEvidence(
        tool=tool,
        sources=tuple(
            CodedSource(
                name=row.source_id,
                place=row.source_id,
                values={name: str(cell) for name in columns if (cell := getattr(row, name))},
            )
            for row in evidence.sources.values()
        ),
        codings=tuple(
            CodedPassage(
                source=row.source_id,
                place=row.source_id,
                coder=row.coder,
                facet=row.facet,
                code=row.code,
                stance=row.stance,
                locator=row.locator,
                gist=row.gist,
            )
            for row in evidence.codings
        ),
        answers=tuple(_answers(evidence)),
        # Roles, and of which sources a question is asked, are this review's own business.
        facets={
            name: replace(facet, roles=MappingProxyType({}), asked_of=Everything())
            for name, facet in facets
        },
        attributes={
            name: replace(attribute, roles=MappingProxyType({})) for name, attribute in attributes
        },
    )


def _answers(evidence: Evidence) -> Iterator[CodedAnswer]:
    for row in evidence.appraisals:
        for name, values in row.values.items():
            if values:
                yield CodedAnswer(
                    source=row.source_id,
                    place=row.source_id,
                    coder=row.coder,
                    attribute=name,
                    values=values,
                )
